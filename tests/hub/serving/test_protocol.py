"""hub.serving.protocol: what comes back is, byte for byte, what uvicorn's own protocol gives; some of it without a task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.serving import protocol
from hub.serving.protocol import FastPathProtocol, unknown
from tests.hub.serving.asked import GOALS, LARGE, LAST, ORDINARY, PAGE, REQUESTS
from tests.hub.serving.kit import DATE, FAST, PLAIN, Site, connected, happens, request, served, talk

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs a coroutine in the event loop that the hub has in production."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        yield runner.run


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Two sites alike, for the one protocol and the other."""
    folder = tmp_path_factory.mktemp("sites")
    return Site(folder / "plain"), Site(folder / "fast")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """One site."""
    return Site(tmp_path / "site")


async def both(sites: tuple[Site, Site], *talks: list[tuple[list[bytes], int]]) -> list[tuple[bytes, bytes]]:
    """What the two say to the same talks, one connection each; their clients' windows begin anew."""
    plain, fast = sites
    plain.now = fast.now = max(plain.now, fast.now) + 10_000
    async with served(plain, PLAIN) as one, served(fast, FAST) as other:
        return [(await talk(one.port, steps), await talk(other.port, steps)) for steps in talks]


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_answered_the_same_when_it_comes_again_and_again(
    name: str, sites: tuple[Site, Site], run: Run
) -> None:
    one = REQUESTS[name]
    plain, fast = run(both(sites, [([one], 1), ([one], 2), ([ORDINARY], 3), ([one], 4)]))[0]
    assert plain.startswith(b"HTTP/1.1 ")
    assert fast == plain


@pytest.mark.parametrize("name", LAST)
def test_a_connection_ends_the_same(name: str, sites: tuple[Site, Site], run: Run) -> None:
    one = LAST[name]
    for plain, fast in run(both(sites, *[[([ORDINARY], 1), ([one], 2)]] * 3)):
        assert b"HTTP/1.1 200 OK" in plain
        assert fast == plain


def test_a_request_that_comes_again_is_answered_without_a_task(site: Site, run: Run) -> None:
    async def ask() -> tuple[int, int]:
        async with served(site) as server:
            tasks = 0
            async with connected(server.port) as client:
                for number in range(1, 6):
                    client.send(request(PAGE, {"X-Mark": "no task"}))
                    await client.until(number)
                    tasks = max(tasks, len(server.state.tasks)) if number > 1 else 0
            return tasks, server.state.total_requests

    assert run(ask()) == (0, 5)
    assert site.fast_path.answered == 4


def test_what_was_never_asked_is_planned_at_once(tmp_path: Path, run: Run) -> None:
    site = Site(tmp_path / "site", cache_bytes=0)

    async def ask() -> bytes:
        bodies = [PAGE.replace(b"20", b"%d" % number) for number in range(10, 20)]
        async with served(site) as server:
            return await talk(server.port, [([request(body)], number + 1) for number, body in enumerate(bodies)])

    assert run(ask()).count(b"HTTP/1.1 200 OK") == 10
    assert site.fast_path.answered == 9


@pytest.mark.parametrize("quota", [1, 3, 6])
def test_the_quota_is_counted_once_a_request_and_refuses_the_same(tmp_path: Path, run: Run, quota: int) -> None:
    sites = (Site(tmp_path / "plain", quota=f"{quota}/hour"), Site(tmp_path / "fast", quota=f"{quota}/hour"))
    asked = [ORDINARY, ORDINARY, request(b"{}"), request(PAGE), ORDINARY, request(b'{"query":"{ __typename }"}')]
    plain, fast = run(both(sites, [([one], number + 1) for number, one in enumerate([*asked, *asked])]))[0]
    assert plain.count(b"HTTP/1.1 429 ") == 12 - quota
    assert fast == plain


