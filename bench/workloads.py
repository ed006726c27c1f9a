"""What the read benchmark asks: seven questions, each with many values. How each server words them is in `dialects/`."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STATUSES = ("NOT_STARTED", "IN_PROGRESS", "SUBSTANTIAL", "COMPLETED", "UNFULFILLED")
WORDS = (  # noqa: SIM905
    "transparencia participación ciudadana presupuesto salud agua vivienda movilidad género igualdad residuos bosques turismo "
    "empleo licitaciones auditoría denuncia integridad plataforma padrón becas indicadores monitoreo comité universidad"
).split()

Values = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """One question. `draw` gives the values of one asking: goal, status, year, code, state, words."""

    name: str
    title: str
    draw: Callable[[random.Random, list[str]], Values]


WORKLOADS = (
    Workload("Q1", "filter ods + status + year, 50 rows with plan, jurisdiction and ods, count", lambda r, codes: {
        "goal": r.randint(1, 17), "status": r.choice(STATUSES), "year": r.randint(2015, 2024)}),
    Workload("Q2", "one commitment, reports, history", lambda r, codes: {"code": r.choice(codes)}),
    Workload("Q3", "national counts of a year", lambda r, codes: {"year": r.randint(2015, 2024)}),
    Workload("Q4", "500 rows x 8 scalars of a state", lambda r, codes: {"state": f"{r.randint(1, 32):02}"}),
    Workload("Q5", "full text, two words, 20 rows, count", lambda r, codes: {"words": " ".join(r.sample(WORDS, 2))}),
    Workload("Q6", "a page of 50 from deep inside", lambda r, codes: {"code": r.choice(codes)}),
    Workload("Q7", "four facets of ods + status", lambda r, codes: {
        "goal": r.randint(1, 17), "status": r.choice(STATUSES)}),
)  # fmt: skip
NAMES = tuple(workload.name for workload in WORKLOADS)


def codes_of(plain: Path, count: int, seed: int = 7) -> list[str]:
    """Codes of `count` commitments, drawn evenly."""
    with sqlite3.connect(f"file:{plain}?mode=ro", uri=True) as connection:
        everything = [row[0] for row in connection.execute("SELECT code FROM commitment ORDER BY code")]
    return random.Random(seed).sample(everything, min(count, len(everything)))


def askings(workload: Workload, codes: list[str], count: int, seed: int = 1) -> list[Values]:
    """The values of `count` askings, the same for the same seed and for every server."""
    draw = random.Random(f"{seed} {workload.name}")
    return [workload.draw(draw, codes) for _ in range(count)]
