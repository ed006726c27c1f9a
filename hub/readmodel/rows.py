"""Records as rows of the file: one function a table family, no I/O."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterator
from itertools import compress
from typing import Any

import msgspec

from hub.model import Alignment, Commitment, Lineage
from hub.readmodel.entries import CommitmentEntry, ReadModelError, VersionEntry, instant
from hub.readmodel.postings import UINT32

DEFAULT_BASES = ("DECLARED", "EDITORIAL")
FIELDS = (
    "number", "description", "kind", "axis", "themes", "institutions", "startDate", "endDate", "years", "status", "progress",
    "progressReports", "milestones", "evidence", "url",
)  # fmt: skip
"""What a commitment may publish or leave out, as completeness counts it; alignment to ODS goals beside them."""
_MARKS = re.compile("[\u0300-\u036f]")
encode = msgspec.json.Encoder().encode


def fold(text: str) -> str:
    """Text as it is compared and sorted: no accents, no case."""
    if text.isascii():
        return text.casefold()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def lineage_cells(lineage: Lineage | None) -> tuple[str | None, ...]:
    """The six lineage columns."""
    if lineage is None:
        return (None,) * 6
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
        self.alignments: dict[Alignment, int] = {}

    def institution(self, name: str) -> int:
        """The id of an institution."""
        return self.institutions.setdefault(name, len(self.institutions))

    def alignment(self, item: Alignment) -> int:
        """The id of an alignment: of everything that it says."""
        return self.alignments.setdefault(item, len(self.alignments))


class Family:
    """Turns entries into rows and gathers, for one space, which rows have which value.

    Attributes:
        postings: (dimension, value) -> ids.
        size: rows so far, which is also the next id.
    """

    def __init__(self, shared: Shared) -> None:
        self.postings: defaultdict[tuple[str, str], array[int]] = defaultdict(lambda: array(UINT32))
        self.size = 0
        self.titles: list[str] = []
        self.progress: list[float | None] = []
        self.updated: list[str] = []
        self._shared = shared
        self._filled = [array(UINT32) for _ in FIELDS]
        self._moments: dict[Any, str] = {}
        self._group: list[int] = []
        self._merged = -1
        self._last = ""

    def _instant(self, moment: Any) -> str:
        text = self._moments.get(moment)
        if text is None:
            if len(self._moments) > 100_000:
                self._moments.clear()
            text = self._moments[moment] = instant(moment)
        return text

    def add_current(self, entry: CommitmentEntry, batch: Batch) -> None:
        """A commitment that is public now.

        Raises:
            ReadModelError: entries are out of page order, or two merged records share a code.
        """
        code, primary = entry.record.code, entry.is_primary
        last = self._last
        if code < last or (code == last and primary):
            raise ReadModelError(f"commitments must come by code, one merged record each: {code!r} after {last!r}")
        if primary:
            self._close_group()
            self._merged = self.size
        elif code != last:
            raise ReadModelError(f"{code!r} has records of its sources but no merged record before them")
        else:
            self._group.append(self.size)
        self._last = code
        number = self._add(
            entry.record, entry.source, entry.sources or (entry.source,), entry.updated_at, None, batch,
            primary, entry.missing_since, entry.run, entry.changed_fields,
        )  # fmt: skip
        if primary:
            self.postings["primary", ""].append(number)
        else:
            self.postings["source", entry.source].append(number)
            self.postings["own", ""].append(number)

    def add_past(self, entry: VersionEntry, batch: Batch) -> None:
        """A superseded version. Raises ReadModelError when out of order."""
        key = entry.record.code
        if key < self._last:
            raise ReadModelError(f"versions must come by code: {key!r} after {self._last!r}")
        self._last = key
        number = self._add(
            entry.record, entry.source, entry.sources or (entry.source,), entry.valid_from, entry.valid_to, batch,
            True, None, entry.run, entry.changed_fields,
        )  # fmt: skip
        self.postings["primary", ""].append(number)
        self.postings["own", ""].append(number)
        for source in entry.sources or (entry.source,):
            self.postings["source", source].append(number)

    def _close_group(self) -> None:
        """A merged record with no records of its sources is its one source's own record too."""
        if self._merged < 0:
            return
        if not self._group:
            self.postings["own", ""].append(self._merged)
            self.postings["source", self._single].append(self._merged)
        for place, number in enumerate(self._group):
            for distance in range(1, place + 1):
                self.postings["twin", str(distance)].append(number)
        self._group = []

    def close(self) -> None:
        """Must be called once, after the last entry."""
        self._close_group()
        for name, ids in zip(FIELDS, self._filled, strict=True):
            if ids:
                self.postings["filled", name] = ids

    def _add(
        self, record: Commitment, source: str, sources: tuple[str, ...], since: Any, until: Any, batch: Batch,
        primary: bool, missing: Any, run: str | None, changed: tuple[str, ...],
    ) -> int:  # fmt: skip
        number = self.size
        self.size += 1
        self._single = source
        code = record.code
        if not code or not record.plan_code:
            raise ReadModelError(f"{source}/{record.native_key} has no public code yet: publish it first")
        place = record.jurisdiction
        state, level = place[:2], level_of(place)
        program = self._shared.programs.get(record.plan_code) or record.plan.program.value
        updated = self._instant(since)
        kind = record.kind._value_ if record.kind else None
        axis = record.axis._value_ if record.axis else None
        status = record.status._value_
        evidence = 1 if record.evidence else 0
        batch.rows.append(
            (number, code, primary, source, record.native_key, record.number, record.series, record.title, kind, axis,
             record.plan_code, self._shared.plans.get(record.plan_code), place, jurisdiction_id(place), state, level, program,
             record.start_date, record.end_date, status, record.status_raw, record.progress, record.progress_raw,
             record.url, updated, self._instant(until) if until else None, evidence,
             self._instant(missing) if missing else None, f"[{','.join(map(str, record.years))}]",
             " ".join([str(self._shared.alignment(item)) for item in record.ods]))
        )  # fmt: skip
        batch.more.append(
            (number, record.description, *lineage_cells(record.lineage), run, encode(changed), encode(record))
        )  # fmt: skip
        self.titles.append(fold(record.title))
        self.progress.append(record.progress)
        self.updated.append(updated)
        post = self.postings
        post["state", state].append(number)
        post["level", level].append(number)
        post["jurisdiction", place].append(number)
        post["status", status].append(number)
        post["program", program].append(number)
        post["plan", record.plan_code].append(number)
        if kind:
            post["kind", kind].append(number)
        if axis:
            post["axis", axis].append(number)
        if evidence:
            post["evidence", ""].append(number)
        if record.progress is not None:
            whole = int(record.progress // 1)
            post["progress", str(whole) if whole == record.progress else f"{whole}+"].append(number)
        published = (
            record.number is not None, record.description is not None, kind, axis, record.themes, record.institutions,
            record.start_date is not None, record.end_date is not None, record.years, status != "UNKNOWN",
            record.progress is not None, record.progress_reports, record.milestones, evidence, record.url is not None,
        )  # fmt: skip
        for ids in compress(self._filled, published):
            ids.append(number)
        for key in sources:
            post["published_by", key].append(number)
            batch.sources.append((number, key))
        self._add_lists(record, number, batch)
        return number

    def _add_lists(self, record: Commitment, number: int, batch: Batch) -> None:
        post = self.postings
        years = record.years
        if years:
            for year in sorted(set(years)):
                post["year", str(year)].append(number)
                batch.years.append((number, year))
            post["year_first", str(min(years))].append(number)
        marks: set[tuple[str, str]] = set()
        for position, item in enumerate(record.ods):
            basis = item.basis._value_
            batch.ods.append((number, position, item.goal, item.target, basis, item.reason))
            marks.add(("ods", f"{item.goal}|{basis}"))
            if item.target:
                marks.add(("target", f"{item.target}|{basis}"))
        names = []
        for position, body in enumerate(record.institutions):
            known = self._shared.institution(body.name)
            batch.institutions.append((number, position, known, body.name, body.role._value_, body.raw))
            marks.add(("institution", str(known)))
            names.append(body.name)
        if any(item.basis._value_ == "DECLARED" for item in record.ods):
            marks.add(("filled", "ods"))
        for mark in marks:
            post[mark].append(number)
        batch.fts.append((number, record.title, record.description, " · ".join(names)))


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
