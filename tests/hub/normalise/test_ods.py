from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.normalise.ods import GOALS, TARGETS, OdsRef, goals, parse
from hub.normalise.result import Outcome


def test_the_catalogue_is_whole() -> None:
    assert sorted(GOALS) == list(range(1, 18))
    assert len(TARGETS) == 169
    assert GOALS[1].name == "Fin de la pobreza"
    assert GOALS[1].color == "#E5243B"
    assert len({goal.color for goal in GOALS.values()}) == 17


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,2,3", [1, 2, 3]), ("16 y 17", [16, 17]), ("ODS 4 y 5", [4, 5]), ("SDG 16", [16]), ("Goal 5", [5]), ("ODS XVI", [16]),
        ("5 • 16", [5, 16]), ([{"id": 9, "numero": 16, "nombre": "Paz"}, {"nombre": "Igualdad de género"}], [5, 16]), ("Objetivo dieciséis", [16]), ("ODS cinco: Igualdad de género", [5]),
        ("ODS 1 al 3", [1, 2, 3]), ("Igualdad de género", [5]), ("16. Paz, justicia e instituciones sólidas", [16]),
        ("Igualdad de género, Paz, justicia e instituciones sólidas", [5, 16]), ("E-WEB-Goal-16.png", [16]), (16, [16]), (16.0, [16]),
        ([5, 10], [5, 10]), ("05", [5]), ("Objetivo 16. Combatir la corrupción", [16]), ("O.D.S. 16", [16]), ("16\n17", [16, 17]),
    ],
)  # fmt: skip
def test_goals_in_every_notation(cell: Any, expected: list[int]) -> None:
    found = parse(cell)
    assert found.value is not None
    assert list(goals(found.value)) == expected
    assert not found.problems


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("16.10", ["16.10"]), ("Meta 16.5, 16.6 y 16.10", ["16.5", "16.6", "16.10"]), ("5.c", ["5.c"]), ("Meta 5. c Aprobar", ["5.c"]),
        ("16.6.2", ["16.6"]), ("ODS 16 (16.5, 16.6)", ["16.5", "16.6"]), ("ODS 16: en 2030 habrá 3.4 millones; 16.4 Reducir", ["16.4"]),
        ("ODS13b", []), ("Objetivo 6. A nivel local se invirtieron 1.5 millones", []), (5.5, ["5.5"]),
    ],
)  # fmt: skip
def test_targets_and_what_only_looks_like_one(cell: Any, expected: list[str]) -> None:
    assert [ref.target for ref in parse(cell).value or () if ref.target] == expected


@pytest.mark.parametrize(
    "cell", ["2030", "Agenda 2030", "16 acciones", "1.25 dólares", "Escribe la alineación con los ODS", "16%"]
)
def test_years_amounts_and_instructions_name_no_goal(cell: str) -> None:
    assert parse(cell).outcome is Outcome.UNMATCHED


@pytest.mark.parametrize("cell", ["18", "0", "ODS 18", 99, "Meta 16.99", "16.99"])
def test_what_does_not_exist_is_out_of_range(cell: Any) -> None:
    assert (parse(cell).outcome, parse(cell).value) == (Outcome.OUT_OF_RANGE, None)


@pytest.mark.parametrize("cell", ["ODS 1-5", "Objetivo 3 del Plan Estatal de Desarrollo", "Todos los ODS", "16,10"])
def test_doubtful_cells_are_ambiguous(cell: str) -> None:
    assert (parse(cell).outcome, parse(cell).value) == (Outcome.AMBIGUOUS, None)


def test_a_bad_piece_does_not_spoil_the_list() -> None:
    found = parse("16, 17, 18")
    assert found.value == (OdsRef(16), OdsRef(17))
    assert [problem.raw for problem in found.problems] == ["18"]


def test_a_numeric_cell_cannot_tell_16_1_from_16_10() -> None:
    found = parse(16.1)
    assert found.value == (OdsRef(16),)
    assert found.problems[0].outcome is Outcome.AMBIGUOUS


@given(
    st.one_of(
        st.text(max_size=120),
        st.floats(),
        st.integers(),
        st.text(alphabet="ODSmeta 0123456789.,;-yabcd\n", max_size=60),
    )
)
def test_any_cell_gives_goals_and_targets_that_exist(cell: Any) -> None:
    found = parse(cell)
    assert (found.value is not None) == (found.outcome is Outcome.MATCHED)
    for ref in found.value or ():
        assert ref.goal in GOALS
        assert ref.target is None or (ref.target in TARGETS and int(ref.target.split(".")[0]) == ref.goal)


@given(
    st.lists(st.sampled_from(sorted(TARGETS)), min_size=1, max_size=6, unique=True),
    st.sampled_from([", ", "; ", " y ", "\n"]),
)
def test_lists_of_targets_come_back(targets: list[str], mark: str) -> None:
    assert [ref.target for ref in parse("Metas " + mark.join(targets)).value or ()] == targets


@given(st.lists(st.integers(1, 17), min_size=3, max_size=8, unique=True), st.sampled_from([", ", ",", "; ", " | "]))
def test_lists_of_goals_come_back(numbers: list[int], mark: str) -> None:
    for text in (
        mark.join(map(str, numbers)),
        f"[{mark.join(map(str, numbers))}]",
        mark.join(f"ODS {n}" for n in numbers),
    ):
        assert list(goals(parse(text).value or ())) == sorted(numbers), text


def test_hostile_cells_are_read_in_bounded_time() -> None:
    for cell in ("9" * 9000, "16.1 " * 3000, "1\n" * 4000 + "x"):
        parse(cell)


def test_a_whole_number_with_a_decimal_of_nought_is_the_goal() -> None:
    assert [ref.goal for ref in parse("16.0").value or ()] == [16]
