"""Opaque, versioned cursors: the values of the order's key at one record, so that they survive inserts.

A cursor is ``base64url(json([1, order, value …]))``. It names the order that it was made under and is refused under
another; its values only ever reach SQL as bound parameters, so a forged one can at most name a place that nobody has.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from schema.errors import HubError, bad_input

VERSION = 1
_MOST = 4096
_URL = str.maketrans("-_", "+/")


def encode_cursor(order: str, values: tuple[Any, ...]) -> str:
    """The cursor of a record whose order key has these values (text, numbers or None)."""
    packed = msgspec.json.encode([VERSION, order, *values])
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def _refusal(field: str, why: str) -> HubError:
    return bad_input(f"{why} Use a cursor of this connection, from the same field with the same orderBy.", field=field)


def decode_cursor(
    cursor: str, order: str, types: tuple[type | tuple[type, ...], ...], field: str = "after"
) -> tuple[Any, ...]:
    """The key values in a cursor.

    Args:
        cursor: as the client sent it.
        order: the order that this connection has.
        types: of each value, as for isinstance; a bool is no int.
        field: the argument at fault, for the error.

    Raises:
        HubError: BAD_USER_INPUT, it is no cursor, or one of another connection or order.
    """
    parts: Any = None
    if len(cursor) <= _MOST:
        try:
            packed = binascii.a2b_base64(cursor.translate(_URL) + "=" * (-len(cursor) % 4), strict_mode=True)
            parts = msgspec.json.decode(packed)
        except (binascii.Error, ValueError, msgspec.DecodeError):
            parts = None
    if not (isinstance(parts, list) and len(parts) >= 2 and parts[0] == VERSION and isinstance(parts[1], str)):
        raise _refusal(field, f"`{field}` is not a cursor of this hub.")
    if parts[1] != order:
        raise _refusal(field, f"`{field}` is a cursor of another list or order ({parts[1][:40]}, here {order}).")
    values = tuple(parts[2:])
    if len(values) != len(types) or not all(_fits(value, kind) for value, kind in zip(values, types, strict=True)):
        raise _refusal(field, f"`{field}` is not a cursor of this hub.")
    return values


def _fits(value: Any, kind: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool) or not isinstance(value, kind):
        return False
    return not isinstance(value, int) or -(2**63) <= value < 2**63
