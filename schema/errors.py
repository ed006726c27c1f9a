"""The one error that speaks to clients, and the codes it may carry (``extensions.code``)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from enum import StrEnum

from graphql import GraphQLError

_log = logging.getLogger("hub.schema")


class ErrorCode(StrEnum):
    """Every value of ``extensions.code``, besides the specification's own for parsing and validation."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    COST_LIMIT = "COST_LIMIT"
    RATE_LIMITED = "RATE_LIMITED"
    NOT_IMPLEMENTED = "NOT_IMPLEMENTED"
    INTERNAL = "INTERNAL"


class HubError(GraphQLError):
    """An error whose message is written for the client; everything else is masked.

    Args:
        code: what kind of error, for programs.
        message: one or two sentences that name the thing and the remedy.
        field: the argument or input field at fault, dotted (``filter.state``); becomes ``extensions.field``.
    """

    def __init__(self, code: ErrorCode, message: str, *, field: str | None = None) -> None:
        extensions: dict[str, object] = {"code": code.value}
        if field is not None:
            extensions["field"] = field
        super().__init__(message, extensions=extensions)
        self.code = code
        self.field = field


def bad_input(message: str, *, field: str | None = None) -> HubError:
    """The client asked for something that cannot be: BAD_USER_INPUT."""
    return HubError(ErrorCode.BAD_USER_INPUT, message, field=field)


def _speaks(error: GraphQLError) -> bool:
    """True for our own errors and for the specification's (bad variables, null in non-null are graphql-core's)."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        if isinstance(original, HubError):
            return True
        original = original.original_error
    return original is None


def present(error: GraphQLError) -> GraphQLError:
    """The error as a client may see it.

    Ours speak, with their code; an unexpected exception becomes INTERNAL with an id that the log carries beside the
    traceback. An error that graphql-core itself raises about the request keeps its words.
    """
    own = error if isinstance(error, HubError) else error.original_error
    if isinstance(own, HubError):
        return _located(error, own.message, dict(own.extensions or {}))
    if error.extensions and "code" in error.extensions:
        return error
    if _speaks(error):
        if error.path is None:
            return error
        # graphql-core found a null where the schema promises a value, or could not serialise one: ours to mend.
    return _masked(error)


def present_all(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """`present` for each error of a result."""
    return [present(error) for error in errors]


def _masked(error: GraphQLError) -> GraphQLError:
    reference = secrets.token_hex(6)
    _log.error("unexpected error %s: %s", reference, error.message, exc_info=error.original_error or error)
    message = f"Something went wrong on our side. Report it with the reference {reference}."
    return _located(error, message, {"code": ErrorCode.INTERNAL.value, "reference": reference})


def _located(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )
