"""Answers to the pages' documents, kept for as long as the data stand: many pages ask the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any

import orjson

from hub.web.pages.site import PageSite
from hub.web.robots import Robots

MOST = 400
"""Answers that are kept, the least recently used out first."""


class Answers:
    """The site whose answers are kept. Whoever gets an answer must not change it.

    Args:
        site: who answers.
    """

    def __init__(self, site: PageSite) -> None:
        self._site = site
        self._version: Hashable = None
        self._kept: OrderedDict[tuple[str, bytes], dict[str, Any]] = OrderedDict()

    def of(self, version: Hashable) -> Answers:
        """The answers of one version of the data; those of another are dropped."""
        if version != self._version:
            self._kept.clear()
            self._version = version
        return self

    @property
    def title(self) -> str:
        """What the hub is called."""
        return self._site.title

    @property
    def public_url(self) -> str | None:
        """The address under which the public reaches it."""
        return self._site.public_url

    def version(self) -> tuple[int, int]:
        """What every page hangs on."""
        return self._site.version()

    async def robots(self, address: str) -> Robots:
        """What robots.txt says of an address."""
        return await self._site.robots(address)

    async def at(self, first: datetime, last: datetime) -> PageSite:
        """The site of another day."""
        return await self._site.at(first, last)

    async def answer(
        self, document: str, variables: Mapping[str, Any], *, address: str | None = None
    ) -> dict[str, Any]:
        """The response to a document: the kept one, else the site's. An error is never kept."""
        key = (document, orjson.dumps(dict(variables), option=orjson.OPT_SORT_KEYS))
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        version, data = self._version, self._site.version()
        found = await self._site.answer(document, variables, address=address)
        if "errors" not in found and version == self._version and data == self._site.version():
            self._kept[key] = found
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found
