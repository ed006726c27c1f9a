"""CKAN: a data set's resource, chosen by name and format, as a file or through the DataStore.

API: `package_show`, `package_search` and `datastore_search` of the Action API, version 3 (docs.ckan.org/en/latest/api).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from pydantic import Field

from connectors.base import Context, HarvestError, Options, Row, Snapshot, SourceChanged, SourceRefused
from connectors.catalogue import CatalogueOptions, Resource, absolute, choose, format_of, read_json, text_of
from connectors.delegate import DelegateConnector
from connectors.json_rows import JsonOptions
from connectors.json_rows import read_json as read_rows
from connectors.paging import Walk
from connectors.table import Reading

_ACTION = "/api/3/action/"
_STORE = "datastore_search"
_OWN_COLUMNS = frozenset({"_id", "_full_text", "rank"})
_PAGE = re.compile(
    r"^(?P<base>.*?)(?:/dataset/(?P<dataset>[^/?#]+)(?:/resource/(?P<resource>[^/?#]+))?|/api/(?:3/)?action\b)"
)


class CkanOptions(CatalogueOptions):
    """Options of `ckan`."""

    search: str | None = Field(default=None, description="búsqueda de conjuntos de datos, en vez de «dataset»")
    filter: str | None = Field(default=None, description="filtro de la búsqueda (fq), p. ej. organization:contraloria")
    datastore: bool = Field(default=False, description="leer por el DataStore en lugar de descargar el archivo")


class Ckan(DelegateConnector[CkanOptions]):
    """Reads the best resource of a CKAN data set. The source's address may be the portal's, the data set's or the resource's."""

    name: ClassVar[str] = "ckan"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = CkanOptions

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """The chosen files, or the pages of the DataStore."""
        base, dataset, resource = _address(ctx.source.url)
        options = self.options
        if resource and not options.resource:
            options = options.model_copy(update={"resource": resource})
        if options.search is not None or options.filter is not None:
            packages = [package async for package in self._search(ctx, base)]
        else:
            packages = [await _package(ctx, base, options.dataset or dataset)]
        resources = [resource for package in packages for resource in _resources(package, base)]
        for chosen in choose(resources, options, ctx):
            async for snapshot in self._read(ctx, base, chosen):
                yield snapshot

    async def _search(self, ctx: Context, base: str) -> AsyncIterator[dict[str, Any]]:
        """Every package that the search finds, page by page."""
        walk = Walk(ctx, self.options.max_pages, "package_search")
        start = 0
        while not walk.at_most():
            query = {"q": self.options.search or "*:*", "rows": min(self.options.page_size, 1000), "start": start}
            if self.options.filter:
                query["fq"] = self.options.filter
            page = await walk.fetch(ctx.fetch(f"{base}{_ACTION}package_search?{urlencode(query)}"))
            if page is None:
                return
            result = _result(page)
            found = result.get("results") if isinstance(result, dict) else None
            packages = [package for package in found if isinstance(package, dict)] if isinstance(found, list) else []
            if not walk.goes_on(page.sha256, len(packages)):
                return
            for package in packages:
                yield package
            start += len(packages)
            if isinstance(result.get("count"), int) and start >= result["count"]:
                walk.complete()

    async def _read(self, ctx: Context, base: str, resource: Resource) -> AsyncIterator[Snapshot]:
        if resource.url and not (self.options.datastore and resource.stored):
            try:
                yield await ctx.fetch(resource.url)
            except HarvestError as error:
                if not resource.stored:
                    raise
                ctx.note(
                    "DATASTORE_USED", f"El archivo no se pudo descargar ({error.reason}); se leyó por el DataStore."
                )
            else:
                return
        elif not resource.stored:
            raise SourceChanged(f"El recurso «{resource.name}» no tiene dirección ni DataStore.", code="NO_RESOURCE")
        async for page in self._store(ctx, base, resource.id):
            yield page

    async def _store(self, ctx: Context, base: str, resource: str) -> AsyncIterator[Snapshot]:
        """The pages of a resource's rows. A server may give fewer than asked: the offset follows what came."""
        walk = Walk(ctx, self.options.max_pages, _STORE)
        offset = 0
        while not walk.at_most():
            query = urlencode({"resource_id": resource, "limit": self.options.page_size, "offset": offset})
            page = await walk.fetch(ctx.fetch(f"{base}{_ACTION}{_STORE}?{query}"))
            if page is None:
                return
            result = _result(page)
            records = result.get("records")
            count = len(records) if isinstance(records, list) else 0
            if offset == 0 and count == 0:
                yield page
            if not walk.goes_on(_mark(records), count):
                return
            yield page
            offset += count
            total = result.get("total")
            if isinstance(total, int | str) and str(total).isdigit() and offset >= int(total):
                walk.complete()

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """A file by its format, or the records of a DataStore page."""
        if f"{_STORE}?" in snapshot.url:
            yield from stored_rows(snapshot, reading, "result.records", self.options)
        else:
            yield from super().parse(snapshot, reading)


