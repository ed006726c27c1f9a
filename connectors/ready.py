"""Base of the connectors that know what their source's cells mean: their rows are drafts in all but name.

A general connector gives the source's own columns and lets config.toml map them. A site connector has done that
itself; its rows carry the draft's parts, so that `draft` has nothing left to decide.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from connectors import base

OptionsT = TypeVar("OptionsT", bound=base.Options)
_BLANK: tuple[Any, ...] = (None, "", [], {}, ())


def ready_row(
    kind: base.DraftKind,
    key: str,
    values: Mapping[str, Any],
    raw: Mapping[str, Any],
    columns: Mapping[str, str],
    locator: str,
) -> base.Row:
    """A row whose cells are already the model's fields; blank ones are left out.

    Args:
        key: what the source tells the record apart by.
        raw: the source's own cells, as published.
        columns: model field → where it was read.
    """
    cells: dict[str, Any] = {name: value for name, value in values.items() if value not in _BLANK}
    kept = {name: value for name, value in raw.items() if value not in _BLANK}
    read = {name: column for name, column in columns.items() if name in cells}
    return base.Row(values={"values": cells, "raw": kept, "columns": read, "key": key}, locator=locator, kind=kind)


class ReadyConnector(Generic[OptionsT]):
    """One address, rows made by `ready_row`. A kind of its own says `name`, `Options` and `rows`."""

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]]

    def __init__(self, options: OptionsT) -> None:
        self.options: OptionsT = options

    async def snapshots(self, ctx: base.Context) -> AsyncIterator[base.Snapshot]:
        """The source's one address."""
        yield await ctx.fetch(ctx.source.url)

    def draft(self, row: base.Row, ctx: base.Context) -> base.Draft | None:
        """The draft that the row carries."""
        parts: dict[str, Any] = row.values
        return base.Draft(
            kind=row.kind,
            key=parts["key"],
            values=dict(parts["values"]),
            raw=dict(parts["raw"]),
            locator=row.locator,
            columns=dict(parts["columns"]),
        )
