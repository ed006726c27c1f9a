"""What the pages need of the hub that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from hub.web.robots import Robots


class PageSite(Protocol):
    """The site behind the pages. `hub.site.Site` is one; tests may write another over the same engine."""

    @property
    def title(self) -> str:
        """What the hub is called."""
        ...

    @property
    def public_url(self) -> str | None:
        """The address under which the public reaches it; None: as the request says."""
        ...

    async def answer(
        self, document: str, variables: Mapping[str, Any], *, address: str | None = None
    ) -> dict[str, Any]:
        """The response to an operation of the public, as the GraphQL API gives it: `data`, `errors`, `extensions`.

        Args:
            address: whose request it is.
        """
        ...

    def version(self) -> tuple[int, int]:
        """What every page hangs on: the data version, and a number that moves with runs and sources."""
        ...

    async def robots(self, address: str) -> Robots:
        """What robots.txt says of the address of a source, as it was last read."""
        ...

    async def at(self, first: datetime, last: datetime) -> PageSite:
        """The site as it was at the end of a span of time; of a span that is not over, as it is.

        Raises:
            NotYet: all of the span is to come.
            NotReady: what was public then is still being put together (`hub.readmodel.past`).
        """
        ...


class NotYet(Exception):
    """Nobody knows how the country will stand on a day to come."""


class Refused(Exception):
    """The API refused what a page asked, because of what its address says.

    Attributes:
        code: `extensions.code` of the first error.
        message: written for the client.
        field: the input field at fault, where one is named.
    """

    def __init__(self, code: str, message: str, field: str | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class PageFailed(Exception):
    """The API could not answer for a reason of its own; the message is the id under which it was logged."""


class StoreAway(Exception):
    """What a page asks is known to the store alone, which is out of reach.

    Attributes:
        retry_after: seconds.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the store is out of reach; again in {retry_after} s")
        self.retry_after = retry_after


def data_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a response.

    Raises:
        Refused: the request was at fault.
        StoreAway: the store was out of reach.
        PageFailed: the hub was at fault.
    """
    errors = answer.get("errors")
    if errors:
        first = errors[0]
        extensions = first.get("extensions") or {}
        code = str(extensions.get("code", ""))
        if "retryAfter" in extensions:
            raise StoreAway(int(extensions["retryAfter"]))
        if code == "INTERNAL":
            raise PageFailed(str(extensions.get("id") or first.get("message", "")))
        raise Refused(code, str(first.get("message", "")), extensions.get("field"))
    data = answer["data"]
    assert isinstance(data, dict)
    return data
