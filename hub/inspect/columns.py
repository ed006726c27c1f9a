"""Which column is which field: names and cells weighed together, each column and each field used once. Pure.

A confidence is the header's (connectors.synonyms) weakened by how badly the cells fit, strengthened where the cells
alone would say the same. A header that is no known name leaves the cells to speak, never above `CELLS_ALONE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors import json_parts
from connectors.column_names import SYNONYMS
from connectors.mapping import REPORTS
from connectors.synonyms import SURE, is_key_of_another, is_of_a_step, is_personal, meanings, plain
from connectors.text import fold
from hub.inspect import marks
from hub.inspect.model import LOW, ColumnGuess
from hub.inspect.periods import by_period
from hub.inspect.profile import Profile
from hub.inspect.ticks import CONFIDENCE as TICKED
from hub.inspect.ticks import bodies_of, goals_of
from hub.inspect.vocabulary import is_foreign_header, names_commitment
from hub.normalise import dates, institutions

CELLS_ALONE = 0.78
"""The surest a column without a known name can be: under `HIGH`, so that a person is asked."""
_IDENTITY = frozenset({"number", "code", "title"})
"""Fields that the shape of cells alone suggests, but not under the usual name of another field: "Estado" over 1, 2, 3."""
_ONE_OF_A_LIST = re.compile(r"\.\d+\.")
"""«etapas.1.estado»: the state of the first stage is not that of the whole."""
_ROW_OF_A_SYSTEM = re.compile(r"_id|object_?id|(?:ogc_|esri_)?[fo]id|gid|row_?id|registro\.id")
"""What ArcGIS, PostGIS and CKAN's DataStore call the place of a row in their own table, which the next upload changes."""
_NAMES_KEY = frozenset(["cve", "clave", "codigo", "key", "id", "inegi", "ent", "entidad", "cvegeo", "edo"])
_PLACES = frozenset({"state", "municipality"})
_OF_OBJECTS = frozenset({"institution", "support", "ods", "ods_target", "themes", "evidence", "url"})
"""Fields that a list of objects may be; of the others it is a list of records of their own."""
_CODED = 0.9
_FEW = 4
"""Cells from which on their repetitions tell something."""
LISTED = 0.9
"""How sure a column of lists of reports or of milestones is, and the share of its cells that must be such lists."""
_REFUTED = 0.5
"""Cells that fit a field less than this speak against a header that names it."""

_FIT: dict[str, Callable[[Profile], float]] = {
    "code": lambda p: 0.0 if p.words > 3 else max(p["code"], p["hash"], 0.85 * p["number"], 0.4) * (1 if p.distinct > 0.8 else 0.5),
    "number": lambda p: p["commitment_number"] * (1.0 if p.running or p.distinct >= 0.9 else 0.5) if not p["year"] > 0.8 else 0.2,
    "title": lambda p: _text(p) * (0.0 if p.running else 1.0) * min(1.0, 0.55 + 0.15 * p.words) * (0.6 + 0.4 * p.distinct) * (1.0 if p.words <= 60 else 0.6),
    "description": lambda p: _text(p) * min(1.0, 0.3 + 0.12 * p.words),
    "kind": lambda p: max(0.35 if p.words <= 6 else 0.0, p["kind"]) if _text(p) else 0.0,
    "axis": lambda p: 0.35 + 0.65 * p["axis"] if _text(p) else 0.0,
    "themes": lambda p: _text(p) * (1.0 if p.words <= 10 else 0.4),
    "plan": lambda p: _text(p) * (1.0 if p.words <= 25 else 0.3) * (0.7 + 0.3 * p["plan"]),
    "plan_ordinal": lambda p: p["ordinal"] if not p["year"] > 0.5 else 0.1,
    "plan_published": lambda p: max(p["date"], p["year"], p["period"]),
    "program": lambda p: p["program"],
    "state": lambda p: max(p["state"], _state_keys(p)),
    "municipality": lambda p: max(p["municipality"], 0.6 * _text(p) if p.words <= 6 else 0.0),
    "ods": lambda p: p["ods"],
    "ods_target": lambda p: max(p["target"], 0.4 * p["ods"]),
    "institution": lambda p: _text(p) * (0.75 + 0.25 * p["body"]) * _not(p["person"]) * _not(p["status"]) * _not(p["url"]) * (1.0 if p.words <= 30 else 0.4),
    "role": lambda p: p["role"],
    "support": lambda p: _text(p) * (0.75 + 0.25 * p["body"]) * _not(p["person"]) * _not(p["status"]) * (1.0 if p.words <= 40 else 0.5),
    "status": lambda p: max(p["status"], _may_be_statuses(p)) * max(_text(p), p["flag"], p["status"]),
    "progress": lambda p: max(p["bounded"], p["percent"]) if not p["date"] > 0.3 else 0.0,
    "progress_date": lambda p: max(p["date"], 0.7 * p["period"], 0.5 * p["year"]),
    "start": lambda p: max(p["date"], p["period"], 0.8 * p["year"]),
    "end": lambda p: max(p["date"], p["period"], 0.8 * p["year"]),
    "period": lambda p: max(p["period"], 0.5 * p["date"], 0.9 * p["year"]),
    "year": lambda p: p["year"],
    "milestones": lambda p: max(p["milestones"], 0.9 * _text(p)),
    "evidence": lambda p: p["url"],
    "url": lambda p: p["url"],
}  # fmt: skip

