"""How the pages ask: GraphQL in-process, as anyone would ask it, but for the limits that an operator sets for strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from hub.readmodel import ReadModel
from schema.api import HubSchema
from schema.context import Context, Settings
from schema.http.config import HttpConfig
from schema.http.engine import Asker, Engine
from schema.http.errors import RequestError
from schema.http.request import Operation
from schema.plan.executor import PlannedExecutor


class OwnDocuments:
    """Runs the documents of the hub's own pages.

    The documents are ours and known, so `only_trusted`, `max_cost`, `max_page` and their like do not refuse them. Whoever
    looks at a page is the public: no document sees more than the API shows to anyone.

    Args:
        schema: the schema of the API.
        model: the read model of the newest version, or None while there is none.
        context: the context of a request of the public.
        extensions: what stands beside every answer.
    """

    def __init__(
        self,
        schema: HubSchema,
        model: Callable[[], ReadModel | None],
        context: Callable[[Asker], Context],
        extensions: Callable[[], Mapping[str, Any]],
    ) -> None:
        limits = HttpConfig()
        settings = Settings()
        self._engine = Engine(
            schema,
            config=limits,
            executors=(PlannedExecutor(schema, model, config=limits, settings=settings),),
            context=lambda asker: replace(context(asker), settings=settings),
            answer_extensions=extensions,
        )

    async def answer(
        self, document: str, variables: Mapping[str, Any], *, address: str | None = None
    ) -> dict[str, Any]:
        """The response to a document: `data`, `errors`, `extensions`.

        Args:
            address: whose request it is, where what it does is limited by address.
        """
        operation = Operation(query=document, variables=dict(variables))
        try:
            _, body = await self._engine.answer(operation, Asker(address=address))
        except RequestError as error:
            body = self._engine.refusal(error)
        found = orjson.loads(body)
        assert isinstance(found, dict)
        return found
