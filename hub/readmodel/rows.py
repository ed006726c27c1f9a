"""Records as rows of the file: one function a table family, no I/O."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import compress, groupby
from operator import le
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import astuple

from hub.readmodel.entries import ReadModelError, Row
from hub.readmodel.facts import AlignmentFacts, Facts, InstitutionFacts, encode, published
from hub.readmodel.lists import Listed, Lists
from hub.readmodel.postings import UINT32, bits_of_flags, bits_of_ids, pack
from hub.readmodel.shared import Shared, Spot

Columns = Mapping[str, Sequence[Any]]
Sets = defaultdict[str, defaultdict[str, "array[int]"]]
K = TypeVar("K")
DEFAULT_BASES = ("DECLARED", "EDITORIAL")
_MARKS = re.compile("[\u0300-\u036f]")


def _spelled(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def fold(text: str) -> str:
    """Text as it is compared and sorted: no accents, no case."""
    if text.isascii():
        return text.casefold()
    try:
        plain = text.encode("latin-1").translate(_LATIN)
    except UnicodeEncodeError:
        return _spelled(text)
    return _spelled(text) if b"\0" in plain else plain.decode("latin-1")


def _latin() -> bytes:
    """Latin-1's letters folded one by one; 0 where one becomes several (ß), or one that Latin-1 lacks (µ)."""
    folded = (_spelled(chr(letter)) for letter in range(256))
    return bytes(ord(text) if len(text) == 1 and text <= "\xff" else 0 for text in folded)


_LATIN = _latin()


def _given(column: Sequence[object]) -> list[bool]:
    return [value is not None for value in column]


def _some(column: Sequence[Sequence[object]]) -> list[bool]:
    return list(map(bool, column))


def _told(column: Sequence[str]) -> list[bool]:
    return [status != "UNKNOWN" for status in column]


FIELDS: dict[str, tuple[str, Callable[[Any], list[bool]]]] = {
    "number": ("number", _given), "description": ("description", _given), "kind": ("kind", _given), "axis": ("axis", _given),
    "themes": ("themes", published), "institutions": ("institutions", _some), "startDate": ("start_date", _given),
    "endDate": ("end_date", _given), "years": ("years", _some), "status": ("status", _told), "progress": ("progress", _given),
    "progressReports": ("progress_reports", published), "milestones": ("milestones", published),
    "evidence": ("evidence", published), "url": ("url", _given),
}  # fmt: skip
"""What a commitment may publish or leave out, as completeness counts it: the column, and which of its cells count.
Alignment to ODS goals is counted beside them."""


class Batch:
    """Rows of one family waiting to be written.

    Attributes:
        cells: the rows by column, under the names of the table.
        more, institutions, sources: of the tables beside it; sources only of the rows that have not just the one they name.
    """

    __slots__ = ("cells", "ids", "institutions", "more", "sources")

    def __init__(self, ids: range) -> None:
        self.ids = ids
        self.cells: dict[str, Sequence[Any]] = {}
        self.more: list[Sequence[Any]] = []
        self.institutions: list[tuple[Any, ...]] = []
        self.sources: list[tuple[Any, ...]] = []


