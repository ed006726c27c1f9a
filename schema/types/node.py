"""Relay's Node and PageInfo."""

from __future__ import annotations

import strawberry


@strawberry.interface(description="Anything that can be fetched again by its id alone (Relay Object Identification).")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque identifier, unique in this hub and stable over time.")


@strawberry.federation.type(
    shareable=True, description="Where a page stands in its connection (Relay Cursor Connections)."
)
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are records after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are records before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first record; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last record; null on an empty page.")
