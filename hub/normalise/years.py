"""The calendar years in which a commitment is in force."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import msgspec

from hub.model import Commitment, Issue, IssueSeverity, Plan, Program
from hub.normalise.dates import first, last

LONGEST = 30
"""Years that a period may span; more is a typing error and only its ends count."""


def span(start: date, end: date) -> tuple[int, ...]:
    """Every calendar year from start to end."""
    if end.year - start.year > LONGEST:
        return (start.year, end.year)
    return tuple(range(start.year, end.year + 1))


@lru_cache(maxsize=4_096)
def own(start: str | None, end: str | None) -> tuple[int, ...]:
    """The years that a commitment's own dates say; nothing where its end comes first."""
    if start and end:
        return () if reversed_period(start, end) else span(first(start), last(end))
    if start or end:
        one = start or end or ""
        return span(first(one), last(one))
    return ()


@lru_cache(maxsize=4_096)
def reversed_period(start: str | None, end: str | None) -> bool:
    """Whether both ends are known and the last day of the period comes before its first."""
    return bool(start and end and last(end) < first(start))


def settled(commitment: Commitment) -> bool:
    """Whether a commitment's own start, end and years are all known: then its plan has nothing to add to them."""
    return bool(commitment.years and commitment.start_date and commitment.end_date)


def complete(commitment: Commitment, plan: Plan | None) -> Commitment:
    """The commitment with the years of its period, its plan's dates filling what it does not say itself.

    In this order: its own start and end (the plan's where it says only one); its `year` cell; its plan's start and end;
    and where a plan of the local co-creation programme publishes only its date, one year from publication. That is the
    programme's own rule (IFAI, "Gobierno Abierto: Co-creación desde lo local", talleres con estados piloto: "Vigencia:
    1 año"), and an INFO issue PERIOD_INFERRED says so.

    Call it once per commitment when the plans of the run are known; calling it again changes nothing.
    """
    start, end = commitment.start_date, commitment.end_date
    if reversed_period(start, end):
        start = end = None
    if start or end:
        return _with(commitment, _filled(start, end, plan))
    if commitment.years or plan is None:
        return commitment
    if plan.start_date or plan.end_date:
        return _with(commitment, _plan_years(plan))
    if plan.program is Program.COCREACION_LOCAL and plan.published:
        issue = Issue(
            severity=IssueSeverity.INFO,
            code="PERIOD_INFERRED",
            field="years",
            raw=plan.published,
            message="El plan sólo publica su fecha; se toma la vigencia de un año que fija el programa de cocreación local.",
        )
        return _with(commitment, span(*one_year(plan.published)), issue)
    return commitment


def one_year(published: str) -> tuple[date, date]:
    """First and last day of the year that begins with a publication."""
    start = first(published)
    begun = last(published)
    try:
        anniversary = begun.replace(year=begun.year + 1)
    except ValueError:  # 29 February
        anniversary = begun.replace(year=begun.year + 1, day=28)
    return start, anniversary - timedelta(days=1)


def _plan_years(plan: Plan) -> tuple[int, ...]:
    if plan.start_date and plan.end_date:
        return own(plan.start_date, plan.end_date)
    if plan.end_date and plan.published and not reversed_period(plan.published, plan.end_date):
        return own(plan.published, plan.end_date)
    return own(plan.start_date, plan.end_date)


def _filled(start: str | None, end: str | None, plan: Plan | None) -> tuple[int, ...]:
    """One end missing: the plan's stands in where it fits."""
    if plan is not None and start and not end and plan.end_date and not reversed_period(start, plan.end_date):
        end = plan.end_date
    elif plan is not None and end and not start:
        begin = plan.start_date or plan.published
        if begin and not reversed_period(begin, end):
            start = begin
    return own(start, end)


def _with(commitment: Commitment, years: tuple[int, ...], issue: Issue | None = None) -> Commitment:
    issues = commitment.issues if issue is None or issue in commitment.issues else (*commitment.issues, issue)
    if years == commitment.years and issues == commitment.issues:
        return commitment
    return msgspec.structs.replace(commitment, years=years, issues=issues)
