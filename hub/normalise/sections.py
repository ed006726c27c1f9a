"""Axis and themes of a commitment: from cells of their own, else from the title of the section that it stands in.

The axes of the hub are the five of the Mexican Open Government Alliance (`hub.model.PolicyAxis`); the axes of a state's own
plan are many, so one that is none of the five is a theme, as published.
"""

from __future__ import annotations

from hub.model import PolicyAxis
from hub.normalise import kinds, lists
from hub.normalise.context import Desk


def axis(desk: Desk) -> PolicyAxis | None:
    """The axis that the draft's own cell tells, or the title of its section."""
    section = _title(desk)
    if section is None or desk.cell("axis") is not None:
        return desk.read("axis", kinds.axis)
    return kinds.axis(section).value


def themes(desk: Desk) -> tuple[str, ...]:
    """The themes of the draft's own cell; where there is none, the title of its section unless that is an axis."""
    cell = desk.cell("themes")
    if cell is not None:
        return lists.themes(cell)
    section = _title(desk)
    return () if section is None or kinds.axis(section).matched else (section,)


def _title(desk: Desk) -> str | None:
    title = desk.values.get("section")
    return title if isinstance(title, str) else None
