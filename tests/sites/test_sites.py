"""The imitation sites publish what they say, and count what they are asked."""

from __future__ import annotations

import httpx
import pytest
from python_calamine import CalamineWorkbook

from tests.sites import Fault, Sites
from tests.sites.pages import PAGES


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_served_with_validators(path: str, sites: Sites) -> None:
    first = httpx.get(sites.url(path))
    assert first.status_code == 200
    again = httpx.get(sites.url(path), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert sites.counts()[path] == 2


def test_the_workbook_holds_its_table_below_a_merged_title(sites: Sites) -> None:
    from io import BytesIO

    book = CalamineWorkbook.from_object(BytesIO(httpx.get(sites.url("/jalisco/compromisos.xlsx")).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[2][:2] == ["No.", "Compromiso"]
    assert len(rows) == 3 + 8


def test_the_pdf_has_a_ruled_table_and_the_scan_has_no_text(sites: Sites) -> None:
    from io import BytesIO

    import pdfplumber

    with pdfplumber.open(BytesIO(httpx.get(sites.url("/nayarit/plan.pdf")).content)) as pdf:
        table = pdf.pages[0].extract_table()
        assert table is not None
        assert table[0][0] == "No."
        assert len(table) == 9
    with pdfplumber.open(BytesIO(httpx.get(sites.url("/nayarit/escaneado.pdf")).content)) as pdf:
        assert not pdf.pages[0].extract_text()


def test_a_fault_lasts_as_long_as_it_was_set(sites: Sites) -> None:
    path = "/puebla/compromisos.csv"
    sites.set(path, Fault.SERVER_ERROR, times=2)
    sites.set(path, Fault.HALF_ROWS)
    answers = [httpx.get(sites.url(path)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [500, 500, 200, 200]
    assert answers[3].text.count("\r\n") == 1 + 4
    sites.set(path, None)
    assert httpx.get(sites.url(path)).text.count("\r\n") == 1 + 8


def test_half_the_rows_go_in_every_format(sites: Sites) -> None:
    for path in ("/queretaro/plan.html", "/colima/compromisos.html", "/sonora/api/compromisos", "/hidalgo/avances.csv"):
        whole = httpx.get(sites.url(path)).content
        sites.set(path, Fault.HALF_ROWS)
        assert len(httpx.get(sites.url(path)).content) < len(whole) * 0.8
