"""Relay's global ids and the paths that identify things: opaque outside, ``Type:key`` inside."""

from __future__ import annotations

import base64
import binascii

import strawberry
from graphql import GraphQLError, GraphQLInt

from schema.errors import bad_input


def snapshot_path(sha256: str) -> str:
    """The path at which the hub serves archived bytes."""
    return f"/snapshots/{sha256}"


def global_id(type_name: str, key: str) -> strawberry.ID:
    """The id of an object: base64 of ``Type:key``."""
    return strawberry.ID(base64.b64encode(f"{type_name}:{key}".encode()).decode("ascii"))


def parse_global_id(value: str) -> tuple[str, str]:
    """Type and key of an id.

    Raises:
        HubError: BAD_USER_INPUT, it is not an id of any hub.
    """
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
        canonical = base64.b64encode(text.encode()).decode("ascii") == value  # not so with surplus padding or idle bits
    except (binascii.Error, ValueError):
        text, canonical = "", False
    type_name, colon, key = text.partition(":")
    if not (canonical and type_name and colon and key):
        shown = value if len(value) <= 60 else value[:57] + "..."
        raise bad_input(f"{shown!r} is not an id of this hub. Use an `id` that the hub has answered.", field="id")
    return type_name, key


def entity_key(value: object, kind: type) -> str | int | None:
    """A key of an entity as a gateway's JSON holds it; None where it is none. An Int may be written ``16.0``.

    Args:
        kind: str or int, what the key is.
    """
    if kind is str:
        return value if isinstance(value, str) else None
    try:
        found: int = GraphQLInt.parse_value(value)
    except GraphQLError:
        return None
    return found
