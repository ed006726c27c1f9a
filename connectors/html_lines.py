"""The lines of one record of a prose page, and its facts: "Responsable: Finanzas" is a cell, all else is prose.

A line is told to be a fact by its label: by markup (`<dt>`, `<th>`, a bold word), by a usual column name before a colon, or
by several records saying the same label. A sentence that happens to hold a colon stays a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from connectors.bars import share_of
from connectors.base import Cell
from connectors.html_cells import BLOCKS, HEADINGS, counted_to, flat, is_silent, text_of
from connectors.item_label import commitment_label
from connectors.synonyms import SURE, header_hits, is_personal, meanings
from connectors.text import fold, tidy

_MARKING = frozenset({"strong", "b", "em", "i", "u", "span", "small", "label", "font", "th", "td", *HEADINGS})
_LONGEST = 60
_MOST_WORDS = 8
_LONGEST_FACT = 300
_FACT = re.compile(
    r"^\W*(?P<label>[^\W\d_](?:[^:;?!¿¡.\n]|\.(?!\s+[A-ZÁÉÍÓÚÑ]))*?)\s*:(?!//)\s*(?P<value>.*)$", re.DOTALL
)
_NEXT = re.compile(r"[;|]\s+(?=(?P<label>[^\W\d_][^:;|]{1,59}):\s)")
_GOES_ON = re.compile(r"^(?!https?:|www\.)[a-záéíóúñü]")
_LINKS = ("evidence", "url")
PROGRESS = "Avance"
"""What a bar of progress tells where no label stands before it."""
_FEW_WORDS = 4


@dataclass(slots=True)
class TextLine:
    """One line a person sees. `label`: what the markup sets apart as its label; `linked`: characters inside links."""

    text: str
    hrefs: list[str] = field(default_factory=list)
    label: str | None = None
    linked: int = 0
    opens: bool = False
    """Whether the label is a heading or a term above the line: all that follows is of it."""
    listed: bool = False
    """Whether the line is an item of a list, and its label, if any, stands above that list."""


@dataclass(slots=True)
class Facts:
    """A record's lines told apart: its first line, cells by label, prose, links that no cell took."""

    head: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)
    prose: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    twice: bool = False
    """Whether a label was said again: then these are the lines of several records."""


def is_known(label: str) -> bool:
    """Whether a label is surely the name of a column: of one the model has, or of persons' data it must not keep."""
    return is_column(label) or (len(label) <= _LONGEST and is_personal(label))


def is_column(label: str) -> bool:
    """Whether a label is surely the name of a column that the model has."""
    if len(label) > _LONGEST or len(label.split()) > _MOST_WORDS or is_personal(label):
        return False
    return any(confidence >= SURE for _, confidence in meanings(label))


def is_usual(text: str) -> bool:
    """Whether a text is, as it stands, a usual column name: "Responsable", "Fecha de término"."""
    return len(text) <= _LONGEST and header_hits([text]) == 1


def means(label: str, fields: Iterable[str]) -> bool:
    """Whether the likeliest meaning of a label is one of some fields."""
    found = meanings(label)
    return bool(found) and found[0][1] >= SURE and found[0][0] in fields


def lines_of(nodes: Sequence[LexborNode], *, under: bool = False) -> list[TextLine]:
    """The lines of some elements in reading order. Walks without recursion.

    Args:
        nodes: the elements, or texts between them.
        under: they stand under a record's own line; else the first line is that, and no word of it a label.
    """
    walk = _Walk(under)
    for node in nodes:
        walk.read(node)
        walk.flush()
    walk.end()
    return [part for line in walk.lines for part in _in_facts(line)]


def _in_facts(line: TextLine) -> list[TextLine]:
    """A line as the facts that it strings together: "Abrir el padrón; Responsable: Finanzas; Estatus: Cumplido"."""
    if line.label is not None or (";" not in line.text and "|" not in line.text):
        return [line]
    starts = [found.end() for found in _NEXT.finditer(line.text) if is_known(found["label"].strip())]
    if not starts:
        return [line]
    ends = [*starts[1:], len(line.text)]
    first = TextLine(line.text[: starts[0]].rstrip(" ;|"), line.hrefs, None, line.linked, line.opens, line.listed)
    return [first, *(TextLine(line.text[a:b].rstrip(" ;|")) for a, b in zip(starts, ends, strict=True))]


