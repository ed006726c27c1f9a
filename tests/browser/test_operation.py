"""The operator's page in a real browser: signed in, acted upon and left without JavaScript; it fits, and axe finds nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hub.app import Hub
from hub.config import load
from hub.model import SourceState, UnmatchedValue
from hub.store.decisions import DuplicateCandidate
from hub.store.records import SourceRecord
from hub.store.registration import AuditEntry, Challenge
from tests.browser.kit import LANGUAGES, SHOTS, WIDTHS, listened, opened, serving, violations
from tests.hub.web import country

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
SECTIONS = {
    "registros": "/operacion", "valores": "/operacion/valores", "duplicados": "/operacion/duplicados",
    "fuentes": "/operacion/fuentes", "bitacora": "/operacion/bitacora",
}  # fmt: skip


async def _fill(folder: Path, token: str) -> None:
    """Something to do in every part of the page."""
    now = datetime.now(UTC)
    async with Hub(load(folder / "config.toml", {})) as hub:
        await hub.prepare()
        store = hub.store
        await store.add_token(token, role="operator", name="Quien opera", now=now)
        for number, title in enumerate(("Plan de un municipio con un nombre muy largo", "Tablero de avances"), 1):
            record = SourceRecord(
                key=f"registro-{number}", title=title, connector="csv", url=f"https://datos.example/{number}.csv",
                jurisdiction="21", origin="registered", state=SourceState.PENDING, created_at=now,
                verified_at=now if number == 1 else None, contact="datos@puebla.example", reason="Por revisar.",
                fields={"title": "Compromiso"},
            )  # fmt: skip
            challenge = Challenge(
                source=record.key, url="https://datos.example/x", body="x", created_at=now,
                expires_at=now + timedelta(days=7),
            )  # fmt: skip
            entry = AuditEntry(at=now, actor="public", action="register", source=record.key, detail={"url": record.url})
            taken = await store.register_source(
                record, challenge, secret=None, entry=entry, address_of=str, gives_way=lambda _, __: False
            )
            assert taken is None
        values = [
            UnmatchedValue(field="status", raw="Vamos a medio camino", count=3, suggestion="IN_PROGRESS"),
            UnmatchedValue(field="institution", raw="Secretaría de Algo Que No Existe " * 3, count=1),
        ]
        await store.note_unmatched("hostil", values, now=now)
        codes = [stored.code async for batch in store.export_records("commitment") for stored in batch][:2]
        found = DuplicateCandidate(code_a=codes[0], code_b=codes[1], score=93.5, found_at=now, reason="Títulos iguales")
        await store.add_candidates([found])


@pytest.fixture(scope="module")
def token() -> str:
    return secrets.token_urlsafe(32)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, token: str) -> Iterator[str]:
    """The address of a hub whose every queue has something in it."""
    folder = country.make(tmp_path_factory.mktemp("operacion"))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(_fill(folder, token))).result()
    yield from serving(folder)


def signed_in(context: BrowserContext, address: str, token: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/operacion")
    page.fill("input[name=token]", token)
    page.click("main button")
    page.wait_for_selector(".who")
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_part_fits_and_loads_under_its_policy(
    browser: Browser, address: str, token: str, width: int, language: str
) -> None:
    context = opened(browser, width, language)
    page = signed_in(context, address, token)
    troubles = listened(page)
    SHOTS.mkdir(exist_ok=True)
    for name, path in SECTIONS.items():
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.screenshot(path=SHOTS / f"operacion-{name}-{width}-{language}.png", full_page=True)
    context.close()
    assert troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation(browser: Browser, address: str, token: str, npm: Path, width: int, scheme: str) -> None:
    context = opened(browser, width, "es", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/operacion")  # the sign-in form first
    told = violations(page, npm)
    page.close()
    page = signed_in(context, address, token)
    for path in SECTIONS.values():
        page.goto(address + path)
        told += violations(page, npm)
    context.close()
    assert told == []


def test_an_operator_works_without_javascript_and_leaves_nothing_behind(
    browser: Browser, address: str, token: str
) -> None:
    context = opened(browser, 390, "es", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/operacion/valores?fuente=hostil")
    page.fill("input[name=token]", "no-es-este")
    page.click("main button")
    assert "no existe o ya no vale" in page.inner_text("[role=alert]")
    page.goto(f"{address}/operacion/valores?fuente=hostil")
    page.fill("input[name=token]", token)
    page.click("main button")
    assert page.url == f"{address}/operacion/valores"
    page.goto(f"{address}/operacion/valores?fuente=hostil")
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/operacion")
    assert token not in str(context.cookies())

    page.select_option("select[name=valor] >> nth=0", "IN_PROGRESS")
    page.click("button[value=guardar] >> nth=0")
    assert "Vamos a medio camino" in page.inner_text("section[aria-labelledby=decididos]")
    assert "decidió un valor de hostil" in page.inner_text("[role=status]")
    page.click("nav.order a:has-text('Posibles duplicados')")
    page.click("button[value=dos] >> nth=0")
    assert "Ningún par espera decisión" in page.inner_text("main")
    page.click("nav.order a:has-text('Registros')")
    page.fill("textarea[name=comentario] >> nth=0", "Bienvenidos.")
    page.click("button[value=aprobar] >> nth=0")
    assert "aprobó registro-1" in page.inner_text("[role=status]")
    page.click("nav.order a:has-text('Fuentes')")
    page.click("button[aria-label='Pausar: registro-1']")
    assert page.locator("button[aria-label='Reanudar: registro-1']").count() == 1
    page.click(".who button")
    assert page.locator("input[name=token]").count() == 1
    assert context.cookies() == []
    context.close()
