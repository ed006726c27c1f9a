"""hub.registration.decisions: what a value means, whether two commitments are one; kept, and seen at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hub.store import DuplicateCandidate
from tests.hub.registration.conftest import ERRORS, HARVEST, REVIEW, SOURCE, VERIFY, Counter, codes

pytestmark = pytest.mark.anyio

RESOLVE = (
    "mutation($key: String!, $field: String!, $raw: String!, $value: String!) { "
    f"resolveUnmatchedValue(key: $key, field: $field, raw: $raw, value: $value) {{ {SOURCE} run {{ verdict modified }} {ERRORS} }} }}"
)
DECIDE = (
    "mutation($id: ID!, $same: Boolean!) { "
    f"resolveDuplicate(id: $id, same: $same) {{ candidate {{ codes same decidedAt }} {ERRORS} }} }}"
)
QUEUE = "query($decided: Boolean! = false) { duplicateCandidates(decided: $decided) { id codes score same commitments { title } } }"
UNMATCHED = '{ source(key: "puebla-csv") { unmatchedValues { field raw count suggestion } } }'
STATUSES = '{ commitments(filter: {source: ["puebla-csv"]}) { nodes { title status statusRaw } } }'
TABLE = "No.,Compromiso,Estatus\n1,Presupuesto abierto en escuelas,Vamos a medio camino\n2,Agua limpia,Concluido\n3,Rutas accesibles,Vamos a medio camino\n"
SMALL = {"number": "No.", "title": "Compromiso", "status": "Estatus"}


async def published(counter: Counter) -> str:
    """A source with a status that nobody knows; its publisher's token."""
    counter.sites.add("/x.csv", TABLE.encode(), "text/csv")
    token, _ = await counter.active("/x.csv", fields=SMALL)
    assert (await counter.ask(HARVEST, token, key="puebla-csv"))["run"]["verdict"] == "PUBLISHED"
    return token


async def test_a_decision_changes_the_answer_at_once_without_asking_the_site(counter: Counter) -> None:
    token = await published(counter)
    queue = (await counter.ask(UNMATCHED))["unmatchedValues"]
    assert [(value["field"], value["raw"], value["count"]) for value in queue] == [
        ("status", "Vamos a medio camino", 2)
    ]
    asked = len(counter.sites.log)
    raw = "Vamos a medio camino"
    done = await counter.ask(RESOLVE, token, key="puebla-csv", field="status", raw=raw, value="IN_PROGRESS")
    assert (done["errors"], done["run"]) == ([], {"verdict": "PUBLISHED", "modified": 2})
    nodes = (await counter.ask(STATUSES))["nodes"]
    assert sorted(node["status"] for node in nodes) == ["COMPLETED", "IN_PROGRESS", "IN_PROGRESS"]
    assert (await counter.ask(UNMATCHED))["unmatchedValues"] == []
    assert len(counter.sites.log) == asked
    counter.sites.add("/x.csv", (TABLE + "4,Otro compromiso nuevo,Vamos a medio camino\n").encode(), "text/csv")
    await counter.ask(HARVEST, token, key="puebla-csv")
    assert [node["status"] for node in (await counter.ask(STATUSES))["nodes"]].count("IN_PROGRESS") == 3


async def test_a_decision_that_its_field_cannot_have_is_refused(counter: Counter) -> None:
    token = await published(counter)
    raw = "Vamos a medio camino"
    for given, wanted in (
        ({"field": "status", "raw": raw, "value": "tal vez"}, ("BAD_USER_INPUT", ("value",))),
        ({"field": "estatus", "raw": raw, "value": "COMPLETED"}, ("BAD_USER_INPUT", ("field",))),
        ({"field": "status", "raw": "otra cosa", "value": "COMPLETED"}, ("NOT_FOUND", ("raw",))),
    ):
        assert codes(await counter.ask(RESOLVE, token, key="puebla-csv", **given)) == [wanted]
    given = {"field": "status", "raw": raw, "value": "COMPLETED"}
    reader = await counter.token("reader")
    assert codes(await counter.ask(RESOLVE, reader, key="puebla-csv", **given)) == [("FORBIDDEN", ())]
    assert codes(await counter.ask(RESOLVE, None, key="puebla-csv", **given)) == [("UNAUTHENTICATED", ())]


async def test_the_operators_file_has_the_last_word(counter: Counter) -> None:
    token = await published(counter)
    raw = "Vamos a medio camino"
    (counter.site.config.lookups_path).write_text(f'[puebla-csv.status]\n"{raw}" = "SUBSTANTIAL"\n', "utf-8")
    await counter.ask(RESOLVE, token, key="puebla-csv", field="status", raw=raw, value="IN_PROGRESS")
    assert [node["status"] for node in (await counter.ask(STATUSES))["nodes"]].count("SUBSTANTIAL") == 2


