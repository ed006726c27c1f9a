"""One connector at one imitation of its source: what the rules are tried on."""

from __future__ import annotations

import asyncio
import inspect
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from itertools import islice
from pathlib import Path
from typing import Any

from connectors.base import Connector, Context, Draft, Row, Snapshot, SourceInfo
from connectors.testing.guard import watched
from connectors.testing.sites import Site, WithoutEnd


class Broken(AssertionError):
    """A rule is broken; the text says how and what to do."""


MOST_SNAPSHOTS = 3_000
SPARE_ROWS = 10_000
"""A snapshot may have as many rows as it has bytes, and these."""


@dataclass(slots=True)
class Case:
    """A connector with its fixture.

    Attributes:
        kind: the connector's class.
        site: what answers.
        url: the source's address.
        options: as in ``[sources.x.options]``.
        fields: as in ``[sources.x.fields]``.
        state: the source's INEGI key.
        golden: the file of the drafts.
        shuffled: the same source with its records in another order.
        seconds: of processor time, for one reading.
        rounds: how many random mutations of the fixture are tried.
        find: gives the entry points; None: those that are installed.
        update_golden: write `golden` instead of comparing it.
    """

    kind: type[Connector]
    site: Site
    url: str
    options: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    state: str | None = None
    golden: Path | None = None
    shuffled: Site | None = None
    seconds: float = 60.0
    rounds: int = 40
    find: Callable[[], Iterable[EntryPoint]] | None = None
    update_golden: bool = False

    def make(self) -> Connector:
        """The connector, as a run makes it."""
        return self.kind(self.kind.Options.model_validate(dict(self.options)))

    def context(self, fetch: Any) -> Context:
        """A run's context."""
        source = SourceInfo(key="fuente", title="Fuente", url=self.url, state=self.state, fields=self.fields)
        return Context(source=source, options=self.kind.Options.model_validate(dict(self.options)), fetch=fetch)

    def gather(self, connector: Connector, ctx: Context) -> list[Snapshot]:
        """The snapshots of a run. Raises HarvestError; Broken where a side door was opened or no snapshot came."""
        taken: list[Snapshot] = []

        async def walk() -> None:
            with self._honest("snapshots()"):
                async for one in connector.snapshots(ctx):
                    if not isinstance(one, Snapshot):
                        raise Broken(f"snapshots() gave a {type(one).__name__}; it gives what ctx.fetch answered")
                    taken.append(one)
                    if len(taken) > MOST_SNAPSHOTS:
                        raise WithoutEnd(f"more than {MOST_SNAPSHOTS} snapshots")

        asyncio.run(walk())
        return taken

    def drafts(self, connector: Connector, shot: Snapshot, ctx: Context) -> Iterator[tuple[Row, list[Draft]]]:
        """Rows with their drafts, as a run makes them. Raises Empty and HarvestError; Broken for a side door."""
        most = shot.size + SPARE_ROWS
        with self._honest("rows() or draft()"):
            for count, row in enumerate(islice(connector.rows(shot, ctx), most + 1), 1):
                if count > most:
                    raise Broken(f"rows() gave more than {most} rows of {shot.size} bytes; a reading must end")
                made = connector.draft(row, ctx)
                yield row, drafts_of(made)

    @contextmanager
    def _honest(self, who: str) -> Iterator[None]:
        with watched(self._own()) as watch:
            try:
                yield
            except Exception as error:  # the connector may have met the SideDoor and made another error of it
                if not watch.seen:
                    raise
                raise Broken(_door(who, watch.seen[0])) from error
        if watch.seen:
            raise Broken(_door(who, watch.seen[0]))

    def _own(self) -> Sequence[Path]:
        """The files of the connector's own package, or its one module."""
        module = sys.modules.get(self.kind.__module__)
        path = getattr(module, "__file__", None)
        if not path:
            return ()
        return (Path(path).parent if getattr(module, "__package__", "") else Path(path),)


def _door(who: str, opened: str) -> str:
    return f"{who} did {opened} by itself; ctx.fetch is the only way out"


def drafts_of(made: Any) -> list[Draft]:
    """What `draft()` gave, as a list."""
    if made is None:
        return []
    if isinstance(made, Draft):
        return [made]
    if inspect.isawaitable(made):
        raise Broken("draft() must not be async; it does no input or output")
    return list(made)


class _OneWay(io.RawIOBase):
    """Bytes that can be read once, forwards, as out of a compressed file."""

    def __init__(self, body: bytes) -> None:
        self._body = io.BytesIO(body)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._body.readinto(buffer)


def archived(shot: Snapshot) -> Snapshot:
    """The same snapshot as the archive gives it back: its bytes come out of a stream that cannot seek."""
    body = shot.read()
    return Snapshot(
        url=shot.url, sha256=shot.sha256, fetched_at=shot.fetched_at, size=len(body), media_type=shot.media_type,
        charset=shot.charset, status=shot.status, headers=dict(shot.headers), not_modified=True, via=shot.via,
        opener=lambda: io.BufferedReader(_OneWay(body)),
    )  # fmt: skip
