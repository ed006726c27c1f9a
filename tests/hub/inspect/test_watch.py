"""hub.inspect.watch: how much work an inspection is, what it leaves, and what it says of that."""

from __future__ import annotations

from collections.abc import Callable

from connectors.html_page import page
from connectors.page_tables import PageTables
from connectors.table import Reading
from hub.inspect.candidates import MOST
from hub.inspect.cut import MOST_ELEMENTS
from hub.inspect.engine import Asked, inspect_bytes
from hub.inspect.model import Inspection
from hub.inspect.watch import Watch

NAMES = "<tr><th>No.<th>Compromiso<th>Dependencia responsable<th>Estatus"
ROW = "<tr><td>{n}<td>Publicar los contratos abiertos del estado, número {n}<td>Secretaría de Finanzas<td>Cumplido"
SMALL = "<table><tr><td>Lunes<td>9:00<td>14:00</table>"


def body(*parts: str) -> bytes:
    return f"<html><body><h1>Compromisos de gobierno abierto</h1>{''.join(parts)}</body></html>".encode()


def commitments(count: int) -> str:
    return f"<table>{NAMES}{''.join(ROW.format(n=n) for n in range(1, count + 1))}</table>"


def inspected(data: bytes, watch: Watch | None = None) -> Inspection:
    return inspect_bytes(
        data, url="https://x.gob.mx/plan.html", media_type="text/html", asked=Asked(watch=watch or Watch())
    )


def codes(found: Inspection) -> set[str]:
    return {finding.code for finding in found.report.findings}


def ticking(step: float) -> Callable[[], float]:
    """A clock that moves with each look at it."""
    at = [0.0]

    def look() -> float:
        at[0] += step
        return at[0]

    return look


def test_of_many_tables_the_likeliest_are_looked_at_and_the_number_of_the_others_is_told() -> None:
    found = inspected(body(SMALL * (MOST + 20), commitments(6)))
    assert found.report.place == f"tabla {MOST + 21}"
    assert found.report.accepted == 6
    (told,) = (finding for finding in found.report.findings if finding.code == "TABLES_NOT_LOOKED_AT")
    assert f"las {MOST} tablas" in told.message
    assert " 21 más" in told.message
    assert "table" in told.remedy


def test_where_every_table_is_looked_at_nothing_is_said_of_it() -> None:
    assert not codes(inspected(body(SMALL * 3, commitments(6)))) & {"TABLES_NOT_LOOKED_AT", "TIME_USED_UP"}


def test_among_tables_without_names_the_longest_are_the_likeliest() -> None:
    long = "<table>" + "<tr><td>Lunes<td>9:00<td>14:00" * 5 + "</table>"
    tables = PageTables(page(body(SMALL * 10, long, SMALL * 10, commitments(1), SMALL), Reading(), None))
    assert tables.likeliest(2) == [11, 22]
    assert len(tables.likeliest(22)) == 22
    assert tables.likeliest(23) == list(range(1, 24))


def test_when_the_time_is_used_up_what_was_found_is_reported_with_a_remedy() -> None:
    found = inspected(body(commitments(6), SMALL * 30), Watch(3.0, ticking(1.0)))
    assert found.report.accepted == 6
    (told,) = (finding for finding in found.report.findings if finding.code == "TIME_USED_UP")
    assert "se agotó el tiempo" in told.message
    assert "CSV o XLSX" in told.remedy


def test_when_the_time_is_used_up_before_anything_was_found_the_page_is_refused_with_the_remedy() -> None:
    found = inspected(body("<table><tr></table>" * 9, commitments(6)), Watch(0.0, ticking(1.0)))
    assert found.failure is not None
    assert "indique el conector" in found.failure.reason
    assert found.report.accepted == 0


def test_each_inspection_has_a_budget_of_its_own() -> None:
    watch = Watch(40.0, ticking(1.0))
    for _ in range(3):
        assert "TIME_USED_UP" not in codes(inspected(body(SMALL * 5, commitments(6)), watch))


def test_what_spans_make_too_large_is_told_as_that() -> None:
    found = inspected(body("<table>", "<tr><td rowspan=1000 colspan=1000>a" * 500, "</table>"))
    assert found.failure is not None
    assert "rowspan" in found.failure.reason


def test_of_a_long_page_the_beginning_is_looked_at_and_its_length_is_told() -> None:
    found = inspected(body(commitments(6), "<p>Aviso</p>" * MOST_ELEMENTS))
    assert found.report.accepted == 6
    (told,) = (finding for finding in found.report.findings if finding.code == "ELEMENTS_NOT_LOOKED_AT")
    assert f"tiene {MOST_ELEMENTS + 9:,} elementos" in told.message  # a heading, a table, seven rows
    assert f"los primeros {MOST_ELEMENTS:,}" in told.message
    assert "CSV o XLSX" in told.remedy


def test_a_page_of_just_that_length_is_looked_at_whole() -> None:
    found = inspected(body(commitments(6), "<p>Aviso</p>" * (MOST_ELEMENTS - 9)))
    assert "ELEMENTS_NOT_LOOKED_AT" not in codes(found)


def test_where_the_list_stands_behind_what_was_looked_at_the_refusal_says_so() -> None:
    found = inspected(body("<p>Aviso</p>" * MOST_ELEMENTS, commitments(6)))
    assert found.failure is not None
    assert codes(found) == {"UNREADABLE", "ELEMENTS_NOT_LOOKED_AT"}


def test_rows_are_read_until_the_budget_is_used_up_and_their_number_is_told() -> None:
    lines = "\n".join(f"{n},Publicar el padrón {n} de obras,Secretaría de Finanzas,Cumplido" for n in range(1, 4001))
    data = f"No.,Compromiso,Dependencia responsable,Estatus\n{lines}".encode()
    found = inspect_bytes(data, url="https://x.gob.mx/plan.csv", asked=Asked(watch=Watch(3.0, ticking(1.0))))
    (told,) = (finding for finding in found.report.findings if finding.code == "ROWS_NOT_LOOKED_AT")
    assert 0 < found.report.rows < 4000
    assert f"las primeras {found.report.rows:,} filas" in told.message
    assert found.report.accepted == found.report.rows
    whole = inspect_bytes(data, url="https://x.gob.mx/plan.csv", asked=Asked())
    assert whole.report.accepted == 4000
    assert "ROWS_NOT_LOOKED_AT" not in codes(whole)
