"""hub.web.operation.door: the session's cookie, and how often somebody may try a token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.registration.conftest import CONFIG, Counter
from tests.hub.web.operation.conftest import SECTIONS, person_at

pytestmark = pytest.mark.anyio


class TestCookie:
    async def test_it_is_for_this_hubs_pages_and_out_of_scripts_reach(self, counter: Counter) -> None:
        person = person_at(counter)
        answer = await person.sign_in(await counter.token())
        name, _, rest = answer.headers["set-cookie"].partition("=")
        told = {part.strip().lower() for part in rest.split(";")[1:]}
        assert name == "hub-operacion"
        assert {"httponly", "samesite=strict", "path=/operacion"} <= told
        assert "secure" not in told

    async def test_under_tls_it_is_secure_and_of_this_host_alone(self, counter: Counter) -> None:
        person = person_at(counter, "https://hub.example")
        answer = await person.client.post(
            "/operacion/entrar", data={"token": await counter.token()}, headers={"sec-fetch-site": "same-origin"}
        )
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-hub-operacion=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
        assert "Registros por revisar" in await person.look()

    async def test_neither_token_nor_session_stands_in_an_address_a_page_a_log_or_the_store(
        self, counter: Counter
    ) -> None:
        person = person_at(counter)
        token = await counter.token()
        answer = await person.sign_in(token)
        assert answer.headers["location"] == "/operacion"
        pages = "".join([await person.look(path) for path in SECTIONS])
        assert token not in pages
        assert person.cookie not in pages
        database = b"".join(path.read_bytes() for path in counter.site.config.base.rglob("hub.db*"))
        assert token.encode() not in database
        assert person.cookie.encode() not in database

    async def test_a_cookie_that_means_nothing_asks_to_sign_in(self, counter: Counter) -> None:
        person = person_at(counter)
        for value in ("x", "%00", "é" * 10):
            answer = await person.client.get("/operacion", headers={b"cookie": f"hub-operacion={value}".encode()})
            assert answer.status_code == 200
            assert 'name="token"' in answer.text

    async def test_a_token_in_the_clear_is_warned_about_but_on_this_machine(self, counter: Counter) -> None:
        warning = "no va cifrada"
        for base, warned in (
            ("http://hub.example", True), ("https://hub.example", False), ("http://127.0.0.1", False),
            ("http://localhost", False),
        ):  # fmt: skip
            assert (warning in await person_at(counter, base).look()) is warned, base


class TestQuota:
    @pytest.fixture
    def config_text(self) -> str:
        return CONFIG.replace("1000/minute", "5/minute")

    async def test_tokens_are_not_guessed_by_the_thousand(self, counter: Counter) -> None:
        person = person_at(counter)
        answers = [(await person.sign_in(f"intento-{n}")).status_code for n in range(8)]
        assert answers == [403] * 5 + [429] * 3
        assert (await person.sign_in(await counter.token())).status_code == 429
        counter.time.at += timedelta(minutes=2)
        assert (await person.sign_in(await counter.token())).status_code == 303
