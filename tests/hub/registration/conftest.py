"""A whole hub, asked through its GraphQL endpoint, over the local web, with a clock of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.config import load
from hub.fetch import Clock
from hub.registration.desk import Desk
from hub.registration.quota import Quota
from hub.site import Site
from hub.store import Store
from schema.registration import ConnectorRequest, Principal
from tests.sites import Sites

PROOF = "/.well-known/gobierno-abierto-hub.txt"
PUEBLA = "/puebla/compromisos.csv"
FIELDS = {
    "number": "No.", "title": "Compromiso", "ods": "ODS", "status": "Estatus", "progress": "Avance",
    "institution": "Dependencia responsable", "start": "Inicio", "end": "Término", "evidence": "Liga",
}  # fmt: skip

ERRORS = "errors { code path message }"
SOURCE = "source { key title state stateReason url connector commitmentCount jurisdiction { code } }"
REGISTER = (
    "mutation($input: ConnectorInput!) { registerConnector(input: $input) { "
    f"{SOURCE} challenge {{ url body expiresAt }} token {ERRORS} }} }}"
)
PREVIEW = (
    "mutation($input: ConnectorInput!) { previewConnector(input: $input) { report { connector rows accepted rejected score "
    "mediaType encoding proposedFields unmappedColumns issues { severity code field raw message } } "
    f"commitments {{ code title status progress ods locator }} {ERRORS} }} }}"
)
VERIFY = f"mutation($key: String!) {{ verifyConnector(key: $key) {{ {SOURCE} {ERRORS} }} }}"
REVIEW = (
    "mutation($key: String!, $approve: Boolean!, $comment: String) { "
    f"reviewConnector(key: $key, approve: $approve, comment: $comment) {{ {SOURCE} {ERRORS} }} }}"
)
HARVEST = f"mutation($key: String!) {{ harvestSource(key: $key) {{ run {{ verdict reason added source {{ key }} }} {ERRORS} }} }}"
PAUSE = (
    "mutation($key: String!, $paused: Boolean!) { "
    f"pauseConnector(key: $key, paused: $paused) {{ {SOURCE} {ERRORS} }} }}"
)


@dataclass
class Time:
    """Moves when somebody sleeps, or the test says so."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(now=self.now, monotonic=lambda: self.at.timestamp(), sleep=self.sleep)


@dataclass
class Counter:
    """The hub's public counter, and what stands behind it."""

    site: Site
    sites: Sites
    client: httpx.AsyncClient
    time: Time = field(default_factory=Time)

    @property
    def store(self) -> Store:
        return self.site.hub.store

    @property
    def desk(self) -> Desk:
        return self.site.office.desk

    async def ask(self, document: str, token: str | None = None, **variables: Any) -> Any:
        """The one field of the answer's data."""
        answer = await self.answer(document, token, **variables)
        assert "errors" not in answer, answer["errors"]
        (value,) = answer["data"].values()
        return value

    async def answer(self, document: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = await self.client.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def input(self, path: str = PUEBLA, key: str = "puebla-csv", **values: Any) -> dict[str, Any]:
        """What a publisher sends; `path` may be a whole address."""
        url = self.sites.url(path) if path.startswith("/") else path
        given = {
            "title": "Primer Plan de Acción Local de Puebla", "state": "Puebla", "connector": "csv",
            "contact": "datos@puebla.example", "fields": FIELDS,
        }  # fmt: skip
        return {"key": key, "url": url, **given, **values}

    async def register(self, path: str = PUEBLA, key: str = "puebla-csv", **values: Any) -> dict[str, Any]:
        """A registration that succeeds."""
        payload: dict[str, Any] = await self.ask(REGISTER, input=self.input(path, key, **values))
        assert payload["errors"] == [], payload
        return payload

    def serve(self, *bodies: str, path: str = PROOF) -> None:
        """Put the challenge on the site."""
        self.sites.add(path, "\n".join(bodies).encode() + b"\n", "text/plain")

    async def token(self, role: str = "operator", **more: Any) -> str:
        """A fresh token."""
        secret = f"{role}-{id(more)}-{datetime.now(UTC).timestamp()}"
        await self.store.add_token(secret, role=role, now=datetime.now(UTC), name=role, **more)  # type: ignore[arg-type]
        return secret

    async def active(self, path: str = PUEBLA, key: str = "puebla-csv", **values: Any) -> tuple[str, str]:
        """A source that was registered, proved and approved: its publisher's token, its challenge."""
        made = await self.register(path, key, **values)
        self.serve(made["challenge"]["body"])
        assert (await self.ask(VERIFY, key=key))["errors"] == []
        operator = await self.token()
        assert (await self.ask(REVIEW, operator, key=key, approve=True))["errors"] == []
        return made["token"], made["challenge"]["body"]


CONFIG = """
[network]
allow = ["127.0.0.0/8"]
timeout = 5.0
respect_robots = false

[server]
preview_rate_limit = "1000/minute"
rate_limit = ""

[harvest]
pace = 0.0
attempts = 1
"""


@pytest.fixture
def config_text() -> str:
    """The configuration of the hub under test."""
    return CONFIG


@pytest.fixture
async def counter(tmp_path: Path, sites: Sites, config_text: str, anyio_backend: str) -> AsyncIterator[Counter]:
    (tmp_path / "config.toml").write_text(config_text, encoding="utf-8")
    time = Time()
    site = Site(load(tmp_path / "config.toml", {}), clock=time.clock())
    transport = httpx.ASGITransport(app=site, client=("203.0.113.5", 4711))
    async with site.opened(), httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        made = Counter(site, sites, client, time)
        site.office.desk.quota = Quota(site.config.server.preview_rate_limit, lambda: made.time.at.timestamp())
        yield made


def codes(payload: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Code and path of each refusal."""
    return [(error["code"], tuple(error["path"])) for error in payload["errors"]]


def stranger(address: str = "203.0.113.5") -> Principal:
    """Somebody who shows no token."""
    return Principal(address=address)


def request(given: dict[str, Any]) -> ConnectorRequest:
    """What a publisher sends, past GraphQL."""
    return ConnectorRequest(**given)
