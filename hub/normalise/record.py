"""One draft in, one record with its issues and unmatched values out. The door of this package."""

from __future__ import annotations

from collections.abc import Callable

from connectors.base import Draft, DraftKind
from hub.model import Lineage
from hub.normalise import others
from hub.normalise.commitment import commitment
from hub.normalise.context import Desk, Normalised, RunContext

__all__ = ["Normalised", "RunContext", "normalise"]

_READERS: dict[DraftKind, Callable[[Desk], Normalised]] = {
    "commitment": commitment,
    "plan": others.plan,
    "exercise": others.exercise,
    "total": others.total,
    "event": others.event,
}


def normalise(draft: Draft, ctx: RunContext, lineage: Lineage | None = None) -> Normalised:
    """Read every field of a draft. Pure, total: any cell gives a value or an issue, never an exception.

    Args:
        draft: a record in the model's field names, values as published.
        ctx: the source, what `profile` decided of its columns, the reviewed lookups.
        lineage: where the record says it comes from.
    """
    return _READERS[draft.kind](Desk(draft, ctx, lineage))
