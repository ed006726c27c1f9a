"""From guesses to ``[sources.x.fields]``: what would be written into config.toml, and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Row
from connectors.column_names import SYNONYMS
from connectors.mapping import REPORTS, find_column
from connectors.reports import period_of
from connectors.text import shown
from hub.inspect.columns import offers
from hub.inspect.model import ColumnGuess
from hub.inspect.profile import Profile
from hub.normalise.profile import Decisions

_SEVERAL = {"evidence": 0.6, "ods": 0.8, "ods_target": 0.8, "support": 0.85}
"""Fields that several columns may feed, and how sure a further column must be."""
_NUMBERED = frozenset({"institution", "milestones"})
"""Fields that several columns feed where they bear one name with a number: «Responsable 1», «Responsable 2»."""
_NUMBER = re.compile(r"[\s_.-]*\(?\d\)?$")


_DATES = ("start", "end", "period", "progress_date", "plan_published")
_SLASHED = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")


def proposed(guesses: Sequence[ColumnGuess], profiles: Mapping[str, Profile]) -> dict[str, Any]:
    """Model field -> column (or a table, where several columns feed it), in the model's order."""
    chosen = {guess.field: guess.column for guess in guesses if guess.field is not None}
    fields: dict[str, Any] = {}
    for name in SYNONYMS:
        if name not in chosen:
            continue
        more = _further(name, chosen, guesses, profiles)
        fields[name] = {"columns": [chosen[name], *more]} if more else chosen[name]
    dated = sorted((g.column for g in guesses if g.field == REPORTS), key=lambda column: period_of(column) or "")
    return {**fields, REPORTS: {"columns": dated}} if dated else fields


def _further(
    name: str, chosen: Mapping[str, str], guesses: Sequence[ColumnGuess], profiles: Mapping[str, Profile]
) -> list[str]:
    free = [guess.column for guess in guesses if guess.field is None]
    if name in _NUMBERED:
        stem = _NUMBER.sub("", chosen[name])
        return [c for c in free if _NUMBER.search(c) and _NUMBER.sub("", c) == stem and name in offers(profiles[c])]
    if name not in _SEVERAL:
        return []
    return [column for column in free if profiles[column].count and _sure(offers(profiles[column]), name)]


def _sure(offered: Mapping[str, float], name: str) -> bool:
    best = max(offered, key=lambda field: offered[field], default="")
    alike = {"evidence", "url"} if name == "evidence" else {name}
    return best in alike and offered[best] >= _SEVERAL[name]


LABEL = (
    r"(?is)^(?:\W*compromiso\b(?:\s+n(?:[uú]m|o)?\.)?[^:.)–—-]{0,60}[:.)–—-]+\s*|\d{1,3}\s*[.)–—-]+\s*)?(?P<title>.+)$"
)
"""The title of a list's item, without the label before it ("Compromiso 3: …", "3. …")."""


