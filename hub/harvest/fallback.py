"""What stands in for a source that is gone: the Internet Archive's last good capture of each address it is asked for.

The bytes keep the source's own address and say through `via` which capture they are, so that lineage tells the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from connectors.base import Context, Fetch, HarvestError, Snapshot, SourceChanged, SourceDown
from connectors.wayback import WaybackOptions, last_good
from hub.harvest.attempts import in_a_row
from hub.model import Run, RunVerdict
from hub.store.records import SourceRecord

DEAD = frozenset({"NOT_FOUND"})
"""Codes of `SourceChanged` that say the page is gone."""


def is_dead(error: HarvestError) -> bool:
    """Whether a page is out of reach, rather than changed or forbidden (what a site forbids is not read elsewhere)."""
    return isinstance(error, SourceDown) or (isinstance(error, SourceChanged) and error.code in DEAD)


def down_since(runs: Sequence[Run], last_measure: Mapping[str, Any] | None) -> datetime | None:
    """Since when a source has been out of reach; None where its last run reached it.

    Args:
        runs: newest first.
        last_measure: of the last good run, which may itself have read a capture.
    """
    if last_measure and last_measure.get("down_since"):
        return datetime.fromisoformat(str(last_measure["down_since"]))
    failed = in_a_row(runs, RunVerdict.SOURCE_DOWN, RunVerdict.SOURCE_CHANGED)
    return failed[-1].started_at if failed else None


def is_called_for(source: SourceRecord, since: datetime | None, now: datetime) -> bool:
    """Whether the source's declared fallback is to be read instead of it."""
    if source.fallback != "wayback" or since is None:
        return False
    return now - since >= timedelta(seconds=source.fallback_after or 0)


class CaptureFetch:
    """A `connectors.base.Fetch` that answers with captures.

    Args:
        ctx: of the run; its `fetch` is the way out, its notes tell which capture was read.
        endpoint: the address of the archive.
        kept: told of each capture, under the source's own address.
    """

    def __init__(self, ctx: Context, fetch: Fetch, endpoint: str, kept: Callable[[Snapshot], None]) -> None:
        self._inner = Context(ctx.source, None, fetch, ctx.notes)
        self._options = WaybackOptions(endpoint=endpoint)
        self._kept = kept

    async def __call__(
        self,
        url: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Snapshot:
        """The newest good capture of an address.

        Raises:
            SourceDown: the archive does not answer, or the request is of a kind that it does not keep.
            SourceChanged: there is no capture.
        """
        if method != "GET" or json is not None:
            raise SourceDown("El Internet Archive no guarda respuestas a consultas de este tipo.", code="NO_CAPTURE")
        snapshot = await last_good(self._inner, url, self._options)
        self._kept(snapshot)
        return snapshot
