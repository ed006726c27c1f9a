"""hub.web.robots: what robots.txt says of a source's address, in a word."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from hub.store.records import RobotsEntry
from hub.web.robots import WORDS, Robots, robots_of

pytestmark = pytest.mark.anyio
AT = datetime(2026, 1, 1, tzinfo=UTC)
BODY = "User-agent: *\nDisallow: /privado/\nCrawl-delay: 10\n"


@pytest.mark.parametrize(
    ("address", "status", "body", "said"),
    [
        ("https://Ejemplo.gob.mx/datos.csv", 200, BODY, Robots("ALLOWED", AT, 10.0)),
        ("https://ejemplo.gob.mx/privado/datos.csv", 200, BODY, Robots("DISALLOWED", AT, 10.0)),
        ("https://ejemplo.gob.mx/", 404, None, Robots("ABSENT", AT)),
        ("https://ejemplo.gob.mx/", 503, None, Robots("UNREACHABLE", AT)),
        ("https://ejemplo.gob.mx/", None, None, Robots("UNASKED")),
        ("bundled:", 200, BODY, Robots("LOCAL")),
        ("datos.csv", 200, BODY, Robots("LOCAL")),
        ("https://", 200, BODY, Robots("LOCAL")),
    ],
)
async def test_every_answer_has_its_word(address: str, status: int | None, body: str | None, said: Robots) -> None:
    async def known(origin: str) -> RobotsEntry | None:
        assert origin == "https://ejemplo.gob.mx"
        return None if status is None else RobotsEntry(host=origin, status=status, fetched_at=AT, body=body)

    assert await robots_of(address, known) == said
    assert said.word in WORDS


async def test_a_hub_that_does_not_ask_says_so() -> None:
    async def known(origin: str) -> RobotsEntry | None:
        raise AssertionError(origin)

    assert (await robots_of("https://ejemplo.gob.mx/", known, respected=False)).word == "IGNORED"


async def test_both_pages_of_sources_tell_robots_licence_and_the_last_runs(client: httpx.AsyncClient) -> None:
    for path in ("/fuentes", "/fuentes/hostil"):
        page = (await client.get(path)).text
        assert "no aplica: es un archivo de este hub" in page
        assert 'class="strip"' in page
        assert "Licencia" in page
