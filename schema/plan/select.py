"""The selection of one object type compiled: SQL whose text is the object's JSON, with holes for what SQL cannot give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from graphql.language import BooleanValueNode, DirectiveNode, VariableNode

from hub.readmodel.columns import HELD
from schema.plan.emission import (
    Cell,
    Fill,
    Hole,
    Lit,
    Piece,
    Remembered,
    RememberedList,
    Sql,
    concatenated,
    emission,
    merged,
    quoted,
)
from schema.plan.run import NotPlannedError, Run
from schema.plan.values import Given, Values
from schema.planned import Body, Column, Form, Held, Many, One, Planned, Same, Special

if TYPE_CHECKING:
    from schema.plan.roots import Roots


@dataclass(frozen=True, slots=True)
class Selected:
    """One field of an object after fragments and directives: every node that asks for it."""

    key: str
    name: str
    nodes: tuple[FieldNode, ...]

    @property
    def below(self) -> list[SelectionSetNode]:
        """The selection sets under it, to be merged."""
        return [node.selection_set for node in self.nodes if node.selection_set is not None]


@dataclass(slots=True)
class Document:
    """An operation being compiled, with the values of the variables that its directives look at."""

    schema: GraphQLSchema
    values: Values
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    places: Mapping[int, int]
    flags: Mapping[str, Any]
    roots: Roots
    declared: Mapping[str, Mapping[str, Planned]]

    def fields(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> list[Selected]:
        """CollectFields of the specification, for one object type."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selection_set in sets:
            self._collect(kind, selection_set, found, seen)
        return [Selected(key, nodes[0].name.value, tuple(nodes)) for key, nodes in found.items()]

    def _collect(
        self,
        kind: GraphQLObjectType,
        selection_set: SelectionSetNode,
        found: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        for node in selection_set.selections:
            if node.directives and not self._included(node.directives):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, kind):
                    self._collect(kind, node.selection_set, found, seen)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in seen:
                    seen.add(name)
                    fragment = self.fragments[name]
                    if self._applies(fragment.type_condition.name.value, kind):
                        self._collect(kind, fragment.selection_set, found, seen)

    def _applies(self, name: str, kind: GraphQLObjectType) -> bool:
        condition: GraphQLNamedType | None = self.schema.get_type(name)
        if condition is kind:
            return True
        return is_abstract_type(condition) and self.schema.is_sub_type(condition, kind)

    def _included(self, directives: Sequence[DirectiveNode]) -> bool:
        for directive in directives:
            (argument,) = directive.arguments or ()
            value = argument.value
            if isinstance(value, BooleanValueNode):
                given = value.value
            elif isinstance(value, VariableNode):
                given = self.flags[value.name.value]
            else:
                raise NotPlannedError("a directive's condition")
            if given == (directive.name.value == "skip"):
                return False
        return True

    def arguments(self, kind: GraphQLObjectType, selected: Selected) -> dict[str, Given]:
        """What gives the arguments of a field."""
        definition = kind.fields[selected.name]
        return self.values.arguments(definition, selected.nodes[0].arguments, self.variables, self.places)


