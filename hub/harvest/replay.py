"""A run repeated from the archive: the connector asks as always, and the archive answers.

So a mended connector re-reads what was fetched, with no network and the same result.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Literal

from connectors.base import Snapshot, SourceDown
from hub.fetch import Archive, Tally, fetch_key
from hub.store.records import FetchRecord


class ArchiveFetch:
    """A `connectors.base.Fetch` over the responses of one earlier run; its `tally` stays at nothing."""

    def __init__(self, records: Iterable[FetchRecord], archive: Archive) -> None:
        self._records = {record.url: record for record in records}
        self._archive = archive
        self.tally = Tally()

    async def __call__(
        self,
        url: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Snapshot:
        """The archived answer of this very request.

        Raises:
            SourceDown: it was not asked for in that run, so the archive has no answer.
        """
        body = None if json is None else jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        record = self._records.get(fetch_key(method, url, body))
        if record is None:
            raise SourceDown(
                f"El archivo no guarda la respuesta de {url}; hace falta leer el sitio otra vez.", code="NOT_ARCHIVED"
            )
        return snapshot_of(record, self._archive, url)


def snapshot_of(record: FetchRecord, archive: Archive, url: str) -> Snapshot:
    """An archived response as the connector saw it."""
    return Snapshot(
        url=url,
        sha256=record.sha256,
        fetched_at=record.fetched_at,
        size=record.size,
        media_type=record.media_type,
        charset=record.charset,
        status=record.status,
        headers=record.headers,
        not_modified=True,
        via=record.via,
        opener=partial(archive.open, record.sha256),
    )
