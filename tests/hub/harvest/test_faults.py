"""Every fault that a published page has ever had: its verdict, its price in requests, a reason its publisher can read,
and the last good data untouched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from hub.model import RunVerdict as V
from tests.hub.harvest.conftest import FIELDS, PUEBLA, World
from tests.sites import Fault

pytestmark = pytest.mark.anyio

XLSX = "/jalisco/compromisos.xlsx"
PDF = "/nayarit/plan.pdf"
HTML = "/queretaro/plan.html"
PAGES: dict[str, dict[str, Any]] = {
    PUEBLA: {},
    XLSX: {"connector": "xlsx", "jurisdiction": "14"},
    PDF: {
        "connector": "pdf_table",
        "jurisdiction": "18",
        "fields": {k: v for k, v in FIELDS.items() if k != "evidence"},
    },
    HTML: {"connector": "html_table", "jurisdiction": "22"},
}


@dataclass(frozen=True)
class Case:
    """A fault after a good harvest. `requests` are those of the faulty run; robots.txt is remembered."""

    fault: Fault
    verdict: V
    requests: int
    says: str | None
    path: str = PUEBLA
    value: str | None = None
    times: int | None = None
    network: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        extra = self.value or self.times or ("" if self.path == PUEBLA else self.path.rsplit(".")[-1])
        return f"{self.fault.name} {extra}".strip()


IMPATIENT = {"timeout": 0.1}
CASES = [
    # the site does not answer, or not well: wait
    Case(Fault.TIMEOUT, V.SOURCE_DOWN, 2, "no contestó en 0.1 s", network=IMPATIENT),
    Case(Fault.TRICKLE, V.SOURCE_DOWN, 2, "no terminó en 0.6 s", network={"timeout": 0.15}),
    Case(Fault.RESET, V.SOURCE_DOWN, 2, "cortó la conexión"),
    Case(Fault.RESET_MID_BODY, V.SOURCE_DOWN, 2, "cortó la conexión"),
    Case(Fault.GARBAGE, V.SOURCE_DOWN, 2, "HTTP válido"),
    Case(Fault.SERVER_ERROR, V.SOURCE_DOWN, 2, "error propio, 500"),
    Case(Fault.RATE_LIMITED, V.SOURCE_DOWN, 2, "pide esperar"),
    Case(Fault.RATE_LIMITED, V.SOURCE_DOWN, 1, "pide esperar", value="7200"),
    Case(Fault.RATE_LIMITED_DATE, V.SOURCE_DOWN, 1, "pide esperar", value="Wed, 02 Dec 2026 09:00:00 GMT"),
    Case(Fault.TRUNCATED_GZIP, V.SOURCE_DOWN, 2, "incompleto o dañado"),
    Case(Fault.DAMAGED_GZIP, V.SOURCE_DOWN, 2, "incompleto o dañado"),
    # it passes: one more request, and nothing else
    Case(Fault.SERVER_ERROR, V.UNCHANGED, 2, None, times=1),
    Case(Fault.RATE_LIMITED, V.UNCHANGED, 2, None, times=1),
    Case(Fault.RESET_MID_BODY, V.UNCHANGED, 2, None, times=1),
    # it answers something else: its maintainer looks
    Case(Fault.NOT_FOUND, V.SOURCE_CHANGED, 1, "ya no está, 404"),
    Case(Fault.GONE, V.SOURCE_CHANGED, 1, "ya no está, 410"),
    Case(Fault.TEAPOT, V.SOURCE_CHANGED, 1, "no se esperaba, 418"),
    Case(Fault.REDIRECT_LOOP, V.SOURCE_CHANGED, 2, "redirige en círculo"),
    Case(Fault.REDIRECT_ENDLESS, V.SOURCE_CHANGED, 11, "más de 10 veces"),
    Case(Fault.REDIRECT, V.SOURCE_CHANGED, 2, "página web (HTML)", value="/queretaro/plan.html"),
    Case(Fault.COOKIE_WALL, V.UNCHANGED, 2, None),
    Case(Fault.GZIP_BOMB, V.SOURCE_CHANGED, 1, "25000000 bytes"),
    Case(Fault.BROTLI, V.SOURCE_CHANGED, 1, "«br»"),
    Case(Fault.EMPTY, V.SOURCE_CHANGED, 1, "vacía"),
    Case(Fault.RENAMED_COLUMN, V.SOURCE_CHANGED, 1, "«Compromiso»"),
    Case(Fault.RENAMED_COLUMN, V.SOURCE_CHANGED, 1, "«Compromiso»", path=XLSX),
    Case(Fault.RENAMED_COLUMN, V.SOURCE_CHANGED, 1, "«Compromiso»", path=HTML),
    Case(Fault.PDF_WITHOUT_TEXT, V.SOURCE_CHANGED, 1, "texto", path=PDF),
    # it keeps us out: its publisher acts
    Case(Fault.UNAUTHORIZED, V.BLOCKED, 1, "niega el acceso, 401"),
    Case(Fault.FORBIDDEN, V.BLOCKED, 1, "niega el acceso, 403"),
    Case(Fault.CHALLENGE, V.BLOCKED, 1, "verificación contra robots"),
    Case(Fault.CHALLENGE, V.BLOCKED, 1, "verificación contra robots", path=HTML),
    Case(Fault.LOGIN, V.BLOCKED, 1, "inicio de sesión"),
    Case(Fault.LOGIN, V.BLOCKED, 1, "inicio de sesión", path=HTML),
    # it leads where we do not go
    Case(Fault.REDIRECT_PRIVATE, V.REFUSED, 2, "no es pública"),
    Case(Fault.REDIRECT_PRIVATE, V.REFUSED, 2, "no es pública", value="http://[::1]/x"),
    Case(Fault.REDIRECT_FILE, V.REFUSED, 1, "http o https, no «file»"),
    # it answers, but with too little: held
    Case(Fault.HEADER_ONLY, V.HELD, 1, "ningún compromiso"),
    Case(Fault.HEADER_ONLY, V.HELD, 1, "ningún compromiso", path=XLSX),
    Case(Fault.HEADER_ONLY, V.HELD, 1, "ningún compromiso", path=HTML),
    Case(Fault.HALF_ROWS, V.HELD, 1, "4 compromisos y la vez anterior fueron 8"),
    Case(Fault.HALF_ROWS, V.HELD, 1, "4 compromisos y la vez anterior fueron 8", path=PDF),
    # it says the same in another way: nothing happens
    Case(Fault.NOT_MODIFIED_ALWAYS, V.UNCHANGED, 1, None),
    Case(Fault.CHANGED_BUT_EQUAL, V.UNCHANGED, 1, None),
    Case(Fault.NO_VALIDATORS, V.UNCHANGED, 1, None),
    Case(Fault.SET_COOKIE, V.UNCHANGED, 1, None),
    Case(Fault.WRONG_TYPE, V.UNCHANGED, 1, None),
    Case(Fault.WRONG_CHARSET, V.UNCHANGED, 1, None),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_each_fault_has_its_verdict_its_price_its_reason_and_leaves_the_good_data(
    case: Case, world: World
) -> None:
    await world.sync(world.source(case.path, **PAGES[case.path]))
    first = await world.run()
    assert (first.verdict, first.read, first.added) == (V.PUBLISHED, 8, 8)
    before = await world.public()
    asked = len(world.sites.log)
    world.sites.set(case.path, case.fault, times=case.times, value=case.value)
    world.network = case.network

    outcome = await world.run()

    assert (outcome.verdict, outcome.requests) == (case.verdict, case.requests), outcome.reason
    unseen = 1 if case.fault is Fault.REDIRECT_PRIVATE else 0  # refused before it left this machine
    assert len(world.sites.log) - asked == case.requests - unseen
    assert await world.public() == before
    assert_readable(outcome.reason, case)
    stored = await world.last_run()
    assert (stored.verdict, stored.reason, stored.requests) == (case.verdict, outcome.reason, case.requests)
    assert await world.store.integrity() == []


def assert_readable(reason: str | None, case: Case) -> None:
    if case.says is None:
        assert reason is None
        return
    assert reason is not None
    assert case.says in reason
    assert reason[0].isupper() or reason[0] in "«0123456789"
    assert reason.endswith(".")
    assert not re.search(r"Traceback|Error\(|Exception|httpx|line \d+|0x[0-9a-f]{6}|\bNone\b", reason)


@pytest.mark.parametrize("case", [c for c in CASES if c.verdict is not V.UNCHANGED], ids=lambda case: case.name)
async def test_after_the_fault_the_next_harvest_is_as_if_nothing_had_been(case: Case, world: World) -> None:
    await world.sync(world.source(case.path, **PAGES[case.path]))
    await world.run()
    world.sites.set(case.path, case.fault, times=case.times, value=case.value)
    world.network = case.network
    await world.run()
    before = await world.public()
    world.sites.set(case.path, None)
    world.network = {}
    outcome = await world.run()
    assert (outcome.verdict, outcome.read) == (V.UNCHANGED, 8)
    assert await world.public() == before


async def test_a_site_that_forbids_us_in_robots_txt_is_refused_and_not_asked(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    before = await world.public()
    world.sites.robots("User-agent: *\nDisallow: /puebla/")
    world.time.at = world.time.at.replace(day=4)  # robots.txt is asked for again after a day
    outcome = await world.run()
    assert (outcome.verdict, outcome.requests) == (V.REFUSED, 1)
    assert "robots.txt" in (outcome.reason or "")
    assert len(world.sites.asked(PUEBLA)) == 1
    assert await world.public() == before


async def test_a_site_whose_robots_txt_fails_is_waited_for(world: World) -> None:
    await world.sync(world.source())
    world.sites.set("/robots.txt", Fault.SERVER_ERROR)
    outcome = await world.run()
    assert (outcome.verdict, outcome.requests) == (V.SOURCE_DOWN, 2)
    assert "robots.txt" in (outcome.reason or "")
    assert world.sites.asked(PUEBLA) == []


@pytest.mark.parametrize(
    ("url", "verdict", "says"),
    [
        ("http://169.254.169.254/latest/meta-data", V.REFUSED, "no es pública"),
        ("http://10.0.0.8/compromisos.csv", V.REFUSED, "no es pública"),
        ("ftp://ejemplo.mx/compromisos.csv", V.REFUSED, "http o https"),
        ("no-esta.csv", V.SOURCE_CHANGED, "«no-esta.csv» no existe"),
    ],
)
async def test_an_address_that_cannot_be_read_says_why(world: World, url: str, verdict: V, says: str) -> None:
    await world.sync(world.source(url))
    outcome = await world.run()
    assert (outcome.verdict, outcome.requests) == (
        verdict,
        0 if "://" not in url or url[0] == "f" else outcome.requests,
    )
    assert says in (outcome.reason or "")
    assert [issue.code for issue in outcome.issues] != []


async def test_a_dead_host_and_a_name_that_does_not_resolve_are_down(world: World) -> None:
    await world.sync(
        world.source(world.sites.dead_url(), "muerto"), world.source(world.sites.unknown_url(), "sin-nombre")
    )
    found = await world.harvest()
    assert {outcome.verdict for outcome in found.values()} == {V.SOURCE_DOWN}
    assert "no acepta conexiones" in (found["muerto"].reason or "")
    assert "no se pudo resolver" in (found["sin-nombre"].reason or "")


async def test_an_etag_that_lies_does_not_hide_new_bytes(world: World) -> None:
    world.sites.set(PUEBLA, Fault.LYING_ETAG)
    await world.sync(world.source(floor=8))
    first = await world.run()
    second = await world.run()
    assert (first.verdict, second.requests) == (V.PUBLISHED, 1)
    assert second.verdict in (V.UNCHANGED, V.PUBLISHED)
    assert len(world.bodies()) == 2  # both answers were read and kept


async def test_a_page_saved_as_a_workbook_is_read_and_said_to_be_one(world: World) -> None:
    world.sites.set(XLSX, Fault.HTML_AS_XLS)
    await world.sync(world.source(XLSX, **PAGES[XLSX]))
    outcome = await world.run()
    assert (outcome.verdict, outcome.read, [issue.code for issue in outcome.issues]) == (
        V.PUBLISHED,
        8,
        ["HTML_AS_XLS"],
    )


async def test_an_edit_is_published_and_touches_one_record_only(world: World) -> None:
    await world.sync(world.source())
    await world.run()
    before = await world.public()
    world.sites.set(PUEBLA, Fault.EDITED)
    outcome = await world.run()
    after = await world.public()
    assert (outcome.verdict, outcome.added, outcome.modified, outcome.removed) == (V.PUBLISHED, 0, 1, 0)
    assert after["version"] == before["version"] + 1
    changed = {key for key in before["records"] if before["records"][key] != after["records"].get(key)}
    assert len(changed) == 1


async def test_a_source_that_never_had_anything_is_empty_where_its_floor_allows_it(world: World) -> None:
    await world.sync(world.source("/tlaxcala/encabezado.csv", floor=0))
    outcome = await world.run()
    assert (outcome.verdict, outcome.healthy, outcome.read) == (V.EMPTY, True, 0)


async def test_one_source_that_fails_stops_no_other(world: World) -> None:
    world.sites.set(PUEBLA, Fault.SERVER_ERROR)
    await world.sync(
        world.source(),
        world.source(XLSX, "jalisco", connector="xlsx", jurisdiction="14", title="Jalisco"),
        world.source(HTML, "queretaro", connector="html_table", jurisdiction="22", title="Querétaro"),
    )
    found = await world.harvest()
    assert {key: outcome.verdict for key, outcome in found.items()} == {
        "puebla-csv": V.SOURCE_DOWN,
        "jalisco": V.PUBLISHED,
        "queretaro": V.PUBLISHED,
    }
