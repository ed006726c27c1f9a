"""What tests in a browser share: a hub served in a thread, windows of two widths, and what a browser complains of."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from hub.config import load
from hub.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SHOTS = Path(__file__).resolve().parents[1] / ".screenshots"
WIDTHS = (1280, 390)
LANGUAGES = ("es", "en")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"


def serving(folder: Path, assets: Path | None = None) -> Iterator[str]:
    """The address of the hub of a folder, served in a thread.

    Args:
        assets: what `make assets` fetched; None: nothing.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    site = Site(load(folder / "config.toml", {}), assets=assets or folder / "none")
    settings = uvicorn.Config(site, log_level="error", lifespan="on")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server took too long to start"
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
    listener.close()


def opened(browser: Browser, width: int, language: str, **more: Any) -> BrowserContext:
    """A window of a width, of somebody who reads a language."""
    locale = {"es": "es-MX", "en": "en-US"}[language]
    return browser.new_context(viewport={"width": width, "height": 900}, locale=locale, **more)


def listened(page: Page) -> list[str]:
    """What the browser complains of on a page, and each request that leaves the hub."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    # A page that is a 404 or a 400 is itself reported as a failed load.
    page.on("console", lambda message: troubles.append(message.text) if "Failed to load" not in message.text else None)
    page.on("request", lambda request: troubles.append(request.url) if "//127.0.0.1:" not in request.url else None)
    return troubles


def violations(page: Page, npm: Path) -> list[str]:
    """What axe finds wrong with a page, three places of each."""
    page.add_script_tag(path=npm / "node_modules" / "axe-core" / "axe.min.js")
    return [
        f"{page.url} {item['id']}: {node['target']} {node['failureSummary']}"
        for item in page.evaluate(AXE)["violations"]
        for node in item["nodes"][:3]
    ]
