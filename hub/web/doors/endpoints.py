"""The doors' addresses: `/api/commitments.*`, `/api/changes.json`, `/changes.atom`, `/catalog.jsonld`, `/data/…`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from hub.readmodel import ReadModel
from hub.web.doors.asked import Asked, asked_of
from hub.web.doors.catalogue import catalogue
from hub.web.doors.feed import FEED_LIMIT, atom, changes_document
from hub.web.doors.formats import FORMATS, Format
from hub.web.doors.records import Records
from schema.context import Context
from schema.errors import HubError
from schema.http.cache import matches
from schema.read.file import ReadFile

_STATUS = {"BAD_USER_INPUT": 400, "NOT_FOUND": 404, "COST_LIMIT": 400, "RATE_LIMITED": 429}


class Served(Protocol):
    """What the doors need of the site they belong to."""

    title: str
    public_url: str | None

    def model(self) -> ReadModel:
        """The newest read model."""
        ...

    def reading(self, file: ReadFile) -> Context:
        """A context of the public over one file."""
        ...


class Doors:
    """The endpoints over one site."""

    def __init__(self, site: Served) -> None:
        self._site = site

    def routes(self) -> list[BaseRoute]:
        """Every address, with its methods."""
        return [
            *(Route(f"/api/commitments.{name}", self._export(form)) for name, form in FORMATS.items()),
            Route("/api/changes.json", self.changes),
            Route("/changes.atom", self.atom),
            Route("/catalog.jsonld", self.catalog),
            Route("/data/{version:int}.db", self.data_set),
        ]

    def _export(self, form: Format) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            try:
                asked = asked_of(request.query_params.multi_items())
                return await self._send(request, form, asked)
            except GraphQLError as error:
                return problem(error)
            except ImportError:
                return JSONResponse(
                    {
                        "errors": [
                            {"message": f"This hub has no {form.name}: its operator installs the extra of that name."}
                        ]
                    },
                    status_code=404,
                )

        return endpoint

    async def _send(self, request: Request, form: Format, asked: Asked) -> Response:
        model = self._site.model()
        tag = entity_tag(model.data_version, form.name, request.url.query)
        headers = {
            "ETag": tag,
            "Cache-Control": "public, max-age=0, must-revalidate",
            "X-Data-Version": str(model.data_version),
            "Content-Disposition": f'inline; filename="compromisos-{model.data_version}.{form.name}"',
            "X-Content-Type-Options": "nosniff",
        }
        if matches(request.headers.get("if-none-match", "").encode(), tag.encode()):
            return Response(status_code=304, headers=headers)
        if form.name == "parquet":
            import pyarrow  # noqa: F401 - refused here, before the first byte
        own = await asyncio.to_thread(model.clone)
        # A bad filter is refused before the answer begins.
        records = Records(self._site.reading(ReadFile(own.connection)), asked)
        if request.method == "HEAD":
            own.close()
            response = Response(headers=headers, media_type=form.media_type)
            del response.headers["content-length"]  # nobody knows it before the body is written
            return response
        body = _closing(form.write(records), own)
        return StreamingResponse(_in_thread(body), headers=headers, media_type=form.media_type)

    async def changes(self, request: Request) -> Response:
        """The changes feed as JSON; `after` a cursor gives what a mirror still lacks."""
        parameters = request.query_params
        try:
            context = self._site.reading(ReadFile(self._site.model().connection))
            document = changes_document(context, parameters.get("after"), parameters.get("first"))
        except GraphQLError as error:
            return problem(error)
        return Response(orjson.dumps(document), media_type="application/json")

    async def atom(self, request: Request) -> Response:
        """The newest changes as an Atom feed."""
        model = self._site.model()
        tag = entity_tag(model.data_version, "atom", "")
        if matches(request.headers.get("if-none-match", "").encode(), tag.encode()):
            return Response(status_code=304, headers={"ETag": tag})
        context = self._site.reading(ReadFile(model.connection))
        text = atom(context, self._base(request), self._site.title, FEED_LIMIT)
        return Response(text, media_type="application/atom+xml", headers={"ETag": tag})

    async def catalog(self, request: Request) -> Response:
        """The DCAT catalogue of what this hub publishes."""
        model = self._site.model()
        context = self._site.reading(ReadFile(model.connection))
        sources = await context.live.sources()
        document = catalogue(model, sources, self._base(request), self._site.title)
        return Response(orjson.dumps(document, option=orjson.OPT_INDENT_2), media_type="application/ld+json")

    async def data_set(self, request: Request) -> Response:
        """The read-model file of the current version, as a SQLite database to download (docs/data-set.md)."""
        model = self._site.model()
        if request.path_params["version"] != model.data_version or not model.path.is_file():
            message = f"Only the current data version is served: /data/{model.data_version}.db"
            return JSONResponse({"errors": [{"message": message}]}, status_code=404)
        return FileResponse(
            model.path, media_type="application/vnd.sqlite3", filename=f"compromisos-{model.data_version}.db"
        )

    def _base(self, request: Request) -> str:
        return (self._site.public_url or str(request.base_url)).rstrip("/")


def problem(error: GraphQLError) -> Response:
    """A refusal, in the API's own shape."""
    extensions = error.extensions or {}
    code = str(extensions.get("code", "INTERNAL"))
    if not isinstance(error, HubError) and "code" not in extensions:
        code = "BAD_USER_INPUT"
    shown = {"message": error.message, "extensions": {**extensions, "code": code}}
    return JSONResponse({"errors": [shown]}, status_code=_STATUS.get(code, 400))


def entity_tag(version: int, *parts: str) -> str:
    """A strong tag: the same request to the same data version has the same bytes."""
    digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
    return f'"{version}-{digest}"'


def _closing(pieces: Iterator[bytes], model: ReadModel) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        model.close()


async def _in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """A blocking iterator, one piece at a time in a thread; closed where the client leaves."""
    end = object()
    try:
        while (piece := await asyncio.to_thread(next, pieces, end)) is not end:
            assert isinstance(piece, bytes)
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            await asyncio.to_thread(close)
