"""A whole hub with a clock of its own, and somebody at its operator's page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import httpx
import pytest

from hub.site import Site
from tests.hub.registration.conftest import Counter, config_text, counter

__all__ = ["config_text", "counter"]

SECTIONS = ("/operacion", "/operacion/valores", "/operacion/duplicados", "/operacion/fuentes", "/operacion/bitacora")
OWN = {"sec-fetch-site": "same-origin", "origin": "http://hub.example"}


@dataclass
class Person:
    """Somebody with a browser: it keeps cookies and sends forms as pages make them."""

    counter: Counter
    client: httpx.AsyncClient

    async def look(self, path: str = "/operacion") -> str:
        """A page that is there."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def sign_in(self, token: str, path: str = "/operacion") -> httpx.Response:
        """Send the sign-in form that stands on a page."""
        form = forms(await self.look(path))[-1]
        return await self.client.post(form.action, data=form.values | {"token": token}, headers=OWN)

    async def press(self, path: str, button: str, at: int = 0, **filled: str) -> httpx.Response:
        """Press a button of a page: the first form that has it, or a later one."""
        page = await self.look(path)
        chosen = [form for form in forms(page) if f'name="acto" value="{button}"' in form.text][at]
        values = chosen.values | {"acto": button} | filled
        return await self.client.post(chosen.action, data=values, headers=OWN)

    @property
    def cookie(self) -> str:
        """The session that the browser holds."""
        (value,) = [cookie.value for cookie in self.client.cookies.jar if "operacion" in cookie.name]
        assert value is not None
        return value


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and the values it comes with."""

    action: str
    values: dict[str, str]
    text: str


def forms(page: str) -> list[Form]:
    """The forms of a page that are sent by POST."""
    found = []
    for text in re.findall(r'<form method="post".*?</form>', page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', text)
        assert action is not None
        inputs = re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', text)
        values = {name: html.unescape(value) for name, value in inputs}
        found.append(Form(html.unescape(action[1]), values, text))
    return found


def person_at(counter: Counter, base_url: str = "http://hub.example") -> Person:
    """Somebody with a fresh browser."""
    site: Site = counter.site
    transport = httpx.ASGITransport(app=site, client=("203.0.113.9", 4712))
    return Person(counter, httpx.AsyncClient(transport=transport, base_url=base_url))


@pytest.fixture
async def operator(counter: Counter) -> Person:
    """Somebody who has signed in with an operator's token."""
    person = person_at(counter)
    answer = await person.sign_in(await counter.token())
    assert answer.status_code == 303
    return person
