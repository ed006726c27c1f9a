"""Each field of CommitmentFilter against a look at every record; totals, facets and rows of one connection agree."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import model
from hub.normalise import places
from schema.api import build_schema
from schema.errors import HubError
from schema.filters import match_query, normalise
from schema.types.inputs import CommitmentFilter
from tests.schema.world import EPOCH, INSTITUTIONS, PLACES, SOURCES, World, context_of

SCHEMA = build_schema()
WORLDS = 3
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[World, Path]]:
    made = []
    for seed in range(WORLDS):
        folder = tmp_path_factory.mktemp(f"world{seed}")
        world = World(seed, 25)
        context_of(world, folder)
        made.append((world, folder))
    return made


def reopen(folder: Path) -> Any:
    from hub.readmodel import ReadModel
    from schema.context import Context
    from schema.read.file import ReadFile
    from tests.schema.world import live

    return Context(file=ReadFile(ReadModel.open(folder / "world.db").connection), live=live())


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def tokens(text: str) -> list[str]:
    return "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in plain(text)).split()


def phrase_in(wanted: list[str], text: str | None, unfinished: bool) -> bool:
    have = tokens(text or "")
    for start in range(len(have) - len(wanted) + 1):
        part = have[start : start + len(wanted)]
        if part[:-1] == wanted[:-1] and (part[-1].startswith(wanted[-1]) if unfinished else part[-1] == wanted[-1]):
            return True
    return False


def has_text(record: model.Commitment, query: str) -> bool:
    words = [word for word in query.split() if tokens(word)]
    columns = (record.title, record.description, " · ".join(item.name for item in record.institutions))
    return bool(words) and all(
        any(phrase_in(tokens(word), column, place == len(words) - 1 and word[-1].isalnum()) for column in columns)
        for place, word in enumerate(words)
    )


def meets(record: model.Commitment, wanted: dict[str, Any]) -> bool:
    """The filter, read off the contract, on one record. Source, duplicates and updatedSince are the caller's."""
    bases = wanted.get("odsBasis", ["DECLARED", "EDITORIAL"])
    aligned = [item for item in record.ods if item.basis in bases]
    level = "NATION" if record.jurisdiction == "00" else "STATE" if len(record.jurisdiction) == 2 else "MUNICIPALITY"
    evidence = bool(record.evidence)
    checks = {
        "state": lambda v: record.jurisdiction[:2] in [places.resolve_state(s).value for s in v],
        "jurisdiction": lambda v: record.jurisdiction in v,
        "level": lambda v: level in v,
        "ods": lambda v: any(item.goal in v for item in aligned),
        "odsTarget": lambda v: any(item.target in v for item in aligned),
        "year": lambda v: any(year in v for year in record.years),
        "years": lambda v: not v or any(v.get("min", -9999) <= year <= v.get("max", 9999) for year in record.years),
        "status": lambda v: record.status.value in v,
        "progress": lambda v: not v or (
            record.progress is not None and v.get("min", -1) <= record.progress <= v.get("max", 1000)
        ),
        "program": lambda v: record.plan.program.value in v,
        "plan": lambda v: record.plan_code in v,
        "kind": lambda v: record.kind is not None and record.kind.value in v,
        "axis": lambda v: record.axis is not None and record.axis.value in v,
        "institution": lambda v: any(plain(v) in plain(item.name) for item in record.institutions),
        "text": lambda v: has_text(record, v),
        "hasEvidence": lambda v: evidence is v,
    }  # fmt: skip
    return all(check(wanted[name]) for name, check in checks.items() if name in wanted)


