"""Tables with a period a column: which of their columns are reports of progress. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.reports import bare_name, place_of
from connectors.synonyms import meanings
from hub.inspect.profile import Profile

NAMED = 0.9
SIGNED = 0.85
BARE = 0.6
"""How sure columns are that name what they tell, that carry the sign %, that are numbers under a bare year."""
_UNDATED = 2
"""Figures of a part of a year whose year no name tells: such reports have an order and no date, and are asked about."""


def by_period(profiles: Sequence[Profile]) -> dict[str, float]:
    """Columns that report on one period each, and how sure that is; none where fewer than two periods have one.

    A year alone over bare numbers may count anything (people, pesos), so it is only proposed, to be asked about.
    """
    found: dict[str, float] = {}
    for profile in profiles:
        confidence = _confidence(profile)
        if confidence:
            found[profile.column] = confidence
    if len({place_of(column) for column in found}) < 2:
        return {}
    return found | _still_empty(profiles, found)


def _still_empty(profiles: Sequence[Profile], found: Mapping[str, float]) -> dict[str, float]:
    """Columns of the same series that nobody has filled yet: the quarters to come."""
    series = {bare_name(column): confidence for column, confidence in found.items()}
    return {
        p.column: series[bare_name(p.column)]
        for p in profiles
        if not p.count and p.column not in found and bare_name(p.column) in series and place_of(p.column) is not None
    }


def _confidence(profile: Profile) -> float:
    place = place_of(profile.column)
    if place is None:
        return 0.0
    told = max(profile["bounded"], profile["percent"], profile["status"])
    if profile.count and told < 0.7:
        return 0.0
    name = bare_name(profile.column)
    if not name:
        if not profile.count:
            return 0.0
        if len(place) == _UNDATED:
            return BARE if max(profile["percent"], profile["status"]) >= 0.7 else 0.0
        return (
            SIGNED
            if max(profile["percent"], profile["status"]) >= 0.7
            else (BARE if profile["bounded"] >= 0.9 else 0.0)
        )
    named = dict(meanings(name))
    best = max(named, key=lambda field: named[field], default="")
    if len(place) == _UNDATED and best in ("progress", "status"):
        return BARE
    return NAMED if best in ("progress", "status") and named[best] >= 0.8 else 0.0