@dataclass(slots=True)
class Statement:
    """One SELECT being written.

    Attributes:
        space: which family of tables its commitments are of.
        as_of: whether it looks at a moment, ``:as_of``.
        whole: whether it must be text without holes.
        held: the alias of the row whose cells are taken from the file's columns where they are there.
        primary: the alias of a row that is known to be the one that stands for its code now.
        joins: what stands after its FROM.
    """

    document: Document
    space: str = "commitment"
    as_of: bool = False
    whole: bool = False
    held: str = ""
    primary: str = ""
    joins: list[str] = field(default_factory=list)
    _count: int = 0
    _more: dict[str, str] = field(default_factory=dict)

    def alias(self) -> str:
        """A name that no other table here has."""
        self._count += 1
        return f"j{self._count}"

    def sql(self, template: str, alias: str, joined: str = "") -> str:
        """A declaration's SQL with its placeholders filled."""
        more = self._more_of(alias) if "{m}" in template else ""
        return template.format(t=alias, m=more, j=joined, space=self.space)

    def _more_of(self, alias: str) -> str:
        known = self._more.get(alias)
        if known is None:
            known = self._more[alias] = self.alias()
            self.joins.append(f"LEFT JOIN {self.space}_more {known} ON {known}.id = {alias}.id")
        return known

    # Objects

    def object(
        self, kind: GraphQLObjectType, alias: str, sets: Sequence[SelectionSetNode], via: str = ""
    ) -> Iterator[Piece]:
        """The pieces of an object: ``{"a":…,"b":…}``.

        Args:
            via: the alias whose row the object is made of where that is not its own (lineage of a commitment).
        """
        declared = self.document.declared.get(kind.name, {})
        opening = "{"
        for selected in self.document.fields(kind, sets):
            yield Lit(f'{opening}"{selected.key}":')
            opening = ","
            if selected.name == "__typename":
                yield Lit(f'"{kind.name}"')
                continue
            declaration = declared.get(selected.name)
            if declaration is None:
                raise NotPlannedError(f"{kind.name}.{selected.name}")
            yield from self._field(kind, alias, selected, declaration)
        yield Lit("}" if opening == "," else "{}")

    def _field(self, kind: GraphQLObjectType, alias: str, selected: Selected, declaration: Planned) -> Iterator[Piece]:
        target: Any = get_named_type(kind.fields[selected.name].type)
        match declaration:
            case Column():
                name = self._column(declaration.sql, alias)
                yield from (Cell(name),) if name else column(self.sql(declaration.sql, alias), declaration)
            case Same():
                row = self._more_of(alias) if kind.name == "Commitment" else alias
                yield from self.object(target, row, selected.below)
            case One():
                yield from self._one(target, alias, selected, declaration)
            case Many():
                yield from self._many(target, alias, selected, declaration)
            case Held():
                yield self._held(target, alias, selected, declaration)
            case Body():
                yield Hole(
                    (f"CAST({self.sql('{m}.body', alias)} AS BLOB)",),
                    self.document.roots.body(declaration.name, target, selected, self),
                )
            case Special():
                yield from self.document.roots.special(declaration, kind, target, selected, self, alias)

    def _one(self, target: GraphQLObjectType, alias: str, selected: Selected, declaration: One) -> Iterator[Piece]:
        if declaration.few is not None and not self.whole and not (self.as_of and declaration.as_of):
            inner = Statement(self.document, self.space, self.as_of)
            inside = list(inner.object(target, "x", selected.below))
            key = declaration.key or _PRESENCE[declaration.table]
            made = emission(inner, iter(inside), f"{declaration.table} x", f"WHERE x.{key} = :key")
            if made.still:
                yield self._named(declaration.few, alias, Remembered(made, b"null" if declaration.nullable else None))
                return
        joined = self.alias()
        on = declaration.as_of if self.as_of and declaration.as_of else declaration.on
        self.joins.append(f"LEFT JOIN {declaration.table} {joined} ON {self.sql(on, alias, joined)}")
        pieces = self.object(target, joined, selected.below)
        presence = f"{joined}.{_PRESENCE[declaration.table]} IS NULL"
        if declaration.nullable:
            yield from nullable(presence, pieces)
        else:
            yield from promised(presence, pieces)

    def _column(self, template: str, alias: str) -> str:
        """The column of the file that has the cells of a declaration; "" where none has."""
        plain = _PLAIN.fullmatch(template) if alias == self.held and not self.whole else None
        return plain[1] if plain and plain[1] in HELD else ""

    def _named(self, template: str, alias: str, fill: Remembered) -> Piece:
        """Rows that a cell names."""
        name = self._column(template, alias)
        return Cell(name, fill) if name else Hole((self.sql(template, alias),), fill)

    def _held(self, target: GraphQLObjectType, alias: str, selected: Selected, declaration: Held) -> Piece:
        """Each of the rows is written once for a version of the data: there are few, and many name them."""
        inner = Statement(self.document, self.space, self.as_of)
        pieces = list(inner.object(target, "x", selected.below))
        made = emission(inner, iter(pieces), f"{declaration.table} x", "WHERE x.id = :key")
        if made.still:
            return self._named(declaration.cell, alias, RememberedList(made))

        def fill(run: Run, ids: str) -> bytes:
            return b"[" + b",".join([made.texts(run, {"key": int(number)})[0] for number in ids.split()]) + b"]"

        return Hole((self.sql(declaration.cell, alias),), fill)

    def _many(self, target: GraphQLObjectType, alias: str, selected: Selected, declaration: Many) -> Iterator[Piece]:
        joined = self.alias()
        inner = Statement(self.document, self.space, self.as_of, whole=True, _count=self._count + 100)
        pieces = list(inner.object(target, joined, selected.below))
        table = self.sql(declaration.table, alias, joined)
        where = self.sql(declaration.where, alias, joined)
        order = self.sql(declaration.order, alias, joined)
        self._count = inner._count
        if any(isinstance(piece, Hole) for piece in pieces):
            raise NotPlannedError(f"holes in a list of {target.name}")
        joins = " ".join(inner.joins)
        # A row that breaks a promise is no JSON: it makes the whole text one too, which json_valid would see; hub_broken says so.
        yield Sql(
            f"(SELECT '[' || coalesce(group_concat(coalesce({concatenated(pieces)}, hub_broken()), ','), '') "
            f"|| ']' FROM (SELECT * FROM {table} {joined} WHERE {where} ORDER BY {order}) {joined} {joins})"
        )


