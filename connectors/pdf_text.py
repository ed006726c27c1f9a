"""Text of a PDF page that the reading by lines misses: letters that stand on their side, and what heads a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.item_label import commitment_label

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in points."""
Char = dict[str, Any]
"""A letter as pdfplumber tells it: `text`, `x0`, `top`, `x1`, `bottom`, `size`, `upright`, `matrix`."""

_GAP = 0.25
"""Blank between two letters that parts words, as a share of the letters' size."""
_CAPTION = 6
"""Lines above a table among which the title of its commitment may begin."""


def is_unreadable(chars: Sequence[Char]) -> bool:
    """Whether the letters do not say which letters they are: their font has no Unicode map, so that they are only its own numbers."""
    told = [text for char in chars if not (text := str(char["text"])).isspace()]
    return 2 * sum(text.startswith("(cid:") or not text.isprintable() for text in told) > len(told) > 0


def turned(chars: Sequence[Char], box: Box) -> str | None:
    """What a cell says whose letters all stand on their side, read upwards or downwards as they are turned; None for any other."""
    held = [char for char in chars if _is_within(char, box)]
    if not held or any(char["upright"] for char in held):
        return None
    up = held[0]["matrix"][1] > 0
    lines: list[list[Char]] = []
    for char in sorted(held, key=lambda char: float(char["x0"]) if up else -float(char["x0"])):
        if lines and abs(char["x0"] - lines[-1][0]["x0"]) < char["size"] / 2:
            lines[-1].append(char)
        else:
            lines.append([char])
    return "\n".join("".join(_spaced(line, up)) for line in lines)


def _is_within(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _spaced(line: Sequence[Char], up: bool) -> Iterator[str]:
    before: Char | None = None
    for char in sorted(line, key=lambda char: -float(char["bottom"]) if up else float(char["top"])):
        if before is not None:
            gap = before["top"] - char["bottom"] if up else char["top"] - before["bottom"]
            if gap > _GAP * char["size"]:
                yield " "
        yield char["text"]
        before = char


def heading_above(page: Any, top: float, below: float) -> str | None:
    """“Compromiso 3. Abrir el padrón” right above a table, with the lines it runs on to in the same letters; None where nothing such stands.

    Args:
        page: of pdfplumber.
        top: where the table begins.
        below: where what stands above it ends: another table, or the page's margin.
    """
    if top - below < 1:
        return None
    lines = page.crop((page.bbox[0], max(below, page.bbox[1]), page.bbox[2], top), strict=False).extract_text_lines()
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _CAPTION), -1):
        label = commitment_label(lines[place]["text"])
        if label is not None and label.number:
            letters = _letters(lines[place])
            same = [line["text"] for line in lines[place:] if _letters(line) == letters]
            return "\n".join(same)
    return None


def _letters(line: dict[str, Any]) -> tuple[str, float]:
    first = line["chars"][0]
    return str(first["fontname"]), round(float(first["size"]), 1)
