"""What only a whole column can tell: percent or fraction, day or month first, states or places of any kind.

A first pass observes every draft with bounded memory; `decide` then fixes the reading for the second pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from connectors.base import Draft
from connectors.whose import states_in
from hub.normalise import percent
from hub.normalise.dates import Order, order_of
from hub.normalise.percent import Scale
from hub.normalise.places import PlaceContext, resolve
from hub.normalise.result import Outcome
from hub.normalise.text import as_text

DATE_FIELDS = ("start", "end", "progress_date", "plan_published", "published", "date", "end_date", "joined", "period")
_NESTED_DATES = ("start", "end", "date")
_NUMBERED_BY = ("plan_key", "plan", "plan_ordinal", "plan_published", "program", "state", "municipality", "kind")
_MOST_KEYS = 250_000
_MOST_PLACES = 3_000
_MOST_TEXTS = 2_000
_NESTED = ("milestones", "progress_reports")
_OBSERVED = frozenset(("progress", "state", *DATE_FIELDS, *_NESTED))


@dataclass(frozen=True, slots=True)
class Decisions:
    """How the columns of one run are read. Keys of `scales` and `orders` are field names (``milestones.start`` if nested)."""

    scales: Mapping[str, Scale] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    places: PlaceContext = PlaceContext.STATE
    mexico_is_state: bool = False
    """Whether "Mexico" stands in a list of states."""
    repeated_numbers: frozenset[int] = frozenset()
    """`number_key` of every plan and number that two drafts or more share: these tell no record apart."""


@dataclass(slots=True)
class ScaleVotes:
    """Counts over the unsigned numbers of one progress column."""

    inside: int = 0
    ones: int = 0
    zeros: int = 0
    small: int = 0
    large: int = 0
    signed: int = 0

    def observe(self, cell: Any, times: int = 1) -> None:
        """Count a cell that stands so many times in the column."""
        if isinstance(cell, bool) or cell is None:
            return
        if isinstance(cell, str):
            if "%" in cell or "ciento" in cell.casefold():
                self.signed += times
                return
            value = percent.number(cell)
            if value is None:
                return
        elif isinstance(cell, int | float):
            value = float(cell)
        else:
            return
        if value == 0:
            self.zeros += times
        elif 0 < value < 1:
            self.inside += times
        elif value == 1:
            self.ones += times
        elif 1 < value < 2 and value != int(value):
            self.small += times
        elif value == value:  # not NaN
            self.large += times

    def decide(self) -> Scale | None:
        """Fraction: every bare number in [0, 1] and one strictly inside, none with a sign. Percent: numbers of 2 and more
        that outweigh those which could be fractions, or signed ones alone. Else undecided: "75 %" beside a bare 1 or 0.45 is
        how a workbook writes a typed text beside a cell formatted as percentage, and says nothing of the bare one."""
        low = self.inside + self.small
        if self.inside and not (self.small or self.large or self.signed):
            return "fraction"
        if self.large and low <= self.large + self.signed:
            return "percent"
        return "percent" if self.signed and not (low or self.ones or self.large) else None


@dataclass(slots=True)
class OrderVotes:
    """Dates of a column that only one order can read."""

    dmy: int = 0
    mdy: int = 0

    def observe(self, cell: Any, times: int = 1) -> None:
        """Count a cell that stands so many times in the column."""
        if isinstance(cell, str) and len(cell) <= 60:
            for piece in (cell, *cell.split(" - "), *cell.split(" al ")):
                shown = order_of(piece)
                if shown == "dmy":
                    self.dmy += times
                elif shown == "mdy":
                    self.mdy += times

    def decide(self) -> Order | None:
        """The order that some dates prove and none contradicts."""
        if self.dmy and not self.mdy:
            return "dmy"
        return "mdy" if self.mdy and not self.dmy else None


VotesT = TypeVar("VotesT", bound="ScaleVotes | OrderVotes")


class _Column(Generic[VotesT]):
    """Counts the texts of one column, so that each different one is judged once; all else is judged as it comes."""

    __slots__ = ("_texts", "_votes")

    def __init__(self, votes: VotesT) -> None:
        self._votes = votes
        self._texts: Counter[str] = Counter()

    def observe(self, cells: Sequence[Any]) -> None:
        texts = [cell for cell in cells if cell.__class__ is str]
        self._texts.update(texts)
        if len(self._texts) > _MOST_TEXTS:
            self._judge()
        if len(texts) < len(cells):
            for cell in cells:
                if cell.__class__ is not str:
                    self._votes.observe(cell)

    def votes(self) -> VotesT:
        """The votes of every cell so far."""
        self._judge()
        return self._votes

    def _judge(self) -> None:
        for text, times in self._texts.items():
            self._votes.observe(text, times)
        self._texts.clear()


def number_key(values: Mapping[str, Any], named_by: Iterable[str] = _NUMBERED_BY) -> int:
    """What a plan and number are told by within one run, from the cells themselves.

    Args:
        named_by: those of the fields which tell a plan that any draft has, in their order.
    """
    number = as_text(values.get("number")).strip().casefold()
    named = [(part, said) for part in named_by if part in values and (said := as_text(values[part]))]
    return hash((number, *named))


@dataclass(slots=True)
class Profile:
    """Observes the drafts of a run, batch by batch; memory does not grow with their number beyond fixed bounds."""

    scales: dict[str, _Column[ScaleVotes]] = field(default_factory=dict)
    orders: dict[str, _Column[OrderVotes]] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    seen_places: set[str] = field(default_factory=set)
    municipal: bool = False
    told: set[str] = field(default_factory=set)
    """INEGI keys of the states in which the places lie that rows name; ``00`` for the nation."""
    silent: bool = False
    """Whether a row names no place, or none that is known."""
    keys: set[int] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)

    def observe(self, drafts: Iterable[Draft]) -> None:
        """Take drafts into account, column by column: some thousand at a time cost the least."""
        rows = [(draft.values, draft.kind == "commitment" and not draft.key) for draft in drafts]
        present = frozenset[str]().union(*(values for values, _ in rows))
        self._whose([values for values, _ in rows])
        for name in _OBSERVED & present:
            cells = [cell for values, _ in rows if (cell := values.get(name)) is not None and cell != ""]
            if name == "progress":
                self._scale(name).observe(cells)
            elif name == "state":
                self._places(cells)
            elif name not in _NESTED:
                self._order(name).observe(cells)
            else:
                self._nested(name, cells)
        if "number" in present:
            self._keys([values for values, keyless in rows if keyless], present)

    def _whose(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Whether each row names a state: in a cell of its own (see `_place`), else in the title of its plan."""
        if self.silent:
            return
        plans = dict.fromkeys(as_text(values.get("plan")) for values in rows if not as_text(values.get("state")))
        if len(plans) > _MOST_PLACES:
            self.silent = True
            return
        for plan in plans:
            named = states_in(plan)
            self.told |= named
            self.silent = self.silent or len(named) != 1

    def _scale(self, name: str) -> _Column[ScaleVotes]:
        return self.scales.get(name) or self.scales.setdefault(name, _Column(ScaleVotes()))

    def _order(self, name: str) -> _Column[OrderVotes]:
        return self.orders.get(name) or self.orders.setdefault(name, _Column(OrderVotes()))

    def _nested(self, name: str, cells: Iterable[Any]) -> None:
        items = [item for cell in cells if isinstance(cell, list) for item in cell if isinstance(item, Mapping)]
        for key in frozenset[str]().union(*items):
            inner = [item[key] for item in items if key in item]
            if key == "progress":
                self._scale(f"{name}.progress").observe(inner)
            elif key in _NESTED_DATES:
                self._order(f"{name}.{key}").observe(inner)

    def _places(self, cells: Iterable[Any]) -> None:
        for text in dict.fromkeys(map(as_text, cells)):
            if text not in self.seen_places and len(self.seen_places) < _MOST_PLACES:
                self.seen_places.add(text)
                self._place(text)
            elif text not in self.seen_places:
                self.silent = True  # not looked at

    def _place(self, text: str) -> None:
        found = resolve(text)
        place = found.value or resolve(text, PlaceContext.STATE).value
        if place is None:
            self.silent = True
        else:
            self.told.add(place[:2])
        if found.value is not None:
            if len(found.value) == 5:
                self.municipal = True
            elif found.value != "00":
                self.states.add(found.value)
        elif found.outcome is Outcome.AMBIGUOUS and not resolve(text, PlaceContext.STATE).matched:
            self.municipal = True

    def _keys(self, rows: Iterable[Mapping[str, Any]], present: Set[str]) -> None:
        named_by = [name for name in _NUMBERED_BY if name in present]
        for values in rows:
            number = values.get("number")
            if number is None or number == "" or len(self.keys) >= _MOST_KEYS:
                continue
            key = number_key(values, named_by)
            if key in self.keys:
                self.repeated.add(key)
            else:
                self.keys.add(key)

    def elsewhere(self, own: str | None) -> list[str]:
        """INEGI keys of the states that the rows are of, where each names one and none of them the source's own."""
        if own is None or own == "00" or self.silent or self.told & {own[:2], "00"}:
            return []
        return sorted(self.told)

    def decide(self, fields: Mapping[str, Any] | None = None) -> Decisions:
        """The reading of every column; a declared ``scale`` or ``order`` in the source's `fields` wins.

        A `state` column is one of states unless a municipality stands in it; then its ambiguous names stay ambiguous.
        """
        scales = {name: scale for name, seen in self.scales.items() if (scale := seen.votes().decide()) is not None}
        orders = {name: order for name, seen in self.orders.items() if (order := seen.votes().decide()) is not None}
        orders |= self._beside(orders)
        for name, declared in (fields or {}).items():
            if isinstance(declared, Mapping):
                if declared.get("scale") in ("percent", "fraction"):
                    scales[name] = declared["scale"]
                if declared.get("order") in ("dmy", "mdy"):
                    orders[name] = declared["order"]
        places = PlaceContext.ANY if self.municipal else PlaceContext.STATE
        return Decisions(scales, orders, places, bool(self.states) and not self.municipal, frozenset(self.repeated))

    def _beside(self, orders: Mapping[str, Order]) -> dict[str, Order]:
        """The order of the dates that prove none by themselves, and stand in one list with those that do."""
        found: dict[str, Order] = {}
        for outer in _NESTED:
            told = {order for name, order in orders.items() if name.startswith(f"{outer}.")}
            if len(told) == 1:
                silent = [
                    name
                    for inner in _NESTED_DATES
                    if (name := f"{outer}.{inner}") in self.orders and self.orders[name].votes() == OrderVotes()
                ]
                found |= dict.fromkeys(silent, told.pop())
        return found


def profile(drafts: Iterable[Draft], fields: Mapping[str, Any] | None = None) -> Decisions:
    """Observe all drafts and decide."""
    found = Profile()
    found.observe(drafts)
    return found.decide(fields)
