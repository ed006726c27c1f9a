"""A small made-up country with history, whose every answer can be found by looking at each record."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub import model
from hub.normalise import places
from hub.readmodel import ReadModel, build
from hub.readmodel.entries import (
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
from schema.context import Context
from schema.live import LiveSource, Snapshot
from schema.read.file import ReadFile

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
PUBLISHED = EPOCH + timedelta(days=100)
NOW = PUBLISHED + timedelta(hours=3)
PLACES = ("00", "01", "20", "30", "19", "19039", "08019")
SOURCES = {"bundled": (None, 2), "national": (None, 1), "veracruz": ("30", 0), "oaxaca": ("20", 0)}
WORDS = [
    "transparencia",
    "obra",
    "pública",
    "agua",
    "niñez",
    "educación",
    "Árbol",
    "gestión-abierta",
    "presupuesto",
    "Ñandú",
    "2030",
    "ciudadanía",
    "salud",
    "obras",
    "Aguascalientes",
    "información",
]
INSTITUTIONS = ("Secretaría de Salud", "SECRETARÍA DE LA CONTRALORÍA", "Instituto del Agua", "Ayuntamiento de León")
PROGRAMS = (model.Program.COCREACION_LOCAL, model.Program.OGP_LOCAL, model.Program.NATIONAL_PLAN, model.Program.OTHER)


def lineage(source: str, row: int) -> model.Lineage:
    return model.Lineage(
        url=f"https://{source}.ejemplo.mx/datos.csv",
        fetched_at=EPOCH + timedelta(minutes=row),
        sha256=f"{row:064x}",
        media_type="text/csv",
        locator=f"row {row}",
        run=f"run-{source}",
    )


@dataclass(slots=True)
class Group:
    """A commitment: what is public of it now (if it still is), the sources' own records, and its superseded versions."""

    code: str
    current: CommitmentEntry | None
    own: list[CommitmentEntry] = field(default_factory=list)
    past: list[VersionEntry] = field(default_factory=list)


