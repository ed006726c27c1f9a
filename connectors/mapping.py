"""The declared mapping: which published column feeds which model field, and how (``[sources.x.fields]`` of config.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from connectors import json_parts, reports
from connectors.base import Cell, Draft, DraftKind, Note, Row, SourceChanged
from connectors.errors import ConfigError, did_you_mean, nearest, sentence
from connectors.field_spec import FieldSpec
from connectors.item_label import number_apart
from connectors.markup import without_tags
from connectors.synonyms import best_fields, is_personal
from connectors.text import clip, fold, is_blank, quoted, shown
from connectors.ticks import ticked

_PLACE = ("state", "municipality")
DERIVED = (" (href)", "@class", " (simbología)")
"""Endings of the columns that a connector makes of a published one: its links, its looks, what the page's legend says of them."""
REPORTS = "progress_reports"
"""The field that takes columns with a period in their name, «Avance 2019» (`connectors.reports`), or one of lists of reports."""

FIELDS: dict[DraftKind, tuple[str, ...]] = {
    "commitment": (
        "code", "number", "title", "description", "kind", "axis", "themes", "plan", "plan_ordinal", "plan_published", "program",
        *_PLACE, "ods", "ods_target", "institution", "role", "support", "status", "progress", "progress_date", "progress_reports", "start", "end",
        "period", "year", "milestones", "evidence", "url",
    ),
    "plan": ("code", "title", "ordinal", "published", "start", "end", "program", "declared", "status", "url", *_PLACE),
    "exercise": (
        "state", "joined", "joined_year", "step", "secretariat_installed", "status", "members.government", "members.civil_society",
        "members.oversight_body", "members.academia", "members.autonomous_bodies",
    ),
    "total": ("indicator", "date", "publisher", *_PLACE, "ods", "value", "document", "url"),
    "event": ("title", "date", "end_date", "place", "organiser", "kind", *_PLACE, "url"),
}  # fmt: skip
"""The model fields that a mapping may name, by kind of record."""

_IDENTIFYING: dict[DraftKind, str] = {
    "commitment": "title", "plan": "title", "exercise": "state", "total": "indicator", "event": "title",
}  # fmt: skip
_CELL_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Mapping:
    """A validated mapping of one source. Empty: columns are recognised by their usual names."""

    specs: AbstractMapping[str, tuple[FieldSpec, ...]]
    kind: DraftKind = "commitment"
    guessed: bool = False
    """Whether its columns were recognised by their usual names."""

    @classmethod
    def from_fields(
        cls, fields: AbstractMapping[str, Any], kind: DraftKind = "commitment", *, key: str = "fields"
    ) -> Mapping:
        """Read ``[sources.x.fields]``.

        Raises:
            ConfigError: an unknown field, or a table that says too little, too much, or something unknown.
        """
        known = FIELDS[kind]
        specs: dict[str, tuple[FieldSpec, ...]] = {}
        for name, declared in fields.items():
            if name not in known:
                raise ConfigError(
                    f"«{key}.{name}» no es un campo del modelo.{did_you_mean(name, known)}", key=f"{key}.{name}"
                )
            entries = declared if isinstance(declared, list) else [declared]
            specs[name] = tuple(_spec(entry, f"{key}.{name}") for entry in entries)
        return cls(specs, kind)

    @property
    def columns(self) -> list[str]:
        """Every column that the mapping names, optional ones excepted, in order and once."""
        named = (name for specs in self.specs.values() for spec in specs if not spec.optional for name in spec.names)
        return list(dict.fromkeys(named))

    @property
    def all_columns(self) -> list[str]:
        """Every column that the mapping names."""
        return list(dict.fromkeys(name for specs in self.specs.values() for spec in specs for name in spec.names))

    @property
    def hints(self) -> dict[str, dict[str, str]]:
        """Model field -> what the normaliser must know of it: ``scale``, ``date_order``."""
        found: dict[str, dict[str, str]] = {}
        for name, specs in self.specs.items():
            said = {k: v for spec in specs for k in ("scale", "date_order") if (v := getattr(spec, k)) is not None}
            if said:
                found[name] = said
        return found

    def bind(self, columns: Sequence[str], notes: list[Note] | None = None) -> Bound:
        """Find every mapped column among those published.

        Raises:
            SourceChanged: ``RENAMED_COLUMN`` when a mapped one is gone, ``UNMAPPED`` when nothing was declared and no
                column has a usual name.
        """
        mapping = self if self.specs else self._guess(columns, notes)
        resolved: dict[str, str] = {}
        missing: list[str] = []
        for name in mapping.all_columns:
            found = find_column(name, columns)
            if found is not None:
                resolved[name] = found
            elif name in mapping.columns:
                missing.append(name)
        if missing:
            raise SourceChanged(_renamed(missing, columns, resolved.values()), code="RENAMED_COLUMN")
        unnamed = [] if self.specs else [name for name in columns if name not in resolved.values()]
        bound = Bound(mapping, resolved, json_parts.named(unnamed))
        if notes is not None:
            _report(bound, columns, notes)
        return bound

    def _guess(self, columns: Sequence[str], notes: list[Note] | None) -> Mapping:
        if self.kind == "commitment":
            chosen = best_fields(columns)
        else:
            chosen = {name: found for name in FIELDS[self.kind] if (found := find_column(name, columns)) is not None}
        needed = _IDENTIFYING[self.kind]
        if needed not in chosen:
            raise SourceChanged(
                f"Ninguna columna se reconoce como «{needed}»; declare en «fields» qué columna lo es. Columnas publicadas: {quoted(columns)}."
                + (_FURTHER_DOWN if len(columns) < _FEW_COLUMNS else ""),
                code="UNMAPPED",
            )
        if notes is not None:
            said = ", ".join(f"{field} ← «{clip(column, 40)}»" for field, column in chosen.items())
            told = f"Sin «fields» declarados, las columnas se reconocieron por su nombre: {said}."
            notes.append(Note("AUTO_MAPPED", told, "INFO"))
        specs = {field: (FieldSpec(column=column),) for field, column in chosen.items()}
        return Mapping(specs, self.kind, guessed=True)


