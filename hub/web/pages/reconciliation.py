"""`/conciliacion`: every official total beside what the hub finds, and why they differ."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from hub.web.labels import N_
from hub.web.pages.view import Page, View

HEADLINES = ("planes_total", "compromisos_total", "entidades_total", "stl_total", "compromisos_alineados_ods")
"""The official totals that the first page sets beside the hub's own, in this order."""
HEADLINE_YEARS = ("2020", "2018")

_MISSING = {
    "compromisos": N_(
        "la cifra oficial no trae la lista, y el hub sólo cuenta los compromisos que encuentra escritos en alguna fuente, "
        "de planes que ya habían iniciado en esa fecha."
    ),
    "planes": N_("el hub no encontró de lo declarado un documento con fecha; sin fecha no se cuenta aquí."),
    "estados": N_("no se encontró un plan con fecha."),
    "entidades": N_("no se encontró la fecha de incorporación."),
    "stl": N_("no se encontró la fecha en que se instaló el secretariado."),
    "plan": N_("ninguna fuente lo trae por escrito."),
}
"""Why something that was declared is missing here, by the first word of its indicator; reads for one and for many."""
_ALIGNED = N_(
    "La tabla oficial es la alineación que hizo quien la publica; la de aquí es en su mayoría juicio editorial, compromiso por "
    "compromiso. Por eso difieren en un sentido y en otro."
)


async def page(view: View) -> Page:
    """All official totals by date and publisher."""
    figures = (await view.ask("reconciliation", asOf=view.as_of))["nationalView"]["reconciliation"]
    groups = [
        {"date": date, "publisher": publisher, "figures": list(items)}
        for (date, publisher), items in groupby(figures, key=lambda figure: (figure["date"], figure["publisher"]))
    ]
    return view.render(
        "reconciliation.html",
        figures=figures,
        groups=groups,
        headlines=headlines(figures),
        why=lambda figure: why(view, figure),
        doors=view.doors(view.selection()),
    )


def why(view: View, figure: dict[str, Any]) -> str:
    """Why a figure and its counterpart differ, as far as the way of counting explains it."""
    if figure["harvested"] is None:
        return view.words("El hub no guarda nada que se cuente de la misma manera.")
    difference = figure["difference"]
    if not difference:
        return view.words("Coinciden.")
    indicator = figure["indicator"]
    if indicator in ("compromisos_ods", "compromisos_alineados_ods"):
        return view.words(_ALIGNED)
    if indicator == "anio_incorporacion":
        return view.words("Otra fuente da otro año.")
    if difference < 0:
        reason = _MISSING.get(indicator.split("_")[0])
        if reason:
            missing = view.words.plural("Falta {n}", "Faltan {n}", int(-difference))
            return f"{missing}: {view.words(reason)}"
    if indicator.startswith("compromisos"):
        return view.words(
            "Hay {n} más: el hub cuenta los de todos los planes de ese alcance iniciados a esa fecha; la cifra puede hablar de uno solo.",
            n=view.number(difference),
        )
    return view.words("El hub encuentra {n} más de lo que se declaró.", n=view.number(difference))


def headlines(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The national official totals of the years that people compare with, by date and publisher, newest first."""
    groups: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for figure in figures:
        national = figure["jurisdiction"] is None or figure["jurisdiction"]["code"] == "00"
        if national and figure["indicator"] in HEADLINES and figure["harvested"] is not None:
            group = groups.setdefault((figure["date"], figure["publisher"]), {})
            group.setdefault(figure["indicator"], figure)
    return [
        {"date": date, "publisher": publisher, "figures": [group[name] for name in HEADLINES if name in group]}
        for (date, publisher), group in groups.items()
        if date[:4] in HEADLINE_YEARS and len(group) > 1
    ]
