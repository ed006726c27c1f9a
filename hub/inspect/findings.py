"""What a report tells: each thing once, with the rows it stands in, why it matters and how to publish it better."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import HarvestError
from connectors.synonyms import is_personal
from connectors.text import clip, fold
from hub.inspect import origin, score
from hub.inspect.cut import MOST_ELEMENTS
from hub.inspect.messages import Lang, field_name, say
from hub.inspect.model import Candidate, ColumnGuess, Finding
from hub.inspect.profile import Profile
from hub.inspect.score import Verdict
from hub.inspect.trial import Problem, Trial
from hub.inspect.watch import Watch
from hub.model import IssueSeverity
from hub.normalise import places

_EACH = 8
"""Values told apart of one code and field; the rest are counted."""
_SKIPPED_NOTES = frozenset({"AUTO_MAPPED", "UNREAD_COLUMN", "JSON_ROWS_GUESSED"})
_ORDER = {IssueSeverity.ERROR: 0, IssueSeverity.WARNING: 1, IssueSeverity.INFO: 2}
_YEAR = re.compile(r"(?:.* / )?(?:19|20)\d\d(?: / .*)?")
_BEGINNING = re.compile(r"^«.*?»: ", re.DOTALL)
_FOREIGN = {
    "indicators": ("habla de indicadores", "it speaks of indicators"),
    "budget": ("habla de presupuesto", "it speaks of budgets"),
    "inventory": ("es un inventario de datos", "it is an inventory of data sets"),
    "people": ("es un directorio o nómina", "it is a directory or payroll"),
    "meetings": ("es un seguimiento de acuerdos de sesiones", "it follows up agreements of meetings"),
    "works": ("habla de obras o contratos", "it speaks of works or contracts"),
    "procedures": ("habla de trámites o expedientes", "it speaks of procedures or files"),
    "audits": ("habla de auditorías o quejas", "it speaks of audits or complaints"),
}
_LIKELY_MISSING = ("institution", "status", "progress", "term", "ods", "number")


def unreadable(lang: Lang, error: HarvestError) -> Finding:
    """The one finding about what could not be fetched or read."""
    code = error.code if error.code in ("ADDRESS_REFUSED", "WRONG_STATE") else "UNREADABLE"
    said = say(code, lang, detail=error.reason)
    return Finding(IssueSeverity.ERROR, code, said.message, said.why, said.remedy)


def unseen(lang: Lang, watch: Watch) -> list[Finding]:
    """How much of a long page was not looked at."""
    told = _Teller(lang)
    if watch.elements:
        told.add("ELEMENTS_NOT_LOOKED_AT", IssueSeverity.WARNING, n=watch.elements, names=f"{MOST_ELEMENTS:,}")
    return told.told


def unlooked(lang: Lang, watch: Watch) -> list[Finding]:
    """What of a body was not looked at, and how to have it read."""
    told = _Teller(lang)
    if watch.tables:
        told.add("TABLES_NOT_LOOKED_AT", IssueSeverity.INFO, n=watch.tables - watch.looked, names=str(watch.looked))
    if watch.rows:
        told.add("ROWS_NOT_LOOKED_AT", IssueSeverity.WARNING, n=watch.rows)
    if watch.ended:
        told.add("TIME_USED_UP", IssueSeverity.WARNING)
    return [*told.told, *unseen(lang, watch)]


def of_another_site(lang: Lang, url: str, state: str | None) -> list[Finding]:
    """Whether the address is of the government of another state than was said."""
    site = origin.state_of_site(url)
    if site is None or state is None or state[:2] in ("00", site):
        return []
    told = _Teller(lang)
    names = (places.STATES[site].name, places.STATES[state[:2]].name)
    detail = "La dirección es de un sitio de {}, no de {}" if lang == "es" else "The address is a site of {}, not of {}"
    told.add("OTHER_STATE", IssueSeverity.WARNING, field="state", detail=detail.format(*names))
    return told.told


def collect(
    lang: Lang,
    candidate: Candidate,
    guesses: Sequence[ColumnGuess],
    profiles: Mapping[str, Profile],
    read: Trial,
    verdict: Verdict,
    *,
    enough: bool,
    unmapped: Sequence[str],
    encoding: str | None,
    fields: Mapping[str, Any],
) -> list[Finding]:
    """Every finding of one candidate, errors first. For what is no list of commitments, only why it is none."""
    told = _Teller(lang)
    if verdict.campaign:
        told.add("CAMPAIGN", IssueSeverity.WARNING)
    if not enough:
        _not_commitments(told, candidate, guesses, read, verdict)
        return told.sorted()
    if not candidate.ready and not score.named(candidate, guesses):
        told.add("NOT_NAMED", IssueSeverity.WARNING)
    _columns(told, guesses, unmapped)
    _reading(told, guesses, profiles, read, fields)
    if encoding not in (None, "utf-8", "utf-8-sig", "ascii") and candidate.connector == "csv":
        told.add("LEGACY_ENCODING", IssueSeverity.INFO, raw=encoding)
    for note in read.notes:
        if note.code not in _SKIPPED_NOTES:
            severity = IssueSeverity.__members__.get(note.severity, IssueSeverity.WARNING)
            told.add(note.code, severity, field=note.field, raw=note.raw, detail=note.message)
    _problems(told, read)
    if verdict.missing and not candidate.ready:
        names = [name for name in verdict.missing if name in _LIKELY_MISSING]
        if names:
            told.add("MISSING_FIELD", IssueSeverity.INFO, names=", ".join(field_name(name, lang) for name in names))
    return told.sorted()


class _Teller:
    """Gathers findings in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.told: list[Finding] = []

    def add(
        self,
        code: str,
        severity: IssueSeverity,
        *,
        field: str | None = None,
        raw: str | None = None,
        detail: str = "",
        n: int = 0,
        names: str = "",
        problem: Problem | None = None,
    ) -> None:
        said = say(code, self.lang, field=field, raw=clip(raw, 80) if raw else None, detail=detail, n=n, names=names)
        where, count, hint = (tuple(problem.where), problem.count, problem.suggestion) if problem else ((), 1, None)
        self.told.append(Finding(severity, code, said.message, said.why, said.remedy, field, raw, where, count, hint))

    def sorted(self) -> list[Finding]:
        return sorted(self.told, key=lambda finding: _ORDER[finding.severity])


