"""Connectors that each break one rule, and the honest one they are made from."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urljoin

from pydantic import BaseModel, Field
from selectolax.lexbor import LexborHTMLParser

from connectors.base import Context, Draft, Empty, HarvestError, Options, Row, Snapshot, SourceChanged

FIXTURE = "clave;compromiso;estatus\nA-1;Abrir el presupuesto;En proceso\nA-2;Medir el agua;Concluido\n"
SHUFFLED = "clave;compromiso;estatus\nA-2;Medir el agua;Concluido\nA-1;Abrir el presupuesto;En proceso\n"


class HonestOptions(Options):
    delimiter: str = Field(default=";", min_length=1, max_length=1, description="separador")


class Honest:
    """Keeps every rule."""

    name: ClassVar[str] = "honest"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = HonestOptions

    def __init__(self, options: Any) -> None:
        self.options = options

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        yield await ctx.fetch(ctx.source.url)

    def cells(self, snapshot: Snapshot) -> list[dict[str, str]]:
        text = io.StringIO(snapshot.read().decode("utf-8", "replace").replace("\0", ""))
        try:
            lines = list(csv.reader(text, delimiter=self.options.delimiter))
        except csv.Error as error:
            raise SourceChanged(f"No es CSV: {error}.") from None
        if not lines or lines[0][:2] != ["clave", "compromiso"]:
            raise SourceChanged("La primera fila no es «clave;compromiso;estatus».")
        if len(lines) == 1:
            raise Empty("El archivo trae su encabezado y nada más.")
        return [dict(zip(lines[0], line, strict=False)) for line in lines[1:]]

    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        for number, cells in enumerate(self.cells(snapshot), 2):
            yield Row(values=dict(cells), locator=f"row {number}")

    def draft(self, row: Row, ctx: Context) -> Draft | Sequence[Draft] | None:
        key = str(row.values.get("clave") or "")
        values = {"code": key, "title": row.values.get("compromiso"), "status": row.values.get("estatus")}
        return Draft("commitment", key, values, dict(row.values), row.locator)


class BadName(Honest):
    name = "Con Espacios"


class NoVersion(Honest):
    version = ""


class ForeignOptions(Honest):
    class Options(BaseModel):
        pass


class AsyncRows(Honest):
    async def rows(self, snapshot: Snapshot, ctx: Context) -> Any:
        yield Row({}, "row 1")


class LaxOptions(Honest):
    class Options(HonestOptions, extra="ignore"):
        pass


class SilentOptions(Honest):
    class Options(HonestOptions):
        limit: int = 3


class NoLocator(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        for row in super().rows(snapshot, ctx):
            row.locator = " "
            yield row


class RowsThatAreNone(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Any:
        yield from self.cells(snapshot)

    def draft(self, row: Any, ctx: Context) -> Draft:
        return Draft("commitment", row["clave"], {"title": "x"}, row, "row 1")


class UnknownField(Honest):
    def draft(self, row: Row, ctx: Context) -> Draft:
        return Draft("commitment", "", {"titulo": row.values["compromiso"]}, {}, row.locator)


class NothingRead(Honest):
    def draft(self, row: Row, ctx: Context) -> None:
        return None


class Moody(Honest):
    def draft(self, row: Row, ctx: Context) -> Draft:
        return Draft("commitment", "", {"title": f"{row.values.get('compromiso')} {random.random()}"}, {}, row.locator)


class AsksAgain(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        with contextlib.suppress(StopIteration):
            ctx.fetch(ctx.source.url).send(None)  # type: ignore[attr-defined]
        yield from super().rows(snapshot, ctx)


class RemembersItsFetch(Honest):
    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        self.site = "gob.mx"
        yield await ctx.fetch(ctx.source.url)

    def draft(self, row: Row, ctx: Context) -> Draft:
        return Draft("commitment", "", {"title": getattr(self, "site", "?")}, {}, row.locator)


class OpensASocket(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        socket.socket().close()
        yield from super().rows(snapshot, ctx)


class SwallowsItsSocket(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        try:
            socket.getaddrinfo("localhost", 1)
        except Exception:
            yield from super().rows(snapshot, ctx)


class ReadsAFile(Honest):
    def draft(self, row: Row, ctx: Context) -> Any:
        if Path("/etc/hostname").exists():
            Path("/etc/hostname").read_text(encoding="utf-8")
        return super().draft(row, ctx)


class WritesAFile(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        with tempfile.TemporaryFile() as file:
            file.write(snapshot.read())
        yield from super().rows(snapshot, ctx)


class FetchesByItself(Honest):
    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        with socket.socket():
            yield await ctx.fetch(ctx.source.url)


class KeysByPosition(Honest):
    def draft(self, row: Row, ctx: Context) -> Draft:
        return Draft("commitment", row.locator, {"title": row.values.get("compromiso")}, {}, row.locator)


class OneKeyForAll(Honest):
    def draft(self, row: Row, ctx: Context) -> Draft:
        return Draft("commitment", "compromiso", {"title": row.values.get("compromiso")}, {}, row.locator)


class SwallowsItsFailure(Honest):
    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        try:
            yield await ctx.fetch(ctx.source.url)
        except HarvestError:
            return


class FollowsForEver(Honest):
    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        url: str | None = ctx.source.url
        while url:
            page = await ctx.fetch(url)
            yield page
            link = LexborHTMLParser(page.read()).css_first("a[rel=next]")
            url = urljoin(page.url, link.attributes["href"] or "") if link else None

    def cells(self, snapshot: Snapshot) -> list[dict[str, str]]:
        return [{"clave": "A-1", "compromiso": node.text()} for node in LexborHTMLParser(snapshot.read()).css("h1")]


class HoldsEverything(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        held = bytearray(200_000_000)
        yield from super().rows(snapshot, ctx)
        del held


class NeverEnds(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        yield from super().rows(snapshot, ctx)
        while True:
            pass


class RowsWithoutEnd(Honest):
    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        number = 0
        while True:
            number += 1
            yield Row({"clave": str(number), "compromiso": "x"}, f"row {number}")


class TrustsItsBytes(Honest):
    def cells(self, snapshot: Snapshot) -> list[dict[str, str]]:
        lines = snapshot.read().decode("utf-8").splitlines()
        return [dict(zip(lines[0].split(";"), line.split(";"), strict=True)) for line in lines[1:]]


class WandersIntoRecursion(Honest):
    def cells(self, snapshot: Snapshot) -> list[dict[str, str]]:
        body = snapshot.read()
        depth = self.depth(body[: body.count(b"[")])
        return super().cells(snapshot) if depth >= 0 else []

    def depth(self, body: bytes) -> int:
        return 1 + self.depth(body[1:]) if body else 0
