"""Drafts in, records with their issues and unmatched values out. The door of this package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from connectors.base import Draft, DraftKind
from hub.model import Lineage
from hub.normalise import others
from hub.normalise.commitment import commitments
from hub.normalise.context import Desk, Normalised, RunContext

__all__ = ["Normalised", "RunContext", "normalise", "normalise_all"]

_READERS: dict[DraftKind, Callable[[Desk], Normalised]] = {
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
    return normalise_all([(draft, lineage)], ctx)[0]


def normalise_all(drafts: Sequence[tuple[Draft, Lineage | None]], ctx: RunContext) -> list[Normalised]:
    """`normalise` of each draft with its lineage, in order. Many at once cost a fraction of one by one."""
    found: list[Normalised] = []
    for kind, group in groupby([Desk(draft, ctx, lineage) for draft, lineage in drafts], _kind):
        desks = list(group)
        found += commitments(desks) if kind == "commitment" else map(_READERS[kind], desks)
    return found


def _kind(desk: Desk) -> DraftKind:
    return desk.draft.kind