def _not_commitments(
    told: _Teller, candidate: Candidate, guesses: Sequence[ColumnGuess], read: Trial, verdict: Verdict
) -> None:
    spanish = told.lang == "es"
    reasons = [_FOREIGN[name][0 if spanish else 1] for name in verdict.foreign]
    mapped = {guess.field for guess in guesses if guess.field}
    if candidate.ready and read.other:
        told.add("EXERCISE_FACTS", IssueSeverity.INFO)
        reasons.append("no trae ningún compromiso" if spanish else "it holds no commitment")
    elif guesses and not candidate.rows:
        told.add("NO_ROWS", IssueSeverity.WARNING)
        reasons.append("no trae ninguna fila" if spanish else "it holds no row")
    elif guesses and "title" not in mapped:
        reasons.append("ninguna columna dice qué se prometió" if spanish else "no column says what was promised")
    elif guesses and not mapped & {"institution", "support", "status", "progress", "start", "end", "period", "plan"}:
        reasons.append(
            "sus filas no dicen quién responde, cómo va, para cuándo ni de qué plan" if spanish
            else "its rows do not say who answers, how far it is, by when, or of which plan"
        )  # fmt: skip
    if read.empty_reason and "title" in mapped:
        reasons.append(read.empty_reason.rstrip("."))
    if not reasons:
        reasons.append(
            "pocas columnas son las de un compromiso" if spanish else "few of its columns are those of a commitment"
        )
    told.add("NOT_COMMITMENTS", IssueSeverity.ERROR, detail="; ".join(reasons))


def _columns(told: _Teller, guesses: Sequence[ColumnGuess], unmapped: Sequence[str]) -> None:
    years = [column for column in unmapped if _YEAR.fullmatch(fold(column))]
    if len(years) >= 2:
        told.add("YEAR_COLUMNS", IssueSeverity.WARNING, names=", ".join(clip(name, 20) for name in years))
    left = [column for column in unmapped if column not in years and not is_personal(column)]
    if left:
        told.add("UNMAPPED_COLUMN", IssueSeverity.INFO, names=", ".join(f"«{clip(name, 40)}»" for name in left))
    for guess in guesses:
        if guess.field is not None and guess.unsure:
            other = (
                f"; {'o bien' if told.lang == 'es' else 'or else'} {field_name(guess.runner_up, told.lang)}"
                if guess.runner_up
                else ""
            )
            told.add(
                "UNSURE_COLUMN",
                IssueSeverity.WARNING,
                field=guess.field,
                raw=guess.column,
                n=round(100 * guess.confidence),
                detail=other,
            )


def _reading(
    told: _Teller,
    guesses: Sequence[ColumnGuess],
    profiles: Mapping[str, Profile],
    read: Trial,
    fields: Mapping[str, Any],
) -> None:
    column = next((guess.column for guess in guesses if guess.field == "progress"), None)
    if column is None or column not in profiles or not profiles[column].count or profiles[column]["percent"] >= 1:
        return
    scale = read.decisions.scales.get("progress")
    spanish = told.lang == "es"
    if scale == "fraction":
        detail = "fracciones (0.5 es 50 %)" if spanish else "fractions (0.5 is 50 %)"
        told.add("SCALE", IssueSeverity.INFO, field="progress", raw=column, detail=detail)
    elif scale is None and profiles[column]["fraction"] > 0.5:
        told.add("SCALE_UNDECIDED", IssueSeverity.WARNING, field="progress", raw=column)


def _problems(told: _Teller, read: Trial) -> None:
    """Issues of the rows, by code and field, the commonest values first."""
    groups: dict[tuple[str, str | None], list[Problem]] = defaultdict(list)
    for problem in read.problems.values():
        groups[problem.issue.code, problem.issue.field].append(problem)
    for (code, name), problems in groups.items():
        problems.sort(key=lambda problem: -problem.count)
        if code == "MISSING_TITLE":
            first = problems[0]
            total = sum(problem.count for problem in problems)
            merged = Problem(first.issue, total, [place for p in problems for place in p.where][:3])
            told.add(code, IssueSeverity.ERROR, field=name, n=total, problem=merged)
            continue
        for problem in problems[:_EACH]:
            issue = problem.issue
            detail = _BEGINNING.sub("", issue.message)
            hint = f" ¿«{problem.suggestion}»?" if problem.suggestion else ""
            told.add(code, issue.severity, field=name, raw=issue.raw, detail=detail.replace(hint, ""), problem=problem)
        if len(problems) > _EACH:
            told.add("MORE", IssueSeverity.INFO, field=name, n=len(problems) - _EACH)
