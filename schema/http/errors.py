"""From whatever went wrong to the errors of a GraphQL answer.

Codes in `extensions.code` are of one documented list. What a user can mend is said as it is; what only we can mend
is logged under an id and told as ``INTERNAL`` with that id.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphql import GraphQLError
from graphql.language import FieldNode

from schema.errors import ErrorCode

log = logging.getLogger("schema.http")

BAD_USER_INPUT = ErrorCode.BAD_USER_INPUT.value
NOT_FOUND = ErrorCode.NOT_FOUND.value
UNAUTHENTICATED = ErrorCode.UNAUTHENTICATED.value
FORBIDDEN = ErrorCode.FORBIDDEN.value
COST_LIMIT = ErrorCode.COST_LIMIT.value
RATE_LIMITED = ErrorCode.RATE_LIMITED.value
INTERNAL = ErrorCode.INTERNAL.value
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"

CODES = frozenset({code.value for code in ErrorCode} | {PARSE_FAILED, VALIDATION_FAILED})


def new_error_id() -> str:
    """An id under which one unexpected error is logged and reported."""
    return uuid.uuid4().hex


class RequestError(Exception):
    """The request cannot be executed at all: the answer has errors and no `data`.

    `status` is the HTTP status. `well_formed` says that the request was readable GraphQL over HTTP and only its
    operation is at fault: for such, clients that accept ``application/json`` only get 200 (GraphQL over HTTP, 6.4.1).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = BAD_USER_INPUT,
        headers: Sequence[tuple[bytes, bytes]] = (),
        well_formed: bool = False,
        errors: Sequence[Mapping[str, Any]] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = tuple(headers)
        self.well_formed = well_formed
        self.cost = 0
        self.errors: list[dict[str, Any]] = (
            [dict(error) for error in errors]
            if errors is not None
            else [{"message": message, "extensions": {"code": code, **(extensions or {})}}]
        )


def took_too_long(seconds: float) -> RequestError:
    """COST_LIMIT for an operation that was stopped after so many seconds."""
    return RequestError(
        400,
        f"The operation took longer than {seconds:g} seconds and was stopped. Narrow its filter, search for rarer words, or ask"
        " for less at a time.",
        well_formed=True,
        code=COST_LIMIT,
    )


class ErrorFormatter:
    """Formats GraphQL errors: codes, masking, a cap on their number."""

    def __init__(self, *, max_errors: int = 100, new_id: Callable[[], str] = new_error_id) -> None:
        self.max_errors = max_errors
        self.new_id = new_id

    def coded(self, errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
        """Errors that are the user's own (syntax, validation, variables), all under `code` unless they carry one."""
        return self._capped(
            [_formatted(error, _documented_code(error) or code) for error in errors],
        )

    def executed(self, errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
        """Errors raised while fields were resolved: ours speak, all others are masked and logged with an id."""
        return self._capped([self._of_field(error) for error in errors])

    def unexpected(self, error: BaseException) -> dict[str, Any]:
        """Logs `error` under a new id and gives what the client may know of it."""
        error_id = self.new_id()
        log.error("unexpected error %s", error_id, exc_info=error)
        return {
            "message": f"Internal error. Quote {error_id} when you report it.",
            "extensions": {"code": INTERNAL, "id": error_id},
        }

    def _of_field(self, error: GraphQLError) -> dict[str, Any]:
        code = _documented_code(error)
        if code is not None:
            return _formatted(error, code)
        if _is_bad_argument(error):
            return _formatted(error, BAD_USER_INPUT)
        masked = self.unexpected(error.original_error or error)
        located = error.formatted
        for member in ("locations", "path"):
            if member in located:
                masked[member] = located[member]
        return masked

    def _capped(self, errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(errors) <= self.max_errors:
            return errors
        left_out = len(errors) - self.max_errors
        first = errors[0].get("extensions", {}).get("code", INTERNAL)
        return [
            *errors[: self.max_errors],
            {"message": f"{left_out} more errors are not listed.", "extensions": {"code": first}},
        ]


def _documented_code(error: GraphQLError) -> str | None:
    code = (error.extensions or {}).get("code")
    return code if isinstance(code, str) and code in CODES else None


def _is_bad_argument(error: GraphQLError) -> bool:
    """Whether graphql-core refused an argument or variable: it does so without any exception of a resolver."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if not isinstance(cause, GraphQLError):
        return any(not isinstance(node, FieldNode) for node in error.nodes or ()) and isinstance(
            error.original_error, GraphQLError
        )
    return cause.message.startswith(("Argument ", "Variable "))


def _formatted(error: GraphQLError, code: str) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    formatted["extensions"] = {**formatted.get("extensions", {}), "code": code}
    return formatted