# A header of the one field whose cells are of the other: "Avance" that says "En proceso", "Estado" that is a status.
_KIN: dict[str, dict[str, float]] = {
    "status": {"progress": 0.95},
    "progress": {"status": 0.93},
    "state": {"status": 0.9, "municipality": 0.7},
    "title": {"number": 0.85, "description": 0.7},
    "number": {"code": 0.9, "title": 0.6},
    "code": {"number": 0.88},
    "axis": {"themes": 0.72},
    "themes": {"axis": 0.6},
    "kind": {"themes": 0.5},
    "evidence": {"url": 0.8},
    "url": {"evidence": 0.8},
    "period": {"year": 0.85, "end": 0.75},
    "year": {"period": 0.8},
    "start": {"period": 0.7},
    "end": {"period": 0.8},
    "plan": {"plan_ordinal": 0.88},
    "plan_ordinal": {"plan": 0.88},
    "ods": {"ods_target": 0.75},
    "ods_target": {"ods": 0.85},
    "description": {"title": 0.75},
    "institution": {"support": 0.5},
}


def _text(p: Profile) -> float:
    """Share of cells that are words and not a number, a date, a link or a plain yes or no."""
    said = max(p["date"], p["number"], p["url"] if p.words < 6 else 0.0, p["percent"], p["flag"])
    return max(0.0, min(p["alpha"], 1 - said))


def _not(rate: float) -> float:
    return 1.0 - min(1.0, rate)


def _state_keys(p: Profile) -> float:
    """How far numbers are INEGI's keys of states: their column's name says so, or two figures do ("09").

    A bare 1, 2 or 3 under "estado" is as likely the key of a status in its publisher's own system.
    """
    if p["bounded"] <= 0.9 or p["fraction"] > 0.5:
        return 0.0
    padded = any(len(text) == 2 and text.startswith("0") for text in p.sample)
    return 0.9 * p["number"] if padded or _NAMES_KEY & set(plain(p.column).split()) else 0.0


def _may_be_statuses(p: Profile) -> float:
    """How far short words that recur may be statuses of a vocabulary that nobody has met. Of two or three rows each may have its own."""
    recur = p.distinct <= 0.9 or p.count < _FEW
    return 0.75 * p["short"] * _not(p["body"]) if p.words <= 5 and recur else 0.0


