"""The national view compiled: counts from the file's cube where it has them, from sets of rows where not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any, Generic, TypeVar

from graphql import GraphQLObjectType, get_named_type
from msgspec.structs import replace

from hub.readmodel.cube import SCALE
from hub.readmodel.postings import flags_of_bits
from hub.readmodel.rows import DEFAULT_BASES
from schema.filters import Normal
from schema.labels import STATUS
from schema.national import COMPLETENESS, MEAN_DIGITS
from schema.plan.connection import filter_match
from schema.plan.emission import Emission, Remembered, emission
from schema.plan.match import Match
from schema.plan.national_plans import plan_counts
from schema.plan.objects import Column, Make, Write, as_object, as_rows, dumps, integer, json, numbers
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected, Statement

T = TypeVar("T")
Counts = dict[str, int]


def cube_slice(normal: Normal, moment: str | None) -> tuple[str, str] | None:
    """The dimension and value under which the cube has the counts of this filter, if it has."""
    if moment is not None or normal.own or normal.bases != DEFAULT_BASES:
        return None
    rest = replace(normal, state=None, year=None, status=None, program=None, goals=None)
    if rest != Normal():
        return None
    given = [
        (dim, values)
        for dim, values in (
            ("state", normal.state),
            ("year", normal.year),
            ("status", normal.status),
            ("program", normal.program),
            ("ods", normal.goals),
        )
        if values is not None
    ]
    if not given:
        return "", ""
    if len(given) > 1 or len(given[0][1]) != 1:
        return None
    return given[0][0], str(given[0][1][0])


class _once(Generic[T]):  # noqa: N801 - a decorator, like property
    """A property that is worked out once for its object; `functools.cached_property` takes a lock besides."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        self._read = read
        self._name = read.__name__

    def __get__(self, instance: Any, owner: type) -> T:
        found = instance.__dict__[self._name] = self._read(instance)
        return found


class Tally:
    """The counts of one filter at one instant; each is read when it is asked for."""

    def __init__(self, run: Run, given: Any, as_of: str | None, moment: str | None) -> None:
        self.run = run
        self.as_of = as_of
        self.moment = moment
        self.match: Match = filter_match(run, given, None, moment)
        self.normal = self.match.normal
        self.slice = cube_slice(self.normal, moment)
        self._cells = run.model.cube(*self.slice) if self.slice else {}

    def cube(self, by: str) -> Counts:
        """Member -> count, from the cube."""
        return self._cells.get(by, {})

    @property
    def _slice(self) -> tuple[str, str]:
        assert self.slice is not None
        return self.slice

    @_once
    def commitments(self) -> int:
        return self.cube("").get("", 0) if self.slice else self.match.count

    @_once
    def aligned(self) -> int:
        if self.slice:
            return self.cube("aligned").get("", 0)
        count = 0
        for space, bits in self.match.parts:
            found = 0
            for mark in space.values("ods"):
                if mark.partition("|")[2] in self.normal.bases:
                    found |= space.bits("ods", mark)
            count += (bits & found).bit_count()
        return count

    @_once
    def plans(self) -> Counts:
        """How many plans each state has."""
        return self.cube("plans") if self.slice else plan_counts(self.run, self.match, self.moment)

    @_once
    def by_status(self) -> Counts:
        if self.slice:
            return self.cube("status")
        return {status: self.match.count_of("status", status) for status in STATUS}

    @_once
    def by_goal(self) -> Counts:
        if self.slice:
            return self.cube("ods")
        return {goal: self.match.goal_count(goal, self.normal.bases) for goal in self.goals}

    @_once
    def declared(self) -> Counts:
        if self.slice:
            return self.cube("declared")
        return {goal: self.match.goal_count(goal, ("DECLARED",)) for goal in self.goals}

    @_once
    def goals(self) -> list[str]:
        known = self.run.model.remember("goals")
        if not known:
            known.update((str(row[0]), b"") for row in self.run.rows("SELECT number FROM ods_goal ORDER BY number"))
        return list(known)

    @_once
    def states(self) -> list[str]:
        """The federal entities."""
        known = self.run.model.remember("states")
        if not known:
            rows = self.run.rows("SELECT code FROM jurisdiction WHERE level = 'STATE' AND id < 100 ORDER BY code")
            known.update((code, b"") for (code,) in rows)
        return list(known)

    @_once
    def goal_status(self) -> Counts:
        """``goal|status`` -> count."""
        if self.slice:
            return self.cube("ods_status")
        found: Counts = {}
        for goal in self.goals:
            inside = [(space, bits & _goal(space, goal, self.normal.bases)) for space, bits in self.match.parts]
            for status in STATUS:
                found[f"{goal}|{status}"] = sum(
                    (bits & space.bits("status", status)).bit_count() for space, bits in inside
                )
        return found

    @_once
    def by_year(self) -> list[tuple[str, int]]:
        counts = (
            self.cube("year") if self.slice else {y: self.match.count_of("year", y) for y in self.match.values("year")}
        )
        return sorted(((year, count) for year, count in counts.items() if count), key=lambda item: int(item[0]))

    @_once
    def by_state(self) -> Counts:
        if self.slice:
            return self.cube("state")
        return {state: self.match.count_of("state", state) for state in self.match.values("state")}

    @_once
    def completed(self) -> Counts:
        if self.slice:
            return self.cube("completed")
        parts = [(space, bits & space.bits("status", "COMPLETED")) for space, bits in self.match.parts]
        return {
            state: sum((bits & space.bits("state", state)).bit_count() for space, bits in parts)
            for state in self.by_state
        }

    @_once
    def filled(self) -> Counts:
        if self.slice:
            return self.cube("filled")
        return {name: self.match.count_of("filled", name) for name in COMPLETENESS}

    @_once
    def means(self) -> dict[str, float]:
        """State -> mean of the progress that is published; the whole under ""."""
        sums: dict[str, tuple[int, int]] = {}
        if self.slice:
            rows = self.run.rows("SELECT state, count, total FROM mean WHERE dim = ? AND value = ?", self._slice)
            sums = {state: (count, total) for state, count, total in rows}
        else:
            whole = (0, 0)
            for space, bits in self.match.parts:
                published = bits & space.bits("filled", "progress")
                for state in space.values("state"):
                    inside = published & space.bits("state", state)
                    if inside:
                        count, total = inside.bit_count(), _sum(space, inside)
                        known = sums.get(state, (0, 0))
                        sums[state] = (known[0] + count, known[1] + total)
                        whole = (whole[0] + count, whole[1] + total)
            sums[""] = whole
        return {state: round(total / SCALE / count, MEAN_DIGITS) for state, (count, total) in sums.items() if count}


