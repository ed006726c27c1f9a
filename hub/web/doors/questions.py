"""The tables of the ten questions of `/consultas`: each is what its query answers."""

from __future__ import annotations

from hub.web.doors.table import Column, Table
from hub.web.labels import N_


def _question(key: str, rows: str, columns: dict[str, str], **more: dict[str, str] | str) -> Table:
    return Table(
        name=f"queries/{key}",
        document=f"questions/{key}",
        rows=tuple(rows.split(".")),
        columns=[Column(name, path) for name, path in columns.items()],
        file=f"consulta-{key}",
        title=N_("El resultado:"),
        **more,  # type: ignore[arg-type]
    )


_PLACE = {"jurisdictionName": "jurisdiction.name"}
_FOUND = {"code": "code", "title": "title", **_PLACE, "status": "status"}

QUESTION_TABLES = (
    _question(
        "ods", "commitments.nodes", {**_FOUND, "ods": "ods.goal.number", "odsBasis": "ods.basis"}, lists={"ods": "ods"}
    ),
    _question(
        "estados", "nationalView.byState",
        {"stateName": "jurisdiction.name", "commitments": "commitments", "completed": "completed", "plans": "plans"},
    ),
    _question(
        "sin-dato", "commitments.facets.state", {"stateName": "label", "commitments": "count"},
        lists={"status": "status"},
    ),
    _question("texto", "commitments.nodes", _FOUND, single={"text": "text"}, required="text"),
    _question("instituciones", "commitments.facets.institution", {"institution": "label", "commitments": "count"}),
    _question(
        "evidencia", "commitments.nodes",
        {"code": "code", "title": "title", "evidence": "evidence.url", "reported": "progressReports.evidence.url"},
        single={"has_evidence": "evidence"},
    ),
    _question("ausentes", "nationalView.coverage.statesMissing", {"state": "code", "stateName": "name"}),
    _question(
        "cifras", "nationalView.reconciliation",
        {
            "indicator": "indicator", "date": "date", "publisher": "publisher", **_PLACE, "declared": "declared",
            "harvested": "harvested", "difference": "difference",
        },
    ),
    _question(
        "cambios", "changes.nodes",
        {"cursor": "cursor", "at": "at", "kind": "kind", "code": "code", "changedFields": "changedFields"},
        single={"after": "after"},
    ),
    _question(
        "procedencia", "commitment.lineage",
        {
            "fetchedFrom": "url", "locator": "locator", "fetchedAt": "fetchedAt", "sha256": "sha256",
            "snapshotUrl": "snapshotUrl",
        },
        single={"code": "code"}, required="code",
    ),
)  # fmt: skip
