"""Two counts in, a verdict out: may what was read replace what is published?

Sources are small (3 to 60 records), so a share alone is no guard: an absolute floor and a relative drop both
hold, and beside them fill rates, duplicate codes, broken page chains. Pure; knows no store and no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.model import RunVerdict

WATCHED_FIELDS = (
    "description",
    "status",
    "progress",
    "ods",
    "institutions",
    "start_date",
    "end_date",
    "evidence",
)
"""Fields whose sudden absence tells of a renamed column."""

_NAMES = {
    "description": "descripción", "status": "estatus", "progress": "avance", "ods": "ODS", "institutions": "institución responsable",
    "start_date": "inicio", "end_date": "término", "evidence": "evidencia",
}  # fmt: skip
"""The same fields by the names that a publisher reads."""

FILL_COLLAPSE = 0.5
"""A field that was filled may lose at most this share of its fill rate from one run to the next."""

FILL_MATTERS = 0.5
"""Only fields filled in at least this share of the last good run are watched."""

MAX_DUPLICATES = 0.2
MAX_REJECTED = 0.5


@dataclass(slots=True)
class Measure:
    """What one run read, in numbers.

    Attributes:
        read: rows of commitments that the connector gave.
        accepted: commitments that were normalised.
        other: other records (plans, exercises, totals, events).
        duplicates: commitments whose key or code another of the same run already had.
        filled: model field -> in how many accepted commitments it has a value.
        broken_chain: a page that names a next one which failed; None where the chain is whole.
    """

    read: int = 0
    accepted: int = 0
    other: int = 0
    duplicates: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    broken_chain: str | None = None

    @property
    def rejected(self) -> int:
        """Rows that gave no commitment."""
        return self.read - self.accepted


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator demands of a source."""

    floor: int = 1
    max_drop: float = 0.2


@dataclass(frozen=True, slots=True)
class LastGood:
    """The last run whose result was published."""

    accepted: int
    filled: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`publish` says whether the staged records may become public. `reason` is Spanish, for the publisher."""

    verdict: RunVerdict
    reason: str | None = None

    @property
    def publish(self) -> bool:
        return self.verdict in (RunVerdict.PUBLISHED, RunVerdict.EMPTY)


def judge(measure: Measure, rules: Rules, last: LastGood | None, *, empty_reason: str | None = None) -> Judgement:
    """Decide what becomes of a run that read its source to the end.

    Args:
        measure: what this run read.
        rules: floor and largest drop.
        last: the last published run, if there was one.
        empty_reason: the source's own word that it has nothing.

    Returns:
        PUBLISHED (or EMPTY where nothing is there and the floor allows it), else HELD with its reason.
    """
    if measure.broken_chain:
        return _held(f"La lectura quedó incompleta: {measure.broken_chain}. Se conservan los datos anteriores.")
    if measure.read == 0 and measure.other == 0:
        return _nothing(rules, last, empty_reason)
    for hold in (_below_floor(measure, rules), _dropped(measure, rules, last), _rejected(measure, last)):
        if hold:
            return _held(hold)
    if measure.accepted and measure.duplicates > MAX_DUPLICATES * measure.accepted:
        return _held(
            f"{measure.duplicates} de {measure.accepted} compromisos repiten la clave de otro; "
            "cada compromiso necesita una clave o un número propio."
        )
    collapsed = _collapsed_field(measure, last)
    if collapsed:
        return _held(collapsed)
    return Judgement(RunVerdict.PUBLISHED)


def _held(reason: str) -> Judgement:
    return Judgement(RunVerdict.HELD, reason)


def _nothing(rules: Rules, last: LastGood | None, empty_reason: str | None) -> Judgement:
    before = last.accepted if last else 0
    if empty_reason is None and before:
        return _held(f"La fuente no trae ningún compromiso y antes traía {before}. Se conservan los datos anteriores.")
    reason = empty_reason or "La fuente no trae ningún compromiso."
    if rules.floor and before:
        return _held(f"{reason} Se esperaban al menos {rules.floor}; se conservan los datos anteriores.")
    return Judgement(RunVerdict.EMPTY, reason)


def _below_floor(measure: Measure, rules: Rules) -> str | None:
    if measure.accepted >= rules.floor:
        return None
    reason = f"Se leyeron {measure.accepted} compromisos y se esperaban al menos {rules.floor}."
    if measure.other and not measure.read:
        reason += " Si la fuente puede no tener ninguno todavía, como un ejercicio sin plan, póngale floor = 0."
    return reason


def _dropped(measure: Measure, rules: Rules, last: LastGood | None) -> str | None:
    if last is None or measure.accepted >= last.accepted * (1 - rules.max_drop):
        return None
    return (
        f"Se leyeron {measure.accepted} compromisos y la vez anterior fueron {last.accepted}; "
        f"una baja de más de {rules.max_drop:.0%} se revisa antes de publicarse."
    )


def _rejected(measure: Measure, last: LastGood | None) -> str | None:
    if last is not None or measure.rejected <= MAX_REJECTED * measure.read:
        return None
    return f"{measure.rejected} de {measure.read} filas no pudieron leerse como compromisos."


def _collapsed_field(measure: Measure, last: LastGood | None) -> str | None:
    if last is None or not last.accepted or not measure.accepted:
        return None
    for name in WATCHED_FIELDS:
        before = last.filled.get(name, 0) / last.accepted
        now = measure.filled.get(name, 0) / measure.accepted
        if before >= FILL_MATTERS and now < before * FILL_COLLAPSE:
            return (
                f"El campo «{name}» ({_NAMES[name]}) venía en {before:.0%} de los compromisos y ahora en {now:.0%}; es probable que una columna "
                "haya cambiado de nombre o se haya vaciado. Se conservan los datos anteriores."
            )
    return None
