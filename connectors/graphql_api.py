"""Any GraphQL endpoint: a query, a JMESPath to the rows, a cursor. Another hub of this kind by its `changes` feed.

GraphQL over HTTP (graphql.github.io/graphql-over-http); pages as in the Relay cursor connections specification.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, ClassVar

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import Field, field_validator, model_validator

from connectors.base import Context, Draft, DraftKind, Options, Row, Snapshot, SourceChanged, SourceRefused
from connectors.catalogue import read_json, text_of
from connectors.hub_records import CHANGES_QUERY, commitment_row
from connectors.json_rows import JsonOptions
from connectors.json_rows import read_json as read_rows
from connectors.paging import Walk
from connectors.ready import ReadyConnector
from connectors.table import Reading, TableConnector
from connectors.text import clip


class GraphqlOptions(Options):
    """Options of `graphql`. `changes` needs nothing else; any other endpoint needs `query` and `rows`."""

    kind: DraftKind = Field(
        default="commitment", description="qué es cada fila: commitment, plan, exercise, total o event"
    )
    changes: bool = Field(default=False, description="otro hub como éste: se lee su lista de cambios")
    query: str | None = Field(default=None, max_length=20_000, description="la consulta GraphQL")
    variables: dict[str, Any] = Field(default_factory=dict, description="variables de la consulta")
    rows: str | None = Field(default=None, description="ruta JMESPath a las filas, p. ej. data.compromisos.nodes")
    next: str | None = Field(default=None, description="ruta JMESPath al cursor de la página siguiente")
    has_next: str | None = Field(default=None, description="ruta JMESPath a un sí o no: si hay página siguiente")
    cursor: str = Field(default="after", pattern=r"^[A-Za-z_]\w*$", description="variable que lleva el cursor")
    offset: str | None = Field(
        default=None, pattern=r"^[A-Za-z_]\w*$", description="variable que lleva el desplazamiento"
    )
    page_size: int = Field(default=100, ge=1, le=10_000, description="registros por página")
    page_variable: str | None = Field(
        default=None, pattern=r"^[A-Za-z_]\w*$", description="variable del tamaño de página"
    )
    max_pages: int = Field(default=200, ge=1, le=10_000, description="páginas que se piden a lo más")

    @field_validator("rows", "next", "has_next")
    @classmethod
    def _compiles(cls, path: str | None) -> str | None:
        if path is not None:
            try:
                jmespath.compile(path)
            except (JMESPathError, RecursionError) as error:
                raise ValueError(f"no es una ruta JMESPath ({clip(str(error), 80)})") from error
        return path

    @model_validator(mode="after")
    def _enough(self) -> GraphqlOptions:
        if not self.changes and (self.query is None or self.rows is None):
            raise ValueError("faltan «query» y «rows» (o «changes = true» si es otro hub)")
        if self.changes and (self.query is not None or self.rows is not None):
            raise ValueError("con «changes» no se declaran «query» ni «rows»")
        return self


class Graphql(TableConnector[GraphqlOptions]):
    """Reads rows from a GraphQL endpoint, the source's address, page by page."""

    name: ClassVar[str] = "graphql"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = GraphqlOptions

    def __init__(self, options: GraphqlOptions) -> None:
        super().__init__(options)
        self._told: dict[str, str] = {}
        self._ready: ReadyConnector[GraphqlOptions] = ReadyConnector(options)

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """Pages of answers, as long as each names a next one."""
        walk = Walk(ctx, self.options.max_pages, "changes" if self.options.changes else "graphql")
        variables = dict(self.options.variables)
        if self.options.page_variable or self.options.changes:
            variables[self.options.page_variable or "first"] = self.options.page_size
        read = 0
        while not walk.at_most():
            query = CHANGES_QUERY if self.options.changes else self.options.query
            request = ctx.fetch(ctx.source.url, method="POST", json={"query": query, "variables": dict(variables)})
            page = await walk.fetch(request)
            if page is None:
                return
            answer = _answer(page)
            found = _search(self.options.rows or "data.changes.nodes", answer)
            count = len(found) if isinstance(found, list) else 1 if found else 0
            if read == 0 and count == 0:
                yield page
            if not walk.goes_on(repr(found), count):
                return
            yield page
            read += count
            following = self._following(answer, read)
            if following is None:
                walk.complete()
            elif following[1] == variables.get(following[0]):
                walk.broken("el cursor de la página siguiente es el de ésta.")
            else:
                variables[following[0]] = following[1]

    def _following(self, answer: Any, read: int) -> tuple[str, Any] | None:
        """The variable of the next page and its value; None at the last one."""
        if self.options.offset:
            return self.options.offset, read
        info = _page_info(answer)
        more = _search(self.options.has_next, answer) if self.options.has_next else info.get("hasNextPage")
        cursor = _search(self.options.next, answer) if self.options.next else info.get("endCursor")
        if cursor in (None, "") or more is False:
            return None
        return self.options.cursor, cursor

    def parse(self, snapshot: Snapshot, reading: Reading) -> Iterator[Row]:
        """The rows at the declared path."""
        _answer(snapshot)
        options = JsonOptions(rows=self.options.rows, kind=self.options.kind)
        yield from read_rows(snapshot.read(), options, reading, charset=snapshot.charset)

    def rows(self, snapshot: Snapshot, ctx: Context) -> Iterator[Row]:
        """Rows of the declared mapping; of another hub each commitment once, wherever its changes stand."""
        if not self.options.changes:
            yield from super().rows(snapshot, ctx)
            return
        nodes = _search("data.changes.nodes", _answer(snapshot))
        if not isinstance(nodes, list):
            raise SourceChanged(
                "La dirección no responde como un hub de este tipo: falta «changes».", code="NOT_THIS_KIND"
            )
        for index, node in enumerate(nodes):
            row = commitment_row(node, f"/data/changes/nodes/{index}/commitment")
            if row is None:
                continue
            key = str(row.values["key"])
            if self._told.setdefault(key, f"{snapshot.sha256} {index}") == f"{snapshot.sha256} {index}":
                yield row

    def draft(self, row: Row, ctx: Context) -> Draft | Sequence[Draft] | None:
        """A row through the declared mapping; another hub's rows are drafts already."""
        return self._ready.draft(row, ctx) if self.options.changes else super().draft(row, ctx)


