"""What every connector test needs: a snapshot of given bytes, a context, a site of given answers, and drafts as JSON."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
from hypothesis import strategies as st

from connectors.base import Connector, Context, Draft, Empty, HarvestError, Snapshot, SourceDown, SourceInfo

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def snapshot(body: bytes | str, url: str = "https://ejemplo.gob.mx/", media_type: str | None = None) -> Snapshot:
    data = body.encode() if isinstance(body, str) else body
    return Snapshot(
        url=url,
        sha256=hashlib.sha256(data).hexdigest(),
        fetched_at=NOW,
        size=len(data),
        media_type=media_type,
        content=data,
    )


class Site:
    """Answers requests from a table of address → body (bytes, text or JSON), and remembers what was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []
        self.bodies: list[Any] = []

    async def __call__(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, json: Any = None
    ) -> Snapshot:
        self.asked.append(url)
        self.bodies.append(json)
        answer = self.answers.get(url)
        if callable(answer):
            answer = answer(json)
        if answer is None:
            raise SourceDown(f"No hay {urlsplit(url).path}.", code="HTTP_404")
        if isinstance(answer, HarvestError):
            raise answer
        if isinstance(answer, Snapshot):
            return answer
        return snapshot(as_bytes(answer), url)


def as_bytes(answer: Any) -> bytes:
    if isinstance(answer, bytes):
        return answer
    return answer.encode() if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False).encode()


def context(
    fetch: Any = None,
    url: str = "https://ejemplo.gob.mx/",
    state: str | None = None,
    options: Any = None,
    fields: Any = None,
    title: str = "Ejemplo",
) -> Context:
    source = SourceInfo(key="ejemplo", title=title, url=url, state=state, fields=fields or {})
    return Context(source=source, options=options, fetch=fetch or Site({}))


def drafts_of(connector: Connector, shot: Snapshot, ctx: Context) -> list[Draft]:
    """The drafts of one snapshot; none where it says, honestly, that it is empty."""
    found: list[Draft] = []
    try:
        for row in connector.rows(shot, ctx):
            assert row.locator, "every row says where it is"
            made = connector.draft(row, ctx)
            if made is not None:
                found.extend([made] if isinstance(made, Draft) else made)
    except Empty:
        return []
    return found


async def harvest(connector: Connector, ctx: Context) -> list[Draft]:
    """Snapshots to drafts, as a run does it."""
    return [draft async for shot in connector.snapshots(ctx) for draft in drafts_of(connector, shot, ctx)]


def golden(name: str, drafts: list[Draft]) -> None:
    """Hold drafts against the golden file; a missing file is written and the test fails once, to be looked at."""
    path = FIXTURES / name
    text = json.dumps([asdict(draft) for draft in drafts], ensure_ascii=False, indent=1, default=str) + "\n"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        raise AssertionError(f"{path.name} has been written: read it, then run again")
    assert text == path.read_text(encoding="utf-8")


def mutate(body: bytes, data: Any) -> bytes:
    """A fixture with some of its bytes replaced, cut or doubled (`data`: hypothesis.strategies.data())."""
    changed = bytearray(body)
    for _ in range(data.draw(st.integers(1, 12))):
        if not changed:
            break
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 300))] = data.draw(st.binary(max_size=12))
    return bytes(changed)


def survives(connector: Connector, shot: Snapshot, ctx: Context) -> None:
    """Hostile bytes raise nothing but HarvestError."""
    with contextlib.suppress(HarvestError):
        drafts_of(connector, shot, ctx)


def survives_run(connector: Connector, ctx: Context) -> None:
    """A whole run against a hostile site raises nothing but HarvestError."""
    with contextlib.suppress(HarvestError):
        anyio.run(harvest, connector, ctx)
