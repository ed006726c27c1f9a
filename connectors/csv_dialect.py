"""How a CSV writes its cells beyond its delimiter: a space before a quote, quotes escaped by a backslash, single quotes, a quote
that its own line leaves open. RFC 4180 knows none of them; programs write the first three, hands the last."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

_FEWEST = 4
"""Cells of a row from which on a line of prose is hardly cut into as many by its commas."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What `csv.reader` must be told."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False
    """Whether a space stands between delimiter and quote."""

    def fields(self, line: str) -> list[str]:
        """The cells of one physical line by itself; a quote that it leaves open is a sign of the text."""
        if line.count(self.quote) % 2:
            return line.rstrip("\r\n").split(self.delimiter)
        return next(
            csv.reader(
                [line],
                delimiter=self.delimiter,
                quotechar=self.quote,
                escapechar=self.escape,
                skipinitialspace=self.spaced,
            ),
            [],
        )


def dialect_of(start: str, delimiter: str) -> Dialect:
    """The dialect that the first lines of a CSV show.

    Args:
        start: the beginning of the text.
        delimiter: what separates its cells.
    """
    cut = re.escape(delimiter)
    spaced = delimiter != " " and re.search(rf'{cut} +"[^"\r\n]*" *(?={cut}|\r|\n|$)', start) is not None
    escaped = re.search(rf'(?<!\\)\\"(?!{cut}|\r|\n|$)', start) is not None and '"' in start.replace('\\"', "")
    return Dialect(delimiter, _quote(start, delimiter), "\\" if escaped else None, spaced)


def _quote(start: str, delimiter: str) -> str:
    """The single quote where every cell of the first line stands between two of them."""
    first = start.lstrip().split("\n", 1)[0].strip().split(delimiter)
    return "'" if len(first) > 1 and all(re.fullmatch(r"\s*'[^']+'\s*", cell) for cell in first) else '"'


def parted(lines: list[str], width: int, dialect: Dialect) -> list[list[str]] | None:
    """The rows that an open quote ran together; None where the lines are one record with breaks in a cell.

    They are rows of their own where each line alone has as many cells as the table, which no text with line breaks does,
    unless its quote opens in the last column.

    Args:
        lines: the physical lines of one record.
        width: cells of the rows before it.
    """
    if len(lines) < 2 or width < _FEWEST:
        return None
    rows = [dialect.fields(line) for line in lines]
    if any(len(row) != width for row in rows) or rows[0][-1].lstrip().startswith(dialect.quote):
        return None
    return [[cell.strip().strip(dialect.quote) if dialect.quote in cell else cell for cell in row] for row in rows]
