"""CommitmentFilter made exact: checked and resolved first, then a condition over the read model's tables.

`normalise` is what the planner and the executed path share: every refusal, every spelling of a state and the words of a
text search are settled there. `condition` is the executed path's SQL over one family of tables (``commitment``: what is
public now; ``past``: superseded versions).

Which records are looked at:

* normally the merged records, one a commitment;
* with `includeDuplicates`, each source's own record instead (the merged record where only one source publishes it);
* with `source`, the own records of those sources; each commitment is then counted once among those that match, by the
  record of the source nearest its publisher;
* with `asOf`, the merged records as they were then; `source` then asks which sources published them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.normalise import places
from hub.normalise.text import words
from hub.readmodel.rows import fold
from schema.errors import bad_input
from schema.read.rows import JurisdictionRow
from schema.scalars import DateTime
from schema.types.inputs import DEFAULT_BASIS, CommitmentFilter

_TARGET = re.compile(r"(1[0-7]|[1-9])\.([1-9][0-9]?|[a-z])", re.ASCII)
_KEY = re.compile(r"\d{2}(\d{3})?", re.ASCII)
_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Scope:
    """What a nested connection is limited to, besides its filter. At most one field is set."""

    within: JurisdictionRow | None = None
    goal: int | None = None
    plan: str | None = None


class Normal(msgspec.Struct, frozen=True):
    """A filter whose every value is checked and in the read model's own terms.

    None: no condition. An empty tuple: a condition that nothing meets.

    Attributes:
        state: INEGI keys of states.
        goals: ODS goals, on the bases in `bases`; `targets` likewise.
        institution: folded text that an institution's folded name contains.
        match: the FTS5 query of `text`; None: no condition; "": no word in it, nothing meets it.
        own: look at the sources' own records instead of the merged ones.
        once: count each commitment once among the own records that match.
        goal, within: what a nested connection is limited to.
    """

    state: tuple[str, ...] | None = None
    jurisdiction: tuple[str, ...] | None = None
    level: tuple[str, ...] | None = None
    goals: tuple[int, ...] | None = None
    targets: tuple[str, ...] | None = None
    bases: tuple[str, ...] = tuple(basis.value for basis in DEFAULT_BASIS)
    year: tuple[int, ...] | None = None
    year_min: int | None = None
    year_max: int | None = None
    status: tuple[str, ...] | None = None
    progress_min: float | None = None
    progress_max: float | None = None
    program: tuple[str, ...] | None = None
    plan: tuple[str, ...] | None = None
    kind: tuple[str, ...] | None = None
    axis: tuple[str, ...] | None = None
    institution: str | None = None
    source: tuple[str, ...] | None = None
    match: str | None = None
    updated_since: str | None = None
    has_evidence: bool | None = None
    own: bool = False
    once: bool = False
    scope_state: str | None = None
    scope_jurisdiction: str | None = None
    scope_goal: int | None = None
    scope_plan: str | None = None


def state_keys(values: list[str] | None, field: str = "filter.state") -> tuple[str, ...] | None:
    """INEGI keys of states in any spelling.

    Raises:
        HubError: BAD_USER_INPUT, one is no state; the nearest is named.
    """
    if values is None:
        return None
    return tuple(dict.fromkeys(_state_key(value, field) for value in values))


def _state_key(value: str, field: str) -> str:
    result = places.resolve_state(value)
    if result.value is not None:
        return result.value
    shown = value if len(value) <= 60 else value[:57] + "..."
    raise bad_input(
        f"{shown!r} is not a state that this hub knows. Did you mean {nearest_state(value)!r}? "
        'Give an INEGI key ("30"), an ISO code ("MX-VER") or a name ("Veracruz").',
        field=field,
    )


def nearest_state(text: str) -> str:
    """The name of the state that is nearest to a text, however far."""
    names = {words(place.name): place.name for place in places.STATES.values()}
    near, *_ = process.extractOne(words(text[:200]), list(names), scorer=OSA.normalized_similarity)
    return names[near]


def _jurisdiction_key(value: str) -> str:
    if _KEY.fullmatch(value) and places.jurisdiction(value) is not None:
        return value
    raise bad_input(
        f'{value[:60]!r} is not the INEGI key of a jurisdiction. Give "00" for the nation, two digits for a state, '
        'five for a municipality ("08019").',
        field="filter.jurisdiction",
    )


def _goal(value: int) -> int:
    if 1 <= value <= 17:
        return value
    raise bad_input(f"There is no ODS goal {value}: they are numbered 1 to 17.", field="filter.ods")


def _target(value: str) -> str:
    if _TARGET.fullmatch(target := value.strip().lower()):
        return target
    raise bad_input(
        f'{value[:60]!r} is not an ODS target. Give goal and target, such as "16.6" or "17.b".',
        field="filter.odsTarget",
    )


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Co"


def match_query(text: str) -> str:
    """The FTS5 query for a client's text: every word, quoted, the last one as a beginning; "" where it has no word."""
    if len(text) > _LONGEST_TEXT:
        raise bad_input(f"`text` has {len(text)} characters; the most is {_LONGEST_TEXT}.", field="filter.text")
    words = [word for word in text.replace("\0", " ").split() if any(map(_is_word, word))]
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    if quoted and _is_word(words[-1][-1]):
        quoted[-1] += "*"
    return " ".join(quoted)


