"""The ASGI app: pages, validators, and one function per fault of the wire."""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.sites import content, office
from tests.sites.content import Table
from tests.sites.faults import TABLE_FAULTS, Fault
from tests.sites.pages import Page, rendered

if TYPE_CHECKING:
    from tests.sites.server import Board, Switch

BOMB = 50_000_000
_MODIFIED = "Wed, 31 Jan 2024 12:00:00 GMT"


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: tuple[str, int] | None


@functools.cache
def bomb() -> bytes:
    """50 MB of zeros, compressed."""
    return gzip.compress(bytes(BOMB), mtime=0)


class App:
    """Answers for every state at once; the path tells which."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._visits = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.url.path
        client = request.client
        where = (client.host, client.port) if client is not None else None
        self._board.log.append(Asked(request.method, path, request.url.query, dict(request.headers), where))
        if self._board.latency:
            await asyncio.sleep(self._board.latency)
        switch = self._board.next_fault(path)
        if switch is not None and switch.fault in _WIRE:
            await _WIRE[switch.fault](self, request, send)
            return
        response = self._answer(request, path, switch)
        await response(scope, receive, send)

    def body_of(self, path: str) -> bytes:
        """What is published at a path, faults aside."""
        return rendered(self._board.pages[path])

    @property
    def tick(self) -> float:
        return self._board.tick

    def _answer(self, request: Request, path: str, switch: Switch | None) -> Response:
        if switch is not None and switch.fault in _STATUS:
            return _STATUS[switch.fault](request, switch.value)
        if path == "/robots.txt":
            text = self._board.robots
            return Response(text, media_type="text/plain") if text is not None else Response("no", 404)
        if switch is not None and switch.fault is Fault.COOKIE_WALL and "sesion" not in request.cookies:
            return Response(status_code=302, headers={"location": path, "set-cookie": "sesion=1"})
        page = self._board.pages.get(path)
        if page is None:
            return Response("No encontrado", 404)
        return self._publish(request, page, switch.fault if switch else None)

    def _publish(self, request: Request, page: Page, fault: Fault | None) -> Response:
        self._visits += 1
        if fault in TABLE_FAULTS:
            page = Page(_spoilt(page.table, fault), page.render, page.content_type)
        body, content_type = _disguised(rendered(page), page.content_type, fault)
        headers = {"content-type": content_type, **self._validators(body, fault)}
        if fault is Fault.SET_COOKIE:
            headers["set-cookie"] = "sesion=1; Path=/"
        if fault is Fault.LYING_ETAG:
            body += f"\r\n<!-- {self._visits} -->".encode()
        if fault in _CODINGS:
            body, headers["content-encoding"] = _CODINGS[fault](body)
        elif _matches(request.headers, headers) and fault not in (Fault.CHANGED_BUT_EQUAL, Fault.LYING_ETAG):
            return Response(status_code=304, headers={k: v for k, v in headers.items() if k != "content-type"})
        elif content_type.startswith("text/html") and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["content-encoding"] = gzip.compress(body, mtime=0), "gzip"
        return Response(body, headers=headers)

    def _validators(self, body: bytes, fault: Fault | None) -> dict[str, str]:
        if fault is Fault.NO_VALIDATORS:
            return {}
        if fault is Fault.CHANGED_BUT_EQUAL:
            return {"etag": f'"visit-{self._visits}"'}
        if fault is Fault.LYING_ETAG:
            return {"etag": '"always-the-same"'}
        return {"etag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', "last-modified": _MODIFIED}


def _matches(asked: Headers, ours: Mapping[str, str]) -> bool:
    """RFC 9110 §13.2.2: If-None-Match first, If-Modified-Since only without it."""
    if "if-none-match" in asked:
        return asked["if-none-match"] == ours.get("etag")
    return "last-modified" in ours and asked.get("if-modified-since") == ours["last-modified"]


def _spoilt(table: Table, fault: Fault | None) -> Table:
    if fault is Fault.HEADER_ONLY:
        return table.emptied()
    if fault is Fault.HALF_ROWS:
        return table.halved()
    if fault is Fault.RENAMED_COLUMN:
        return table.renamed("Compromiso", "Nombre de la acción")
    return table.edited(0, "Estatus", "Concluido").edited(0, "Avance", "100")


def _disguised(body: bytes, content_type: str, fault: Fault | None) -> tuple[bytes, str]:
    """The body and media type of a page that is not what it seems."""
    table = content.commitments("disfraz")
    return {
        Fault.WRONG_TYPE: (body, "application/octet-stream"),
        Fault.WRONG_CHARSET: (body, content_type.split(";")[0] + "; charset=utf-16"),
        Fault.EMPTY: (b"", content_type),
        Fault.CHALLENGE: (content.CHALLENGE, "text/html; charset=UTF-8"),
        Fault.LOGIN: (content.LOGIN, "text/html; charset=utf-8"),
        Fault.HTML_AS_XLS: (content.as_html_table(table), "application/vnd.ms-excel"),
        Fault.PDF_WITHOUT_TEXT: (office.scanned_pdf(), "application/pdf"),
    }.get(fault or Fault.NO_VALIDATORS, (body, content_type))


def _truncated(body: bytes) -> tuple[bytes, str]:
    whole = gzip.compress(body, mtime=0)
    return whole[: len(whole) // 2], "gzip"


def _damaged(body: bytes) -> tuple[bytes, str]:
    whole = bytearray(gzip.compress(body, mtime=0))
    whole[len(whole) // 2] ^= 0xFF
    return bytes(whole), "gzip"


_CODINGS: dict[Fault | None, Callable[[bytes], tuple[bytes, str]]] = {
    Fault.TRUNCATED_GZIP: _truncated,
    Fault.DAMAGED_GZIP: _damaged,
    Fault.GZIP_BOMB: lambda _: (bomb(), "gzip"),
    Fault.BROTLI: lambda body: (body, "br"),
}


def _redirect(location: str, status: int = 302) -> Response:
    return Response(status_code=status, headers={"location": location})


def _loop(request: Request, _value: str | None) -> Response:
    path = request.url.path
    return _redirect(path if request.url.query else f"{path}?otra=1")


def _endless(request: Request, _value: str | None) -> Response:
    return _redirect(f"{request.url.path}?paso={int(request.query_params.get('paso', '0')) + 1}")


def _limited_by_date(_request: Request, value: str | None) -> Response:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    return Response("Espere", 429, headers={"retry-after": value or soon})


def _status(status: int) -> Callable[[Request, str | None], Response]:
    def answer(_request: Request, value: str | None) -> Response:
        return Response(f"error {status}", status, headers={"retry-after": value} if value else None)

    return answer


_STATUS: dict[Fault, Callable[[Request, str | None], Response]] = {
    Fault.SERVER_ERROR: _status(500),
    Fault.RATE_LIMITED: lambda request, value: _status(429)(request, value or "1"),
    Fault.RATE_LIMITED_DATE: _limited_by_date,
    Fault.UNAUTHORIZED: _status(401),
    Fault.FORBIDDEN: _status(403),
    Fault.NOT_FOUND: _status(404),
    Fault.GONE: _status(410),
    Fault.TEAPOT: _status(418),
    Fault.NOT_MODIFIED_ALWAYS: lambda _request, _value: Response(status_code=304),
    Fault.REDIRECT_LOOP: _loop,
    Fault.REDIRECT_ENDLESS: _endless,
    Fault.REDIRECT_PRIVATE: lambda _request, value: _redirect(value or "http://169.254.169.254/latest/meta-data/"),
    Fault.REDIRECT_FILE: lambda _request, _value: _redirect("file:///etc/passwd"),
    Fault.REDIRECT: lambda _request, value: _redirect(value or "/", 301),
}


async def _hang(_app: App, request: Request, _send: Send) -> None:
    """Say nothing until the client gives up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _transport(send: Send) -> Any:
    return send.__self__.transport  # type: ignore[attr-defined]  # uvicorn's cycle: a real socket to break