class _Walk:
    def __init__(self, under: bool) -> None:
        self.under = under
        self.lines: list[TextLine] = []
        self.parts: list[str] = []
        self.hrefs: list[str] = []
        self.linked = 0
        self.label: str | None = None
        self.pictured = ""
        """What the line's pictures tell who cannot see them."""
        self.opens = self.listed = False

    def read(self, node: LexborNode) -> None:
        stack: list[LexborNode | None] = [node]  # None: the end of a block
        while stack:
            here = stack.pop()
            if here is None:
                self.flush()
                continue
            tag = here.tag or ""
            if tag == "-text":
                self.parts.append(flat(here.text_content or ""))
                continue
            if is_silent(here):
                continue
            if (share := share_of(here)) is not None:
                self._bar(share)
                continue
            if tag == "span" and (total := counted_to(here)) is not None:
                self.parts.append(total)
                continue
            if tag in BLOCKS:
                self.flush()
                self.listed = tag == "li"
            if tag == "a":
                self._link(here)
            if tag == "img":
                self.pictured = self.pictured or tidy(here.attributes.get("alt") or "")
            if (label := self._label_of(here, tag)) is not None:
                self.flush()
                self._take(label, opens=tag == "dt" or tag in HEADINGS)
                continue
            apart = tag in _MARKING and _is_fact_apart(here)
            if apart:
                self.flush()
            if (tag in BLOCKS and tag != "br") or apart:
                stack.append(None)
            stack.extend(reversed(list(here.iter(include_text=True))))

    def _bar(self, share: str) -> None:
        """A bar is the value of the label before it, else a fact of its own: how far the record is."""
        if self.label is None and not (self.lines and not self.lines[-1].text and self.lines[-1].label):
            self.flush()
            self.label = PROGRESS
        self.parts.append(share)
        self.flush()

    def _link(self, node: LexborNode) -> None:
        href = tidy(node.attributes.get("href") or "")
        if href and not href.startswith(("#", "javascript:")):
            self.hrefs.append(href)
            self.linked += len(text_of(node))

    def _label_of(self, node: LexborNode, tag: str) -> str | None:
        """The label that an element is, if it is one: a `<dt>`, or marked words that are a column's usual name."""
        if tag not in _MARKING and tag != "dt":
            return None
        text = text_of(node, limit=2 * _LONGEST)
        label = text.rstrip(": ")
        if not label or len(label) > _LONGEST or commitment_label(text) is not None:
            return None
        first = not self.under and not self.lines and not "".join(self.parts).strip()
        if tag in {"dt", "th"}:
            return label if not first or is_known(label) else None
        if text.endswith(":"):
            return label if is_known(label) and not first else None
        begins = self.label is None and not "".join(self.parts).strip()  # after a label, such words are its value
        if tag == "td" and any(cell.tag in {"td", "th"} for cell in _before(node)):
            return None
        return label if begins and not first and is_usual(label) and _stands_alone(node) else None

    def _take(self, label: str, *, opens: bool) -> None:
        self.end()
        self.label, self.opens, self.listed = label, opens, False

    def end(self) -> None:
        """Keep a label that got no value yet: what stands after these elements may be it."""
        if self.label is not None:
            self.lines.append(TextLine("", label=self.label, opens=self.opens))
            self.label = None

    def flush(self) -> None:
        text = tidy("".join(self.parts))
        if self.label is not None:
            text = text.lstrip(":").strip()
        if self.pictured and (
            not text if self.label is not None else text.endswith(":") and is_known(text[:-1].strip())
        ):
            text = f"{text} {self.pictured}".strip()  # a light for the status
        self.parts, self.pictured = [], ""
        if text or self.hrefs:
            self.lines.append(TextLine(text, self.hrefs, self.label, self.linked, self.opens, self.listed))
            self.hrefs, self.linked, self.label, self.opens = [], 0, None, False


def _is_fact_apart(node: LexborNode) -> bool:
    """Whether marked words within a paragraph are a fact of their own: "… <em>Responsable: Finanzas.</em>"."""
    found = _FACT.match(text_of(node, limit=_LONGEST_FACT))
    if found is None or not found["value"] or not is_known(found["label"].strip()):
        return False
    after = node.next
    return after is None or after.tag != "-text" or not (after.text_content or " ")[0].isalnum()


def _before(node: LexborNode) -> Iterator[LexborNode]:
    above = node.prev
    while above is not None:
        yield above
        above = above.prev


