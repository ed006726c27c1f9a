"""Reviewed tables raw value -> value, per source and field; they beat the built-in vocabulary.

The file ``lookups.toml`` beside config.toml::

    [puebla-csv.status]
    "c" = "COMPLETED"
    "sin movimiento" = ""        # the publisher has no data

    [*.state]                    # every source
    "Tuxtla" = "07101"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.normalise import dates, institutions, kinds, ods, percent, periods, places, status
from hub.normalise.result import Outcome, Result
from hub.normalise.text import as_text, fold

NO_DATA = ""
"""The value of a lookup that says: the publisher has no data here."""

_READERS: dict[str, Callable[[str], Result[Any]]] = {
    "status": status.parse,
    "state": lambda t: places.resolve_state(t) if places.resolve_state(t).matched else places.resolve(t),
    "municipality": lambda t: places.resolve(t, places.PlaceContext.MUNICIPALITY),
    "ods": ods.parse,
    "ods_target": ods.parse,
    "progress": lambda t: percent.parse(t, "percent"),
    "kind": kinds.kind,
    "axis": kinds.axis,
    "step": kinds.step,
    "program": kinds.program,
    "role": institutions.role,
    "start": dates.parse,
    "end": dates.parse,
    "date": dates.parse,
    "end_date": dates.parse,
    "published": dates.parse,
    "joined": dates.parse,
    "secretariat_installed": dates.parse,
    "period": periods.parse,
    "year": periods.years,
    "plan_ordinal": kinds.ordinal,
    "number": kinds.number,
}
_TEXT = frozenset(
    [
        "code",
        "title",
        "description",
        "themes",
        "plan",
        "plan_published",
        "institution",
        "support",
        "progress_date",
        "evidence",
        "url",
    ]
)


class LookupsError(ValueError):
    """A lookups file cannot be used. The message is one line that names the table, the key and the remedy."""


@dataclass(frozen=True)
class Lookups:
    """All reviewed tables. Keys match exactly, else folded (case, accents, spaces).

    `tables` is source key or ``*`` -> field -> raw -> value.
    """

    tables: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def for_source(self, source: str) -> dict[str, dict[str, str]]:
        """field -> folded raw -> value for one source, its own tables before the common ones."""
        out: dict[str, dict[str, str]] = {}
        for key in ("*", source):
            for name, table in self.tables.get(key, {}).items():
                target = out.setdefault(name, {})
                for raw, value in table.items():
                    target[fold(raw)] = value
                for raw, value in table.items():
                    target["=" + raw] = value
        return out


def find(table: Mapping[str, str] | None, cell: Any) -> str | None:
    """The reviewed value of a cell, or None."""
    if not table:
        return None
    text = as_text(cell)
    exact = table.get("=" + text)
    return exact if exact is not None else table.get(fold(text))


def loads(text: str, name: str = "lookups.toml") -> Lookups:
    """The tables of a lookups file, checked.

    Raises:
        LookupsError: not TOML, an unknown field, or a value that its field cannot have.
    """
    try:
        data = tomllib.loads(re.sub(r"^(\s*\[)\s*\*\s*\.", r'\1"*".', text, flags=re.MULTILINE))
    except tomllib.TOMLDecodeError as error:
        raise LookupsError(f"{name}: {error}; the file must be valid TOML") from error
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for source, fields in data.items():
        if not isinstance(fields, dict):
            raise LookupsError(f'{name}: «{source}» must be a table: [{source}.status] "raw" = "VALUE"')
        for field_name, table in fields.items():
            if not isinstance(table, dict):
                raise LookupsError(f"{name}: [{source}] «{field_name}» must be a table [{source}.{field_name}]")
            checked = {raw: _checked(name, source, field_name, raw, value) for raw, value in table.items()}
            tables.setdefault(source, {})[field_name] = checked
    return Lookups(tables)


def _checked(name: str, source: str, field_name: str, raw: str, value: Any) -> str:
    where = f'{name}: [{source}.{field_name}] "{raw}"'
    if field_name not in _READERS and field_name not in _TEXT:
        known = ", ".join(sorted({*_READERS, *_TEXT}))
        raise LookupsError(f"{where}: no field «{field_name}»; the fields are {known}")
    if isinstance(value, list):
        value = "; ".join(as_text(item) for item in value)
    text = as_text(value)
    if isinstance(value, dict) or value is None:
        raise LookupsError(f"{where}: the value must be a text, a number or a list")
    outcome = unfit(field_name, text)
    if outcome is not None:
        raise LookupsError(f'{where}: «{text}» is not a value of {field_name} ({outcome}); "" means no data')
    return text


def is_field(field_name: str) -> bool:
    """Whether a reviewed table may be about this field (``milestones.status`` is a status)."""
    base = field_name.rpartition(".")[2]
    return base in _READERS or base in _TEXT


def unfit(field_name: str, text: str) -> Outcome | None:
    """What a field's own reader says of a reviewed value that it cannot take; None where it can. "" is no data."""
    reader = _READERS.get(field_name.rpartition(".")[2])
    if reader is None or text == NO_DATA:
        return None
    outcome = reader(text).outcome
    return None if outcome in (Outcome.MATCHED, Outcome.EMPTY) else outcome
