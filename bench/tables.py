"""Figures as cells of Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence

NONE = "–"


def cell(value: float | None, form: str = ",.0f") -> str:
    """A number, or a dash where there is none."""
    return NONE if value is None else format(value, form)


def ratio(mine: float | None, theirs: float | None, form: str = ".1f") -> str:
    """One as a multiple of the other, or a dash."""
    return cell(mine / theirs if mine and theirs else None, form)


def grid(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A titled table; rows without a figure are left out, and a table without rows is nothing."""
    lines = ["| " + " | ".join(row) + " |" for row in rows if any(each != NONE for each in row[1:])]
    if not lines:
        return ""
    head = [f"\n**{title}**\n", "| " + " | ".join(["", *columns]) + " |", "| --- " * (len(columns) + 1) + "|"]
    return "\n".join([*head, *lines]) + "\n"
