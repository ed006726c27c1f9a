"""Arguments: from literals, variables and defaults to values, checked as GraphQL asks.

Whatever is not plainly right raises NotPlannedError: the executed path then words the error.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    is_required_argument,
    is_required_input_field,
    type_from_ast,
)
from graphql.language import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.plan.run import NotPlannedError, Run

Given = Callable[[Run], Any]
Coerce = Callable[[Any], Any]
Read = Callable[[Mapping[str, Any], Run], dict[str, Any]]
"""From the raw variables to their values; the run knows the literals of the defaults."""
ABSENT: Any = object()
_INT = 2**31


def _doubt(why: str) -> NotPlannedError:
    return NotPlannedError(why)


class Values:
    """Compiles the arguments of one schema's fields.

    Args:
        schema: as Strawberry made it.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._coercers: dict[str, Coerce] = {}

    def python_names(self, kind: GraphQLInputObjectType) -> dict[str, str]:
        """GraphQL name -> Python name of an input type's fields."""
        definition = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        return {field.graphql_name or _camel(field.python_name): field.python_name for field in definition.fields}

    def coercer(self, kind: GraphQLInputType) -> Coerce:
        """What turns a JSON value into the type's Python value."""
        key = str(kind)
        found = self._coercers.get(key)
        if found is None:
            found = self._coercers[key] = self._make(kind)
        return found

    def _make(self, kind: GraphQLInputType) -> Coerce:
        if isinstance(kind, GraphQLNonNull):
            inner = self.coercer(kind.of_type)

            def required(value: Any) -> Any:
                if value is None:
                    raise _doubt("null where a value is required")
                return inner(value)

            return required
        if isinstance(kind, GraphQLList):
            item = self.coercer(kind.of_type)

            def items(value: Any) -> Any:
                if value is None:
                    return None
                return [item(part) for part in value] if isinstance(value, list) else [item(value)]

            return items
        if isinstance(kind, GraphQLEnumType):
            return _enum(kind)
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        return _scalar(kind)

    def _object(self, kind: GraphQLInputObjectType) -> Coerce:
        names = self.python_names(kind)
        origin = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin
        fields = {name: (names[name], self.coercer(field.type)) for name, field in kind.fields.items()}
        needed = [name for name, field in kind.fields.items() if is_required_input_field(field)]

        def make(value: Any) -> Any:
            if value is None:
                return None
            if not isinstance(value, dict):
                raise _doubt(f"{kind.name} is no object")
            given = {}
            for name, part in value.items():
                if name not in fields:
                    raise _doubt(f"{kind.name} has no field {name}")
                python, coerce = fields[name]
                given[python] = coerce(part)
            for name in needed:
                if name not in value:
                    raise _doubt(f"{kind.name} lacks {name}")
            return origin(**given)

        return make

    def variables(
        self, operation: OperationDefinitionNode, places: Mapping[int, int]
    ) -> tuple[dict[str, GraphQLInputType], Read]:
        """Types of an operation's variables, and what reads them from the raw ones."""
        types: dict[str, GraphQLInputType] = {}
        readers: list[tuple[str, Coerce, Given | None, bool]] = []
        for definition in operation.variable_definitions or ():
            name = definition.variable.name.value
            kind: Any = type_from_ast(self.schema, definition.type)
            if kind is None or name in types or definition.directives:
                raise _doubt(f"variable ${name}")
            default: Given | None = None
            if definition.default_value is not None:
                default = self.literal(kind, definition.default_value, {}, places)
            types[name] = kind
            readers.append((name, self.coercer(kind), default, isinstance(kind, GraphQLNonNull)))

        def read(raw: Mapping[str, Any], run: Run) -> dict[str, Any]:
            values = {}
            for name, coerce, default, needed in readers:
                if name in raw:
                    values[name] = coerce(raw[name])
                elif default is not None:
                    values[name] = default(run)
                elif needed:
                    raise _doubt(f"no ${name}")
            return values

        return types, read

    def literal(
        self, kind: Any, node: ValueNode, variables: Mapping[str, GraphQLInputType], places: Mapping[int, int]
    ) -> Given:
        """What gives an argument's value when the plan runs."""
        if isinstance(node, VariableNode):
            return self._variable(kind, node.name.value, variables)
        if isinstance(kind, GraphQLNonNull):
            if isinstance(node, NullValueNode):
                raise _doubt("null where a value is required")
            return self.literal(kind.of_type, node, variables, places)
        if isinstance(node, NullValueNode):
            return lambda run: None
        if isinstance(kind, GraphQLList):
            nodes = node.values if isinstance(node, ListValueNode) else (node,)
            return _listed([self.literal(kind.of_type, part, variables, places) for part in nodes])
        if isinstance(kind, GraphQLInputObjectType):
            return self._object_literal(kind, node, variables, places)
        if isinstance(kind, GraphQLEnumType):
            if not isinstance(node, EnumValueNode):
                raise _doubt(f"{kind.name} takes a name")
            constant = self.coercer(kind)(node.value)
            return lambda run: constant
        return _leaf(kind, node, self.coercer(kind), places)

    def leaves(self, kind: Any, node: ValueNode, places: Mapping[int, int]) -> Iterator[Given]:
        """What gives the value of each literal in an argument that a plan lifts."""
        while isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            for part in node.values if isinstance(node, ListValueNode) else (node,):
                yield from self.leaves(kind.of_type, part, places)
        elif isinstance(node, ObjectValueNode) and isinstance(kind, GraphQLInputObjectType):
            for field in node.fields:
                yield from self.leaves(kind.fields[field.name.value].type, field.value, places)
        elif node.loc is not None and node.loc.start in places:
            yield _leaf(kind, node, self.coercer(kind), places)

    def _variable(self, kind: Any, name: str, variables: Mapping[str, GraphQLInputType]) -> Given:
        given = variables.get(name)
        if given is None or not _fits(given, kind):
            raise _doubt(f"${name} does not plainly fit {kind}")
        return lambda run: run.variables.get(name, ABSENT)

    def _object_literal(
        self,
        kind: GraphQLInputObjectType,
        node: ValueNode,
        variables: Mapping[str, GraphQLInputType],
        places: Mapping[int, int],
    ) -> Given:
        if not isinstance(node, ObjectValueNode):
            raise _doubt(f"{kind.name} is no object")
        names = self.python_names(kind)
        origin = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].origin
        parts: dict[str, Given] = {}
        for field in node.fields:
            name = field.name.value
            if name not in kind.fields or names[name] in parts:
                raise _doubt(f"{kind.name}.{name}")
            parts[names[name]] = self.literal(kind.fields[name].type, field.value, variables, places)
        for name, definition in kind.fields.items():
            if is_required_input_field(definition) and names[name] not in parts:
                raise _doubt(f"{kind.name} lacks {name}")

        def make(run: Run) -> Any:
            given = {name: part(run) for name, part in parts.items()}
            return origin(**{name: value for name, value in given.items() if value is not ABSENT})

        return make

    def arguments(
        self, field: GraphQLField, nodes: Any, variables: Mapping[str, GraphQLInputType], places: Mapping[int, int]
    ) -> dict[str, Given]:
        """GraphQL argument name -> what gives its value; absent ones without a default are left out."""
        found: dict[str, Given] = {}
        for argument in nodes or ():
            name = argument.name.value
            if name not in field.args or name in found:
                raise _doubt(f"argument {name}")
            found[name] = self.literal(field.args[name].type, argument.value, variables, places)
        for name, definition in field.args.items():
            if name not in found and is_required_argument(definition):
                raise _doubt(f"argument {name} is missing")
        return found