def test_without_a_quota_or_origins_answers_are_the_same(tmp_path: Path, run: Run) -> None:
    sites = (Site(tmp_path / "plain", cors=()).unlimited(), Site(tmp_path / "fast", cors=()).unlimited())
    asked = [ORDINARY, REQUESTS["a page of another origin"], request(PAGE)]
    plain, fast = run(both(sites, [([one], number + 1) for number, one in enumerate([*asked, *asked])]))[0]
    assert b"ratelimit" not in plain
    assert fast == plain
    assert sites[1].fast_path.answered == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.sampled_from(["an ordinary one"] * 4 + sorted(REQUESTS)), min_size=1, max_size=6),
    last=st.sampled_from([None, *sorted(LAST)]),
    cuts=st.lists(st.integers(0, 4_000), max_size=8),
    waits=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_pipelined_and_in_pieces_everything_is_answered_the_same(
    sites: tuple[Site, Site], run: Run, names: list[str], last: str | None, cuts: list[int], waits: list[bool]
) -> None:
    steps: list[tuple[list[bytes], int]] = []
    waiting: list[bytes] = []
    for number, name in enumerate(names):
        waiting.append(REQUESTS[name])
        if waits[number] or number + 1 == len(names):
            steps.append((pieces(b"".join(waiting), cuts), number + 1))
            waiting = []
    if last is not None:
        steps.append((pieces(LAST[last], cuts), len(names) + 1))
    ((plain, fast),) = run(both(sites, steps))
    assert fast == plain


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % len(data) for cut in cuts} | {0, len(data)})
    return [data[begin:end] for begin, end in pairwise(places)]


def test_a_body_that_comes_later_is_answered_the_same(sites: tuple[Site, Site], run: Run) -> None:
    cut = len(ORDINARY) - 10
    steps = [([ORDINARY], 1), ([ORDINARY[:cut]], 1), ([ORDINARY[cut:]], 2), ([ORDINARY], 3)]
    plain, fast = run(both(sites, steps))[0]
    assert plain.count(b"HTTP/1.1 200 OK") == 3
    assert fast == plain


def test_a_wait_for_100_continue_is_answered_the_same(sites: tuple[Site, Site], run: Run) -> None:
    whole = request(GOALS, {"Expect": "100-continue"})
    head, body = whole[: -len(GOALS)], whole[-len(GOALS) :]
    for plain, fast in run(both(sites, [([ORDINARY], 1), ([head], 2), ([body], 3)], [([ORDINARY], 1), ([whole], 2)])):
        assert fast == plain
        assert plain.count(b"HTTP/1.1 200 OK") == 2


def test_the_same_head_with_another_length_of_body_is_not_taken_for_known(sites: tuple[Site, Site], run: Run) -> None:
    pair = ORDINARY + request(PAGE)
    plain, fast = run(
        both(sites, [([ORDINARY], 1), ([ORDINARY], 2), ([ORDINARY + b"\r\n" + ORDINARY], 4), ([pair], 6)])
    )[0]
    assert plain.count(b"HTTP/1.1 200 OK") == 6
    assert fast == plain


@pytest.mark.parametrize("fast_alone", [False, True])
def test_an_idle_connection_is_closed_when_its_time_is_over(site: Site, run: Run, fast_alone: bool) -> None:
    async def ask() -> tuple[bool, int]:
        async with served(site, timeout_keep_alive=1) as server:
            await talk(server.port, [([ORDINARY], 1)])
            async with connected(server.port) as client:
                asked = [ORDINARY, ORDINARY] if fast_alone else [request(b"{}"), ORDINARY, ORDINARY]
                for number, one in enumerate(asked):
                    client.send(one)
                    await client.until(number + 1)
                await client.until(100)
                return client.ended, len(server.state.connections)

    assert run(ask()) == (True, 0)


def test_an_answer_of_the_fast_path_begins_the_idle_time_anew(site: Site, run: Run) -> None:
    async def ask() -> tuple[bool, bool]:
        async with served(site, timeout_keep_alive=1_000) as server, connected(server.port) as client:
            for number in (1, 2):
                client.send(ORDINARY)
                await client.until(number)
            (connection,) = server.state.connections
            assert isinstance(connection, FastPathProtocol)
            running = connection.timeout_keep_alive_task
            assert running is not None
            running.cancel()
            connection.timeout_keep_alive_handler()  # the timer of the first answer comes to its end
            return connection.transport.is_closing(), connection.timeout_keep_alive_task is running

    assert run(ask()) == (False, False)
    assert site.fast_path.answered == 1