class Bound:
    """A mapping whose columns were found in one table; what is the same for every row is worked out once."""

    def __init__(
        self,
        mapping: Mapping,
        resolved: AbstractMapping[str, str],
        lists: AbstractMapping[str, json_parts.PartKind] | None = None,
    ) -> None:
        self.mapping = mapping
        self.resolved = resolved
        self.lists = lists or {}
        """Columns that no field was told to take, and what a list of objects in them is by their names."""
        self.columns: dict[str, str] = {}
        self._public: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._simple: list[tuple[str, str]] = []
        self._other: list[tuple[str, tuple[FieldSpec, ...]]] = []
        self._reports: list[str] = []
        self._figured: Sequence[str] = ()
        for name, specs in mapping.specs.items():
            read = [resolved[n] for spec in specs for n in spec.names if n in resolved]
            if read:
                self.columns[name] = " + ".join(read)
            if name == REPORTS:
                self._reports = read
                continue
            alone = specs[0] if len(specs) == 1 else None
            if alone is not None and alone.is_plain and "." not in name and read:
                self._simple.append((name, read[0]))
            else:
                self._other.append((name, specs))
        listed = [name for name, kind in self.lists.items() if kind == REPORTS]
        self._figured = reports.in_order(self._reports or listed)

    def read(self, name: str) -> list[str]:
        """The published columns that feed a field, in order."""
        specs = self.mapping.specs.get(name, ())
        return [self.resolved[n] for spec in specs for n in spec.names if n in self.resolved]

    def draft(self, row: Row) -> Draft:
        """A row in the model's field names, its values as published."""
        cells = row.values
        values: dict[str, Any] = {}
        for name, column in self._simple:
            cell = cells.get(column)
            if cell.__class__ is str:
                text = cell.strip()
                if text and (text.isascii() or not is_blank(text)):
                    values[name] = without_tags(text) if "<" in text and name not in _LINKS else text
            elif not is_blank(cell):
                values[name] = cell
        for name, specs in self._other:
            self._compose(name, specs, row, values)
        if self._reports:
            self._report(cells, values)
        if self.mapping.guessed and self.mapping.kind == "commitment" and "number" not in values:
            number_apart(values)
        nests = not _NESTS.isdisjoint(map(type, cells.values()))
        if nests:
            json_parts.take(values, [(kind, cells.get(column)) for column, kind in self.lists.items()])
        code = values.get("code")
        key = shown(code).strip() if code is not None and not isinstance(code, list | dict) else ""
        return Draft(self.mapping.kind, key, values, self._raw(cells, nests=nests), row.locator, self.columns)

    def figures(self, row: Row) -> list[Cell]:
        """The progress of a row at several times, oldest first; empty where it tells but one."""
        if row.periods:
            return [one.values.get(name) for one in (row, *row.continued) for name in self.read("progress")]
        return [figure for name in self._figured for figure in json_parts.figures(row.values.get(name))]

    def _raw(self, cells: dict[str, Cell], *, nests: bool) -> dict[str, Cell]:
        """The row's cells without personal data; `nests` says whether one of them holds others."""
        names = tuple(cells)
        public = self._public.get(names)
        if public is None:
            public = self._public[names] = tuple(name for name in names if not is_personal(name))
        raw = dict(cells) if len(public) == len(names) else {name: cells[name] for name in public}
        if nests:
            return {name: _impersonal(cell) for name, cell in raw.items()}
        return raw

    def _report(self, cells: AbstractMapping[str, Cell], values: dict[str, Any]) -> None:
        """Reports of a period a column; the newest one is also the progress or status that no other column tells."""
        lists = [cell for name in self._reports if isinstance(cell := cells.get(name), list)]
        if lists:  # told apart by `json_parts.take`
            values[REPORTS] = [entry for cell in lists for entry in cell]
            return
        found = reports.reports(self._reports, cells)
        if found:
            values[REPORTS] = found
        for kind in ("progress", "status"):
            if kind not in self.mapping.specs and (last := reports.latest(found, kind)) is not None:
                values[kind] = last

    def _compose(self, name: str, specs: Sequence[FieldSpec], row: Row, values: dict[str, Any]) -> None:
        found: list[Any] = []
        for spec in specs:
            cell = self._read(name, spec, row)
            if is_blank(cell):
                continue
            if name not in _LINKS:
                cell = _bare(cell)
            if spec.role is not None:
                items = cell if isinstance(cell, list) else [cell]
                values.setdefault("institutions", []).extend({"name": item, "role": spec.role} for item in items)
            else:
                found.append(cell)
        if found:
            one = found[0] if len(found) == 1 else [i for c in found for i in (c if isinstance(c, list) else [c])]
            _put(values, name, one)

    def _read(self, name: str, spec: FieldSpec, row: Row) -> Cell:
        if spec.value is not None:
            return spec.value  # type: ignore[no-any-return]
        if spec.ticked:
            return ticked({n: row.values.get(self.resolved[n]) for n in spec.names if n in self.resolved})
        cells = [_trim(row.values.get(self.resolved[n])) for n in spec.names if n in self.resolved]
        said = [cell for cell in cells if not is_blank(cell)]
        cell: Cell
        if len(spec.names) <= 1:
            cell = said[0] if said else None
        elif spec.join is not None:
            cell = spec.join.join(shown(c) for c in said) or None
        else:
            cell = [item for c in said for item in (c if isinstance(c, list) else [c])]
        if spec.pattern is not None:
            cell = _each(cell, lambda text: _search(spec.pattern or "", name, text))
        if spec.split is not None and isinstance(cell, str):
            cell = [part.strip() for part in cell.split(spec.split) if part.strip()]
        if spec.item is not None:
            items = cell if isinstance(cell, list) else [cell]
            cell = items[spec.item - 1] if spec.item <= len(items) else None
        return cell


