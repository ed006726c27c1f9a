"""Several tables of one kind in one file: a sheet a plan, or a heading a plan. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.table import TITLE
from connectors.text import fold
from hub.inspect.model import Candidate

_PLAN = re.compile(r"\b(?:plan(?:es)?|pal)\b")
_TOLD = frozenset({"plan", "plan_ordinal", "plan_published"})


def alike(best: Candidate, found: Iterable[Candidate]) -> list[Candidate]:
    """The tables that have the very columns of the best one, itself among them."""
    return [one for one in found if one.connector == best.connector and one.columns == best.columns and one.rows]


def with_plans(fields: Mapping[str, Any], tables: Iterable[Candidate]) -> dict[str, Any]:
    """A proposed mapping that takes each table's title for its plan, where there are several and each title names a plan of its own."""
    titles = [fold(table.title) for table in tables]
    if len(titles) < 2 or len(set(titles)) < len(titles) or _TOLD & fields.keys():
        return dict(fields)
    if not all(_PLAN.search(title) for title in titles):
        return dict(fields)
    return {**fields, "plan": TITLE}
