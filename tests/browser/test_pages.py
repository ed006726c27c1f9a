"""The pages in a real browser: they fit, they load under their policy, they can be walked by keyboard, without JavaScript too.

Screenshots of every page go to the git-ignored folder tests/.screenshots, for people to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hub.web import map_assets
from tests.browser.kit import LANGUAGES, SHOTS, WIDTHS, listened, opened, serving, violations
from tests.hub.web import country

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PAGES = {
    "pais": "/", "compromisos": "/compromisos", "busqueda": "/compromisos?text=agua", "vacia": "/compromisos?text=zzzz",
    "compromiso": "/compromisos/MXROO0006", "estados": "/estados", "estado": "/estados/14", "sin-plan": "/estados/01",
    "planes": "/planes", "plan": "/planes/MX-JAL-PAL-2", "ods": "/ods", "ods-16": "/ods/16", "eventos": "/eventos",
    "conciliacion": "/conciliacion", "fuentes": "/fuentes", "fuente": "/fuentes/bundled", "muerta": "/fuentes/muerta",
    "conectar": "/conectar", "consultas": "/consultas", "descargas": "/descargas", "acerca": "/acerca", "otro-dia": "/?as_of=2016-05-03",
    "otro-dia-estado": "/estados/14?as_of=2016-05-03", "no-esta": "/compromisos/JAL0088", "mal": "/?ods=99",
    "por-venir": "/?as_of=2999-01-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub that has read the bundled country."""
    return country.make(tmp_path_factory.mktemp("pais"))


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The address of a hub of the bundled country, served in a thread, as it is before `make assets`."""
    yield from serving(folder)


@pytest.fixture(scope="module")
def mapped(folder: Path, npm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the same hub where `make assets` has fetched the map."""
    assets = tmp_path_factory.mktemp("assets")
    if map_assets.main(assets / "map") != 0:
        pytest.skip("npm could not bring the map")
    yield from serving(folder, assets)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_loads_under_its_policy(
    browser: Browser, address: str, name: str, width: int, language: str
) -> None:
    context = opened(browser, width, language)
    page = context.new_page()
    troubles = listened(page)
    page.goto(address + PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{width}-{language}.png", full_page=True)
    context.close()
    assert troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(browser: Browser, address: str, npm: Path, name: str, width: int, scheme: str) -> None:
    context = opened(browser, width, "es", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(address + PAGES[name])
    told = violations(page, npm)
    context.close()
    assert told == []


@pytest.mark.parametrize("drawn", ["address", "mapped"])
def test_the_keyboard_leads_from_the_map_to_a_commitment(
    browser: Browser, request: pytest.FixtureRequest, drawn: str
) -> None:
    address = request.getfixturevalue(drawn)
    context = opened(browser, 1280, "es")
    page = context.new_page()
    page.goto(address)
    assert page.locator(".map.land" if drawn == "mapped" else ".map.tiles").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")

    def press_until(condition: str, at_most: int) -> None:
        for _ in range(at_most):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const at = document.activeElement; return {condition} }})()"):
                return
        pytest.fail(f"Tab never came to {condition}")

    press_until("at.closest('.map') && at.getAttribute('href') === '/estados/14'", 40)
    assert "17 compromisos" in str(page.evaluate("document.activeElement.querySelector('title').textContent"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/estados/14")
    press_until("(at.getAttribute('href') || '').startsWith('/compromisos/JAL')", 80)
    page.keyboard.press("Enter")
    page.wait_for_url("**/compromisos/JAL*")
    assert page.locator("h1").count() == 1
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_works_without_javascript(browser: Browser, address: str, width: int) -> None:
    context = opened(browser, width, "es", java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.select_option("select[name=state]", "14")
    page.click(".filters button")
    assert "state=14" in page.url
    assert page.locator("h1 strong").inner_text() == "17"
    page.goto(address + "/compromisos")
    if width < 992:
        page.click(".facets summary")
    assert page.locator(".facets a:has-text('Durango')").is_visible()
    page.fill("input[name=text]", "agua")
    page.click("form.search button")
    assert "text=agua" in page.url
    page.click(".facets a:has-text('Durango')")
    assert "state=10" in page.url
    page.click(".list h3 a >> nth=0")
    assert "/compromisos/" in page.url
    page.click(".query summary >> nth=0")
    assert page.locator(".query[open]").count() == 1
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/", "/estados"])
def test_the_map_as_it_lies_fits_and_axe_finds_no_violation(
    browser: Browser, mapped: str, npm: Path, path: str, width: int, scheme: str
) -> None:
    context = opened(browser, width, "es", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(mapped + path)
    assert page.locator(".map.land a").count() == 32
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"mapa{path.replace('/', '-')}-{width}-{scheme}.png", full_page=True)
    told = violations(page, npm)
    context.close()
    assert told == []


def test_pages_turn_forward_and_back(browser: Browser, address: str) -> None:
    context = opened(browser, 1280, "es", java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/compromisos?order=title")
    first = page.locator(".list h3").all_inner_texts()
    page.click(".pager a[rel^=next]")
    second = page.locator(".list h3").all_inner_texts()
    assert not set(first) & set(second)
    page.click(".pager a[rel^=prev]")
    assert page.locator(".list h3").all_inner_texts() == first
    context.close()


def test_a_query_is_copied_as_it_is_shown(browser: Browser, address: str) -> None:
    context = opened(browser, 1280, "es", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + "/consultas")
    shown = page.locator(".question pre code").first.inner_text()
    page.click(".question .copy >> nth=0")
    page.wait_for_function("document.querySelector('.question .copy').textContent === 'Copiada'")
    assert page.evaluate("navigator.clipboard.readText()") == shown
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_to_be_pressed_is_large_enough(browser: Browser, address: str, width: int) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 CSS pixels, for what stands alone: the map, buttons, the main navigation."""
    context = opened(browser, width, "es")
    page = context.new_page()
    page.goto(address)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.map a rect, button:not([hidden]), .top nav a')].map(e => e.getBoundingClientRect())"
        ".map(box => Math.min(box.width, box.height))"
    )
    context.close()
    assert len(sizes) > 32
    assert min(sizes) >= 24
