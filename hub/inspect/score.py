"""Is this a list of commitments at all, and how far does it give what the model needs. Pure.

Two questions, kept apart. *Likeness*: a row is a commitment when it says WHAT is promised and gives an account of it:
who answers for it, how far it is, by when, of which plan. A table that calls its rows commitments is believed sooner; one
that speaks of indicators, budgets or data sets later. *Need*: the share of the model's fields that are given and readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.synonyms import SURE
from hub.inspect.model import ENOUGH, Candidate, ColumnGuess
from hub.inspect.profile import Profile
from hub.inspect.vocabulary import foreign_groups, names_campaign, names_commitment, names_programme

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "who": ("institution", "support", "institutions"),
    "how far": ("status", "progress", "progress_reports"),
    "when": ("start", "end", "period", "year", "progress_date", "milestones"),
    "plan": ("plan", "plan_ordinal", "plan_published", "plan_key"),
}
_WEIGHTS = {
    "title": 0.25, "institution": 0.15, "status": 0.13, "progress": 0.09, "term": 0.1, "plan": 0.07, "ods": 0.08,
    "number": 0.05, "evidence": 0.04, "description": 0.04,
}  # fmt: skip
_SAME = {
    "support": "institution", "institutions": "institution", "start": "term", "end": "term", "period": "term", "year": "term",
    "plan_ordinal": "plan", "plan_published": "plan", "plan_key": "plan", "program": "plan", "ods_target": "ods", "alignments": "ods",
    "code": "number", "url": "evidence", "progress_date": "progress", "progress_reports": "progress",
}  # fmt: skip
_RICH = frozenset(
    {"number", "code", "description", "evidence", "url", "support", "themes", "axis", "kind", "state", "municipality"}
)
"""Fields that alone prove nothing, and together say that somebody keeps account of what was promised."""
_TURN = 0.5
"""Likeness from which a table is taken for commitments."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`likeness` and `need` are 0 to 1; `foreign` names what the table looks like instead."""

    likeness: float
    need: float
    foreign: tuple[str, ...] = ()
    campaign: bool = False
    missing: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """The contract's score: under `ENOUGH` for what is no list of commitments, above it by need."""
        if self.likeness < _TURN:
            return round(0.29 * self.likeness / _TURN, 3)
        return round(ENOUGH + (1 - ENOUGH) * self.need, 3)


def need(filled: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """How much of what the model needs is given, and what is not.

    Args:
        filled: model field -> share of the rows that give it readably.
    """
    given: dict[str, float] = {}
    for field, share in filled.items():
        slot = _SAME.get(field, field)
        given[slot] = max(given.get(slot, 0.0), share)
    total = sum(weight * min(1.0, given.get(slot, 0.0)) for slot, weight in _WEIGHTS.items())
    return total, tuple(slot for slot in _WEIGHTS if given.get(slot, 0.0) < 0.2)


def likeness(
    candidate: Candidate, guesses: Sequence[ColumnGuess], profiles: Mapping[str, Profile], declared: bool = False
) -> tuple[float, tuple[str, ...], bool]:
    """How much a table is one of commitments; what else it looks like; whether it speaks of a campaign.

    Args:
        declared: the operator said which column is what: he is believed.
    """
    mapped = {guess.field: guess for guess in guesses if guess.field is not None}
    title = mapped.get("title")
    if title is None:
        return 0.0, tuple(foreign_groups(candidate.columns)), False
    profile = profiles[title.column]
    if len(candidate.columns) == 1 and candidate.connector == "csv" and title.confidence < SURE:
        return 0.0, (), False  # whole lines under no known name: a table that is cut by no separator
    if profile.count == 0 or profile["alpha"] < 0.5:
        return 0.0, (), False
    unsure = [
        column
        for column in candidate.columns
        if column not in {g.column for g in mapped.values() if g.confidence >= 0.9}
    ]
    foreign = foreign_groups(unsure)
    campaign = names_campaign(candidate.context) or any(names_campaign(c) for c in candidate.columns)
    points = sum(0.2 * _given(fields, mapped, profiles) for fields in DIMENSIONS.values())
    points += 0.12 * _given(("ods", "ods_target"), mapped, profiles)
    points += 0.03 * min(4, sum(1 for name in mapped if name in _RICH))
    points += named(candidate, guesses)
    points += 0.1 if profile.words >= 5 and profile.distinct >= 0.8 else 0.0
    points -= 0.18 * min(3, sum(foreign.values()))
    points -= 0.25 if foreign_groups([title.column]) and not names_commitment(title.column) else 0.0
    points -= 0.3 * _unplaced_numbers(guesses, profiles)
    points -= 0.4 * (1 - min(1.0, profile.filled * 1.25))
    points -= 0.4 if campaign else 0.0
    if declared:
        points = max(points, 0.6)
    return max(0.0, min(1.0, points)), tuple(foreign), campaign


def named(candidate: Candidate, guesses: Sequence[ColumnGuess]) -> float:
    """How plainly the table, or what stands around it, calls its rows commitments of an action plan."""
    what = [
        g.column for g in guesses if g.field not in ("start", "end", "progress_date")
    ]  # "Fecha compromiso" is a deadline
    around = candidate.context
    points = 0.0
    if candidate.connector == "html_list" and any(
        names_commitment(str(row.values.get("item") or "")[:40]) for row in candidate.rows
    ):
        points += 0.6
    points += 0.4 if any(names_commitment(column) for column in what) else 0.0
    points += 0.25 if names_commitment(around) else 0.0
    points += 0.15 if names_programme(around) or any(names_programme(column) for column in what) else 0.0
    points += 0.15 if names_commitment(around) and names_programme(around) else 0.0
    return points


def _given(fields: Sequence[str], mapped: Mapping[str, ColumnGuess], profiles: Mapping[str, Profile]) -> float:
    """How surely one of the fields is given, in enough rows to count."""
    sure = [
        mapped[name].confidence for name in fields
        if name in mapped and mapped[name].confidence >= 0.55 and profiles[mapped[name].column].filled >= 0.15
    ]  # fmt: skip
    return max(sure, default=0.0)


def _unplaced_numbers(guesses: Sequence[ColumnGuess], profiles: Mapping[str, Profile]) -> float:
    """Share of the columns that are figures and feed nothing: a table of statistics."""
    loose = [g for g in guesses if g.field is None and profiles[g.column]["number"] >= 0.7 and profiles[g.column].count]
    return len(loose) / max(len(guesses), 1)
