"""What a run has read, waiting to be judged and published: in batches, and what publishing it would change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, cast

import msgspec
from sqlalchemy import Text, and_, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.model import Commitment, Lineage, Plan, Record, RecordKind
from hub.store.bulk import among, insert_rows
from hub.store.engine import MANY, Base
from hub.store.errors import LeaseLost, UnknownRun
from hub.store.merge import changed_fields
from hub.store.records import KINDS, Counts, Diff, DiffLine, decode_body
from hub.store.runs import drop_staging
from hub.store.tables import clean, lease, record, run, staged

Staged = tuple[RecordKind, str, Record]
"""Kind, native key, record."""

_ENCODER = msgspec.json.Encoder(order="deterministic")


def content_hash(item: Record) -> str:
    """The hash of what was published: lineage, codes and the wording of our own messages left out."""
    plain: dict[str, Any] = {"lineage": None}
    if item.issues:
        plain["issues"] = tuple(msgspec.structs.replace(i, message="", record_code=None) for i in item.issues)
    if isinstance(item, Commitment):
        plain |= {"code": "", "plan_code": ""}
    elif isinstance(item, Plan):
        plain["code"] = ""
    return hashlib.blake2b(_encode(msgspec.structs.replace(item, **plain)), digest_size=16).hexdigest()


def _body_and_hash(item: Record) -> tuple[str, str]:
    """What is kept of a record, and its `content_hash`; written once where they differ by the lineage alone."""
    coded = (isinstance(item, Commitment | Plan) and item.code) or (isinstance(item, Commitment) and item.plan_code)
    if item.lineage is None or item.issues or coded:
        return _encode(item).decode(), content_hash(item)
    plain = _encode(msgspec.structs.replace(item, lineage=None))
    body = b'%b,"lineage":%b}' % (plain[:-1], _encode(item.lineage))
    return body.decode(), hashlib.blake2b(plain, digest_size=16).hexdigest()


def ref_key(key: str, jurisdiction: str, program: str) -> str:
    """How one source names a plan. A national publisher may call the plans of every state alike."""
    return f"{key}@{jurisdiction}/{program}" if key else ""


def _encode(item: Record | Lineage) -> bytes:
    try:
        return _ENCODER.encode(item)
    except UnicodeEncodeError:
        return _ENCODER.encode(_cleaned(msgspec.to_builtins(item)))


def _cleaned(value: Any) -> Any:
    """Lone surrogates replaced: JSON in the wild has them, UTF-8 has not."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value


def staged_row(run_id: str, seq: int, kind: RecordKind, native_key: str, item: Record) -> dict[str, Any]:
    body, digest = _body_and_hash(item)
    row: dict[str, Any] = {
        "run_id": run_id,
        "kind": kind,
        "native_key": clean(native_key),
        "seq": seq,
        "body": body,
        "hash": digest,
        "jurisdiction": item.jurisdiction,
        "series": None,
        "number": None,
        "own_code": None,
        "plan_ref": None,
    }
    if isinstance(item, Commitment):
        ref = item.plan
        row |= {"series": item.series, "number": _countable(item.number), "own_code": item.own_code}
        row["plan_ref"] = ref_key(ref.key, ref.jurisdiction, ref.program.value)
    elif isinstance(item, Plan):
        row["own_code"] = item.own_code
        row["plan_ref"] = "" if item.implied else ref_key(item.native_key, item.jurisdiction, item.program.value)
    return row


def _countable(number: int | None) -> int | None:
    """A number that a database integer holds; a longer one is no ordinal of anything."""
    return number if number is not None and abs(number) < 1 << 62 else None


