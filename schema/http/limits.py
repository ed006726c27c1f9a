"""Depth, aliases, directives and cost of an operation in one pass, linear in the document, before anything runs.

Each fragment is measured once and its figures are added wherever it is spread, so that a document in which each fragment
spreads the next one twice costs its length to measure and not two to that power. docs/cost.md tells the cost model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)
from graphql.language import (
    BooleanValueNode,
    DirectiveNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ValueNode,
    VariableNode,
)
from graphql.pyutils import Undefined

from schema.http.config import HttpConfig
from schema.http.errors import COST_LIMIT, VALIDATION_FAILED, RequestError

CEILING = 10**15
"""No figure is counted above this: products of nested pages have no end."""
_MAX_WALK = 300
"""Selection sets inside one another, fragments followed: far above every sane document, far below Python's stack."""

_TOKENS = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|#[^\n\r]*|\.\.\.|[_A-Za-z0-9.+-]+|[^\s,\ufeff]',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class CostModel:
    """Weights of docs/cost.md. Keys are ``Type.field``.

    `weights`: what one value of a field costs beside its children, where it is not 1 for objects and 0 for scalars.
    `factors`: how many values a list field has, where nothing in the query says so.
    """

    weights: Mapping[str, int] = field(default_factory=dict)
    factors: Mapping[str, int] = field(default_factory=dict)
    list_factor: int = 10
    default_page: int = 50
    max_page: int = 500
    introspection: int = 100


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of one operation with given variables, or of one selection set.

    `cost` is for one parent; `per_row` is what each row of the parent's page adds (only inside a connection).
    `variables`: the names of those on whose values the figures depend, so that a caller can keep them by these.
    """

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    per_row: int = 0
    variables: frozenset[str] = frozenset()


def count_tokens(query: str, limit: int) -> int:
    """How many lexical tokens `query` has, comments included, counted up to `limit` + 1."""
    if len(query) <= limit:
        return len(query)
    count = 0
    for _ in _TOKENS.finditer(query):
        count += 1
        if count > limit:
            break
    return count


def check_size(query: str, config: HttpConfig) -> None:
    """Refuses a document that is too long to be parsed quickly. Raises RequestError (400)."""
    if len(query) > config.max_query:
        raise _refusal(f"The document has {len(query)} characters; the limit is {config.max_query}.")
    if count_tokens(query, config.max_tokens) > config.max_tokens:
        raise _refusal(f"The document has more than {config.max_tokens} tokens.")


def check_shape(measure: Measure, config: HttpConfig) -> None:
    """Refuses an operation that is too deep or repeats too much. Raises RequestError (400)."""
    for name, value, limit in (
        ("nests fields", measure.depth, config.max_depth),
        ("has aliases", measure.aliases, config.max_aliases),
        ("has directives", measure.directives, config.max_directives),
    ):
        if value > limit:
            what = f"{value} deep" if name == "nests fields" else f"{value} of them"
            raise _refusal(f"The operation {name}, {what}; the limit is {limit}.")


def check_cost(measure: Measure, config: HttpConfig) -> None:
    """Refuses an operation above the cost limit with COST_LIMIT and the figures. Raises RequestError (400)."""
    if measure.cost > config.max_cost:
        refused = RequestError(
            400,
            f"The operation costs {measure.cost}; the limit is {config.max_cost}. Ask for smaller pages (`first`) or for"
            " fewer nested connections.",
            code=COST_LIMIT,
            well_formed=True,
            extensions={"requested": measure.cost, "limit": config.max_cost},
        )
        refused.cost = measure.cost
        raise refused


def _refusal(message: str) -> RequestError:
    return RequestError(400, message, code=VALIDATION_FAILED, well_formed=True)


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    model: CostModel,
) -> Measure:
    """The figures of `operation`. `variables` are the raw ones; defaults are taken from the operation.

    Unknown fields and cycles of fragments count nothing here: validation refuses them. Raises RequestError where
    selection sets nest beyond every sane document.
    """
    return _Meter(schema, document, operation, variables, model).operation()


class _Meter:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        model: CostModel,
    ) -> None:
        self.schema = schema
        self.model = model
        self.root = operation
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.variables = {
            node.variable.name.value: _literal(node.default_value)
            for node in operation.variable_definitions or ()
            if node.default_value is not None
        }
        self.variables.update(variables)
        self.done: dict[str, Measure] = {}
        self.open: set[str] = set()

    def operation(self) -> Measure:
        root = self.schema.get_root_type(self.root.operation)
        found = self.selections(self.root.selection_set, root, 1)
        return Measure(
            found.depth,
            found.aliases,
            found.directives + len(self.root.directives or ()),
            min(found.cost + found.per_row, CEILING),
            0,
            found.variables,
        )

    def selections(self, node: SelectionSetNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        if level > _MAX_WALK:
            raise _refusal(f"The document nests more than {_MAX_WALK} selection sets.")
        depth = aliases = directives = cost = per_row = 0
        names: set[str] = set()
        for selection in node.selections:
            directives += len(selection.directives or ())
            used, included = self._included(selection.directives or ())
            names |= used
            if isinstance(selection, FieldNode):
                found = self.field(selection, parent, level)
                aliases += selection.alias is not None
            elif isinstance(selection, InlineFragmentNode):
                found = self.selections(selection.selection_set, self._condition(selection, parent), level + 1)
            elif isinstance(selection, FragmentSpreadNode):
                found = self.fragment(selection.name.value, level)
            else:  # pragma: no cover - the three kinds of selection that there are
                continue
            depth = max(depth, found.depth)
            aliases = min(aliases + found.aliases, CEILING)
            directives = min(directives + found.directives, CEILING)
            names |= found.variables
            if included:
                cost = min(cost + found.cost, CEILING)
                per_row = min(per_row + found.per_row, CEILING)
        return Measure(depth, aliases, directives, cost, per_row, frozenset(names))

    def fragment(self, name: str, level: int) -> Measure:
        if name in self.done:
            return self.done[name]
        node = self.fragments.get(name)
        if node is None or name in self.open:
            return Measure()
        self.open.add(name)
        found = self.selections(node.selection_set, self.schema.get_type(node.type_condition.name.value), level + 1)
        self.open.discard(name)
        self.done[name] = found
        return found

    def field(self, node: FieldNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        name = node.name.value
        if name in ("__schema", "__type"):
            # graphql-core's MaxIntrospectionDepthRule bounds these; their size is the schema's, not the data's.
            return Measure(depth=1, cost=self.model.introspection)
        definition = self._definition(parent, name)
        if definition is None or parent is None:
            below = self.selections(node.selection_set, None, level + 1) if node.selection_set else Measure()
            return Measure(below.depth + 1, below.aliases, below.directives)
        kind = get_named_type(definition.type)
        key = f"{parent.name}.{name}"
        names: set[str] = set()
        count = self._count(key, definition, node, names)
        if node.selection_set is None:
            weight = self.model.weights.get(key, int(is_composite_type(kind)))
            return Measure(1, 0, 0, weight, 0, frozenset(names))
        below = self.selections(node.selection_set, kind, level + 1)
        weight = self.model.weights.get(key, 0 if kind.name.endswith("Edge") else 1)
        names |= below.variables
        rows = 0
        if kind.name.endswith("Connection"):
            each, count = weight + below.cost + below.per_row * count, 1
        else:
            each = weight + below.cost + below.per_row
        cost = min(each * count, CEILING)
        if parent.name.endswith("Connection") and name in ("edges", "nodes"):
            cost, rows = 0, cost
        return Measure(below.depth + 1, below.aliases, below.directives, cost, rows, frozenset(names))

    def _definition(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        fields = getattr(parent, "fields", None)
        return fields.get(name) if fields else None

    def _condition(self, node: InlineFragmentNode, parent: GraphQLNamedType | None) -> GraphQLNamedType | None:
        if node.type_condition is None:
            return parent
        return self.schema.get_type(node.type_condition.name.value)

    def _count(self, key: str, definition: GraphQLField, node: FieldNode, names: set[str]) -> int:
        """How many values the field may have: its page, the length of its list of keys, or its fixed factor."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        paged = False
        for name in ("first", "last"):
            if name in definition.args:
                paged = True
                value = self._value(given.get(name), names)
                if isinstance(value, int) and not isinstance(value, bool):
                    return max(0, min(value, self.model.max_page))
        if paged:
            default = _default(definition.args["first"]) if "first" in definition.args else None
            return default if isinstance(default, int) else self.model.default_page
        is_list = is_list_type(get_nullable_type(definition.type))
        if not is_list or key.endswith(("Connection.edges", "Connection.nodes")):
            return 1
        for name in ("ids", "representations", "codes", "keys"):
            if name in definition.args:
                value = self._value(given.get(name), names)
                return len(value) if isinstance(value, list) else 1
        return self.model.factors.get(key, self.model.list_factor)

    def _included(self, directives: Iterable[DirectiveNode]) -> tuple[set[str], bool]:
        """Whether @skip and @include let the selection in, and on which variables that hangs."""
        names: set[str] = set()
        included = True
        for directive in directives:
            if directive.name.value not in ("skip", "include"):
                continue
            for argument in directive.arguments or ():
                value = self._value(argument.value, names)
                if isinstance(value, bool) and value == (directive.name.value == "skip"):
                    included = False
        return names, included

    def _value(self, node: ValueNode | None, names: set[str]) -> Any:
        if isinstance(node, VariableNode):
            names.add(node.name.value)
            return self.variables.get(node.name.value)
        return _literal(node)


def _literal(node: ValueNode | None) -> Any:
    """The value of a literal, as far as cost depends on it: integers, booleans and lists."""
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) <= 18 else CEILING
    if isinstance(node, BooleanValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        return [None] * len(node.values)
    if node is None or isinstance(node, NullValueNode):
        return None
    return str(node.kind)


def _default(argument: GraphQLArgument) -> Any:
    """The default of a page argument, however the schema was written: as a value, or as a literal."""
    default: Any = argument.default
    if default is None:
        return argument.default_value
    return default.value if default.literal is Undefined else _literal(default.literal)


def operations(document: DocumentNode) -> Collection[OperationDefinitionNode]:
    """The operations of a document, in order."""
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
