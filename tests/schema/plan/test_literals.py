"""One plan serves every text that differs in literals alone, and each text is answered by its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode

from hub.readmodel import ReadModel
from schema.api import build_schema
from schema.context import Context
from schema.http.limits import CostModel, measure
from schema.plan.planner import Planner
from schema.plan.run import NotPlannedError
from schema.read.file import ReadFile
from tests.schema.world import World, context_of, live

SCHEMA = build_schema()


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path, ReadModel]:
    folder = tmp_path_factory.mktemp("literals")
    world = World(40, 25)
    context_of(world, folder)
    return world, folder / "world.db", ReadModel.open(folder / "world.db")


def executed(path: Path, text: str, variables: dict[str, Any]) -> Any:
    context = Context(file=ReadFile(ReadModel.open(path).connection), live=live())
    return asyncio.run(SCHEMA.execute(text, variable_values=variables, context_value=context))


def test_texts_that_differ_in_their_literals_share_a_plan(country: tuple[World, Path, ReadModel]) -> None:
    world, _, model = country
    planner = Planner(SCHEMA._schema)
    for group in world.groups:
        text = f'{{ commitment(code: "{group.code}") {{ code }} }}'
        found = json.loads(planner.answer(model, text)[0])["commitment"]
        assert found == ({"code": group.code} if group.current else None)
    assert len(planner._plans) == 1


DEFAULTS = """query ($ods: [Int!] = [%s], $text: String = %s) {
  commitments(filter: {ods: $ods, institution: $text}) { totalCount nodes { code } } }"""


def test_the_defaults_of_variables_are_those_of_the_text_that_asks(country: tuple[World, Path, ReadModel]) -> None:
    _, path, model = country
    planner = Planner(SCHEMA._schema)
    found = set()
    for ods, institution in (
        ("16", "null"),
        ("16", '"salud"'),
        ("1, 3", "null"),
        ("17", "null"),
        ("1", '"agua"'),
        ("16", '"Agua"'),
    ) * 2:
        text = DEFAULTS % (ods, institution)
        answer, _ = planner.answer(model, text)
        assert json.loads(answer) == executed(path, text, {}).data
        found.add(answer)
    assert len(found) > 3
    assert len(planner._plans) == 3


IDLE = (
    '{{ commitment(code: "NADA") {{ plan {{ commitments(filter: {}) {{ totalCount }} }} }} }}',
    "{{ commitments(filter: {}) @skip(if: true) {{ totalCount }} __typename }}",
    "{{ ... @include(if: false) {{ commitments(filter: {}) {{ totalCount }} }} __typename }}",
    "query ($f: CommitmentFilter = {}) {{ commitments(filter: $f) {{ totalCount }} }}",
)
"""Documents in which a filter stands that a run never looks at, the last one with the variable given."""


@pytest.mark.parametrize("between", [" ", ",", "\n\t", " " * 40, "# how many\n", "\ufeff"])
def test_a_page_costs_what_its_own_size_costs_however_it_is_written(
    country: tuple[World, Path, ReadModel], between: str
) -> None:
    def costs(document: DocumentNode, operation: OperationDefinitionNode, given: Any) -> tuple[int, frozenset[str]]:
        found = measure(SCHEMA._schema, document, operation, given, CostModel())
        return found.cost, found.variables

    planner = Planner(SCHEMA._schema, measure=costs)
    found = []
    for size in (1, 1, 1, 2, 9):
        text = f"{{ odsGoals {{ commitments(first:{between}{size}) {{ nodes {{ code }} }} }} }}"
        try:
            found.append(planner.answer(country[2], text)[1])
        except NotPlannedError:
            assert between not in (" ", ",", "\n\t")
    assert found in ([], [30, 30, 30, 40, 110])


@pytest.mark.parametrize("mark", ["\x01", "\x02"])
def test_a_text_never_passes_for_one_whose_literals_were_lifted(
    country: tuple[World, Path, ReadModel], mark: str
) -> None:
    planner = Planner(SCHEMA._schema)
    text = "{{ odsGoal(number: {}) {{ number }} plan(code: {}) {{ code }} }}"
    for _ in range(3):
        assert planner.answer(country[2], text.format("16", '"x"'))[0]
    for places in ((mark, mark), ("16", mark), (mark, '"x"')):
        with pytest.raises(NotPlannedError):
            planner.answer(country[2], text.format(*places))


@pytest.mark.parametrize("text", IDLE)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('{updatedSince: "2020-01-01T00:00:00Z"}', '{updatedSince: "2020-01-01T00:00:00"}'),
        ("{ods: [1]}", "{ods: [99999999999]}"),
        ("{progress: {min: 1.5}}", "{progress: {min: 1e400}}"),
        ('{institution: "salud"}', '{institution: "\\ud800"}'),
    ],
)
def test_a_literal_that_no_run_looks_at_has_to_fit_all_the_same(
    country: tuple[World, Path, ReadModel], text: str, right: str, wrong: str
) -> None:
    _, _, model = country
    planner = Planner(SCHEMA._schema)
    given: dict[str, Any] = {"f": {}} if "$f" in text else {}
    for _ in range(3):
        assert planner.answer(model, text.format(right), None, given)[0]
        with pytest.raises(NotPlannedError):
            planner.answer(model, text.format(wrong), None, given)


@pytest.mark.parametrize("quirk", ["\\u00e1", '\\"', "\\\\", "\\n", "á", "\t", "#", "{ } ( )", "1.5e3", "\\u{1F600}"])
def test_a_string_means_what_it_means_to_graphql(country: tuple[World, Path, ReadModel], quirk: str) -> None:
    _, path, model = country
    planner = Planner(SCHEMA._schema)
    for text in (f'{{ commitment(code: "x{quirk}") {{ code }} }}', f'{{ states {{ a: __typename }} # "{quirk}"\n }}'):
        expected = executed(path, text, {})
        try:
            found, _ = planner.answer(model, text)
        except NotPlannedError:
            continue
        assert json.loads(found) == expected.data
