"""The Internet Archive's last good capture of an address: for sources that are gone.

The CDX server lists captures (github.com/internetarchive/wayback, wayback-cdx-server); the `id_` form of a
capture's address gives the bytes as they were archived, without the Archive's own banner.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from pydantic import Field

from connectors.base import Context, Empty, HarvestError, Options, Snapshot, SourceChanged, SourceDown
from connectors.catalogue import read_json
from connectors.delegate import DelegateConnector, DelegateOptions

_CAPTURE = re.compile(r"^(?P<root>https?://[^/]+)/web/(?P<stamp>\d{4,14})[a-z_*]*/(?P<url>.+)$")
_FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest", "length")


class WaybackOptions(DelegateOptions):
    """Options of `wayback`."""

    endpoint: str = Field(default="https://web.archive.org", description="el archivo de la web")
    before: str | None = Field(
        default=None, pattern=r"^\d{4,14}$", description="sólo capturas hasta esta fecha, AAAAMMDD"
    )
    after: str | None = Field(
        default=None, pattern=r"^\d{4,14}$", description="sólo capturas desde esta fecha, AAAAMMDD"
    )
    attempts: int = Field(
        default=3, ge=1, le=10, description="cuántas capturas se prueban, de la más nueva a la más vieja"
    )


class Wayback(DelegateConnector[WaybackOptions]):
    """Reads the newest capture that can be had. The source's address is the page's own, or that of one capture."""

    name: ClassVar[str] = "wayback"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = WaybackOptions

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """The capture's bytes under the page's own address; `via` names the capture."""
        yield await last_good(ctx, ctx.source.url, self.options)


async def last_good(ctx: Context, url: str, options: WaybackOptions) -> Snapshot:
    """The newest good capture of an address, as a snapshot of that address whose `via` names the capture.

    Raises:
        SourceChanged: there is no capture, or none that can be read.
    """
    exact = _CAPTURE.match(url)
    if exact:
        return await _capture(ctx, exact["root"], exact["stamp"], exact["url"])
    failed: HarvestError | None = None
    for stamp, original in (await _captures(ctx, url, options))[: options.attempts]:
        try:
            return await _capture(ctx, options.endpoint.rstrip("/"), stamp, original)
        except SourceDown:
            raise
        except (HarvestError, Empty) as error:
            failed = error if isinstance(error, HarvestError) else failed
    if failed is not None:
        raise SourceChanged(f"Ninguna captura archivada se pudo leer: {failed.reason}", code="NO_CAPTURE")
    raise SourceChanged("El Internet Archive no tiene una captura de esta dirección.", code="NO_CAPTURE")


async def _captures(ctx: Context, url: str, options: WaybackOptions) -> list[tuple[str, str]]:
    """(time stamp, address) of the good captures, newest first."""
    query: list[tuple[str, str]] = [
        ("url", url), ("output", "json"), ("fl", ",".join(_FIELDS)), ("filter", "statuscode:200"),
        ("collapse", "digest"), ("limit", "-50"),
    ]  # fmt: skip
    if options.before:
        query.append(("to", options.before))
    if options.after:
        query.append(("from", options.after))
    answer = await ctx.fetch(f"{options.endpoint.rstrip('/')}/cdx/search/cdx?{urlencode(query)}")
    if not answer.read().strip():
        return []
    lines: Any = read_json(answer, "El índice del Internet Archive")
    if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines):
        raise SourceChanged("El índice del Internet Archive no responde como se documenta.", code="NOT_THIS_KIND")
    if len(lines) < 2:
        return []
    head = [str(name) for name in lines[0]]
    if "timestamp" not in head or "original" not in head:
        raise SourceChanged("El índice del Internet Archive no responde como se documenta.", code="NOT_THIS_KIND")
    found = [dict(zip(head, map(str, line), strict=False)) for line in lines[1:]]
    good = [line for line in found if line.get("statuscode", "200") == "200" and line.get("timestamp", "").isdigit()]
    return sorted(((line["timestamp"], line.get("original", url)) for line in good), reverse=True)


async def _capture(ctx: Context, root: str, stamp: str, original: str) -> Snapshot:
    address = f"{root}/web/{stamp}id_/{original}"
    shot = await ctx.fetch(address)
    if not shot.read().strip():
        raise SourceChanged(f"La captura {stamp} está vacía.", code="EMPTY_FILE")
    when = f"{stamp[:4]}-{stamp[4:6] or '01'}-{stamp[6:8] or '01'}"
    ctx.note(
        "ARCHIVED_COPY",
        f"Leído de la captura del {when} en el Internet Archive, no del sitio.",
        severity="INFO",
        raw=address,
    )
    return replace(shot, url=original, via=address)
