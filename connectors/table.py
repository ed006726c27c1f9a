"""What the connectors of tables share: fetch the one address, parse, hold the mapping against the header, draft."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import unquote

from connectors.base import Context, Draft, Note, Options, Row, Snapshot
from connectors.continued import activities_of, join, joined, milestone
from connectors.grid import OnHeader
from connectors.header import Header
from connectors.look_alikes import require_account
from connectors.mapping import Bound, Mapping, find_column
from connectors.period_shares import PeriodShares
from connectors.row_series import collapsed, reported, times_of
from connectors.sections import BODY, SECTION
from connectors.synonyms import best_fields
from connectors.whose import refuse_another, state_of_table

OptionsT = TypeVar("OptionsT", bound=Options)


@dataclass(slots=True)
class Reading:
    """What a parser is told, and where it reports: the columns that are waited for, notes, headers found."""

    expected: Sequence[str] = ()
    notes: list[Note] = field(default_factory=list)
    on_header: OnHeader | None = None
    dated: Sequence[str] = ()
    """Columns that the mapping reads as dates."""
    optional: Collection[str] = ()
    """Columns that are waited for and may be missing."""
    titles: list[str] = field(default_factory=list)
    """What names the whole page or file."""
    headings: list[str] = field(default_factory=list)
    """Its lesser headings."""

    def header(self, columns: Sequence[str], above: tuple[str, ...] = (), *, labelled: bool = False) -> None:
        """Report the columns of a table that has no header row of its own (JSON, a list), and what stands above it."""
        if self.on_header is not None:
            self.on_header(Header(tuple(columns), 0, 0, labelled=labelled, above=above))

    def note(self, code: str, message: str, severity: str = "WARNING", raw: str | None = None) -> None:
        self.notes.append(Note(code, message, severity, raw=raw))


TITLE = "(título)"
"""A column that a mapping may name though nobody publishes it: the sheet's name, or the heading above a table of a page."""


def without_title(reading: Reading) -> tuple[Reading, bool]:
    """What a table itself is expected to have, and whether the mapping asks for its title besides."""
    if TITLE not in reading.expected:
        return reading, False
    on_header = reading.on_header

    def told(header: Header) -> None:
        if on_header is not None:
            on_header(replace(header, names=(*header.names, TITLE)))

    return replace(reading, expected=[name for name in reading.expected if name != TITLE], on_header=told), True


def titled(rows: Iterable[Row], title: str | None) -> Iterator[Row]:
    """Rows that know the title of their table."""
    for row in rows:
        row.values[TITLE] = title
        yield row


def likeliest(headers: Sequence[Header | None], expected: Sequence[str], optional: Collection[str] = ()) -> list[int]:
    """Positions of the tables to read: all that have every mapped column, else the one nearest to it.

    Without a mapping, those with the most usual column names; with none of these, the first that has a header.

    Args:
        expected: columns that the mapping names.
        optional: those of them that a table may lack.
    """
    fits: list[int] = []
    required = [name for name in expected if name not in optional] or expected
    for header in headers:
        if header is None:
            fits.append(-1)
        elif expected:
            fits.append(sum(1 for name in required if find_column(name, header.columns) is not None))
        else:
            fits.append(len(best_fields(header.columns)))
    most = max(fits, default=-1)
    if most < 0:
        return []
    best = [index for index, fit in enumerate(fits) if fit == most]
    return best if (most >= len(required) if expected else most > 0) else best[:1]


_DATES = (
    "start",
    "end",
    "progress_date",
    "plan_published",
    "published",
    "date",
    "end_date",
    "joined",
    "secretariat_installed",
)


def _dated(mapping: Mapping) -> list[str]:
    """The columns that feed a field of dates."""
    return [name for field_ in _DATES for spec in mapping.specs.get(field_, ()) for name in spec.names]