def _range(low: float | None, high: float | None, field: str) -> tuple[float | None, float | None]:
    if low is not None and high is not None and low > high:
        raise bad_input(f"The range of `{field}` is empty: min {low:g} is above max {high:g}.", field=f"filter.{field}")
    return low, high


def _once(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


def _values(items: Iterable[Any]) -> tuple[str, ...]:
    return _once([item.value if isinstance(item, Enum) else str(item) for item in items])


def normalise(given: CommitmentFilter | None, scope: Scope | None = None, *, as_of: DateTime | None = None) -> Normal:
    """The filter, checked and resolved.

    Args:
        given: as the client sent it; a field that is null counts as not given.
        scope: what a nested connection is limited to.
        as_of: the instant that is asked for; then only merged records are known.

    Raises:
        HubError: BAD_USER_INPUT, naming the field and the remedy.
    """
    found = _scoped(scope)
    if given is None:
        return Normal(**found) if found else _EVERYTHING
    for name, value in vars(given).items():
        if value is not None and name in _READ:
            field, read = _READ[name]
            found[field] = read(value)
    years, progress = given.years, given.progress
    if years is not None:
        found["year_min"], found["year_max"] = _range(years.min, years.max, "years")
    if progress is not None:
        found["progress_min"], found["progress_max"] = _range(progress.min, progress.max, "progress")
    if as_of is None and (given.include_duplicates or given.source is not None):
        found["own"], found["once"] = True, not given.include_duplicates
    return Normal(**found)


def _needle(text: str) -> str | None:
    return fold(" ".join(text.split())) or None


def _scoped(scope: Scope | None) -> dict[str, Any]:
    """The members of `Normal` that a scope decides."""
    if scope is None:
        return {}
    if scope.within is not None:
        name = "scope_jurisdiction" if scope.within.level == "MUNICIPALITY" else "scope_state"
        return {name: scope.within.code}
    return {"scope_goal": scope.goal, "scope_plan": scope.plan}


_EVERYTHING = Normal()
_READ: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "state": ("state", state_keys),
    "jurisdiction": ("jurisdiction", lambda values: _once(map(_jurisdiction_key, values))),
    "level": ("level", _values),
    "ods": ("goals", lambda values: _once(map(_goal, values))),
    "ods_target": ("targets", lambda values: _once(map(_target, values))),
    "ods_basis": ("bases", _values),
    "year": ("year", _once),
    "status": ("status", _values),
    "program": ("program", _values),
    "plan": ("plan", _values),
    "kind": ("kind", _values),
    "axis": ("axis", _values),
    "institution": ("institution", _needle),
    "source": ("source", _values),
    "text": ("match", lambda text: match_query(text) if text.strip() else None),
    "updated_since": ("updated_since", lambda moment: moment),
    "has_evidence": ("has_evidence", lambda wanted: wanted),
}
"""Name in the filter -> name in `Normal`, what checks and resolves a value that is given."""
