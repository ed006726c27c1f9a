"""Which column is which, as inputs of a form: what a preview proposes, and what its publisher corrects in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.web.pages.render import columns

PREFIX = "campo-"
"""What the name of an input begins with, before the field of the model."""

FIELDS = (
    "title", "number", "code", "description", "institution", "status", "progress", "start", "end", "period", "ods", "plan",
    "evidence", "state",
)  # fmt: skip
"""The fields that the form asks for; others stay as they were proposed."""

CONNECTORS = frozenset({"csv", "xlsx", "html_table", "html_list", "json", "pdf_table"})
"""Those whose columns have to be told; the others know what their cells mean."""


def shown(declared: Any) -> str:
    """What stands in a field's input: the column it is read from, or several."""
    return " + ".join(columns(declared)) if declared is not None else ""


def inputs(fields: Mapping[str, Any], connector: str) -> list[tuple[str, str]]:
    """Field -> what its input holds; none for a connector that needs no mapping."""
    return [(name, shown(fields.get(name))) for name in FIELDS] if connector in CONNECTORS else []


def corrected(fields: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The mapping with what the form says otherwise: another column, or none. What is unchanged keeps how it is read."""
    found = dict(fields)
    for name in FIELDS:
        said = form.get(PREFIX + name)
        if said is None or said.strip() == shown(fields.get(name)):
            continue
        if said.strip():
            found[name] = said.strip()
        else:
            found.pop(name, None)
    return found


def names(fields: Mapping[str, Any], unmapped: Sequence[str]) -> list[str]:
    """Every column that the file has, to choose from."""
    return list(dict.fromkeys([*(name for declared in fields.values() for name in columns(declared)), *unmapped]))
