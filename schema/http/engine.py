"""What HTTP, server-sent events and WebSocket share: from an operation to its answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import aclosing
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import strawberry
from graphql import OperationType

from schema.http.config import HttpConfig
from schema.http.document import Documents, Prepared
from schema.http.errors import UNAUTHENTICATED, ErrorFormatter, RequestError, new_error_id
from schema.http.execution import Answer, Executor, SchemaExecutor, dumps
from schema.http.limits import CostModel
from schema.http.request import Operation, check_lists
from schema.http.trusted import TrustedDocuments


@dataclass(slots=True)
class Asker:
    """Who sent a request, for the context of its resolvers.

    `principal` is what `authenticate` gave for the token, None for the public. `private` may be set by a resolver: the
    answer is then kept in no shared cache.
    """

    principal: Any = None
    address: str | None = None
    private: bool = False


ContextFactory = Callable[[Asker], Any]
Authenticate = Callable[[str], Awaitable[Any]]


class Engine:
    """Answers operations with the first executor that takes them.

    Args:
        answer_extensions: what stands beside every answer.
        version: what every answer hangs on besides the operation, and what stands beside it too.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        config: HttpConfig,
        executors: Sequence[Executor] = (),
        context: ContextFactory | None = None,
        answer_extensions: Callable[[], Mapping[str, Any]] | None = None,
        version: Callable[[], Hashable] | None = None,
        authenticate: Authenticate | None = None,
        trusted: TrustedDocuments | None = None,
        cost_model: CostModel | None = None,
        new_id: Callable[[], str] = new_error_id,
    ) -> None:
        self.config = config
        self.formatter = ErrorFormatter(max_errors=config.max_errors, new_id=new_id)
        self.documents = Documents(schema._schema, config, self.formatter, cost_model)
        self.core = SchemaExecutor(schema, self.documents, self.formatter)
        self.executors: tuple[Executor, ...] = (*executors, self.core)
        self.context = context or (lambda asker: asker)
        self.answer_extensions = answer_extensions or _no_extensions
        self.version = version or (lambda: 0)
        self._moves_with_version = version is not None
        self.trusted = trusted or TrustedDocuments({}, only=config.only_trusted)
        self._authenticate = authenticate
        self._longest = max(config.max_list, config.max_page)
        self._kept_beside: tuple[Mapping[str, Any], bytes] = {}, b""
        self._kept_for: Hashable = None

    async def authenticate(self, authorization: str | None) -> Any:
        """The principal of an Authorization header, None where there is none. Raises RequestError (401)."""
        if authorization is None:
            return None
        scheme, _, token = authorization.strip().partition(" ")
        principal = None
        if scheme.lower() == "bearer" and token.strip() and self._authenticate is not None:
            principal = await self._authenticate(token.strip())
        if principal is None:
            raise RequestError(
                401,
                "The access token is not valid; send `Authorization: Bearer` with one that was not revoked, or none.",
                code=UNAUTHENTICATED,
                headers=[(b"www-authenticate", b"Bearer")],
            )
        return principal

    async def answer(self, operation: Operation, asker: Asker) -> tuple[Answer, bytes]:
        """Executes a query or mutation: the answer, and the same as JSON.

        Raises:
            RequestError: nothing was executed.
        """
        self._check(operation)
        beside = self._beside()
        context = partial(self.context, asker)
        for executor in self.executors:
            answer = await executor.execute(operation, context)
            if answer is not None:
                return answer, self._encoded(answer, *beside)
        raise AssertionError("the last executor takes every operation")  # pragma: no cover

    def at_once(self, operation: Operation, version: Hashable) -> bytes | None:
        """The JSON of `answer` for a query that everyone is answered alike and nobody waits for; None for all others.

        Args:
            version: what `self.version` gives now.

        Raises:
            RequestError: as `answer` does.
        """
        self._check(operation)
        answer = self.executors[0].at_once(operation)
        if answer is None or not answer.shared:
            return None
        if version != self._kept_for or not self._moves_with_version:
            self._beside()
            self._kept_for = version
        return self._encoded(answer, *self._kept_beside)

    def _check(self, operation: Operation) -> None:
        """What needs no look at the document. Raises RequestError."""
        self.trusted.resolve(operation)
        if operation.variables:
            check_lists(operation.variables, self._longest)

    def _beside(self) -> tuple[Mapping[str, Any], bytes]:
        """What stands beside the answer to a request that begins now, also as the JSON of its members; made when it moves."""
        now = self.answer_extensions()
        if now != self._kept_beside[0]:
            kept = deepcopy(dict(now))
            self._kept_beside = kept, dumps(kept)[1:-1] + b"," if kept else b""
        return self._kept_beside

    def _encoded(self, answer: Answer, extensions: Mapping[str, Any], members: bytes) -> bytes:
        limit = self.config.max_cost
        if answer.errors or answer.data is None or answer.extensions:
            return answer.encode(extensions, limit)
        return b'{"data":%b,"extensions":{%b"cost":{"requested":%d,"limit":%d}}}' % (
            answer.data, members, answer.cost, limit,
        )  # fmt: skip

    def open(self, operation: Operation, asker: Asker) -> AsyncGenerator[bytes, None]:
        """The answers of any operation as JSON: one of a query or mutation, one an event of a subscription.

        Raises:
            RequestError: at once, where nothing can be executed. What fails later is told as an answer.
        """
        operation.streams = True
        self._check(operation)
        prepared = self.documents.prepare(operation)
        if prepared.kind is OperationType.SUBSCRIPTION:
            return self._told(self._events(prepared, operation, asker))
        return self._told(self._one(operation, asker))

    async def _one(self, operation: Operation, asker: Asker) -> AsyncGenerator[bytes, None]:
        _, body = await self.answer(operation, asker)
        yield body

    async def _events(self, prepared: Prepared, operation: Operation, asker: Asker) -> AsyncGenerator[bytes, None]:
        async with aclosing(self.core.stream(prepared, operation, self.context(asker))) as events:
            async for event in events:
                yield event.encode(self.answer_extensions(), self.config.max_cost)

    async def _told(self, answers: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """`answers`, with what breaks them as the last one."""
        async with aclosing(answers):
            try:
                async for answer in answers:
                    yield answer
            except RequestError as error:
                yield self.refusal(error)
            except Exception as error:
                yield self.failure(error)

    def refusal(self, error: RequestError) -> bytes:
        """The JSON of a request that was not executed."""
        return Answer(None, error.errors, error.cost).encode(self.answer_extensions(), self.config.max_cost)

    def failure(self, error: BaseException) -> bytes:
        """The JSON of a request that broke us; what broke is logged under the id it tells."""
        return Answer(None, [self.formatter.unexpected(error)]).encode(self.answer_extensions(), self.config.max_cost)


def _no_extensions() -> Mapping[str, Any]:
    return {"dataVersion": 0, "staleSources": []}
