from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import CommitmentKind, ExerciseStep, PolicyAxis, Program
from hub.normalise import kinds
from hub.normalise.result import Outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Segundo Plan de Acción Local", 2), ("2º", 2), ("II", 2), ("2", 2), ("Tercer plan", 3), ("3er PAL", 3), ("PAL 2", 2), ("II Plan de Acción Local", 2),
     ("2do. Plan de Acción", 2), ("Primer plan de acción OGP Local de Monterrey", 1), ("Cuarto Plan de Acción Nacional 2019-2021", 4), ("First Action Plan", 1)],
)  # fmt: skip
def test_ordinals_of_plans(text: str, expected: int) -> None:
    assert kinds.ordinal(text).value == expected


@pytest.mark.parametrize(
    "text", ["Plan de Acción Local 2016-2018", "Plan de Acción", "Plan 2021", "Plan de los 26 compromisos"]
)
def test_a_title_without_ordinal_has_none(text: str) -> None:
    assert kinds.ordinal(text).value is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Segundo Plan de Acción Local", Program.COCREACION_LOCAL), ("Cocreación desde lo local", Program.COCREACION_LOCAL), ("PAL", Program.COCREACION_LOCAL),
     ("Plan de acción OGP Local de Nuevo León", Program.OGP_LOCAL), ("Cuarto Plan de Acción Nacional", Program.NATIONAL_PLAN), ("ogp_local", Program.OGP_LOCAL),
     ("COCREACION_LOCAL", Program.COCREACION_LOCAL), ("plan_nacional", Program.NATIONAL_PLAN)],
)  # fmt: skip
def test_programmes_by_their_words(text: str, expected: Program) -> None:
    assert kinds.program(text).value is expected


def test_plan_de_accion_alone_is_of_no_known_programme() -> None:
    assert kinds.program("Plan de Acción de Gobierno Abierto").outcome is Outcome.UNMATCHED
    assert kinds.program("Plan de Acción 2019-2021", national=True).value is Program.NATIONAL_PLAN


def test_kinds_axes_and_steps() -> None:
    assert kinds.kind("Sigue la pista del dinero").value is CommitmentKind.FOLLOW_THE_MONEY
    assert kinds.kind("Problemática local").value is CommitmentKind.LOCAL_PROBLEM
    assert kinds.axis("Eje 2: Presupuesto abierto y participativo").value is PolicyAxis.OPEN_BUDGET
    assert kinds.step("Paso 3").value is ExerciseStep.WORKING_GROUPS
    assert kinds.step("Instalación del STL").value is ExerciseStep.SECRETARIAT_INSTALLED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", ("C", 3)),
        ("Compromiso 3", ("C", 3)),
        ("1º", ("C", 1)),
        ("2do.", ("C", 2)),
        ("3ª", ("C", 3)),
        ("C-03", ("C", 3)),
        ("P1", ("P", 1)),
        ("Compromiso proactivo 2", ("P", 2)),
        ("No. 5", ("C", 5)),
        ("IV", ("C", 4)),
        ("3.-", ("C", 3)),
        ("4°", ("C", 4)),
        ("Compromiso 5.-", ("C", 5)),
    ],
)
def test_numbers_and_series(text: str, expected: tuple[str, int]) -> None:
    assert kinds.number(text).value == expected


@given(st.text(max_size=60))
def test_any_text_gives_a_value_only_when_matched(text: str) -> None:
    for parse in (kinds.kind, kinds.axis, kinds.step, kinds.program, kinds.ordinal, kinds.number, kinds.integer):
        found = parse(text)
        assert (found.value is not None) == (found.outcome is Outcome.MATCHED)
