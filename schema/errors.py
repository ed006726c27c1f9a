"""The one error that speaks to clients, and the codes it may carry (``extensions.code``)."""

from __future__ import annotations

from enum import StrEnum

from graphql import GraphQLError


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
    """An error whose message is written for the client; everything else is masked by `schema.http`.

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
