"""hub.app: everything a configuration describes, put together; one source followed through all that can befall it."""

from __future__ import annotations

import html
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.config import load
from hub.harvest.outcome import Outcome
from hub.model import RunVerdict as V
from hub.site import Site
from tests.hub.harvest.conftest import PUEBLA, Time
from tests.sites import Fault, Sites, content
from tests.sites.content import Table, commitments

pytestmark = pytest.mark.anyio

KEY = "puebla-csv"
CONFIG = """
[network]
allow = ["127.0.0.0/8"]
respect_robots = false
wayback = "{wayback}"
[harvest]
pace = 0.0
attempts = 1
stale_after = "2d"
[server]
rate_limit = ""
[sources.puebla-csv]
title = "Primer Plan de Acción Local de Puebla"
state = "Puebla"
connector = "csv"
url = "{url}"
fallback = "wayback"
fallback_after = "3d"
[sources.puebla-csv.fields]
number = "No."
title = "{title}"
{status}
progress = "Avance"
institution = "Dependencia responsable"
"""
ASK = """{
  source(key: "puebla-csv") { state commitmentCount freshness { fetchedAt stale }
    lastRun { verdict reason issues { severity code field raw message } }
    runs(first: 50) { totalCount nodes { verdict } } }
  nationalView { coverage { healthy stale } }
  commitments(first: 50, orderBy: {field: CODE, direction: ASC}) { totalCount nodes {
    code title status statusRaw progress lineage { url }
    history { validFrom validTo status changedFields } } }
  changes(first: 500) { nodes { kind code changedFields } } }"""
STAMP = "20260301080000"


@dataclass
class Life:
    """The source's site, its hub, and the time, which moves only when told to."""

    folder: Path
    sites: Sites
    time: Time = field(default_factory=Time)

    def configure(self, title: str = "Compromiso", status: str | None = "Estatus") -> None:
        """Write config.toml, as the operator does."""
        mapped = f'status = "{status}"' if status else ""
        given = {"wayback": self.sites.url("/wayback"), "url": self.sites.url(PUEBLA), "title": title, "status": mapped}
        (self.folder / "config.toml").write_text(CONFIG.format(**given), "utf-8")

    def capture(self, table: Table) -> str:
        """What the Internet Archive kept of the page; the capture's address."""
        original = self.sites.url(PUEBLA)
        index = [["timestamp", "original", "mimetype", "statuscode", "digest", "length"]]
        index.append([STAMP, original, "text/csv", "200", "ABC", "900"])
        self.sites.add("/wayback/cdx/search/cdx", json.dumps(index).encode(), "application/json")
        path = f"/wayback/web/{STAMP}id_/{original}"
        self.sites.add(path, content.as_csv(table), "text/csv")
        return self.sites.url(path)

    @asynccontextmanager
    async def hub(self) -> AsyncIterator[Running]:
        """The hub from one start to its next."""
        site = Site(load(self.folder / "config.toml", {}), clock=self.time.clock())
        async with (
            site.opened(),
            httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://hub") as client,
        ):
            yield Running(site, client, self.time)


@dataclass
class Running:
    """A hub that runs."""

    site: Site
    client: httpx.AsyncClient
    time: Time

    async def later(self, **time: float) -> list[Outcome]:
        """Let time pass, then harvest what is due, as the scheduler does."""
        self.time.at += timedelta(**time)
        harvester = (await self.site.whole()).harvester
        return await harvester.harvest(await harvester.due())

    async def once(self, verdict: V, **time: float) -> Outcome:
        """The same where one run is due, whose verdict is known."""
        (outcome,) = await self.later(**time)
        assert outcome.verdict is verdict, outcome.reason
        return outcome

    async def seen(self) -> Seen:
        """What the public is told now."""
        await self.site.follower.look()
        self.site.live.forget()
        await self.site.live.sources()
        answer = (await self.client.post("/graphql", json={"query": ASK})).json()
        assert "errors" not in answer, answer
        page = await self.client.get(f"/fuentes/{KEY}")
        assert page.status_code == 200
        return Seen(answer["data"], answer["extensions"], html.unescape(page.text))


