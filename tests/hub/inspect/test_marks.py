"""hub.inspect.marks: a status that is only a class, a colour or a picture is proposed; what a colour means, a person says."""

from __future__ import annotations

from typing import Any

import pytest

from hub.inspect import inspect_bytes

ROWS = (
    "<td>1</td><td>Padrón abierto de proveedores</td><td>Secretaría de Finanzas</td>",
    "<td>2</td><td>Presupuesto participativo en escuelas</td><td>Secretaría de Educación</td>",
    "<td>3</td><td>Monitoreo de la calidad del agua</td><td>Comisión Estatal del Agua</td>",
)


def inspected(*cells: str) -> Any:
    head = "".join(f"<th>{name}</th>" for name in ("No.", "Compromiso", "Dependencia", "Semáforo"))
    rows = "".join(f"<tr>{row}{cell}</tr>" for row, cell in zip(ROWS, cells, strict=True))
    page = f"<html lang=es><h1>Compromisos del Plan de Acción Local</h1><table><tr>{head}</tr>{rows}</table></html>"
    return inspect_bytes(page.encode(), url="https://estado.example/compromisos.html", media_type="text/html")


def test_a_status_that_is_only_a_class_is_read() -> None:
    found = inspected(*(f'<td class="luz {name}"></td>' for name in ("completado", "en-proceso", "sin_avance")))
    assert found.report.proposed_fields["status"]["column"] == "Semáforo@class"
    assert [record.status.value for record in found.records] == ["COMPLETED", "IN_PROGRESS", "NOT_STARTED"]
    assert "Semáforo" not in found.report.unmapped_columns


def test_a_status_that_is_only_the_text_of_a_picture_is_read() -> None:
    found = inspected(
        *(f'<td><img src="x.png" alt="{name}"></td>' for name in ("Concluido", "En proceso", "Sin avance"))
    )
    assert [record.status.value for record in found.records] == ["COMPLETED", "IN_PROGRESS", "NOT_STARTED"]


@pytest.mark.parametrize(
    "cells",
    [
        ('<td style="background-color:#00b050"></td>', '<td style="background:#FFFF00"></td>', '<td bgcolor="red"></td>'),
        ('<td><img src="/i/verde.png"></td>', '<td><img src="/i/amarillo.png" alt=""></td>', '<td><img src="/i/rojo.png"></td>'),
        ("<td>🟢</td>", "<td>🟡</td>", "<td>🔴</td>"),
        (
            '<td><i class="fa text-success"></i></td>', '<td><i class="fa text-warning"></i></td>',
            '<td><i class="fa text-danger"></i></td>',
        ),
    ],
)  # fmt: skip
def test_a_colour_is_proposed_as_the_status_and_its_meaning_is_asked_for(cells: tuple[str, ...]) -> None:
    found = inspected(*cells)
    declared = found.report.proposed_fields["status"]
    assert (declared if isinstance(declared, str) else declared["column"]).startswith("Semáforo")
    assert {record.status.value for record in found.records} == {"UNKNOWN"}
    assert sum(finding.code == "AMBIGUOUS_VALUE" for finding in found.report.findings) == 3


def test_a_picture_beside_words_is_no_status() -> None:
    found = inspected(
        *(f'<td style="background:#eee">{name}</td>' for name in ("Concluido", "En proceso", "Cancelado"))
    )
    assert found.report.proposed_fields["status"] == "Semáforo"
