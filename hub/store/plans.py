"""Publication, first step: the plans of a run get their identity and their public code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Commitment, Plan, PlanRef, Program
from hub.store.bulk import Prepared, insert_rows
from hub.store.identity import PlanBook, PlanClaim, PlanIdentity
from hub.store.records import SourceRecord
from hub.store.staged_rows import ref_key, staged_row
from hub.store.tables import plan, record, staged, staged_plan
from hub.store.waiting import Waiting

_COLUMNS = (
    "code",
    "own",
    "jurisdiction",
    "program",
    "ordinal",
    "ordinal_published",
    "published",
    "implied_by",
)


@dataclass(frozen=True, slots=True)
class RunPlans:
    """The plans of one run.

    Attributes:
        book: every plan known, those of the run resolved.
        of: how the run names a plan -> that plan.
        made: staged rows of the plans that are only referred to.
    """

    book: PlanBook
    of: dict[str, int]
    made: list[dict[str, Any]]


async def resolve_plans(
    connection: AsyncConnection, run_id: str, source: SourceRecord, waiting: Waiting | None
) -> RunPlans:
    """Find or make the plan behind every plan and every plan reference that the run staged.

    A plan that is only referred to gets a plan record made from the reference. Afterwards the table `plan` is up to date.

    Args:
        waiting: the rows of the run, where none of them is in the table `staged`.
    """
    if waiting is not None:
        records, firsts = _in_memory(waiting)
    else:
        records, firsts = await _staged_plans(connection, run_id), await _first_commitments(connection, run_id)
    aliases, orphans = _match(records, firsts)
    made = {ref: _plan_of(firsts[ref], source) for ref in orphans}
    known = dict((await _KNOWN(connection, source=source.key)).all())
    claims = [_claim(item, ref, known, source) for ref, item in [*records.items(), *made.items()]]
    book = PlanBook({row.id: _identity(row) for row in await _PLANS(connection)}, source.key)
    existing = set(book.plans)
    found = book.resolve(claims)
    await _save(connection, book, existing)
    last = waiting.total if waiting is not None else await _last_seq(connection, run_id)
    rows = [
        staged_row(run_id, last + index, "plan", item.native_key, item) | {"plan_ref": ref}
        for index, (ref, item) in enumerate(made.items(), start=1)
    ]
    return RunPlans(book, {ref: found[aliases.get(ref, ref)] for ref in {*found, *aliases}}, rows)


async def stage_plans(connection: AsyncConnection, run_id: str, plans: RunPlans) -> None:
    """Put what was resolved beside what the run staged: `staged_plan` says the plan of every reference."""
    await insert_rows(connection, staged, plans.made)
    rows = [{"run_id": run_id, "plan_ref": ref, "plan_id": plan_id} for ref, plan_id in plans.of.items()]
    await insert_rows(connection, staged_plan, rows)


def _in_memory(waiting: Waiting) -> tuple[dict[str, Plan], dict[str, Commitment]]:
    """The plans among rows that wait, and for each plan reference the first commitment that names it."""
    records: dict[str, Plan] = {}
    firsts: dict[str, Commitment] = {}
    for row in waiting.rows:
        ref = row["plan_ref"]
        if row["kind"] == "commitment" and ref not in firsts:
            firsts[ref] = msgspec.json.decode(row["body"], type=Commitment)
        elif row["kind"] == "plan":
            records.setdefault(ref, msgspec.json.decode(row["body"], type=Plan))
    return records, firsts


_RUN: Any = bindparam("run")
_KNOWN = Prepared(
    lambda _: select(record.c.native_key, record.c.plan_id).where(
        record.c.kind == "plan", record.c.source == bindparam("source"), record.c.plan_id.is_not(None)
    )
)
_PLANS = Prepared(lambda _: select(plan))
_STAGED = Prepared(
    lambda _: (
        select(staged.c.plan_ref, staged.c.body)
        .where(staged.c.run_id == _RUN, staged.c.kind == "plan")
        .order_by(staged.c.seq.desc())
    )
)
_FIRSTS = Prepared(
    lambda _: select(staged.c.plan_ref, staged.c.body).where(
        staged.c.run_id == _RUN,
        staged.c.seq.in_(
            select(func.min(staged.c.seq))
            .where(staged.c.run_id == _RUN, staged.c.kind == "commitment")
            .group_by(staged.c.plan_ref)
        ),
    )
)
_LAST = Prepared(lambda _: select(func.max(staged.c.seq)).where(staged.c.run_id == _RUN))


async def _staged_plans(connection: AsyncConnection, run_id: str) -> dict[str, Plan]:
    return {ref: msgspec.json.decode(body, type=Plan) for ref, body in await _STAGED(connection, run=run_id)}


async def _first_commitments(connection: AsyncConnection, run_id: str) -> dict[str, Commitment]:
    """Plan reference -> the first commitment that names it."""
    return {ref: msgspec.json.decode(body, type=Commitment) for ref, body in await _FIRSTS(connection, run=run_id)}


async def _last_seq(connection: AsyncConnection, run_id: str) -> int:
    return (await _LAST(connection, run=run_id)).scalar_one() or 0


def _identity(row: Any) -> PlanIdentity:
    values = row._mapping
    flags = {name: bool(values[name]) for name in ("own", "ordinal_published")}  # SQLite has integers
    return PlanIdentity(**(dict(values) | flags))


def _match(records: dict[str, Plan], firsts: dict[str, Commitment]) -> tuple[dict[str, str], list[str]]:
    """References that name a staged plan in other words (reference -> that plan's), and those that name none."""
    by_key: dict[str, str] = {}
    for ref, item in records.items():
        by_key.setdefault(item.native_key, ref)
    aliases: dict[str, str] = {}
    orphans = []
    for ref, commitment in sorted(firsts.items()):
        if ref in records:
            continue
        if ref and commitment.plan.key in by_key:
            aliases[ref] = by_key[commitment.plan.key]
        else:
            orphans.append(ref)
    return aliases, orphans


def _plan_of(first: Commitment, source: SourceRecord) -> Plan:
    """A plan record out of a commitment's reference."""
    ref: PlanRef = first.plan
    implied = not ref.key
    return Plan(
        native_key=ref_key(ref.key, ref.jurisdiction, ref.program.value),
        title=ref.title or source.title,
        jurisdiction=(source.jurisdiction or "00") if implied else ref.jurisdiction,
        program=ref.program,
        ordinal=None if implied else ref.ordinal,
        published=ref.published,
        implied=implied,
        lineage=first.lineage,
    )


def _claim(item: Plan, ref: str, known: dict[str, int], source: SourceRecord) -> PlanClaim:
    jurisdiction = (source.jurisdiction or item.jurisdiction) if item.implied else item.jurisdiction
    return PlanClaim(
        ref=ref,
        native_key=item.native_key,
        jurisdiction=jurisdiction,
        program=Program(item.program).value,
        ordinal=item.ordinal,
        published=item.published,
        own_code=item.own_code,
        implied=item.implied,
        known=known.get(item.native_key),
    )


async def _save(connection: AsyncConnection, book: PlanBook, existing: set[int]) -> None:
    def values(ids: Iterable[int]) -> list[dict[str, Any]]:
        return [{"id": i} | {name: getattr(book.plans[i], name) for name in _COLUMNS} for i in sorted(ids)]

    old = book.touched & existing
    for plan_id in old & set(book.recoded):  # two plans may change codes with each other
        await connection.execute(update(plan).where(plan.c.id == plan_id).values(code=f"~{plan_id}"))
    for row in values(old):
        await connection.execute(update(plan).where(plan.c.id == row["id"]).values(row))
    await insert_rows(connection, plan, values(book.touched - existing))
