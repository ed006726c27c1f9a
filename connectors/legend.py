"""What a page's own legend says of its colours, icons and signs: «● Cumplido ● En proceso», «Verde: cumplido». Pure.

Only what is told once and without contradiction is kept; a colour without a legend keeps its silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.html_cells import HtmlCell, flat, is_silent, text_of
from connectors.looks import looks
from connectors.text import fold, tidy

_SWATCH = "img, i, svg, span, div, td, b, em, font, small, label, li, p"
_LONGEST = 60
_MOST_TEXT = 600
"""Characters of a legend: what holds more is the page around it."""
_MOST_MARKS = 12
_COLOURS = r"verdes?|amarillos?|rojos?|naranjas?|[aá]mbar|grise?s?|azul(?:es)?|blancos?|negros?|morados?"
_NAMED = re.compile(
    rf"\b(?P<mark>{_COLOURS})\s*[:=–—-]+\s*(?P<word>[^\W\d_][^.;,|:=()\n]{{1,{_LONGEST}}})", re.IGNORECASE
)
_BEHIND = re.compile(
    rf"(?P<word>[^\W\d_][^.;,|:=()\n]{{1,{_LONGEST}}}?)\s*\((?:en\s+|color\s+)?(?P<mark>{_COLOURS})\)", re.IGNORECASE
)
_COLOUR = re.compile(_COLOURS, re.IGNORECASE)
_SIGN = re.compile(r"([^\w\s:;,.()=–—|/%-]\ufe0f?)")
_EDGES = " :=-–—|,;.•·()"

Legend = Mapping[str, str]
"""Mark (a colour's name, a class, a picture's name, a sign) -> what the page says that it means."""


def legend(tree: LexborHTMLParser) -> Legend:
    """The page's legend; empty where it has none, or several that contradict one another."""
    found: dict[str, str] = {}
    clash: set[str] = set()
    for pairs in (*_drawn(tree), *_written(tree)):
        for mark, word in pairs:
            if fold(found.setdefault(mark, word)) != fold(word):
                clash.add(mark)
    told = {mark: word for mark, word in found.items() if mark not in clash}
    return told if len(set(map(fold, told.values()))) > 1 else {}


def meaning(cell: HtmlCell | None, known: Legend) -> str | None:
    """What the legend says of a cell's looks, or of the colour or sign that is all its text; None where it says nothing, or two things."""
    if cell is None:
        return None
    words = {fold(word): word for mark in _marks(cell.text, cell.classes) if (word := known.get(mark)) is not None}
    return next(iter(words.values())) if len(words) == 1 else None


def may_need(cell: HtmlCell | None) -> bool:
    """Whether a cell is one that a legend may explain: looks without a word, a sign, the name of a colour."""
    if cell is None or len(cell.text) > _LONGEST:
        return False
    if not any(char.isalnum() for char in cell.text):
        return bool(cell.classes or cell.text)
    return _COLOUR.fullmatch(cell.text) is not None


def _marks(text: str, classes: str) -> set[str]:
    said = tidy(text)
    if said and any(char.isalnum() for char in said):
        return {_singular(fold(said))}
    return {*said.replace("\ufe0f", "").split(), *classes.split()}


def _singular(word: str) -> str:
    return "ambar" if word == "ambar" else re.sub(r"(?<=[aeo])s$", "", word)


def _drawn(tree: LexborHTMLParser) -> Iterator[list[tuple[str, str]]]:
    """Legends whose marks are drawn: each mark's words beside it, or in it."""
    for holder in _holders(tree):
        items = _items(holder)
        pairs = _paired(items)
        if len(pairs) < 2:
            continue
        counts = Counter(mark for marks, _ in pairs for mark in marks)
        yield [(mark, word) for marks, word in pairs for mark in marks if counts[mark] == 1]


