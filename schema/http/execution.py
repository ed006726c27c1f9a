"""Who executes an operation: the seam between HTTP and what is behind it.

The view asks its executors in order; the first that does not answer None has it. A compiled planner stands in front and
answers ready JSON; `SchemaExecutor` stands last, runs anything through graphql-core, and never answers None.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeGuard

import orjson
import strawberry
from graphql import ExecutionResult, GraphQLError, OperationType, execute, subscribe
from strawberry.execution import optimized_is_awaitable

from schema.http.document import Documents, Prepared
from schema.http.errors import ErrorFormatter, RequestError, took_too_long
from schema.http.request import Operation

log = logging.getLogger("schema.http")


@dataclass(slots=True)
class Answer:
    """What an executor answers.

    `data` is the JSON of the member ``data``, ready to send, or None where nothing was executed. `errors` are formatted.
    `extensions` stand beside the hub's own. `shared` says that everyone may be given the same bytes.
    """

    data: bytes | None
    errors: list[dict[str, Any]] = field(default_factory=list)
    cost: int = 0
    extensions: Mapping[str, Any] | None = None
    shared: bool = False

    def encode(self, extensions: Mapping[str, Any], limit: int) -> bytes:
        """The whole answer as UTF-8 JSON. `extensions` are the hub's; `limit` is the highest cost allowed."""
        beside = dumps({**extensions, **(self.extensions or {}), "cost": {"requested": self.cost, "limit": limit}})
        if not self.errors:
            return b'{"data":%b,"extensions":%b}' % (self.data or b"null", beside)
        if self.data is None:
            return b'{"errors":%b,"extensions":%b}' % (dumps(self.errors), beside)
        return b'{"errors":%b,"data":%b,"extensions":%b}' % (dumps(self.errors), self.data, beside)


class Executor(Protocol):
    """Executes operations, or leaves them to the next executor."""

    async def execute(self, operation: Operation, context: Callable[[], Any]) -> Answer | None:
        """The answer, or None where this executor does not do operations of this kind.

        Args:
            context: makes the context of the operation's resolvers, for those that have any.

        Raises:
            RequestError: the operation may not run. No later executor is asked.
        """
        ...

    def at_once(self, operation: Operation) -> Answer | None:
        """The same answer where it is to be had without waiting; None leaves the operation to `execute`.

        Raises:
            RequestError: as `execute` does.
        """
        ...


def dumps(value: Any) -> bytes:
    """JSON in UTF-8. Integers beyond 64 bits are written whole, not refused."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(errors="replace")


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    return optimized_is_awaitable(value)


class SchemaExecutor:
    """Runs any operation of a Strawberry schema through graphql-core, on documents that were prepared here.

    Schema extensions are passed by: what they would do (limits, masking, validation) is done in this package.
    """

    def __init__(self, schema: strawberry.Schema, documents: Documents, formatter: ErrorFormatter) -> None:
        self.schema = schema
        self.core = documents.schema
        self.documents = documents
        self.formatter = formatter
        self.hide = not documents.config.introspection

    def at_once(self, operation: Operation) -> None:
        """Nothing: resolvers may wait."""

    async def execute(self, operation: Operation, context: Callable[[], Any]) -> Answer:
        """Executes a query or a mutation. Raises RequestError where it may not run."""
        return await self.run(self.documents.prepare(operation), operation, context())

    async def run(self, prepared: Prepared, operation: Operation, context: Any) -> Answer:
        """Executes a query or mutation that is prepared already."""
        pending = execute(
            self.core,
            prepared.document,
            context_value=context,
            variable_values=operation.variables,
            operation_name=operation.operation_name,
            is_awaitable=_is_awaitable,
            executor_class=self.schema.execution_context_class,
            hide_suggestions=self.hide,
            operation_extensions=operation.extensions,
        )
        result = pending if isinstance(pending, ExecutionResult) else await self._in_time(pending, prepared)
        answer = self._answer(result, prepared)
        answer.shared = not answer.errors and prepared.kind is OperationType.QUERY
        return answer

    async def _in_time(self, pending: Awaitable[ExecutionResult], prepared: Prepared) -> ExecutionResult:
        """The result of a query before its time is over; of a mutation, whenever it comes: it may wait for a site.

        Raises:
            RequestError: it is over.
        """
        if prepared.kind is not OperationType.QUERY:
            return await pending
        seconds = self.documents.config.max_seconds
        try:
            async with asyncio.timeout(seconds):
                return await pending
        except TimeoutError:
            raise took_too_long(seconds) from None

    async def stream(self, prepared: Prepared, operation: Operation, context: Any) -> AsyncGenerator[Answer]:
        """The events of a subscription, one answer each."""
        source: Any = subscribe(
            self.core,
            prepared.document,
            context_value=context,
            variable_values=operation.variables,
            operation_name=operation.operation_name,
            executor_class=self.schema.execution_context_class,
            hide_suggestions=self.hide,
            operation_extensions=operation.extensions,
        )
        if _is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            errors = self.formatter.executed(source.errors or ())
            raise RequestError(400, errors[0]["message"], errors=errors)
        async with aclosing(source):
            try:
                async for result in source:
                    yield self._answer(result, prepared)
            except GraphQLError as error:
                yield Answer(b"null", self.formatter.executed([error]), prepared.measure.cost)
            except Exception as error:
                yield Answer(b"null", [self.formatter.unexpected(error)], prepared.measure.cost)

    def _answer(self, result: ExecutionResult, prepared: Prepared) -> Answer:
        errors = self.formatter.executed(result.errors) if result.errors else []
        try:
            data = dumps(result.data)
        except (TypeError, ValueError) as error:
            return Answer(b"null", [*errors, self.formatter.unexpected(error)], prepared.measure.cost)
        return Answer(data, errors, prepared.measure.cost)
