"""Whether the progress of several periods is that of each period alone, and not all that was done until then. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from connectors.base import Cell, Note
from connectors.text import is_blank, shown

_FIGURE = re.compile(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*")
_MOST = 0.5
"""Share of the commitments that must tell so: one figure that falls may be the correction of a mistake."""
_FEWEST = 3
"""Periods that must add up to the whole to be parts of it."""


class PeriodShares:
    """Counts the commitments whose periods are no running total."""

    def __init__(self) -> None:
        self._told = 0
        self._apart = 0

    def see(self, cells: Iterable[Cell]) -> None:
        """The progress of one commitment, the oldest period first."""
        figures = [
            float(found[1].replace(",", "."))
            for cell in cells
            if not is_blank(cell) and (found := _FIGURE.fullmatch(shown(cell)))
        ]
        if len(figures) < 2:
            return
        self._told += 1
        falls = any(later < earlier for earlier, later in pairwise(figures))
        whole = (
            len(figures) >= _FEWEST
            and max(figures) < sum(figures)
            and any(abs(sum(figures) - all_) < 1e-6 * all_ for all_ in (1, 100))
        )
        self._apart += falls or whole

    def notes(self) -> list[Note]:
        """What is to be said of them."""
        if not self._apart or self._apart < _MOST * self._told:
            return []
        said = (
            f"En {self._apart} de {self._told} compromisos el avance baja de un periodo al siguiente, o sus periodos suman 100 %: parece el de cada"
            " periodo y no el acumulado. El avance que se muestra es el del periodo más reciente; publique el acumulado."
        )
        return [Note("PERIOD_SHARES", said, "WARNING", "progress")]