class Family:
    """Turns entries into rows and gathers, for one space, which rows have which value.

    Rows come in batches and are worked on column by column: a cell at a time costs three times as much.

    Attributes:
        size: rows so far, which is also the next id.
        titles, progress, updated: of every row.
    """

    def __init__(self, shared: Shared) -> None:
        self.size = 0
        self.titles: list[str] = []
        self.progress: list[float | None] = []
        self.updated: list[str] = []
        self._shared = shared
        self._sets: Sets = defaultdict(lambda: defaultdict(_no_rows))
        self._bits: dict[str, dict[str, int]] = {}
        self._filled = [bytearray() for _ in FIELDS]
        self._years = Lists(partial(_listed_years, self._sets))
        self._alignments = Lists(partial(_listed_alignments, self._sets, shared.alignments))
        self._institutions = Lists(partial(_listed_institutions, self._sets, shared.institutions))
        self._last = ""

    def of(self, dim: str) -> Mapping[str, array[int]]:
        """The rows that have each value of a dimension."""
        return self._sets[dim]

    @property
    def commitments(self) -> int:
        """How many merged records there are."""
        return len(self._sets["primary"][""])

    def bits(self, dim: str) -> dict[str, int]:
        """The rows that have each value of a dimension of few values, as bits; once all rows are there."""
        found = self._bits.get(dim)
        if found is None:
            sets = self._sets[dim].items()
            found = self._bits[dim] = {value: bits_of_ids(ids, self.size) for value, ids in sets if ids}
        return found

    def postings(self) -> Iterator[tuple[str, str, int, int, bytes]]:
        """(dimension, value, how many rows have it, and which: two cells as `pack` makes them)."""
        for dim, values in self._sets.items():
            known = self._bits.get(dim, {})
            for value, ids in values.items():
                if ids:
                    yield dim, value, len(ids), *pack(ids, self.size, known.get(value))

    def close(self) -> None:
        """Must be called once, after the last row."""
        every = range(self.size)
        for lists in (self._years, self._alignments, self._institutions):
            lists.settle()
        filled = self._sets["filled"]
        self._bits["filled"] = {name: bits_of_ids(ids, self.size) for name, ids in filled.items()}
        for name, flags in zip(FIELDS, self._filled, strict=True):
            filled[name] = array(UINT32, compress(every, flags))
            self._bits["filled"][name] = bits_of_flags(flags)

    def add(self, rows: Sequence[Row]) -> Batch:
        """The next rows, in page order.

        Raises:
            ReadModelError: they are out of order, two merged records share a code, or one has no public code yet.
        """
        told = _by_column(Row, rows)
        columns = _by_column(Facts, told["facts"])
        self._check(told, columns)
        first, self.size = self.size, self.size + len(rows)
        ids = range(first, self.size)
        shared = self._shared
        moment = shared.moments.__getitem__
        updated = list(map(moment, told["since"]))
        spots = list(map(shared.spots.__getitem__, _places(columns)))
        evidence = published(columns["evidence"])
        institutions = self._institutions.note(ids, columns["institutions"])
        batch = Batch(ids)
        batch.cells = {
            "id": ids, "code": columns["code"], "is_primary": told["is_primary"], "source": told["source"],
            **{name: columns[name] for name in ("native_key", "number", "series", "title", "kind", "axis", "plan_code")},
            "plan_id": [spot.plan_id for spot in spots], "jurisdiction": columns["jurisdiction"],
            "jurisdiction_id": [spot.jurisdiction_id for spot in spots], "state": [spot.state for spot in spots],
            "level": [spot.level for spot in spots], "program": [spot.program for spot in spots],
            **{name: columns[name] for name in ("start_date", "end_date", "status", "status_raw", "progress", "progress_raw")},
            "url": columns["url"], "updated_at": updated, "valid_to": [each and moment(each) for each in told["until"]],
            "has_evidence": evidence, "missing_since": [each and moment(each) for each in told["missing_since"]],
            "years": self._years.note(ids, columns["years"]), "alignments": self._alignments.note(ids, columns["ods"]),
        }  # fmt: skip
        changed = [encode(names).decode() if names else "[]" for names in told["changed_fields"]]
        lineage = zip(*map(shared.lineage, columns["lineage"]), strict=True)
        batch.more = [ids, columns["description"], *lineage, told["run"], changed, told["body"]]
        batch.institutions = _members(ids, institutions)
        batch.sources = _members(ids, map(_several, told["source"], told["sources"]))
        self.titles += map(fold, columns["title"])
        self.progress += columns["progress"]
        self.updated += updated
        for flags, (name, counts) in zip(self._filled, FIELDS.values(), strict=True):
            flags += bytes(counts(columns[name]))
        self._note_spots(first, spots)
        for dim in ("status", "kind", "axis"):
            self._note(dim, first, columns[dim])
        self._note("progress", first, map(_whole, columns["progress"]))
        self._sets["evidence"][""].extend(compress(ids, evidence))
        self._note_sources(ids, told)
        return batch

    def _check(self, told: Columns, columns: Columns) -> None:
        codes = columns["code"]
        if not (all(codes) and all(columns["plan_code"]) and all(map(le, (self._last, *codes), codes))):
            self._refuse(told, columns)
        self._last = codes[-1]

    def _refuse(self, told: Columns, columns: Columns) -> None:
        last = self._last
        for code, plan, source, key in zip(
            columns["code"], columns["plan_code"], told["source"], columns["native_key"], strict=True
        ):
            if code < last:
                raise ReadModelError(f"rows must come by code: {code!r} after {last!r}")
            if not code or not plan:
                raise ReadModelError(f"{source}/{key} has no public code yet: publish it first")
            last = code

    def _note(self, dim: str, first: int, column: Iterable[str | None]) -> None:
        """Note which of the rows from `first` on have which value."""
        sets = self._sets[dim]
        for number, value in enumerate(column, first):
            if value is not None:
                sets[value].append(number)

    def _note_spots(self, first: int, spots: Sequence[Spot]) -> None:
        """Rows of one plan stand together: each dimension is told of them at once."""
        sets = self._sets
        for spot, rows in _runs(first, spots):
            for dim, value in (
                ("state", spot.state), ("level", spot.level), ("jurisdiction", spot.jurisdiction),
                ("program", spot.program), ("plan", spot.plan),
            ):  # fmt: skip
                sets[dim][value].extend(rows)

    def _note_sources(self, ids: range, told: Columns) -> None:
        """Note by whom rows are published. Those of one source stand together too."""
        publishers = self._sets["published_by"]
        for keys, rows in _runs(ids.start, told["sources"]):
            for key in keys:
                publishers[key].extend(rows)