@dataclass(frozen=True)
class Seen:
    """One look at the API and at the source's page."""

    data: dict[str, Any]
    extensions: dict[str, Any]
    page: str

    @property
    def version(self) -> int:
        return int(self.extensions["dataVersion"])

    @property
    def source(self) -> dict[str, Any]:
        found: dict[str, Any] = self.data["source"]
        return found

    @property
    def health(self) -> tuple[bool, bool, list[str]]:
        """Healthy, stale, and the stale sources beside the answer."""
        coverage = self.data["nationalView"]["coverage"]
        stale: list[str] = self.extensions["staleSources"]
        assert self.source["freshness"]["stale"] is bool(coverage["stale"]) is (KEY in stale)
        return bool(coverage["healthy"]), bool(coverage["stale"]), stale

    @property
    def nodes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["commitments"]["nodes"]
        return found

    def noted(self, code: str) -> dict[str, Any]:
        """The one finding of a kind in the report of the last run, which the source's page shows too."""
        (found,) = [issue for issue in self.source["lastRun"]["issues"] if issue["code"] == code]
        assert found["message"] in self.page
        return dict(found)


async def test_a_source_that_dies_changes_its_columns_and_comes_back_is_followed_to_its_recovery(
    tmp_path: Path, sites: Sites
) -> None:
    life = Life(tmp_path, sites)
    life.configure()
    async with life.hub() as hub:
        # A good run.
        await hub.once(V.PUBLISHED)
        good = await hub.seen()
        assert good.health == (True, False, [])
        assert good.data["commitments"]["totalCount"] == good.source["commitmentCount"] == 8
        assert {node["lineage"]["url"] for node in good.nodes} == {sites.url(PUEBLA)}
        codes = [node["code"] for node in good.nodes]

        # It dies. What it published stays, and the report says who has to act.
        sites.set(PUEBLA, Fault.SERVER_ERROR)
        outcome = await hub.once(V.SOURCE_DOWN, days=1)
        assert "error propio, 500" in (outcome.reason or "")
        dead = await hub.seen()
        assert dead.health == (False, False, [])
        assert dead.source["lastRun"]["reason"] in dead.page
        assert (dead.version, dead.nodes) == (good.version, good.nodes)

        # It stays dead: asked again and again, and stale, but not yet for as long as the fallback waits.
        archived = life.capture(commitments("puebla").edited(0, "Estatus", "Concluido").edited(0, "Avance", "100"))
        for _ in range(2):
            await hub.once(V.SOURCE_DOWN, days=1.2)
        stale = await hub.seen()
        assert stale.health == (False, True, [KEY])
        assert "Está atrasada" in stale.page
        assert (stale.version, stale.nodes) == (good.version, good.nodes)
        assert sites.asked("/wayback/cdx/search/cdx") == []

        # Three days after it died the archived capture is published, and lineage and report say that it is one.
        outcome = await hub.once(V.PUBLISHED, days=1)
        assert (outcome.added, outcome.modified, outcome.removed) == (0, 1, 0)
        kept = await hub.seen()
        assert kept.version == good.version + 1
        assert [node["code"] for node in kept.nodes] == codes
        assert (kept.nodes[0]["status"], kept.nodes[0]["progress"]) == ("COMPLETED", 100)
        assert kept.nodes[0]["lineage"]["url"] == archived
        assert kept.health == (True, True, [KEY])  # something was read, but not the source itself
        assert kept.source["freshness"]["fetchedAt"] == good.source["freshness"]["fetchedAt"]
        copy = kept.noted("ARCHIVED_COPY")
        assert copy["raw"] == archived
        assert "captura del 2026-03-01" in copy["message"]
        assert (await hub.once(V.UNCHANGED, days=1)).read == 8
        assert (await hub.seen()).version == kept.version

        # It is back, with two columns renamed and a status that no vocabulary knows.
        back = commitments("puebla").renamed("Compromiso", "Denominación").renamed("Estatus", "Situación que guarda")
        back = back.edited(1, "Situación que guarda", "Ya casi queda")
        sites.set(PUEBLA, None)
        sites.publish(PUEBLA, back)
        outcome = await hub.once(V.SOURCE_CHANGED, days=1)
        held = await hub.seen()
        renamed = held.noted("RENAMED_COLUMN")
        for said in ("«Compromiso»", "«Estatus»", "Corrija el nombre en la publicación o en «fields»"):
            assert said in renamed["message"]
        assert held.source["lastRun"]["reason"] == outcome.reason == renamed["message"]
        assert held.health == (False, True, [KEY])
        assert (held.version, held.nodes) == (kept.version, kept.nodes)

    # The operator mends one column and forgets the other: the collapse is held, and the report names what is unread.
    life.configure(title="Denominación", status=None)
    async with life.hub() as hub:
        outcome = await hub.once(V.HELD, days=1)
        assert "«status»" in (outcome.reason or "")
        half = await hub.seen()
        assert "«Situación que guarda»" in half.noted("UNREAD_COLUMN")["message"]
        assert half.health == (False, True, [KEY])
        assert (half.version, half.nodes) == (kept.version, kept.nodes)

    # Both are mended: all is as it was, the archive is asked no more, and nothing of the history is lost.
    life.configure(title="Denominación", status="Situación que guarda")
    async with life.hub() as hub:
        outcome = await hub.once(V.PUBLISHED, days=1)
        assert (outcome.added, outcome.removed) == (0, 0)
        whole = await hub.seen()
        assert whole.version == kept.version + 1
        assert whole.health == (True, False, [])
        assert [node["code"] for node in whole.nodes] == codes
        first, second = whole.nodes[:2]
        assert first["lineage"]["url"] == sites.url(PUEBLA)
        told = [(version["status"], version["changedFields"]) for version in first["history"]]
        assert [status for status, _ in told] == ["IN_PROGRESS", "COMPLETED", "IN_PROGRESS"]
        assert first["history"][0]["validTo"] == first["history"][1]["validFrom"]
        assert first["history"][-1]["validTo"] is None
        assert (second["status"], second["statusRaw"]) == ("UNKNOWN", "Ya casi queda")
        assert whole.noted("UNMATCHED_VALUE")["raw"] == "Ya casi queda"

        # One line of lookups.toml says what the new word means; the archive is read again, the site is not asked.
        (tmp_path / "lookups.toml").write_text('[puebla-csv.status]\n"Ya casi queda" = "SUBSTANTIAL"\n', "utf-8")
        asked = len(sites.asked(PUEBLA))
        source = await hub.site.hub.store.source(KEY)
        assert source is not None
        (outcome,) = await hub.site.hub.harvester.harvest([source], from_archive=True)
        assert (outcome.verdict, outcome.modified) == (V.PUBLISHED, 1)
        assert len(sites.asked(PUEBLA)) == asked
        last = await hub.seen()
        assert (last.version, last.nodes[1]["status"]) == (whole.version + 1, "SUBSTANTIAL")
        assert [run["verdict"] for run in reversed(last.source["runs"]["nodes"])] == [
            "PUBLISHED", "SOURCE_DOWN", "SOURCE_DOWN", "SOURCE_DOWN", "PUBLISHED", "UNCHANGED", "SOURCE_CHANGED",
            "HELD", "PUBLISHED", "PUBLISHED",
        ]  # fmt: skip
        kinds = [(change["kind"], change["code"]) for change in last.data["changes"]["nodes"]]
        assert kinds[:8] == [("ADDED", code) for code in codes]
        assert {kind for kind, _ in kinds[8:]} == {"MODIFIED"}
        assert [seen.version for seen in (good, kept, whole, last)] == [1, 2, 3, 4]
