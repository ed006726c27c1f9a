"""Every table that has files of its own beside the commitments' and changes'; documented in docs/data-set.md.

A table is what a page shows: the rows are those of the page's own document, so that page, API and file never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable

from hub.web.doors.questions import QUESTION_TABLES
from hub.web.doors.table import Column, Table
from hub.web.labels import N_, STATUS
from schema.national import COMPLETENESS

_PLACE = "jurisdiction=jurisdiction.code jurisdictionName=jurisdiction.name"
_SOURCE = "source=source.key sourceTitle=source.title"
_LINEAGE = "fetchedFrom=lineage.url fetchedAt=lineage.fetchedAt sha256=lineage.sha256 locator=lineage.locator"


def columns(*texts: str) -> tuple[Column, ...]:
    """Columns written as `name` where the API's field has that name, else `name=path`."""
    pairs = (word.partition("=") for text in texts for word in text.split())
    return tuple(Column(name, path or name) for name, _, path in pairs)


def _statuses() -> Iterable[Column]:
    """A column for each status, `notStarted` and so on; a status that is not counted is that of none."""
    for status in STATUS:
        first, *others = status.lower().split("_")
        name = first + "".join(word.capitalize() for word in others)
        yield Column(name, f"byStatus.status={status}.count", absent=0)


def _published() -> Iterable[Column]:
    """A column for each field of the model that completeness is counted of: `evidencePublished`."""
    for name in COMPLETENESS:
        yield Column(f"{name}Published", f"completeness.field={name}.published", absent=0)


