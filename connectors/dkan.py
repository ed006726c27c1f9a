"""DKAN: a data set's distribution, as a file or through its datastore; DKAN 2 (metastore) and the 7.x line (CKAN-like).

API: `/api/1/metastore/schemas/dataset/items`, `/api/1/datastore/query/{data set}/{index}` (dkan.readthedocs.io);
7.x: `/api/3/action/package_show`, `/api/action/datastore/search.json`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from pydantic import Field

from connectors.base import Context, HarvestError, Options, Row, Snapshot, SourceChanged
from connectors.catalogue import CatalogueOptions, Resource, absolute, choose, format_of, read_json, text_of
from connectors.ckan import stored_rows
from connectors.delegate import DelegateConnector
from connectors.paging import Walk
from connectors.table import Reading

_ITEMS = "/api/1/metastore/schemas/dataset/items"
_QUERY = "/api/1/datastore/query/"
_OLD_SEARCH = "/api/action/datastore/search.json"
_PAGE = re.compile(r"^(?P<base>.*?)(?:/dataset/(?P<dataset>[^/?#]+)|/api/(?:1|3|action)\b.*)$")


class DkanOptions(CatalogueOptions):
    """Options of `dkan`."""

    datastore: bool = Field(default=False, description="leer por el datastore en lugar de descargar el archivo")
    generation: Literal[1, 2] = Field(default=2, description="2: DKAN 2 (metastore); 1: la línea 7.x")
    page_size: int = Field(default=500, ge=1, le=10_000, description="registros por página; DKAN suele dar hasta 500")


class Dkan(DelegateConnector[DkanOptions]):
    """Reads the best distribution of a DKAN data set. The source's address may be the portal's or the data set's."""

    name: ClassVar[str] = "dkan"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = DkanOptions

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """The chosen files, or the pages of the datastore."""
        base, named = _address(ctx.source.url)
        dataset = self.options.dataset or named
        if _OLD_SEARCH in ctx.source.url:
            asked = parse_qs(urlsplit(ctx.source.url).query).get("resource_id", [self.options.resource or ""])[0]
            async for page in self._pages(ctx, base, asked, old=True):
                yield page
            return
        if not dataset and not self.options.resource:
            raise SourceChanged("Diga qué conjunto de datos se lee: «dataset», o su dirección.", code="NO_DATASET")
        if self.options.generation == 1 and not dataset:
            async for page in self._pages(ctx, base, self.options.resource or "", old=True):
                yield page
            return
        resources = await (_old_resources if self.options.generation == 1 else _resources)(ctx, base, dataset or "")
        for chosen in choose(resources, self.options, ctx):
            async for snapshot in self._read(ctx, base, chosen):
                yield snapshot

    async def _read(self, ctx: Context, base: str, resource: Resource) -> AsyncIterator[Snapshot]:
        if resource.url and not self.options.datastore:
            try:
                yield await ctx.fetch(resource.url)
            except HarvestError as error:
                if not resource.stored:
                    raise
                ctx.note(
                    "DATASTORE_USED", f"El archivo no se pudo descargar ({error.reason}); se leyó por el datastore."
                )
            else:
                return
        async for page in self._pages(ctx, base, resource.id, old=self.options.generation == 1):
            yield page

    async def _pages(self, ctx: Context, base: str, resource: str, *, old: bool) -> AsyncIterator[Snapshot]:
        """The pages of a distribution's rows; the offset follows what came."""
        walk = Walk(ctx, self.options.max_pages, "datastore")
        offset = 0
        while not walk.at_most():
            if old:
                asked = {"resource_id": resource, "limit": self.options.page_size, "offset": offset}
                url = f"{base}{_OLD_SEARCH}?{urlencode(asked)}"
            else:
                url = f"{base}{_QUERY}{resource}?{urlencode({'limit': self.options.page_size, 'offset': offset})}"
            page = await walk.fetch(ctx.fetch(url))
            if page is None:
                return
            records, total = _records(page)
            if offset == 0 and not records:
                yield page
            if not walk.goes_on(repr(records), len(records)):
                return
            yield page
            offset += len(records)
            if total is not None and offset >= total:
                walk.complete()

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """A file by its format, or the records of a datastore page."""
        if _OLD_SEARCH in snapshot.url:
            yield from stored_rows(snapshot, reading, "result.records", self.options)
        elif _QUERY in snapshot.url:
            yield from stored_rows(snapshot, reading, "results", self.options)
        else:
            yield from super().parse(snapshot, reading)


def _address(url: str) -> tuple[str, str | None]:
    match = _PAGE.match(url)
    if match:
        return match["base"], match["dataset"]
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", None


async def _resources(ctx: Context, base: str, dataset: str) -> list[Resource]:
    """The distributions of a data set. Their rows are asked for by data set and index."""
    url = f"{base}{_ITEMS}/{quote(dataset, safe='')}?show-reference-ids=true"
    item = read_json(await ctx.fetch(url), "El portal DKAN")
    listed = item.get("distribution") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(listed, list):
        raise SourceChanged(f"El portal DKAN no describe el conjunto «{dataset}».", code="NO_DATASET")
    found: list[Resource] = []
    for index, distribution in enumerate(listed):
        if not isinstance(distribution, dict):
            continue
        data = distribution.get("data") if isinstance(distribution.get("data"), dict) else distribution
        link = text_of(data, "downloadURL", "accessURL")
        found.append(
            Resource(
                id=f"{text_of(item, 'identifier') or dataset}/{index}",
                name=text_of(data, "title", "description") or link or str(index),
                url=absolute(f"{base}/", link) if link else "",
                format=format_of(
                    data.get("format") if isinstance(data, dict) else None, text_of(data, "mediaType"), link
                ),
                stored=True,
                dataset=text_of(item, "title"),
            )
        )
    return found


async def _old_resources(ctx: Context, base: str, dataset: str) -> list[Resource]:
    answer = read_json(
        await ctx.fetch(f"{base}/api/3/action/package_show?id={quote(dataset, safe='')}"), "El portal DKAN"
    )
    result = answer.get("result") if isinstance(answer, dict) else None
    package = result[0] if isinstance(result, list) and result else result
    listed = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(listed, list):
        raise SourceChanged(f"El portal DKAN no describe el conjunto «{dataset}».", code="NO_DATASET")
    return [
        Resource(
            id=text_of(resource, "id"), name=text_of(resource, "name", "title", "id"),
            url=absolute(f"{base}/", text_of(resource, "url")) if text_of(resource, "url") else "",
            format=format_of(text_of(resource, "format"), text_of(resource, "mimetype"), text_of(resource, "url")),
            stored=True, dataset=text_of(package, "title", "name"),
        )
        for resource in listed if isinstance(resource, dict)
    ]  # fmt: skip


def _records(page: Snapshot) -> tuple[list[Any], int | None]:
    answer = read_json(page, "El datastore de DKAN")
    result = answer.get("result", answer) if isinstance(answer, dict) else {}
    if not isinstance(result, dict):
        raise SourceChanged("El datastore de DKAN no responde registros.", code="NOT_THIS_KIND")
    records = result.get("records", result.get("results"))
    if not isinstance(records, list):
        raise SourceChanged("El datastore de DKAN no responde registros.", code="NOT_THIS_KIND")
    total = text_of(result, "total", "count")
    return records, int(total) if total.isdigit() else None