def _goal(space: Any, goal: str, bases: Sequence[str]) -> int:
    found = 0
    for basis in bases:
        found |= space.bits("ods", f"{goal}|{basis}")
    return found


def _sum(space: Any, bits: int) -> int:
    low = (bits & -bits).bit_length() - 1
    return sum(compress(space.vector("progress")[low:], flags_of_bits(bits >> low)))


class Parts:
    """Objects of the view that are rows of the file: goals and jurisdictions, each written once a plan and version."""

    def __init__(self, document: Document, kind: GraphQLObjectType, table: str, key: str, selected: Selected) -> None:
        self._document, self._kind, self._selected = document, kind, selected
        self._source = f"{table} x"
        self._where = f"WHERE x.{key} = :key"
        self._made: dict[bool, tuple[Emission, str]] = {}

    def _emission(self, as_of: bool) -> tuple[Emission, str]:
        """What writes one, and its identity if it writes the same for a whole version."""
        known = self._made.get(as_of)
        if known is None:
            statement = Statement(self._document, as_of=as_of)
            pieces = list(statement.object(self._kind, "x", self._selected.below))
            made = emission(statement, iter(pieces), self._source, self._where)
            known = self._made[as_of] = (made, made.identity if made.still else "")
        return known

    def still(self, moment: str | None) -> str:
        """What the texts hang on besides the version; "" if on more than can be said."""
        return self._emission(moment is not None)[1]

    def texts(self, run: Run, keys: Sequence[Any], moment: str | None) -> list[bytes]:
        """The JSON of each."""
        made, still = self._emission(moment is not None)
        if still:
            return Remembered(made).column(run, keys)
        found = [made.texts(run, {"key": key}) for key in keys]
        if not all(found):
            raise NotPlannedError(f"no such {self._kind.name}")
        return [texts[0] for texts in found]


