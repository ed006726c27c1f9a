"""A read-model file appears whole or not at all, and says what was put into it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import apsw
import msgspec
import pytest

from hub.readmodel import ReadModel, ReadModelError, ReadModels, build
from hub.readmodel.entries import CommitmentEntry, VersionEntry, instant
from hub.readmodel.files import aside, build_lock, clear, file_of, versions
from hub.readmodel.generate import SyntheticCountry
from hub.readmodel.reader import CACHE_KIB
from hub.readmodel.rows import fold


class Country(SyntheticCountry):
    """A made-up country whose commitments can be tampered with."""

    tamper: list[CommitmentEntry] | None = None

    def commitments(self) -> Iterator[CommitmentEntry]:
        yield from self.tamper if self.tamper is not None else super().commitments()


def rows(model: ReadModel, sql: str) -> list[tuple[object, ...]]:
    return list(model.rows(sql))


def test_the_file_holds_every_commitment_in_page_order_with_its_whole_record(tmp_path: Path) -> None:
    country = SyntheticCountry(200, history=0.5, groups=0.3)
    report = build(tmp_path / "1.db", country)
    model = ReadModel.open(tmp_path / "1.db")
    entries = list(country.commitments())
    assert report.commitments == 200
    assert report.versions == len(list(country.past()))
    assert report.bytes == (tmp_path / "1.db").stat().st_size
    found = rows(model, "SELECT code, is_primary, source, body FROM commitment ORDER BY id")
    assert [(row[0], bool(row[1]), row[2]) for row in found] == [
        (entry.record.code, entry.is_primary, entry.source) for entry in entries
    ]
    assert [msgspec.json.decode(str(row[3]), type=type(entries[0].record)) for row in found] == [
        e.record for e in entries
    ]


def test_versions_of_then_and_now_stand_in_one_view(tmp_path: Path) -> None:
    country = SyntheticCountry(60, history=0.5)
    build(tmp_path / "1.db", country)
    model = ReadModel.open(tmp_path / "1.db")
    found = rows(model, "SELECT code, valid_from, valid_to FROM commitment_version ORDER BY code, valid_from")
    expected = [(e.record.code, instant(e.updated_at), None) for e in country.commitments()]
    expected += [(e.record.code, instant(e.valid_from), instant(e.valid_to)) for e in country.past()]  # type: ignore[misc]
    assert found == sorted(expected)


def test_sets_of_rows_are_those_of_the_records(tmp_path: Path) -> None:
    country = SyntheticCountry(300, groups=0.2)
    build(tmp_path / "1.db", country)
    space = ReadModel.open(tmp_path / "1.db").current
    entries = list(country.commitments())
    groups = {entry.record.code for entry in entries if not entry.is_primary}
    for number, entry in enumerate(entries):
        record, bit = entry.record, 1 << number
        assert bool(space.bits("primary", "") & bit) == entry.is_primary
        assert bool(space.bits("own", "") & bit) == (not entry.is_primary or record.code not in groups)
        assert space.bits("state", record.jurisdiction[:2]) & bit
        assert space.bits("status", record.status.value) & bit
        assert {str(year) for year in record.years} == {
            year for year in space.values("year") if space.bits("year", year) & bit
        }
        assert {f"{a.goal}|{a.basis.value}" for a in record.ods} == {
            v for v in space.values("ods") if space.bits("ods", v) & bit
        }


def test_records_out_of_page_order_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    country = Country(20)
    country.tamper = list(reversed(list(SyntheticCountry(20).commitments())))
    with pytest.raises(ReadModelError, match="must come by code"):
        build(tmp_path / "1.db", country)
    assert list(tmp_path.iterdir()) == []


def test_a_record_without_a_public_code_is_refused_by_name(tmp_path: Path) -> None:
    country = Country(1)
    (entry,) = SyntheticCountry(1).commitments()
    country.tamper = [msgspec.structs.replace(entry, record=msgspec.structs.replace(entry.record, plan_code=""))]
    with pytest.raises(ReadModelError, match="row-0 has no public code"):
        build(tmp_path / "1.db", country)


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    class Interrupted(SyntheticCountry):
        def commitments(self) -> Iterator[CommitmentEntry]:
            yield from islice(super().commitments(), 1300)
            raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "1.db", Interrupted(1500))
    assert list(tmp_path.iterdir()) == []
    assert threading.active_count() == before


def test_two_sources_of_one_name_for_one_commitment_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    country = Country(3)
    country.tamper = [
        msgspec.structs.replace(entry, sources=(entry.source, entry.source))
        for entry in SyntheticCountry(3).commitments()
    ]
    with pytest.raises(ReadModelError, match="two records claim one key"):
        build(tmp_path / "1.db", country)
    assert list(tmp_path.iterdir()) == []


def test_what_rows_have_several_of_stands_in_tables_of_its_own(tmp_path: Path) -> None:
    country = SyntheticCountry(300, history=0.4, groups=0.3)
    build(tmp_path / "1.db", country)
    model = ReadModel.open(tmp_path / "1.db")
    for family, entries in (("commitment", list(country.commitments())), ("past", list(country.past()))):
        years, ods, sources, institutions = set(), set(), set(), set()
        for number, entry in enumerate(entries):
            assert isinstance(entry, CommitmentEntry | VersionEntry)
            record = entry.record
            years |= {(number, year) for year in record.years}
            ods |= {(number, place, a.goal, a.target, a.basis.value, a.reason) for place, a in enumerate(record.ods)}
            sources |= {(number, source) for source in entry.sources or (entry.source,)}
            institutions |= {
                (number, place, i.name, i.role.value, i.raw) for place, i in enumerate(record.institutions)
            }
        for table, expected in (
            (f"{family}_year", years), (f"{family}_ods", ods), (f"{family}_source", sources),
            (f"(SELECT row, pos, name, role, raw FROM {family}_institution)", institutions),
        ):  # fmt: skip
            found = rows(model, f"SELECT * FROM {table}")
            assert (len(found), set(found)) == (len(expected), expected)


def test_words_of_titles_descriptions_and_institutions_are_found_in_their_order(tmp_path: Path) -> None:
    entries = list(SyntheticCountry(300).commitments())
    records = [
        msgspec.structs.replace(entry.record, institutions=entry.record.institutions + other.record.institutions)
        for entry, other in zip(entries, entries[1:] + entries[:1], strict=True)
    ]
    country = Country(300)
    country.tamper = [
        msgspec.structs.replace(entry, record=record) for entry, record in zip(entries, records, strict=True)
    ]
    build(tmp_path / "1.db", country)
    model = ReadModel.open(tmp_path / "1.db")
    for column, parts in (
        ("title", [record.title.split() for record in records]),
        ("description", [(record.description or "").split() for record in records]),
        ("institution", [[institution.name for institution in record.institutions] for record in records]),
    ):
        several = next(part for part in parts if len(part) > 1)
        phrase = fold(f"{several[0].split()[-1]} {several[1].split()[0]}")  # from one institution to the next
        found = rows(model, f"SELECT rowid FROM commitment_fts('{column}: \"{phrase}\"') ORDER BY rowid")
        plain = [f" {fold(' '.join(re.findall('[^., ]+', ' '.join(part))))} " for part in parts]
        assert found == [(number,) for number, text in enumerate(plain) if f" {phrase} " in text] != []


def test_the_same_seed_makes_the_same_country_and_another_seed_another() -> None:
    assert list(SyntheticCountry(30, seed=3).commitments()) == list(SyntheticCountry(30, seed=3).commitments())
    assert list(SyntheticCountry(30, seed=3).commitments()) != list(SyntheticCountry(30, seed=4).commitments())


def test_a_failed_draft_leaves_the_file_of_before(tmp_path: Path) -> None:
    path = tmp_path / "1.db"
    path.write_bytes(b"good")

    def fails() -> None:
        with aside(path) as draft:
            draft.write_bytes(b"half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        fails()
    assert [entry.name for entry in tmp_path.iterdir()] == ["1.db"]
    assert path.read_bytes() == b"good"


def test_one_builder_at_a_time_and_drafts_of_killed_ones_are_cleared(tmp_path: Path) -> None:
    (tmp_path / ".7.db.dead.tmp").write_bytes(b"half")
    with build_lock(tmp_path) as mine:
        assert mine
        assert not (tmp_path / ".7.db.dead.tmp").exists()
        with build_lock(tmp_path) as second:
            assert not second
    with build_lock(tmp_path) as again:
        assert again


def test_old_files_go_after_their_grace_and_the_newest_two_stay(tmp_path: Path) -> None:
    for version in (1, 2, 3, 10):
        file_of(tmp_path, version).write_bytes(b"")
    (tmp_path / "notes.db").write_bytes(b"")
    moment = file_of(tmp_path, 10).stat().st_mtime
    assert clear(tmp_path, now=moment) == []
    clear(tmp_path, now=moment + 120)
    assert versions(tmp_path) == [10, 3]
    assert (tmp_path / "notes.db").exists()


def test_a_reader_moves_to_the_next_version_and_keeps_the_one_it_holds(tmp_path: Path) -> None:
    models = ReadModels(tmp_path)
    assert not models.refresh()
    with pytest.raises(ReadModelError, match="nothing has been published"):
        _ = models.current
    build(file_of(tmp_path, 1), SyntheticCountry(5))
    assert models.refresh()
    held = models.current
    assert not models.refresh()
    later = SyntheticCountry(9)
    later.data_version = 2
    build(file_of(tmp_path, 2), later)
    assert models.refresh()
    file_of(tmp_path, 1).unlink()
    assert (held.data_version, models.current.data_version) == (1, 2)
    assert rows(held, "SELECT count(*) FROM commitment_row") == [(5,)]
    assert rows(models.current, "SELECT count(*) FROM commitment_row") == [(9,)]


def test_a_broken_newest_file_is_passed_by(tmp_path: Path) -> None:
    build(file_of(tmp_path, 1), SyntheticCountry(5))
    file_of(tmp_path, 2).write_bytes(b"this is no database, whatever its name says" * 100)
    models = ReadModels(tmp_path)
    assert models.refresh()
    assert models.current.data_version == 1


def test_opening_a_file_reads_as_little_of_a_large_one_as_of_a_small_one(tmp_path: Path) -> None:
    read = []
    for size in (100, 3000):
        build(file_of(tmp_path, size), SyntheticCountry(size))
        model = ReadModel.open(file_of(tmp_path, size))
        assert model.cube("", "")[""][""] == size
        read.append(model.connection.status(apsw.SQLITE_DBSTATUS_CACHE_MISS)[0])
    assert read[1] <= read[0] + 4


def test_what_is_set_for_reading_is_in_force(tmp_path: Path) -> None:
    path = tmp_path / "1.db"
    build(path, SyntheticCountry(5))
    model = ReadModel.open(path)
    found = {name: model.rows(f"PRAGMA {name}").fetchall() for name in ("mmap_size", "cache_size", "temp_store")}
    assert int(str(found["mmap_size"][0][0])) > path.stat().st_size
    assert (found["cache_size"], found["temp_store"]) == ([(-CACHE_KIB,)], [(2,)])


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ReadModelError, match="no zone"):
        instant(datetime(2024, 1, 1))  # noqa: DTZ001
