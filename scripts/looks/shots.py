"""Takes the pictures: Debian's Chromium, one window at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.looks.country import PROOF, TOKEN
from scripts.looks.pages import Look
from tests.browser.kit import opened
from tests.sites import Sites

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TALLEST = 10_200
"""Pixels of a page that are kept."""
PAPER = {"width": 816, "height": 1056}
"""A letter page at 96 pixels an inch."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where pictures are taken and kept.

    Attributes:
        hubs: the address of each hub, by the names that `Look.hub` uses.
        cookies: of the operator, who signs in once.
    """

    browser: Browser
    hubs: Mapping[str, str]
    sites: Sites
    folder: Path
    cookies: list[Any] = field(default_factory=list)

    @contextmanager
    def window(self, width: int, language: str, *, operator: bool = False, **more: Any) -> Iterator[Page]:
        """A window of somebody; of the operator, signed in."""
        context = opened(self.browser, width, language, **more)
        try:
            page = context.new_page()
            if operator and self.cookies:
                context.add_cookies(self.cookies)
            elif operator:
                page.goto(f"{self.hubs['lived']}/operacion")
                page.fill("input[name=token]", TOKEN)
                page.click("main button")
                page.wait_for_selector(".who")
                self.cookies.extend(context.cookies())
            yield page
        finally:
            context.close()

    def take(self, page: Page, name: str) -> Path:
        """A picture of all of a page, no more than `TALLEST` of it; tells of what does not fit."""
        path = self.folder / f"{name}.png"
        size = page.viewport_size
        assert size is not None
        wide, high = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        if wide > size["width"]:
            print(f"{name}: {wide} px wide in {size['width']}")
        page.screenshot(
            path=path, full_page=True, clip={"x": 0, "y": 0, "width": size["width"], "height": min(high, TALLEST)}
        )
        return path

    def go(self, page: Page, look: Look, language: str) -> None:
        """Open a look's page."""
        page.goto(self.hubs[look.hub] + look.path.format(lang=language))
        if look.follow:
            page.goto(self.hubs[look.hub] + str(page.locator(look.follow).first.get_attribute("href")))
        if look.path == "/graphql":
            page.wait_for_selector(".graphiql-container")

    def look(self, look: Look, width: int, languages: tuple[str, ...], scheme: str = "light") -> list[Path]:
        """A look in some languages."""
        found = []
        for language in languages:
            with self.window(width, language, operator=look.operator, color_scheme=scheme) as page:
                self.go(page, look, language)
                found.append(self.take(page, f"{look.name}-{width}-{language}-{scheme}"))
        return found

    def printed(self, look: Look, language: str) -> Path:
        """The first sheet of paper, as the print style makes it."""
        with self.window(PAPER["width"] - 96, language) as page:
            page.emulate_media(media="print")
            self.go(page, look, language)
            path = self.folder / f"{look.name}-papel-{language}.png"
            page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": 720, "height": 3 * 960})
            return path

    def connecting(self, width: int, language: str) -> list[tuple[str, Path]]:
        """The form of /conectar, step by step: (what it shows, picture)."""
        found: list[tuple[str, Path]] = []
        key = f"alcaldia-{width}-{language}"
        csv = self.sites.url("/puebla/compromisos.csv")
        with self.window(width, language) as page:

            def keep(what: str) -> None:
                found.append((what, self.take(page, f"conectar-{len(found) + 1}-{width}-{language}")))

            def send(**filled: str) -> None:
                for name, value in filled.items():
                    page.fill(f"input[name={name}]", value)
                page.click("main form.steps button")
                page.wait_for_load_state()

            address = self.hubs["lived"] + "/conectar"
            page.goto(address)
            keep("inicio")
            send(url="https://no-existe.invalid/x.csv", state="Atlántida")
            keep("errores")
            page.goto(address)
            send(url=self.sites.url("/tlaxcala/encabezado.csv"))
            keep("vista previa sin compromisos")
            page.goto(address)
            send(url=f"{csv}?{width}{language}", title="Compromisos de la alcaldía", state="Puebla")
            keep("vista previa")
            page.eval_on_selector("form.steps:has([name=key])", "form => form.noValidate = true")
            send(key="a b", contact="no es un correo", schedule="cada luna")
            keep("registro con errores")
            send(
                key=key,
                contact="datos@alcaldia.example",
                schedule="daily",
                title="Compromisos de la alcaldía",
                state="Puebla",
            )
            keep("registrada: la prueba")
            body = page.locator("pre code").all_inner_texts()[-1]
            page.click("form[action^='/conectar/'] button")
            page.wait_for_load_state()
            keep("prueba que no está")
            self.sites.add(PROOF, body.encode() + b"\n", "text/plain")
            page.click("form[action^='/conectar/'] button")
            page.wait_for_load_state()
            keep("comprobada, en espera de revisión")
            page.goto(f"{address}/registro-no-aceptado")
            keep("no aceptada")
            page.goto(f"{address}/nada-de-eso")
            keep("registro desconocido")
        return found
