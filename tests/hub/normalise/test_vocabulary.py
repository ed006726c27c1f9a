"""Every real published value comes out as reviewed, and what is ambiguous is never guessed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.normalise import dates, institutions, ods, percent, periods, places, status
from hub.normalise.result import Outcome, Result


def _ods(text: str) -> Result[Any]:
    found = ods.parse(text)
    return found if found.value is None else Result(found.outcome, ";".join(map(str, ods.goals(found.value))))


PARSERS: dict[str, Callable[[str], Result[Any]]] = {
    "avance": percent.parse,
    "estado": places.resolve,
    "estatus": status.parse,
    "fecha": dates.parse,
    "ods": _ods,
    "periodo": periods.parse,
    "rol": institutions.role,
}
UNDECIDED = (Outcome.AMBIGUOUS, Outcome.OUT_OF_RANGE)


def _agrees(kind: str, expected: str, found: Result[Any]) -> bool:
    if expected == "AMBIGUOUS":
        # above 100 the number is clear and impossible: OUT_OF_RANGE says more than AMBIGUOUS
        return found.value is None and (
            found.outcome is Outcome.AMBIGUOUS or (kind == "avance" and found.outcome in UNDECIDED)
        )
    if expected == "":
        return found.value is None and found.outcome is not Outcome.EMPTY
    if expected == "UNKNOWN" and found.outcome is Outcome.EMPTY:
        return True
    if kind == "avance":
        return found.value == float(expected)
    return found.value is not None and str(found.value) == expected


def test_all_real_values_come_out_as_reviewed(shared: Path) -> None:
    with (shared / "vocabulary" / "real_values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 180
    wrong = [
        (row["tipo"], row["valor_crudo"], row["valor_normalizado_esperado"], found)
        for row in rows
        if not _agrees(
            row["tipo"], row["valor_normalizado_esperado"], found := PARSERS[row["tipo"]](row["valor_crudo"])
        )
    ]
    assert not wrong
