"""The national view compiled: counts from the file's cube where it has them, from sets of rows where not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import compress
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from hub.readmodel.cube import SCALE
from hub.readmodel.rows import DEFAULT_BASES
from schema.filters import Normal
from schema.labels import STATUS
from schema.national import COMPLETENESS, MEAN_DIGITS, _only_plan_fields
from schema.plan.connection import filter_match
from schema.plan.emission import Emission, emission
from schema.plan.match import Match
from schema.plan.objects import Make, Write, as_list, as_object, dumps, integer
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected, Statement

Counts = dict[str, int]
_PLAN_LEVEL = (
    "CASE WHEN jurisdiction = '00' THEN 'NATION' WHEN length(jurisdiction) = 2 THEN 'STATE' ELSE 'MUNICIPALITY' END"
)
_ASCII_BYTES = bytes.maketrans(b"01", b"\0\1")


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


class Tally:
    """The counts of one filter at one instant; each is read when it is asked for."""

    def __init__(self, run: Run, given: Any, as_of: str | None, moment: str | None) -> None:
        self.run = run
        self.as_of = as_of
        self.moment = moment
        self.match: Match = filter_match(run, given, None, moment)
        self.normal = self.match.normal
        self.slice = cube_slice(self.normal, moment)

    def cube(self, by: str) -> Counts:
        """Member -> count, from the cube."""
        return self.run.model.cube(*self._slice).get(by, {})

    @property
    def _slice(self) -> tuple[str, str]:
        assert self.slice is not None
        return self.slice

    @cached_property
    def commitments(self) -> int:
        return self.cube("").get("", 0) if self.slice else self.match.count

    @cached_property
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

    @cached_property
    def plans(self) -> Counts:
        """How many plans each state has."""
        if self.slice:
            return self.cube("plans")
        if _only_plan_fields(self.normal):
            return self._held_plans()
        counts: dict[str, set[str]] = {}
        for space, bits in self.match.parts:
            for state in space.values("state"):
                inside = bits & space.bits("state", state)
                if inside:
                    counts.setdefault(state, set()).update(_plans_of(self.run, space, inside))
        return {state: len(codes) for state, codes in counts.items()}

    def _held_plans(self) -> Counts:
        where = [
            "valid_to IS NULL" if self.moment is None else "valid_from <= :t AND (valid_to IS NULL OR valid_to > :t)"
        ]
        bindings: dict[str, Any] = {"t": self.moment}
        for name, sql, values in (
            ("state", "state", self.normal.state),
            ("jurisdiction", "jurisdiction", self.normal.jurisdiction),
            ("level", _PLAN_LEVEL, self.normal.level),
            ("program", "program", self.normal.program),
            ("plan", "code", self.normal.plan),
        ):
            if values is not None:
                where.append(f"{sql} IN (SELECT value FROM json_each(:{name}))")
                bindings[name] = dumps(list(values)).decode()
        return dict(
            self.run.rows(f"SELECT state, count(*) FROM plan WHERE {' AND '.join(where)} GROUP BY state", bindings)
        )

    @cached_property
    def by_status(self) -> Counts:
        if self.slice:
            return self.cube("status")
        return {status: self.match.count_of("status", status) for status in STATUS}

    @cached_property
    def by_goal(self) -> Counts:
        if self.slice:
            return self.cube("ods")
        return {goal: self.match.goal_count(goal, self.normal.bases) for goal in self.goals}

    @cached_property
    def declared(self) -> Counts:
        if self.slice:
            return self.cube("declared")
        return {goal: self.match.goal_count(goal, ("DECLARED",)) for goal in self.goals}

    @cached_property
    def goals(self) -> list[str]:
        known = self.run.model.remember("goals")
        if not known:
            known.update((str(row[0]), b"") for row in self.run.rows("SELECT number FROM ods_goal ORDER BY number"))
        return list(known)

    @cached_property
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

    @cached_property
    def by_year(self) -> list[tuple[str, int]]:
        counts = (
            self.cube("year") if self.slice else {y: self.match.count_of("year", y) for y in self.match.values("year")}
        )
        return sorted(((year, count) for year, count in counts.items() if count), key=lambda item: int(item[0]))

    @cached_property
    def by_state(self) -> Counts:
        if self.slice:
            return self.cube("state")
        return {state: self.match.count_of("state", state) for state in self.match.values("state")}

    @cached_property
    def completed(self) -> Counts:
        if self.slice:
            return self.cube("completed")
        parts = [(space, bits & space.bits("status", "COMPLETED")) for space, bits in self.match.parts]
        return {
            state: sum((bits & space.bits("state", state)).bit_count() for space, bits in parts)
            for state in self.by_state
        }

    @cached_property
    def filled(self) -> Counts:
        if self.slice:
            return self.cube("filled")
        return {name: self.match.count_of("filled", name) for name in COMPLETENESS}

    @cached_property
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


def _plans_of(run: Run, space: Any, bits: int) -> list[str]:
    """Codes of the plans of these rows."""
    key = ("plans of rows", space.name)
    codes = run.kept.get(key)
    if codes is None:
        codes = run.kept[key] = [row[0] for row in space.rows(f"SELECT plan_code FROM {space.name}_row ORDER BY id")]
    return list(compress(codes, _flags(bits)))


def _flags(bits: int) -> bytes:
    """One byte a row, 1 where it is a member."""
    return bin(bits)[:1:-1].encode().translate(_ASCII_BYTES)


def _sum(space: Any, bits: int) -> int:
    low = (bits & -bits).bit_length() - 1
    return sum(compress(space.vector("progress")[low:], _flags(bits >> low)))


class Parts:
    """Objects of the view that are rows of the file: goals and jurisdictions, each written once a plan and version."""

    def __init__(self, document: Document, kind: GraphQLObjectType, table: str, key: str, selected: Selected) -> None:
        self._document, self._kind, self._selected = document, kind, selected
        self._source = f"{table} x"
        self._where = f"WHERE x.{key} = :key"
        self._made: dict[bool, tuple[Emission, bool]] = {}

    def text(self, run: Run, key: Any, moment: str | None) -> bytes:
        """The JSON of one."""
        as_of = moment is not None
        if as_of not in self._made:
            statement = Statement(self._document, as_of=as_of)
            pieces = list(statement.object(self._kind, "x", self._selected.below))
            fresh = emission(statement, iter(pieces), self._source, self._where)
            self._made[as_of] = fresh, fresh.still
        made, still = self._made[as_of]
        if not still:
            return self._fresh(run, made, key)
        known = run.model.remember(made.sql)
        text = known.get(key)
        if text is None:
            text = known[key] = self._fresh(run, made, key)
        return text

    def _fresh(self, run: Run, made: Emission, key: Any) -> bytes:
        texts = made.texts(run, {"key": key})
        if not texts:
            raise NotPlannedError(f"no {self._kind.name} {key}")
        return texts[0]


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


def _status_fields() -> dict[str, Make]:
    return {
        "status": lambda _: lambda run, item: b'"%b"' % item[0].encode(),
        "count": integer(lambda item: item[1]),
    }


def _by_status(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    write = as_object(document, kind, selected.below, _status_fields())
    return as_list(write, lambda run, tally: [(status, tally.by_status.get(status, 0)) for status in STATUS])


def _by_ods(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    def goal(item: Selected) -> Write:
        parts = Parts(document, get_named_type(kind.fields["goal"].type), "ods_goal", "number", item)
        return lambda run, cells: parts.text(run, int(cells[1]), cells[0].moment)

    def by_status(item: Selected) -> Write:
        below: Any = get_named_type(kind.fields["byStatus"].type)

        def counts(run: Run, cells: Any) -> list[tuple[str, int]]:
            found = ((status, cells[0].goal_status.get(f"{cells[1]}|{status}", 0)) for status in STATUS)
            return [item for item in found if item[1]]

        return as_list(as_object(document, below, item.below, _status_fields()), counts)

    fields: dict[str, Make] = {
        "goal": goal,
        "count": integer(lambda cells: cells[0].by_goal.get(cells[1], 0)),
        "declared": integer(lambda cells: cells[0].declared.get(cells[1], 0)),
        "byStatus": by_status,
    }
    write = as_object(document, kind, selected.below, fields)
    return as_list(write, lambda run, tally: [(tally, goal) for goal in tally.goals])


def _by_year(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    fields: dict[str, Make] = {
        "year": lambda _: lambda run, item: item[0].encode(),
        "count": integer(lambda item: item[1]),
    }
    return as_list(as_object(document, kind, selected.below, fields), lambda run, tally: tally.by_year)


def _by_state(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    def place(item: Selected) -> Write:
        target: Any = get_named_type(kind.fields["jurisdiction"].type)
        parts = Parts(document, target, "jurisdiction", "code", item)
        return lambda run, cells: parts.text(run, cells[1], cells[0].moment)

    fields: dict[str, Make] = {
        "jurisdiction": place,
        "commitments": integer(lambda cells: cells[0].by_state.get(cells[1], 0)),
        "plans": integer(lambda cells: cells[0].plans.get(cells[1], 0)),
        "completed": integer(lambda cells: cells[0].completed.get(cells[1], 0)),
        "meanProgress": lambda _: lambda run, cells: dumps(cells[0].means.get(cells[1])),
    }
    write = as_object(document, kind, selected.below, fields)

    def states(run: Run, tally: Tally) -> list[tuple[Tally, str]]:
        known = run.model.remember("states")
        if not known:
            rows = run.rows("SELECT code FROM jurisdiction WHERE level = 'STATE' AND id < 100 ORDER BY code")
            known.update((code, b"") for (code,) in rows)
        return [(tally, code) for code in known]

    return as_list(write, states)


def _completeness(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    fields: dict[str, Make] = {
        "field": lambda _: lambda run, cells: dumps(cells[1]),
        "published": integer(lambda cells: cells[0].filled.get(cells[1], 0)),
        "total": integer(lambda cells: cells[0].commitments),
    }
    write = as_object(document, kind, selected.below, fields)
    return as_list(write, lambda run, tally: [(tally, name) for name in COMPLETENESS])
