"""Addresses of Google spreadsheets, and what Google answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged, SourceRefused
from connectors.google_sheets import GoogleSheets, export_address
from tests.connectors.kit import Site, context, golden, harvest, mutate, snapshot, survives

HOST = "https://docs.google.com"
EXPORT = f"{HOST}/spreadsheets/d/1aB-c_D/export?format=csv"
CSV = "Compromiso,Estatus\nAbrir el presupuesto,En proceso\n"
FIELDS = {"title": "Compromiso", "status": "Estatus"}
LOGIN = (
    '<!doctype html><html><head><base href="https://accounts.google.com/v3/signin/"></head><body>Sign in</body></html>'
)


@pytest.mark.parametrize(
    ("url", "export"),
    [
        (f"{HOST}/spreadsheets/d/1aB-c_D/edit?usp=sharing", EXPORT),
        (f"{HOST}/spreadsheets/d/1aB-c_D/edit#gid=55", f"{EXPORT}&gid=55"),
        (f"{HOST}/spreadsheets/d/1aB-c_D/edit?gid=55#gid=55", f"{EXPORT}&gid=55"),
        (f"{HOST}/spreadsheets/u/1/d/1aB-c_D/view", EXPORT),
        (f"{HOST}/spreadsheets/d/1aB-c_D/export?format=xlsx&gid=7", f"{EXPORT}&gid=7"),
        (f"{HOST}/spreadsheets/d/1aB-c_D/gviz/tq?tqx=out:csv&gid=7", f"{EXPORT}&gid=7"),
        (f"{HOST}/spreadsheets/d/e/2PACX-1vQ_x/pubhtml?gid=3&single=true", f"{HOST}/spreadsheets/d/e/2PACX-1vQ_x/pub?output=csv&gid=3&single=true"),
        (f"{HOST}/spreadsheets/d/e/2PACX-1vQ_x/pubhtml", f"{HOST}/spreadsheets/d/e/2PACX-1vQ_x/pub?output=csv"),
        (f"{HOST}/spreadsheet/ccc?key=1aB-c_D", EXPORT),
    ],
)  # fmt: skip
def test_any_shared_address_becomes_the_csv_export(url: str, export: str) -> None:
    assert export_address(url) == export


def test_the_declared_sheet_wins_over_the_address() -> None:
    assert export_address(f"{HOST}/spreadsheets/d/1aB-c_D/edit#gid=55", 9).endswith("&gid=9")


@pytest.mark.parametrize("url", ["https://ejemplo.gob.mx/", f"{HOST}/document/x", f"{HOST}/spreadsheet/ccc?key=a/b"])
def test_an_address_of_no_spreadsheet_is_refused(url: str) -> None:
    with pytest.raises(SourceChanged, match="hoja de cálculo"):
        export_address(url)


@pytest.mark.anyio
async def test_the_sheet_is_read_as_csv() -> None:
    ctx = context(Site({EXPORT: CSV}), f"{HOST}/spreadsheets/d/1aB-c_D/edit?usp=sharing", fields=FIELDS)
    golden("google_sheets/drafts.json", await harvest(GoogleSheets(GoogleSheets.Options()), ctx))


@pytest.mark.anyio
async def test_a_login_page_is_a_refusal_with_its_remedy() -> None:
    ctx = context(Site({EXPORT: LOGIN}), f"{HOST}/spreadsheets/d/1aB-c_D/edit", fields=FIELDS)
    with pytest.raises(SourceRefused, match="comparta la hoja") as caught:
        await harvest(GoogleSheets(GoogleSheets.Options()), ctx)
    assert caught.value.code == "CHALLENGE"


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        GoogleSheets.Options(hoja=2)  # type: ignore[call-arg]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = mutate(data.draw(st.sampled_from([CSV, LOGIN])).encode(), data)
    survives(GoogleSheets(GoogleSheets.Options()), snapshot(body, EXPORT), context(fields=FIELDS))
