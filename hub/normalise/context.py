"""What a draft is read with, what comes out of it, and the desk on which its cells are read one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from connectors.base import Draft, DraftKind, SourceInfo
from hub.model import Issue, IssueSeverity, Lineage, Record, UnmatchedValue
from hub.normalise import dates, periods, places
from hub.normalise.institutions import person
from hub.normalise.lookups import Lookups, find
from hub.normalise.part import Knowledge, Part
from hub.normalise.places import PlaceContext
from hub.normalise.profile import Decisions
from hub.normalise.result import Outcome, Result, unmatched
from hub.normalise.text import as_text, clean, fold, no_data, title, words

T = TypeVar("T")

LONGEST_RAW = 500
"""Characters of a raw cell that an issue quotes; the record's `raw` has it whole."""

_CODES = {
    Outcome.UNMATCHED: "UNMATCHED_VALUE",
    Outcome.AMBIGUOUS: "AMBIGUOUS_VALUE",
    Outcome.OUT_OF_RANGE: "OUT_OF_RANGE",
}
_VOCABULARY_FIELDS = frozenset(
    ("status", "state", "municipality", "kind", "axis", "step", "program", "role", "ods", "ods_target")
)


@dataclass(frozen=True, slots=True)
class RunContext:
    """One source in one run: what it is, how its columns are read, what was reviewed.

    Make it once per run: it prepares the lookups of the source, and gathers in `known` what equal cells gave.
    """

    source: SourceInfo
    decisions: Decisions = field(default_factory=Decisions)
    lookups: Lookups = field(default_factory=Lookups)
    tables: Mapping[str, Mapping[str, str]] = field(init=False)
    known: Knowledge = field(init=False, repr=False, compare=False, default_factory=Knowledge)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", self.lookups.for_source(self.source.key))

    @property
    def jurisdiction(self) -> str:
        """INEGI key of the publisher's own jurisdiction; the nation for a national one."""
        return self.source.state or "00"


class Normalised(msgspec.Struct, frozen=True):
    """What became of a draft. `record` is None where it was rejected; an ERROR among `issues` says why.

    The record carries the same issues. `unmatched` feeds the public queue, one entry per value of this draft.
    """

    kind: DraftKind
    native_key: str
    record: Record | None
    issues: tuple[Issue, ...] = ()
    unmatched: tuple[UnmatchedValue, ...] = ()


