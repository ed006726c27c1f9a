"""OGP's commitment database, as the CSV that OGP exports: the rows of Mexico and of its states and municipalities.

“ND” and “NA” are blanks. Completion is that of the last review that gives one; other ratings are kept in `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import Field

from connectors import base
from connectors.csv_table import CsvOptions, CsvTable
from connectors.ready import ReadyConnector, ready_row
from connectors.spanish import clean
from connectors.states import state_key
from connectors.table import Reading
from connectors.text import fold, shown

_NAMES: dict[str, tuple[str, ...]] = {
    "code": ("commitment unique identifier", "unique identifier", "commitment id"),
    "locality": ("country/locality", "country / locality", "country", "locality", "entity"),
    "themes": ("theme", "themes", "policy area", "policy areas"),
    "year": ("year of submission", "action plan year", "year"),
    "plan_number": ("action plan number", "action plan"),
    "number": ("commitment number",),
    "title": ("commitment title", "title"),
    "short_title": ("short title",),
    "description": ("full text", "commitment text", "description"),
    "lead": ("lead institution", "lead institution(s)"),
    "support": ("supporting institution(s)", "supporting institutions", "support institution(s)"),
    "url": ("url", "link", "commitment url"),
    "start": ("start date",),
    "end": ("end date",),
}
_COMPLETION = re.compile(r"^completion\b")
_LATE = re.compile(r"end of term|results|transitional|final")
_BLANK = frozenset({"nd", "na", "n/a", "n.d.", "null", "none", "-", "no data", ""})
_MEXICAN = re.compile(r"\bmexic[oa]\b")
_MUNICIPAL = re.compile(r"\s*\((?:municipality|municipio|city)\)")


class OgpDatabaseOptions(CsvOptions):
    """Options of `ogp_database`: those of `csv`, and whose rows."""

    locality: str | None = Field(default=None, description="sólo esta localidad, p. ej. Jalisco; sin ella, todo México")


class OgpDatabase(ReadyConnector[OgpDatabaseOptions]):
    """Reads the database's rows of Mexico: a plan for each locality and plan number, and the commitments."""

    name: ClassVar[str] = "ogp_database"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = OgpDatabaseOptions

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """Plans as they are met, then their commitments.

        Raises:
            SourceChanged: not this CSV (its identifying columns are missing), or without a row of Mexico.
        """
        plain = CsvOptions(**self.options.model_dump(exclude={"locality"}))
        reading = Reading(tuple(name for names in _NAMES.values() for name in names), ctx.notes)
        columns: dict[str, str] | None = None
        plans: set[str] = set()
        for row in CsvTable(plain).parse(snapshot, reading):
            cells = {name: text for name, cell in row.values.items() if fold(text := clean(shown(cell))) not in _BLANK}
            if columns is None:
                columns = _columns(list(row.values))
            place = _place(cells.get(columns["locality"], ""), self.options.locality, ctx.source.state)
            if place is None:
                continue
            plan = _plan(cells, columns, place)
            if plan is not None and plan["key"] not in plans:
                plans.add(plan["key"])
                yield _plan_row(plan, place, row.locator)
            yield _commitment_row(cells, columns, place, plan, row.locator)
        if columns is not None and not plans:
            raise base.SourceChanged("La base de OGP no trae compromisos de México con número de plan.", code="NO_ROWS")


def _columns(names: list[str]) -> dict[str, str]:
    folded = {fold(name): name for name in names}
    found = {
        field: folded[known] for field, accepted in _NAMES.items() for known in reversed(accepted) if known in folded
    }
    for needed, label in (("code", "Commitment Unique Identifier"), ("locality", "Country/Locality")):
        if needed not in found:
            raise base.SourceChanged(f"El CSV no es la base de OGP: falta la columna «{label}».", code="RENAMED_COLUMN")
    completions = [name for name in names if _COMPLETION.match(fold(name))]
    late = [name for name in completions if _LATE.search(fold(name))]
    early = [name for name in completions if name not in late]
    found |= {f"status{index}": name for index, name in enumerate([*late, *early])}
    return found


