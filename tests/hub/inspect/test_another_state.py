"""What a report says of a page or file of another state than was declared: nothing is put under a wrong name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from connectors.base import Row
from connectors.whose import state_of_table
from hub.inspect.engine import Asked, inspect_bytes
from hub.inspect.model import Inspection

NAMES = ("No.", "Compromiso", "Dependencia responsable", "Estatus")
ROWS = [(n, f"Publicar el padrón abierto número {n} del programa", "Secretaría de Finanzas", "En proceso") for n in range(1, 6)]  # fmt: skip
LIST = "".join(
    f"<li><strong>Compromiso {n}:</strong> {title}<p>Responsable: {who}</p></li>" for n, title, who, _ in ROWS
)
PAGE = "<html><head><title>{title}</title></head><body><h1>{heading}</h1>{body}</body></html>"
EXERCISE = (
    "<h1><strong>Oaxaca</strong>, ejercicio local de gobierno abierto</h1><p>El 9 de marzo de 2015 se firmó la declaratoria "
    "conjunta para integrarse al ejercicio local.</p><p>El plan de acción local se publicó el 3 de junio de 2016 y está integrado "
    f"por 5 compromisos:</p><ul>{LIST}</ul>"
)


def lines(first: str | None, cells: Sequence[str] = (), above: str = "") -> bytes:
    """A CSV, its first column of the given name and cells."""
    said = [above] if above else []
    said.append(",".join([*([first] if first else []), *NAMES]))
    for at, row in enumerate(ROWS):
        said.append(",".join([*([cells[at % len(cells)]] if first else []), *map(str, row)]))
    return "\n".join(said).encode()


def table() -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    return f"<table><tr>{''.join(f'<th>{name}</th>' for name in NAMES)}</tr>{rows}</table>"


def page(title: str, heading: str, body: str | None = None) -> bytes:
    return PAGE.format(title=title, heading=heading, body=table() if body is None else body).encode()


def inspected(data: bytes, state: str | None = "30", url: str = "https://x.org/datos", **asked: Any) -> Inspection:
    return inspect_bytes(data, url=url, asked=Asked(state=state, **asked))


OTHERS = {
    "a column of names": lines("Entidad federativa", ["Jalisco"]),
    "a column called Estado": lines("Estado", ["Jalisco"]),
    "a column of keys of the INEGI": lines("CVE_ENT", ["14"]),
    "a column called Clave INEGI": lines("Clave INEGI", ["14"]),
    "the titles of the plans": lines("Plan", ["Plan de Acción Local de Jalisco 2019-2020"]),
    "a line above the table": lines(None, above="Gobierno del Estado de Jalisco"),
    "the title of a page": page("Gobierno Abierto Jalisco", "Compromisos"),
    "the heading of a page": page("Gobierno abierto", "Estado de Jalisco", f"<ol>{LIST}</ol>"),
    "a member of a document": json.dumps(
        {"entidad": "Jalisco", "datos": [dict(zip(NAMES, row, strict=True)) for row in ROWS]}
    ).encode(),
}


@pytest.mark.parametrize("said", OTHERS)
def test_what_is_wholly_another_states_is_refused(said: str) -> None:
    found = inspected(OTHERS[said])
    assert found.failure is not None
    assert (found.failure.code, found.report.accepted, list(found.records)) == ("WRONG_STATE", 0, [])
    (told,) = found.report.findings
    assert (told.severity.value, told.code) == ("ERROR", "WRONG_STATE")
    assert "Jalisco" in told.message
    assert "Veracruz" in told.message


@pytest.mark.parametrize("said", OTHERS)
def test_the_same_is_read_for_its_own_state_and_for_nobodys(said: str) -> None:
    assert inspected(OTHERS[said], "14").report.accepted == 5
    assert inspected(OTHERS[said], None).report.accepted == 5


@pytest.mark.parametrize("connector", [None, "html_list"])
def test_a_page_that_its_own_connector_refuses_is_read_by_no_other(connector: str | None) -> None:
    found = inspected(EXERCISE.encode(), connector=connector)
    assert found.failure is not None
    assert (found.failure.code, found.report.accepted) == ("WRONG_STATE", 0)


def test_rows_of_another_state_among_the_own_keep_their_state_and_are_told() -> None:
    found = inspected(lines("Entidad federativa", ["Veracruz", "Jalisco"]))
    assert (found.failure, found.report.accepted) == (None, 5)
    (told,) = (one for one in found.report.findings if one.code == "OTHER_STATE")
    assert (told.severity.value, told.count, told.raw) == ("WARNING", 2, "Jalisco")
    assert "se publica como de Jalisco" in told.message


def test_a_declared_column_of_states_is_believed_over_the_title_of_the_page() -> None:
    data = lines("Entidad federativa", ["Veracruz"], above="Gobierno del Estado de Jalisco")
    assert inspected(data).report.accepted == 5


def test_a_site_of_another_states_government_is_told() -> None:
    found = inspected(lines(None), url="https://transparencia.jalisco.gob.mx/datos.csv")
    (told,) = (one for one in found.report.findings if one.code == "OTHER_STATE")
    assert "un sitio de Jalisco, no de Veracruz" in told.message
    own = inspected(lines(None), url="https://transparencia.veracruz.gob.mx/datos.csv")
    assert "OTHER_STATE" not in {one.code for one in own.report.findings}


def test_a_municipality_of_another_state_is_told_with_its_state() -> None:
    found = inspected(lines("Municipio", ["Guadalajara"]))
    (told,) = (one for one in found.report.findings if one.field == "municipality")
    assert "no es un municipio de Veracruz, sino de Jalisco" in told.message


def titles_of_tables(*titles: str) -> bytes:
    return page("Gobierno abierto", "Compromisos", "".join(f"<h2>{title}</h2>{table()}" for title in titles))


def test_tables_of_several_states_on_one_page_keep_their_own() -> None:
    found = inspected(titles_of_tables("Compromisos de Veracruz", "Compromisos de Jalisco"))
    assert (found.failure, found.report.accepted) == (None, 10)
    (told,) = (one for one in found.report.findings if one.code == "OTHER_STATE")
    assert (told.raw, told.count) == ("Jalisco", 5)


def test_tables_that_are_all_of_other_states_are_refused() -> None:
    found = inspected(titles_of_tables("Compromisos de Colima", "Compromisos de Jalisco"))
    assert found.failure is not None
    assert found.failure.code == "WRONG_STATE"


def test_tables_of_parts_of_a_plan_are_nobody_elses() -> None:
    found = inspected(titles_of_tables("Eje 1", "Eje 2. Ciudad de Puebla"))
    assert (found.failure, found.report.accepted) == (None, 10)
    assert "OTHER_STATE" not in {one.code for one in found.report.findings}


@pytest.mark.parametrize(
    ("locator", "own", "state"),
    [
        ("sheet 'Jalisco' row 4", "30", "Jalisco"), ("sheet 'JALISCO 2023' row 4", "30", "Jalisco"),
        ("sheet 'Jalisco' row 4", None, "Jalisco"), ("sheet 'Veracruz' row 4", "30", None),
        ("sheet 'Veracruz' row 4", "30193", None), ("sheet 'Seguimiento' row 4", "30", None),
        ("sheet 'México' row 4", "30", None), ("row 4", "30", None),
    ],
)  # fmt: skip
def test_a_sheet_called_after_a_state_is_that_states(locator: str, own: str | None, state: str | None) -> None:
    assert state_of_table(Row({}, locator), own) == state