async def two_sources(counter: Counter) -> tuple[str, str, dict[str, Any]]:
    """Two sources that publish one commitment in other words; publisher's and operator's tokens, the queued pair."""
    token = await published(counter)
    other = "No.,Compromiso,Estatus\n7,PRESUPUESTO ABIERTO EN LAS ESCUELAS,Concluido\n8,Algo que nada tiene que ver,Concluido\n"
    counter.sites.add("/y.csv", other.encode(), "text/csv")
    made = await counter.register("/y.csv", "puebla-otra", fields=SMALL)
    first = await counter.store.challenge("puebla-csv")
    assert first is not None
    counter.serve(first.body, made["challenge"]["body"])
    operator = await counter.token()
    assert (await counter.ask(VERIFY, key="puebla-otra"))["errors"] == []
    assert (await counter.ask(REVIEW, operator, key="puebla-otra", approve=True))["errors"] == []
    assert (await counter.ask(HARVEST, operator, key="puebla-otra"))["run"]["verdict"] == "PUBLISHED"
    (pair,) = await counter.ask(QUEUE)
    assert {one["title"] for one in pair["commitments"]} == {
        "Presupuesto abierto en escuelas", "PRESUPUESTO ABIERTO EN LAS ESCUELAS",
    }  # fmt: skip
    return token, operator, pair


COUNT = "{ commitments { totalCount } }"
ONE = (
    "query($code: String!) { commitment(code: $code) { code title source { key } alsoPublishedBy { source { key } } } }"
)
CHANGES = "{ changes { nodes { kind code } } }"


async def test_likely_duplicates_are_queued_and_the_decision_is_kept(counter: Counter) -> None:
    token, operator, pair = await two_sources(counter)
    assert codes(await counter.ask(DECIDE, token, id=pair["id"], same=True)) == [("FORBIDDEN", ())]
    decided = await counter.ask(DECIDE, operator, id=pair["id"], same=False)
    assert (decided["errors"], decided["candidate"]["same"]) == ([], False)
    assert await counter.ask(QUEUE) == []
    assert [one["codes"] for one in await counter.ask(QUEUE, decided=True)] == [pair["codes"]]
    assert (await counter.ask(COUNT))["totalCount"] == 5


async def test_a_pair_decided_to_be_one_is_counted_once_at_once_and_found_under_both_codes(counter: Counter) -> None:
    token, operator, pair = await two_sources(counter)
    assert (await counter.ask(COUNT))["totalCount"] == 5
    version = await counter.store.data_version()
    decided = await counter.ask(DECIDE, operator, id=pair["id"], same=True)
    assert (decided["errors"], decided["candidate"]["same"]) == ([], True)
    assert await counter.store.data_version() == version + 1
    assert (await counter.ask(COUNT))["totalCount"] == 4
    found = [await counter.ask(ONE, code=code) for code in pair["codes"]]
    assert found[0] == found[1]
    assert {found[0]["source"]["key"], *(one["source"]["key"] for one in found[0]["alsoPublishedBy"])} == {
        "puebla-csv", "puebla-otra",
    }  # fmt: skip
    (kept,) = await counter.ask(QUEUE, decided=True)
    assert len(kept["commitments"]) == 1
    told = {one["kind"]: one["code"] for one in (await counter.ask(CHANGES))["nodes"][-2:]}
    assert told == {"MODIFIED": found[0]["code"], "REMOVED": (set(pair["codes"]) - {found[0]["code"]}).pop()}
    counter.sites.add("/x.csv", TABLE.replace("abierto en", "abierto, en").encode(), "text/csv")
    assert (await counter.ask(HARVEST, token, key="puebla-csv"))["run"]["verdict"] == "PUBLISHED"
    assert (await counter.ask(COUNT))["totalCount"] == 4
    assert await counter.ask(QUEUE) == []
    assert (await counter.ask(DECIDE, operator, id=pair["id"], same=False))["errors"] == []
    assert (await counter.ask(COUNT))["totalCount"] == 5
    assert [(await counter.ask(ONE, code=code))["code"] for code in pair["codes"]] == pair["codes"]


async def test_a_decision_against_what_a_source_publishes_is_refused_with_its_name(counter: Counter) -> None:
    _, operator, pair = await two_sources(counter)
    nodes = (await counter.ask('{ commitments(filter: {source: ["puebla-csv"]}) { nodes { code } } }'))["nodes"]
    first, second = sorted(node["code"] for node in nodes)[:2]
    found = DuplicateCandidate(code_a=first, code_b=second, score=91.0, found_at=datetime.now(UTC))
    await counter.store.add_candidates([found])
    await counter.site.follower.look()
    wrong = next(one for one in await counter.ask(QUEUE) if one["id"] != pair["id"])
    refused = await counter.ask(DECIDE, operator, id=wrong["id"], same=True)
    assert codes(refused) == [("BAD_USER_INPUT", ("same",))]
    assert "«puebla-csv»" in refused["errors"][0]["message"]
    assert len(await counter.ask(QUEUE)) == 2
