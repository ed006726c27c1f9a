"""hub.inspect.ticks: which columns are statuses with a mark under the one that holds."""

from __future__ import annotations

import pytest

from connectors.base import Row
from hub.inspect.engine import inspect_bytes
from hub.inspect.ticks import columns_of
from hub.model import CommitmentStatus as S

THREE = ("Cumplido", "En proceso", "Sin avance")


def rows(names: tuple[str, ...], *cells: str) -> list[Row]:
    return [Row(dict(zip(names, row.split("|"), strict=True)), f"row {n}") for n, row in enumerate(cells, 2)]


@pytest.mark.parametrize(
    ("names", "cells", "found"),
    [
        (THREE, ("X||", "|X|", "||X"), THREE),
        (("Compromiso", *THREE), ("Uno|1|0|0", "Dos|0|1|0"), THREE),
        (THREE, ("3|1|0", "2|2|4"), ()),  # counts
        (THREE, ("1|0|1", "0|1|0"), ()),  # figures that are no choice
        (THREE, ("50%||", "|30%|"), ()),
        (("Cumplido", "Fecha"), ("X|", "X|")  , ()),
        (("Estatus", *THREE), ("Cumplido|X||", "En proceso||X|"), ()),  # told in words beside them
        (("E / Cumplido", "E / En proceso", "E / Otro"), ("X||", "|X|", "||X"), ("E / Cumplido", "E / En proceso", "E / Otro")),
    ],
)  # fmt: skip
def test_columns_named_by_statuses_with_one_mark_a_row_are_told(
    names: tuple[str, ...], cells: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert columns_of(names, rows(names, *cells)) == found


def test_a_file_whose_statuses_are_marks_is_read_and_two_marks_are_refused() -> None:
    lines = ["No.,Compromiso,Dependencia responsable,Cumplido,En proceso,Sin avance"]
    lines += [
        f"{n},Acción pública número {n},Secretaría de Finanzas,{marks}"
        for n, marks in enumerate(("X,,", ",x,", ",,X", "X,X,", ",,"), 1)
    ]
    found = inspect_bytes("\n".join(lines).encode())
    assert found.report.proposed_fields["status"] == {"columns": list(THREE), "ticked": True}
    assert [record.status for record in found.records] == [
        S.COMPLETED,
        S.IN_PROGRESS,
        S.NOT_STARTED,
        S.UNKNOWN,
        S.UNKNOWN,
    ]
    assert [(f.code, f.raw) for f in found.report.findings if f.field == "status"] == [
        ("AMBIGUOUS_VALUE", "Cumplido; En proceso")
    ]
    assert not found.report.unmapped_columns


def test_a_goal_a_column_with_marks_is_the_commitment_s_goals() -> None:
    lines = [
        "No.,Compromiso,Dependencia,ODS 3,ODS 5,ODS 16,ODS 17",
        "1,Abrir el padrón de proveedores,Secretaría de Finanzas,,X,x,",
    ]
    lines += [
        "2,Oír a todos los barrios,Secretaría de Gobierno,X,,,",
        "3,Publicar la obra pública,Secretaría de Obras,,,,",
    ]
    found = inspect_bytes("\n".join(lines).encode())
    assert found.report.proposed_fields["ods"] == {"columns": ["ODS 3", "ODS 5", "ODS 16", "ODS 17"], "ticked": True}
    assert [tuple(record.ods) for record in found.records] == [(5, 16), (3,), ()]


def test_figures_of_goals_are_no_marks() -> None:
    lines = ["No.,Compromiso,Dependencia,ODS 3,ODS 5,ODS 16", "1,Abrir el padrón,Secretaría de Finanzas,12,3,40", "2,Oír a todos,Secretaría de Gobierno,5,0,7"]  # fmt: skip
    assert "ticked" not in str(inspect_bytes("\n".join(lines).encode()).report.proposed_fields)


@pytest.mark.parametrize(
    ("column", "cells", "told"),
    [
        ("¿Cumplido?", ("Sí", "No", "Sí"), ["COMPLETED", "UNKNOWN", "COMPLETED"]),
        ("Cumplido", ("SI", "NO", ""), ["COMPLETED", "UNKNOWN", "UNKNOWN"]),
        ("Cumplido", ("No", "No", "No"), ["UNKNOWN"] * 3),
    ],
)
def test_a_column_that_asks_whether_all_is_done_tells_it_by_yes_and_leaves_it_open_by_no(
    column: str, cells: tuple[str, ...], told: list[str]
) -> None:
    titles = ("Abrir el padrón de proveedores", "Publicar la obra pública", "Publicar las becas")
    body = f"Compromiso,Dependencia,{column}\n" + "".join(
        f"{t},Finanzas,{c}\n" for t, c in zip(titles, cells, strict=True)
    )
    assert [record.status for record in inspect_bytes(body.encode()).records] == told


def test_columns_that_are_institutions_with_a_mark_under_each_are_proposed_as_those_that_take_part() -> None:
    body = (
        "Núm.,Compromiso,Secretaría de Salud,Secretaría de Educación,ITAI,Plazo,Estatus\n1,Datos de salud,X,,X,2024,En proceso\n"
        "2,Escuelas abiertas,,X,,2024,Concluido\n3,Mesa permanente,X,X,X,2025,Pendiente\n"
    )
    found = inspect_bytes(body.encode(), url="compromisos.csv")
    names = ["Secretaría de Salud", "Secretaría de Educación", "ITAI"]
    assert found.source.fields["support"] == {"columns": names, "ticked": True}
    assert [record.institutions for record in found.records] == [
        ("Secretaría de Salud", "ITAI"),
        ("Secretaría de Educación",),
        tuple(names),
    ]


def test_acronyms_alone_with_marks_are_no_institutions() -> None:
    body = "Compromiso,CSV,PDF,Estatus\nAbrir datos,X,,En proceso\nVer datos,,X,Cumplido\n"
    assert "institution" not in inspect_bytes(body.encode(), url="compromisos.csv").source.fields


def test_one_mark_a_row_under_institutions_says_who_answers() -> None:
    body = "Compromiso,Secretaría de Salud,DIF,Estatus\nAbrir datos de salud,X,,En proceso\nVer comedores,,X,Cumplido\n"
    fields = inspect_bytes(body.encode(), url="compromisos.csv").source.fields
    assert fields["institution"] == {"columns": ["Secretaría de Salud", "DIF"], "ticked": True}
