"""No host is asked faster than agreed."""

from __future__ import annotations

from itertools import pairwise

import anyio
import pytest

from hub.fetch.pace import Pace
from tests.hub.fetch.conftest import FakeTime

pytestmark = pytest.mark.anyio


async def test_requests_to_one_host_start_a_gap_apart() -> None:
    time = FakeTime()
    pace = Pace(0.5, None, time.clock())
    starts = []
    for _ in range(3):
        async with pace.slot("a.example"):
            starts.append(time.at.timestamp())
    assert [later - earlier for earlier, later in pairwise(starts)] == [0.5, 0.5]


async def test_hosts_do_not_wait_for_each_other() -> None:
    time = FakeTime()
    pace = Pace(0.5, None, time.clock())
    for host in ("a.example", "b.example", "c.example"):
        async with pace.slot(host):
            pass
    assert time.slept == []


async def test_an_idle_host_is_asked_at_once() -> None:
    time = FakeTime()
    pace = Pace(0.5, None, time.clock())
    async with pace.slot("a.example"):
        pass
    await time.sleep(10)
    time.slept.clear()
    async with pace.slot("a.example"):
        pass
    assert time.slept == []


@pytest.mark.parametrize(("gap", "waits"), [(3.0, 3.0), (0.1, 0.5), (None, 0.5)])
async def test_the_slower_of_host_and_operator_counts(gap: float | None, waits: float) -> None:
    time = FakeTime()
    pace = Pace(0.5, None, time.clock())
    async with pace.slot("a.example", gap):
        pass
    async with pace.slot("a.example", gap):
        pass
    assert time.slept == [waits]


@pytest.mark.parametrize(("limit", "most"), [(2, 2), (None, 6)])
async def test_no_more_requests_run_at_once_than_agreed(limit: int | None, most: int) -> None:
    pace = Pace(0.0, limit, FakeTime().clock())
    running = peak = 0
    release = anyio.Event()

    async def one() -> None:
        nonlocal running, peak
        async with pace.slot("a.example"):
            running += 1
            peak = max(peak, running)
            if running == most:
                release.set()
            await release.wait()
            running -= 1

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for _ in range(6):
                tasks.start_soon(one)
    assert peak == most
