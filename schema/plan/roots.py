"""The root fields, and the fields that need more than a column or a join."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from schema.errors import HubError
from schema.filters import state_keys
from schema.ids import entity_key, global_id, parse_global_id
from schema.lookup import jurisdiction_code, state_code
from schema.plan import feeds
from schema.plan.connection import asked, connection, resolve_alias, scope_of, value
from schema.plan.emission import Emission, Fill, Hole, Piece, emission
from schema.plan.history import history
from schema.plan.national import national_view
from schema.plan.plan_page import plan_connection
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected, Statement
from schema.plan.tail import body_list
from schema.plan.values import Given
from schema.planned import Special

Root = Callable[[Run], bytes]


class Roots:
    """Compiles the fields of Query, and what declarations call `Special`.

    Args:
        schema: the schema that documents are against.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema

    def type(self, name: str) -> GraphQLObjectType:
        """An object type by name."""
        kind = self.schema.get_type(name)
        assert isinstance(kind, GraphQLObjectType)
        return kind

    # Fields of rows

    def body(self, name: str, kind: GraphQLObjectType, selected: Selected, statement: Statement) -> Fill:
        """A list inside the record's JSON."""
        return body_list(statement.document, name, kind, selected)

    def special(
        self, asked: Special, parent: GraphQLObjectType, kind: GraphQLObjectType, selected: Selected,
        statement: Statement, alias: str,
    ) -> Iterator[Piece]:  # fmt: skip
        """A field with a compiler of its own."""
        if asked.name == "history":
            yield from history(kind, selected, statement, alias)
            return
        cells = tuple(statement.sql(cell, alias) for cell in asked.sql)
        yield Hole(cells, self._filled(asked.name, parent, kind, selected, statement))

    def _filled(
        self, name: str, parent: GraphQLObjectType, kind: GraphQLObjectType, selected: Selected, statement: Statement
    ) -> Fill:
        document = statement.document
        match name:
            case "also_published_by":
                return self._also_published_by(document, kind, selected)
            case "commitment_now":
                one = self.one_commitment(document, kind, selected.below)
                return lambda run, code: one(run, code, None)
            case "plans_of_jurisdiction":
                return self._plans_within(document, parent, kind, selected, statement)
            case _:
                return self._commitments_within(name, document, parent, kind, selected, statement)

    def _also_published_by(self, document: Document, kind: GraphQLObjectType, selected: Selected) -> Fill:
        statement = Statement(document)
        pieces = list(statement.object(kind, "r", selected.below))
        where = "WHERE r.code = :code AND r.is_primary = 0 AND r.source <> :source ORDER BY r.id"
        made = emission(statement, iter(pieces), "commitment_row r", where)
        return lambda run, code, source: b"[" + b",".join(made.texts(run, {"code": code, "source": source})) + b"]"

    def _commitments_within(
        self, name: str, document: Document, parent: GraphQLObjectType, kind: GraphQLObjectType, selected: Selected,
        statement: Statement,
    ) -> Fill:  # fmt: skip
        given = document.arguments(parent, selected)
        write = connection(document, kind, selected.below)
        as_of = statement.as_of

        def fill(run: Run, *cells: Any) -> bytes:
            moment = run.kept["as_of"] if as_of else None
            return write(run, asked(run, given, scope_of(name, cells), moment, nested=True))

        return fill

    # Commitments

    def one_commitment(
        self, document: Document, kind: GraphQLObjectType, sets: Sequence[Any]
    ) -> Callable[[Run, str, str | None], bytes]:
        """What writes the merged commitment of a code, or null; an old code still finds it."""
        made: dict[tuple[str, bool], Emission] = {}

        def find(run: Run, space: str, code: str, moment: str | None) -> list[bytes]:
            key = (space, moment is not None)
            if key not in made:
                statement = Statement(document, *key, primary="r" if space == "commitment" else "")
                pieces = list(statement.object(kind, "r", sets))
                where = "WHERE r.code = :code AND r.is_primary = 1"
                if moment is not None:
                    where += " AND r.updated_at <= :as_of"
                if space == "past":
                    where += " AND r.valid_to > :as_of"
                made[key] = emission(statement, iter(pieces), f"{space}_row r", where)
            return made[key].texts(run, {"code": code, "as_of": moment})

        def write(run: Run, code: str, moment: str | None) -> bytes:
            spaces = ("commitment",) if moment is None else ("commitment", "past")
            for wanted in _codes(run, code):
                for space in spaces:
                    found = find(run, space, wanted, moment)
                    if found:
                        return found[0]
            return b"null"

        return write

    def commitment(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.commitment."""
        one = self.one_commitment(document, self.type("Commitment"), selected.below)

        def root(run: Run) -> bytes:
            moment = run.effective(value(given, "asOf", run))
            return _with_moment(run, moment, lambda: one(run, value(given, "code", run), moment))

        return root

    def commitments(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.commitments."""
        write = connection(document, self.type("CommitmentConnection"), selected.below)

        def root(run: Run) -> bytes:
            moment = run.effective(value(given, "asOf", run))
            return _with_moment(run, moment, lambda: write(run, asked(run, given, None, moment, nested=False)))

        return root

    def national(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.nationalView."""
        write = national_view(document, self.type("NationalView"), selected.below)

        def root(run: Run) -> bytes:
            as_of = value(given, "asOf", run)
            moment = run.effective(as_of)
            return _with_moment(run, moment, lambda: write(run, value(given, "filter", run), as_of, moment))

        return root

    # Plans

    def plan_of_code(self, document: Document, sets: Sequence[Any]) -> Callable[[Run, str], bytes]:
        """What writes the current plan of a code, or null."""
        statement = Statement(document)
        pieces = list(statement.object(self.type("ActionPlan"), "p", sets))
        made = emission(statement, iter(pieces), "plan p", "WHERE p.code = :code AND p.valid_to IS NULL")

        def write(run: Run, code: str) -> bytes:
            for wanted in _codes(run, code):
                found = made.texts(run, {"code": wanted})
                if found:
                    return found[0]
            return b"null"

        return write

    def plan(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.plan."""
        write = self.plan_of_code(document, selected.below)
        return lambda run: write(run, value(given, "code", run))

    def plans(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.plans."""
        write = plan_connection(self.type, document, selected, as_of=False)

        def root(run: Run) -> bytes:
            where: dict[str, Sequence[str]] = {}
            try:
                states = state_keys(value(given, "state", run), "state")
            except HubError as error:
                raise NotPlannedError(f"plans: {error}") from None
            programs = value(given, "program", run)
            if states is not None:
                where["state"] = states
            if programs is not None:
                where["program"] = [program.value for program in programs]
            return write(run, where, given)

        return root

    def _plans_within(
        self, document: Document, parent: GraphQLObjectType, kind: GraphQLObjectType, selected: Selected,
        statement: Statement,
    ) -> Fill:  # fmt: skip
        given = document.arguments(parent, selected)
        write = plan_connection(self.type, document, selected, as_of=statement.as_of)

        def fill(run: Run, code: Any, level: Any) -> bytes:
            column = "jurisdiction" if level == "MUNICIPALITY" else "state"
            return write(run, {column: [code]}, given)

        return fill

    # Places and goals

    def states(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.states."""
        made = self._jurisdictions(document, selected.below, "WHERE j.level = 'STATE' ORDER BY j.code")
        return lambda run: b"[" + b",".join(made.texts(run, {})) + b"]"

    def _jurisdictions(self, document: Document, sets: Sequence[Any], where: str) -> Emission:
        statement = Statement(document)
        pieces = list(statement.object(self.type("Jurisdiction"), "j", sets))
        return emission(statement, iter(pieces), "jurisdiction j", where)

    def place_of_code(self, document: Document, sets: Sequence[Any]) -> Callable[[Run, str | None], bytes]:
        """What writes the jurisdiction of an INEGI key, or null."""
        made = self._jurisdictions(document, sets, "WHERE j.code = :code")
        return lambda run, code: next(iter(made.texts(run, {"code": code})), b"null") if code is not None else b"null"

    def state(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.state."""
        write = self.place_of_code(document, selected.below)
        return lambda run: write(run, state_code(value(given, "code", run)))

    def jurisdiction(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.jurisdiction."""
        write = self.place_of_code(document, selected.below)

        def root(run: Run) -> bytes:
            try:
                return write(run, jurisdiction_code(value(given, "code", run)))
            except HubError as error:
                raise NotPlannedError(f"jurisdiction: {error}") from None

        return root

    def _goals(self, document: Document, sets: Sequence[Any], where: str) -> Emission:
        statement = Statement(document)
        pieces = list(statement.object(self.type("OdsGoal"), "g", sets))
        return emission(statement, iter(pieces), "ods_goal g", where)

    def goals(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.odsGoals."""
        made = self._goals(document, selected.below, "ORDER BY g.number")
        return lambda run: b"[" + b",".join(made.texts(run, {})) + b"]"

    def goal_of_number(self, document: Document, sets: Sequence[Any]) -> Callable[[Run, int], bytes]:
        """What writes the goal of a number, or null."""
        made = self._goals(document, sets, "WHERE g.number = :number")
        return lambda run, number: next(iter(made.texts(run, {"number": number})), b"null")

    def goal(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.odsGoal."""
        write = self.goal_of_number(document, selected.below)
        return lambda run: write(run, value(given, "number", run))

    # Nodes

    def node(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.node."""
        write = self._node(document, selected.below)
        return lambda run: write(run, value(given, "id", run))

    def nodes(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query.nodes."""
        write = self._node(document, selected.below)

        def root(run: Run) -> bytes:
            ids = value(given, "ids", run)
            if len(ids) > run.settings.max_page:
                raise NotPlannedError("too many ids")
            return b"[" + b",".join([write(run, wanted) for wanted in ids]) + b"]"

        return root

    def entities(self, document: Document, selected: Selected, given: dict[str, Given]) -> Root:
        """Query._entities, where each representation plainly names an entity."""
        write = self._node(document, selected.below)

        def root(run: Run) -> bytes:
            named = [_global_id(representation) for representation in value(given, "representations", run)]
            return b"[" + b",".join([write(run, wanted) for wanted in named]) + b"]"

        return root

    def _node(self, document: Document, sets: Sequence[Any]) -> Callable[[Run, str], bytes]:
        made: dict[str, Any] = {}

        def writer(name: str) -> Any:
            if name not in made:
                match name:
                    case "Commitment":
                        one = self.one_commitment(document, self.type(name), sets)
                        made[name] = lambda run, key: one(run, key, None)
                    case "ActionPlan":
                        made[name] = self.plan_of_code(document, sets)
                    case "Jurisdiction":
                        made[name] = self.place_of_code(document, sets)
                    case "OdsGoal":
                        goal = self.goal_of_number(document, sets)
                        made[name] = lambda run, key: goal(run, int(key) if key in _GOALS else -1)
                    case _:
                        raise NotPlannedError(f"node of {name}")
            return made[name]

        def write(run: Run, wanted: str) -> bytes:
            try:
                name, key = parse_global_id(wanted)
            except HubError as error:
                raise NotPlannedError(f"node: {error}") from None
            if "@" in key:
                raise NotPlannedError("a source's own record")
            found: bytes = writer(name)(run, key)
            return found

        return write


_GOALS = frozenset(map(str, range(1, 18)))
"""The keys of the goals, as their ids hold them."""

ROOTS: dict[str, Callable[[Roots, Document, Selected, dict[str, Given]], Root]] = {
    "commitments": Roots.commitments,
    "commitment": Roots.commitment,
    "nationalView": Roots.national,
    "plans": Roots.plans,
    "plan": Roots.plan,
    "states": Roots.states,
    "state": Roots.state,
    "jurisdiction": Roots.jurisdiction,
    "odsGoals": Roots.goals,
    "odsGoal": Roots.goal,
    "events": feeds.events,
    "changes": feeds.changes,
    "node": Roots.node,
    "nodes": Roots.nodes,
    "_entities": Roots.entities,
}


_KEYS: dict[str, tuple[str, type]] = {
    "Commitment": ("code", str),
    "Jurisdiction": ("code", str),
    "ActionPlan": ("code", str),
    "OdsGoal": ("number", int),
}


def _global_id(representation: dict[str, Any]) -> str:
    """The id of the entity that a gateway's representation stands for."""
    name = representation.get("__typename")
    field, kind = _KEYS.get(name, ("", str)) if isinstance(name, str) else ("", str)
    if name == "Commitment" and "id" in representation:
        field = "id"
    key = entity_key(representation.get(field), kind)
    if key is None:
        raise NotPlannedError("a representation that may be bad")
    try:
        wanted = str(key) if field == "id" else global_id(str(name), str(key))
        if parse_global_id(wanted)[0] == name:
            return wanted
    except (HubError, ValueError):
        pass
    raise NotPlannedError("a representation that may be bad")


def _codes(run: Run, code: str) -> Iterator[str]:
    """The code, and if nobody has it the one that it became."""
    yield code
    newer = resolve_alias(run, code)
    if newer != code:
        yield newer


def _with_moment(run: Run, moment: str | None, write: Callable[[], bytes]) -> bytes:
    """Run with the instant where nested fields find it."""
    before = run.kept.get("as_of")
    run.kept["as_of"] = moment
    try:
        return write()
    finally:
        run.kept["as_of"] = before
