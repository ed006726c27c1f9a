"""The planner as the HTTP layer asks it: first, before graphql-core."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import strawberry
from graphql import DocumentNode, OperationDefinitionNode

from hub.readmodel.entries import ReadModelError
from hub.readmodel.reader import LongWorkError, ReadModel
from schema.context import Settings
from schema.http.config import HttpConfig
from schema.http.errors import took_too_long
from schema.http.execution import Answer
from schema.http.limits import CostModel, check_cost, check_shape, check_size, measure
from schema.http.request import Operation
from schema.http.weights import hub_cost_model
from schema.plan.planner import Planner
from schema.plan.run import NotPlannedError
from schema.plan.workers import TookTooLongError, Workers

log = logging.getLogger("schema.plan")


class PlannedExecutor:
    """Answers what is planned from the read model; leaves everything else, errors too, to the next executor.

    Args:
        schema: the schema of the API.
        model: the version of the data to answer from, or None while there is none; asked once a request.
        config: limits of HTTP: size, depth, aliases, cost.
        settings: limits of pages.
        cost_model: weights of cost.
        workers: where long plans run.

    Attributes:
        planned, passed, long: how many operations were answered here, were left, and went to a thread.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        model: Callable[[], ReadModel | None],
        *,
        config: HttpConfig | None = None,
        settings: Settings | None = None,
        cost_model: CostModel | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._core = schema._schema
        self._model = model
        self._config = config or HttpConfig()
        self._cost = cost_model or hub_cost_model(self._config)
        self.planner = Planner(
            self._core, settings or Settings(max_page=self._config.max_page), self._measure, self._check
        )
        self._workers = workers or Workers(self._config.max_seconds)
        self.planned = 0
        self.passed = 0
        self.long = 0

    async def execute(self, operation: Operation, context: Callable[[], Any]) -> Answer | None:
        """The answer, or None.

        Raises:
            RequestError: the operation passes a limit.
        """
        model = self._model()
        if operation.query is None or model is None:
            return None
        try:
            model.current.hurried = model.past.hurried = True
            try:
                data, cost = self._answer(model, operation)
            except LongWorkError:
                data, cost = await self._beside(model, operation)
        except NotPlannedError:
            self.passed += 1
            return None
        except TookTooLongError as error:
            raise took_too_long(error.seconds) from None
        self.planned += 1
        return Answer(data, [], cost, None, True)

    def at_once(self, operation: Operation) -> Answer | None:
        """The same where the plan is short; only what is answered is counted.

        Raises:
            RequestError: the operation passes a limit.
        """
        model = self._model()
        if operation.query is None or model is None:
            return None
        model.current.hurried = model.past.hurried = True
        try:
            data, cost = self._answer(model, operation)
        except (NotPlannedError, LongWorkError):
            return None
        self.planned += 1
        return Answer(data, [], cost, None, True)

    async def _beside(self, model: ReadModel, operation: Operation) -> tuple[bytes, int]:
        """In a thread, while other requests are answered."""
        self.long += 1
        try:
            return await self._workers.run(model, partial(self._answer, operation=operation))
        except ReadModelError:  # a newer version took the file's place meanwhile: what is open stays readable
            model.current.hurried = model.past.hurried = False
            return self._answer(model, operation)

    def _answer(self, model: ReadModel, operation: Operation) -> tuple[bytes, int]:
        assert operation.query is not None
        return self.planner.answer(model, operation.query, operation.operation_name, operation.variables)

    def _check(self, text: str) -> None:
        check_size(text, self._config)

    def _measure(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> tuple[int, frozenset[str]]:
        figures = measure(self._core, document, operation, variables, self._cost)
        check_shape(figures, self._config)
        check_cost(figures, self._config)
        return figures.cost, figures.variables
