"""Values decided in the public queue, as reviewed tables."""

from __future__ import annotations

from hub.normalise.lookups import Lookups
from hub.store import Store


async def with_decisions(store: Store, reviewed: Lookups) -> Lookups:
    """The reviewed tables of lookups.toml and those decided in the queue; the operator's file has the last word."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for source, name, raw, value in await store.decided_values():
        tables.setdefault(source, {}).setdefault(name, {})[raw] = value
    for source, fields in reviewed.tables.items():
        for name, table in fields.items():
            tables.setdefault(source, {}).setdefault(name, {}).update(table)
    return Lookups(tables)