class Desk:
    """Reads the cells of one draft and gathers its issues."""

    __slots__ = ("ctx", "draft", "issues", "known", "lineage", "unmatched", "values")

    def __init__(self, draft: Draft, ctx: RunContext, lineage: Lineage | None = None) -> None:
        self.draft = draft
        self.ctx = ctx
        self.known = ctx.known
        self.lineage = lineage
        self.values = draft.values
        self.issues: list[Issue] = []
        self.unmatched: list[UnmatchedValue] = []

    def cell(self, name: str) -> Any:
        """The cell of a field, or what a reviewed lookup puts in its place; None where blank."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        return self.reviewed(name, value) if self.ctx.tables else value

    def reviewed(self, name: str, value: Any) -> Any:
        table = self.ctx.tables.get(name)
        if table is None:
            return value
        found = find(table, value)
        return value if found is None else (found or None)

    def text(self, name: str) -> str | None:
        """A cell as text to show; None where the source has none."""
        value = self.cell(name)
        if value is None:
            return None
        shown = clean(as_text(value))
        return None if not shown or no_data(shown) else shown

    def title(self) -> str | None:
        """The title to show, without the full stop that some sources end it with."""
        said = self.text("title")
        return None if said is None else title(said)

    def read(self, name: str, parse: Callable[[str], Result[T]]) -> T | None:
        """A cell through the normaliser of its kind."""
        value = self.cell(name)
        return None if value is None else self.take(name, value, parse(as_text(value)))

    def take(self, name: str, raw: Any, result: Result[T]) -> T | None:
        """The value of a result; issues and queue entries for what it has none for."""
        if result.outcome is Outcome.MATCHED:
            for problem in result.problems:
                self._report(name, problem.outcome, problem.raw or as_text(raw), problem.message, None)
            return result.value
        if result.outcome is not Outcome.EMPTY:
            self._report(name, result.outcome, as_text(raw), result.message, result.suggestion)
        return None

    def _report(self, name: str, outcome: Outcome, raw: str, why: str, suggestion: str | None) -> None:
        quoted = raw[:LONGEST_RAW]
        hint = f" ¿«{suggestion}»?" if suggestion else ""
        shown = clean(quoted[:80])
        self.note(_CODES[outcome], f"«{shown}»: {why}.{hint}", IssueSeverity.WARNING, name, quoted)
        base = name.rpartition(".")[2]
        queued = outcome is Outcome.UNMATCHED or (outcome is Outcome.AMBIGUOUS and base in _VOCABULARY_FIELDS)
        if queued:
            self.unmatched.append(UnmatchedValue(field=name, raw=quoted, suggestion=suggestion))

    def note(
        self,
        code: str,
        message: str,
        severity: IssueSeverity = IssueSeverity.INFO,
        name: str | None = None,
        raw: str | None = None,
    ) -> None:
        self.issues.append(Issue(severity=severity, code=code, message=message, field=name, raw=raw))

    def date(self, name: str, value: Any = None) -> str | None:
        """The normal form of a date cell, read in its column's order; ``start/end`` if it is an interval."""
        cell = self.cell(name) if value is None else value
        if cell is None or cell == "":
            return None
        orders = self.ctx.decisions.orders
        order = orders.get(name) or orders.get(name.removeprefix("milestones."))  # one column feeds both
        found = dates.parse(cell, order)
        if found.outcome in (Outcome.AMBIGUOUS, Outcome.UNMATCHED):
            part = periods.parse(cell, order)  # "4to. trimestre 2024" in a date column
            if part.value is not None and not part.value.startswith("P"):
                found = part
        return self.take(name, cell, found)

    def place(self) -> str | None:
        """INEGI key of the place that the draft itself names; None where it names none that is known."""
        return _PLACE.of(self)

    def named_place(self) -> str | None:
        """`place`, read from the cells."""
        place = self._named_place()
        own = self.ctx.source.state
        if place and own and "00" not in (place, own) and place[:2] != own[:2]:
            of, mine = places.STATES[place[:2]].name, places.STATES[own[:2]].name
            name = "state" if self.values.get("state") else "municipality"
            raw = self.values.get(name)
            if self.cell(name) is raw:  # else a person decided that it is
                message = f"«{as_text(raw)[:80]}» es de {of}, y la fuente, de {mine}: se publica como de {of}."
                self.note("OTHER_STATE", message, IssueSeverity.WARNING, name, as_text(raw)[:LONGEST_RAW])
        return place

    def _named_place(self) -> str | None:
        state = self._state()
        city = self.cell("municipality")
        if city is None:
            return state
        parent = state[:2] if state and state != "00" else self.ctx.source.state
        parent = parent[:2] if parent else None
        found = places.resolve(as_text(city), PlaceContext.MUNICIPALITY, parent)
        if not found.matched and state is None and parent in places.STATES:
            found = _elsewhere(as_text(city), parent) or found
        return self.take("municipality", city, found) or state

    def _state(self) -> str | None:
        raw = self.values.get("state")
        value = self.cell("state")
        if value is None:
            return None
        text = as_text(value)
        decisions = self.ctx.decisions
        context = PlaceContext.STATE if value is not raw else decisions.places
        if words(text) == "mexico" and context is PlaceContext.STATE and value is raw:
            context = PlaceContext.STATE if decisions.mexico_is_state else PlaceContext.ANY
        found = places.resolve(text, context)
        if not found.matched and found.outcome is Outcome.UNMATCHED and context is PlaceContext.STATE:
            elsewhere = places.resolve(text)
            found = elsewhere if elsewhere.matched else found
        return self.take("state", value, found)

    def jurisdiction(self) -> str:
        """Where the record belongs: the place it names, else its publisher's own."""
        return self.place() or self.ctx.jurisdiction

    def raw(self) -> dict[str, Any]:
        """The source's own cells as published but for names of persons, dates as ISO 8601 so that they survive JSON."""
        cells = self.draft.raw
        named = [name for name in _of_somebody(tuple(cells)) if isinstance(text := cells[name], str) and person(text)]
        if named:
            cells = {name: cell for name, cell in cells.items() if name not in named}
        if _PLAIN.issuperset(map(type, cells.values())):
            return cells
        return {str(key): _json(value) for key, value in cells.items()}

    def done(self, native_key: str, record: Record | None) -> Normalised:
        return Normalised(self.draft.kind, native_key, record, tuple(self.issues), tuple(self.unmatched))

    def rejected(self, native_key: str, code: str, message: str, name: str) -> Normalised:
        """The draft is counted and reported, but gives no record."""
        raw = as_text(self.values.get(name))[:LONGEST_RAW] or None
        self.note(code, f"{message} ({self.draft.locator}).", IssueSeverity.ERROR, name, raw)
        return self.done(native_key, None)


def _elsewhere(city: str, parent: str) -> Result[str] | None:
    """What to say of a municipality that is known, but in no way as one of this state."""
    other = places.resolve(city, PlaceContext.MUNICIPALITY).value
    if other is None or len(other) != 5:
        return None
    name, of = places.municipalities()[other].name, places.STATES[other[:2]].name
    return unmatched(f"no es un municipio de {places.STATES[parent].name}, sino de {of}", f"{name}, {of}")


_SOMEBODY = re.compile(
    r"\b(?:responsables?|encargad[oa]s?|titular(?:es)?|enlaces?|coordinador(?:es|as?)?|contactos?|dueno|lider|ejecutor)\b"
)


@lru_cache(maxsize=1_024)
def _of_somebody(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a table that say who answers for a commitment: a body, or a person, whose name is not kept."""
    return tuple(name for name in columns if _SOMEBODY.search(fold(name)))


_PLACE = Part(Desk.named_place, "state", "municipality")
_PLAIN = frozenset({str, int, bool, type(None)})


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
