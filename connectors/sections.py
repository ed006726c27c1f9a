"""Rows that only title the rows below them: «Eje 1. Gobierno honesto» over the commitments of that axis. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.header import Line, filled
from connectors.text import fold, shown, tidy

SECTION = "(sección)"
"""The raw column under which a record keeps the title of its section."""
_AXIS = re.compile(
    r"\s*(?P<level>ejes?|objetivos?|estrategias?|l[ií]neas?(?: de acci[oó]n)?|temas?|apartados?|secci[oó]n|cap[ií]tulo|programas?|pilar|dimensi[oó]n|[aá]mbito)"
    r"(?: (?:general|rector|estrat[eé]gico|transversal|tem[aá]tico))?\s*(?:\d|[ivxIVX]+\b|:|\.|-|–)",
    re.IGNORECASE,
)
"""How the title of a section begins that stands in a row of its own."""


def titles_section(text: str) -> bool:
    """Whether a cell that stands alone in its row is the title of a section by its first word: «Eje 2: …», «Objetivo III»."""
    return _AXIS.match(text) is not None


class Sections:
    """The sections that the row being read stands in, the widest first: an axis, an objective of it."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}

    def enter(self, title: str) -> bool:
        """Begin the section that a title names; it ends the one of its level and all within. False where its words name no level."""
        found = _AXIS.match(title)
        if found is None:
            return False
        level = fold(found["level"]).rstrip("s")
        levels = list(self._titles)
        for narrower in levels[levels.index(level) :] if level in levels else []:
            del self._titles[narrower]
        self._titles[level] = tidy(title)
        return True

    def enter_above(self, banner: Sequence[Line]) -> None:
        """Begin the sections whose titles stand alone in the lines above a header."""
        for line in banner:
            if len(places := filled(line.cells)) == 1:
                self.enter(shown(line.cells[places[0]]))

    @property
    def axis(self) -> str | None:
        """The title of the widest section; None outside of any."""
        return next(iter(self._titles.values()), None)
