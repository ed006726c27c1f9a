"""Commitments of a local exercise that carry no label: a list, a table or an enumeration that the plan announces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from string import ascii_lowercase

from connectors.blocks import Block
from connectors.inai_lists import COMMITMENTS_HEADING, ENUMERATED, Item, item_of
from connectors.inai_rows import cells_of, first_of
from connectors.spanish import cardinal, fold

_BULLET = re.compile(r"^[•·▪■●○◦‣➢✓*–—-]\s+(?=\S)")
_ANNOUNCES = re.compile(r"\bcompromisos?\b[^.:]{0,80}:$")
_TITLE = re.compile(r"^\W*(?:(?:nombre|titulo|descripcion)\b.*)?compromiso|^\W*(?:nombre|titulo)\b")
_MARK = re.compile(r"(?:^|(?<=[\s:;,(]))(?P<mark>\d{1,2}|[a-z])(?:\)|\.-|\.(?=\s))\s*(?=\S)")
_JOINS = re.compile(r"[\s;,.]+(?:y|e|así como)?\s*$")
_FEWEST = 2


def unlabelled_items(blocks: Sequence[Block], count: int | None, told: Sequence[Block]) -> list[Item]:
    """The commitments without labels that follow the sentence that announced them.

    Numbered where the publisher numbers (an ordered list, “1. …”, “b) …”); a plain list gives no numbers.

    Args:
        blocks: what follows the sentence.
        count: how many commitments the plan says to hold; only a list of just as many is taken. None where it does
            not say: then only what stands right below “…, con los siguientes compromisos:”, or below a heading “Compromisos”.
        told: the blocks of the sentence itself, for an enumeration inside them.
    """
    if count is not None:
        found = next((group for group in _candidates(blocks) if len(group) == count), None)
        return found if found is not None else _inline([*told, *blocks[:2]], count)
    whole = [*told, *blocks]
    above = {block.position: before for before, block in pairwise(whole)}
    for group in _candidates(blocks):
        if len(group) >= _FEWEST and _announces(above[group[0].block.position]):
            return group
    return []


def _announces(block: Block) -> bool:
    folded = fold(block.text)
    return bool(COMMITMENTS_HEADING.match(folded) or _ANNOUNCES.search(folded))


def _candidates(blocks: Sequence[Block]) -> Iterator[list[Item]]:
    """The lists of a part of the page, its enumerated paragraphs, its paragraphs with bullets, and its tables."""
    lists: dict[int, list[Block]] = {}
    enumerated: list[Block] = []
    bullets: list[Block] = []
    tables: list[Block] = []
    for block in blocks:
        if block.heading and block.heading <= 2 and not COMMITMENTS_HEADING.match(fold(block.text)):
            break
        if block.row is not None:
            tables.append(block)
        elif block.list_id is not None:
            group = lists.setdefault(block.list_id, [])
            if not group or group[-1].item != block.item:  # what follows in the same item only describes it
                group.append(block)
        elif ENUMERATED.match(block.text):
            enumerated.append(block)
        elif _BULLET.match(block.text):
            bullets.append(block)
    for group in (*lists.values(), enumerated, bullets):
        if group:
            yield _items(group)
    yield _rows(tables)


def _items(group: Sequence[Block]) -> list[Item]:
    marks = [ENUMERATED.match(block.text) for block in group]
    heads = "".join(mark[0][0].lower() if mark else " " for mark in marks)
    own = any(
        mark and mark["series"] in {"C", "c"} for mark in marks
    )  # beside “C1” a “P1” is proactive, alone it may be anything
    lettered = len(group) > 1 and ascii_lowercase.startswith(heads)
    items = []
    for position, (block, mark) in enumerate(zip(group, marks, strict=True), start=1):
        if mark and mark["letter"] and not lettered:
            mark = None  # “A. C. Desarrollo” is a name
        number = position if block.list_tag == "ol" or lettered else None
        if mark and not lettered:
            number = cardinal(mark["number"] or mark["own"] or "") or number
        text = block.text[mark.end() :] if mark else _BULLET.sub("", block.text)
        proactive = "proactiv" in fold(text[:30]) or bool(mark and (mark["series"] or "") in {"P", "p"} and own)
        items.append(item_of(mark[0].strip() if mark else "", text, number, proactive, block))
    return items


def _rows(blocks: Sequence[Block]) -> list[Item]:
    """The rows of a table below its header, with the number of the row's first cell where it is one."""
    rows = cells_of(blocks)
    if len(rows) < _FEWEST:
        return []
    heads = {column: fold(first_of(cell)) for column, cell in rows[0].items()}
    column = next((column for column, head in heads.items() if _TITLE.match(head)), None)
    if column is None:
        return []
    items = []
    for row in rows[1:]:
        if column in row:
            first = first_of(next(iter(row.values()))).rstrip(".)")
            number = cardinal(first) if column != next(iter(row)) else None
            block, *others = row[column]
            item = item_of(first if number else "", block.text, number, False, block)
            item.description = "\n".join(other.text for other in others) or None
            items.append(item)
    return items


def _inline(blocks: Sequence[Block], count: int) -> list[Item]:
    """An enumeration inside a sentence, “1) abrir …; 2) publicar …; y 3) …”, where it counts from the first to just `count`."""
    for block in blocks:
        marks = list(_MARK.finditer(block.text))
        for wanted in ([str(n) for n in range(1, count + 1)], list(ascii_lowercase[:count])):
            if count < _FEWEST or [mark["mark"] for mark in marks] != wanted:
                continue
            ends = [*(mark.start() for mark in marks[1:]), len(block.text)]
            texts = [block.text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
            texts[:-1] = [_JOINS.sub("", text) for text in texts[:-1]]
            return [
                item_of(mark[0].strip(), text, position, "proactiv" in fold(text[:30]), block)
                for position, (mark, text) in enumerate(zip(marks, texts, strict=True), start=1)
            ]
    return []
