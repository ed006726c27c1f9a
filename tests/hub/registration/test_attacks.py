"""What people try who want to speak in a state's name, or to look into the hub's own network."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hub.fetch import Fetcher, FetchSettings
from hub.registration.discretion import STEP, UNREACHABLE
from tests.hub.registration.conftest import (
    CONFIG,
    HARVEST,
    PAUSE,
    PREVIEW,
    PROOF,
    PUEBLA,
    REGISTER,
    REVIEW,
    VERIFY,
    Counter,
    codes,
    request,
    stranger,
)
from tests.sites.faults import Fault

pytestmark = pytest.mark.anyio
BAD_KEY = [("BAD_USER_INPUT", ("key",))]
BAD_URL = [("BAD_USER_INPUT", ("input", "url"))]


@pytest.fixture
def other_port() -> Iterator[tuple[str, list[bytes]]]:
    """Another site on the same host: its address, and what it serves on every path."""
    body: list[bytes] = [b""]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body[0])

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", body
    server.shutdown()
    server.server_close()
    thread.join()


async def refused_proof(counter: Counter, key: str = "puebla-csv") -> dict[str, Any]:
    """The answer to a verification that must fail, and the source as it was."""
    answer: dict[str, Any] = await counter.ask(VERIFY, key=key)
    assert codes(answer) == BAD_KEY
    source = await counter.store.source(key)
    assert source is not None
    assert source.verified_at is None
    return answer


async def test_a_challenge_on_another_port_or_host_is_worth_nothing(
    counter: Counter, other_port: tuple[str, list[bytes]]
) -> None:
    _, body = other_port
    made = await counter.register()
    body[0] = made["challenge"]["body"].encode()
    await refused_proof(counter)
    assert counter.sites.asked(PROOF)


async def test_a_redirect_off_the_site_is_not_followed(counter: Counter, other_port: tuple[str, list[bytes]]) -> None:
    address, body = other_port
    made = await counter.register()
    body[0] = made["challenge"]["body"].encode()
    counter.serve("x")
    counter.sites.set(PROOF, Fault.REDIRECT, value=f"{address}{PROOF}")
    await refused_proof(counter)
    counter.serve(made["challenge"]["body"])
    counter.sites.set(PROOF, None)
    assert (await counter.ask(VERIFY, key="puebla-csv"))["errors"] == []


async def test_a_redirect_on_the_site_itself_is_followed(counter: Counter) -> None:
    made = await counter.register()
    counter.serve("x")
    counter.serve(made["challenge"]["body"], path="/otra.txt")
    counter.sites.set(PROOF, Fault.REDIRECT, value="/otra.txt")
    assert (await counter.ask(VERIFY, key="puebla-csv"))["errors"] == []


async def test_an_expired_challenge_is_refused_and_renewed_with_the_token(counter: Counter) -> None:
    made = await counter.register()
    counter.serve(made["challenge"]["body"])
    counter.time.at += timedelta(days=7, seconds=1)
    answer = await refused_proof(counter)
    assert "venció" in answer["errors"][0]["message"]
    again = await counter.ask(REGISTER, made["token"], input=counter.input())
    assert (again["errors"], again["token"]) == ([], None)
    assert again["challenge"]["body"] != made["challenge"]["body"]
    await refused_proof(counter)  # the old one is still served: a replay
    counter.serve(again["challenge"]["body"])
    assert (await counter.ask(VERIFY, key="puebla-csv"))["errors"] == []


async def test_a_squatter_loses_key_address_and_token_when_its_challenge_has_expired(counter: Counter) -> None:
    squatter = await counter.register(title="Ocupante")
    taken = await counter.ask(REGISTER, input=counter.input())
    assert codes(taken) == [("BAD_USER_INPUT", ("input", "key"))]
    counter.time.at += timedelta(days=8)
    owner = await counter.register(title="Quien publica")
    assert owner["source"]["title"] == "Quien publica"
    counter.serve(squatter["challenge"]["body"])
    await refused_proof(counter)
    stolen = await counter.client.post(
        "/graphql", json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {squatter['token']}"}
    )
    assert stolen.status_code == 401


@pytest.mark.parametrize("role", ["reader", None])
async def test_a_readers_token_and_no_token_change_nothing(counter: Counter, role: str | None) -> None:
    await counter.active()
    token = await counter.token(role) if role else None
    wanted = "FORBIDDEN" if role else "UNAUTHENTICATED"
    for document, variables in (
        (HARVEST, {}), (PAUSE, {"paused": True}), (REVIEW, {"approve": False}), (REVIEW, {"approve": True}),
    ):  # fmt: skip
        answer = await counter.ask(document, token, key="puebla-csv", **variables)
        assert [code for code, _ in codes(answer)] == [wanted]
    source = await counter.store.source("puebla-csv")
    assert source is not None
    assert source.state == "ACTIVE"


async def test_a_publishers_token_reaches_its_own_source_only(counter: Counter) -> None:
    await counter.active()
    other = await counter.register("/hidalgo/avances.csv", "hidalgo-csv", state="Hidalgo")
    for document, variables in ((HARVEST, {}), (PAUSE, {"paused": True}), (REVIEW, {"approve": False})):
        answer = await counter.ask(document, other["token"], key="puebla-csv", **variables)
        assert [code for code, _ in codes(answer)] == ["FORBIDDEN"]
    own = await counter.ask(REVIEW, other["token"], key="hidalgo-csv", approve=True)
    assert [code for code, _ in codes(own)] == ["FORBIDDEN"]
    renewed = await counter.ask(REGISTER, other["token"], input=counter.input())
    assert codes(renewed) == [("BAD_USER_INPUT", ("input", "key"))]


async def test_what_nobody_proved_is_not_approved(counter: Counter) -> None:
    await counter.register()
    operator = await counter.token()
    assert codes(await counter.ask(REVIEW, operator, key="puebla-csv", approve=True)) == BAD_KEY
    assert codes(await counter.ask(HARVEST, operator, key="puebla-csv")) == BAD_KEY


async def test_what_the_operator_paused_its_publisher_does_not_take_up(counter: Counter) -> None:
    publisher, _ = await counter.active()
    operator = await counter.token()
    await counter.ask(PAUSE, operator, key="puebla-csv", paused=True)
    answer = await counter.ask(PAUSE, publisher, key="puebla-csv", paused=False)
    assert [code for code, _ in codes(answer)] == ["FORBIDDEN"]
    answer = await counter.ask(PAUSE, operator, key="puebla-csv", paused=False)
    assert answer["source"]["state"] == "ACTIVE"


async def test_two_registrations_at_once_never_share_a_key_or_an_address(counter: Counter) -> None:
    same_key = [counter.ask(REGISTER, input=counter.input(f"/a{n}.csv", "misma-clave")) for n in range(5)]
    answers = await asyncio.gather(*same_key)
    assert sum(answer["token"] is not None for answer in answers) == 1
    spellings = ("/b.csv", "/./b.csv", "/%62.csv", "/b.csv#x", "/b.csv/")
    same_url = [counter.ask(REGISTER, input=counter.input(path, f"clave-{n}")) for n, path in enumerate(spellings)]
    answers = await asyncio.gather(*same_url)
    assert sum(answer["token"] is not None for answer in answers) == 1
    assert {code for answer in answers for code in codes(answer)} == {BAD_URL[0]}
    assert len(await counter.store.sources()) == 2
    assert len(await counter.store.tokens()) == 2


class TestPublicOnly:
    @pytest.fixture
    def config_text(self) -> str:
        return CONFIG.replace('allow = ["127.0.0.0/8"]', "allow = []")

    async def test_an_address_that_is_not_a_public_site_is_neither_read_nor_stored(self, counter: Counter) -> None:
        private = "http://127.0.0.1:8000/", "http://[::1]/", "http://2852039166/", "file:///etc/passwd", "bundled:"
        for url in private:
            for document in (REGISTER, PREVIEW):
                answer = await counter.ask(document, input=counter.input() | {"url": url})
                assert codes(answer) == BAD_URL, (url, answer)
        assert await counter.store.sources() == []

    async def test_a_name_is_registered_whatever_it_resolves_to_and_checked_where_it_is_asked(
        self, counter: Counter, tmp_path: Path
    ) -> None:
        asked: list[str] = []
        answers = iter(["93.184.215.14", "127.0.0.1", "10.0.0.7", "169.254.169.254"])

        def moving(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
            """A name whose answer is public once and private ever after."""
            address = next(answers)
            asked.append(address)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        url = f"http://datos.rebind.example{PUEBLA}"
        made = await counter.register(url)
        counter.serve(made["challenge"]["body"])
        next(answers)  # whoever looked first saw a public address
        settings = FetchSettings(attempts=1, timeout=2.0, respect_robots=False)
        async with Fetcher(settings, counter.site.hub.archive, resolver=moving) as fetcher:
            counter.desk.fetcher = fetcher
            answer = await refused_proof(counter)
            assert UNREACHABLE in answer["errors"][0]["message"]
            preview = await counter.ask(PREVIEW, input=counter.input(url))
            assert codes(preview) == BAD_URL
        assert asked == ["127.0.0.1", "10.0.0.7"]
        assert counter.sites.log == []


async def test_refused_and_unreachable_addresses_cannot_be_told_apart(counter: Counter) -> None:
    counter.sites.set(PUEBLA, Fault.GARBAGE)
    counter.sites.set("/b.csv", Fault.REDIRECT, value="http://10.0.0.1/secreto")
    counter.sites.add("/b.csv", b"", "text/csv")
    urls = [
        "http://10.0.0.1/x.csv", "http://169.254.169.254/", counter.sites.dead_url(), counter.sites.unknown_url(),
        counter.sites.url(PUEBLA), counter.sites.url("/b.csv"),
    ]  # fmt: skip
    answers = []
    for url in urls:
        began = counter.time.at
        answers.append(await counter.ask(PREVIEW, input=counter.input(url)))
        assert (counter.time.at - began).total_seconds() == pytest.approx(STEP, abs=0.01)
    assert all(answer == answers[0] for answer in answers)
    assert codes(answers[0]) == BAD_URL
    assert [issue["code"] for issue in answers[0]["report"]["issues"]] == ["ADDRESS_REFUSED"]


async def test_a_stranger_reaches_other_ports_only_where_the_operator_allows_the_address(counter: Counter) -> None:
    assert (await counter.ask(PREVIEW, input=counter.input()))["errors"] == []  # 127.0.0.1, any port
    answer = await counter.ask(PREVIEW, input=counter.input("http://8.8.8.8:8080/x.csv"))
    assert codes(answer) == BAD_URL
    assert codes(await counter.ask(PREVIEW, input=counter.input("http://127.0.0.1:22/x.csv"))) == BAD_URL


class TestQuota:
    @pytest.fixture
    def config_text(self) -> str:
        return CONFIG.replace("1000/minute", "10/minute")

    async def test_ten_thousand_previews_cost_ten_requests(self, counter: Counter) -> None:
        given = counter.input()
        refused = 0
        for _ in range(10_000):
            outcome = await counter.site.office.preview(stranger(), request(given))
            refused += [error.code for error in outcome.errors] == ["RATE_LIMITED"]
        assert refused == 9_990
        assert len(counter.sites.asked(PUEBLA)) == 10
        answer = await counter.ask(PREVIEW, input=given)
        assert codes(answer) == [("RATE_LIMITED", ())]

    async def test_one_host_is_asked_no_more_often_by_many_clients(self, counter: Counter) -> None:
        given = request(counter.input())
        answers = [await counter.site.office.preview(stranger(f"198.51.100.{n}"), given) for n in range(15)]
        assert [bool(answer.errors) for answer in answers] == [False] * 10 + [True] * 5


async def test_a_script_in_a_title_and_a_formula_in_a_cell_are_text(counter: Counter) -> None:
    script, formula = "<script>alert(1)</script>", '=HYPERLINK("http://mal.example","clic")'
    rows = f'No.,Compromiso,Estatus\n1,"{script} Presupuesto abierto en escuelas",En proceso\n'
    quoted = formula.replace('"', '""')
    rows += f'2,"{quoted}",Concluido\n3,Monitoreo ciudadano del agua,Concluido\n'
    counter.sites.add("/x.csv", rows.encode(), "text/csv")
    fields = {"number": "No.", "title": "Compromiso", "status": "Estatus"}
    preview = await counter.ask(PREVIEW, input=counter.input("/x.csv", title=script, fields=fields))
    assert [one["title"] for one in preview["commitments"]][:2] == [
        f"{script} Presupuesto abierto en escuelas",
        formula,
    ]
    token, _ = await counter.active("/x.csv", title=script, fields=fields)
    harvest = await counter.ask(HARVEST, token, key="puebla-csv")
    assert harvest["run"]["verdict"] == "PUBLISHED"
    nodes = (await counter.ask('{ commitments(filter: {source: ["puebla-csv"]}) { nodes { title } } }'))["nodes"]
    assert {node["title"] for node in nodes} >= {formula}
    source = await counter.store.source("puebla-csv")
    assert source is not None
    assert source.title == script


async def test_no_body_is_echoed_beyond_mapped_cells(counter: Counter) -> None:
    secret = "AKIA-LLAVE-SECRETA-0001"
    body = f'{{"Code": "Success", "AccessKeyId": "{secret}"}}'
    counter.sites.add("/latest/meta-data", body.encode(), "application/json")
    for connector in ("csv", "json", "html_table", "html_list"):
        given = counter.input("/latest/meta-data", connector=connector, fields=None)
        answer = await counter.answer(PREVIEW, input=given)
        assert secret not in str(answer), connector


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"connector": "bundled"}, "connector"), ({"connector": "no-hay"}, "connector"), ({"key": "A"}, "key"),
        ({"key": "con espacio"}, "key"), ({"key": "x" * 65}, "key"), ({"contact": "nadie"}, "contact"),
        ({"contact": "a@b@c.mx"}, "contact"), ({"title": " "}, "title"), ({"title": "a\nb"}, "title"),
        ({"state": "Pueblo Mágico"}, "state"), ({"schedule": "a veces"}, "schedule"), ({"floor": -1}, "floor"),
        ({"options": {"delimitador": ";"}}, "options"), ({"options": [1]}, "options"), ({"fields": {"titulo": "x"}}, "fields"),
        ({"fields": {"title": {"columna": "x"}}}, "fields"), ({"license": "x" * 300}, "license"),
    ],
)  # fmt: skip
async def test_each_wrong_input_is_named(counter: Counter, values: dict[str, Any], path: str) -> None:
    answer = await counter.ask(REGISTER, input=counter.input() | values)
    assert codes(answer) == [("BAD_USER_INPUT", ("input", path))]
    assert (answer["source"], answer["token"], answer["challenge"]) == (None, None, None)


async def test_all_mistakes_are_told_at_once(counter: Counter) -> None:
    answer = await counter.ask(REGISTER, input=counter.input() | {"key": "?", "contact": "x", "url": "ftp://x"})
    assert [path[1] for _, path in codes(answer)] == ["key", "contact", "url"]


class TestAllowList:
    @pytest.fixture
    def config_text(self) -> str:
        return CONFIG + '\n[hub]\nconnectors = ["csv"]\n'

    async def test_a_connector_outside_the_allow_list_is_refused(self, counter: Counter) -> None:
        for document in (REGISTER, PREVIEW):
            answer = await counter.ask(document, input=counter.input(connector="xlsx", fields=None))
            assert codes(answer) == [("BAD_USER_INPUT", ("input", "connector"))]


async def test_tokens_and_challenges_stand_in_no_log_and_only_hashes_in_the_store(counter: Counter) -> None:
    token, body = await counter.active()
    log = str(await counter.store.audit_log(first=100))
    assert token not in log
    assert body not in log
    database = b"".join(path.read_bytes() for path in counter.site.config.base.rglob("hub.db*"))
    assert token.encode() not in database
