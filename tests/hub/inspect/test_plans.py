"""hub.inspect.plans: two sheets, or two tables under two headings, that are named as two plans are two plans."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from hub.inspect import inspect_bytes
from tests.sites.content import Table, commitments

FIRST, SECOND = commitments("puebla", 5), commitments("puebla", 4)


def workbook(*sheets: tuple[str, Table]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, table in sheets:
        page = book.add_worksheet(name)
        for number, row in enumerate((table.columns, *table.rows)):
            page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def page(*tables: tuple[str, Table]) -> bytes:
    parts = ["<html lang=es><h1>Compromisos de gobierno abierto</h1>"]
    for heading, table in tables:
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table.rows)
        head = "".join(f"<th>{name}</th>" for name in table.columns)
        parts.append(f"{heading}<div><table><tr>{head}</tr>{rows}</table></div>")
    return "".join(parts).encode()


def codes(body: bytes, name: str) -> tuple[object, int, list[str]]:
    """The proposed plan, how many commitments are accepted, and the codes they would have."""
    found = inspect_bytes(body, url=f"https://estado.example/{name}")
    return found.report.proposed_fields.get("plan"), found.report.accepted, [record.code for record in found.records]


WANTED = [*(f"MX-NAC-PAL-1-C{n}" for n in range(1, 6)), *(f"MX-NAC-PAL-2-C{n}" for n in range(1, 5))]


def test_a_sheet_a_plan() -> None:
    book = workbook(("Primer PAL", FIRST), ("Segundo PAL", SECOND))
    assert codes(book, "libro.xlsx") == ("(título)", 9, WANTED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<h2>Primer Plan de Acción Local 2018-2019</h2>", "<h2>Segundo Plan de Acción Local</h2>"),
        ("<h3>Plan de Acción Local 1</h3><p>Texto.</p>", "<h3>Plan de Acción Local 2</h3>"),
    ],
)
def test_a_table_under_a_heading_a_plan(one: str, other: str) -> None:
    assert codes(page((one, FIRST), (other, SECOND)), "planes.html") == ("(título)", 9, WANTED)


def test_a_caption_names_its_table_before_a_heading_does() -> None:
    captions = ["<caption>Primer Plan de Acción Local</caption>", "<caption>Segundo Plan de Acción Local</caption>"]
    body = page(("<h2>Avances</h2>", FIRST), ("", SECOND)).decode()
    first, second, third = body.split("<table>")
    assert codes(f"{first}<table>{captions[0]}{second}<table>{captions[1]}{third}".encode(), "x.html")[0] == "(título)"


def test_sheets_that_name_no_plan_are_one() -> None:
    plan, accepted, _ = codes(workbook(("Gobierno", FIRST), ("Sociedad civil", SECOND)), "libro.xlsx")
    assert (plan, accepted) == (None, 9)


def test_a_plan_that_each_row_tells_stays() -> None:
    tables = [Table((*t.columns, "Plan"), tuple((*row, "Tercer PAL") for row in t.rows)) for t in (FIRST, SECOND)]
    plan, _, found = codes(workbook(("Primer PAL", tables[0]), ("Segundo PAL", tables[1])), "libro.xlsx")
    assert plan == "Plan"
    assert all("-PAL-3-" in code for code in found)


def table(*lines: str) -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("|")) + "</tr>" for line in lines)
    return f"<table>{rows}</table>"


AXIS = table(
    "No.|Compromiso|Responsable|Estatus", "1|Abrir el padrón|Finanzas|Cumplido", "2|Medir la obra|Obras|En proceso"
)


def test_a_table_with_a_column_more_and_another_order_is_read_with_the_others() -> None:
    more = table("No.|Responsable|Compromiso|Avance|Estatus", "3|Salud|Publicar el gasto|40%|En proceso")
    found = inspect_bytes(f"<h2>Eje 1</h2>{AXIS}<h2>Eje 2</h2>{more}".encode())
    assert found.source.fields["progress"] == {"column": "Avance", "optional": True}
    assert [(r.code[-2:], r.title, r.progress, r.locator) for r in found.records] == [
        ("C1", "Abrir el padrón", None, "table 1 row 2"), ("C2", "Medir la obra", None, "table 1 row 3"),
        ("C3", "Publicar el gasto", 40, "table 2 row 2"),
    ]  # fmt: skip


def test_a_table_of_milestones_or_activities_is_no_further_list_of_commitments() -> None:
    for name in ("Hito", "Actividad"):
        other = table(
            f"No.|Compromiso|{name}|Responsable|Estatus", "1|Abrir el padrón|Publicar la base|Finanzas|Cumplido"
        )
        found = inspect_bytes(f"<h2>Compromisos</h2>{AXIS}<h2>Detalle</h2>{other}".encode())
        assert len({record.locator.partition(" row")[0] for record in found.records}) == 1
