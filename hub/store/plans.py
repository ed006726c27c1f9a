"""Publication, first step: the plans of a run get their identity and their public code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Commitment, Plan, PlanRef, Program
from hub.store.identity import PlanBook, PlanClaim, PlanIdentity
from hub.store.records import SourceRecord
from hub.store.staging import ref_key, staged_row
from hub.store.tables import plan, record, staged, staged_plan

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


async def resolve_plans(connection: AsyncConnection, run_id: str, source: SourceRecord) -> PlanBook:
    """Find or make the plan behind every plan and every plan reference that the run staged.

    A plan that is only referred to gets a staged plan record made from the reference. Afterwards `staged_plan` says
    the plan of every reference, and the table `plan` is up to date.
    """
    records = await _staged_plans(connection, run_id)
    firsts = await _first_commitments(connection, run_id)
    aliases, orphans = _match(records, firsts)
    made = [_plan_of(firsts[ref], source) for ref in orphans]
    await _stage_made(connection, run_id, dict(zip(orphans, made, strict=True)))
    known = await _known(connection, source.key)
    claims = [_claim(item, ref, known, source) for ref, item in [*records.items(), *zip(orphans, made, strict=True)]]
    book = await _load(connection, source.key)
    existing = set(book.plans)
    found = book.resolve(claims)
    await _save(connection, book, existing)
    rows = [{"run_id": run_id, "plan_ref": ref, "plan_id": found[aliases.get(ref, ref)]} for ref in {*found, *aliases}]
    if rows:
        await connection.execute(staged_plan.insert(), rows)
    return book


async def _staged_plans(connection: AsyncConnection, run_id: str) -> dict[str, Plan]:
    rows = await connection.execute(
        select(staged.c.plan_ref, staged.c.body)
        .where(staged.c.run_id == run_id, staged.c.kind == "plan")
        .order_by(staged.c.seq.desc())
    )
    return {ref: msgspec.json.decode(body, type=Plan) for ref, body in rows}


async def _first_commitments(connection: AsyncConnection, run_id: str) -> dict[str, Commitment]:
    """Plan reference -> the first commitment that names it."""
    firsts = (
        select(func.min(staged.c.seq))
        .where(staged.c.run_id == run_id, staged.c.kind == "commitment")
        .group_by(staged.c.plan_ref)
    )
    rows = await connection.execute(
        select(staged.c.plan_ref, staged.c.body).where(staged.c.run_id == run_id, staged.c.seq.in_(firsts))
    )
    return {ref: msgspec.json.decode(body, type=Commitment) for ref, body in rows}


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


async def _stage_made(connection: AsyncConnection, run_id: str, made: dict[str, Plan]) -> None:
    if not made:
        return
    last = await connection.execute(select(func.max(staged.c.seq)).where(staged.c.run_id == run_id))
    start = (last.scalar_one() or 0) + 1
    rows = []
    for index, (ref, item) in enumerate(made.items()):
        rows.append(staged_row(run_id, start + index, "plan", item.native_key, item) | {"plan_ref": ref})
    await connection.execute(staged.insert(), rows)


async def _known(connection: AsyncConnection, key: str) -> dict[str, int]:
    rows = await connection.execute(
        select(record.c.native_key, record.c.plan_id).where(record.c.kind == "plan", record.c.source == key)
    )
    return {native_key: plan_id for native_key, plan_id in rows if plan_id is not None}


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


async def _load(connection: AsyncConnection, source_key: str) -> PlanBook:
    rows = await connection.execute(select(plan))
    return PlanBook({row.id: PlanIdentity(**row._mapping) for row in rows}, source_key)


async def _save(connection: AsyncConnection, book: PlanBook, existing: set[int]) -> None:
    def values(ids: Iterable[int]) -> list[dict[str, Any]]:
        return [{"id": i} | {name: getattr(book.plans[i], name) for name in _COLUMNS} for i in sorted(ids)]

    old = book.touched & existing
    for plan_id in old & set(book.recoded):  # two plans may change codes with each other
        await connection.execute(update(plan).where(plan.c.id == plan_id).values(code=f"~{plan_id}"))
    for row in values(old):
        await connection.execute(update(plan).where(plan.c.id == row["id"]).values(row))
    new = values(book.touched - existing)
    if new:
        await connection.execute(plan.insert(), new)
