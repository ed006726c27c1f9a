"""A read-model file appears whole or not at all, and says what was put into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import apsw
import msgspec
import pytest

from hub.readmodel import ReadModel, ReadModelError, ReadModels, build
from hub.readmodel.entries import CommitmentEntry, instant
from hub.readmodel.files import aside, build_lock, clear, file_of, versions
from hub.readmodel.generate import SyntheticCountry


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


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ReadModelError, match="no zone"):
        instant(datetime(2024, 1, 1))  # noqa: DTZ001
