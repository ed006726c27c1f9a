"""What an application may offer beside ASGI: answers that wait for nothing, given by a function instead of a task."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

Head = TypeVar("Head")

KEPT_HEADS = 512
"""How many heads are remembered, the oldest going first: clients differ in few ways, and bodies in length."""


class Instant(NamedTuple):
    """An answer with the status 200: its header lines, each with its line end, and its body, of the length that they say."""

    headers: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Known(Generic[Head]):
    """What the bytes of a head mean: so many bytes of a body follow, and this is what the application made of the rest."""

    length: int
    head: Head


class FastPath(ABC, Generic[Head]):
    """An application's fast path: its attribute `fast_path`, asked before ASGI is.

    Attributes:
        target: the one request target that is answered, as a request line has it.
        heads: what the bytes of heads mean that came before; see `learn`.
    """

    def __init__(self, target: bytes) -> None:
        self.target = target
        self.heads: OrderedDict[bytes, Known[Head]] = OrderedDict()

    @abstractmethod
    def head(self, scope: Mapping[str, Any]) -> Head | None:
        """What the headers of a POST to `target` mean; None where ASGI is to have all requests with these."""

    @abstractmethod
    def client(self, address: str | None) -> str:
        """Who the peer of a connection is."""

    @abstractmethod
    def answer(self, head: Head, body: bytes, client: str) -> Instant | None:
        """The answer that ASGI would give; None where ASGI is to give it, and then nothing has been counted."""

    def learn(self, raw: bytes, length: int, head: Head) -> None:
        """Remember that a request which begins with the bytes `raw` has this head and a body of `length` bytes."""
        self.heads[raw] = Known(length, head)
        if len(self.heads) > KEPT_HEADS:
            self.heads.popitem(last=False)
