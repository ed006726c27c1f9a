"""States and municipalities by any customary spelling, and never one for the other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from hub.model import JurisdictionLevel
from hub.normalise.result import Result, ambiguous, empty, matched, unmatched
from hub.normalise.text import no_data, words


class PlaceContext(StrEnum):
    """What the cell is known to hold. It decides "Puebla" (city and state) and "Mexico" (state and country)."""

    ANY = "any"
    STATE = "state"
    MUNICIPALITY = "municipality"


class Place(NamedTuple):
    """A nation, state or municipality. `code` is the INEGI key; `iso` is ISO 3166-2, of states only."""

    code: str
    level: JurisdictionLevel
    name: str
    official_name: str
    iso: str | None = None
    parent: str | None = None


def _table(name: str) -> Iterator[list[str]]:
    """The rows of a table of ours, without its notes and its header."""
    text = resources.files("hub.normalise").joinpath("data").joinpath(name).read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(rows)
    return rows


NATION = Place("00", JurisdictionLevel.NATION, "México", "Estados Unidos Mexicanos")
STATES: dict[str, Place] = {}
"""The 32 federal entities by INEGI key."""
_STATE_NAMES: dict[str, str] = {}  # spelling -> key
_STATE_SHORT: dict[str, str] = {}  # only the plain names, for typing errors

# Seats and everyday names that differ from the municipality's own (INEGI lists the municipality only).
_SEATS = {
    "ciudad juarez": "08037", "cd juarez": "08037", "cancun": "23005", "chetumal": "23004", "villahermosa": "27004",
    "playa del carmen": "23008", "ciudad obregon": "26018", "cd obregon": "26018", "ciudad victoria": "28041",
    "cd victoria": "28041", "los mochis": "25001", "santiago de queretaro": "22014", "victoria de durango": "10005",
    "puebla de zaragoza": "21114", "heroica puebla de zaragoza": "21114", "puerto de veracruz": "30193",
    "tlaxcala de xicohtencatl": "29033", "xalapa enriquez": "30087",
    "cabo san lucas": "03008", "san jose del cabo": "03008",
}  # fmt: skip


def _load_states() -> None:
    for key, iso, plain, official, aliases in _table("states.csv"):
        STATES[key] = Place(key, JurisdictionLevel.STATE, plain, official, iso, NATION.code)
        names = [plain, iso, *aliases.split("|"), iso.removeprefix("MX-")]
        if key != "15":  # "México" alone is also the country
            names.append(official)
        for name in names:
            _STATE_NAMES.setdefault(words(name), key)
            _STATE_NAMES.setdefault(words(name).replace(" ", ""), key)
        _STATE_SHORT[words(plain)] = key


@cache
def municipalities() -> Mapping[str, Place]:
    """Municipalities, and boroughs of Mexico City, by INEGI key. Read when first asked for: a start needs none of the 2,475."""
    level = JurisdictionLevel.MUNICIPALITY
    return {key: Place(key, level, name, name, None, key[:2]) for key, name in _table("municipalities.csv")}


@cache
def _cities() -> Mapping[str, Sequence[str]]:
    """Spelling -> keys of the municipalities that go by it."""
    cities: dict[str, list[str]] = {}
    for key, place in municipalities().items():
        cities.setdefault(words(place.name), []).append(key)
    for name, key in _SEATS.items():
        if key not in (known := cities.setdefault(name, [])):
            known.append(key)
    return cities


_load_states()
_NATION_NAMES = frozenset(
    """nacional|nacion|nation|national|federal|federacion|gobierno federal|gobierno de mexico|republica mexicana
    estados unidos mexicanos|united mexican states|mx|mex republica|gobierno de la republica|pais|todo el pais
    administracion publica federal|apf|mexico pais|mexico nacional|ambito federal|ambito nacional|orden federal
    gobierno nacional|government of mexico|mexican government""".replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
_CAPITAL = "09"
_COUNTRY = frozenset({"mexico", "mx", "republica mexicana", "estados unidos mexicanos"})
_STATE_PREFIX = re.compile(
    r"^(?:(?:gobierno |poder ejecutivo )?(?:del? )?(?:el )?(?:estado|edo|entidad federativa|entidad|state|provincia)"
    r"(?: libre y soberano)? (?:de |of |del )?|free and sovereign state of |gobierno estatal de )"
)
_STATE_SUFFIX = re.compile(r" (?:state|estado|edo)$")
_CITY_PREFIX = re.compile(
    r"^(?:(?:el |la )?(?:h |honorable |heroico |heroica |r |republicano |ilustre )*"
    r"(?:gobierno (?:municipal|del municipio)|presidencia municipal|ayuntamiento(?: constitucional)?(?: del municipio)?|municipio|mpio|mun"
    r"|alcaldia|demarcacion(?: territorial)?|municipality|city|town|cabildo|ciudad capital)"
    r"(?: libre)?(?: y soberano)?(?: de| del| of)? )"
)
_CITY_SUFFIX = re.compile(r" (?:municipio|municipality|city|ciudad|capital|municipal)$")
_CITY_OF = re.compile(r"^(?:la )?(?:ciudad|cd) (?:de |del )")
_LONG = {
    "cd": "ciudad", "dr": "doctor", "fco": "francisco", "gral": "general", "pto": "puerto", "sn": "san", "sta": "santa",
    "sto": "santo",
}  # fmt: skip
_SHORTENED = re.compile(rf"\b({'|'.join(_LONG)})\b\.?", re.IGNORECASE)
_INVERTED = re.compile(r"^\s*([^,()]+?)\s*,\s*(estado|municipio)\s+de(?:l)?\s*$", re.IGNORECASE)
"""“México, Estado de”, as an index sorts it."""
_PARTS = re.compile(r"[,;/|()\n]|\s+-\s+|\s+–\s+|\s+—\s+")


def jurisdiction(code: str) -> Place | None:
    """The place of an INEGI key: ``00``, ``30`` or ``08019``; None where there is none."""
    if code == "00":
        return NATION
    return STATES.get(code) or municipalities().get(code)


def everywhere() -> Iterator[Place]:
    """The nation, the states, the municipalities, each by key."""
    yield NATION
    yield from STATES.values()
    yield from municipalities().values()


def resolve_state(text: str) -> Result[str]:
    """A filter value or setting that names a STATE: key, ISO code or name. All plain names work here.

    "Nacional" gives ``00``. An unknown text is UNMATCHED and suggests the nearest name: who asks can correct it, so not
    even one wrong letter is forgiven.
    """
    return resolve(text, PlaceContext.STATE, exact=True)


_NO_SUCH = "lugar que el catálogo del INEGI no conoce"


@lru_cache(maxsize=16_384)
def resolve(
    text: str, context: PlaceContext = PlaceContext.ANY, parent: str | None = None, *, exact: bool = False
) -> Result[str]:
    """INEGI key of the place that a cell names.

    Args:
        text: the cell.
        context: what the column or filter holds, if known. Without it a name that a state shares with a municipality
            of its own ("Puebla", "Chihuahua") and "Mexico" are AMBIGUOUS.
        parent: key of the state that the text is known to lie in; tells the many "Benito Juárez" apart.
        exact: forgive no wrong letter.
    """
    if no_data(text):
        return empty()
    key = words(text)
    code = _by_key(text.strip(), context)
    if code is not None:
        return code
    if key in _NATION_NAMES:
        return matched("00")
    parts = [words(part) for part in _PARTS.split(text)]
    parts = [part for part in parts if part]
    whole = _whole(key, context, parent)
    if whole is not None:
        return whole
    if len(parts) > 1:
        qualified = _qualified(parts, context, parent)
        if qualified is not None:
            return qualified
    spelt = _SHORTENED.sub(lambda found: _LONG[found[1].lower()], _INVERTED.sub(r"\2 de \1", text))
    if spelt != text:
        return resolve(spelt, context, parent, exact=exact)
    return unmatched(_NO_SUCH, nearest(key, context)) if exact else _typo(key, context)


def _by_key(text: str, context: PlaceContext) -> Result[str] | None:
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) <= 2:
        code = digits.zfill(2)
        if context is not PlaceContext.MUNICIPALITY and (code in STATES or digits == "00"):
            return matched(code)
        return unmatched(f"«{text}» no es una clave del INEGI")
    code = digits.zfill(5)
    if context is not PlaceContext.STATE and code in municipalities():
        return matched(code)
    return unmatched(f"«{text}» no es una clave del INEGI")


def _whole(key: str, context: PlaceContext, parent: str | None) -> Result[str] | None:
    """The cell as one name."""
    if key == "mexico":
        return _mexico(context)
    city = _CITY_PREFIX.sub("", key, count=1)
    if city == key:
        city = _CITY_SUFFIX.sub("", key) if key != "mexico city" else key
    if city == key and key not in _STATE_NAMES:
        city = _CITY_OF.sub("", key)
    if city != key and key in _cities():
        city = key  # a name that begins so by itself: "Ciudad del Maíz"
    if city != key:
        if city in ("mexico", "ciudad de mexico") and "municip" not in key:
            return matched("09")
        if key.startswith("alcaldia ") and parent is None:
            parent = _CAPITAL  # no other state has boroughs
        return _municipality(city, parent, explicit=True) if context is not PlaceContext.STATE else None
    state = _STATE_NAMES.get(key)
    plain = key in _STATE_SHORT
    if state is None:
        stripped = _STATE_SUFFIX.sub("", _STATE_PREFIX.sub("", key))
        if stripped != key and stripped == "mexico":
            return matched("15")
        state = _STATE_NAMES.get(stripped) if stripped != key else None
    if context is PlaceContext.MUNICIPALITY:
        found = _municipality(key, parent, explicit=True)
        return found if found is not None else (matched(state) if state else None)
    if state is not None:
        twin = [c for c in _cities().get(key, ()) if c[:2] == state] if plain else []
        if twin and context is PlaceContext.ANY:
            return ambiguous(
                f"«{STATES[state].name}» es un estado y también un municipio; "
                "diga «Estado de…», «Municipio de…» o la clave del INEGI"
            )
        return matched(state)
    if key.startswith("gobierno de "):
        return _whole(key.removeprefix("gobierno de "), context, parent)
    if context is PlaceContext.STATE:
        return None
    return _municipality(key, parent, explicit=False)


def _mexico(context: PlaceContext) -> Result[str]:
    if context is PlaceContext.STATE:
        return matched("15")
    return ambiguous("«México» es el país y también el Estado de México; diga «Estado de México» o «Nacional»")


def _municipality(name: str, parent: str | None, *, explicit: bool) -> Result[str] | None:
    """A municipality by name; `explicit` where the text itself says that it is one."""
    codes = [c for c in _cities().get(name, ()) if parent is None or c[:2] == parent]
    longer = [c for n, cs in _starting(name) for c in cs if parent is None or c[:2] == parent]
    longer = [c for c in longer if c not in codes]
    if len(codes) == 1 and (explicit or parent or not longer):
        return matched(codes[0])
    if not codes and parent and len(longer) == 1:
        return matched(longer[0])
    options = codes + [c for c in longer if c not in codes]
    if options:
        first = municipalities()[options[0]]
        many = f"hay {len(options)} municipios con ese nombre" if len(options) > 1 else "nombre incompleto"
        named = f"{first.name}, {STATES[first.code[:2]].name}"
        return ambiguous(f"{many}; diga también el estado o la clave del INEGI", named)
    return None


@lru_cache(maxsize=4096)
def _starting(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Municipalities whose name begins with these words and goes on."""
    if len(name) < 4:
        return ()
    return tuple((n, tuple(codes)) for n, codes in _cities().items() if n.startswith(name + " "))