def _holders(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """The innermost elements that hold two or more marks and hardly a word besides: never a whole table of data."""
    met: set[int] = set()
    body = tree.body
    keys = {
        cell.mem_id
        for table in tree.css("table")
        if len(table.css("tr")) <= _MOST_MARKS
        for cell in table.css("td, th")
    }
    for swatch in body.css(_SWATCH) if body is not None else ():
        if _in_data(swatch, keys) or any(inner.mem_id != swatch.mem_id for inner in swatch.css(_SWATCH)):
            continue
        if not looks(swatch) and not _is_sign(text_of(swatch, limit=4)):
            continue
        here = swatch.parent
        for _ in range(4):
            if here is None or here.tag in ("body", "html") or len(text_of(here, limit=_MOST_TEXT)) > _MOST_TEXT:
                break
            if here.mem_id in met:
                break
            if here.tag not in ("tr", "tbody", "thead") and len(_items(here)) >= 4:
                met.add(here.mem_id)
                if here.tag != "table" or _is_key(here):
                    yield here
                break
            here = here.parent


def _in_data(node: LexborNode, keys: set[int]) -> bool:
    """Whether an element stands in a cell of a table that has more rows than a legend."""
    here: LexborNode | None = node
    for _ in range(4):
        if here is None:
            return False
        if here.tag in ("td", "th"):
            return here.mem_id not in keys
        here = here.parent
    return False


def _is_key(table: LexborNode) -> bool:
    """Whether a table is a legend: a row has a mark and its words, and nothing else."""
    rows = [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in table.css("tr")]
    pairs = [row for row in rows if len(row) > 1]
    return (
        1 < len(pairs) <= _MOST_MARKS
        and all(len(row) % 2 == 0 for row in pairs)
        and not any(all(_is_word(text_of(cell, limit=2)) for cell in row) for row in pairs)
    )


def _items(holder: LexborNode) -> list[frozenset[str] | str]:
    """The marks and the words of an element in reading order."""
    found: list[frozenset[str] | str] = []
    stack = list(holder.iter(include_text=True))[::-1]
    while stack and len(found) <= 4 * _MOST_MARKS:
        node = stack.pop()
        if node.tag == "-text":
            text = flat(node.text_content or "")
            if not text.strip():
                continue
            found += _in_text(text)
            continue
        if is_silent(node):
            continue
        text = text_of(node, limit=_LONGEST + 1)
        if node.tag != "tr" and not _is_word(text):
            marks = frozenset([*looks(node).split(), *(text.split() if _is_sign(text) else ()), *_alternatives(node)])
            if marks:
                found.append(marks)
        elif (own := _own_colour(node)) and len(text) <= _LONGEST:
            found += [own, text]
        else:
            stack.extend(list(node.iter(include_text=True))[::-1])
    return found


def _alternatives(node: LexborNode) -> list[str]:
    """What pictures are called for who cannot see them: a cell with such a picture is read by that name."""
    return [fold(name) for picture in (node, *node.css("img[alt]")) if (name := picture.attributes.get("alt"))]


def _own_colour(node: LexborNode) -> frozenset[str]:
    """Marks of an element that is coloured behind its own words: «Cumplido» on green."""
    style = (node.attributes.get("style") or "") + (node.attributes.get("bgcolor") or "")
    if "background" not in style and "bgcolor" not in node.attributes:
        return frozenset()
    return frozenset(looks(node).split())


def _paired(items: Sequence[frozenset[str] | str]) -> list[tuple[frozenset[str], str]]:
    """Marks with the words after them, or before them where the element begins with words."""
    kinds = [isinstance(item, str) for item in items]
    marks, words = kinds.count(False), kinds.count(True)
    if not 2 <= marks <= _MOST_MARKS:
        return []
    if words == marks + 1 and kinds[0]:  # «Semáforo:» before them all
        items, kinds, words = items[1:], kinds[1:], marks
    if words != marks or any(a == b for a, b in pairwise(kinds)):
        return []
    first, second = (1, 0) if kinds[0] else (0, 1)
    pairs = []
    for at in range(0, len(items), 2):
        mark, word = items[at + first], items[at + second]
        if isinstance(word, str) and not isinstance(mark, str):
            pairs.append((mark, word.strip(_EDGES)))
    return pairs if all(word and len(word) <= _LONGEST for _, word in pairs) else []


def _written(tree: LexborHTMLParser) -> Iterator[list[tuple[str, str]]]:
    """Legends in words: «Verde: cumplido. Rojo: sin avance», «Cumplido (verde)»."""
    body = tree.body
    if body is None:
        return
    lines = text_of(body).split("\n")
    outside = text_of(body, skip=frozenset({"table"})).split("\n")
    for pairs in (list(_named(lines)), *_signed(outside)):
        if len({mark for mark, _ in pairs}) > 1:
            yield pairs


def _named(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for pattern in (_NAMED, _BEHIND):
            for found in pattern.finditer(line):
                yield _singular(fold(found["mark"])), found["word"].strip(_EDGES)


def _signed(lines: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """Signs and their words in one line, or a sign a line: «🟢 Cumplido 🟡 En proceso»."""
    run: list[frozenset[str] | str] = []
    for line in [*lines, ""]:
        items = _in_text(line) if len(line) <= _MOST_TEXT else []
        if len(items) == 2 and not isinstance(items[0], str):
            run += items
            continue
        for found in (run, items):
            yield [(mark, word) for marks, word in _paired(found) for mark in marks]
        run = []


def _in_text(text: str) -> list[frozenset[str] | str]:
    """The signs and the words of a text in order."""
    found: list[frozenset[str] | str] = []
    for part in _SIGN.split(text):
        if _is_sign(part):
            found.append(frozenset({part.strip().replace("\ufe0f", "")}))
        elif _is_word(part):
            found.append(tidy(part))
    return found


def _is_sign(text: str) -> bool:
    said = text.strip().replace("\ufe0f", "")
    return len(said) == 1 and not said.isalnum() and said not in _EDGES and ord(said) > 0x7F


def _is_word(text: str) -> bool:
    return sum(char.isalpha() for char in text) > 1