def _place(locality: str, wanted: str | None, state: str | None) -> dict[str, Any] | None:
    """State or municipality of a Mexican locality; None for any other, or one that is not wanted."""
    folded = fold(locality)
    if not _MEXICAN.search(folded) or "new mexico" in folded:
        return None
    if wanted is not None and fold(wanted) not in folded:
        return None
    name = re.sub(r"\s*,\s*m[eé]xico\s*$|\s*\(m[eé]xico\)\s*$", "", locality, flags=re.IGNORECASE).strip()
    municipal = bool(_MUNICIPAL.search(fold(name)))
    name = re.sub(r"\s*\([^)]*\)", "", name).strip() if municipal else name
    key = "00" if fold(name) == "mexico" else state_key(_english(name))
    if state is not None and key != state:
        return None
    place: dict[str, Any] = {"name": name, "program": "NATIONAL_PLAN" if key == "00" else "OGP_LOCAL", "state": key}
    if municipal or key is None:
        place["municipality"] = name
    return place


def _english(name: str) -> str:
    """“State of Mexico”, “Mexico (State)”, “Nuevo León State” as the Spanish tables name them."""
    folded = fold(name)
    if re.fullmatch(r"(?:state of mexico|mexico state|mexico \(state\))", folded):
        return "Estado de México"
    return (
        "Ciudad de México"
        if folded == "mexico city"
        else re.sub(r"\s*\(?\bstate\b\)?\s*$", "", name, flags=re.IGNORECASE)
    )


def _plan(cells: dict[str, str], columns: dict[str, str], place: dict[str, Any]) -> dict[str, Any] | None:
    number = cells.get(columns.get("plan_number", ""))
    if number is None:
        return None
    digits = re.search(r"\d+", number)
    return {
        "key": f"{place['name']}/{number}",
        "title": f"Plan de acción {number} de {place['name']} en OGP",
        "ordinal": int(digits[0]) if digits else None,
        "published": cells.get(columns.get("year", "")),
        "number": number,
    }


def _where(place: dict[str, Any]) -> dict[str, Any]:
    return {name: place.get(name) for name in ("state", "municipality", "program")}


def _plan_row(plan: dict[str, Any], place: dict[str, Any], locator: str) -> base.Row:
    values = {**_where(place), "title": plan["title"], "ordinal": plan["ordinal"], "published": plan["published"]}
    raw = {
        "Country/Locality": place["name"],
        "Action Plan Number": plan["number"],
        "Year Of Submission": plan["published"],
    }
    columns = {"ordinal": "Action Plan Number", "published": "Year Of Submission", "state": "Country/Locality"}
    return ready_row("plan", plan["key"], values, raw, columns, locator)


def _commitment_row(
    cells: dict[str, str], columns: dict[str, str], place: dict[str, Any], plan: dict[str, Any] | None, locator: str
) -> base.Row:
    def told(name: str) -> str | None:
        return cells.get(columns.get(name, ""))

    status = next((name for name in columns if name.startswith("status") and told(name)), "status0")
    roles = (("lead", "LEAD"), ("support", "SUPPORT"))
    values = {
        **_where(place), "code": told("code"), "number": told("number"), "title": told("title") or told("short_title"),
        "description": told("description"), "themes": re.split(r"\s*[;|]\s*", told("themes") or ""),
        "institutions": [{"name": n, "role": role} for name, role in roles for n in _split(told(name))],
        "status": told(status), "start": told("start"), "end": told("end"), "url": told("url"),
        "plan_key": plan and plan["key"], "plan": plan and plan["title"], "plan_ordinal": plan and plan["ordinal"],
        "plan_published": plan and plan["published"],
    }  # fmt: skip
    values["themes"] = [theme for theme in values["themes"] if theme]
    own: tuple[str, ...] = ("code", "number", "title", "description", "themes", "url")
    read = {name: columns[name] for name in own if name in columns}
    read["status"] = columns.get(status, "")
    read["state"] = columns["locality"]
    read["institutions"] = " + ".join(columns[name] for name, _ in roles if name in columns)
    key = told("code") or f"{place['name']}/{plan and plan['number']}/{told('number') or told('title')}"
    return ready_row("commitment", key, values, cells, read, locator)


def _split(text: str | None) -> list[str]:
    return [part for part in re.split(r"\s*[;\n|]\s*", text or "") if part]
