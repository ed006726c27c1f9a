"""What a browser measures of each main page on loopback: bytes over the wire, requests, first contentful paint.

    python bench/browser.py [--times 5] [--width 1280]

A hub of the bundled country is harvested into a temporary folder and served in a process of its own, as `hub serve` does; Debian's
Chromium opens each page in a fresh profile, so that nothing comes from its cache. The median of several times is told.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from typing import Any

from pages import served  # type: ignore[import-not-found]

PAGES = (
    "/", "/compromisos", "/compromisos/JAL0008", "/estados", "/estados/14", "/planes", "/planes/MX-JAL-PAL-2", "/ods", "/ods/16",
    "/eventos", "/conciliacion", "/fuentes", "/fuentes/bundled", "/conectar", "/consultas", "/descargas", "/acerca",
)  # fmt: skip
PAINT = """
() => new Promise(told => {
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  const tell = () => {
    const all = [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")];
    told({paint: painted().startTime, bytes: all.reduce((sum, one) => sum + one.transferSize, 0), requests: all.length});
  };
  if (painted()) tell();
  else new PerformanceObserver(() => painted() && tell()).observe({type: "paint", buffered: true});
})
"""


def measured(browser: Any, address: str, width: int) -> dict[str, float]:
    """One page once, by a browser that has never seen it."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="es-MX")
    try:
        page = context.new_page()
        page.goto(address, wait_until="load")
        found: dict[str, float] = page.evaluate(PAINT)
        return found
    finally:
        context.close()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--width", type=int, default=1280)
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt install chromium")
    from playwright.sync_api import sync_playwright

    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with served() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        sys.stdout.write("| page | transferred, kB | requests | first contentful paint, ms |\n|---|--:|--:|--:|\n")
        for path in PAGES:
            address = f"http://127.0.0.1:{port}{path}"
            all_times = [measured(browser, address, given.width) for _ in range(given.times)]
            paint = statistics.median(one["paint"] for one in all_times)
            last = all_times[-1]
            sys.stdout.write(f"| {path} | {last['bytes'] / 1000:.1f} | {last['requests']:.0f} | {paint:.0f} |\n")
            sys.stdout.flush()
        browser.close()


if __name__ == "__main__":
    main()
