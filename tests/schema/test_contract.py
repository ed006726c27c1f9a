"""The published API holds the contract that clients rely on: names, types, nullability, defaults, descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    ast_from_value,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)
from graphql import (
    build_schema as build_from_sdl,
)

from schema.api import build_schema, published_sdl, subgraph_sdl

ROOT = Path(__file__).resolve().parents[2]
SDL = ROOT / "schema" / "schema.graphql"


@pytest.fixture(scope="module")
def ours() -> GraphQLSchema:
    return build_schema()._schema


@pytest.fixture
def contract(shared: Path) -> GraphQLSchema:
    return build_from_sdl((shared / "contract" / "schema.graphql").read_text(encoding="utf-8"))


def answers(promised: Any, given: Any) -> bool:
    """Whether an output type gives at least what was promised: the same type, no less non-null."""
    if isinstance(promised, GraphQLNonNull):
        return isinstance(given, GraphQLNonNull) and answers(promised.of_type, given.of_type)
    if isinstance(given, GraphQLNonNull):
        given = given.of_type
    if isinstance(promised, GraphQLList):
        return isinstance(given, GraphQLList) and answers(promised.of_type, given.of_type)
    return str(promised) == str(given)


def default(value: GraphQLArgument | GraphQLInputField) -> str | None:
    """The default as introspection shows it."""
    if value.default is not None and value.default.literal is not None:
        return print_ast(value.default.literal)
    if value.default_value is Undefined:
        return None
    literal = ast_from_value(value.default_value, value.type)
    return print_ast(literal) if literal is not None else None


def inputs_differ(
    where: str,
    promised: dict[str, GraphQLArgument] | dict[str, GraphQLInputField],
    given: dict[str, GraphQLArgument] | dict[str, GraphQLInputField],
) -> list[str]:
    found = []
    for name, wanted in promised.items():
        have = given.get(name)
        if have is None:
            found.append(f"{where}({name}) is missing")
        elif str(have.type) != str(wanted.type):
            found.append(f"{where}({name}): {have.type}, promised {wanted.type}")
        elif default(have) != default(wanted):
            found.append(f"{where}({name}) = {default(have)}, promised {default(wanted)}")
    for name in given.keys() - promised.keys():
        if isinstance(given[name].type, GraphQLNonNull) and default(given[name]) is None:
            found.append(f"{where}({name}) is required but not in the contract")
    return found


def differences(promised: GraphQLSchema, given: GraphQLSchema) -> list[str]:
    found = []
    for name, wanted in promised.type_map.items():
        if is_introspection_type(wanted) or is_specified_scalar_type(wanted):
            continue
        have = given.type_map.get(name)
        if type(have) is not type(wanted) and not (have is not None and have.to_kwargs().get("values") is not None):
            found.append(f"{name} is {have!r}, promised {wanted!r}")
        elif isinstance(wanted, GraphQLEnumType):
            assert isinstance(have, GraphQLEnumType)
            found += [f"{name}.{value} is missing" for value in wanted.values.keys() - have.values.keys()]
        elif isinstance(wanted, GraphQLInputObjectType):
            assert isinstance(have, GraphQLInputObjectType)
            found += inputs_differ(name, wanted.fields, have.fields)
        elif isinstance(wanted, GraphQLObjectType | GraphQLInterfaceType):
            assert isinstance(have, GraphQLObjectType | GraphQLInterfaceType)
            lacking = {i.name for i in wanted.interfaces} - {i.name for i in have.interfaces}
            found += [f"{name} does not implement {interface}" for interface in lacking]
            for field, promise in wanted.fields.items():
                if field not in have.fields:
                    found.append(f"{name}.{field} is missing")
                    continue
                if not answers(promise.type, have.fields[field].type):
                    found.append(f"{name}.{field}: {have.fields[field].type}, promised {promise.type}")
                found += inputs_differ(f"{name}.{field}", promise.args, have.fields[field].args)
    return found


def test_nothing_of_the_contract_is_missing_retyped_or_less_nullable(
    contract: GraphQLSchema, ours: GraphQLSchema
) -> None:
    assert differences(contract, build_from_sdl(published_sdl(build_schema()))) == []
    assert differences(contract, ours) == []


def test_the_comparison_sees_what_it_is_there_to_see(contract: GraphQLSchema) -> None:
    sdl = published_sdl(build_schema())
    for old, new, seen in (
        ("declared: Float!", "declared: Float", "Reconciliation.declared: Float"),
        ("first: Int = 50", "first: Int = 10", "= 10"),
        ("  sha256: String!", "  sha255: String!", "Lineage.sha256 is missing"),
        ("  WITHDRAWN\n", "  RETIRED\n", "WITHDRAWN is missing"),
        ("includeDuplicates: Boolean = false", "includeDuplicates: Boolean", "includeDuplicates"),
    ):
        assert old in sdl
        assert any(seen in text for text in differences(contract, build_from_sdl(sdl.replace(old, new))))


def test_every_type_field_argument_and_enum_value_is_described(ours: GraphQLSchema) -> None:
    missing = []
    for name, kind in ours.type_map.items():
        if is_introspection_type(kind) or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            missing.append(name)
        if isinstance(kind, GraphQLEnumType):
            missing += [f"{name}.{key}" for key, value in kind.values.items() if not value.description]
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for key, field in kind.fields.items():
                if not field.description:
                    missing.append(f"{name}.{key}")
                for argument, value in getattr(field, "args", {}).items():
                    if not value.description:
                        missing.append(f"{name}.{key}({argument})")
    assert missing == []


def test_the_published_sdl_is_the_one_of_the_code() -> None:
    assert SDL.read_text(encoding="utf-8") == published_sdl(build_schema()), "run: hub schema > schema/schema.graphql"


def test_entities_have_their_keys_and_page_info_is_shareable() -> None:
    sdl = subgraph_sdl(build_schema())
    for header in (
        'type Commitment implements Node @key(fields: "id") @key(fields: "code")',
        'type Jurisdiction implements Node @key(fields: "code")',
        'type ActionPlan implements Node @key(fields: "code")',
        'type OdsGoal implements Node @key(fields: "number")',
        "type PageInfo @shareable",
    ):
        assert header in sdl


def test_the_subgraph_sdl_leaves_relays_root_fields_to_the_gateway() -> None:
    sdl = subgraph_sdl(build_schema())
    query = sdl[sdl.index("type Query") :]
    query = query[: query.index("\n}")]
    assert "commitments(" in query
    assert "node(" not in query
    assert "nodes(" not in query
    assert "specs.apollo.dev/federation/v2" in sdl


def test_directives_of_the_language_stay_as_they_are(ours: GraphQLSchema) -> None:
    skip = next(directive for directive in ours.directives if directive.name == "skip")
    assert DirectiveLocation.FIELD in skip.locations
