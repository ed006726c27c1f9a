"""A Google spreadsheet by any of the addresses people share: read as the CSV that Google exports."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from connectors.base import Context, Row, Snapshot, SourceChanged, SourceRefused
from connectors.csv_table import CsvOptions, CsvTable
from connectors.table import Reading

_PUBLISHED = re.compile(r"/spreadsheets/(?:u/\d+/)?d/e/(?P<key>[\w-]+)")
_SHARED = re.compile(r"/(?:spreadsheets/(?:u/\d+/)?d|file/d)/(?P<key>[\w-]+)")
_LOGIN = re.compile(rb"accounts\.google\.com|ServiceLogin|Sign in|Inicia(?:r)? sesi", re.IGNORECASE)


class GoogleSheetsOptions(CsvOptions):
    """Options of `google_sheets`: those of `csv`, and which sheet."""

    gid: int | None = Field(default=None, ge=0, description="hoja: el número que sigue a «gid=» en su dirección")


class GoogleSheets(CsvTable):
    """Reads one sheet of a Google spreadsheet."""

    name: ClassVar[str] = "google_sheets"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[CsvOptions]] = GoogleSheetsOptions

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """The sheet's CSV."""
        assert isinstance(self.options, GoogleSheetsOptions)
        yield await ctx.fetch(export_address(ctx.source.url, self.options.gid))

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The rows of the CSV.

        Raises:
            SourceRefused: Google answers its login page, for the spreadsheet is not shared with everybody.
        """
        with snapshot.open() as stream:
            head = stream.read(60_000)
        page = head.lstrip()[:1] == b"<"
        if page and (_LOGIN.search(head) or "accounts.google" in snapshot.url):
            raise SourceRefused(
                "Google pide iniciar sesión: comparta la hoja con «Cualquier persona con el enlace» o publíquela en la web.",
                code="CHALLENGE",
            )
        yield from super().parse(snapshot, reading)


def export_address(url: str, gid: int | None = None) -> str:
    """The CSV address of a spreadsheet's sheet, from an address to view, edit, share, publish or export it.

    Args:
        gid: the sheet; None takes the one the address names, else the first.

    Raises:
        SourceChanged: the address is not one of a Google spreadsheet.
    """
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    named = parse_qs(parts.query).get("gid") or parse_qs(parts.fragment).get("gid")
    sheet = str(gid) if gid is not None else (named[0] if named and named[0].isdigit() else None)
    published = _PUBLISHED.search(parts.path)
    if published:
        chosen = f"&gid={sheet}&single=true" if sheet is not None else ""
        return f"{root}/spreadsheets/d/e/{published['key']}/pub?output=csv{chosen}"
    shared = _SHARED.search(parts.path)
    asked = parse_qs(parts.query)
    key = shared["key"] if shared else next(iter(asked.get("id", asked.get("key", []))), None)
    if not key or not re.fullmatch(r"[\w-]+", key):
        raise SourceChanged(
            "La dirección no es la de una hoja de cálculo de Google (…/spreadsheets/d/CLAVE/…).", code="NOT_THIS_KIND"
        )
    chosen = f"&gid={sheet}" if sheet is not None else ""
    return f"{root}/spreadsheets/d/{key}/export?format=csv{chosen}"
