"""Contact sheets: pictures beside each other at a scale that can be read, long ones cut into columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from PIL import Image

WIDEST = 2_000
"""Pixels of a sheet."""
PIECE = 1_700
"""Pixels of a page's height in one column, about."""
SPARE = 300
"""Pixels that a column may be higher, rather than begin another."""
SCALE = 0.72
GAP = 12
GROUND = (120, 120, 130)


def pieces(picture: Path) -> Iterator[Image.Image]:
    """A picture cut into columns, each small enough for a sheet."""
    with Image.open(picture) as opened:
        whole = opened.convert("RGB")
    count = max(1, -(-(whole.height - SPARE) // PIECE))
    height = -(-whole.height // count)
    for top in range(0, whole.height, height):
        part = whole.crop((0, top, whole.width, min(top + height, whole.height)))
        yield part.resize((round(part.width * SCALE), round(part.height * SCALE)), Image.Resampling.LANCZOS)


def arranged(pictures: Sequence[Path], columns: int, *, side_by_side: bool) -> list[Image.Image]:
    """The columns of several pictures; those of one page in two languages beside each other where no more fit."""
    cut = [list(pieces(picture)) for picture in pictures]
    if not side_by_side or columns > len(cut):
        return [part for parts in cut for part in parts]
    return [parts[row] for row in range(max(map(len, cut))) for parts in cut if row < len(parts)]


def sheets(name: str, pictures: Sequence[Path], into: Path, *, side_by_side: bool = True) -> list[Path]:
    """The sheets of pictures of one width; their names are numbered.

    Args:
        pictures: at least one, all of the same width.
        side_by_side: whether they are one page in several languages.
    """
    with Image.open(pictures[0]) as first:
        columns = max(1, (WIDEST + GAP) // (round(first.width * SCALE) + GAP))
    parts = iter(arranged(pictures, columns, side_by_side=side_by_side))
    made: list[Path] = []
    while row := list(islice(parts, columns)):
        sheet = Image.new(
            "RGB", (sum(part.width + GAP for part in row) - GAP, max(part.height for part in row)), GROUND
        )
        left = 0
        for part in row:
            sheet.paste(part, (left, 0))
            left += part.width + GAP
        path = into / f"{name}-{len(made) + 1}.png"
        sheet.save(path)
        made.append(path)
    return made
