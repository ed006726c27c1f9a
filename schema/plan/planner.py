"""Plans: kept by the text without its literals, run against one version of the data, answered as bytes."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import apsw
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

from hub.readmodel.reader import ReadModel
from schema.context import Settings
from schema.http.document import parse_document
from schema.plan.check import Check
from schema.plan.declared import DECLARED
from schema.plan.literals import NUMBER, TEXT, lift
from schema.plan.objects import node_id
from schema.plan.roots import ROOTS, Root, Roots
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected
from schema.plan.values import Given, Read, Values
from schema.read.changes import change_cursor

log = logging.getLogger("schema.plan")

KEPT = 2000
"""How many plans, and how many texts, are kept."""
LONGEST = 16_000
"""Longer texts are planned each time."""

Measure = Callable[[DocumentNode, OperationDefinitionNode, Mapping[str, Any]], tuple[int, frozenset[str]]]
"""(document, operation, variables) -> cost and the variables it hangs on; raises what refuses the operation."""


def free(
    document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> tuple[int, frozenset[str]]:
    """No limits and no cost."""
    return 0, frozenset()


@dataclass(slots=True)
class Plan:
    """One operation, compiled for each value of the variables that its directives look at.

    `idle` gives the values of literals that a run may never look at, and that have to fit nevertheless.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    read: Read
    compile: Callable[[Mapping[str, Any]], list[tuple[bytes, Root]]]
    flags: tuple[str, ...]
    idle: tuple[Given, ...] = ()
    variants: dict[tuple[Any, ...], list[tuple[bytes, Root]]] = field(default_factory=dict)
    costs: dict[tuple[Any, ...], int] = field(default_factory=dict)
    cost_on: tuple[str, ...] | None = None

    def roots(self, variables: Mapping[str, Any]) -> list[tuple[bytes, Root]]:
        """The writers of the root fields."""
        key = tuple([variables[name] for name in self.flags]) if self.flags else ()
        found = self.variants.get(key)
        if found is None:
            if len(self.variants) > 64:
                self.variants.clear()
            found = self.variants[key] = self.compile(dict(zip(self.flags, key, strict=True)))
        return found

    def cost(self, measure: Measure, variables: Mapping[str, Any]) -> int:
        """What it costs with these variables; raises what `measure` raises."""
        if self.cost_on is not None:
            known = self.costs.get(self._cost_key(variables))
            if known is not None:
                return known
        cost, names = measure(self.document, self.operation, variables)
        self.cost_on = tuple(sorted(names))
        if len(self.costs) > 64:
            self.costs.clear()
        self.costs[self._cost_key(variables)] = cost
        return cost

    def _cost_key(self, variables: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([_hashable(variables.get(name)) for name in self.cost_on]) if self.cost_on else ()


def _hashable(value: Any) -> Any:
    return (
        tuple(map(_hashable, value))
        if isinstance(value, list)
        else value
        if isinstance(value, int | str)
        else repr(value)
    )


class Planner:
    """Answers queries of one schema from a read model.

    Args:
        schema: the graphql-core schema that Strawberry made.
        settings: limits of the API.
        measure: what an operation costs, or its refusal; asked once per plan and page sizes.
        check: raises for a text that is too long to be read.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        settings: Settings | None = None,
        measure: Measure = free,
        check: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.schema = schema
        self.settings = settings or Settings()
        self._measure = measure
        self._check = check
        self._values = Values(schema)
        self._roots = Roots(schema)
        self._texts: OrderedDict[tuple[str, str | None], tuple[Plan | None, list[str]]] = OrderedDict()
        self._plans: OrderedDict[tuple[str, str | None], Plan | None] = OrderedDict()
        self._met: OrderedDict[int, None] = OrderedDict()

    def answer(
        self, model: ReadModel, text: str, operation_name: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> tuple[bytes, int]:
        """The JSON of ``data``, and the cost.

        Raises:
            NotPlannedError: the executed path has this operation, or its errors.
            LongWorkError: it takes long, and the spaces of `model` are hurried.
            apsw.InterruptError: the model's progress handler stopped it.
        """
        plan, literals = self._plan(text, operation_name)
        if plan is None:
            raise NotPlannedError("known not to be planned")
        run = Run(model, self.settings, {}, literals)
        values = run.variables = plan.read(variables or {}, run)
        cost = plan.cost(self._measure, values)
        if not model.prepared:
            prepare(model)
        try:
            parts = [key + root(run) for key, root in plan.roots(values)]
        except apsw.InterruptError:
            raise  # its time is over: the executed path would take longer still
        except apsw.Error as error:
            log.exception("a planned statement failed; the executed path answers")
            raise NotPlannedError(f"SQL: {error}") from error
        return b"{" + b",".join(parts) + b"}", cost

    def _plan(self, text: str, name: str | None) -> tuple[Plan | None, list[str]]:
        known = self._texts.get((text, name))
        if known is not None:
            return known
        if TEXT in text or NUMBER in text:
            return None, []  # it would pass for one whose literals were lifted
        if len(text) > LONGEST:
            self._check(text)  # a plan that is kept says nothing of how long a literal may be
        lifted = lift(text)
        key = (lifted.key, name)
        plan = self._plans.get(key, _UNKNOWN)
        if plan is _UNKNOWN:
            try:
                plan = self._make(text, name, lifted.places)
            except NotPlannedError as error:
                log.debug("not planned: %s", error.why)
                plan = None
            if len(text) > LONGEST or (plan is not None and not self._met_before(key)):
                return _fitting(plan, lifted.literals), lifted.literals
            _keep(self._plans, key, plan)
        plan = _fitting(plan, lifted.literals)
        if len(text) <= LONGEST:
            _keep(self._texts, (text, name), (plan, lifted.literals))
        return plan, lifted.literals

    def _met_before(self, key: tuple[str, str | None]) -> bool:
        """Whether a plan was made once already: most texts that come once never come again, and are not worth their room."""
        mark = hash(key)
        if mark in self._met:
            return True
        _keep(self._met, mark, None)
        return False

    def _make(self, text: str, name: str | None, places: Mapping[int, int]) -> Plan:
        self._check(text)
        try:
            document = parse_document(text)
        except (GraphQLError, RecursionError) as error:
            raise NotPlannedError(f"syntax: {error}") from None
        _forget_tokens(document)
        operation = _operation(document, name)
        if operation.operation is not OperationType.QUERY:
            raise NotPlannedError("not a query")
        types, read = self._values.variables(operation, places)
        check = Check(self.schema, self._values, document, operation, types, places)
        if not check.literals >= places.keys():
            raise NotPlannedError("a literal that is none")
        flags = tuple(sorted(check.flags))
        query = self.schema.query_type
        assert query is not None

        def compiled(values: Mapping[str, Any]) -> list[tuple[bytes, Root]]:
            inside = Document(self.schema, self._values, check.fragments, types, places, values, self._roots, DECLARED)
            return [
                (f'"{selected.key}":'.encode(), self._root(inside, selected, types))
                for selected in inside.fields(query, [operation.selection_set])
            ]

        return Plan(document, operation, read, compiled, flags, tuple(check.idle))

    def _root(self, document: Document, selected: Selected, types: Mapping[str, GraphQLInputType]) -> Root:
        if selected.name == "__typename":
            return lambda run: b'"Query"'
        make = ROOTS.get(selected.name)
        if make is None:
            raise NotPlannedError(f"Query.{selected.name}")
        query = self.schema.query_type
        assert query is not None
        return make(self._roots, document, selected, document.arguments(query, selected))


_UNKNOWN: Any = object()


def _fitting(plan: Plan | None, literals: list[str]) -> Plan | None:
    """The plan, if the idle literals of a text fit where they stand."""
    if plan is None or not plan.idle:
        return plan
    looked = Run.__new__(Run)
    looked.literals = literals
    try:
        for given in plan.idle:
            given(looked)
    except NotPlannedError as error:
        log.debug("not planned: %s", error.why)
        return None
    return plan


def _keep(table: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    table[key] = value
    if len(table) > KEPT:
        table.popitem(last=False)


def _forget_tokens(document: DocumentNode) -> None:
    """Nodes know where they stand; the chain of tokens behind them is garbage that only a collection would find."""
    token = document.loc.start_token if document.loc is not None else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(found) != 1 or (name is not None and (found[0].name is None or found[0].name.value != name)):
        raise NotPlannedError("no single operation of that name")
    return found[0]


def prepare(model: ReadModel) -> None:
    """Give a connection the functions that plans call; once."""
    if model.prepared:
        return
    connection = model.connection
    functions: tuple[tuple[str, Any, int], ...] = (
        ("hub_id", node_id, 2),
        ("hub_change_cursor", change_cursor, 1),
        ("hub_broken", _broken, 0),
    )
    for name, function, arguments in functions:
        connection.create_scalar_function(name, function, arguments, deterministic=name != "hub_broken")
    model.prepared = True


def _broken() -> str:
    raise ValueError("a row in a list lacks a promised value")


__all__: Sequence[str] = ["Plan", "Planner", "free", "prepare"]
