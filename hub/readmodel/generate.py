"""A made-up country for benchmarks and tests: as many commitments as asked for, the same for the same seed.

Shares are those of the real data: 1.4 ODS goals and 5 progress reports each, 32 states and 400 municipalities, titles of
some 15 and descriptions of some 45 Spanish words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub import model
from hub.normalise import places
from hub.readmodel.build import build
from hub.readmodel.entries import (
    BuildReport,
    CommitmentEntry,
    EventEntry,
    ExerciseEntry,
    GoalEntry,
    JurisdictionEntry,
    PlanEntry,
    SourceEntry,
    TotalEntry,
    VersionEntry,
)

_WORDS = (  # noqa: SIM905
    "transparencia participación ciudadana gobierno abierto datos presupuesto obra pública salud educación seguridad agua "
    "vivienda movilidad género igualdad niñez juventud pueblos indígenas medio ambiente residuos bosques campo pesca "
    "turismo empleo inversión contrataciones licitaciones auditoría contraloría denuncia corrupción integridad ética "
    "plataforma digital portal sistema registro padrón programa social beneficiarios becas apoyo evaluación indicadores "
    "metas seguimiento monitoreo informe mesa de trabajo comité consejo municipal estatal nacional local capacitación "
    "servidores públicos sociedad civil organizaciones academia universidad instituto secretaría dirección coordinación "
    "implementar diseñar publicar difundir fortalecer promover crear actualizar mejorar garantizar facilitar consolidar "
    "mecanismo estrategia herramienta protocolo lineamientos convenio acuerdo reglamento ley norma criterio acceso "
    "información rendición cuentas justicia víctimas desaparición feminicidio violencia prevención atención emergencia "
    "riesgo protección vulnerables discapacidad mayores migrantes jornaleros artesanas cultura patrimonio lengua museo "
    "biblioteca deporte alimentación nutrición hospital medicamentos vacunas mortalidad materna embarazo adolescente "
    "tránsito vialidad alumbrado drenaje catastro predial ingresos egresos deuda pensiones nómina inventario archivo"
).split()
_SMALL = ("de", "la", "el", "en", "para", "y", "con", "los", "las", "por", "del", "que", "a", "al", "su")
_INSTITUTIONS = ("Secretaría de", "Instituto de", "Dirección de", "Comisión de", "Consejo de", "Coordinación de")
_COLORS = (  # noqa: SIM905
    "#e5243b #dda63a #4c9f38 #c5192d #ff3a21 #26bde2 #fcc30b #a21942 #fd6925 #dd1367 #fd9d24 #bf8b2e #3f7e44 #0a97d9 "
    "#56c02b #00689d #19486a"
).split()
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
MUNICIPALITIES = 400
PER_PLAN = 12
_STATUSES = tuple(model.CommitmentStatus)
_STATUS_WEIGHTS = (10, 30, 15, 25, 8, 2, 10)


class SyntheticCountry:
    """A `BuildInput` of `size` commitments that is made up as it is read.

    Args:
        size: how many merged commitments.
        seed: another seed gives another country.
        history: share of the commitments with a superseded version (0 to 1).
        groups: share of the commitments that two sources publish (0 to 1).
    """

    def __init__(self, size: int, *, seed: int = 1, history: float = 0.0, groups: float = 0.0) -> None:
        self.size = size
        self.seed = seed
        self.history = history
        self.groups = groups
        self.data_version = 1
        self.published_at = _EPOCH + timedelta(days=700)
        draw = random.Random(f"{seed} places")  # noqa: S311 - a made-up country, not a secret
        self._municipalities = sorted(draw.sample(sorted(places.municipalities()), MUNICIPALITIES))
        self._plans = self._make_plans()

    def _make_plans(self) -> list[model.Plan]:
        draw = random.Random(f"{self.seed} plans")  # noqa: S311
        wanted = max(1, -(-self.size // PER_PLAN))
        towns = [*places.STATES, *self._municipalities]
        plans = []
        for number in range(wanted):
            place = towns[number % len(towns)]
            ordinal = number // len(towns) + 1
            program = model.Program.OGP_LOCAL if len(place) == 5 else model.Program.COCREACION_LOCAL
            word = "OGP" if program is model.Program.OGP_LOCAL else "PAL"
            prefix = places.STATES[place[:2]].iso or "MX"
            prefix += f"-{place[2:]}" if len(place) == 5 else ""
            year = 2015 + draw.randrange(9)
            plans.append(
                model.Plan(
                    native_key=f"plan-{number}",
                    code=f"{prefix}-{word}-{ordinal}",
                    title=f"{ordinal}.º Plan de Acción Local de {places.STATES[place[:2]].name}",
                    jurisdiction=place,
                    program=program,
                    ordinal=ordinal,
                    published=f"{year}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
                    start_date=str(year),
                    end_date=str(year + 1 + draw.randrange(2)),
                    declared_commitments=PER_PLAN,
                    url=f"https://ejemplo.mx/plan/{number}",
                    lineage=self._lineage(f"source-{place[:2]}", number),
                )
            )
        return sorted(plans, key=lambda plan: plan.code)

    def _lineage(self, source: str, row: int) -> model.Lineage:
        return model.Lineage(
            url=f"https://datos.{source}.ejemplo.mx/compromisos.csv",
            fetched_at=_EPOCH + timedelta(days=690, minutes=row % 1440),
            sha256=f"{row * 2654435761 % 2**64:016x}" * 4,
            media_type="text/csv",
            locator=f"row {row}",
            run=f"run-{source}",
        )

    def jurisdictions(self) -> Iterator[JurisdictionEntry]:
        for place in places.everywhere():
            yield JurisdictionEntry(
                code=place.code, level=place.level, name=place.name, official_name=place.official_name, iso=place.iso,
                parent=place.parent,
            )  # fmt: skip

    def goals(self) -> Iterator[GoalEntry]:
        for number, color in enumerate(_COLORS, start=1):
            yield GoalEntry(number=number, name=f"Objetivo {number}", color=color)

    def sources(self) -> Iterator[SourceEntry]:
        for number, name in enumerate((state.name for state in places.STATES.values()), start=1):
            yield SourceEntry(
                key=f"source-{number:02}", title=f"Ejercicio local de {name}", connector="csv",
                url=f"https://datos.source-{number:02}.ejemplo.mx/compromisos.csv", jurisdiction=f"{number:02}",
                schedule="daily", license="CC-BY-4.0", rank=0,
            )  # fmt: skip
        yield SourceEntry(
            key="national", title="Publicador nacional", connector="json", url="https://nacional.ejemplo.mx/"
        )

    def runs(self) -> Iterator[model.Run]:
        for source in self.sources():
            yield model.Run(
                id=f"run-{source.key}", source=source.key, verdict=model.RunVerdict.PUBLISHED,
                started_at=_EPOCH + timedelta(days=690), finished_at=_EPOCH + timedelta(days=690, seconds=40),
                read=10, added=10, requests=1, bytes=4096,
            )  # fmt: skip

    def plans(self) -> Iterator[PlanEntry]:
        for plan in self._plans:
            yield PlanEntry(record=plan, source=f"source-{plan.jurisdiction[:2]}", valid_from=_EPOCH)

    def exercises(self) -> Iterator[ExerciseEntry]:
        draw = random.Random(f"{self.seed} exercises")  # noqa: S311
        steps = tuple(model.ExerciseStep)
        for number in range(1, 32):
            record = model.Exercise(
                native_key=f"{number:02}", jurisdiction=f"{number:02}", joined=f"{draw.randint(2015, 2019)}-05",
                joined_year=2015, step=draw.choice(steps),
                members=model.Members(government=draw.randint(1, 4), civil_society=draw.randint(1, 5)),
                lineage=self._lineage(f"source-{number:02}", number),
            )  # fmt: skip
            yield ExerciseEntry(record=record, source=f"source-{number:02}")

    def _order(self) -> Iterator[tuple[str, int, model.Plan, int]]:
        """(code, position, plan, number) in page order, plan by plan: the hyphen that follows a plan's code sorts before any digit."""
        made = 0
        rest = self.size - (len(self._plans) - 1) * PER_PLAN
        for index, plan in enumerate(self._plans):
            count = rest if index == len(self._plans) - 1 else PER_PLAN
            numbers = sorted(range(1, count + 1), key=lambda number: f"C{number}")
            for number in numbers:
                yield f"{plan.code}-C{number}", made, plan, number
                made += 1

    def commitments(self) -> Iterator[CommitmentEntry]:
        for code, position, plan, number in self._order():
            draw = random.Random(f"{self.seed} {position}")  # noqa: S311
            yield from self._entries(draw, code, position, plan, number)

    def _entries(
        self, draw: random.Random, code: str, position: int, plan: model.Plan, number: int
    ) -> list[CommitmentEntry]:
        source = f"source-{plan.jurisdiction[:2]}"
        record = self._commitment(draw, code, position, plan, number, source)
        updated = _EPOCH + timedelta(days=position % 600)
        if draw.random() >= self.groups:
            return [
                CommitmentEntry(
                    record=record, source=source, updated_at=updated, sources=(source,), run=f"run-{source}"
                )
            ]
        both = tuple(sorted((source, "national")))
        other = self._commitment(draw, code, position, plan, number, "national")
        return [
            CommitmentEntry(record=record, source=source, updated_at=updated, sources=both, run=f"run-{source}"),
            CommitmentEntry(record=record, source=source, updated_at=updated, is_primary=False, run=f"run-{source}"),
            CommitmentEntry(record=other, source="national", updated_at=updated, is_primary=False, run="run-national"),
        ]

    def past(self) -> Iterator[VersionEntry]:
        if not self.history:
            return
        for code, position, plan, number in self._order():
            draw = random.Random(f"{self.seed} past {position}")  # noqa: S311
            if draw.random() < self.history:
                source = f"source-{plan.jurisdiction[:2]}"
                until = _EPOCH + timedelta(days=position % 600)
                yield VersionEntry(
                    record=self._commitment(draw, code, position, plan, number, source),
                    source=source, valid_from=until - timedelta(days=draw.randint(1, 300)), valid_to=until,
                    sources=(source,), run=f"run-{source}", changed_fields=("progress", "status"),
                )  # fmt: skip

    def _commitment(
        self, draw: random.Random, code: str, position: int, plan: model.Plan, number: int, source: str
    ) -> model.Commitment:
        first_year = int((plan.start_date or "2020")[:4])
        status = draw.choices(_STATUSES, _STATUS_WEIGHTS)[0]
        progress = None if status is model.CommitmentStatus.UNKNOWN else float(draw.randint(0, 400)) / 4
        goals = draw.sample(range(1, 18), draw.choices((0, 1, 2, 3, 4), (15, 45, 28, 9, 3))[0])
        lead = f"{draw.choice(_INSTITUTIONS)} {draw.choice(_WORDS).capitalize()}"
        title = _sentence(draw, 15)
        return model.Commitment(
            native_key=f"row-{position}",
            code=code,
            plan_code=plan.code,
            title=title,
            plan=model.PlanRef(
                key=plan.native_key, jurisdiction=plan.jurisdiction, program=plan.program, ordinal=plan.ordinal
            ),
            jurisdiction=plan.jurisdiction,
            number=number,
            description=_sentence(draw, 45),
            kind=draw.choice((*model.CommitmentKind, None)),
            axis=draw.choice((*model.PolicyAxis, None)),
            themes=tuple(draw.sample(_WORDS, 2)),
            ods=tuple(
                model.Alignment(goal=goal, target=f"{goal}.{draw.randint(1, 7)}" if draw.random() < 0.5 else None)
                for goal in goals
            ),
            institutions=(model.Institution(name=lead, raw=lead.upper()),),
            start_date=str(first_year),
            end_date=plan.end_date,
            years=tuple(range(first_year, int((plan.end_date or "2021")[:4]) + 1)),
            status=status,
            status_raw=status.value.replace("_", " ").capitalize(),
            progress=progress,
            progress_raw=None if progress is None else f"{progress:g} %",
            progress_reports=tuple(
                model.ProgressReport(
                    date=f"{first_year}-{month:02}",
                    progress=float(draw.randint(0, 100)),
                    status=status,
                    summary=_sentence(draw, 12),
                    evidence=(model.Evidence(url=f"https://ejemplo.mx/e/{position}/{month}"),) if month == 3 else (),
                )
                for month in (1, 3, 6, 9, 12)
            ),
            evidence=(model.Evidence(url=f"https://ejemplo.mx/e/{position}"),) if draw.random() < 0.4 else (),
            url=f"https://ejemplo.mx/compromiso/{position}",
            raw={"No.": number, "Compromiso": title, "Estatus": status.value, "Avance": progress},
            lineage=self._lineage(source, position),
        )

    def totals(self) -> Iterator[TotalEntry]:
        for goal in range(1, 18):
            record = model.DeclaredTotal(
                native_key=f"ods-{goal}", indicator="commitments", value=float(goal * 3), publisher="INAI",
                date="2020-11-30", ods=goal,
            )  # fmt: skip
            yield TotalEntry(record=record, source="national")

    def events(self) -> Iterator[EventEntry]:
        for number in range(20):
            record = model.Event(
                native_key=f"e{number}", title=f"Mesa de trabajo {number}", date=f"2019-{number % 12 + 1:02}-15",
                jurisdiction=f"{number + 1:02}",
            )  # fmt: skip
            yield EventEntry(record=record, source="national")

    def changes(self) -> Iterator[model.Change]:
        for sequence, (code, position, plan, _) in enumerate(self._order(), start=1):
            if sequence > 1000:
                return
            yield model.Change(
                seq=sequence, kind=model.ChangeKind.ADDED, code=code, at=_EPOCH + timedelta(days=position % 600),
                data_version=1, run=f"run-source-{plan.jurisdiction[:2]}",
            )  # fmt: skip

    def aliases(self) -> Iterator[tuple[str, str]]:
        yield "OLD-CODE", f"{self._plans[0].code}-C1"


def _sentence(draw: random.Random, words: int) -> str:
    """About so many Spanish words; every third a small one."""
    picked = draw.choices(_WORDS, k=words)
    for place in range(1, words, 3):
        picked[place] = _SMALL[draw.randrange(len(_SMALL))]
    return " ".join(picked).capitalize()


def generate(path: Path | str, size: int, *, seed: int = 1, history: float = 0.0, groups: float = 0.0) -> BuildReport:
    """Build the file of a made-up country of `size` commitments."""
    return build(path, SyntheticCountry(size, seed=seed, history=history, groups=groups))