class Current(Family):
    """What is public now: a merged record under each code, then the own records of its sources if they are several."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self._group: list[int] = []
        self._merged: int | None = None
        self._source = ""

    def _note_sources(self, ids: range, told: Columns) -> None:
        super()._note_sources(ids, told)
        own, by_source = self._sets["own"][""], self._sets["source"]
        for primary, rows in _runs(ids.start, told["is_primary"]):
            sources = told["source"][rows.start - ids.start : rows.stop - ids.start]
            if not primary:
                self._group.extend(rows)
                own.extend(rows)
            else:
                self._close_group()
                self._sets["primary"][""].extend(rows)
                own.extend(rows[:-1])
                self._merged, self._source = rows[-1], sources[-1]
                sources = sources[:-1]
            for key, those in _runs(rows.start, sources):
                by_source[key].extend(those)

    def _check(self, told: Columns, columns: Columns) -> None:
        codes, last = columns["code"], self._last
        super()._check(told, columns)
        for primary, code, before in zip(told["is_primary"], codes, (last, *codes), strict=False):
            if primary == (code == before):
                raise ReadModelError(f"there must be one merged record of {code!r}, before the records of its sources")

    def _close_group(self) -> None:
        """A merged record with no records of its sources is its one source's own record too."""
        if self._merged is not None and not self._group:
            self._sets["own"][""].append(self._merged)
            self._sets["source"][self._source].append(self._merged)
        for place, number in enumerate(self._group):
            for distance in range(1, place + 1):
                self._sets["twin"][str(distance)].append(number)
        self._group = []

    def close(self) -> None:
        self._close_group()
        super().close()


class Past(Family):
    """Superseded versions: each is a merged record."""

    def _note_sources(self, ids: range, told: Columns) -> None:
        super()._note_sources(ids, told)
        sets = self._sets
        sets["primary"][""].extend(ids)
        sets["own"][""].extend(ids)
        for key, those in sets["published_by"].items():
            sets["source"][key] = those


