from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import CommitmentStatus as S
from hub.normalise.result import Outcome
from hub.normalise.status import parse, parse_answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cumplida", S.COMPLETED), ("CONCLUIDO", S.COMPLETED), ("Compromiso cumplido.", S.COMPLETED), ("✅ Cumplido", S.COMPLETED),
        ("Cumplido 100%", S.COMPLETED), ("badge-completado", S.COMPLETED), ("badge badge-success completado", S.COMPLETED), ("Finalizadas", S.COMPLETED),
        ("Terminado", S.COMPLETED), ("Fully completed", S.COMPLETED), ("• Complete", S.COMPLETED),
        ("Avance sustancial", S.SUBSTANTIAL), ("Substantial", S.SUBSTANTIAL), ("Sustancialmente cumplido", S.SUBSTANTIAL),
        ("En ejecución", S.IN_PROGRESS), ("enProceso", S.IN_PROGRESS), ("En proceso (40%)", S.IN_PROGRESS),
        ("Parcialmente cumplida", S.IN_PROGRESS), ("EN DESARROLLO", S.IN_PROGRESS), ("En proceso de validación", S.IN_PROGRESS),
        ("Not Started", S.NOT_STARTED), ("No iniciada", S.NOT_STARTED), ("Pendiente", S.NOT_STARTED), ("sin_iniciar", S.NOT_STARTED),
        ("Incumplido", S.UNFULFILLED), ("No cumplida", S.UNFULFILLED), ("No se cumplió", S.UNFULFILLED),
        ("Cancelada", S.WITHDRAWN), ("Withdrawn", S.WITHDRAWN), ("Retirado", S.WITHDRAWN),
        ("Finalización: Revisión de IRM pendiente", S.UNKNOWN), ("Sin evidencia disponible", S.UNKNOWN),
    ],
)  # fmt: skip
def test_words_of_completion_give_a_status(text: str, expected: S) -> None:
    assert parse(text).value is expected


@pytest.mark.parametrize(
    "text",
    ["Activo", "Inactive", "Verde", "Semáforo: rojo", "🟢", "Atrasado", "Suspendido", "c", "3", "Completado 80%", "Alto", "Sí",
     "Completo / En proceso", "De limitado a sustancial", "Incompleto", "Sobresaliente", "Cerrado", "0% completado"],
)  # fmt: skip
def test_cycle_colour_punctuality_and_contradiction_are_ambiguous(text: str) -> None:
    found = parse(text)
    assert (found.outcome, found.value) == (Outcome.AMBIGUOUS, None)
    assert found.message


@pytest.mark.parametrize(
    "text", ["ND", "n.a.", "S/D", "-", "—", "", "  ", "por definir", "Estatus: N/D", "Sin información"]
)
def test_the_publishers_no_data_is_not_an_issue(text: str) -> None:
    assert parse(text).outcome is Outcome.EMPTY


def test_a_typing_error_is_suggested_and_not_taken() -> None:
    found = parse("Conculido")
    assert (found.outcome, found.value, found.suggestion) == (Outcome.UNMATCHED, None, "COMPLETED")


@pytest.mark.parametrize("status", S)
def test_canonical_names_read_as_themselves(status: S) -> None:
    assert (parse(status.value).value or S.UNKNOWN) is status


@given(st.text(max_size=80))
def test_any_text_gives_a_status_only_when_matched(text: str) -> None:
    found = parse(text)
    assert (found.value is not None) == (found.outcome is Outcome.MATCHED)


@given(st.sampled_from(["Cumplido", "En ejecución", "No iniciado", "Incumplido", "Cancelado", "Sustancial"]), st.data())
def test_case_and_spaces_do_not_matter(word: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    pad = data.draw(st.text(alphabet=" \t\u00a0", max_size=3))
    assert parse(pad + case(word) + pad).value is parse(word).value


@pytest.mark.parametrize(
    "column", ["¿Se cumplió?", "¿CUMPLIÓ?", "Cumple", "Cumplido", "¿Se cumplió el compromiso?", "¿Se ha cumplido?"]
)
def test_yes_answers_a_column_that_asks_whether_it_was_fulfilled_and_no_leaves_it_open(column: str) -> None:
    told = [parse_answer(text, column).value for text in ("Sí", "NO", "Parcialmente", "Cumplido")]
    assert told == [S.COMPLETED, None, parse("Parcialmente").value, S.COMPLETED]
    assert parse_answer("No", column).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    "column", ["Estatus", "Cumplimiento", "¿Se publicó?", "Cumplido en tiempo", "Fecha de cumplido"]
)
def test_yes_and_no_tell_nothing_under_another_name(column: str) -> None:
    assert [parse_answer(text, column).outcome for text in ("Sí", "No")] == [Outcome.AMBIGUOUS] * 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Finalizado el 12/03/2023", S.COMPLETED), ("Concluido (dic 2022)", S.COMPLETED), ("Cumplido en diciembre de 2023", S.COMPLETED),
        ("Cumplido fuera de plazo", S.COMPLETED), ("Sí se cumplió", S.COMPLETED), ("Iniciado en marzo de 2024", S.IN_PROGRESS),
        ("En proceso, dic-24", S.IN_PROGRESS), ("Meta superada", S.COMPLETED), ("Implementándose", S.IN_PROGRESS),
    ],
)  # fmt: skip
def test_a_date_or_punctuality_beside_a_status_changes_nothing_of_it(text: str, value: S) -> None:
    assert parse(text).value is value


@pytest.mark.parametrize(
    "text", ["En proceso/Concluido", "En proceso - Cumplido", "En proceso sin avance", "Por ejecutar"]
)
def test_two_statuses_in_a_cell_are_not_taken_for_the_first(text: str) -> None:
    assert parse(text).value is None
