"""Pictures of every page and state, and contact sheets of them with an index.

    python -m scripts.looks [--into FOLDER] [--only NAME …] [--width 1280 390] [--language es en]

A hub with half a year behind it is made up in a temporary folder and served on loopback, with what `make assets` fetched
and without it. Needs Debian's Chromium. Nothing here judges: axe and the tests of tests/browser do; this is for eyes.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hub.site import ASSETS
from scripts.looks import country
from scripts.looks.pages import LOOKS, Look
from scripts.looks.sheets import sheets
from scripts.looks.shots import Studio
from tests.browser.kit import ARGUMENTS, LANGUAGES, SHOTS, WIDTHS, serving
from tests.sites import Sites

CONNECT = "conectar"


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    """Four hubs and a browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt install chromium")
    from playwright.sync_api import sync_playwright

    with ExitStack() as stack:
        here = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="miradas-")))
        sites = stack.enter_context(Sites())
        places = {name: here / name for name in ("lived", "stale", "empty")}
        for place in places.values():
            place.mkdir()
        country.lived(places["lived"], sites)
        country.stale(places["stale"], places["lived"], sites)
        country.empty(places["empty"])
        hubs = {name: stack.enter_context(contextmanager(serving)(place, ASSETS)) for name, place in places.items()}
        hubs["bare"] = stack.enter_context(contextmanager(serving)(places["lived"]))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        stack.callback(browser.close)
        yield Studio(browser, hubs, sites, folder)


def sheets_of(studio: Studio, look: Look, given: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    """The sheets of one look, each with what it shows."""
    languages = tuple(given.language)
    for width in given.width:
        for path in sheets(f"{look.name}-{width}", studio.look(look, width, languages), given.into):
            yield path, f"{look.says}; {look.path}; {width} px, {', '.join(languages)}"
        if look.dark:
            dark = studio.look(look, width, languages[:1], "dark")
            for path in sheets(f"{look.name}-{width}-oscuro", dark, given.into):
                yield path, f"{look.says}; {look.path}; {width} px, oscuro"
    if look.printed:
        paper = [studio.printed(look, language) for language in languages]
        for path in sheets(f"{look.name}-papel", paper, given.into):
            yield path, f"{look.says}; {look.path}; como se imprime"


def connect_sheets(studio: Studio, given: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    """The sheets of the form of /conectar."""
    for width in given.width:
        for language in given.language:
            steps = studio.connecting(width, language)
            for path in sheets(
                f"{CONNECT}-{width}-{language}", [picture for _, picture in steps], given.into, side_by_side=False
            ):
                yield path, f"/conectar; {', '.join(what for what, _ in steps)}; {width} px, {language}"


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=SHOTS / "sheets")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--width", nargs="*", type=int, default=list(WIDTHS))
    parser.add_argument("--language", nargs="*", default=list(LANGUAGES))
    given = parser.parse_args()
    unknown = set(given.only) - {CONNECT, *(look.name for look in LOOKS)}
    if unknown:
        parser.error(
            f"no look is called {', '.join(sorted(unknown))}; there are {', '.join(look.name for look in LOOKS)}"
        )
    given.into.mkdir(parents=True, exist_ok=True)
    shots = SHOTS / "looks"
    shots.mkdir(parents=True, exist_ok=True)
    with studio(shots) as made, (given.into / "INDEX.txt").open("a" if given.only else "w", encoding="utf-8") as index:
        for look in LOOKS:
            if not given.only or look.name in given.only:
                for path, says in sheets_of(made, look, given):
                    print(f"{path.name}: {says}", file=index, flush=True)
        if not given.only or CONNECT in given.only:
            for path, says in connect_sheets(made, given):
                print(f"{path.name}: {says}", file=index, flush=True)


if __name__ == "__main__":
    main()