_NESTS = frozenset({list, dict})
_LINKS = frozenset({"evidence", "url", "document"})
"""Fields that are read from where HTML leads."""


def _bare(cell: Cell) -> Cell:
    """A cell, or the texts of a list, without HTML's tags."""
    if isinstance(cell, str):
        return without_tags(cell)
    return [without_tags(item) if isinstance(item, str) else item for item in cell] if isinstance(cell, list) else cell


def _impersonal(cell: Cell) -> Cell:
    """A cell without the personal data of nested objects."""
    if isinstance(cell, list):
        return [_impersonal(item) for item in cell]
    if isinstance(cell, dict):
        return {name: _impersonal(item) for name, item in cell.items() if not is_personal(name)}
    return cell


def find_column(name: str, columns: Iterable[str]) -> str | None:
    """The published column that a mapping means: exactly, else folded, else the last part of a joined header if only one has it."""
    known = list(columns)
    if name in known:
        return name
    wanted = fold(name)
    for column in known:
        if fold(column) == wanted:
            return column
    loose = _loose(name)
    alike = [column for column in known if _loose(column) == loose]
    if len(alike) == 1:
        return alike[0]
    last = [column for column in known if " / " in column and fold(column.rsplit(" / ", 1)[-1]) == wanted]
    return last[0] if len(last) == 1 else None


