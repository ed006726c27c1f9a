"""Published text made comparable (folding) or presentable (cleaning). Nothing is ever interpreted as markup."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Any

_SPACES = re.compile(r"\s+")
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that turn the direction of writing: Spanish needs none, and one that is left over makes text read as another."""
_UNSEEN = dict.fromkeys([0x00AD, 0x200B, *range(0x2060, 0x2065), 0xFEFF]) | _BIDI
_ZERO_WIDTH = dict.fromkeys([0x200C, 0x200D]) | _UNSEEN
_DASHES = dict.fromkeys("‐‑‒–—―−⁃﹣－", "-")
_QUOTES = {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "«": '"', "»": '"'}
_UNIFY = str.maketrans({**_DASHES, **_QUOTES}) | _ZERO_WIDTH
_SAYS_SOMETHING = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So", "Sc"})
_ACCENTS = re.compile("[\u0300-\u036f]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_KEEPS_POINT = re.compile(r"(?:\b\w\.\s?\w|\b(?:A|C|S|V|etc|Edo|Gob|Lic|Dr|No|Núm|Art|Mpio|Inc|Ltd)|\.\.)\.$")
"""A final point that belongs to an abbreviation or an ellipsis."""
_SENTENCE_END = re.compile(r"[.!?…]\s+[«“\"¿¡]?[A-ZÁÉÍÓÚÑ]")
_BULLETS = re.compile(r"^(?:[\s•●○◦▪▫■□◆◇►▶➤➢✓✔✅☑❌✗✘·*\-–—>|]|[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F])+")

NO_DATA = frozenset(
    """nd|na|n a|n d|sd|s d|s n|sn|sin dato|sin datos|sin informacion|sin info|no disponible|no disponibles|nd nd
    no aplica|no aplicable|not applicable|not available|no data|no dato|no datos|none available|null|nan|none|nil|n e
    por definir|por definirse|por determinar|por confirmar|pendiente de definir|por asignar|tbd|to be defined
    to be determined|no hay dato|no hay datos|no se cuenta con informacion|no se tiene dato|sin especificar
    no especificado|no especificada|no especifica|unspecified|not specified|no definido|sin definir|no informado
    no identificado|s i|vacio|blank|empty|dato no disponible|informacion no disponible|n c|no consta|se desconoce
    desconocido|desconocida|unknown|no publicado|not reported|no reportado|no reportada|sin reportar|sin registro
    no registrado|no existe informacion|no se reporta|no reporta|no hay informacion|sin informacion disponible
    sin fecha|s f|sf|no date|datos no disponibles|no presenta|no presenta informacion""".replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
"""Folded words by which a source says that it has no data."""

_NO_DATA_BEGINS = frozenset(phrase.partition(" ")[0] for phrase in NO_DATA)
_LONGEST_NO_DATA = max(map(len, NO_DATA))
_ASCII_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """Lower case, no accents, no zero-width marks, one kind of dash and quote, single spaces; punctuation stays."""
    if text.isascii() and "`" not in text:
        return _SPACES.sub(" ", text.lower()).strip()
    decomposed = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(_UNIFY).casefold()))
    if not decomposed.isascii():
        decomposed = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_UNIFY)
    return _SPACES.sub(" ", decomposed).strip()


@lru_cache(maxsize=8_192)
def words(text: str) -> str:
    """`fold`, and everything but letters and digits turned to single spaces: the key of a vocabulary."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


def clean(text: str) -> str:
    """Text to show: NFC, no control characters or unseen marks, whitespace (NBSP too) collapsed, trimmed. HTML stays what it is: text."""
    if text.isprintable() and "  " not in text:  # nearly every cell
        return unicodedata.normalize("NFC", text).strip()
    return _cleaned(text)


@lru_cache(maxsize=1_024)
def _cleaned(text: str) -> str:
    kept = "".join(
        " " if c in "\t\n\r\v\f\x85\u2028\u2029" else c
        for c in unicodedata.normalize("NFC", text)
        if c in "\t\n\r\v\f\x85\u2028\u2029" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    )
    return _SPACES.sub(" ", kept.translate(_UNSEEN)).strip()


def title(text: str) -> str:
    """A title without the full stop that ends its one sentence; ``raw`` keeps it. One of "A.C." or of several sentences stays."""
    if not text.endswith(".") or _KEEPS_POINT.search(text) or _SENTENCE_END.search(text[:-1]):
        return text
    return text[:-1].rstrip()


def without_bullet(text: str) -> str:
    """The text without a leading bullet, tick, dash or emoji."""
    return _BULLETS.sub("", text)


def no_data(text: str) -> bool:
    """Whether the cell is blank or says by a word or a mark that there is no data."""
    start = text.partition(" ")[0]  # a whole first word with which none of these phrases begins settles it unfolded
    if start.isalnum() and start.isascii() and start.lower() not in _NO_DATA_BEGINS:
        return False
    if len(text) > _LONGEST_NO_DATA and _has_letters(text, _LONGEST_NO_DATA):
        return False
    return _says_no_data(text)


def _has_letters(text: str, count: int) -> bool:
    """Whether a text has more ASCII letters and digits than so many: folding takes none of them away."""
    return len(text.encode("ascii", "ignore").translate(None, _ASCII_MARKS)) > count


@lru_cache(maxsize=8_192)
def _says_no_data(text: str) -> bool:
    key = words(text)
    if key:
        return key in NO_DATA
    return not any(unicodedata.category(c) in _SAYS_SOMETHING for c in text.strip())


def as_text(cell: Any) -> str:
    """A cell as the text a person would have read: whole floats without ``.0``, dates as ISO 8601, None as ``''``."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, list | tuple):
        return "; ".join(filter(None, (as_text(item) for item in cell)))
    if isinstance(cell, dict):
        return "; ".join(f"{key}: {as_text(value)}" for key, value in cell.items())
    return str(cell)


_NAMING = ("nombre", "name", "titulo", "title", "etiqueta", "label", "descripcion", "description")


def named(item: dict[str, Any], first: tuple[str, ...] = ()) -> str:
    """What an object of a published list calls itself: ``{"id": 3, "nombre": "SEP"}`` is "SEP"; else as `as_text`.

    Args:
        first: members that say it better than a name does.
    """
    by_name = {fold(key): value for key, value in item.items()}
    for name in (*first, *_NAMING):
        if isinstance(value := by_name.get(name), str | int) and not no_data(str(value)):
            return str(value)
    return as_text(next(iter(item.values()))) if len(item) == 1 else as_text(item)
