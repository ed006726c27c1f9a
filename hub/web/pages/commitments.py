"""`/compromisos`: search, facets, order, pages by keyset."""

from __future__ import annotations

from typing import Any

from hub.web import labels
from hub.web.labels import N_
from hub.web.pages.chosen import word
from hub.web.pages.selection import BadAddress, Selection
from hub.web.pages.view import Page, View

PAGE = 25
FACETS = (
    ("state", "state", N_("Estado")),
    ("ods", "ods", N_("ODS")),
    ("status", "status", N_("Estatus")),
    ("year", "year", N_("Año")),
    ("program", "program", N_("Programa")),
    ("source", "source", N_("Fuente")),
)
"""Facet of the API, parameter of the address, title."""


async def page(view: View) -> Page:
    """The commitments that the address selects, a page at a time."""
    selection = view.selection()
    order, direction = _order(view, selection)
    after = view.parameters.get("after") or None
    before = view.parameters.get("before") or None
    found = (
        await view.ask(
            "commitments",
            filter=selection.variable(),
            orderBy={"field": order, "direction": direction} if (order, direction) != ("CODE", "ASC") else None,
            first=None if before else PAGE,
            after=None if before else after,
            last=PAGE if before else None,
            before=before,
            asOf=view.as_of,
        )
    )["commitments"]
    return view.render(
        "commitments.html",
        selection=selection,
        found=found,
        facets=[_facet(view, found["facets"], selection, *facet) for facet in FACETS],
        chosen=_chosen(view, found["facets"], selection),
        order=order,
        direction=direction,
        turn=lambda **changes: _turn(view, **changes),
        doors=view.doors(selection),
        paged=bool(after or before),
    )


def _order(view: View, selection: Selection) -> tuple[str, str]:
    """The order that the address asks for; with a text the closest come first.

    Raises:
        BadAddress: there is no such order.
    """
    default = "RELEVANCE" if "text" in selection.filter else "CODE"
    order = (view.parameters.get("order") or default).upper()
    if order not in labels.ORDER:
        raise BadAddress("order", order)
    if order == "RELEVANCE" and "text" not in selection.filter:
        order = "CODE"
    direction = (view.parameters.get("direction") or "ASC").upper()
    if direction not in ("ASC", "DESC"):
        raise BadAddress("direction", direction)
    return order, direction


def _turn(view: View, **changes: str | None) -> str:
    """This search changed; what changes it begins at the first page again."""
    return view.here(**{"after": None, "before": None, **changes})


def _toggle(view: View, selection: Selection, name: str, value: str) -> str:
    """The search with one value chosen, or given up."""
    pairs = [pair for pair in selection.pairs() if pair != (name, value)]
    if not selection.has(name, value):
        pairs.append((name, value))
    kept = [(key, view.parameters[key]) for key in ("order", "direction") if view.parameters.get(key)]
    return view.url(view.path, [*pairs, *kept])


def _word(view: View, name: str, key: str, label: str) -> str:
    if name == "status":
        return view.label(labels.STATUS, key)
    if name == "program":
        return view.label(labels.PROGRAM, key)
    if name == "ods":
        return f"{key}. {view.goal({'number': int(key), 'name': label})}"
    if name == "state" and key == "00":
        return view.words("Nación")
    return label


def _facet(
    view: View, facets: dict[str, Any], selection: Selection, facet: str, name: str, title: str
) -> dict[str, Any]:
    """A facet: its values in the order of the API, years newest first."""
    values = [
        {
            "label": _word(view, name, item["key"], item["label"]),
            "count": item["count"],
            "chosen": selection.has(name, item["key"]),
            "href": _toggle(view, selection, name, item["key"]),
            "key": item["key"],
        }
        for item in facets[facet]
    ]
    if name == "year":
        values.sort(key=lambda value: str(value["key"]), reverse=True)
    return {"name": name, "title": view.words(title), "values": values}


def _chosen(view: View, facets: dict[str, Any], selection: Selection) -> list[tuple[str, str]]:
    """What is chosen, each with the address that gives it up."""
    known = {
        (name, item["key"]): _word(view, name, item["key"], item["label"])
        for facet, name, _ in FACETS
        for item in facets[facet]
    }
    shown = []
    for name, value in selection.pairs():
        said = known.get((name, value)) or word(view, name, value)
        shown.append((said, _toggle(view, selection, name, value)))
    return shown