class Staging(Base):
    async def stage(self, run_id: str, batch: Iterable[Staged]) -> int:
        """Keep a batch of what a run has read; call it as often as there are batches (some 1,000 each).

        A key that the run already staged with the same content is counted and dropped; with other content it is kept
        under a key of its own (``key~2``), for nothing published is lost.

        Returns:
            how many of the batch were repeats of something staged before.

        Raises:
            LeaseLost: the run no longer holds its source.
        """
        items = list(batch)
        if not items:
            return 0
        async with self._write() as connection:
            await hold_lease(connection, run_id)
            last = await connection.execute(select(func.max(staged.c.seq)).where(staged.c.run_id == run_id))
            start = (last.scalar_one() or 0) + 1
            rows = [staged_row(run_id, start + index, *item) for index, item in enumerate(items)]
            fresh, repeats = await _without_repeats(connection, run_id, rows, first=start == 1)
            await insert_rows(connection, staged, fresh)
        if ((start + len(items)) // MANY).bit_length() > (start // MANY).bit_length():
            await self._analyze("staged")
        return repeats

    async def staged_count(self, run_id: str) -> dict[RecordKind, int]:
        """How many records of each kind a run has staged."""
        async with self._read() as connection:
            rows = await connection.execute(
                select(staged.c.kind, func.count()).where(staged.c.run_id == run_id).group_by(staged.c.kind)
            )
            return {cast("RecordKind", kind): count for kind, count in rows}

    async def drop_staged(self, run_id: str) -> None:
        """Forget what a run staged (a dry run ends so)."""
        async with self._write() as connection:
            await drop_staging(connection, run_id)

    async def diff(self, run_id: str, *, sample: int = 20) -> Diff:
        """What publishing the run would change among its source's own records. Writes nothing.

        Args:
            sample: how many changed records of each sort to show.

        Raises:
            UnknownRun: no such run.
        """
        async with self._read() as connection:
            key = await run_source(connection, run_id)
            kinds = await source_counts(connection, run_id, key)
            lines = await _sample(connection, run_id, key, sample) if sample else []
            return Diff(kinds=kinds, sample=tuple(lines))


async def hold_lease(connection: AsyncConnection, run_id: str) -> str:
    """The source whose lease the run holds, its row locked until the transaction ends.

    Raises:
        LeaseLost: the run holds none (any more).
    """
    held = await connection.execute(select(lease.c.source).where(lease.c.run_id == run_id).with_for_update())
    key: str | None = held.scalar_one_or_none()
    if key is None:
        raise LeaseLost(f"The run {run_id} no longer holds its source.", remedy="Another run took over.")
    return key


async def run_source(connection: AsyncConnection, run_id: str) -> str:
    key: str | None = (await connection.execute(select(run.c.source).where(run.c.id == run_id))).scalar_one_or_none()
    if key is None:
        raise UnknownRun(f"There is no run {run_id!r}.")
    return key


async def _without_repeats(
    connection: AsyncConnection, run_id: str, rows: list[dict[str, Any]], *, first: bool
) -> tuple[list[dict[str, Any]], int]:
    seen: dict[tuple[str, str], str] = {}
    for kind in set() if first else {row["kind"] for row in rows}:
        found = await connection.execute(
            select(staged.c.native_key, staged.c.hash).where(
                staged.c.run_id == run_id,
                staged.c.kind == kind,
                among(connection, staged.c.native_key, [row["native_key"] for row in rows if row["kind"] == kind]),
            )
        )
        seen |= {(kind, key): digest for key, digest in found}
    fresh, repeats = [], 0
    for row in rows:
        key, copy = row["native_key"], 1
        while (known := seen.get((row["kind"], row["native_key"]))) is not None and known != row["hash"]:
            copy += 1
            row["native_key"] = f"{key}~{copy}"
            if (row["kind"], row["native_key"]) not in seen:
                seen |= await _stored(connection, run_id, row)
        if known is not None:
            repeats += 1
            continue
        seen[(row["kind"], row["native_key"])] = row["hash"]
        fresh.append(row)
    return fresh, repeats


async def _stored(connection: AsyncConnection, run_id: str, row: dict[str, Any]) -> dict[tuple[str, str], str]:
    found = await connection.execute(
        select(staged.c.hash).where(
            staged.c.run_id == run_id, staged.c.kind == row["kind"], staged.c.native_key == row["native_key"]
        )
    )
    digest = found.scalar_one_or_none()
    return {} if digest is None else {(row["kind"], row["native_key"]): digest}


def same_record(key: str) -> Any:
    """Join condition: the record of source `key` that a staged row is about."""
    return and_(record.c.kind == staged.c.kind, record.c.source == key, record.c.native_key == staged.c.native_key)


def _vanished(run_id: str, key: str) -> Any:
    stands = select(staged.c.native_key).where(
        staged.c.run_id == run_id, staged.c.kind == record.c.kind, staged.c.native_key == record.c.native_key
    )
    other = staged.alias("referring")
    referred = select(other.c.native_key).where(  # a plan record made from references is staged at publication only
        other.c.run_id == run_id, other.c.kind == "commitment", other.c.plan_ref == record.c.plan_ref
    )
    return and_(
        record.c.kind.in_(KINDS),
        record.c.source == key,
        record.c.gone_at.is_(None),
        record.c.missing_since.is_(None),
        ~stands.exists(),
        or_(record.c.kind != "plan", ~referred.exists()),
    )


async def source_counts(connection: AsyncConnection, run_id: str, key: str) -> dict[RecordKind, Counts]:
    """Added, modified, removed, unchanged of each kind, as the source's own records."""
    current = and_(record.c.native_key.is_not(None), record.c.gone_at.is_(None))
    rows = await connection.execute(
        select(
            staged.c.kind,
            func.count(),
            func.count().filter(current),
            func.count().filter(and_(current, record.c.hash == staged.c.hash)),
        )
        .select_from(staged.outerjoin(record, same_record(key)))
        .where(staged.c.run_id == run_id)
        .group_by(staged.c.kind)
    )
    found = {kind: (total - known, known - same, same) for kind, total, known, same in rows}
    gone = await connection.execute(
        select(record.c.kind, func.count()).where(_vanished(run_id, key)).group_by(record.c.kind)
    )
    removed: dict[str, int] = dict(gone.all())
    result: dict[RecordKind, Counts] = {}
    for kind in sorted({*found, *removed}):
        added, modified, unchanged = found.get(kind, (0, 0, 0))
        result[cast("RecordKind", kind)] = Counts(
            added=added, modified=modified, removed=removed.get(kind, 0), unchanged=unchanged
        )
    return result


async def _sample(connection: AsyncConnection, run_id: str, key: str, size: int) -> list[DiffLine]:
    joined = staged.outerjoin(record, same_record(key))
    absent = (record.c.native_key.is_(None)) | (record.c.gone_at.is_not(None))
    base = select(staged.c.kind, staged.c.native_key, staged.c.body, record.c.code, record.c.body.label("old"))
    base = base.select_from(joined).where(staged.c.run_id == run_id).order_by(staged.c.seq).limit(size)
    lines = []
    for row in await connection.execute(base.where(absent)):
        item = decode_body(row.kind, row.body, "", "", False)
        lines.append(DiffLine(change="added", kind=row.kind, native_key=row.native_key, title=_title(item)))
    # Null-proof conditions keep the outer join, and so the order of the loops: staged rows first.
    modified = base.where(
        func.coalesce(type_coerce(record.c.gone_at, Text), "") == "",
        func.coalesce(record.c.hash, staged.c.hash) != staged.c.hash,
    )
    for row in await connection.execute(modified):
        new, old = (decode_body(row.kind, body, "", "", False) for body in (row.body, row.old))
        lines.append(
            DiffLine(
                change="modified",
                kind=row.kind,
                native_key=row.native_key,
                title=_title(new),
                code=row.code,
                fields=changed_fields(old, new),
            )
        )
    gone = select(record).where(_vanished(run_id, key)).order_by(record.c.kind, record.c.native_key).limit(size)
    for row in await connection.execute(gone):
        item = decode_body(row.kind, row.body, "", "", False)
        lines.append(
            DiffLine(change="removed", kind=row.kind, native_key=row.native_key, title=_title(item), code=row.code)
        )
    return lines


def _title(item: Record) -> str:
    text: str = getattr(item, "title", None) or getattr(item, "indicator", None) or item.native_key
    return text