def _stands_alone(node: LexborNode) -> bool:
    """Whether what follows marked words does not go on with their sentence: "<b>Programa</b> de datos" is no label."""
    after = node.next
    return after is None or after.tag != "-text" or not re.match(r"\s*[a-záéíóúñü,;.]", after.text_content or "")


def usual_labels(records: Iterable[Sequence[TextLine]]) -> frozenset[str]:
    """Folded labels that several records say, and at least half of them: columns of the publisher's own."""
    counts: Counter[str] = Counter()
    size = 0
    for lines in records:
        size += 1
        counts.update({fold(found[0]) for line in lines[1:] if (found := fact_of(line)) is not None})
    return frozenset(label for label, count in counts.items() if count >= max(2, size / 2))


def fact_of(line: TextLine) -> tuple[str, str] | None:
    """Label and value of a line that may be a fact; None for prose, and where a commitment of its own begins."""
    if line.label is not None:
        return line.label, line.text
    found = _FACT.match(line.text)
    if found is None or commitment_label(line.text) is not None:
        return None
    label = found["label"].strip()
    if len(label) > _LONGEST or len(label.split()) > _MOST_WORDS:
        return None
    if label[-1].isdigit() and found["value"][:1].isdigit():  # "a las 10:30"
        return None
    return label, found["value"].strip()


def facts(lines: Sequence[TextLine], usual: frozenset[str] = frozenset()) -> Facts:
    """A record's lines told apart. Its first line is never split: titles hold colons.

    Args:
        lines: what `lines_of` gave.
        usual: labels that other records of the page say too, from `usual_labels`.
    """
    found = Facts()
    last: str | None = None  # the label that the next unlabelled line may belong to
    opens = listed = False
    for index, line in enumerate(lines):
        if index == 0 and line.label is None:
            found.head = line.text
            found.hrefs += line.hrefs
            continue
        split = fact_of(line)
        if split is not None and (line.label is not None or is_known(split[0]) or fold(split[0]) in usual):
            found.twice |= split[0] in found.cells
            last, opens, listed = split[0], line.opens or not split[1], line.listed and line.label is not None
            _add(found, last, split[1], line.hrefs)
        elif last is not None and opens and found.cells[last] is None:
            _add(found, last, line.text, line.hrefs)  # a value may be a usual name: "Responsable", "Ayuntamiento"
        elif line.label is None and index + 1 < len(lines) and is_usual(line.text) and _is_prose(lines[index + 1]):
            found.twice |= line.text in found.cells
            last, opens = line.text, True
            _add(found, last, "", line.hrefs)
        elif last is not None and (
            opens or (listed and line.listed) or means(last, ("description",)) or _GOES_ON.match(line.text)
        ):
            _add(found, last, line.text, line.hrefs)
        else:
            _prose(found, line, first=index == 1)
    return found


def _is_prose(line: TextLine) -> bool:
    split = fact_of(line)
    return split is None or not is_known(split[0])


def _add(found: Facts, label: str, text: str, hrefs: list[str]) -> None:
    said: list[str] = hrefs if hrefs and means(label, _LINKS) else [text] if text else []
    if said is not hrefs:
        found.hrefs += hrefs
    before = found.cells.get(label)
    if not said:
        found.cells.setdefault(label, None)
    elif before is None:
        found.cells[label] = said[0] if len(said) == 1 else list(said)
    elif isinstance(before, str) and (means(label, ("description",)) or (_GOES_ON.match(text) and said is not hrefs)):
        found.cells[label] = f"{before}{' ' if _GOES_ON.match(text) else chr(10)}{text}"
    else:
        found.cells[label] = [*(before if isinstance(before, list) else [before]), *said]


def _prose(found: Facts, line: TextLine, *, first: bool) -> None:
    """A line of no label: prose, the rest of the sentence above it, or the words of a link ("Ver ficha")."""
    found.hrefs += line.hrefs
    if not line.text or (line.linked >= len(line.text) and len(line.text.split()) <= _FEW_WORDS):
        return
    if _GOES_ON.match(line.text) and first and found.head and found.head[-1] not in ".;:":
        found.head = f"{found.head} {line.text}"
    elif _GOES_ON.match(line.text) and found.prose:
        found.prose[-1] = f"{found.prose[-1]} {line.text}"
    else:
        found.prose.append(line.text)
