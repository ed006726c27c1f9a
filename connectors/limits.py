"""How many records one body may hold: beyond it, it is no list of commitments but something made to keep a reader busy.

Counted, not timed, so that a body is read or refused alike on every machine. Bytes are bounded before, where they are fetched.
"""

from __future__ import annotations

import re
from itertools import islice

from connectors.base import SourceChanged

MAX_ROWS = 2_000_000
"""Lines of a table, or records of a JSON document."""

MAX_BLOCKS = 150_000
"""Items, paragraphs, headings and boxes of a page that is read as prose: each costs some ten times a row of a file."""


BLOCK = re.compile(
    rb"<(?:tr|li|p|div|h[1-6]|dt|dd|dl|ul|ol|table|article|section|summary|details|button|blockquote)[\s/>]",
    re.IGNORECASE,
)
"""The beginning of a block of a page, in any encoding that has ASCII's letters."""


def refuse_rows(count: int) -> None:
    """Raise SourceChanged ``TOO_LARGE`` for more than `MAX_ROWS`."""
    if count > MAX_ROWS:
        raise SourceChanged(
            f"Tiene más de {MAX_ROWS:,} filas, y ninguna lista de compromisos pasa de ahí: revise la dirección, o publique cada año o "
            "plan en un archivo propio.",
            code="TOO_LARGE",
        )


def refuse_blocks(count: int) -> None:
    """Raise SourceChanged ``TOO_LARGE`` for more than `MAX_BLOCKS`."""
    if count > MAX_BLOCKS:
        raise SourceChanged(
            f"La página tiene más de {MAX_BLOCKS:,} párrafos, puntos de lista o títulos: publique los compromisos por sí solos, en una "
            "página propia o como CSV o XLSX.",
            code="TOO_LARGE",
        )


def refuse_long_page(data: bytes) -> None:
    """Raise SourceChanged ``TOO_LARGE`` for a page of more than `MAX_BLOCKS`, counted before it is parsed."""
    refuse_blocks(sum(1 for _ in islice(BLOCK.finditer(data), MAX_BLOCKS + 1)))