class TableConnector(Generic[OptionsT]):
    """A connector that reads one address as rows. A kind of its own says `name`, `Options` and `parse`.

    `parse` is pure and stands alone: other connectors (of catalogues, of platforms) hand it bytes they fetched themselves.
    """

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]]

    def __init__(self, options: OptionsT) -> None:
        self.options: OptionsT = options
        self._mapping: Mapping | None = None
        self._bound: dict[tuple[str, ...], Bound] = {}

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """The source's one address."""
        yield await ctx.fetch(ctx.source.url)

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The rows of one body. Raises SourceChanged when it is not of this kind."""
        raise NotImplementedError

    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        """The rows of a snapshot, once the mapping was held against its header."""
        mapping = self.mapping(ctx)
        reported: set[tuple[str, ...]] = set()

        def on_header(header: Header) -> None:
            columns = tuple(header.columns)
            bound = mapping.bind(columns, None if columns in reported else ctx.notes)
            self._bound[columns] = bound
            titles = (*reading.titles, *header.above)
            if mapping.kind == "commitment" and not (mapping.specs or header.labelled):
                said = (*titles, *reading.headings, unquote(snapshot.url), ctx.source.title, ctx.source.key)
                require_account(bound.columns, columns, said)
            if "state" not in bound.mapping.specs and not reported:  # else the rows tell whose they are
                note = refuse_another(ctx.source.state, titles, reading.headings)
                ctx.notes.extend(() if note is None else (note,))
            reported.add(columns)

        optional = frozenset(mapping.all_columns) - frozenset(mapping.columns)
        reading = Reading(mapping.all_columns, ctx.notes, on_header, _dated(mapping), optional)
        parsed = self.parse(snapshot, reading)
        series = collapsed(parsed, lambda row: self._bound_of(row, ctx), ctx.notes)
        shares = PeriodShares()
        for row in joined(series, lambda row: self._bound_of(row, ctx), ctx.notes):
            if figures := self._bound_of(row, ctx).figures(row):
                shares.see(figures)
            yield row
        ctx.notes.extend(shares.notes())

    def draft(self, row: Row, ctx: Context) -> Draft | Sequence[Draft] | None:
        """A row, and those that continue it, through the declared mapping."""
        first = self._single(row, ctx)
        if row.steps:
            first.values["milestones"] = [milestone(self._single(step, ctx)) for step in row.steps]
        if not row.continued:
            return first
        parts = [first, *(self._single(part, ctx) for part in row.continued)]
        bound, columns = self._bound_of(row, ctx), list(row.values)
        if row.periods:
            return reported(join(parts), parts, row.periods, times_of(bound, columns))
        merged = frozenset[str]().union(*(part.merged for part in row.continued))
        return join(parts, activities_of(bound, columns), merged)

    def _single(self, row: Row, ctx: Context) -> Draft:
        """One row by itself, with the title of the section that it stands in."""
        draft = self._bound_of(row, ctx).draft(row)
        if row.section is not None and draft.kind == "commitment":
            draft.values["section"] = draft.raw[SECTION] = row.section
        if row.body is not None and draft.kind == "commitment":
            draft.raw[BODY] = row.body
            if "institutions" not in draft.values:
                draft.values.setdefault("institution", row.body)
        if "state" not in draft.values and (state := state_of_table(row, ctx.source.state)) is not None:
            draft.values["state"] = state
        return draft

    def _bound_of(self, row: Row, ctx: Context) -> Bound:
        columns = tuple(row.values)
        bound = self._bound.get(columns)
        if bound is None:
            bound = self._superset(columns) or self.mapping(ctx).bind(columns)
            self._bound[columns] = bound
        return bound

    def mapping(self, ctx: Context) -> Mapping:
        """The source's declared mapping, validated once a run."""
        if self._mapping is None:
            kind: Any = getattr(self.options, "kind", "commitment")
            self._mapping = Mapping.from_fields(ctx.source.fields, kind, key=f"sources.{ctx.source.key}.fields")
        return self._mapping

    def _superset(self, columns: tuple[str, ...]) -> Bound | None:
        """A ragged row has a few columns more than its header: the header's own binding holds for it."""
        mine = set(columns)
        return next((bound for known, bound in self._bound.items() if set(known) <= mine), None)