def of_a_list(fields: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """A list has one column of its publisher's, `item`: the title is read from it wherever that gives the same."""
    if fields.get("title") != "title" or not rows or any("item" not in row.values for row in rows):
        return fields
    pairs = [(shown(row.values["item"]), shown(row.values["title"])) for row in rows]
    if all(item == title for item, title in pairs):
        return {**fields, "title": "item"}
    label = re.compile(LABEL)
    if all((found := label.match(item)) is not None and found["title"].strip() == title for item, title in pairs):
        return {**fields, "title": {"column": "item", "pattern": LABEL}}
    return fields


NUMBER = r"(?is)^\W*(?:compromiso\b[^:)–—\d]{0,30}?\s)?(?P<number>\d{1,3}|[IVX]{1,5})\s*[:.)–—-]+\s"
"""The number that a title begins with: "Compromiso 3. …", "3) …"."""
_OUTLINE = re.compile(r"\d+\.\d")
_LABELLED = 0.8
"""Share of the titles that must begin with a number of their own for it to be told from them."""


_WHOLE = r"(?is)^(?P<title>.+)$"


def _before_body(title: str) -> str:
    """The pattern of a title that ends before the institution behind it."""
    return title.removesuffix("(?P<title>.+)$") + "(?P<title>.+?)" + _BEHIND


def with_labels(fields: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """Number, title and institution told apart where a title has them in one cell and no other column does."""
    return _with_body(_with_number(fields, rows), rows)


_BODY = (
    r"\((?:la |el )?(?:sub)?(?:secretar[ií]a|contralor[ií]a|instituto|comisi[oó]n|direcci[oó]n|coordinaci[oó]n|(?:h\. )?ayuntamiento|congreso"
    r"|consejo|fiscal[ií]a|tribunal|oficial[ií]a|sistema|universidad|jefatura|agencia|procuradur[ií]a|tesorer[ií]a)\b[^()]*\)[\s.;]*$"
)
_BEHIND = rf"(?:\s*{_BODY.removesuffix('$')})?$"
INSTITUTION = (
    rf"(?is){_BODY.replace('(?:la |el )?', '(?P<institution>(?:la |el )?', 1).replace('[^()]*', '[^()]*)', 1)}"
)
"""The institution in parentheses at the end of a title: "Abrir el padrón (Secretaría de Finanzas)"."""


def is_ours(pattern: str) -> bool:
    """Whether a regular expression is one that a proposal of ours may have, so that nobody made it to run for ever."""
    return pattern in _OURS


def _with_body(fields: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """Institution and title told apart where titles end with the name of a body and no other column has one."""
    title = fields.get("title")
    column = title["column"] if isinstance(title, dict) else title
    if not isinstance(column, str) or not rows or {"institution", "institutions"} & fields.keys():
        return fields
    said = [text for row in rows if (text := shown(row.values.get(column)).strip())]
    named = [found["institution"] for text in said if (found := re.search(INSTITUTION, text)) is not None]
    if len(named) < 2 or len(named) < _LABELLED * len(said):
        return fields
    own = {"column": column, "pattern": _before_body(LABEL if isinstance(title, dict) else _WHOLE)}
    found_fields = {**fields, "title": own, "institution": {"column": column, "pattern": INSTITUTION}}
    return {name: found_fields[name] for name in (*SYNONYMS, *found_fields) if name in found_fields}


def _with_number(fields: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """Number and title told apart where titles begin with their number and no other column has it."""
    column = fields.get("title")
    if not isinstance(column, str) or not rows or {"number", "code"} & fields.keys():
        return fields
    said = [text for row in rows if (text := shown(row.values.get(column)).strip())]
    label = re.compile(NUMBER)
    numbers = [found["number"].casefold() for text in said if (found := label.match(text)) is not None]
    if len(said) < 2 or len(numbers) < _LABELLED * len(said) or len(set(numbers)) < len(numbers):
        return fields
    if any(_OUTLINE.match(text) for text in said):
        return fields  # "1.1 …" is a line of an outline
    return {"number": {"column": column, "pattern": NUMBER}, **fields, "title": {"column": column, "pattern": LABEL}}


SHARE = r"(?P<progress>\d{1,3}(?:[.,]\d+)?\s*(?:%|por ciento))"
"""The percentage beside a status: "En proceso (45 %)"."""


_OURS = frozenset({LABEL, NUMBER, INSTITUTION, SHARE, _before_body(LABEL), _before_body(_WHOLE)})


def with_share(fields: dict[str, Any], profiles: Mapping[str, Profile]) -> dict[str, Any]:
    """Progress that is published beside the status in one cell, where no column of its own has it."""
    column = fields.get("status")
    if not isinstance(column, str) or column not in profiles or {"progress", REPORTS} & fields.keys():
        return fields
    profile = profiles[column]
    if min(profile["percent"], profile["status"]) < _LABELLED:
        return fields
    found = {**fields, "progress": {"column": column, "pattern": SHARE}}
    return {name: found[name] for name in (*SYNONYMS, *found) if name in found}


def read_columns(fields: Mapping[str, Any]) -> list[str]:
    """Every column that a mapping reads."""
    found: list[str] = []
    for declared in fields.values():
        for entry in declared if isinstance(declared, list) else [declared]:
            if isinstance(entry, str):
                found.append(entry)
            elif isinstance(entry, Mapping):
                found.extend(
                    [entry["column"]] if isinstance(entry.get("column"), str) else list(entry.get("columns", ()))
                )
    return found


def with_decisions(fields: Mapping[str, Any], decisions: Decisions, profiles: Mapping[str, Profile]) -> dict[str, Any]:
    """Pin what the whole column decided, so that a later file with fewer rows is read alike: scale, order of day and month."""
    pinned = dict(fields)
    for name, scale in decisions.scales.items():
        column = pinned.get(name)
        if isinstance(column, str) and column in profiles and profiles[column]["percent"] < 1:
            pinned[name] = {"column": column, "scale": scale}
    orders = set(decisions.orders.values())
    for name in _DATES:
        column = pinned.get(name)
        # one column proves how its publisher writes dates; another of the same file, whose days are all small, does not contradict it
        order = decisions.orders.get(name) or (next(iter(orders)) if len(orders) == 1 else None)
        if (
            isinstance(column, str)
            and order is not None
            and (name in decisions.orders or _is_numeric(column, profiles))
        ):
            pinned[name] = {"column": column, "date_order": order}
    return pinned


def _is_numeric(column: str, profiles: Mapping[str, Profile]) -> bool:
    return column in profiles and any(_SLASHED.search(text) for text in profiles[column].sample)


def declared(fields: Mapping[str, Any], profiles: Sequence[Profile]) -> list[ColumnGuess]:
    """The guesses that a declared mapping stands for: sure ones, for somebody said so."""
    names = [profile.column for profile in profiles]
    by_column: dict[str, str] = {}
    for field, entry in fields.items():
        for column in read_columns({field: entry}):
            found = find_column(column, names)
            if found is not None:
                by_column.setdefault(found, field)
    return [
        ColumnGuess(
            p.column, by_column.get(p.column), 1.0 if p.column in by_column else 0.0, profile=p.kind, sample=p.sample
        )
        for p in profiles
    ]