def stored_rows(snapshot: Snapshot, reading: Reading, path: str, options: CatalogueOptions) -> Iterator[Row]:
    """The records of a page of stored rows, without the platform's own columns."""
    told = Reading(reading.expected, reading.notes, None)
    rows = list(read_rows(snapshot.read(), JsonOptions(rows=path, kind=options.kind), told, charset=snapshot.charset))
    if not rows:
        return
    columns = [column for column in rows[0].values if column not in _OWN_COLUMNS]
    reading.header(columns)
    for row in rows:
        row.values = {column: row.values.get(column) for column in columns}
        yield row


def _mark(records: Any) -> str:
    return repr(records)


def _address(url: str) -> tuple[str, str | None, str | None]:
    """(address of the portal, data set, resource) of any address of it."""
    match = _PAGE.match(url)
    if match:
        base = re.sub(r"/(?:[a-z]{2}(?:_[A-Z]{2})?)$", "", match["base"])
        return base, match["dataset"], match["resource"]
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", None, None


async def _package(ctx: Context, base: str, dataset: str | None) -> dict[str, Any]:
    if not dataset:
        raise SourceChanged(
            "Diga qué conjunto de datos se lee: «dataset», «search», o su dirección.", code="NO_DATASET"
        )
    result = _result(await ctx.fetch(f"{base}{_ACTION}package_show?id={quote(dataset, safe='')}"))
    if isinstance(result, list) and result:  # DKAN's imitation of this call wraps it in a list
        result = result[0]
    if not isinstance(result, dict):
        raise SourceChanged(f"El portal no describe el conjunto «{dataset}».", code="NO_DATASET")
    return result


def _result(snapshot: Snapshot) -> Any:
    """The `result` of an Action API answer; its errors in words.

    Raises:
        SourceRefused: the portal asks for an account.
        SourceChanged: the portal says that it failed, or answers something else.
    """
    answer = read_json(snapshot, "El portal CKAN")
    if not isinstance(answer, dict) or "success" not in answer:
        raise SourceChanged("La dirección no responde como un portal CKAN.", code="NOT_THIS_KIND")
    if answer["success"] is not True:
        error = answer.get("error")
        kind, message = text_of(error, "__type"), text_of(error, "message", "__type") or "sin decir por qué"
        if "Authorization" in kind:
            raise SourceRefused(f"El portal CKAN niega el acceso: {message}.", code="FORBIDDEN")
        raise SourceChanged(f"El portal CKAN responde con un error: {message}.", code="PLATFORM_ERROR")
    result = answer.get("result")
    if not isinstance(result, dict | list):
        raise SourceChanged("La respuesta del portal CKAN no trae «result».", code="NOT_THIS_KIND")
    return result


def _resources(package: dict[str, Any], base: str) -> list[Resource]:
    listed = package.get("resources")
    return [
        Resource(
            id=text_of(resource, "id"),
            name=text_of(resource, "name", "title", "description", "id"),
            url=absolute(f"{base}/", text_of(resource, "url")) if text_of(resource, "url") else "",
            format=format_of(resource.get("format"), resource.get("mimetype"), text_of(resource, "url")),
            stored=resource.get("datastore_active") is True,
            dataset=text_of(package, "title", "name"),
        )
        for resource in (listed if isinstance(listed, list) else [])
        if isinstance(resource, dict) and resource.get("state", "active") == "active"
    ]