def _camel(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


def _listed(parts: list[Given]) -> Given:
    def items(run: Run) -> list[Any]:
        values = [part(run) for part in parts]
        if any(value is ABSENT for value in values):
            raise _doubt("a list with an absent variable")
        return values

    return items


def _enum(kind: GraphQLEnumType) -> Coerce:
    members = {name: getattr(value.value, "value", value.value) for name, value in kind.values.items()}
    python = kind.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].wrapped_cls
    table = {name: python(value) for name, value in members.items()}

    def named(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, str) or value not in table:
            raise _doubt(f"{kind.name} has no such value")
        return table[value]

    return named


def _scalar(kind: Any) -> Coerce:
    name = kind.name

    def check(value: Any) -> Any:
        if value is None:
            return None
        if name == "Int":
            if type(value) is int and -_INT <= value < _INT:
                return value
        elif name == "Float":
            if (type(value) is float and math.isfinite(value)) or (type(value) is int and abs(value) < 2**53):
                return float(value)
        elif name == "Boolean":
            if type(value) is bool:
                return value
        elif name == "_Any":
            if isinstance(value, dict):
                return value
        elif isinstance(value, str):
            if name in ("String", "ID"):
                return value
            return _parsed(kind, value)
        raise _doubt(f"not plainly a {name}")

    return check


