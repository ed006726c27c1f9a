"""The tables of one page, each laid out when it is asked for: who wants one of many does not pay for the others."""

from __future__ import annotations

from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.drawn_tables import drawn_tables
from connectors.html_cells import HtmlGrid, Room, grid, headings, table_nodes, text_of
from connectors.html_upright import may_be_joined
from connectors.legend import Legend, legend
from connectors.synonyms import header_hits

_NAMES = 40
"""Cells of a table's first row that its names are looked for in, and the longest a name is."""


class PageTables:
    """The tables of a page, then those that it draws without ``<table>``; or the tables that a CSS selector names.

    Args:
        tree: the page; nothing of it may be changed meanwhile.
        selector: CSS of the tables, or of what is around them.

    Raises:
        ValueError, SelectolaxError: the selector is none.
    """

    def __init__(self, tree: LexborHTMLParser, selector: str | None = None) -> None:
        self.tree = tree
        self._nodes = dict(table_nodes(tree, selector))
        self._draws = selector is None

    @cached_property
    def legend(self) -> Legend:
        """What the page says of its colours and signs."""
        return legend(self.tree)

    @cached_property
    def headings(self) -> dict[int, str]:
        """Number of a table -> its caption, else the heading above it."""
        return headings(self.tree)

    @cached_property
    def _drawn(self) -> list[int]:
        return [one.number for one in self._draw()]

    def _draw(self) -> list[HtmlGrid]:
        return drawn_tables(self.tree, len(self._nodes)) if self._draws else []

    @property
    def numbers(self) -> list[int]:
        """The number of each on the page, from 1."""
        return [*self._nodes, *self._drawn]

    def all(self) -> list[HtmlGrid]:
        """Every table, laid out anew, in order. Raises SourceChanged ``TOO_LARGE``."""
        room = Room()
        return [*(grid(node, number, room) for number, node in self._nodes.items()), *self._draw()]

    def with_its_likes(self, number: int) -> list[HtmlGrid]:
        """One table, laid out anew, and every other of the page where they may be records of one list.

        Raises:
            SourceChanged: ``TOO_LARGE``.
        """
        node = self._nodes.get(number)
        found = grid(node, number) if node is not None else next(one for one in self._draw() if one.number == number)
        return self.all() if may_be_joined(found) else [found]

    def likeliest(self, most: int) -> list[int]:
        """The numbers of at most so many tables, in order: those whose first row names usual columns, then the longest."""
        numbers = self.numbers
        if len(numbers) <= most:
            return numbers
        return sorted(sorted(numbers, key=self._weight, reverse=True)[:most])

    def _weight(self, number: int) -> tuple[bool, int]:
        node = self._nodes.get(number)
        if node is None:
            return True, 0  # its names are why it is one
        rows = [row for row in node.css("tr") if _is_of(row, node)] if node.css_first("table table") else node.css("tr")
        names = [text_of(cell, limit=_NAMES) for cell in rows[0].css("th, td")[:_NAMES]] if rows else []
        return header_hits(names) > 1, len(rows)


def _is_of(row: LexborNode, table: LexborNode) -> bool:
    """Whether a row is the table's own, not one of a table within."""
    above = row.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above is not None and above.mem_id == table.mem_id
