"""The country of another day: a site over the read model of an instant, with what was known of runs and sources then."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from typing import Any

from hub.readmodel import ReadModel
from hub.web.asking import OwnDocuments
from hub.web.pages.answers import Answers
from hub.web.pages.site import NotYet, PageSite
from hub.web.robots import Robots
from schema.api import HubSchema
from schema.context import Context
from schema.live import LiveState
from schema.read.file import ReadFile
from schema.scalars import utc_text

DAYS = 8
"""Instants of which the answers are kept."""


class DaySite:
    """The `PageSite` of one instant.

    Args:
        present: the site as it is today.
        model: what was public then.
        live: runs and sources then.
    """

    def __init__(self, present: PageSite, schema: HubSchema, model: ReadModel, live: LiveState) -> None:
        self.model = model
        self._present = present
        file = ReadFile(model.connection)
        self._documents = OwnDocuments(
            schema, lambda: model, lambda _: Context(file=file, live=live), lambda: {"dataVersion": model.data_version}
        )

    @property
    def title(self) -> str:
        return self._present.title

    @property
    def public_url(self) -> str | None:
        return self._present.public_url

    def version(self) -> tuple[int, int]:
        """The data version of that instant; it does not move."""
        return (self.model.data_version, 0)

    async def answer(
        self, document: str, variables: Mapping[str, Any], *, address: str | None = None
    ) -> dict[str, Any]:
        return await self._documents.answer(document, variables, address=address)

    async def robots(self, address: str) -> Robots:
        """Of robots.txt only the newest is kept."""
        return await self._present.robots(address)

    async def at(self, first: datetime, last: datetime) -> PageSite:
        return await self._present.at(first, last)


class Days:
    """The sites of other days.

    Args:
        present: the site as it is today, and what it serves.
        now: the present instant.
        model_at: the read model of an instant (`hub.readmodel.past.PastModels.at`).
        live_at: runs and sources of an instant.
    """

    def __init__(
        self,
        present: PageSite,
        schema: HubSchema,
        served: Callable[[], ReadModel | None],
        *,
        now: Callable[[], datetime],
        model_at: Callable[[datetime], Awaitable[ReadModel]],
        live_at: Callable[[datetime], LiveState],
    ) -> None:
        self._present = present
        self._schema = schema
        self._served = served
        self._now = now
        self._model_at = model_at
        self._live_at = live_at
        self._kept: OrderedDict[datetime, tuple[Hashable, Answers]] = OrderedDict()

    async def at(self, first: datetime, last: datetime) -> PageSite:
        """The site as it was at the end of a span of time; of today, as it is.

        Raises:
            NotYet: all of the span is to come.
            NotReady: its read model is being made; ask again in a moment.
        """
        now = self._now()
        if first > now:
            raise NotYet
        if last > now:
            return self._present
        served = self._served()
        if served is not None and utc_text(last) >= served.published_at:
            model = served  # nothing was published since, but runs were
        else:
            model = await self._model_at(last)
        state = (model, self._present.version())  # how sources are described is not kept: it is that of today
        kept = self._kept.get(last)
        if kept is None or kept[0] != state:
            site = DaySite(self._present, self._schema, model, self._live_at(last))
            kept = self._kept[last] = (state, Answers(site))
            while len(self._kept) > DAYS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(last)
        return kept[1]
