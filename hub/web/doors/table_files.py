"""The tables' addresses, `/api/plans.csv` and their like: what the page's own document answers, as a file."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hub.readmodel import ReadModel
from hub.readmodel.past import NotReady
from hub.web.dates import span_of
from hub.web.doors.asked import filter_of, values_of
from hub.web.doors.endpoints import entity_tag, problem
from hub.web.doors.formats import FORMATS, csv_of, workbook_of
from hub.web.doors.table import FORMS, Table
from hub.web.doors.tables import TABLES
from hub.web.pages.answers import Answers
from hub.web.pages.documents import document
from hub.web.pages.site import NotYet, PageFailed, PageSite, Refused, StoreAway, data_of
from schema.errors import ErrorCode, HubError, bad_input
from schema.http.cache import matches
from schema.scalars import utc_text

OLDEST = 60.0
"""Seconds after which a kept answer is asked anew: a source may go stale by time alone."""
WAIT = 5
"""Seconds after which a day that is still being put together is worth asking for again."""
TRIES = 3
"""How often a table of several pages is begun anew because the data moved under it."""
_VARIABLE = re.compile(r"Variable '\$(\w+)'")


class TableSite(PageSite, Protocol):
    """What the tables need of the site they belong to."""

    def model(self) -> ReadModel:
        """The newest read model."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request for a table, checked.

    Attributes:
        variables: of its document.
        span: the day or instant that it asks for; None: today.
    """

    variables: dict[str, Any]
    span: tuple[datetime, datetime] | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with its rows.

    Attributes:
        version: the data version that they are of.
    """

    table: Table
    nodes: list[dict[str, Any]]
    version: int

    def cells(self) -> list[list[Any]]:
        """The rows as they stand in a sheet."""
        return [self.table.cells(node) for node in self.nodes]

    def body(self, form: str, made: datetime) -> bytes:
        """The file in one of `FORMS`.

        Args:
            made: when the data became what they are.
        """
        table = self.table
        if form == "csv":
            return b"".join(csv_of(table.headings, self.cells()))
        if form == "xlsx":
            widths = {place: 60 for place, name in enumerate(table.headings) if name == "title"}
            return b"".join(workbook_of(table.file, table.headings, self.cells(), made, {0: 20, **widths}))
        return orjson.dumps({"dataVersion": self.version, "totalCount": len(self.nodes), table.key: self.nodes}) + b"\n"


def wanted(table: Table, parameters: list[tuple[str, str]]) -> Wanted:
    """What the query parameters ask of a table.

    Raises:
        HubError: BAD_USER_INPUT, naming the parameter and its remedy.
    """
    lists, single = table.parameters()
    values, others = values_of(parameters, lists, single, ("as_of",))
    if table.filters:
        filter_of(values)
        values = {"filter": values} if values else {}
    if table.required and not values.get(single[table.required]):
        raise bad_input(f"Say of which: ?{table.required}=…", field=table.required)
    day = others.get("as_of", "").strip()
    if not day:
        return Wanted(values, None)
    span = span_of(day)
    if span is None:
        raise bad_input(
            f'as_of takes a day (2020-11-10) or an instant with its offset (2020-11-10T00:00:00Z); "{day[:40]}" is neither.',
            field="as_of",
        )
    return Wanted(values, span)