_PLAN = columns(
    "code title program ordinal", _PLACE, "level=jurisdiction.level published startDate endDate",
    "declaredCommitments commitments=commitments.totalCount statusRaw url source=source.key", _LINEAGE,
)  # fmt: skip
_STATE = columns(
    "code iso name officialName joined=exercise.joined joinedYear=exercise.joinedYear step=exercise.step",
    "secretariatInstalled=exercise.secretariatInstalled statusRaw=exercise.statusRaw",
    "plans=plans.totalCount",
)
_VIEWS = (
    Table(
        "plans", "plans", ("plans", "nodes"), _PLAN,
        "planes", N_("Los planes:"), N_("Una fila por plan de acción."),
        lists={"state": "state", "program": "program"}, paged=True,
    ),
    Table(
        "states", "state_list", ("states",),
        (*_STATE, *columns("commitments=commitments.totalCount sources=sources.key")),
        "estados", N_("Los estados:"), N_("Una fila por estado, con su ejercicio local."),
    ),
    Table(
        "by-state", "states", ("nationalView", "byState"),
        columns("state=jurisdiction.code iso=jurisdiction.iso stateName=jurisdiction.name",
                "commitments plans completed meanProgress stale"),
        "por-estado", N_("Por estado:"), N_("Una fila por estado: compromisos, cumplidos, planes y avance medio."),
        filters=True,
    ),
    Table(
        "goals", "goals", ("nationalView", "byOds"),
        (*columns("ods=goal.number odsName=goal.name commitments=count declared"), *_statuses()),
        "por-ods", N_("Por ODS:"), N_("Una fila por objetivo: compromisos, los que la fuente declara y su estatus."),
        filters=True,
    ),
    Table(
        "totals", "totals", ("nationalView",),
        (*columns("commitments plans statesWithPlan alignedToOds meanProgress sources=coverage.sources",
                  "healthySources=coverage.healthy staleSources=coverage.stale statesCovered=coverage.statesCovered",
                  "statesMissing=coverage.statesMissing.code"), *_statuses()),
        "totales", N_("Los totales:"), N_("Una sola fila: las cifras del país, o de lo que se elija."), filters=True,
    ),
    Table(
        "by-year", "totals", ("nationalView", "byYear"), columns("year commitments=count"),
        "por-anio", N_("Por año:"), N_("Una fila por año en que hay compromisos vigentes."), filters=True,
    ),
    Table(
        "completeness", "profile", ("nationalView", "completeness"), columns("field published total"),
        "completitud", N_("Lo publicado de cada dato:"),
        N_("Una fila por dato: en cuántos compromisos está publicado."), filters=True,
    ),
    Table(
        "profile-by-state", "profile", ("nationalView",),
        (*columns("state=jurisdiction.code iso=jurisdiction.iso stateName=jurisdiction.name commitments"),
         *_statuses(), *_published()),
        "perfil-por-estado", N_("Estatus y datos por estado:"),
        N_("Una fila por estado con compromisos: cómo van y en cuántos está publicado cada dato."),
        filters=True, by_state=True,
    ),
    Table(
        "reconciliation", "reconciliation", ("nationalView", "reconciliation"),
        columns("indicator date publisher", _PLACE, "ods declared harvested difference document"),
        "conciliacion", N_("Las cifras oficiales:"), N_("Una fila por cifra oficial, junto a la que el hub encuentra."),
    ),
    Table(
        "events", "events", ("events",),
        columns("id date endDate title kind place organiser", _PLACE, "url", _SOURCE),
        "eventos", N_("Los eventos:"), N_("Una fila por firma, instalación, sesión o panel."),
        single={"from": "from", "to": "to"},
    ),
    Table(
        "sources", "source_list", ("sources",),
        columns("key title connector url", _PLACE, "state schedule license commitments=commitmentCount",
                "fetchedAt=freshness.fetchedAt changedAt=freshness.changedAt stale=freshness.stale",
                "lastVerdict=lastRun.verdict lastReason=lastRun.reason lastStartedAt=lastRun.startedAt"),
        "fuentes", N_("Las fuentes:"), N_("Una fila por fuente: su salud, su frescura y su licencia."),
        beside=("coverage",),
    ),
)  # fmt: skip
_OF_ONE = (
    Table(
        "plan", "plan", ("plan",), _PLAN,
        "plan", N_("Este plan:"),
        single={"code": "code"}, required="code",
    ),
    Table(
        "state", "state", ("state",),
        (
            *_STATE,
            *columns("government=exercise.members.government civilSociety=exercise.members.civilSociety",
                     "oversightBody=exercise.members.oversightBody academia=exercise.members.academia",
                     "autonomousBodies=exercise.members.autonomousBodies members=exercise.members.total",
                     "source=exercise.source.key sourceTitle=exercise.source.title",
                     "fetchedFrom=exercise.lineage.url fetchedAt=exercise.lineage.fetchedAt",
                     "locator=exercise.lineage.locator sources=sources.key"),
        ),
        "estado", N_("Este estado:"),
        single={"code": "code"}, required="code",
    ),
    Table(
        "commitment", "commitment", ("commitment",),
        columns("code number title description kind axis themes plan=plan.code planTitle=plan.title program=plan.program",
                _PLACE, "ods=ods.goal.number odsBasis=ods.basis odsTargets=ods.target institutions=institutions.name",
                "startDate endDate years status statusRaw progress progressRaw evidence=evidence.url url updatedAt",
                _SOURCE, _LINEAGE),
        "compromiso", N_("Este compromiso:"),
        single={"code": "code"}, required="code",
    ),
    Table(
        "history", "commitment", ("commitment", "history"),
        columns("validFrom validTo changedFields status progress verdict=run.verdict startedAt=run.startedAt"),
        "historia", N_("Sus versiones:"),
        single={"code": "code"}, required="code",
    ),
    Table(
        "progress-reports", "commitment", ("commitment", "progressReports"),
        columns("date progress status statusRaw summary evidence=evidence.url"),
        "avances", N_("Sus avances:"),
        single={"code": "code"}, required="code",
    ),
    Table(
        "milestones", "commitment", ("commitment", "milestones"),
        columns("title startDate endDate status progress indicator verification"),
        "hitos", N_("Sus hitos:"), single={"code": "code"}, required="code",
    ),
    Table(
        "runs", "source", ("source", "runs", "nodes"),
        columns("startedAt finishedAt verdict reason read added modified removed rejected requests bytes"),
        "lecturas", N_("Sus lecturas:"),
        single={"source": "key"}, required="source",
    ),
    Table(
        "issues", "source", ("source", "lastRun", "issues"),
        columns("severity code field raw message recordCode"),
        "observaciones", N_("Lo observado:"),
        single={"source": "key"}, required="source",
    ),
    Table(
        "unmatched-values", "source", ("source", "unmatchedValues"),
        columns("field raw count firstSeen suggestion"),
        "valores-sin-equivalencia", N_("Los valores sin equivalencia:"),
        single={"source": "key"}, required="source",
    ),
)  # fmt: skip

TABLES = {table.name: table for table in (*_VIEWS, *_OF_ONE, *QUESTION_TABLES)}
"""By name."""
WHOLE = _VIEWS
"""Those of the whole country, which need no parameter."""


def tables_of(document: str) -> list[Table]:
    """The tables that a page's document has."""
    return [table for table in TABLES.values() if document == table.document or document in table.beside]
