"""Lift the literals out of a document, so that one plan serves every text that differs in them alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Block strings, comments and names are matched so that nothing inside them is taken for a literal.
_TOKEN = re.compile(
    r'("""(?:[^"\\]|\\.|"(?!""))*""")|(#[^\n\r]*)|([_A-Za-z$@][_0-9A-Za-z]*)'
    r'|("(?:[^"\\\x00-\x08\x0a-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.])',
    re.DOTALL,
)
PAGE_SIZES = ("first", "last")
_PAGE_SIZE = re.compile(rf"\b(?:{'|'.join(PAGE_SIZES)})[\s,]*:[\s,]*$", re.ASCII)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
TEXT, NUMBER = "\x01", "\x02"


@dataclass(frozen=True, slots=True)
class Lifted:
    """A document without its literals.

    Attributes:
        key: the text with a mark in place of each literal; the same for all texts that one plan serves.
        literals: what stood there, as written: strings with their quotes, numbers.
        places: offset of each in the text -> its number.
    """

    key: str
    literals: list[str]
    places: dict[int, int]


def lift(text: str) -> Lifted:
    """Take strings and numbers out, page sizes excepted as far as a short look tells them: those decide what a query costs."""
    parts: list[str] = []
    literals: list[str] = []
    places: dict[int, int] = {}
    end = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastindex or 0
        if kind < 4:
            continue
        start = found.start()
        if kind == 5 and _PAGE_SIZE.search(text, max(0, start - 24), start):
            continue
        literal = found.group()
        if kind == 4 and "\\" in literal and _SURROGATE.search(literal):
            continue  # half of a pair is no GraphQL: what is lifted must not decide whether a text is
        parts.append(text[end:start])
        parts.append(TEXT if kind == 4 else NUMBER)
        places[start] = len(literals)
        literals.append(literal)
        end = found.end()
    parts.append(text[end:])
    return Lifted("".join(parts), literals, places)