def _loose(name: str) -> str:
    return " / ".join(fold(part) for part in name.split("/"))


def _spec(declared: Any, key: str) -> FieldSpec:
    if isinstance(declared, FieldSpec):
        return declared
    if isinstance(declared, str):
        declared = {"column": declared}
    if not isinstance(declared, dict):
        raise ConfigError(
            f"«{key}» debe ser el nombre de una columna o una tabla con «column», «columns» o «value».", key=key
        )
    try:
        return FieldSpec.model_validate(declared)
    except ValidationError as error:
        raise ConfigError(sentence(error, key, FieldSpec.model_fields), key=key) from None


_FEW_COLUMNS = 3
"""Fewer columns than any list of commitments has: what was read is a heading or a text above it."""
_FURTHER_DOWN = (
    " Si el encabezado está más abajo de la fila 60, indique su fila en la opción «header_row» (hojas y CSV)."
)


def _renamed(missing: Sequence[str], columns: Sequence[str], read: Iterable[str]) -> str:
    """What is gone, and which of the published columns may have taken its place: those that no field reads."""
    parts = []
    taken = set(read)
    free = [name for name in columns if name not in taken and not name.endswith(DERIVED) and not is_personal(name)]
    for name in missing:
        close = nearest(name, free)
        parts.append(f"«{name}»" + (f" (la más parecida es «{clip(close, 60)}»)" if close else ""))
    lead = "La fuente ya no publica la columna" if len(parts) == 1 else "La fuente ya no publica las columnas"
    others = ", ".join(f"«{clip(name, 40)}»" for name in free[:8])
    new = f" Columnas publicadas que ningún campo lee: {others}." if others else ""
    return f"{lead} {', '.join(parts)}.{new} Corrija el nombre en la publicación o en «fields»."


def _report(bound: Bound, columns: Sequence[str], notes: list[Note]) -> None:
    read = {
        name.removesuffix(ending) for name in bound.resolved.values() for ending in ("", *DERIVED)
    } | bound.lists.keys()
    personal = [c for c in columns if is_personal(c)]
    unread = [c for c in columns if c not in read and c not in personal and not c.endswith(DERIVED)]
    if unread:
        listed = ", ".join(f"«{clip(c, 60)}»" for c in unread)
        notes.append(Note("UNREAD_COLUMN", f"Columnas publicadas que no alimentan ningún campo: {listed}.", "INFO"))
    if personal:
        listed = ", ".join(f"«{clip(c, 60)}»" for c in personal)
        notes.append(Note("PERSONAL_COLUMN", f"Columnas con datos de personas, que no se guardan: {listed}.", "INFO"))


def _trim(cell: Cell) -> Cell:
    return cell.strip() if isinstance(cell, str) else cell


def _each(cell: Cell, change: Any) -> Cell:
    if isinstance(cell, list):
        return [found for item in cell if (found := change(shown(item))) is not None]
    return None if cell is None else change(shown(cell))


def _search(pattern: str, name: str, text: str) -> str | None:
    found = re.search(pattern, text[:_CELL_LIMIT])
    if found is None:
        return None
    named = found.groupdict()
    if named:
        chosen = named.get(name, next(iter(named.values())))
    else:
        chosen = next((g for g in found.groups() if g is not None), None) if found.re.groups else found.group()
    return chosen.strip() if chosen else None


def _put(values: dict[str, Any], name: str, cell: Any) -> None:
    """Set a field; a dotted name is one level of nesting."""
    outer, _, inner = name.partition(".")
    if inner:
        values.setdefault(outer, {})[inner] = cell
    else:
        values[name] = cell