def _claims(p: Profile) -> dict[str, float]:
    """What the cells alone say, whatever the header."""
    few = p.count >= _FEW and p.distinct <= 0.6
    said: dict[str, float] = {}
    if p.running:
        said["number"] = 0.7
    if p["percent"] >= 0.7:
        said["progress"] = 0.66
    outline = p["outline"] >= 0.5  # "1.1.1 Ampliar la cobertura" is a line of another plan
    if p["ods_named"] >= 0.7 and not outline:
        said["ods"] = 0.78
    if p["target"] >= 0.7 and p["alpha"] >= 0.5 and not outline:  # a bare "1.1" counts lines of any plan
        said["ods_target" if p["ods_named"] < 0.7 else "ods"] = 0.7
    if p["status"] >= 0.8 and p["body"] < 0.3 and p["flag"] < 0.5:  # «Sí» answers a question that only the header asks
        said["status"] = 0.74 if few or p.count < _FEW else 0.6
    if p["body"] >= 0.7 and p.words <= 20:
        said["institution"] = 0.76
    if p["url"] >= 0.8:
        said["evidence"] = 0.7
    if p["state"] >= 0.85:
        said["state"] = 0.72
    if p["role"] >= 0.8:
        said["role"] = 0.66
    if p["plan"] >= 0.8 and p["program"] + p["ordinal"] >= 0.6:
        said["plan"] = 0.7
    if p["period"] >= 0.8 and p["date"] < 0.5:
        said["period"] = 0.66
    if p["year"] >= 0.9:
        said["year"] = 0.6
    if p["code"] >= 0.9 and p.distinct >= 0.95 and p["ods"] < 0.5 and p["date"] < 0.5:
        said["code"] = 0.58
    if p.words >= 4 and p.distinct >= 0.8 and _text(p) >= 0.9 and p["body"] < 0.5:
        said["title"] = 0.56
    if p.count == 1:  # a single cell proves little
        return {
            field: 0.8 * strength for field, strength in said.items() if field not in ("status", "role", "code", "year")
        }
    return {field: min(CELLS_ALONE, strength) for field, strength in said.items()}


@dataclass(frozen=True, slots=True)
class Offer:
    """One field that one column may be."""

    column: str
    field: str
    confidence: float


def offers(profile: Profile) -> dict[str, float]:
    """Field -> confidence for one column. A column of persons' data, or of something the model has no place for, offers nothing."""
    name = profile.column
    bare = name.removesuffix(" (href)").removesuffix("@class").removesuffix(marks.LEGEND)
    if _ROW_OF_A_SYSTEM.fullmatch(fold(bare)) and profile["number"] > 0.9:
        return {}
    if is_personal(bare) or is_key_of_another(bare) or _ONE_OF_A_LIST.search(bare):
        return {}
    named = dict(meanings(bare))
    if is_of_a_step(bare):
        return named
    if profile["objects"]:
        return {
            field: min(sure, CELLS_ALONE)
            for field, sure in named.items()
            if field in _OF_OBJECTS and _FIT[field](profile)
        }
    if is_foreign_header(bare) and max(named.values(), default=0.0) < 0.99:
        return {}
    if institutions.names_body(bare):  # "Contraloría del Estado" is a body and no column of states
        named = {field: sure for field, sure in named.items() if field not in _PLACES or sure >= SURE}
    if name.endswith(" (href)"):
        named = {"evidence": max(named.get("evidence", 0.0), 0.8), "url": named.get("url", 0.0)}
    kin = {
        other: max(strength * confidence for own, confidence in named.items() if other in _KIN.get(own, {}) for strength in [_KIN[own][other]])
        for own in named
        for other in _KIN.get(own, {})
        if profile.count
    }  # fmt: skip
    if profile["digit"] >= _CODED and named.get("progress", 0.0) < SURE:
        kin.pop("progress", None)  # "Estatus" over 1, 2 and 3: keys of the publisher's own, and no percentages
    claims = _claims(profile) if profile.count else {}
    if any(confidence >= SURE for confidence in named.values()) and not _IDENTITY & named.keys():
        claims = {field: claim for field, claim in claims.items() if field not in _IDENTITY}
    if max(named.get("code", 0.0), named.get("number", 0.0)) >= SURE:
        claims.pop("status", None)  # A, B and C are keys here and no marks
    ceilings = _ceilings(profile, named)
    found: dict[str, float] = {}
    for field in {*named, *kin, *claims}:
        fit = _FIT[field](profile) if profile.count else 0.9
        header = named.get(field, 0.0) * (0.3 + 0.7 * fit)
        if field in kin and fit >= 0.7:
            header = max(header, kin[field] * fit)
        claim = claims.get(field, 0.0)
        if header and claim:
            both = 1 - (1 - header) * (1 - 0.5 * claim)
            found[field] = max(both, claim)
        else:
            found[field] = max(header, claim)
        found[field] = min(found[field], ceilings.get(field, 1.0))
    return {field: round(min(confidence, 1.0), 3) for field, confidence in found.items() if confidence >= 0.2}


