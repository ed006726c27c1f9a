"""Records as rows of the file: one function a table family, no I/O."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import compress
from typing import Any

from hub.model import Lineage
from hub.readmodel.entries import ReadModelError, Row, instant
from hub.readmodel.facts import AlignmentFacts, Facts, LineageFacts, encode, published
from hub.readmodel.postings import UINT32

DEFAULT_BASES = ("DECLARED", "EDITORIAL")
FIELDS = (
    "number", "description", "kind", "axis", "themes", "institutions", "startDate", "endDate", "years", "status", "progress",
    "progressReports", "milestones", "evidence", "url",
)  # fmt: skip
"""What a commitment may publish or leave out, as completeness counts it; alignment to ODS goals beside them."""
NO_LINEAGE: tuple[str | None, ...] = (None,) * 6
MOMENTS = 100_000
"""Moments whose text is remembered: most rows share few."""
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


def lineage_cells(lineage: Lineage | None) -> tuple[str | None, ...]:
    """The six lineage columns."""
    if lineage is None:
        return NO_LINEAGE
    return (
        lineage.url,
        instant(lineage.fetched_at),
        lineage.sha256,
        lineage.media_type,
        lineage.locator,
        lineage.run,
    )


def jurisdiction_id(code: str) -> int:
    """INEGI key to row id: "00" 0, "30" 30, "08019" 8019. Raises ReadModelError for anything else."""
    if len(code) not in (2, 5) or not code.isascii() or not code.isdigit():
        raise ReadModelError(f"{code!r} is not an INEGI key of two or five digits")
    return int(code)


def level_of(code: str) -> str:
    """The order of government an INEGI key belongs to."""
    if len(code) == 5:
        return "MUNICIPALITY"
    return "NATION" if code == "00" else "STATE"


class Batch:
    """Rows of one family waiting to be written."""

    __slots__ = ("fts", "institutions", "more", "ods", "rows", "sources", "years")

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.more: list[tuple[Any, ...]] = []
        self.ods: list[tuple[Any, ...]] = []
        self.years: list[tuple[int, int]] = []
        self.institutions: list[tuple[Any, ...]] = []
        self.sources: list[tuple[int, str]] = []
        self.fts: list[tuple[Any, ...]] = []


class Shared:
    """What the rows of both families refer to: plans by code, and institutions and alignments held once each."""

    def __init__(self, plans: dict[str, int], programs: dict[str, str]) -> None:
        self.plans = plans
        self.programs = programs
        self.institutions: dict[str, int] = {}
        self.alignments: dict[AlignmentFacts, int] = {}
        self._places: dict[str, tuple[int, str, str]] = {}
        self._years: dict[tuple[int, ...], tuple[str, list[int]]] = {}
        self._instants: dict[str, str] = {}

    def place(self, code: str) -> tuple[int, str, str]:
        """(row id, state, order of government) of an INEGI key."""
        found = self._places.get(code)
        if found is None:
            found = self._places[code] = (jurisdiction_id(code), code[:2], level_of(code))
        return found

    def years(self, years: tuple[int, ...]) -> tuple[str, list[int]]:
        """Years as the file writes them, and each of them once, in order."""
        found = self._years.get(years)
        if found is None:
            found = self._years[years] = (f"[{','.join(map(str, years))}]", sorted(set(years)))
        return found

    def lineage(self, lineage: LineageFacts | None) -> tuple[str | None, ...]:
        """As `lineage_cells`, of what was read from JSON."""
        if lineage is None:
            return NO_LINEAGE
        return (
            lineage.url, self._instant(lineage.fetched_at), lineage.sha256, lineage.media_type, lineage.locator, lineage.run,
        )  # fmt: skip

    def _instant(self, text: str) -> str:
        found = self._instants.get(text)
        if found is None:
            if len(self._instants) > MOMENTS:
                self._instants.clear()
            found = self._instants[text] = instant(datetime.fromisoformat(text))
        return found


class Family:
    """Turns entries into rows and gathers, for one space, which rows have which value.

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
        self._filled = bytearray()
        self._moments: dict[datetime, str] = {}
        self._group: list[int] = []
        self._merged = -1
        self._single = ""
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

    def add_current(self, row: Row, batch: Batch) -> None:
        """A commitment that is public now.

        Raises:
            ReadModelError: rows are out of page order, or two merged records share a code.
        """
        code, number, last = row.facts.code, self.size, self._last
        if code < last or (code == last and row.is_primary):
            raise ReadModelError(f"commitments must come by code, one merged record each: {code!r} after {last!r}")
        self._last = code
        if row.is_primary:
            self._close_group()
            self._merged, self._single = number, row.source
            self._sets["primary"][""].append(number)
        elif code != last:
            raise ReadModelError(f"{code!r} has records of its sources but no merged record before them")
        else:
            self._group.append(number)
            self._sets["source"][row.source].append(number)
            self._sets["own"][""].append(number)
        self._add(row, batch)

    def add_past(self, row: Row, batch: Batch) -> None:
        """A superseded version. Raises ReadModelError when out of order."""
        code, number = row.facts.code, self.size
        if code < self._last:
            raise ReadModelError(f"versions must come by code: {code!r} after {self._last!r}")
        self._last = code
        self._sets["primary"][""].append(number)
        self._sets["own"][""].append(number)
        for source in row.sources:
            self._sets["source"][source].append(number)
        self._add(row, batch)

    def _close_group(self) -> None:
        """A merged record with no records of its sources is its one source's own record too."""
        if self._merged < 0:
            return
        if not self._group:
            self._sets["own"][""].append(self._merged)
            self._sets["source"][self._single].append(self._merged)
            return
        for place, number in enumerate(self._group):
            for distance in range(1, place + 1):
                self._sets["twin"][str(distance)].append(number)
        self._group = []

    def close(self) -> None:
        """Must be called once, after the last row."""
        self._close_group()
        every = range(self.size)
        for place, name in enumerate(FIELDS):
            self._sets["filled"][name] = array(UINT32, compress(every, self._filled[place :: len(FIELDS)]))

    def _instant(self, moment: datetime) -> str:
        text = self._moments.get(moment)
        if text is None:
            if len(self._moments) > MOMENTS:
                self._moments.clear()
            text = self._moments[moment] = instant(moment)
        return text

    def _add(self, row: Row, batch: Batch) -> None:
        facts, shared = row.facts, self._shared
        code, plan = facts.code, facts.plan_code
        if not code or not plan:
            raise ReadModelError(f"{row.source}/{facts.native_key} has no public code yet: publish it first")
        number = self.size
        self.size += 1
        place, state, level = shared.place(facts.jurisdiction)
        program = shared.programs.get(plan) or facts.plan.program
        years, each_year = shared.years(facts.years)
        updated = self._instant(row.since)
        evidence = published(facts.evidence)
        batch.rows.append(
            (number, code, row.is_primary, row.source, facts.native_key, facts.number, facts.series, facts.title, facts.kind,
             facts.axis, plan, shared.plans.get(plan), facts.jurisdiction, place, state, level, program, facts.start_date,
             facts.end_date, facts.status, facts.status_raw, facts.progress, facts.progress_raw, facts.url, updated,
             self._instant(row.until) if row.until else None, evidence,
             self._instant(row.missing_since) if row.missing_since else None, years, self._alignments(facts, number, batch))
        )  # fmt: skip
        batch.more.append(
            (number, facts.description, *shared.lineage(facts.lineage), row.run,
             encode(row.changed_fields) if row.changed_fields else b"[]", row.body)
        )  # fmt: skip
        batch.fts.append((number, facts.title, facts.description, self._institutions(facts, number, batch)))
        self.titles.append(fold(facts.title))
        self.progress.append(facts.progress)
        self.updated.append(updated)
        self._filled += bytes(
            (facts.number is not None, facts.description is not None, facts.kind is not None, facts.axis is not None,
             published(facts.themes), bool(facts.institutions), facts.start_date is not None, facts.end_date is not None,
             bool(each_year), facts.status != "UNKNOWN", facts.progress is not None, published(facts.progress_reports),
             published(facts.milestones), evidence, facts.url is not None)
        )  # fmt: skip
        sets = self._sets
        sets["state"][state].append(number)
        sets["level"][level].append(number)
        sets["jurisdiction"][facts.jurisdiction].append(number)
        sets["status"][facts.status].append(number)
        sets["program"][program].append(number)
        sets["plan"][plan].append(number)
        if facts.kind is not None:
            sets["kind"][facts.kind].append(number)
        if facts.axis is not None:
            sets["axis"][facts.axis].append(number)
        if evidence:
            sets["evidence"][""].append(number)
        if facts.progress is not None:
            sets["progress"][_whole(facts.progress)].append(number)
        for key in row.sources:
            sets["published_by"][key].append(number)
            batch.sources.append((number, key))
        for year in each_year:
            sets["year"][str(year)].append(number)
            batch.years.append((number, year))
        if each_year:
            sets["year_first"][str(each_year[0])].append(number)

    def _alignments(self, facts: Facts, number: int, batch: Batch) -> str:
        """Note the alignments of a row; gives back their ids as the file writes them."""
        if not facts.ods:
            return ""
        known, written = self._shared.alignments, []
        for position, item in enumerate(facts.ods):
            written.append(str(known.setdefault(item, len(known))))
            batch.ods.append((number, position, item.goal, item.target, item.basis, item.reason))
            _once(self._sets["ods"][f"{item.goal}|{item.basis}"], number)
            if item.target:
                _once(self._sets["target"][f"{item.target}|{item.basis}"], number)
            if item.basis == "DECLARED":
                _once(self._sets["filled"]["ods"], number)
        return " ".join(written)

    def _institutions(self, facts: Facts, number: int, batch: Batch) -> str:
        """Note the institutions of a row; gives back their names as one text."""
        known, names = self._shared.institutions, []
        for position, body in enumerate(facts.institutions):
            identity = known.setdefault(body.name, len(known))
            batch.institutions.append((number, position, identity, body.name, body.role, body.raw))
            _once(self._sets["institution"][str(identity)], number)
            names.append(body.name)
        return " · ".join(names)


def _no_rows() -> array[int]:
    return array(UINT32)


def _once(ids: array[int], number: int) -> None:
    """Add the newest row to a set that may have it already."""
    if not ids or ids[-1] != number:
        ids.append(number)


@lru_cache(maxsize=10_000)
def _whole(progress: float) -> str:
    """The whole percent of a progress, marked where there is more to it: "40", "40+"."""
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