@pytest.mark.parametrize("http", [PLAIN, FAST], ids=["uvicorn", "ours"])
def test_a_body_that_is_itself_a_known_request_is_a_body(site: Site, run: Run, http: Any) -> None:
    head = request(line="POST /graphql HTTP/1.1", headers={"Content-Length": str(len(ORDINARY))}, length=False)

    async def ask() -> bytes:
        async with served(site, http) as server, connected(server.port) as client:
            client.send(ORDINARY)
            await client.until(1)
            client.send(head)
            await happens(lambda: server.state.tasks)
            client.send(ORDINARY)
            await client.until(2)
            return client.received

    received = run(ask())
    assert received.count(b"HTTP/1.1 ") == 2
    assert b"HTTP/1.1 400 Bad Request" in received


@pytest.mark.parametrize("http", [PLAIN, FAST], ids=["uvicorn", "ours"])
def test_a_head_that_ends_with_a_known_request_is_that_head(site: Site, run: Run, http: Any) -> None:
    async def ask() -> bytes:
        async with served(site, http) as server, connected(server.port) as client:
            client.send(ORDINARY)
            await client.until(1)
            (connection,) = server.state.connections
            assert isinstance(connection, HttpToolsProtocol)
            before = connection.headers
            client.send(b"POST /nowhere HTTP/1.1\r\nX-Begun: ")
            await happens(lambda: connection.headers is not before)
            client.send(ORDINARY)
            await client.until(2)
            return client.received

    assert b"HTTP/1.1 404 Not Found" in run(ask())


@pytest.mark.parametrize("http", [PLAIN, FAST], ids=["uvicorn", "ours"])
def test_an_answer_does_not_overtake_the_one_before(site: Site, run: Run, http: Any) -> None:
    async def ask() -> tuple[bytes, int]:
        async with served(site, http) as server, connected(server.port) as client:
            client.send(ORDINARY)
            await client.until(1)
            client.send(request(line="GET /slow HTTP/1.1"))
            await happens(lambda: server.state.tasks)
            client.send(ORDINARY)
            (connection,) = server.state.connections
            assert isinstance(connection, HttpToolsProtocol)
            await happens(lambda: connection.pipeline or server.state.total_requests > 1)
            site.gate.set()
            await client.until(3)
            return client.received, client.answers

    received, answers = run(ask())
    assert answers == 3
    assert received.index(b"slow") < received.rindex(b"odsGoals")


@pytest.mark.parametrize("http", [PLAIN, FAST], ids=["uvicorn", "ours"])
def test_a_request_is_answered_only_when_its_last_byte_has_come(site: Site, run: Run, http: Any) -> None:
    spaced = request(GOALS + b" " * 10)

    async def ask() -> tuple[int, int]:
        async with served(site, http) as server, connected(server.port) as client:
            for number in (1, 2):
                client.send(spaced)
                await client.until(number)
            client.send(spaced[:-5])
            await happens(lambda: server.state.tasks or server.state.total_requests > 2)
            early = server.state.total_requests
            client.send(spaced[-5:])
            client.send(spaced)
            await client.until(4)
            return early, client.received.count(b"HTTP/1.1 200 OK")

    assert run(ask()) == (2, 4)


def test_what_follows_a_refused_upgrade_is_answered_the_same(sites: tuple[Site, Site], run: Run) -> None:
    ended = LAST["another upgrade"]
    for plain, fast in run(both(sites, [([ORDINARY], 1), ([ended], 2), ([ORDINARY], 3)], [([ORDINARY], 1)])):
        assert fast == plain


