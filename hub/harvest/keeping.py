"""What a source says, read and laid before the store: in a thread, or in the process beside this one where that is worth it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from connectors.base import Connector, Context, Snapshot
from hub.harvest.beside import LostError
from hub.harvest.environment import Environment
from hub.harvest.outcome import Step
from hub.harvest.reading import BATCH, Reading, batches
from hub.normalise.lookups import Lookups
from hub.store.records import SourceRecord

Rows = list[dict[str, Any]]


async def read_into(
    env: Environment,
    run: str,
    source: SourceRecord,
    connector: Connector,
    ctx: Context,
    snapshots: Sequence[Snapshot],
    lookups: Lookups,
    reading: Reading,
) -> None:
    """Read all snapshots and stage what they hold; `reading` tells how it went, also where it breaks off.

    Raises:
        HarvestError: the bytes are not what the connector understands.
    """
    async with aclosing(_read(env, run, connector, ctx, snapshots, lookups, reading)) as found:
        async for batch in found:
            reading.measure.duplicates += await env.store.stage_rows(run, batch)
            env.on_step(Step(source.key, "keeping", reading.measure.read))
    for note in ctx.notes:
        reading.note(note)
    reading.complete = True


async def _read(
    env: Environment,
    run: str,
    connector: Connector,
    ctx: Context,
    snapshots: Sequence[Snapshot],
    lookups: Lookups,
    reading: Reading,
) -> AsyncGenerator[Rows, None]:
    """The rows, wherever they are read: what the process beside this one could not finish is read again here."""
    given = 0
    if env.beside is not None:
        try:
            async with aclosing(env.beside.batches(connector, ctx, snapshots, lookups, run, reading)) as found:
                async for batch in found:
                    yield batch
                    given += len(batch)
            return
        except LostError:
            reading.measure.read = 0
    rows = batches(connector, ctx, snapshots, lookups, run, reading)
    whole = True
    while whole and (batch := await asyncio.to_thread(lambda: next(rows, []))):
        whole = len(batch) >= BATCH  # a smaller one is the last: a small source takes one change of thread
        fresh = batch[given:]
        given = max(0, given - len(batch))
        if fresh:
            yield fresh
