"""hub.web.pages.card: the picture that networks show beside a link."""

from __future__ import annotations

import io
import re

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hub.web.pages import card
from hub.web.tiles import PLACES

pytestmark = pytest.mark.anyio


async def test_every_page_names_a_png_of_the_size_that_networks_want(client: httpx.AsyncClient) -> None:
    page = (await client.get("/estados/14")).text
    address = re.search(r'<meta property="og:image" content="http://hub.example([^"]+)"', page)
    assert address is not None
    answer = await client.get(address[1])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    image = Image.open(io.BytesIO(answer.content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(answer.content) < 60_000
    for said in ("og:image:width", "og:image:height", "og:image:alt", "og:title", "og:description", "og:url"):
        assert f'<meta property="{said}" content="' in page


async def test_the_picture_is_of_the_page_s_language_and_day(client: httpx.AsyncClient) -> None:
    pictures = [
        (await client.get(path)).content
        for path in ("/tarjeta.png?lang=es", "/tarjeta.png?lang=en", "/tarjeta.png?lang=es&as_of=2016-01-01")
    ]
    assert len(set(pictures)) == 3


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=60), st.dictionaries(st.sampled_from(sorted(PLACES)), st.integers(0, 10**6)))
def test_whatever_the_hub_is_called_there_is_a_picture(title: str, counts: dict[str, int]) -> None:
    image = Image.open(io.BytesIO(card.drawn([(80, 130, 34, card.SOFT, title)], counts)))
    assert image.size == (1200, 630)
    assert image.convert("RGB").getpixel((600, 4)) == (11, 93, 78)
