"""Records as rows of the file: one function a table family, no I/O."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress, groupby
from typing import Any, NamedTuple

from msgspec.structs import astuple

from hub.readmodel.entries import ReadModelError, Row
from hub.readmodel.facts import AlignmentFacts, Facts, InstitutionFacts, encode, published
from hub.readmodel.postings import UINT32
from hub.readmodel.shared import Shared, Spot

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


def _given(value: object) -> bool:
    return value is not None


def _told(status: str) -> bool:
    return status != "UNKNOWN"


FIELDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "number": ("number", _given), "description": ("description", _given), "kind": ("kind", _given), "axis": ("axis", _given),
    "themes": ("themes", published), "institutions": ("institutions", bool), "startDate": ("start_date", _given),
    "endDate": ("end_date", _given), "years": ("years", bool), "status": ("status", _told), "progress": ("progress", _given),
    "progressReports": ("progress_reports", published), "milestones": ("milestones", published),
    "evidence": ("evidence", published), "url": ("url", _given),
}  # fmt: skip
"""What a commitment may publish or leave out, as completeness counts it: the column, and when a cell of it counts.
Alignment to ODS goals is counted beside them."""


class Batch:
    """Rows of one family waiting to be written; `cells`: the rows by column, under the names of the table."""

    __slots__ = ("cells", "fts", "institutions", "more", "ods", "rows", "sources", "years")

    def __init__(self) -> None:
        self.cells: dict[str, Sequence[Any]] = {}
        self.rows: list[tuple[Any, ...]] = []
        self.more: list[tuple[Any, ...]] = []
        self.ods: list[tuple[Any, ...]] = []
        self.years: list[tuple[int, int]] = []
        self.institutions: list[tuple[Any, ...]] = []
        self.sources: list[tuple[int, str]] = []
        self.fts: list[tuple[Any, ...]] = []


class _Mark(NamedTuple):
    """What is written of an alignment wherever it occurs, and the sets of the rows that have it."""

    text: str
    cells: tuple[int, str | None, str, str | None]
    sets: list[array[int]]


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
        self._sets: defaultdict[str, defaultdict[str, array[int]]] = defaultdict(lambda: defaultdict(_no_rows))
        self._filled = [bytearray() for _ in FIELDS]
        self._marks: dict[AlignmentFacts, _Mark] = {}
        self._year_sets: dict[str, list[array[int]]] = {}
        self._institution_sets: dict[str, tuple[int, array[int]]] = {}
        self._last = ""

    def of(self, dim: str) -> Mapping[str, array[int]]:
        """The rows that have each value of a dimension."""
        return self._sets[dim]

    @property
    def commitments(self) -> int:
        """How many merged records there are."""
        return len(self._sets["primary"][""])

    def postings(self) -> Iterator[tuple[str, str, array[int]]]:
        """(dimension, value, the rows that have it)."""
        for dim, values in self._sets.items():
            for value, ids in values.items():
                if ids:
                    yield dim, value, ids

    def close(self) -> None:
        """Must be called once, after the last row."""
        every = range(self.size)
        for name, flags in zip(FIELDS, self._filled, strict=True):
            self._sets["filled"][name] = array(UINT32, compress(every, flags))

    def add(self, rows: Sequence[Row]) -> Batch:
        """The next rows, in page order.

        Raises:
            ReadModelError: they are out of order, two merged records share a code, or one has no public code yet.
        """
        self._check(rows)
        batch = Batch()
        first, self.size = self.size, self.size + len(rows)
        ids = range(first, self.size)
        facts = [row.facts for row in rows]
        columns = dict(zip(Facts.__struct_fields__, zip(*map(astuple, facts), strict=True), strict=True))
        moment = self._shared.moments.text
        updated = [moment(row.since) for row in rows]
        evidence = list(map(published, columns["evidence"]))
        spots = list(map(self._shared.spot, facts))
        years = list(map(self._shared.years, columns["years"]))
        names = self._institutions(ids, columns["institutions"], batch)
        batch.cells = {
            "id": ids, "code": columns["code"], "is_primary": [row.is_primary for row in rows],
            "source": [row.source for row in rows],
            **{name: columns[name] for name in ("native_key", "number", "series", "title", "kind", "axis", "plan_code")},
            "plan_id": [spot.plan_id for spot in spots], "jurisdiction": columns["jurisdiction"],
            "jurisdiction_id": [spot.jurisdiction_id for spot in spots], "state": [spot.state for spot in spots],
            "level": [spot.level for spot in spots], "program": [spot.program for spot in spots],
            **{name: columns[name] for name in ("start_date", "end_date", "status", "status_raw", "progress", "progress_raw")},
            "url": columns["url"], "updated_at": updated, "valid_to": [row.until and moment(row.until) for row in rows],
            "has_evidence": evidence, "missing_since": [row.missing_since and moment(row.missing_since) for row in rows],
            "years": [text for text, _ in years], "alignments": self._alignments(ids, columns["ods"], batch),
        }  # fmt: skip
        batch.rows = list(zip(*batch.cells.values(), strict=True))
        batch.more = [
            (number, row.facts.description, *self._shared.lineage(row.facts.lineage), row.run,
             encode(row.changed_fields) if row.changed_fields else b"[]", row.body)
            for number, row in zip(ids, rows, strict=True)
        ]  # fmt: skip
        batch.fts = list(zip(ids, columns["title"], columns["description"], names, strict=True))
        self.titles += map(fold, columns["title"])
        self.progress += columns["progress"]
        self.updated += updated
        for flags, (name, counts) in zip(self._filled, FIELDS.values(), strict=True):
            flags += bytes(map(counts, columns[name]))
        self._note_spots(first, spots)
        for dim in ("status", "kind", "axis"):
            self._note(dim, first, columns[dim])
        self._note("progress", first, map(_whole, columns["progress"]))
        self._sets["evidence"][""].extend(compress(ids, evidence))
        self._note_sources(ids, rows, batch)
        self._note_years(ids, years, batch)
        return batch

    def _check(self, rows: Sequence[Row]) -> None:
        last = self._last
        for row in rows:
            code = row.facts.code
            if code < last:
                raise ReadModelError(f"rows must come by code: {code!r} after {last!r}")
            if not code or not row.facts.plan_code:
                raise ReadModelError(f"{row.source}/{row.facts.native_key} has no public code yet: publish it first")
            last = code
        self._last = last

    def _note(self, dim: str, first: int, column: Iterable[str | None]) -> None:
        """Note which of the rows from `first` on have which value."""
        sets = self._sets[dim]
        for number, value in enumerate(column, first):
            if value is not None:
                sets[value].append(number)

    def _note_spots(self, first: int, spots: Sequence[Spot]) -> None:
        """Rows of one plan stand together: each dimension is told of them at once."""
        sets = self._sets
        for spot, group in groupby(spots):
            until = first + sum(1 for _ in group)
            for dim, value in (
                ("state", spot.state), ("level", spot.level), ("jurisdiction", spot.jurisdiction),
                ("program", spot.program), ("plan", spot.plan),
            ):  # fmt: skip
                sets[dim][value].extend(range(first, until))
            first = until

    def _note_sources(self, ids: range, rows: Sequence[Row], batch: Batch) -> None:
        raise NotImplementedError

    def _note_years(self, ids: range, years: Sequence[tuple[str, list[int]]], batch: Batch) -> None:
        for number, (text, each) in zip(ids, years, strict=True):
            sets = self._year_sets.get(text)
            if sets is None:
                sets = self._year_sets[text] = [self._sets["year"][str(year)] for year in each]
                sets += [self._sets["year_first"][str(year)] for year in each[:1]]
            for rows in sets:
                rows.append(number)
            batch.years += [(number, year) for year in each]

    def _alignments(self, ids: range, column: Sequence[tuple[AlignmentFacts, ...]], batch: Batch) -> list[str]:
        """Note the alignments of rows; gives back their ids as the file writes them."""
        marks = self._marks
        texts = []
        for number, items in zip(ids, column, strict=True):
            written = []
            for position, item in enumerate(items):
                mark = marks.get(item) or self._mark(item)
                written.append(mark.text)
                batch.ods.append((number, position, *mark.cells))
                for rows in mark.sets:
                    _once(rows, number)
            texts.append(" ".join(written))
        return texts

    def _mark(self, item: AlignmentFacts) -> _Mark:
        known, sets = self._shared.alignments, self._sets
        found = [sets["ods"][f"{item.goal}|{item.basis}"]]
        if item.target:
            found.append(sets["target"][f"{item.target}|{item.basis}"])
        if item.basis == "DECLARED":
            found.append(sets["filled"]["ods"])
        text = str(known.setdefault(item, len(known)))
        mark = self._marks[item] = _Mark(text, (item.goal, item.target, item.basis, item.reason), found)
        return mark

    def _institutions(self, ids: range, column: Sequence[tuple[InstitutionFacts, ...]], batch: Batch) -> list[str]:
        """Note the institutions of rows; gives back of each row their names as one text."""
        known, sets, by_name = self._shared.institutions, self._sets["institution"], self._institution_sets
        texts = []
        for number, bodies in zip(ids, column, strict=True):
            for position, body in enumerate(bodies):
                name = body.name
                if name not in by_name:
                    identity = known.setdefault(name, len(known))
                    by_name[name] = (identity, sets[str(identity)])
                identity, rows = by_name[name]
                batch.institutions.append((number, position, identity, name, body.role, body.raw))
                _once(rows, number)
            texts.append(" · ".join([body.name for body in bodies]))
        return texts


class Current(Family):
    """What is public now: a merged record under each code, then the own records of its sources if they are several."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self._group: list[int] = []
        self._merged: int | None = None
        self._source = ""

    def _note_sources(self, ids: range, rows: Sequence[Row], batch: Batch) -> None:
        sets = self._sets
        primary, own, by_source, publishers = sets["primary"][""], sets["own"][""], sets["source"], sets["published_by"]
        for number, row in zip(ids, rows, strict=True):
            if row.is_primary:
                self._close_group()
                self._merged, self._source = number, row.source
                primary.append(number)
            else:
                self._group.append(number)
                by_source[row.source].append(number)
                own.append(number)
            for key in row.sources:
                publishers[key].append(number)
                batch.sources.append((number, key))

    def _check(self, rows: Sequence[Row]) -> None:
        last = self._last
        super()._check(rows)
        for row in rows:
            if row.is_primary == (row.facts.code == last):
                raise ReadModelError(
                    f"there must be one merged record of {row.facts.code!r}, before the records of its sources"
                )
            last = row.facts.code

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

    def _note_sources(self, ids: range, rows: Sequence[Row], batch: Batch) -> None:
        sets = self._sets
        sets["primary"][""].extend(ids)
        sets["own"][""].extend(ids)
        for number, row in zip(ids, rows, strict=True):
            for key in row.sources:
                sets["source"][key].append(number)
                sets["published_by"][key].append(number)
                batch.sources.append((number, key))


def _no_rows() -> array[int]:
    return array(UINT32)


def _once(ids: array[int], number: int) -> None:
    """Add the newest row to a set that may have it already."""
    if not ids or ids[-1] != number:
        ids.append(number)


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
