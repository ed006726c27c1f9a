"""The columns of a file say what its tables say, and a file without them is no read model."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.readmodel import ReadModel, ReadModelError, build
from hub.readmodel.columns import HELD, MAGIC, NOBODY, READERS, TEXTS, Columns, Kind, Words
from hub.readmodel.drafts import Drafts, append
from hub.readmodel.generate import SyntheticCountry

JSON = [name for name, (kind, _) in HELD.items() if kind is not Kind.ROW and name not in ("years", "alignments")]
PAGE = 4096


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("columns") / "1.db"
    build(found, SyntheticCountry(300, history=0.5, groups=0.2))
    return found


@pytest.mark.parametrize("name", HELD)
@pytest.mark.parametrize("family", ["current", "past"])
def test_every_column_holds_what_the_table_holds(path: Path, family: str, name: str) -> None:
    model = ReadModel.open(path)
    space = getattr(model, family)
    wanted = [row[0] for row in model.rows(f"SELECT {name} FROM {space.name}_row ORDER BY id")]
    assert len(wanted) == space.size > 0
    found = space.columns.cells(name, range(space.size))
    if name in JSON:
        assert list(map(json.loads, found)) == wanted
    elif HELD[name][0] is Kind.ROW:
        assert [None if cell == NOBODY else cell for cell in found] == wanted
    else:
        assert [cell.decode() for cell in found] == wanted
    if name in ("source", "alignments", "plan_id", "jurisdiction_id"):  # which name other rows
        (numbers,) = space.columns.reader(((name, True),)).read(range(space.size))
        assert [space.columns.key(name, number) for number in numbers] == wanted


def test_the_file_is_still_a_database_for_everybody(path: Path) -> None:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM commitment").fetchone()[0] >= 300


@pytest.mark.parametrize("left", [0, -1, -len(MAGIC) - 8, -5000])
def test_a_file_that_lacks_a_part_of_its_columns_is_refused(path: Path, tmp_path: Path, left: int) -> None:
    whole = path.read_bytes()
    pages = Columns(path).start
    (tmp_path / "1.db").write_bytes(whole[:pages] if left == 0 else whole[:left])
    with pytest.raises(ReadModelError, match="build it again"):
        ReadModel.open(tmp_path / "1.db")


def drawn(cells: Sequence[dict[str, Any]], folder: Path) -> Columns:
    """The columns of rows, put behind an empty page, a few rows at a time."""
    path = folder / "drawn.db"
    path.write_bytes(bytes(PAGE))
    with closing(Drafts(folder)) as drafts:
        for start in range(0, len(cells), 3):
            drafts.add({name: [row[name] for row in cells[start : start + 3]] for name in HELD})
        append(path, {"commitment": drafts})
    return Columns(path)


TEXT = st.none() | st.text()
ROW = st.fixed_dictionaries(
    {
        **dict.fromkeys(TEXTS, TEXT),
        **dict.fromkeys(("kind", "axis", "start_date", "end_date", "status", "updated_at", "source"), TEXT),
        "number": st.none() | st.integers(-(2**62), 2**62),
        "progress": st.none() | st.integers(0, 100) | st.floats(allow_nan=False, allow_infinity=False),
        **dict.fromkeys(("years", "alignments"), st.text()),
        **dict.fromkeys(("plan_id", "jurisdiction_id"), st.none() | st.integers(0, 2**31 - 1)),
    }
)


@given(st.lists(ROW, max_size=12), st.data())
def test_any_cells_come_back_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, Any]], data: st.DataObject
) -> None:
    family = drawn(cells, tmp_path_factory.mktemp("drawn")).of("commitment")
    rows = data.draw(st.lists(st.integers(0, len(cells) - 1), max_size=20)) if cells else []
    for name in JSON:
        assert [json.loads(cell) for cell in family.cells(name, rows)] == [cells[row][name] for row in rows]
    for name in ("years", "alignments"):
        assert list(family.cells(name, rows)) == [cells[row][name].encode() for row in rows]
    for name in ("plan_id", "jurisdiction_id"):
        (numbers,) = family.reader(((name, True),)).read(rows)
        assert [family.key(name, number) for number in numbers] == [cells[row][name] for row in rows]


@given(st.lists(ROW, min_size=1, max_size=12), st.lists(st.sampled_from(list(HELD)), min_size=1, max_size=6), st.data())
def test_columns_read_together_are_those_read_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, Any]], names: list[str], data: st.DataObject
) -> None:
    family = drawn(cells, tmp_path_factory.mktemp("drawn")).of("commitment")
    first = data.draw(st.integers(0, len(cells) - 1))
    following = range(first, data.draw(st.integers(first, len(cells))))
    for rows in (data.draw(st.permutations(range(len(cells)))), list(following)):
        together = family.reader(tuple((name, False) for name in names)).read(rows)
        assert [list(column) for column in together] == [list(family.cells(name, rows)) for name in names]


def test_numbers_take_the_bytes_that_the_largest_needs_in_every_record(tmp_path: Path) -> None:
    row = {**dict.fromkeys(HELD), "years": "", "alignments": ""}
    many = [{**row, "kind": f"k{number}", "title": "t" * (70_000 if number == 299 else 1)} for number in range(300)]
    family = drawn(many, tmp_path).of("commitment")
    assert [json.loads(cell) for cell in family.cells("kind", range(300))] == [cells["kind"] for cells in many]
    assert [json.loads(cell) for cell in family.cells("title", [299, 0])] == ["t" * 70_000, "t"]


def test_readers_of_columns_are_kept_for_who_asks_again_but_not_for_ever(path: Path) -> None:
    family = ReadModel.open(path).current.columns
    reader = family.reader((("code", False),))
    assert family.reader((("code", False),)) is reader
    for number in range(READERS):
        family.reader(tuple(("code", bit == "1") for bit in f"{number:09b}"))
    assert family.reader((("code", False),)) is not reader


def test_many_different_words_are_read_where_they_stand(path: Path) -> None:
    columns = Columns(path)
    ends = columns.numbers(columns._families["commitment"].words["updated_at"])
    held, loose = Words(columns.whole, ends), Words(columns.whole, ends, few=0)
    assert held.pick([2, 0, 1, 2]) == loose.pick([2, 0, 1, 2])
    assert len(set(loose.pick([2, 0, 1]))) == 3