class World:
    """A `BuildInput`, the same for the same seed.

    Attributes:
        groups: by code.
        plan_list: current plans, and one version of before of each second one.
    """

    data_version = 7
    published_at = PUBLISHED

    def __init__(self, seed: int, size: int = 12) -> None:
        self.draw = random.Random(seed)
        self.plan_list = self._plans()
        self.groups = [self._group(number) for number in range(size)]
        self.groups.sort(key=lambda group: group.code)
        self.total_list: list[model.DeclaredTotal] = []
        self.exercise_list: list[model.Exercise] = [
            model.Exercise(
                native_key="30",
                jurisdiction="30",
                joined="2015-03",
                joined_year=2015,
                step=model.ExerciseStep.PLAN_PUBLISHED,
                secretariat_installed="2016",
                members=model.Members(government=3, civil_society=4),
                status_raw="En proceso",
                lineage=lineage("veracruz", 1),
            )
        ]

    # What a test reads

    def now(self) -> list[CommitmentEntry]:
        """The merged records that are public now, by code."""
        return [group.current for group in self.groups if group.current]

    def own(self) -> list[CommitmentEntry]:
        """Each source's own record, in page order."""
        return [entry for group in self.groups if group.current for entry in (group.own or [group.current])]

    def at(self, moment: datetime) -> list[tuple[model.Commitment, datetime, tuple[str, ...]]]:
        """(record, valid from, sources) of the merged records that were public at a moment, by code."""
        found = []
        for group in self.groups:
            for version in group.past:
                if version.valid_from <= moment < version.valid_to:
                    found.append((version.record, version.valid_from, version.sources))
            if group.current and group.current.updated_at <= moment:
                found.append((group.current.record, group.current.updated_at, group.current.sources))
        return found

    # What the builder reads

    def jurisdictions(self) -> Iterator[JurisdictionEntry]:
        for place in (
            *places.STATES.values(),
            places.NATION,
            *(places.municipalities()[c] for c in ("19039", "08019")),
        ):
            yield JurisdictionEntry(
                code=place.code, level=place.level, name=place.name, official_name=place.official_name, iso=place.iso,
                parent=place.parent,
            )  # fmt: skip

    def goals(self) -> Iterator[GoalEntry]:
        for number in range(1, 18):
            yield GoalEntry(number=number, name=f"Objetivo {number}", color="#00689d")

    def sources(self) -> Iterator[SourceEntry]:
        for key, (place, rank) in SOURCES.items():
            yield SourceEntry(
                key=key,
                title=key.title(),
                connector="csv",
                url=f"https://{key}.ejemplo.mx/",
                jurisdiction=place,
                rank=rank,
            )

    def runs(self) -> Iterator[model.Run]:
        for number, key in enumerate(SOURCES):
            yield model.Run(
                id=f"run-{key}", source=key, verdict=model.RunVerdict.PUBLISHED, started_at=EPOCH + timedelta(days=number),
                finished_at=EPOCH + timedelta(days=number, seconds=9), read=5, added=5, requests=2, bytes=1000,
            )  # fmt: skip

    def plans(self) -> Iterator[PlanEntry]:
        for number, plan in enumerate(self.plan_list):
            middle = EPOCH + timedelta(days=20)
            if number % 2:
                old = model.Plan(**{**{f: getattr(plan, f) for f in plan.__struct_fields__}, "title": "Antes"})
                yield PlanEntry(record=old, source="bundled", valid_from=EPOCH, valid_to=middle)
                yield PlanEntry(record=plan, source="bundled", valid_from=middle)
            else:
                yield PlanEntry(record=plan, source="bundled", valid_from=EPOCH)

    def exercises(self) -> Iterator[ExerciseEntry]:
        for record in self.exercise_list:
            yield ExerciseEntry(record=record, source="bundled")

    def commitments(self) -> Iterator[CommitmentEntry]:
        for group in self.groups:
            if group.current:
                yield group.current
                yield from group.own

    def past(self) -> Iterator[VersionEntry]:
        for group in self.groups:
            yield from group.past

    def totals(self) -> Iterator[TotalEntry]:
        for record in self.total_list:
            yield TotalEntry(record=record, source="bundled")

    def events(self) -> Iterator[EventEntry]:
        for key, date, end in (
            ("e1", "2019", None),
            ("e2", "2020-11-10", "2020-11-12"),
            ("e3", "2020-12", None),
            ("e4", None, None),
        ):
            record = model.Event(native_key=key, title=f"Acto {key}", date=date, end_date=end, jurisdiction="30")
            yield EventEntry(record=record, source="bundled")

    def changes(self) -> Iterator[model.Change]:
        seq = 0
        for group in self.groups:
            for version in group.past:
                seq += 1
                yield model.Change(
                    seq=seq, kind=model.ChangeKind.ADDED, code=group.code, at=version.valid_from, data_version=seq,
                    run="run-bundled", changed_fields=("title",),
                )  # fmt: skip
            if group.current is None:
                seq += 1
                yield model.Change(
                    seq=seq, kind=model.ChangeKind.REMOVED, code=group.code, at=group.past[-1].valid_to, data_version=seq,
                    run="run-bundled",
                )  # fmt: skip

    def aliases(self) -> Iterator[tuple[str, str]]:
        if self.groups:
            yield "OLD-1", "OLD-2"
            yield "OLD-2", self.groups[0].code
        yield "OLD-PLAN", self.plan_list[0].code

    # How it is made up

    def _plans(self) -> list[model.Plan]:
        plans = []
        for number, place in enumerate(PLACES):
            program = model.Program.NATIONAL_PLAN if place == "00" else self.draw.choice(PROGRAMS)
            plans.append(
                model.Plan(
                    native_key=f"p{number}", code=f"PLAN-{place}-{number}", title=f"Plan {number}", jurisdiction=place,
                    program=program, ordinal=1, published=self.draw.choice((None, "2016-05-19", "2019-02", "2021")),
                    start_date=self.draw.choice((None, "2016", "2020-11-30")), lineage=lineage("bundled", number),
                )
            )  # fmt: skip
        return sorted(plans, key=lambda plan: plan.code)

    def _group(self, number: int) -> Group:
        draw = self.draw
        code = f"{draw.choice('ABC')}{number:03}"
        plan = draw.choice(self.plan_list)
        chosen = sorted(
            draw.sample(sorted(SOURCES), draw.choice((1, 1, 1, 2, 3))), key=lambda key: (SOURCES[key][1], key)
        )
        record = self._record(code, plan, number)
        moment = EPOCH + timedelta(days=draw.randrange(10))
        past = []
        for _ in range(draw.choice((0, 0, 1, 2, 3))):
            until = moment + timedelta(days=draw.randint(1, 20))
            past.append(
                VersionEntry(
                    record=self._record(code, plan, number), source=chosen[0], valid_from=moment, valid_to=until,
                    sources=tuple(sorted(chosen)), run="run-bundled", changed_fields=("progress", "title"),
                )
            )  # fmt: skip
            moment = until + timedelta(days=draw.choice((0, 0, 0, 3)))
        if past and draw.random() < 0.2:
            return Group(code, None, [], past)
        current = CommitmentEntry(
            record=record, source=chosen[0], updated_at=moment, sources=tuple(sorted(chosen)), run=f"run-{chosen[0]}",
            changed_fields=("title",),
        )  # fmt: skip
        own = []
        if len(chosen) > 1:
            own = [
                CommitmentEntry(
                    record=self._record(code, plan, number), source=key, updated_at=EPOCH + timedelta(days=draw.randrange(50)),
                    is_primary=False, run=f"run-{key}",
                )
                for key in chosen
            ]  # fmt: skip
        return Group(code, current, own, past)

    def _record(self, code: str, plan: model.Plan, number: int) -> model.Commitment:
        draw = self.draw
        years = draw.choice(((), (2016,), (2019, 2020), (2020, 2021, 2022)))
        goals = draw.sample((1, 3, 16, 17), draw.choice((0, 1, 1, 2)))
        return model.Commitment(
            native_key=f"row-{number}",
            code=code,
            plan_code=plan.code,
            title=" ".join(draw.choices(WORDS, k=3)),
            plan=model.PlanRef(key=plan.native_key, jurisdiction=plan.jurisdiction, program=plan.program),
            # a national publisher's one plan may hold the commitments of many places
            jurisdiction=PLACES[number % len(PLACES)] if plan.jurisdiction == "00" else plan.jurisdiction,
            number=draw.choice((None, number)),
            description=draw.choice((None, " ".join(draw.choices(WORDS, k=6)))),
            kind=draw.choice((None, *model.CommitmentKind)),
            axis=draw.choice((None, *model.PolicyAxis)),
            themes=draw.choice(((), ("agua",))),
            ods=tuple(
                model.Alignment(
                    goal=goal,
                    target=draw.choice((None, f"{goal}.1", f"{goal}.b")),
                    basis=draw.choice(tuple(model.AlignmentBasis)),
                )
                for goal in goals
            ),
            institutions=tuple(
                model.Institution(name=name) for name in draw.sample(INSTITUTIONS, draw.choice((0, 1, 2)))
            ),
            start_date=str(years[0]) if years else None,
            years=years,
            status=draw.choice(tuple(model.CommitmentStatus)),
            progress=draw.choice((None, 0.0, 12.5, 50.0, 100.0)),
            progress_reports=draw.choice(
                (
                    (),
                    (
                        model.ProgressReport(date="2020-02"),
                        model.ProgressReport(date="2019", evidence=(model.Evidence(url="u"),)),
                    ),
                )
            ),
            evidence=draw.choice(((), (model.Evidence(url="https://e.mx"),))),
            raw={"No.": number},
            lineage=lineage("bundled", number),
        )


