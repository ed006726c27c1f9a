"""uvicorn's HTTP protocol with a fast path: what can be answered at once needs no task and no ASGI messages.

A request takes the fast path when it comes alone and whole in one read, on a connection where nothing is under way, and its
head is, byte for byte, one that uvicorn's parser has read before. What those bytes mean was settled then; what follows
them is a body of exactly the length that they announce. Everything else, and every request that the application does not
answer at once, is uvicorn's as if this module were not there: it has read and written nothing yet.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from hub.serving.fast_path import FastPath, Instant

log = logging.getLogger("hub.serving")

LONGEST_HEAD = 4_096
"""Bytes above which a head is not remembered."""
_COPIED = 16_384
"""Bytes up to which a body is copied behind its head: below, one piece costs less than two."""

_END_OF_HEAD = b"\r\n\r\n"
_NOT_OURS = frozenset((b"expect", b"transfer-encoding", b"upgrade", b"x-forwarded-for", b"x-forwarded-proto"))
"""Headers that uvicorn acts upon, itself or in its middleware."""


class FastPathProtocol(HttpToolsProtocol):
    """One connection. Made by uvicorn, which is given this class as its setting `http`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._fast = fast_path_of(config, self.access_log)
        self._peer: str | None = None
        self._between = True  # messages: the last one has ended and the next not begun
        self._begun = 0
        self._answered_at = 0.0
        self._defaults: list[tuple[bytes, bytes]] | None = None
        self._opening = b""

    def data_received(self, data: bytes) -> None:
        fast = self._fast
        if fast is None or not self._idle():
            super().data_received(data)
            return
        end = data.find(_END_OF_HEAD) + len(_END_OF_HEAD)
        known = fast.heads.get(data[:end])
        if known is None:
            self._begun = 0
            super().data_received(data)
            if self._between and self._begun == 1 and end <= LONGEST_HEAD:
                self._learn(fast, data[:end], len(data) - end)
        elif len(data) - end != known.length or not self._answer(fast, known.head, data[end:]):
            super().data_received(data)

    def _idle(self) -> bool:
        """Whether all that was asked on this connection is answered, and an answer could be written now."""
        cycle: RequestResponseCycle | None = self.cycle
        return (
            self._between
            and (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
        )

    def on_message_begin(self) -> None:
        self._between = False
        self._begun += 1
        super().on_message_begin()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._between = not self.parser.should_upgrade()

    def _learn(self, fast: FastPath[Any], raw: bytes, length: int) -> None:
        """Remember a head that was just parsed, where it is of the kind that the fast path takes."""
        headers = dict(self.headers)
        if (
            self.url != fast.target
            or self.scope["method"] != "POST"
            or self.scope["http_version"] != "1.1"
            or not self.cycle.keep_alive
            or len(headers) != len(self.headers)
            or not _NOT_OURS.isdisjoint(headers)
            or headers.get(b"content-length") != b"%d" % length
            # A line each, and no other line ends: what was found as the head's end is what the parser took for it.
            or not raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r") == len(headers) + 2
        ):
            return
        head = fast.head(self.scope)
        if head is not None:
            fast.learn(raw, length, head)

    def _answer(self, fast: FastPath[Any], head: Any, body: bytes) -> bool:
        """Write the answer, if there is one at once."""
        if self._peer is None:
            self._peer = fast.client(self.client[0] if self.client else None)
        try:
            answer = fast.answer(head, body, self._peer)
        except Exception:
            log.exception("the fast path failed; the application answers")
            return False
        if answer is None:
            return False
        self._write(answer)
        self.server_state.total_requests += 1
        # As uvicorn does after an answer; but the timer that runs already is let run, and looks how long it was idle.
        self._answered_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return True

    def _write(self, answer: Instant) -> None:
        defaults = self.server_state.default_headers
        if defaults is not self._defaults:  # uvicorn makes another list each second
            self._defaults = defaults
            self._opening = STATUS_LINE[200] + b"".join([b"%b: %b\r\n" % pair for pair in defaults])
        head = b"%b%b\r\n" % (self._opening, answer.headers)
        if len(answer.body) <= _COPIED:
            self.transport.write(head + answer.body)
        else:
            self.transport.writelines((head, answer.body))

    def timeout_keep_alive_handler(self) -> None:
        rest = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if rest > 0:
            self.timeout_keep_alive_task = self.loop.call_later(rest, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()


def fast_path_of(config: Config, access_log: bool) -> FastPath[Any] | None:
    """The fast path of a loaded application; None where it has none, or where a setting needs each request to go uvicorn's way.

    Those settings are the access log, a limit of connections and a root path. With others, such as tracing, the application is
    in a middleware that has no fast path.
    """
    application: Any = config.loaded_app
    if isinstance(application, ProxyHeadersMiddleware):
        application = application.app
    fast = getattr(application, "fast_path", None)
    plain = not (access_log or config.root_path or config.limit_concurrency is not None)
    return fast if plain and isinstance(fast, FastPath) else None


_USED: tuple[tuple[type, frozenset[str]], ...] = (
    (
        HttpToolsProtocol,
        frozenset(
            ("access_log", "client", "cycle", "flow", "headers", "loop", "parser", "scope", "server_state",
             "timeout_keep_alive", "timeout_keep_alive_task", "transport")
        ),
    ),
    (RequestResponseCycle, frozenset(("keep_alive", "response_complete"))),
    (FlowControl, frozenset(("write_paused",))),
    (ServerState, frozenset(("default_headers", "total_requests"))),
)  # fmt: skip
"""Attributes of uvicorn's classes that this module reads, all set by their constructors."""
_OVERRIDDEN = ("data_received", "on_message_begin", "on_message_complete", "timeout_keep_alive_handler")


def unknown(used: tuple[tuple[type, frozenset[str]], ...] = _USED) -> list[str]:
    """What this module uses of uvicorn and the installed version does not have."""
    missing = [name for name in _OVERRIDDEN if not callable(getattr(HttpToolsProtocol, name, None))]
    for kind, names in used:
        constructor: Any = vars(kind)["__init__"]
        missing += [f"{kind.__name__}.{name}" for name in sorted(names.difference(constructor.__code__.co_names))]
    return missing
