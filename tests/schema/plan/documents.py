"""Documents drawn from the schema itself: every planned field, with aliases, fragments, directives, variables, their defaults,
literals and cursors, and the same text again with other literals."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    parse_type,
    type_from_ast,
)
from hypothesis import strategies as st

from schema.cursors import encode_cursor
from schema.plan.declared import DECLARED
from schema.plan.literals import NUMBER, TEXT, lift
from tests.schema.test_filters import FILTERS
from tests.schema.world import EPOCH, PLACES, World

UNPLANNED = {
    ("NationalView", "coverage"),
    ("NationalView", "reconciliation"),
    ("StateSummary", "stale"),
}
ROOTS = (
    "commitments", "commitment", "nationalView", "plans", "plan", "states", "state", "jurisdiction", "odsGoals", "odsGoal",
    "events", "changes", "node", "nodes",
)  # fmt: skip
PYTHON_OBJECTS = {
    "CommitmentConnection", "CommitmentEdge", "CommitmentFacets", "Facet", "PageInfo", "ActionPlanConnection", "ActionPlanEdge",
    "NationalView", "StatusCount", "OdsCount", "YearCount", "StateSummary", "FieldCompleteness", "ChangeConnection",
    "Evidence", "ProgressReport", "Milestone", "DataIssue",
}  # fmt: skip


def moments() -> st.SearchStrategy[str]:
    """Instants before, in and after the history."""
    from datetime import timedelta

    return st.integers(-3, 110).map(lambda day: (EPOCH + timedelta(days=day, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))


def literal(value: Any, name: str = "") -> str:
    """A value as GraphQL writes it; words in capitals are enum values where the argument takes them."""
    enums = {"level", "odsBasis", "status", "program", "kind", "axis", "field", "direction"}
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(item, key)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item, name) for item in value) + "]"
    if isinstance(value, str) and name in enums:
        return value
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Drawn:
    """A document being drawn."""

    schema: GraphQLSchema
    world: World
    draw: Any
    variables: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    count: int = 0
    plain: bool = True
    """Whether nothing stands in it that the planner leaves to validation: the same objects asked for twice."""

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def argument(self, name: str, kind: str, value: Any) -> str:
        """As a literal, which may have variables inside, or as a variable."""
        wanted = type_from_ast(self.schema, parse_type(kind))
        return f"{name}: {self.value(name, wanted, value)}"

    def value(self, name: str, kind: Any, value: Any) -> str:
        """A value of an input type as it stands in the text; now and then null where it may be."""
        if not is_non_null_type(kind) and not self.draw(st.integers(0, 19)):
            return self.variable(name, kind, None) if self.draw(st.booleans()) else "null"
        if not self.draw(st.integers(0, 3)):
            return self.variable(name, kind, value)
        inner = kind.of_type if is_non_null_type(kind) else kind
        if isinstance(inner, GraphQLInputObjectType) and isinstance(value, dict):
            fields = [f"{key}: {self.value(key, inner.fields[key].type, item)}" for key, item in value.items()]
            return "{" + ", ".join(fields) + "}"
        if is_list_type(inner) and isinstance(value, list):
            if len(value) == 1 and not self.draw(st.integers(0, 3)):
                return literal(value[0], name)  # one value stands for a list of it
            if not self.draw(st.integers(0, 5)):
                return "[" + ", ".join(self.value(name, inner.of_type, item) for item in value) + "]"
        return literal(value, name)

    def variable(self, name: str, kind: Any, value: Any) -> str:
        """A variable with this value: given, or by its default, or given in spite of a default."""
        variable = self.fresh("v")
        how = self.draw(st.integers(0, 3))
        self.declared[variable] = f"${variable}: {kind}" + (f" = {literal(value, name)}" if how < 2 else "")
        if how:
            self.variables[variable] = value
        return f"${variable}"

    def codes(self) -> list[str]:
        return [group.code for group in self.world.groups] + ["OLD-1", "NADA"]

    def arguments(self, parent: str, name: str) -> str:
        """Arguments of a field, most of them given most of the time."""
        draw, found = self.draw, []
        definition: Any = self.schema.get_type(parent)
        args = definition.fields[name].args
        choices: dict[str, Any] = {
            "filter": ("CommitmentFilter", FILTERS),
            "first": ("Int", st.integers(0, 6)),
            "asOf": ("DateTime", moments()),
            "orderBy": ("CommitmentOrder", self._order()),
        }
        if name == "commitment":
            choices["code"] = ("String!", st.sampled_from(self.codes()))
        elif name == "plan":
            plans = [plan.code for plan in self.world.plan_list]
            choices["code"] = ("String!", st.sampled_from([*plans, "OLD-PLAN", "NADA"]))
        elif name == "state":
            choices["code"] = ("String!", st.sampled_from(["30", "MX-VER", "nuevo leon", "Atlántida", "00"]))
        elif name == "jurisdiction":
            choices["code"] = ("String!", st.sampled_from([*PLACES, "32999"]))
        elif name == "odsGoal":
            choices["number"] = ("Int!", st.integers(0, 18))
        elif name in ("node", "nodes"):
            import base64

            names = [f"Commitment:{code}" for code in self.codes()] + [
                "Jurisdiction:30",
                "OdsGoal:4",
                "ActionPlan:NADA",
            ]
            ids = st.sampled_from(names).map(lambda text: base64.b64encode(text.encode()).decode())
            choices["id"] = ("ID!", ids)
            choices["ids"] = ("[ID!]!", st.lists(ids, max_size=3))
        elif name == "events":
            days = st.sampled_from(["2018-12-31", "2019-01-01", "2020-11-10", "2020-11-13", "2020-12-31"])
            choices |= {"from": ("Date", days), "to": ("Date", days)}
        choices["after"] = ("String", self._cursors(name))
        if not draw(st.integers(0, 3)):
            choices["before"] = ("String", self._cursors(name))
        if name == "plans" and parent == "Query":
            choices["state"] = ("[String!]", st.lists(st.sampled_from(["30", "Oaxaca"]), max_size=2))
            choices["program"] = ("[Program!]", st.lists(st.sampled_from(["OGP_LOCAL", "OTHER"]), max_size=2))
        if name == "commitments" and parent == "Query" and draw(st.integers(0, 3)) == 0:
            found.append(self.argument("last", "Int", draw(st.integers(0, 6))))
            if draw(st.booleans()):
                choices.pop("first")
        for key, (kind, strategy) in choices.items():
            required = key in args and str(args[key].type).endswith("!")
            if key in args and (required or draw(st.integers(0, 2))):
                found.append(self.argument(key, kind, draw(strategy)))
        return f"({', '.join(found)})" if found else ""

    def _cursors(self, name: str) -> st.SearchStrategy[str]:
        """Cursors of a list in its usual order, of records that are there, or no longer, or never were."""
        match name:
            case "changes":
                return st.integers(0, 40).map(lambda seq: encode_cursor("changes", (seq,)))
            case "plans":
                plans = [plan.code for plan in self.world.plan_list]
                return st.sampled_from([*plans, "PLAN-1"]).map(lambda code: encode_cursor("plans", (code,)))
            case _:
                return st.sampled_from(self.codes()).map(lambda code: encode_cursor("CODE ASC", (None, code)))

    def _order(self) -> st.SearchStrategy[dict[str, str]]:
        fields = st.sampled_from(["CODE", "TITLE", "STATE", "YEAR", "STATUS", "PROGRESS", "UPDATED_AT", "RELEVANCE"])
        return st.fixed_dictionaries({"field": fields}, optional={"direction": st.sampled_from(["ASC", "DESC"])})

    def directive(self) -> str:
        choice = self.draw(st.integers(0, 11))
        if choice > 2:
            return ""
        value = self.draw(st.booleans())
        name = self.draw(st.sampled_from(["skip", "include"]))
        if choice == 2:
            variable = self.fresh("b")
            self.declared[variable] = f"${variable}: Boolean!"
            self.variables[variable] = value
            return f" @{name}(if: ${variable})"
        return f" @{name}(if: {'true' if value else 'false'})"

    def fields_of(self, kind: GraphQLObjectType, depth: int) -> list[str]:
        """The planned fields of a type, objects only as long as there is depth."""
        planned = kind.fields if kind.name in PYTHON_OBJECTS else DECLARED.get(kind.name, {})
        names = []
        for name in planned:
            if (kind.name, name) in UNPLANNED:
                continue
            if is_composite_type(get_named_type(kind.fields[name].type)) and depth <= 0:
                continue
            names.append(name)
        return names

    def selection(self, kind: GraphQLObjectType, depth: int) -> str:
        """A selection set of a type."""
        names = self.fields_of(kind, depth)
        chosen = self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)) if names else []
        parts = [self.field(kind, name, depth) for name in chosen]
        again = [name for name in chosen if kind.fields[name].args]
        if again and not self.draw(st.integers(0, 2)):
            parts.append(f"{self.fresh('b')}: {self.field(kind, again[0], depth, alias='')}")
        if self.draw(st.integers(0, 2)) == 0 or not parts:
            parts.insert(
                self.draw(st.integers(0, len(parts))), self.draw(st.sampled_from(["__typename", "kind_: __typename"]))
            )
        text = "{ " + " ".join(parts) + " }"
        wrap = self.draw(st.integers(0, 7))
        if wrap == 0:
            return f"{{ ... on {kind.name}{self.directive()} {text} __typename }}"
        if wrap == 1:
            name = self.fresh("F")
            self.fragments.append(f"fragment {name} on {kind.name} {text}")
            if self.draw(st.booleans()):
                return f"{{ ...{name} __typename }}"
            self.plain = False
            return f"{{ ...{name}{self.directive()} __typename ...{name} }}"
        if wrap == 3:
            return f"{{ ...{self.directive()} {text} __typename }}"
        if wrap == 2 and kind.interfaces and depth > 0:
            if self.draw(st.booleans()):
                return f"{{ ... on Node{self.directive()} {{ id of: __typename }} {text[1:-1]} }}"
            name = self.fresh("N")
            self.fragments.append(f"fragment {name} on Node {{ id ... on {kind.name} {text} }}")
            return f"{{ ...{name} }}"
        return text

    def field(self, kind: GraphQLObjectType, name: str, depth: int, alias: str | None = None) -> str:
        target = get_named_type(kind.fields[name].type)
        if alias is None:
            alias = f"{self.fresh('a')}: " if self.draw(st.integers(0, 4)) == 0 else ""
        text = f"{alias}{name}{self.arguments(kind.name, name)}{self.directive()}"
        if isinstance(target, GraphQLObjectType):
            return f"{text} {self.selection(target, depth - 1)}"
        return f"{text} {text}" if self.draw(st.integers(0, 9)) == 0 else text

    def root(self) -> str:
        query = self.schema.query_type
        assert query is not None
        name = self.draw(st.sampled_from(ROOTS))
        if name in ("node", "nodes"):
            kind = self.draw(st.sampled_from(["Commitment", "Commitment", "Jurisdiction", "OdsGoal", "ActionPlan"]))
            below = self.selection(self.schema.get_type(kind), 1)  # type: ignore[arg-type]
            return f"{self.fresh('r')}: {name}{self.arguments('Query', name)} {{ __typename id ... on {kind} {below} }}"
        target = get_named_type(query.fields[name].type)
        below = self.selection(target, 3)  # type: ignore[arg-type]
        text = f"{self.fresh('r')}: {name}{self.arguments('Query', name)}{self.directive()} {below}"
        if name == "commitments" and self.draw(st.booleans()):
            # What is remembered of the rows of one moment must not stand in those of another.
            text += f" {self.fresh('r')}: {name}(asOf: {literal(self.draw(moments()))}) {below}"
        return text


def with_other_literals(text: str, draw: Any) -> str:
    """The same text but for its literals, each of them another one of its kind."""
    lifted = lift(text)
    strings = ["30", "Oaxaca", "salud", "16.b", "2024-01-20T00:00:00Z", *lifted.literals]
    others = [
        draw(
            st.sampled_from(
                [json.dumps(one) if one[:1] != '"' else one for one in strings if one[:1].isalnum() or one[:1] == '"']
            )
        )
        if found.startswith('"')
        else draw(st.sampled_from(["0", "1", "3", "16", "17", "2016", "2020", "12.5", "99999999999"]))
        for found in lifted.literals
    ]
    pieces = re.split(f"[{TEXT}{NUMBER}]", lifted.key)
    return pieces[0] + "".join(other + piece for other, piece in zip(others, pieces[1:], strict=True))


def document(schema: GraphQLSchema, world: World, draw: Any) -> tuple[str, dict[str, Any], bool]:
    """A document, its variables, and whether the planner has to take it if it is right (`Drawn.plain`)."""
    drawn = Drawn(schema, world, draw)
    roots = [drawn.root() for _ in range(draw(st.integers(1, 2)))]
    head = f"query Q({', '.join(drawn.declared.values())})" if drawn.declared else "query"
    return "\n".join([f"{head} {{ {' '.join(roots)} }}", *drawn.fragments]), drawn.variables, drawn.plain
