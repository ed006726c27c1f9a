"""Whose page or file this is, by its own titles: one that plainly names another state is not read under its source's.

Only titles are asked, and only for whole names of states; a street, a person or a municipality of that name names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from connectors.base import Note, Row, SourceChanged
from connectors.spanish import fold
from connectors.states import STATES, state_key, state_names

_NAMES = state_names()
_ANY = re.compile("(?<![a-z0-9])(?:" + "|".join(map(re.escape, _NAMES)) + ")(?![a-z0-9])")
_SHEET = "sheet '"
_PERSONS = frozenset({"12", "13", "17"})
"""States that are named after persons, as streets, schools and municipalities are: Guerrero, Hidalgo, Morelos."""
_CITY = re.compile(
    r"(?:municipi(?:o|al)|ayuntamiento|ciudad|cd\.?|alcaldia|calle|avenida|av\.?|plaza|colonia|col\.?|parque|mercado|universidad"
    r"|heroica|victoria|presa|calzada|blvd\.?|boulevard|carretera)(?:\s+(?:de|del|la|el))*\s+$"
)
_OF_STATE = re.compile(
    r"(?:^|\b(?:estado|gobierno|congreso|poder\s+\w+|ejercicio\s+local|gobierno\s+abierto|entidad|transparencia|compromisos|accion|local)\s+)"
    r"(?:(?:libre\s+y\s+soberano|de|del|en|el|la|estado)\s+)*$"
)


def states_in(text: str) -> set[str]:
    """INEGI keys of the states that a title names. “Mexico” alone is the country and names none."""
    found: set[str] = set()
    for part in re.split(r"[|:;,()/\n·•–—-]+", fold(text)):
        said = " ".join(part.split())
        for match in _ANY.finditer(said):
            key, lead = _NAMES[match.group()], said[: match.start()]
            if _CITY.search(lead) or (key in _PERSONS and not _OF_STATE.search(lead)):
                continue
            found.add(key)
    return found


def state_of_table(row: Row, own: str | None) -> str | None:
    """The name of the state that the row's sheet is called after, or its table titled, where it is another than `own`.

    Args:
        own: INEGI key of the source's jurisdiction.
    """
    if row.table is not None:
        key = (
            _titled(row.table) if own not in (None, "00") else None
        )  # a national page's headings name states in passing
    elif row.locator.startswith(_SHEET):
        key = _called_after(row.locator[len(_SHEET) :].rpartition("' row ")[0])
    else:
        return None
    return None if key is None or (own is not None and own[:2] == key) else STATES[key]


@lru_cache(maxsize=256)
def _titled(title: str) -> str | None:
    """INEGI key of the one state that a title names."""
    found = states_in(title)
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=256)
def _called_after(sheet: str) -> str | None:
    """INEGI key of the state that a sheet's name is, perhaps with a year or number; “México” may be the country."""
    name = re.sub(r"[\d_.()-]+", " ", sheet).strip()
    return state_key(name) if fold(name) != "mexico" else None


def refuse_another(own: str | None, titles: Iterable[str], headings: Sequence[str] = ()) -> Note | None:
    """Refuse what is titled as another state's; gives a warning where only its lesser headings name others.

    Args:
        own: INEGI key of the source's jurisdiction; one without a state has no other.
        titles: what names the whole page or file: its title, main heading, the lines above its table.
        headings: lesser headings.

    Raises:
        SourceChanged: ``WRONG_STATE``.
    """
    if own is None or own == "00":
        return None
    told = {text: states_in(text) for text in titles if text}
    named = set[str]().union(*told.values())
    mentioned = named.union(*map(states_in, headings))
    if not mentioned or own[:2] in mentioned:
        return None
    if len(named) == 1:
        title = next(text for text, states in told.items() if states)
        raise SourceChanged(_refusal(named.pop(), own, title), code="WRONG_STATE")
    names = ", ".join(STATES[key] for key in sorted(mentioned))
    return Note(
        "OTHER_STATE",
        f"Los encabezados nombran otra entidad ({names}) y no {STATES[own[:2]]}, la de la fuente: revise que la dirección sea la suya.",
    )


def _refusal(other: str, own: str, title: str) -> str:
    shown = " ".join(title.split())
    quoted = shown if len(shown) <= 80 else f"{shown[:79]}…"
    return (
        f"Dice ser de {STATES[other]} («{quoted}») y la fuente es de {STATES[own[:2]]}: corrija la entidad de la fuente o su "
        f"dirección. Si sí es de {STATES[own[:2]]}, dígalo el campo «state» (una columna, o un valor)."
    )
