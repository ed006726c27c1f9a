"""Why something is not done: typed errors of a payload, in Spanish, each with the input at fault."""

from __future__ import annotations

import math

from schema.errors import ErrorCode
from schema.registration import Principal, Refusal

KEY = ("key",)
OPERATOR = "el operador del hub"
PUBLISHER = "el operador del hub o quien publica la fuente"


def bad(message: str, *path: str) -> Refusal:
    """What was asked cannot be: BAD_USER_INPUT."""
    return Refusal(ErrorCode.BAD_USER_INPUT.value, message, path)


def not_found(key: str) -> Refusal:
    """There is no such source."""
    return Refusal(ErrorCode.NOT_FOUND.value, f"No hay una fuente «{shown(key)}» en este hub.", KEY)


def too_many(seconds: float) -> Refusal:
    """The quota is used up; told with the time after which it is not."""
    wait = max(1, math.ceil(seconds))
    return Refusal(ErrorCode.RATE_LIMITED.value, f"Son demasiadas peticiones: vuelva a intentarlo en {wait} s.")


def not_allowed(principal: Principal, who: str) -> Refusal:
    """UNAUTHENTICATED for somebody who showed no token, FORBIDDEN for one whose token does not reach so far.

    Args:
        who: who may, as the end of a sentence: ``el operador del hub``.
    """
    if is_anonymous(principal):
        message = f"Esto sólo puede pedirlo {who}: envíe su token en la cabecera Authorization: Bearer."
        return Refusal(ErrorCode.UNAUTHENTICATED.value, message)
    return Refusal(ErrorCode.FORBIDDEN.value, f"Su token no alcanza para esto: sólo puede pedirlo {who}.")


def is_anonymous(principal: Principal) -> bool:
    """Whether no token was shown."""
    return not (principal.operator or principal.sources or principal.name or principal.token)


def shown(text: str, limit: int = 64) -> str:
    """Somebody's text, short enough for a message."""
    clean = "".join(char if char.isprintable() else "·" for char in text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
