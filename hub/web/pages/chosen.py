"""The words of what an address selects, whether or not anything has it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hub.normalise import places
from hub.web import labels
from hub.web.pages.view import View

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "status": labels.STATUS,
        "program": labels.PROGRAM,
        "kind": labels.KIND,
        "axis": labels.AXIS,
        "level": labels.LEVEL,
        "ods_basis": labels.BASIS,
    }
)


def word(view: View, name: str, value: str) -> str:
    """How people call a value of a parameter; what has no other name is called by itself.

    Args:
        name: of the parameter, as in `hub.web.pages.selection.LISTS`.
    """
    if name in _WORDS:
        return view.label(_WORDS[name], value)
    if name == "ods":
        return view.words("ODS {n}", n=value)
    if name in ("state", "jurisdiction"):
        return place_name(view, value)
    return value


def place_name(view: View, code: str) -> str:
    """The name of a state or municipality by its INEGI key; the key itself where it is none."""
    place = places.jurisdiction(code)
    if place is None:
        return code
    return view.words("Nación") if code == "00" else place.name