def _qualified(parts: list[str], context: PlaceContext, parent: str | None) -> Result[str] | None:
    """``Monterrey, Nuevo León``, ``Monterrey, Mexico``, ``Quintana Roo, México``."""
    if parts[-1] in _COUNTRY:
        rest = parts[:-1]
        if rest == ["mexico"]:
            return matched("00")
        if len(rest) == 1 and rest[0] in ("df", "d f", "distrito federal"):
            return matched("09")
        if len(rest) > 1 and (found := _qualified(rest, context, parent)) is not None:
            return found
        single = _whole(rest[0], context, parent) if len(rest) == 1 else None
        if single is not None and single.value is None and len(rest) == 1 and rest[0] not in _STATE_NAMES:
            # "Toluca, México": the state where one of the readings lies in it, else the country
            inside = _municipality(rest[0], "15", explicit=True)
            if inside is not None and inside.matched:
                return ambiguous("«México» puede ser aquí el estado o el país", rest[0].title() + ", Estado de México")
        return single
    state = _state_of(parts[-1])
    if state is not None:
        name = _CITY_OF.sub("", _CITY_PREFIX.sub("", parts[0], count=1))
        if context is PlaceContext.STATE:
            return matched(state) if _state_of(parts[0]) == state else None
        if state == "09" and name in ("mexico", "ciudad de mexico"):
            return matched("09")
        return _municipality(name, state, explicit=True)
    if len(parts) == 2 and parts[0] == "mexico" and parts[1] in ("d f", "df"):
        return matched("09")
    first, last = _whole(parts[0], context, parent), _whole(parts[-1], context, parent)
    if first is not None and last is not None and first.value == last.value:
        return first
    return None


