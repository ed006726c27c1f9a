"""hub.inspect.proposal: number and title told apart where a title begins with its number."""

from __future__ import annotations

import re

import pytest

from connectors.base import Row
from hub.inspect.engine import inspect_bytes
from hub.inspect.proposal import LABEL, NUMBER, with_labels


def rows(*titles: str) -> list[Row]:
    return [Row({"Compromiso": title}, f"row {n}") for n, title in enumerate(titles, 2)]


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("Compromiso 3. Abrir", "3", "Abrir"), ("COMPROMISO NO. 12: Abrir 2 archivos", "12", "Abrir 2 archivos"),
        ("Compromiso IV – Abrir", "IV", "Abrir"), ("7) Abrir", "7", "Abrir"), ("01.- Abrir", "01", "Abrir"),
    ],
)  # fmt: skip
def test_a_label_is_number_and_title(text: str, number: str, title: str) -> None:
    found, rest = re.search(NUMBER, text), re.match(LABEL, text)
    assert found is not None
    assert rest is not None
    assert (found["number"], rest["title"]) == (number, title)


def test_titles_that_begin_with_their_number_are_told_apart() -> None:
    told = with_labels(
        {"title": "Compromiso"}, rows("Compromiso 1. Abrir", "Compromiso 2. Medir", "Compromiso 3. Contar")
    )
    assert told == {
        "number": {"column": "Compromiso", "pattern": NUMBER},
        "title": {"column": "Compromiso", "pattern": LABEL},
    }


@pytest.mark.parametrize(
    "titles",
    [
        ("Abrir", "Medir"), ("1. Abrir", "1. Medir"), ("1.1 Abrir", "1.2 Medir"), ("2023. Abrir", "2024. Medir"),
        ("1. Abrir",), ("1. Abrir", "Medir", "Contar"),
    ],
)  # fmt: skip
def test_titles_whose_figures_are_no_number_of_their_own_stay(titles: tuple[str, ...]) -> None:
    assert with_labels({"title": "Compromiso"}, rows(*titles)) == {"title": "Compromiso"}


def test_a_column_of_numbers_goes_before_what_titles_say() -> None:
    fields = {"number": "No.", "title": "Compromiso"}
    assert with_labels(fields, rows("1. Abrir", "2. Medir")) == fields


def test_a_percentage_beside_the_status_is_the_progress() -> None:
    cells = ("Cumplido (100%)", "En proceso - 45%", "Sin avance 0 %")
    lines = [
        "No.,Compromiso,Responsable,Estatus",
        *(f"{n},Acción pública {n},Secretaría de Finanzas,{cell}" for n, cell in enumerate(cells, 1)),
    ]
    found = inspect_bytes("\n".join(lines).encode())
    assert [(record.status.value, record.progress) for record in found.records] == [
        ("COMPLETED", 100), ("IN_PROGRESS", 45), ("NOT_STARTED", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("label", ["", "Compromiso {}. "])
def test_an_institution_in_parentheses_behind_the_title_is_told_apart(label: str) -> None:
    titles = (
        "Abrir el padrón (Secretaría de Finanzas)",
        "Medir el agua (Instituto del Agua).",
        "Contar (segunda etapa) (Contraloría)",
    )
    cells = [label.format(n) + title for n, title in enumerate(titles, 1)]
    told = with_labels({"title": "Compromiso"}, rows(*cells))
    read = [
        tuple(re.search(told[field]["pattern"], cell)[field] for field in ("title", "institution"))  # type: ignore[index]
        for cell in cells
    ]
    assert read == [
        ("Abrir el padrón", "Secretaría de Finanzas"),
        ("Medir el agua", "Instituto del Agua"),
        ("Contar (segunda etapa)", "Contraloría"),
    ]
    assert re.search(told["title"]["pattern"], "Votar (segunda etapa)")["title"] == "Votar (segunda etapa)"  # type: ignore[index]


def test_parentheses_that_name_no_body_stay_in_the_title() -> None:
    fields = {"title": "Compromiso"}
    assert with_labels(fields, rows("Abrir (segunda etapa)", "Medir (2023)")) == fields
    fields["institution"] = "Dependencia"
    assert with_labels(fields, rows("Abrir (Secretaría de Salud)", "Medir (Secretaría de Salud)")) == fields