def _ceilings(profile: Profile, named: Mapping[str, float]) -> dict[str, float]:
    """Fields that a column cannot surely be: its name says another one, which its cells do not speak against.

    "Vigencia" over years is the period that it says. Only "Avance" over statuses is surely the other of the two, since
    no status is a percentage. A name that is known in part ("Ejercicio local", "Instituciones vinculadas") leaves open what
    its other words change, and no cell tells: the year of a reform is a year, an ally's name is an institution's.
    """
    if not profile.count:
        return {}
    ceilings: dict[str, float] = {}
    surest = max(named, key=lambda field: named[field], default="")
    stands = bool(surest) and _FIT[surest](profile) >= _REFUTED
    for field in _FIT:
        own = named.get(field, 0.0)
        another = stands and named[surest] > own
        if own < SURE and (another or own):
            ceilings[field] = CELLS_ALONE
    if named.get("status", 0.0) < SURE and not profile["status"]:
        ceilings["status"] = 0.0  # neither its name nor one of its cells is a status
    return ceilings


def assign(profiles: Sequence[Profile], ticked: Sequence[str] = ()) -> list[ColumnGuess]:
    """Each column's field, in the order of the columns; the surest pairs are decided first.

    Args:
        ticked: columns whose marks tell the status together (`hub.inspect.ticks`).
    """
    dated = by_period(profiles)
    parts = _parts(profiles)
    goals, bodies = goals_of(profiles), bodies_of(profiles)
    taken = (
        dated.keys()
        | {*ticked, *goals, *parts, *bodies}
        | marks.speechless([p.column for p in profiles], {p.column: p.count for p in profiles})
    )
    offered = {profile.column: {} if profile.column in taken else offers(profile) for profile in profiles}
    by_name = {profile.column: profile for profile in profiles}
    for name in offered.keys() & _twins(by_name):
        offered[name] = {field: min(confidence, CELLS_ALONE) for field, confidence in offered[name].items()}
    order = {field: index for index, field in enumerate(SYNONYMS)}
    filled = any(profile.count for profile in profiles)
    pairs = [
        Offer(column, field, conf)
        for column, fields in offered.items()
        for field, conf in fields.items()
        if not (filled and field == "title" and not by_name[column].count)  # a title that no row gives names nothing
        and not (ticked and field == "status")
        and not (goals and field == "ods")
    ]
    place = {column: index for index, column in enumerate(offered)}
    pairs.sort(key=lambda o: (-o.confidence, order[o.field], place[o.column]))
    chosen: dict[str, Offer] = {}
    for offer in pairs:
        if (
            offer.confidence >= LOW
            and offer.column not in chosen
            and all(o.field != offer.field for o in chosen.values())
        ):
            chosen[offer.column] = offer
    chosen |= {column: Offer(column, REPORTS, confidence) for column, confidence in dated.items()}
    chosen |= {column: Offer(column, kind, LISTED) for column, kind in parts.items()}
    chosen |= {column: Offer(column, "status", TICKED) for column in ticked}
    chosen |= {column: Offer(column, "ods", TICKED) for column in goals}
    fields = {offer.field for offer in chosen.values()}
    chosen |= {column: Offer(column, part, TICKED) for column, part in bodies.items() if part not in fields}
    _dates_in_order(chosen, by_name)
    _title_at_last(chosen, by_name, offered)
    return [_guess(by_name[column], chosen.get(column), offered[column]) for column in offered]