class TableFiles:
    """The endpoints over one site.

    Args:
        clock: seconds.
    """

    def __init__(self, site: TableSite, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._site = site
        self._clock = clock
        self._answers = Answers(site)

    def routes(self) -> list[BaseRoute]:
        """Every address, with its methods."""
        return [
            Route(f"/api/{table.name}.{form}", self._file(table, form)) for table in TABLES.values() for form in FORMS
        ]

    def _file(self, table: Table, form: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                asked = wanted(table, request.query_params.multi_items())
                return await self._send(request, table, form, asked)
            except GraphQLError as error:
                return problem(error)
            except Refused as error:
                return problem(_in_words(table, error))
            except NotYet:
                return problem(bad_input("as_of is a day to come: nobody knows it yet.", field="as_of"))
            except NotReady:
                return _later("What was public is still being put together: ask again in a moment.", WAIT)
            except StoreAway as error:
                return _later("The hub's store is out of reach: ask again in a moment.", error.retry_after)
            except PageFailed as error:
                message = f"The hub failed to answer; its log has this under {error}."
                shown = {"message": message, "extensions": {"code": "INTERNAL", "id": str(error)}}
                return JSONResponse({"errors": [shown]}, status_code=500)

        return endpoint

    async def _send(self, request: Request, table: Table, form: str, asked: Wanted) -> Response:
        site: PageSite = self._answers.of((*self._site.version(), int(self._clock() // OLDEST)))
        made = datetime.fromisoformat(self._site.model().published_at)
        variables = dict(asked.variables)
        if asked.span is not None:
            site = await site.at(*asked.span)
            made = min(made, asked.span[1])
            if "$asOf" in document(table.document):
                variables["asOf"] = utc_text(asked.span[1])
        filled = await fill(site, table, variables, request.client.host if request.client else None)
        content = orjson.dumps(filled.nodes).decode()
        tag = entity_tag(filled.version, table.name, form, made.isoformat(), content)
        headers = {
            "ETag": tag,
            "Cache-Control": "public, max-age=0, must-revalidate",
            "X-Data-Version": str(filled.version),
            "Content-Disposition": f'inline; filename="{table.file}-{filled.version}.{form}"',
            "X-Content-Type-Options": "nosniff",
        }
        if matches(request.headers.get("if-none-match", "").encode(), tag.encode()):
            return Response(status_code=304, headers=headers)
        body = await asyncio.to_thread(filled.body, form, made)
        headers["Content-Length"] = str(len(body))
        if request.method == "HEAD":
            body = b""
        return Response(body, headers=headers, media_type=FORMATS[form].media_type)


async def fill(site: PageSite, table: Table, variables: Mapping[str, Any], address: str | None = None) -> Filled:
    """A table with the rows that its document answers.

    Args:
        address: whose request it is.

    Raises:
        Refused: the variables select what cannot be.
        HubError: NOT_FOUND, where what the table is of is not there.
        StoreAway: the store is out of reach.
        PageFailed: the hub could not answer.
        NotReady: the data keep moving under the pages of the table.
    """
    for _ in range(TRIES):
        asking = _Asking(site, address)
        given = dict(variables)
        nodes = await (_states(asking, table, given) if table.by_state else _pages(asking, table, given))
        if len(asking.versions) == 1:
            return Filled(table, nodes, asking.versions.pop())
    raise NotReady


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions of one table.

    Attributes:
        versions: the data versions that were answered of: more than one, and the rows are not of one moment.
    """

    site: PageSite
    address: str | None
    versions: set[int] = field(default_factory=set)

    async def data(self, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self.site.answer(document(name), variables, address=self.address)
        data = data_of(answer)
        self.versions.add(answer["extensions"]["dataVersion"])
        return data


async def _pages(asking: _Asking, table: Table, variables: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table, page after page where it comes in pages."""
    nodes: list[dict[str, Any]] = []
    while True:
        data = await asking.data(table.document, variables)
        if table.required and data[table.rows[0]] is None:
            asked = variables[table.single[table.required]]
            message = f'There is no {table.rows[0]} "{asked[:100]}".'
            raise HubError(ErrorCode.NOT_FOUND, message, field=table.required)
        nodes += table.nodes(data)
        info = data[table.rows[0]]["pageInfo"] if table.paged else {"hasNextPage": False}
        if not info["hasNextPage"]:
            return nodes
        variables["after"] = info["endCursor"]


async def _states(asking: _Asking, table: Table, variables: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each state that has commitments among those selected, in the order of their keys."""
    nodes: list[dict[str, Any]] = []
    for state in (await asking.data("states", variables))["nationalView"]["byState"]:
        if state["commitments"]:
            place = state["jurisdiction"]
            narrowed = {**variables.get("filter", {}), "state": [place["code"]]}
            data = await asking.data(table.document, {**variables, "filter": narrowed})
            nodes += [{"jurisdiction": place, **node} for node in table.nodes(data)]
    return nodes


def _in_words(table: Table, error: Refused) -> GraphQLError:
    """A refusal of the document in the words of the address: its parameters, not the document's variables."""
    lists, single = table.parameters()
    names = {variable: name for name, variable in (*lists.items(), *single.items())}
    variable = _VARIABLE.search(error.message)
    at_fault = variable[1] if variable else (error.field or "").removeprefix("filter.")
    parameter = names.get(at_fault, at_fault)
    message = _VARIABLE.sub(lambda match: names.get(match[1], match[1]), error.message)
    return GraphQLError(message, extensions={"code": error.code, **({"field": parameter} if parameter else {})})


def _later(message: str, seconds: int) -> Response:
    shown = {"message": message, "extensions": {"code": "INTERNAL", "retryAfter": seconds}}
    return JSONResponse({"errors": [shown]}, status_code=503, headers={"Retry-After": str(seconds)})