def test_a_client_that_does_not_read_is_answered_when_it_does(site: Site, run: Run) -> None:
    async def ask() -> int:
        async with served(site) as server, connected(server.port) as client:
            sent = 0
            paused = False
            while not paused:
                client.send(request(LARGE))
                sent += 1
                while server.state.total_requests < sent and not paused:
                    await asyncio.sleep(0)
                    paused = any(held_up(connection) for connection in server.state.connections)
            before = site.fast_path.answered
            client.send(request(LARGE))
            await happens(lambda: server.state.tasks)  # uvicorn's way, which waits for the client
            assert site.fast_path.answered == before > 1
            await client.until(sent + 1)
            return client.answers - sent

    assert run(ask()) == 1


def held_up(connection: object) -> bool:
    """Whether a connection can take no more for now."""
    assert isinstance(connection, FastPathProtocol)
    return connection.flow.write_paused


def test_an_idle_connection_is_closed_when_the_server_ends(site: Site, run: Run) -> None:
    async def ask() -> bytes:
        async with served(site) as server, connected(server.port) as client:
            for number in (1, 2):
                client.send(ORDINARY)
                await client.until(number)
            for connection in list(server.state.connections):
                connection.shutdown()
            await client.until(3)
            return client.received

    assert run(ask()).count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    "more",
    [{"limit_concurrency": 100}, {"root_path": "/under"}, {"access_log": True}],
    ids=lambda more: next(iter(more)),
)
def test_what_uvicorn_does_with_each_request_is_left_to_it(
    site: Site, run: Run, more: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def ask() -> bytes:
        async with served(site, **more) as server:
            return await talk(server.port, [([ORDINARY], 1), ([ORDINARY], 2)])

    with caplog.at_level(logging.INFO, "uvicorn.access"):
        assert run(ask()).count(b"HTTP/1.1 ") == 2
    assert site.fast_path.answered == 0
    assert len([line for line in caplog.messages if "POST /graphql" in line]) == (2 if "access_log" in more else 0)


def test_a_site_without_a_fast_path_is_served(run: Run) -> None:
    async def ask() -> bytes:
        async def site(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

        async with served(site) as server:
            return await talk(server.port, [([ORDINARY], 1), ([ORDINARY], 2)])

    assert run(ask()).count(b"HTTP/1.1 204 No Content\r\ndate: " + DATE) == 2


def test_a_fast_path_that_breaks_is_passed_by_and_told(site: Site, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(head: Any, body: bytes) -> None:
        raise ZeroDivisionError

    site.graphql.at_once = breaks  # type: ignore[method-assign]

    async def ask() -> bytes:
        async with served(site) as server:
            return await talk(server.port, [([ORDINARY], 1), ([ORDINARY], 2)])

    assert run(ask()).count(b"HTTP/1.1 200 OK") == 2
    assert [record.name for record in caplog.records] == ["hub.serving"]


def test_only_so_many_heads_are_remembered(site: Site, run: Run) -> None:
    async def ask() -> None:
        async with served(site) as server:
            heads = [request(GOALS, {"X-Number": str(number)}) for number in range(600)]
            await talk(server.port, [([head], number + 1) for number, head in enumerate(heads)])
            await talk(server.port, [([request(GOALS, {"X-Long": "a" * protocol.LONGEST_HEAD})], 1)])

    run(ask())
    assert len(site.fast_path.heads) == 512
    assert not any(b"X-Long" in head for head in site.fast_path.heads)


def test_no_token_is_remembered(sites: tuple[Site, Site], run: Run) -> None:
    run(both(sites, [([REQUESTS["a bad token"]], 1), ([REQUESTS["a bad token"]], 2)]))
    assert not any(b"nobody" in head for head in sites[1].fast_path.heads)


def test_the_installed_uvicorn_has_all_that_is_used_of_it() -> None:
    assert unknown() == []
    assert issubclass(FastPathProtocol, HttpToolsProtocol)


def test_what_a_uvicorn_lacks_is_named() -> None:
    used = ((HttpToolsProtocol, frozenset(("cycle", "wheel"))),)
    assert unknown(used) == ["HttpToolsProtocol.wheel"]
