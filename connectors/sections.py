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


BODY = "(dependencia)"
"""The raw column under which a record keeps the institution that its section is of."""
_ANSWERS = re.compile(
    r"\s*(?:dependencia|instituci[oó]n|ente|organismo|instancia|[aá]rea|unidad(?: administrativa)?|secretar[ií]a)"
    r"(?: (?:responsable|ejecutora?|l[ií]der|coordinadora?))?\s*[:–—-]\s*(?P<body>\S.*)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\s*(?:(?:sub)?secretar[ií]a (?:de|del|general|particular|ejecutiva|t[eé]cnica|municipal)|direcci[oó]n (?:general|de|del|municipal)"
    r"|coordinaci[oó]n (?:general|de|del|estatal)|instituto|comisi[oó]n|fiscal[ií]a|contralor[ií]a|(?:h\. )?ayuntamiento|poder (?:judicial|legislativo|ejecutivo)"
    r"|(?:h\. )?congreso|tribunal|universidad|oficial[ií]a mayor|tesorer[ií]a|procuradur[ií]a|jefatura de|sistema (?:dif|estatal|municipal))\b",
    re.IGNORECASE,
)
_LONGEST_BODY = 120
_ANSWERABLE = "dependencia"


def _body(text: str) -> str | None:
    """The institution that the title of a section is, or names behind «Dependencia:»."""
    if len(text) > _LONGEST_BODY:
        return None
    found = _ANSWERS.match(text)
    if found is not None:
        return tidy(found["body"])
    return tidy(text) if _BODY.match(text) else None


def titles_section(text: str) -> bool:
    """Whether a cell that stands alone in its row is the title of a section by its first words: «Eje 2: …», «Objetivo III»,
    «Dependencia: …», «Secretaría de Salud»."""
    return _AXIS.match(text) is not None or _body(text) is not None


class Sections:
    """The sections that the row being read stands in, the widest first: an axis, an objective of it."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}

    def enter(self, title: str) -> bool:
        """Begin the section that a title names; it ends the one of its level and all within. False where its words name no level."""
        found, body = _AXIS.match(title), _body(title)
        if found is None and body is None:
            return False
        level = _ANSWERABLE if found is None else fold(found["level"]).rstrip("s")
        levels = list(self._titles)
        for narrower in levels[levels.index(level) :] if level in levels else []:
            del self._titles[narrower]
        self._titles[level] = tidy(title) if body is None or found is not None else body
        return True

    def enter_above(self, banner: Sequence[Line]) -> None:
        """Begin the sections whose titles stand alone in the lines above a header."""
        for line in banner:
            if len(places := filled(line.cells)) == 1:
                title = shown(line.cells[places[0]])
                if _AXIS.match(title) or _ANSWERS.match(title):  # a body's bare name there is who publishes
                    self.enter(title)

    @property
    def axis(self) -> str | None:
        """The title of the widest section; None outside of any."""
        return next((title for level, title in self._titles.items() if level != _ANSWERABLE), None)

    @property
    def body(self) -> str | None:
        """The institution that the rows are of; None outside of such a section."""
        return self._titles.get(_ANSWERABLE)
