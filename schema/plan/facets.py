"""Facets of a match: counts over everything selected, by one dimension."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any

import apsw
from graphql import GraphQLObjectType, get_named_type

from hub.readmodel.postings import ids_of_bits, unpack
from hub.readmodel.reader import Space
from schema.labels import PROGRAM, STATUS
from schema.plan.match import Match
from schema.plan.objects import Write, as_object, as_rows, dumps, json, numbers
from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected
from schema.plan.values import ABSENT

Facet = tuple[str, str, int]
FEW = 3000
"""So many rows are looked up one by one; of more, each value's set is intersected."""
_DIMENSIONS = {"status": "status", "state": "state", "program": "program", "year": "year"}


def read_facet(run: Run, match: Match, name: str) -> list[Facet]:
    """Key, Spanish label and count of each value that occurs; most frequent first, then by key."""
    if name in _DIMENSIONS:
        dim = _DIMENSIONS[name]
        counts = {value: match.count_of(dim, value) for value in match.values(dim)}
    elif name == "source":
        counts = {value: match.count_of("published_by", value) for value in match.values("published_by")}
    elif name == "ods":
        goals = {value.partition("|")[0] for value in match.values("ods")}
        counts = {goal: match.goal_count(goal, match.normal.bases) for goal in goals}
    else:
        counts = _institutions(run, match)
    found = sorted(((key, count) for key, count in counts.items() if count), key=lambda item: (-item[1], item[0]))
    labels = _labels(run, name)
    return [(key, labels.get(key, key), count) for key, count in found]


def _institutions(run: Run, match: Match) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for space, bits in match.parts:
        counts.update(_few(space, bits) if bits.bit_count() <= FEW else _many(space, bits))
    return counts


def _few(space: Space, bits: int) -> dict[str, int]:
    ids = array("i", ids_of_bits(bits))
    if not ids:
        return {}
    return dict(
        space.rows(
            f"SELECT i.name, count(DISTINCT i.row) FROM carray(?) c CROSS JOIN {space.name}_institution i "
            "ON i.row = c.value GROUP BY 1",
            (apsw.carray(ids),),
        )
    )


def _many(space: Space, bits: int) -> dict[str, int]:
    space.long()
    members = bits.to_bytes((space.size + 8) // 8, "little")
    counts = {}
    for name, packed, blob in space.rows(
        "SELECT i.name, p.packed, p.ids FROM posting p CROSS JOIN institution i ON i.id = CAST(p.value AS INTEGER) "
        "WHERE p.space = ? AND p.dim = 'institution'",
        (space.name,),
    ):
        if packed:
            counts[name] = (unpack(packed, blob, space.size) & bits).bit_count()
        else:
            counts[name] = sum(members[row >> 3] >> (row & 7) & 1 for row in memoryview(blob).cast("I"))
    return counts


def _labels(run: Run, name: str) -> Any:
    if name == "status":
        return STATUS
    if name == "program":
        return PROGRAM
    sql = {
        "state": "SELECT code, name FROM jurisdiction WHERE id < 100",
        "ods": "SELECT CAST(number AS TEXT), name FROM ods_goal",
        "source": "SELECT key, title FROM source",
    }.get(name)
    return dict(run.rows(sql)) if sql else {}


def facets(document: Document, kind: GraphQLObjectType, selected: Selected) -> Write:
    """What writes CommitmentFacets, given what `connection` is given."""

    def one(item: Selected) -> Write:
        name = item.name
        target: Any = get_named_type(kind.fields[name].type)
        fields = {
            "key": json(lambda run, found: [dumps(facet[0]) for facet in found]),
            "label": json(lambda run, found: [dumps(facet[1]) for facet in found]),
            "count": numbers(lambda run, found: [facet[2] for facet in found]),
        }
        write = as_rows(document, target, item.below, fields, lambda run, found: len(found))
        given = document.arguments(kind, item)
        first = given.get("first")

        def rows(run: Run, wanted: Any) -> list[Facet]:
            kept: list[Facet] | None = wanted.match.facets.get(name)
            if kept is None:
                kept = wanted.match.facets[name] = read_facet(run, wanted.match, name)
            if name != "institution":
                return kept
            count = 20 if first is None else first(run)
            if count is ABSENT:
                count = 20
            if count is None or not 0 <= count <= run.settings.max_page:
                raise NotPlannedError("an unusual number of institutions")
            return kept[:count]

        return lambda run, wanted: write(run, rows(run, wanted))

    return as_object(document, kind, selected.below, dict.fromkeys(kind.fields, one))