def national_view(
    document: Document, kind: GraphQLObjectType, sets: Sequence[Any]
) -> Callable[[Run, Any, str | None, str | None], bytes]:
    """What writes a NationalView, given filter, the instant asked for and the instant to look at."""

    def of(selected: Selected, name: str) -> Any:
        return get_named_type(kind.fields[selected.name].type)

    fields: dict[str, Make] = {
        "asOf": lambda _: lambda run, tally: dumps(tally.as_of or run.model.published_at),
        "commitments": integer(lambda tally: tally.commitments),
        "plans": integer(lambda tally: sum(tally.plans.values())),
        "statesWithPlan": integer(lambda tally: len(tally.plans.keys() - {"00"})),
        "alignedToOds": integer(lambda tally: tally.aligned),
        "meanProgress": lambda _: lambda run, tally: dumps(tally.means.get("")),
        "byStatus": lambda s: _by_status(document, of(s, ""), s),
        "byOds": lambda s: _by_ods(document, of(s, ""), s),
        "byYear": lambda s: _by_year(document, of(s, ""), s),
        "byState": lambda s: _by_state(document, of(s, ""), s),
        "completeness": lambda s: _completeness(document, of(s, ""), s),
    }
    write = as_object(document, kind, sets, fields)
    return lambda run, given, as_of, moment: write(run, Tally(run, given, as_of, moment))


_STATUSES = [status.encode() for status in STATUS]
_COMPLETENESS = [name.encode() for name in COMPLETENESS]


def _by_status(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    fields = {
        "status": lambda _: Column('"%b"', lambda run, tally: _STATUSES, lambda run, tally: "statuses"),
        "count": numbers(lambda run, tally: [tally.by_status.get(status, 0) for status in STATUS]),
    }
    return as_rows(document, kind, selected.below, fields, lambda run, tally: len(STATUS))


def _by_ods(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    def goal(item: Selected) -> Column:
        parts = Parts(document, get_named_type(kind.fields["goal"].type), "ods_goal", "number", item)
        return Column(
            "%b",
            lambda run, tally: parts.texts(run, [int(goal) for goal in tally.goals], tally.moment),
            lambda run, tally: parts.still(tally.moment),
        )

    def by_status(item: Selected) -> Column:
        below: Any = get_named_type(kind.fields["byStatus"].type)
        fields = {
            "status": lambda _: Column('"%b"', lambda run, found: [status.encode() for status, _ in found]),
            "count": numbers(lambda run, found: [count for _, count in found]),
        }
        write = as_rows(document, below, item.below, fields, lambda run, found: len(found))

        def each(run: Run, tally: Tally) -> list[bytes]:
            found = tally.goal_status
            counts = [[(status, found.get(f"{goal}|{status}", 0)) for status in STATUS] for goal in tally.goals]
            return [write(run, [pair for pair in pairs if pair[1]]) for pairs in counts]

        return Column("%b", each)

    fields = {
        "goal": goal,
        "count": numbers(lambda run, tally: [tally.by_goal.get(goal, 0) for goal in tally.goals]),
        "declared": numbers(lambda run, tally: [tally.declared.get(goal, 0) for goal in tally.goals]),
        "byStatus": by_status,
    }
    return as_rows(document, kind, selected.below, fields, lambda run, tally: len(tally.goals))


def _by_year(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    fields = {
        "year": numbers(lambda run, tally: [int(year) for year, _ in tally.by_year]),
        "count": numbers(lambda run, tally: [count for _, count in tally.by_year]),
    }
    return as_rows(document, kind, selected.below, fields, lambda run, tally: len(tally.by_year))


def _by_state(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    def place(item: Selected) -> Column:
        target: Any = get_named_type(kind.fields["jurisdiction"].type)
        parts = Parts(document, target, "jurisdiction", "code", item)
        return Column(
            "%b",
            lambda run, tally: parts.texts(run, tally.states, tally.moment),
            lambda run, tally: parts.still(tally.moment),
        )

    fields = {
        "jurisdiction": place,
        "commitments": numbers(lambda run, tally: [tally.by_state.get(state, 0) for state in tally.states]),
        "plans": numbers(lambda run, tally: [tally.plans.get(state, 0) for state in tally.states]),
        "completed": numbers(lambda run, tally: [tally.completed.get(state, 0) for state in tally.states]),
        "meanProgress": json(lambda run, tally: [dumps(tally.means.get(state)) for state in tally.states]),
    }
    return as_rows(document, kind, selected.below, fields, lambda run, tally: len(tally.states))


def _completeness(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    fields = {
        "field": lambda _: Column('"%b"', lambda run, tally: _COMPLETENESS, lambda run, tally: "fields"),
        "published": numbers(lambda run, tally: [tally.filled.get(name, 0) for name in COMPLETENESS]),
        "total": numbers(lambda run, tally: [tally.commitments] * len(COMPLETENESS)),
    }
    return as_rows(document, kind, selected.below, fields, lambda run, tally: len(COMPLETENESS))