def _several(source: str, sources: tuple[str, ...]) -> list[tuple[str]]:
    return [] if sources == (source,) else [(key,) for key in sources]


def _members(ids: range, lists: Iterable[Sequence[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The rows of the table of what rows have several of."""
    return [(number, *cells) for number, members in zip(ids, lists, strict=True) for cells in members]


def _listed_years(sets: Sets, years: tuple[int, ...]) -> Listed:
    each = sorted(set(years))
    found = [sets["year"][str(year)] for year in each]
    found += [sets["year_first"][str(year)] for year in each[:1]]
    return Listed(f"[{','.join(map(str, years))}]", found)


def _listed_alignments(sets: Sets, known: dict[AlignmentFacts, int], items: tuple[AlignmentFacts, ...]) -> Listed:
    names: dict[tuple[str, str], None] = {}
    for item in items:
        names["ods", f"{item.goal}|{item.basis}"] = None
        if item.target:
            names["target", f"{item.target}|{item.basis}"] = None
        if item.basis == "DECLARED":
            names["filled", "ods"] = None
    numbers = [str(known.setdefault(item, len(known))) for item in items]
    return Listed(" ".join(numbers), [sets[dim][value] for dim, value in names])


def _listed_institutions(sets: Sets, known: dict[str, int], bodies: tuple[InstitutionFacts, ...]) -> Listed:
    cells = []
    names: dict[str, None] = {}
    for position, body in enumerate(bodies):
        identity = known.setdefault(body.name, len(known))
        cells.append((position, identity, body.name, body.role, body.raw))
        names[str(identity)] = None
    return Listed(cells, [sets["institution"][name] for name in names])


def _by_column(kind: type[Struct], records: Sequence[Struct]) -> Columns:
    """The fields of records, each as a column of its own."""
    return dict(zip(kind.__struct_fields__, zip(*map(astuple, records), strict=True), strict=True))


def _places(columns: Columns) -> Iterator[tuple[str, str, str]]:
    """What tells where a commitment belongs, as `Shared.spots` knows it."""
    programs = [plan.program for plan in columns["plan"]]
    return zip(columns["plan_code"], columns["jurisdiction"], programs, strict=True)


def _runs(first: int, column: Sequence[K]) -> Iterator[tuple[K, range]]:
    """Rows that stand together and say the same: what they say, and their numbers from `first` on."""
    for value, group in groupby(column):
        until = first + sum(1 for _ in group)
        yield value, range(first, until)
        first = until


def _no_rows() -> array[int]:
    return array(UINT32)


@lru_cache(maxsize=10_000)
def _whole(progress: float | None) -> str | None:
    """The whole percent of a progress, marked where there is more to it: "40", "40+"."""
    if progress is None:
        return None
    whole = int(progress // 1)
    return str(whole) if whole == progress else f"{whole}+"


def orderings(family: Family) -> Iterator[tuple[str, int, array[int], array[int]]]:
    """For each order field that has no few values: how many rows have one, ids in ascending order with the others last,
    and of every id its place in that order."""
    every = range(family.size)
    titles, updated, progress = family.titles, family.updated, family.progress
    yield "TITLE", family.size, *_both(sorted(every, key=titles.__getitem__))
    valued = [number for number in every if progress[number] is not None]
    valued.sort(key=progress.__getitem__)  # type: ignore[arg-type]
    yield "PROGRESS", len(valued), *_both([*valued, *(number for number in every if progress[number] is None)])
    yield "UPDATED_AT", family.size, *_both(sorted(every, key=updated.__getitem__))


def _both(order: list[int]) -> tuple[array[int], array[int]]:
    places = array(UINT32, bytes(4 * len(order)))
    for place, number in enumerate(order):
        places[number] = place
    return array(UINT32, order), places
