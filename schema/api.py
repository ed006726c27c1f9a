"""Puts the schema together: types, scalars, Federation by our own entity resolver, errors presented."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import strawberry
from graphql import (
    DefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    TypeDefinitionNode,
    Undefined,
    parse,
    print_ast,
)
from graphql import print_schema as print_graphql
from strawberry.federation.schema import FederationAny
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from schema.context import Context
from schema.errors import bad_input
from schema.ids import entity_key
from schema.scalars import SCALARS
from schema.types.commitment import Commitment
from schema.types.jurisdiction import Jurisdiction
from schema.types.mutation import Mutation
from schema.types.ods import OdsGoal
from schema.types.plan import ActionPlan
from schema.types.query import Query
from schema.types.subscription import Subscription

_ENTITIES: dict[str, tuple[Any, tuple[tuple[str, type], ...]]] = {
    "Commitment": (Commitment, (("id", str), ("code", str))),
    "Jurisdiction": (Jurisdiction, (("code", str),)),
    "ActionPlan": (ActionPlan, (("code", str),)),
    "OdsGoal": (OdsGoal, (("number", int),)),
}
"""Type -> its class and its keys, the first that a representation has being used."""

_NOT_COMPOSED = frozenset({"node", "nodes", "_entities", "_service"})
_FEDERATION_DESCRIPTIONS = {
    "_Any": "A representation of an entity: __typename and the fields of one of its keys.",
    "_Entity": "An object that other subgraphs can refer to by its key.",
    "_FieldSet": "A selection of fields, in the words of Apollo Federation.",
    "link__Import": "What a schema imports by @link.",
    "link__Purpose": "Why a schema is linked.",
}
_FEDERATION_TYPES = frozenset({"_Any", "_Entity", "_Service"})


class HubSchema(strawberry.federation.Schema):
    """The schema of the hub. Strawberry's own entity resolver fails all representations when one is bad; ours does not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        _drop_null_defaults(self._schema)
        self._describe_federation()

    def _describe_federation(self) -> None:
        """What Strawberry adds for Federation has no descriptions of its own."""
        types, query = self._schema.type_map, self._schema.query_type
        for name, description in _FEDERATION_DESCRIPTIONS.items():
            types[name].description = description
        purposes = types["link__Purpose"]
        assert isinstance(purposes, GraphQLEnumType)
        for purpose in purposes.values.values():
            purpose.description = "Defined by the specification of @link."
        if query is not None:
            entities = query.fields["_entities"]
            entities.description = (
                "The entities of these representations, in order; null for one that is bad or unknown."
            )
            entities.args["representations"].description = "What the gateway knows of each entity."

    async def entities_resolver(  # type: ignore[override]
        self, info: strawberry.Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Each representation's object; null and an error of its own for one that is bad."""
        return [await _entity(info, representation) for representation in representations]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing is logged here: an error that does not speak is logged where it is masked."""


def _drop_null_defaults(schema: GraphQLSchema) -> None:
    """``= null`` says nothing that an absent default does not, and the contract has none."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            for field in kind.fields.values():
                if field.default_value is None:
                    field.default_value = Undefined
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for output in kind.fields.values():
                for argument in output.args.values():
                    if argument.default_value is None:
                        argument.default_value = Undefined


async def _entity(info: strawberry.Info[Context, None], representation: Any) -> Any:
    try:
        return await _resolve(info, representation)
    except Exception as error:
        return error


async def _resolve(info: strawberry.Info[Context, None], representation: Any) -> Any:
    if not isinstance(representation, dict):
        raise bad_input(
            "A representation must be an object with __typename and the fields of a key.", field="representations"
        )
    type_name = representation.get("__typename")
    if type_name is None:
        raise bad_input(f"A representation lacks __typename: one of {', '.join(_ENTITIES)}.", field="representations")
    if not isinstance(type_name, str) or type_name not in _ENTITIES:
        raise bad_input(
            f"{str(type_name)[:60]!r} is no entity of this hub. It has {', '.join(_ENTITIES)}.", field="representations"
        )
    cls, keys = _ENTITIES[type_name]
    for name, kind in keys:
        value = entity_key(representation.get(name), kind)
        if value is not None:
            found = cls.resolve_reference(info, **{name: value})
            return await found if inspect.isawaitable(found) else found
    wanted = " or ".join(name for name, _ in keys)
    raise bad_input(f"A representation of {type_name} needs its key: {wanted}.", field="representations")


def published_sdl(schema: strawberry.Schema) -> str:
    """The SDL that is published as schema/schema.graphql: what introspection shows, complete and valid by itself.

    The directives of Federation are in `subgraph_sdl`, since only a gateway knows what they mean.
    """
    return print_graphql(schema._schema) + "\n"


def subgraph_sdl(schema: strawberry.Schema) -> str:
    """The SDL of ``_service``: without ``Query.node`` and ``Query.nodes``, which no two subgraphs can both own."""
    document = parse(print_schema(schema), no_location=True)
    kept = [_without_root_fields(node) for node in document.definitions if _is_own(node)]
    return "\n\n".join(print_ast(node) for node in kept) + "\n"


def _is_own(node: DefinitionNode) -> bool:
    """Whether a definition is ours, not one that every subgraph has."""
    return not (isinstance(node, TypeDefinitionNode) and node.name.value in _FEDERATION_TYPES)


def _without_root_fields(node: DefinitionNode) -> DefinitionNode:
    if not (isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode) and node.name.value == "Query"):
        return node
    fields = tuple(field for field in node.fields or () if field.name.value not in _NOT_COMPOSED)
    return replace(node, fields=fields)


@strawberry.type(name="_Service", description="This subgraph, as a Federation gateway asks for it.")
class Service:
    sdl: str = strawberry.field(description="The SDL of this subgraph.")


@strawberry.type(name="Query", description="Where every reading begins.")
class RootQuery(Query):
    @strawberry.field(name="_service", description="This subgraph, as a Federation gateway asks for it.")
    def federation_service(self, info: strawberry.Info[Context, None]) -> Service:
        return Service(sdl=subgraph_sdl(info.schema))


def build_schema() -> HubSchema:
    """The schema, ready to execute: ``await schema.execute(query, context_value=Context(…))``."""
    return HubSchema(
        query=RootQuery,
        mutation=Mutation,
        subscription=Subscription,
        types=[Commitment, ActionPlan, Jurisdiction, OdsGoal],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


__all__ = ["HubSchema", "build_schema", "published_sdl", "subgraph_sdl"]
