"""What the headers of a request mean for its answer, read once for clients that send the same ones again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schema.http.compress import CODINGS
from schema.http.config import HttpConfig
from schema.http.errors import RequestError
from schema.http.negotiation import ANSWERS, JSON, PAGES, body_media_problem, choose, choose_encoding
from schema.http.request import too_large

Pairs = tuple[tuple[bytes, bytes], ...]

_KEPT_HEADS = 256
_ONCE = (b"content-type", b"content-length", b"authorization", b"content-encoding", b"host")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of one request, negotiated.

    `refusal` is what they are at fault of, if anything; `media` is what to answer it in. `length` is the Content-Length.
    """

    post: bool
    media: str = JSON
    coding: str | None = None
    authorization: str | None = None
    if_none_match: bytes | None = None
    length: int | None = None
    refusal: RequestError | None = None


class Heads:
    """Reads heads, and remembers the most recent ones by their very bytes."""

    def __init__(self, config: HttpConfig) -> None:
        self._config = config
        self._get_offers = PAGES if config.graphiql else ANSWERS
        self._remembered = lru_cache(maxsize=_KEPT_HEADS)(self._read)

    def read(self, scope: Any) -> Head:
        """The head of an ASGI scope."""
        try:
            return self._remembered(scope["method"], tuple(scope["headers"]))
        except TypeError:  # pairs may be lists, which cannot be remembered by
            pairs = tuple((bytes(name), bytes(value)) for name, value in scope["headers"])
            return self._read(scope["method"], pairs)

    def _read(self, method: str, pairs: Pairs) -> Head:
        post = method == "POST"
        media = JSON
        try:
            headers = _joined(pairs)
            media = self._media(method, headers.get(b"accept"))
            if sum(len(name) + len(value) for name, value in pairs) > self._config.max_headers:
                raise RequestError(431, f"The request headers are larger than {self._config.max_headers} bytes.")
            length = self._body_length(headers) if post else None
        except RequestError as error:
            return Head(post, media, refusal=error)
        authorization = headers.get(b"authorization")
        return Head(
            post,
            media,
            choose_encoding(headers.get(b"accept-encoding"), CODINGS),
            authorization.decode("latin-1") if authorization is not None else None,
            None if post else headers.get(b"if-none-match"),
            length,
        )

    def _media(self, method: str, accept: bytes | None) -> str:
        """The media type of the answer. Raises RequestError (405, 406)."""
        if method not in ("GET", "POST"):
            raise RequestError(405, "Only GET and POST are served here.", headers=[(b"allow", b"GET, POST")])
        media = choose(accept, ANSWERS if method == "POST" else self._get_offers)
        if media is None:
            raise RequestError(406, "Not acceptable; ask for application/graphql-response+json or application/json.")
        return media

    def _body_length(self, headers: dict[bytes, bytes]) -> int | None:
        """The announced length of a JSON body. Raises RequestError (400, 413, 415)."""
        problem = body_media_problem(headers.get(b"content-type"))
        coding = headers.get(b"content-encoding", b"identity").strip().lower()
        if problem is None and coding not in (b"", b"identity"):
            problem = "Request bodies are taken as they are; send no Content-Encoding."
        if problem is not None:
            raise RequestError(415, problem, headers=[(b"accept", JSON.encode())])
        length = headers.get(b"content-length")
        if length is None:
            return None
        if not length.isdigit():
            raise RequestError(400, "The Content-Length is not a number.")
        if len(length) > 18 or int(length) > self._config.max_body:
            raise too_large(self._config.max_body)
        return int(length)


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; those sent more than once as one list (RFC 9110, 5.3). Raises RequestError (400)."""
    headers: dict[bytes, bytes] = {}
    for name, value in pairs:
        if name not in headers:
            headers[name] = value
        elif name in _ONCE:
            raise RequestError(400, f"The header {name.decode('latin-1')} is given twice.")
        else:
            headers[name] += b", " + value
    return headers