def live() -> Snapshot:
    """The sources as they are now: veracruz stale, the others healthy."""
    runs = [
        model.Run(
            id=f"run-{key}", source=key, verdict=model.RunVerdict.PUBLISHED, started_at=EPOCH + timedelta(days=number),
            finished_at=EPOCH + timedelta(days=number, seconds=9), read=5, added=5, requests=2, bytes=1000,
        )
        for number, key in enumerate(SOURCES)
    ]  # fmt: skip
    sources = {
        key: LiveSource(
            key=key, title=key.title(), connector="csv", url=f"https://{key}.ejemplo.mx/", state=model.SourceState.ACTIVE,
            jurisdiction=place, fetched_at=NOW - timedelta(hours=1), changed_at=EPOCH, stale=key == "veracruz",
            healthy=key != "veracruz", last_run=runs[number],
        )
        for number, (key, (place, _)) in enumerate(SOURCES.items())
    }  # fmt: skip
    values = {"oaxaca": [model.UnmatchedValue(field="status", raw="Meh", count=3, first_seen=EPOCH)]}
    issues = {
        "run-oaxaca": [model.Issue(severity=model.IssueSeverity.WARNING, code="UNREAD_COLUMN", message="columna «x»")]
        * 3
    }
    return Snapshot(NOW, sources, runs, issues, values)


def context_of(world: World, folder: Path) -> Context:
    """The world published, and a request to it."""
    path = folder / "world.db"
    build(path, world)
    return Context(file=ReadFile(ReadModel.open(path).connection), live=live())