def _parts(profiles: Sequence[Profile]) -> dict[str, json_parts.PartKind]:
    """The columns whose cells are lists of reports or of milestones, one column each."""
    named = json_parts.named([p.column for p in profiles])
    found = {p.column: named[p.column] for p in profiles if p.column in named and p[named[p.column]] >= LISTED}
    return {column: kind for column, kind in found.items() if column == next(c for c in found if found[c] == kind)}


def _twins(profiles: Mapping[str, Profile]) -> set[str]:
    """Columns that share their name with another ("Avance" and "Avance (2)") which says something else: which one is meant?"""
    pairs = [(name, f"{name} (2)") for name in profiles if f"{name} (2)" in profiles]
    return {
        name
        for pair in pairs
        for name in pair
        if (profiles[pair[0]].sample, profiles[pair[0]].distinct)
        != (profiles[pair[1]].sample, profiles[pair[1]].distinct)
    }


def _guess(profile: Profile, offer: Offer | None, offered: Mapping[str, float]) -> ColumnGuess:
    field = offer.field if offer else None
    others = sorted(((f, c) for f, c in offered.items() if f != field), key=lambda pair: -pair[1])
    runner = others[0] if others else (None, 0.0)
    confidence = offer.confidence if offer else 0.0
    return ColumnGuess(profile.column, field, confidence, runner[0], runner[1], profile.kind, profile.sample)


def _dates_in_order(chosen: dict[str, Offer], profiles: Mapping[str, Profile]) -> None:
    """Two columns of dates without a name, or of one name, the first never after the second, are a start and an end."""
    for name, offer in list(chosen.items()):
        twin = f"{name} (2)"
        if (
            offer.field in ("start", "end", "period")
            and offer.confidence <= CELLS_ALONE
            and twin in profiles
            and twin not in chosen
        ):
            first, second = profiles[name], profiles[twin]
            if min(first["date"], second["date"]) >= 0.8 and _in_order(first, second):
                chosen[name], chosen[twin] = Offer(name, "start", 0.55), Offer(twin, "end", 0.55)
    fields = {offer.field for offer in chosen.values()}
    if fields & {"start", "end", "period"}:
        return
    loose = [
        p for p in profiles.values()
        if p.column not in chosen and p["date"] >= 0.8 and p["number"] < 0.5 and not is_foreign_header(p.column) and not is_personal(p.column) and not meanings(p.column)
        and not is_of_a_step(p.column)
    ]  # fmt: skip
    if len(loose) == 2:
        chosen[loose[0].column] = Offer(loose[0].column, "start", 0.55)
        chosen[loose[1].column] = Offer(loose[1].column, "end", 0.55)


def _in_order(first: Profile, second: Profile) -> bool:
    """Whether no date of a column is after the one beside it, as far as the cells that were kept show."""
    pairs = [(dates.parse(a).value, dates.parse(b).value) for a, b in zip(first.sample, second.sample, strict=False)]
    return all(a is not None and b is not None and a <= b for a, b in pairs)


def _title_at_last(
    chosen: dict[str, Offer], profiles: Mapping[str, Profile], offered: Mapping[str, Mapping[str, float]]
) -> None:
    """A commitment without a title is nothing: where no column is named so, the description or the longest text is it."""
    if any(offer.field == "title" for offer in chosen.values()):
        return
    prose = [
        p for p in profiles.values()
        if p.count and _text(p) >= 0.8 and p.distinct >= 0.5 and p.words >= 2 and not is_personal(p.column) and not is_foreign_header(p.column)
    ]  # fmt: skip
    described = next((o.column for o in chosen.values() if o.field == "description"), None)
    free = [p for p in prose if p.column not in chosen or p.column == described]
    if not free:
        return
    best = max(
        free,
        key=lambda p: (
            names_commitment(p.column),
            p.column == described,
            offered[p.column].get("title", 0.0),
            min(p.words, 30) * p.distinct,
        ),
    )
    confidence = (
        0.7 if best.column == described else max(0.55, min(CELLS_ALONE, offered[best.column].get("title", 0.0)))
    )
    chosen[best.column] = Offer(best.column, "title", confidence)
