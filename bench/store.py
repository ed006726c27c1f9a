"""Publish N commitments of one source into a store: first time, unchanged, one per cent changed.

    python bench/store.py 100000 sqlite:////tmp/bench.db

Prints seconds of staging and of publication, and the process's peak memory.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from hub.model import Alignment, Commitment, CommitmentStatus, PlanRef, Program, RunVerdict
from hub.store import SourceRecord, Store

BATCH = 1000
START = datetime(2026, 1, 1, tzinfo=UTC)


def commitments(count: int, edition: int) -> Iterator[tuple[str, str, Commitment]]:
    """`count` commitments in plans of 60; every hundredth differs from edition to edition."""
    for index in range(count):
        plan, number = divmod(index, 60)
        title = f"Compromiso {number} del plan {plan}: transparencia y participación ciudadana en obra pública"
        yield (
            "commitment",
            f"k{index}",
            Commitment(
                native_key=f"k{index}",
                title=title if index % 100 else f"{title} ({edition})",
                plan=PlanRef(key=f"p{plan}", jurisdiction="30", program=Program.COCREACION_LOCAL, ordinal=plan + 1),
                jurisdiction="30",
                number=number,
                description="Publicar en formatos abiertos la información que las personas piden. " * 6,
                ods=(Alignment(goal=16, target="16.6"),),
                status=CommitmentStatus.IN_PROGRESS,
                status_raw="En proceso",
                progress=55.0,
                progress_raw="55%",
                years=(2025, 2026),
                raw={"No.": number, "Compromiso": title, "Avance": "55%", "Estatus": "En proceso"},
            ),
        )


async def one_run(store: Store, count: int, edition: int, now: datetime) -> None:
    run = await store.start_run("veracruz", now=now, owner="bench", lease=600.0)
    assert run is not None
    began = time.perf_counter()
    records = commitments(count, edition)
    while batch := list(islice(records, BATCH)):
        await store.stage(run.id, batch)  # type: ignore[arg-type]
    staged = time.perf_counter()
    diff = await store.diff(run.id)
    diffed = time.perf_counter()
    done = await store.publish(run.id, now=now, grace=timedelta(days=7))
    published = time.perf_counter()
    await store.finish_run(run.id, verdict=RunVerdict.PUBLISHED, now=now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{diff.added}+ {diff.modified}~ {diff.unchanged}=  stage {staged - began:.2f} s  diff {diffed - staged:.2f} s  "
        f"publish {published - diffed:.2f} s  changes {done.changes}  peak {peak} MB"
    )


async def main(count: int, url: str) -> None:
    store = await Store.open(url)
    await store.migrate()
    await store.sync_sources(
        [SourceRecord(key="veracruz", title="Veracruz", connector="csv", url="x", jurisdiction="30")]
    )
    for step, edition in enumerate((1, 1, 2)):
        await one_run(store, count, edition, START + timedelta(hours=step))
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
