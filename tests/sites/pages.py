"""Which path publishes what."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from tests.sites import content, office
from tests.sites.content import Table, commitments


@dataclass(frozen=True)
class Page:
    """One address: a table, the format it is published in, and the media type declared."""

    table: Table
    render: Callable[[Table], bytes]
    content_type: str


@functools.cache
def rendered(page: Page) -> bytes:
    """The bytes of a page, made once."""
    return page.render(page.table)


_BANNER = ("Gobierno del Estado de Hidalgo", "Avances del Segundo Plan de Acción Local", "")


def _cp1252(table: Table) -> bytes:
    return content.as_csv(table, encoding="cp1252", delimiter=";", banner=_BANNER)


def _titled(table: Table) -> bytes:
    return office.as_xlsx(table, title="Primer Plan de Acción Local de Jalisco")


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGES: dict[str, Page] = {
    "/puebla/compromisos.csv": Page(commitments("puebla"), content.as_csv, "text/csv; charset=utf-8"),
    "/hidalgo/avances.csv": Page(commitments("hidalgo"), _cp1252, "text/csv"),
    "/tlaxcala/encabezado.csv": Page(commitments("tlaxcala").emptied(), content.as_csv, "text/csv; charset=utf-8"),
    "/tlaxcala/vacio.csv": Page(commitments("tlaxcala"), lambda _: b"", "text/csv"),
    "/jalisco/compromisos.xlsx": Page(commitments("jalisco"), _titled, _XLSX),
    "/queretaro/plan.html": Page(commitments("queretaro"), content.as_html_table, "text/html; charset=utf-8"),
    "/colima/compromisos.html": Page(commitments("colima"), content.as_html_list, "text/html; charset=utf-8"),
    "/michoacan/ejercicio.html": Page(
        commitments("michoacan", 6), content.as_exercise_page, "text/html; charset=utf-8"
    ),
    "/sonora/api/compromisos": Page(commitments("sonora"), content.as_json, "application/json"),
    "/nayarit/plan.pdf": Page(commitments("nayarit"), office.as_pdf, "application/pdf"),
    "/nayarit/escaneado.pdf": Page(commitments("nayarit"), lambda _: office.scanned_pdf(), "application/pdf"),
}