def _search(path: str | None, document: Any) -> Any:
    try:
        return jmespath.search(path or "@", document)
    except (JMESPathError, RecursionError) as error:
        raise SourceChanged(f"La ruta «{path}» no se puede seguir en la respuesta.", code="NOT_THIS_KIND") from error


def _page_info(answer: Any) -> dict[str, Any]:
    """The first `pageInfo` of an answer, outermost first."""
    level = [answer]
    for _ in range(8):
        deeper: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                info = node.get("pageInfo")
                if isinstance(info, dict):
                    return info
                deeper.extend(node.values())
        level = [node for node in deeper if isinstance(node, dict)]
    return {}


def _answer(snapshot: Snapshot) -> Any:
    """An answer without errors.

    Raises:
        SourceRefused: the endpoint asks for a token.
        SourceChanged: it answers errors, or not as GraphQL does.
    """
    answer = read_json(snapshot, "El servicio GraphQL")
    if not isinstance(answer, dict) or not ({"data", "errors"} & set(answer)):
        raise SourceChanged("La dirección no responde como GraphQL: falta «data».", code="NOT_THIS_KIND")
    errors = answer.get("errors")
    if errors:
        first = errors[0] if isinstance(errors, list) and errors else {}
        message = clip(text_of(first, "message") or "sin decir por qué", 200)
        code = text_of(first.get("extensions") if isinstance(first, dict) else None, "code")
        if code in {"UNAUTHENTICATED", "FORBIDDEN", "access-denied", "invalid-jwt"}:
            raise SourceRefused(f"El servicio GraphQL niega el acceso: {message}.", code="FORBIDDEN")
        raise SourceChanged(f"El servicio GraphQL responde con un error: {message}.", code="PLATFORM_ERROR")
    return answer
