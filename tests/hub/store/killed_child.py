"""Run by test_kill.py: stages and publishes one edition after another until it is killed."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from hub.model import RunVerdict
from hub.store import Store
from tests.hub.store.world import GRACE, STATE, commitment

COUNT = 60


async def main(url: str, edition: int) -> None:
    store = await Store.open(url)
    while True:
        now = datetime.now(UTC)
        run = await store.start_run(STATE.key, now=now, owner="child", lease=0.0)
        assert run is not None
        items = [commitment(n, f"edición {edition}") for n in range(1, COUNT + 1)]
        for start in range(0, COUNT, 20):
            await store.stage(run.id, [("commitment", c.native_key, c) for c in items[start : start + 20]])
        print(edition, flush=True)  # the parent may strike from here on
        await store.publish(run.id, now=now + timedelta(microseconds=1), grace=GRACE)
        await store.finish_run(run.id, verdict=RunVerdict.PUBLISHED, now=datetime.now(UTC))
        edition += 1


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
