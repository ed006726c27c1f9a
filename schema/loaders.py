"""The look-ups of one request, batched: however many records ask, one query answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from strawberry.dataloader import DataLoader

from hub.model import Run, SourceState
from schema.live import LiveSource, LiveState
from schema.plans import valid_at
from schema.read.file import (
    COMMITMENT_COLUMNS,
    EXERCISE_COLUMNS,
    PLAN_COLUMNS,
    RUN_COLUMNS,
    ReadFile,
    commitment_of,
    decode_fields,
    exercise_of,
    plan_of,
    run_of,
)
from schema.read.rows import (
    CommitmentRow,
    ExerciseRow,
    JurisdictionRow,
    PlanRow,
    SourceRow,
    VersionRow,
)
from schema.scalars import DateTime

Moment = DateTime | None


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


class Loaders:
    """Made once a request. `known_…` raise LookupError where the schema promises an object and there is none."""

    def __init__(self, file: ReadFile, live: LiveState) -> None:
        self._file = file
        self._live = live
        self._plans: DataLoader[tuple[str, Moment], PlanRow | None] = DataLoader(self._load_plans)
        self._exercises: DataLoader[str, ExerciseRow | None] = DataLoader(self._load_exercises)
        self._commitments: DataLoader[tuple[str, Moment], CommitmentRow | None] = DataLoader(self._load_commitments)
        self._own: DataLoader[str, list[CommitmentRow]] = DataLoader(self._load_own)
        self._history: DataLoader[str, list[VersionRow]] = DataLoader(self._load_history)
        self._runs: DataLoader[str, Run | None] = DataLoader(self._load_runs)
        self._sources: dict[str, SourceRow] | None = None

    def _effective(self, as_of: Moment) -> Moment:
        return None if as_of is None or as_of >= self._file.published_at else as_of

    # Jurisdictions are held by the file.

    async def jurisdiction(self, code: str | None) -> JurisdictionRow | None:
        """The jurisdiction with this INEGI key."""
        return None if code is None else self._file.jurisdictions().get(code)

    async def known_jurisdiction(self, code: str) -> JurisdictionRow:
        """The jurisdiction that a record names."""
        return self._file.jurisdictions()[code]

    # Plans and exercises

    async def plan(self, code: str, as_of: Moment = None) -> PlanRow | None:
        """The plan with this code, or that this old code became."""
        row = await self._plans.load((code, self._effective(as_of)))
        if row is None and (newer := self._file.resolve_alias(code)) != code:
            row = await self._plans.load((newer, self._effective(as_of)))
        return row

    async def known_plan(self, code: str, as_of: Moment = None) -> PlanRow:
        """The plan that a commitment names: as it was then, else as it is known at all."""
        row = await self.plan(code, as_of)
        if row is None:
            found = self._file.one(
                f"SELECT {PLAN_COLUMNS} FROM plan WHERE code = ? ORDER BY valid_from DESC LIMIT 1",
                (self._file.resolve_alias(code),),
            )
            if found is None:
                raise LookupError(f"no plan {code}")
            row = plan_of(found)
        return row

    async def _load_plans(self, keys: list[tuple[str, Moment]]) -> list[PlanRow | None]:
        found: dict[tuple[str, Moment], PlanRow] = {}
        for as_of, codes in _by_moment(keys).items():
            valid, params = valid_at(as_of)
            sql = f"SELECT {PLAN_COLUMNS} FROM plan WHERE code IN ({_marks(codes)}) AND {valid}"
            for row in self._file.rows(sql, [*codes, *params]):
                found[row[0], as_of] = plan_of(row)
        return [found.get(key) for key in keys]

    async def exercise(self, jurisdiction: str) -> ExerciseRow | None:
        """The exercise of a jurisdiction."""
        return await self._exercises.load(jurisdiction)

    async def _load_exercises(self, codes: list[str]) -> list[ExerciseRow | None]:
        sql = f"SELECT {EXERCISE_COLUMNS} FROM exercise WHERE jurisdiction IN ({_marks(codes)})"
        found = {row[0]: exercise_of(row) for row in self._file.rows(sql, codes)}
        return [found.get(code) for code in codes]

    # Commitments

    async def commitment(self, code: str, as_of: Moment = None) -> CommitmentRow | None:
        """The merged commitment with this code, or that this old code became."""
        moment = self._effective(as_of)
        row = await self._commitments.load((code, moment))
        if row is None and (newer := self._file.resolve_alias(code)) != code:
            row = await self._commitments.load((newer, moment))
        return row

    async def current_commitment(self, code: str) -> CommitmentRow | None:
        """The merged commitment as it is now; None once it was removed."""
        return await self.commitment(code)

    async def _load_commitments(self, keys: list[tuple[str, Moment]]) -> list[CommitmentRow | None]:
        found: dict[tuple[str, Moment], CommitmentRow] = {}
        for as_of, codes in _by_moment(keys).items():
            for sql, params in _commitment_queries(codes, as_of):
                for row in self._file.rows(sql, params):
                    found[row[1], as_of] = commitment_of(row, as_of)
        return [found.get(key) for key in keys]

    async def own_records(self, code: str) -> list[CommitmentRow]:
        """The sources' own records of a commitment that several publish, nearest first; none where one does."""
        return await self._own.load(code)

    async def _load_own(self, codes: list[str]) -> list[list[CommitmentRow]]:
        found: defaultdict[str, list[CommitmentRow]] = defaultdict(list)
        sql = (
            f"SELECT {COMMITMENT_COLUMNS} FROM commitment_row r JOIN commitment_more m ON m.id = r.id "
            f"WHERE r.code IN ({_marks(codes)}) AND r.is_primary = 0 ORDER BY r.id"
        )
        for row in self._file.rows(sql, codes):
            found[row[1]].append(commitment_of(row))
        return [found[code] for code in codes]

    async def history(self, code: str) -> list[VersionRow]:
        """Every version of a merged commitment, oldest first."""
        return await self._history.load(code)

    async def _load_history(self, codes: list[str]) -> list[list[VersionRow]]:
        found: defaultdict[str, list[VersionRow]] = defaultdict(list)
        columns = "r.code, r.updated_at, r.valid_to, m.changed_fields, r.status, r.progress, m.run"
        parts = [
            f"SELECT {columns} FROM {family}_row r JOIN {family}_more m ON m.id = r.id "
            f"WHERE r.code IN ({_marks(codes)}) AND r.is_primary = 1"
            for family in ("past", "commitment")
        ]
        for row in self._file.rows(" UNION ALL ".join(parts) + " ORDER BY 1, 2", [*codes, *codes]):
            code, valid_from, valid_to, fields, status, progress, run = row
            version = VersionRow(valid_from, valid_to, decode_fields(fields), status, progress, run)
            found[code].append(version)
        return [found[code] for code in codes]

    # Runs and sources

    async def run(self, run_id: str) -> Run | None:
        """A run, finished or not."""
        return await self._runs.load(run_id)

    async def known_run(self, run_id: str | None) -> Run:
        """The run that a record names."""
        run = await self._runs.load(run_id) if run_id else None
        if run is None:
            raise LookupError(f"no run {run_id}")
        return run

    async def _load_runs(self, ids: list[str]) -> list[Run | None]:
        """A finished run never changes, so the file's word is good; what it saw running is asked for again."""
        rows = self._file.rows(f"SELECT {RUN_COLUMNS} FROM run WHERE id IN ({_marks(ids)})", ids)
        found = {row[0]: run_of(row) for row in rows}
        open_ids = [run_id for run_id in ids if run_id not in found or found[run_id].finished_at is None]
        if open_ids:
            found.update(await self._live.runs_by_id(open_ids))
        return [found.get(run_id) for run_id in ids]

    async def _all_sources(self) -> dict[str, SourceRow]:
        if self._sources is None:
            live = dict(await self._live.sources())
            counts = self._file.counts_by_source()
            for key in counts.keys() - live.keys():
                live[key] = self._from_file(key)
            self._sources = {
                key: SourceRow(live=source, commitment_count=counts.get(key, 0)) for key, source in sorted(live.items())
            }
        return self._sources

    def _from_file(self, key: str) -> LiveSource:
        """A source that only the file knows: served without a store, or taken out of the configuration since."""
        columns = "key, title, connector, url, state, jurisdiction, schedule, license"
        row = self._file.one(f"SELECT {columns} FROM source WHERE key = ?", (key,))
        key, title, connector, url, state, jurisdiction, schedule, license = row
        return LiveSource(key, title, connector, url, SourceState(state), jurisdiction, schedule, license)

    async def all_sources(self) -> list[SourceRow]:
        """Every source by key."""
        return list((await self._all_sources()).values())

    async def source(self, key: str) -> SourceRow | None:
        """The source with this key."""
        return (await self._all_sources()).get(key)

    async def known_source(self, key: str) -> SourceRow:
        """The source that a record names."""
        return (await self._all_sources())[key]

    async def sources_of(self, place: JurisdictionRow) -> list[SourceRow]:
        """The sources that a jurisdiction publishes; a state's with its municipalities', the nation's national ones."""
        return [row for row in await self.all_sources() if _publishes(row.live.jurisdiction, place)]

    async def stale_states(self) -> frozenset[str]:
        """States whose figures come from a stale source, or that have a stale source of their own."""
        stale = {row.live.key: row.live.jurisdiction for row in await self.all_sources() if row.live.stale}
        fed = {state for state, source in self._file.feeding() if source in stale}
        return frozenset(fed | {place[:2] for place in stale.values() if place})


def _publishes(publisher: str | None, place: JurisdictionRow) -> bool:
    if place.level == "NATION":
        return publisher is None or publisher == place.code
    if place.level == "STATE":
        return publisher is not None and publisher[:2] == place.code
    return publisher == place.code


def _by_moment(keys: Iterable[tuple[str, Moment]]) -> dict[Moment, list[str]]:
    grouped: defaultdict[Moment, list[str]] = defaultdict(list)
    for code, as_of in keys:
        grouped[as_of].append(code)
    return grouped


def _commitment_queries(codes: list[str], as_of: Moment) -> list[tuple[str, list[Any]]]:
    body = (
        f"SELECT {COMMITMENT_COLUMNS} FROM {{p}}_row r JOIN {{p}}_more m ON m.id = r.id "
        f"WHERE r.code IN ({_marks(codes)}) AND r.is_primary = 1"
    )
    now = body.format(p="commitment")
    if as_of is None:
        return [(now, codes)]
    past = body.format(p="past")
    return [
        (f"{now} AND r.updated_at <= ?", [*codes, as_of]),
        (f"{past} AND r.updated_at <= ? AND r.valid_to > ?", [*codes, as_of, as_of]),
    ]