def brute(world: World, wanted: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, source) of what the filter selects, in page order."""
    since = wanted.get("updatedSince")
    sources, duplicates = wanted.get("source"), wanted.get("includeDuplicates", False)
    looked_at = world.own() if duplicates or sources is not None else world.now()
    found = []
    for entry in looked_at:
        moment = entry.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if sources is not None and entry.source not in sources:
            continue
        if (since is None or moment >= since) and meets(entry.record, wanted):
            found.append((entry.record.code, entry.source))
    if sources is not None and not duplicates:
        found = list({code: (code, source) for code, source in reversed(found)}.values())[::-1]
    return found


def several(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=3)


def span(values: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    ordered = st.lists(st.sampled_from(values), min_size=2, max_size=2).map(sorted)
    return st.one_of(
        ordered.map(lambda ends: {"min": ends[0], "max": ends[1]}),
        st.sampled_from(values).map(lambda low: {"min": low}),
        st.sampled_from(values).map(lambda high: {"max": high}),
        st.just({}),
    )


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "state": several(["30", "MX-VER", "Veracruz", "veracruz de ignacio de la llave", "20", "Nuevo León", "NUEVO LEON", "00"]),
    "jurisdiction": several(list(PLACES)),
    "level": several([item.value for item in model.JurisdictionLevel]),
    "ods": several([1, 3, 16, 17, 5]),
    "odsTarget": several(["1.1", "16.b", "3.1", "17.9"]),
    "odsBasis": several([item.value for item in model.AlignmentBasis]),
    "year": several([2016, 2019, 2020, 2022, 1990]),
    "years": span([2015, 2016, 2019, 2021, 2030]),
    "status": several([item.value for item in model.CommitmentStatus]),
    "progress": span([0.0, 12.5, 12.6, 50.0, 100.0]),
    "program": several([item.value for item in model.Program]),
    "plan": several([f"PLAN-{place}-{number}" for number, place in enumerate(PLACES)] + ["NADA"]),
    "kind": several([item.value for item in model.CommitmentKind]),
    "axis": several([item.value for item in model.PolicyAxis]),
    "institution": st.sampled_from(["salud", "SECRETARÍA", "secretaria de la contraloria", "leon", "x%", "_"]),
    "source": several([*SOURCES, "nadie"]),
    "text": st.sampled_from(
        ["obra", "OBRA PUBLICA", "agua niñez", "ninez", "gestion-abierta", "arbol", "abierta gestión", "\"agua", "NOT agua",
         "agua*", "título:agua", "!!", "2030", "obras Ñandú", "instituto", "a AND b", "agua )"]
    ),
    "updatedSince": st.integers(0, 60).map(
        lambda day: (EPOCH + __import__("datetime").timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    ),
    "hasEvidence": st.booleans(),
    "includeDuplicates": st.booleans(),
}  # fmt: skip
FILTERS = st.lists(st.sampled_from(sorted(FIELDS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: FIELDS[name] for name in names})
)
ALL = """query($filter: CommitmentFilter) { commitments(filter: $filter, first: 500) {
  totalCount nodes { code source { key } }
  facets { ods { key count } status { key count } year { key count } state { key count } program { key count }
    institution(first: 500) { key count } source { key count } } } }"""


async def ask(folder: Path, query: str, **variables: Any) -> dict[str, Any]:
    answer = await SCHEMA.execute(query, variable_values=variables, context_value=reopen(folder))
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return answer.data


def run(coroutine: Any) -> Any:
    import asyncio

    return asyncio.run(coroutine)


@pytest.mark.parametrize("name", sorted(FIELDS))
@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_one_field_selects_what_a_look_at_every_record_does(
    worlds: list[tuple[World, Path]], name: str, data: st.DataObject
) -> None:
    world, folder = worlds[data.draw(st.integers(0, WORLDS - 1))]
    wanted = {name: data.draw(FIELDS[name])}
    if name == "odsBasis":
        wanted["ods"] = [1, 16]
    found = run(ask(folder, ALL, filter=wanted))["commitments"]
    assert [(node["code"], node["source"]["key"]) for node in found["nodes"]] == brute(world, wanted)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(number=st.integers(0, WORLDS - 1), wanted=FILTERS)
def test_fields_together_must_all_hold_and_total_and_facets_count_the_same_records(
    worlds: list[tuple[World, Path]], number: int, wanted: dict[str, Any]
) -> None:
    world, folder = worlds[number]
    found = run(ask(folder, ALL, filter=wanted))["commitments"]
    expected = brute(world, wanted)
    assert [(node["code"], node["source"]["key"]) for node in found["nodes"]] == expected
    assert found["totalCount"] == len(expected)
    entries = {(entry.record.code, entry.source): entry for entry in [*world.now(), *world.own()]}
    own = wanted.get("includeDuplicates") or "source" in wanted
    if own:
        entries |= {(entry.record.code, entry.source): entry for entry in world.own()}
    else:
        entries |= {(entry.record.code, entry.source): entry for entry in world.now()}
    chosen = [entries[key] for key in expected]
    bases = wanted.get("odsBasis", ["DECLARED", "EDITORIAL"])
    counted = {
        "status": Counter(entry.record.status.value for entry in chosen),
        "state": Counter(entry.record.jurisdiction[:2] for entry in chosen),
        "program": Counter(entry.record.plan.program.value for entry in chosen),
        "year": Counter(str(year) for entry in chosen for year in entry.record.years),
        "ods": Counter(
            goal for entry in chosen for goal in {str(item.goal) for item in entry.record.ods if item.basis in bases}
        ),
        "institution": Counter(name for entry in chosen for name in {item.name for item in entry.record.institutions}),
        "source": Counter(key for entry in chosen for key in (entry.sources or (entry.source,))),
    }
    for name, counter in counted.items():
        facet = [(item["key"], item["count"]) for item in found["facets"][name]]
        assert facet == sorted(counter.items(), key=lambda item: (-item[1], item[0])), name


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"state": ["Verazcruz de arriba"]}, "filter.state", "Veracruz"),
    ({"state": ["99"]}, "filter.state", "99"),
    ({"jurisdiction": ["Veracruz"]}, "filter.jurisdiction", "INEGI"),
    ({"jurisdiction": ["99999"]}, "filter.jurisdiction", "99999"),
    ({"ods": [0]}, "filter.ods", "1 to 17"),
    ({"ods": [18]}, "filter.ods", "18"),
    ({"odsTarget": ["16-6"]}, "filter.odsTarget", "16.6"),
    ({"years": {"min": 2020, "max": 2019}}, "filter.years", "2020"),
    ({"progress": {"min": 2.5, "max": 1}}, "filter.progress", "2.5"),
    ({"text": "x" * 1001}, "filter.text", "1000"),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("wanted", "field", "word"), BAD)
async def test_a_value_that_is_none_is_refused_with_its_field_and_the_remedy(
    worlds: list[tuple[World, Path]], wanted: dict[str, Any], field: str, word: str
) -> None:
    answer = await SCHEMA.execute(ALL, variable_values={"filter": wanted}, context_value=reopen(worlds[0][1]))
    assert answer.errors is not None
    (error,) = answer.errors
    assert error.extensions == {"code": "BAD_USER_INPUT", "field": field}
    assert word in error.message


def test_null_counts_as_not_given_and_an_empty_list_as_given() -> None:
    assert normalise(CommitmentFilter(ods_basis=None, include_duplicates=None)) == normalise(None)
    assert normalise(CommitmentFilter(state=[], ods=[])).state == ()
    assert normalise(CommitmentFilter(text="  ", institution=" ")) == normalise(None)


def test_words_of_a_text_search_never_reach_fts5_as_operators() -> None:
    assert match_query('agua OR "x" ** ) NEAR(') == '"agua" "OR" """x""" "NEAR("'
    assert match_query("agua niñ") == '"agua" "niñ"*'
    assert match_query("!! ()") == ""


def test_an_unknown_state_is_refused_before_anything_is_read() -> None:
    with pytest.raises(HubError, match="Oaxaca"):
        normalise(CommitmentFilter(state=["Oajaca"]))


def test_the_made_up_world_has_what_the_filters_look_for() -> None:
    records = [entry.record for seed in range(WORLDS) for entry in World(seed, 25).own()]
    assert {item.name for record in records for item in record.institutions} == set(INSTITUTIONS)
    assert {record.status for record in records} == set(model.CommitmentStatus)