def _parsed(kind: GraphQLScalarType, value: str) -> Any:
    parse: Any = getattr(kind, "coerce_input_value", None) or kind.parse_value
    try:
        return parse(value)
    except Exception as error:
        raise _doubt(f"not plainly a {kind.name}: {error}") from None


def _leaf(kind: Any, node: ValueNode, coerce: Coerce, places: Mapping[int, int]) -> Given:
    name = kind.name
    if isinstance(node, BooleanValueNode):
        if name != "Boolean":
            raise _doubt(f"a boolean for {name}")
        constant = node.value
        return lambda run: constant
    if isinstance(node, StringValueNode):
        if name in ("Int", "Float", "Boolean", "JSON"):
            raise _doubt(f"a string for {name}")
        decode: Callable[[str], Any] = _text
    elif isinstance(node, IntValueNode | FloatValueNode):
        if name not in ("Int", "Float") or (name == "Int" and isinstance(node, FloatValueNode)):
            raise _doubt(f"a number for {name}")
        decode = int if name == "Int" else float
    else:
        raise _doubt(f"{node.kind} for {name}")
    place = places.get(node.loc.start) if node.loc is not None else None
    if place is None:
        constant = coerce(node.value if isinstance(node, StringValueNode) else decode(node.value))
        return lambda run: constant
    number = place
    if name == "Int":
        return lambda run: _small_int(run.literals[number])
    if name == "String":
        return lambda run: _text(run.literals[number])
    return lambda run: coerce(decode(run.literals[number]))


def _small_int(text: str) -> int:
    if len(text) > 11 or not text.lstrip("-").isdigit() or not -_INT <= int(text) < _INT:
        raise _doubt("not plainly an Int")
    return int(text)


def _text(literal: str) -> str:
    if "\\" in literal:
        try:
            value: str = json.loads(literal, strict=False)
        except ValueError:
            raise _doubt("a string that JSON does not read") from None
        if any("\ud800" <= char < "\ue000" for char in value):
            raise _doubt("a lone surrogate")
        return value
    return literal[1:-1]


def _fits(given: Any, wanted: Any) -> bool:
    """Whether a variable of one type may plainly stand where another is wanted (no default to be weighed)."""
    if isinstance(wanted, GraphQLNonNull):
        return isinstance(given, GraphQLNonNull) and _fits(given.of_type, wanted.of_type)
    if isinstance(given, GraphQLNonNull):
        return _fits(given.of_type, wanted)
    if isinstance(wanted, GraphQLList):
        return isinstance(given, GraphQLList) and _fits(given.of_type, wanted.of_type)
    return given is wanted
