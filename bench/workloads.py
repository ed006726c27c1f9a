"""What the read benchmark asks: seven queries, each with many values, as variables and as literals."""

from __future__ import annotations

import base64
import json
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

_ROW = "code title status progress plan{code title} jurisdiction{code name} ods{goal{number name} target}"


@dataclass(frozen=True)
class Workload:
    """One query. `draw` gives the values of its variables; `template` is the query with ``%s`` where literals stand."""

    name: str
    title: str
    query: str
    template: str
    draw: Callable[[random.Random, list[str]], dict[str, Any]]

    def literal(self, values: dict[str, Any]) -> str:
        """The query with the values written into it."""
        return self.template % {key: _literal(value, enum=key == "s") for key, value in values.items()}


def _literal(value: Any, *, enum: bool = False) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item, enum=enum) for item in value) + "]"
    return str(value) if enum and not str(value).isdigit() else json.dumps(value, ensure_ascii=False)


def cursor(code: str) -> str:
    """The cursor of a commitment in the order of codes."""
    packed = json.dumps([1, "CODE ASC", None, code], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


WORKLOADS = (
    Workload(
        "Q1", "filter ods + status + year, 50 rows, count",
        "query($o:[Int!],$s:[CommitmentStatus!],$y:[Int!]){commitments(filter:{ods:$o,status:$s,year:$y},first:50)"
        "{totalCount nodes{" + _ROW + "} pageInfo{hasNextPage}}}",
        "{commitments(filter:{ods:%(o)s,status:%(s)s,year:%(y)s},first:50){totalCount nodes{" + _ROW + "} pageInfo{hasNextPage}}}",
        lambda r, codes: {"o": [r.randint(1, 17)], "s": [r.choice(STATUSES)], "y": [r.randint(2015, 2024)]},
    ),
    Workload(
        "Q2", "one commitment, reports, history",
        "query($c:String!){commitment(code:$c){code title description status progress jurisdiction{name} plan{title} "
        "progressReports{date progress status summary} history{validFrom validTo changedFields status}}}",
        "{commitment(code:%(c)s){code title description status progress jurisdiction{name} plan{title} "
        "progressReports{date progress status summary} history{validFrom validTo changedFields status}}}",
        lambda r, codes: {"c": r.choice(codes)},
    ),
    Workload(
        "Q3", "national counts of a year",
        "query($y:[Int!]){nationalView(filter:{year:$y}){commitments byStatus{status count} byOds{goal{number name} count} "
        "byState{jurisdiction{code name} commitments completed}}}",
        "{nationalView(filter:{year:%(y)s}){commitments byStatus{status count} byOds{goal{number name} count} "
        "byState{jurisdiction{code name} commitments completed}}}",
        lambda r, codes: {"y": [r.randint(2015, 2024)]},
    ),
    Workload(
        "Q4", "500 rows x 8 scalars of a state",
        "query($s:[String!]){commitments(filter:{state:$s},first:500){nodes{code title status progress startDate endDate kind url}}}",
        "{commitments(filter:{state:%(s)s},first:500){nodes{code title status progress startDate endDate kind url}}}",
        lambda r, codes: {"s": [f"{r.randint(1, 32):02}"]},
    ),
    Workload(
        "Q5", "full text, two words, 20 rows, count",
        "query($t:String){commitments(filter:{text:$t},first:20){totalCount nodes{code title status}}}",
        "{commitments(filter:{text:%(t)s},first:20){totalCount nodes{code title status}}}",
        lambda r, codes: {"t": " ".join(r.sample(WORDS, 2))},
    ),
    Workload(
        "Q6", "a page of 50 from deep inside",
        "query($a:String){commitments(first:50,after:$a){nodes{code title status} pageInfo{hasNextPage endCursor}}}",
        "{commitments(first:50,after:%(a)s){nodes{code title status} pageInfo{hasNextPage endCursor}}}",
        lambda r, codes: {"a": cursor(r.choice(codes))},
    ),
    Workload(
        "Q7", "four facets of ods + status",
        "query($s:[CommitmentStatus!],$o:[Int!]){commitments(filter:{status:$s,ods:$o}){totalCount facets{ods{key count} "
        "status{key count} year{key count} state{key count}}}}",
        "{commitments(filter:{status:%(s)s,ods:%(o)s}){totalCount facets{ods{key count} status{key count} year{key count} "
        "state{key count}}}}",
        lambda r, codes: {"o": [r.randint(1, 17)], "s": [r.choice(STATUSES)]},
    ),
)  # fmt: skip


def codes_of(plain: Path, count: int, seed: int = 7) -> list[str]:
    """Codes of `count` commitments, drawn evenly."""
    with sqlite3.connect(f"file:{plain}?mode=ro", uri=True) as connection:
        everything = [row[0] for row in connection.execute("SELECT code FROM commitment ORDER BY code")]
    return random.Random(seed).sample(everything, min(count, len(everything)))


def bodies(workload: Workload, codes: list[str], count: int, kind: str, seed: int = 1) -> list[bytes]:
    """Request bodies: `variables`, `literals`, or `unseen` (each a text of its own)."""
    draw = random.Random(f"{seed} {workload.name}")
    made = []
    for number in range(count):
        values = workload.draw(draw, codes)
        if kind == "variables":
            body = {"query": workload.query, "variables": values}
        elif kind == "literals":
            body = {"query": workload.literal(values)}
        else:
            text = workload.query.replace("query(", f"query N{seed}x{number}(", 1).replace(
                "title", f"title t{number}:title", 1
            )
            body = {"query": text, "variables": values}
        made.append(json.dumps(body, ensure_ascii=False).encode())
    return made
