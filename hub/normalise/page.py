"""Drafts of one run side by side, so that a field is read down its whole column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.normalise.context import Desk


class Page:
    """The desks of drafts that are read together: of one run, and at least one.

    Attributes:
        desks: one a draft, in the order of the drafts.
        fields: the fields of which at least one draft has a cell.
    """

    __slots__ = ("_rows", "desks", "fields")

    def __init__(self, desks: Sequence[Desk]) -> None:
        self.desks = desks
        self._rows = [desk.values for desk in desks]
        self.fields: frozenset[str] = frozenset().union(*self._rows)

    def has(self, *fields: str) -> bool:
        """Whether any draft has a cell of any of the fields."""
        return not self.fields.isdisjoint(fields)

    def column(self, name: str) -> list[Any]:
        """The cells of a field as the drafts have them; None where a draft has none."""
        if name not in self.fields:
            return [None] * len(self.desks)
        return [row.get(name) for row in self._rows]

    def texts(self, name: str) -> list[str | None]:
        """The cells of a field as texts to show (`Desk.text`)."""
        if name not in self.fields:
            return [None] * len(self.desks)
        return [desk.text(name) for desk in self.desks]
