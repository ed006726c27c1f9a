"""Is this document valid, for sure? A strict look that stands in for full validation on texts never seen before.

It accepts less than the specification: whatever it does not plainly recognise raises NotPlannedError, and then graphql-core
validates and says what is wrong, or that nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    do_types_overlap,
    get_named_type,
    is_composite_type,
)
from graphql.language import (
    BooleanValueNode,
    DirectiveNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)

from schema.plan.literals import PAGE_SIZES
from schema.plan.run import NotPlannedError
from schema.plan.values import Given, Values

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


class Check:
    """One look at one operation.

    Attributes:
        flags: variables that directives look at.
        literals: offsets of every literal of the document.
        idle: what gives the value of each literal that a run of the plan may never look at: it still has to fit.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        values: Values,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, GraphQLInputType],
        places: Mapping[int, int],
    ) -> None:
        self._schema = schema
        self._values = values
        self._variables = variables
        self._places = places
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._used: set[str] = set()
        self._open: list[str] = []
        self._seen: dict[str, set[str]] = {}
        self.flags: set[str] = set()
        self.literals: set[int] = set()
        self.idle: list[Given] = []
        self._names: set[str] = set()
        for node in document.definitions:
            if isinstance(node, FragmentDefinitionNode):
                if node.name.value in self._fragments or node.directives or node.variable_definitions:
                    raise NotPlannedError("fragments")
                self._fragments[node.name.value] = node
            elif node is not operation:
                raise NotPlannedError("several operations")
        if operation.directives:
            raise NotPlannedError("a directive on the operation")
        for definition in operation.variable_definitions or ():
            if definition.default_value is not None:
                self._value(definition.default_value)
                kind_of = variables[definition.variable.name.value]
                self.idle += values.leaves(kind_of, definition.default_value, places)
        kind = schema.query_type
        assert kind is not None
        self._set(kind, operation.selection_set, {}, certain=True)
        if len(self._used) != len(self._fragments) or self._names != set(variables):
            raise NotPlannedError("something defined and not used")

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """Fragments by name."""
        return self._fragments

    def _set(
        self,
        kind: GraphQLNamedType,
        node: SelectionSetNode,
        taken: dict[str, tuple[str, GraphQLField | None]],
        *,
        certain: bool = False,
    ) -> None:
        """A selection set.

        Args:
            taken: what each response key of the merged set around it already stands for.
            certain: its fields are read whatever the data and the variables are.
        """
        if not isinstance(kind, Composite):
            raise NotPlannedError("a selection on a leaf")
        for selection in node.selections:
            if selection.directives:
                self._directives(selection.directives)
            if isinstance(selection, FieldNode):
                self._field(kind, selection, taken, certain=certain and not selection.directives)
            elif isinstance(selection, InlineFragmentNode):
                inner = kind
                if selection.type_condition is not None:
                    inner = self._condition(kind, selection.type_condition.name.value)
                self._set(inner, selection.selection_set, taken)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                fragment = self._fragments.get(name)
                if fragment is None or name in self._open or len(self._open) > 10:
                    raise NotPlannedError("a fragment's use")
                self._used.add(name)
                self._open.append(name)
                self._set(self._condition(kind, fragment.type_condition.name.value), fragment.selection_set, taken)
                self._open.pop()

    def _condition(self, kind: GraphQLNamedType, name: str) -> Composite:
        found = self._schema.get_type(name)
        if not isinstance(found, Composite) or not isinstance(kind, Composite):
            raise NotPlannedError("a type condition")
        if found is not kind and not do_types_overlap(self._schema, found, kind):
            raise NotPlannedError("a type condition that never holds")
        return found

    def _field(
        self,
        kind: Composite,
        node: FieldNode,
        taken: dict[str, tuple[str, GraphQLField | None]],
        *,
        certain: bool,
    ) -> None:
        name = node.name.value
        key = node.alias.value if node.alias else name
        if name == "__typename":
            if node.arguments or node.selection_set:
                raise NotPlannedError("__typename with more")
            if taken.setdefault(key, (name, None))[0] != name:
                raise NotPlannedError("one key for two fields")
            return
        definition: GraphQLField | None = None if isinstance(kind, GraphQLUnionType) else kind.fields.get(name)
        if definition is None:
            raise NotPlannedError(f"{kind.name} has no {name}")
        if key in taken:
            # The same field again merges with the first; only what has neither arguments nor fields below is sure not to
            # clash, and on another type only where it is of the same type.
            same, first = taken[key]
            if same != name or first is None or node.selection_set is not None or node.arguments:
                raise NotPlannedError("one key twice")
            if first is not definition and str(first.type) != str(definition.type):
                raise NotPlannedError("one key of two types")
        else:
            taken[key] = (name, definition)
        if definition.args or node.arguments:
            self._values.arguments(definition, node.arguments, self._variables, self._places)
            for argument in node.arguments or ():
                self._value(argument.value)
                if argument.name.value in PAGE_SIZES and self._lifted(argument.value):
                    raise NotPlannedError("a page size that was lifted: what the query costs would hang on it")
                if not certain:
                    wanted = definition.args[argument.name.value].type
                    self.idle += self._values.leaves(wanted, argument.value, self._places)
        target = get_named_type(definition.type)
        if is_composite_type(target) != (node.selection_set is not None):
            raise NotPlannedError(f"the selection of {name}")
        if node.selection_set is not None:
            self._set(target, node.selection_set, {})

    def _directives(self, nodes: tuple[DirectiveNode, ...]) -> None:
        names = [node.name.value for node in nodes]
        if len(set(names)) != len(names) or not set(names) <= {"skip", "include"}:
            raise NotPlannedError("a directive")
        for node in nodes:
            arguments = node.arguments or ()
            if len(arguments) != 1 or arguments[0].name.value != "if":
                raise NotPlannedError("a directive's argument")
            value = arguments[0].value
            if isinstance(value, VariableNode):
                name = value.name.value
                if str(self._variables.get(name)) != "Boolean!":
                    raise NotPlannedError("a directive's variable")
                self.flags.add(name)
                self._names.add(name)
            elif not isinstance(value, BooleanValueNode):
                raise NotPlannedError("a directive's condition")

    def _lifted(self, node: ValueNode) -> bool:
        return node.loc is not None and node.loc.start in self._places

    def _value(self, node: ValueNode) -> None:
        """Note every variable and literal."""
        if isinstance(node, VariableNode):
            self._names.add(node.name.value)
        elif isinstance(node, ListValueNode):
            for part in node.values:
                self._value(part)
        elif isinstance(node, ObjectValueNode):
            for field in node.fields:
                self._value(field.value)
        elif node.loc is not None:
            self.literals.add(node.loc.start)