_PLAIN = re.compile(r"\{t\}\.(\w+)")
_PRESENCE = {
    "plan": "id",
    "jurisdiction": "id",
    "source": "id",
    "run": "id",
    "ods_goal": "number",
    "exercise": "jurisdiction",
}


def column(sql: str, declaration: Column) -> Iterator[Piece]:
    """The pieces of a scalar."""
    form, maybe = declaration.form, declaration.nullable and not declaration.promised
    if form is Form.WORD:
        if maybe:
            yield Sql(f"""coalesce('"' || {sql} || '"', 'null')""")
        else:
            yield Lit('"')
            yield Sql(sql)
            yield Lit('"')
    elif form is Form.INT or form is Form.JSON:
        yield Sql(f"coalesce({sql}, 'null')" if maybe else sql)
    elif form is Form.BOOL:
        yield Sql(f"CASE {sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false'{' ELSE chr(0)' if maybe else ''} END")
    elif declaration.promised:
        yield Sql(f"iif({sql} IS NULL, NULL, json_quote({sql}))")
    else:
        yield Sql(f"json_quote({sql})")


def nullable(absent: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces of an object, or ``null`` where the condition holds."""
    first = True
    for piece in merged(pieces):
        if isinstance(piece, Hole):
            # A cell of its own says whether the object is there: a hole's own may be NULL for what is absent within it.
            yield Hole((f"iif({absent}, NULL, 1)", *piece.cells), _skipping(piece.fill))
            continue
        assert not isinstance(piece, Cell)  # only a page's own row is held, and that is never absent
        text = quoted(piece.text) if isinstance(piece, Lit) else piece.text
        yield Sql(f"iif({absent}, {quoted('null' if first else '')}, {text})")
        first = False


def _skipping(fill: Fill) -> Fill:
    def maybe(run: Run, there: Any, *cells: Any) -> bytes:
        return b"" if there is None else fill(run, *cells)

    return maybe


def promised(absent: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces of an object; the row is NULL where the condition holds, which the schema says it never does."""
    first = True
    for piece in pieces:
        if first and isinstance(piece, Lit):
            yield Sql(f"iif({absent}, NULL, {quoted(piece.text)})")
        else:
            yield piece
        first = False