def _cut(send: Send) -> None:
    """Close at once, with a TCP reset."""
    transport = _transport(send)
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


async def _reset(_app: App, _request: Request, send: Send) -> None:
    _cut(send)


async def _start(send: Send, length: int) -> None:
    headers = [(b"content-type", b"text/csv"), (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _reset_mid_body(app: App, request: Request, send: Send) -> None:
    body = app.body_of(request.url.path)
    await _start(send, len(body))
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    _transport(send).close()


async def _trickle(app: App, request: Request, send: Send) -> None:
    """A byte, a pause, a byte."""
    body = app.body_of(request.url.path)
    await _start(send, len(body))
    for at in range(len(body)):
        if _transport(send).is_closing():
            return
        await send({"type": "http.response.body", "body": body[at : at + 1], "more_body": at < len(body) - 1})
        await asyncio.sleep(app.tick)


async def _garbage(_app: App, _request: Request, send: Send) -> None:
    transport = _transport(send)
    transport.write(b"\x16\x03\x01 SSH-2.0-OpenSSH_9.6\r\n\r\n")
    transport.close()


_WIRE: dict[Fault, Callable[[App, Request, Send], Awaitable[None]]] = {
    Fault.TIMEOUT: _hang,
    Fault.RESET: _reset,
    Fault.RESET_MID_BODY: _reset_mid_body,
    Fault.TRICKLE: _trickle,
    Fault.GARBAGE: _garbage,
}