def _state_of(name: str) -> str | None:
    if name in _STATE_NAMES:
        return _STATE_NAMES[name]
    stripped = _STATE_SUFFIX.sub("", _STATE_PREFIX.sub("", name))
    return "15" if stripped == "mexico" and stripped != name else _STATE_NAMES.get(stripped)


def _typo(key: str, context: PlaceContext) -> Result[str]:
    """One wrong letter in a long state name, when nothing else is near; anything more is only suggested."""
    from rapidfuzz import process  # loaded only where a name is unknown
    from rapidfuzz.distance import OSA

    name = _STATE_PREFIX.sub("", key)
    near = process.extract(name, list(_STATE_SHORT), scorer=OSA.distance, limit=2)
    best, distance, _ = near[0]
    safe = len(best) >= 8 and distance == 1 and near[1][1] >= 4
    if safe and context is not PlaceContext.MUNICIPALITY:
        city = process.extractOne(name, [n for n in _cities() if n not in _STATE_SHORT], scorer=OSA.distance)
        twin = any(c[:2] == _STATE_SHORT[best] for c in _cities().get(best, ()))
        if city[1] > 1 and not (twin and context is PlaceContext.ANY):
            return matched(_STATE_SHORT[best])
    label = nearest(key, context)
    return unmatched(_NO_SUCH, label)


def nearest(text: str, context: PlaceContext = PlaceContext.ANY) -> str | None:
    """The catalogue's name nearest to a text, for messages; None when nothing is near."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    names = {words(p.name): p.name for p in STATES.values()}
    if context is not PlaceContext.STATE:
        names = {words(p.name): p.name for p in municipalities().values()} | names
    found = process.extractOne(words(text), list(names), scorer=OSA.normalized_similarity, score_cutoff=0.6)
    return names[found[0]] if found else None
