"""A record as the row that waits to be published: its JSON, the hash of what it says, and what it is found by. Pure; no database.

Where a record was read, its row is made: on another thread than the store's, or in another process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from hub.model import Commitment, Lineage, Plan, Record, RecordKind
from hub.store.texts import clean

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
    if item.lineage is None or item.issues or _is_coded(item):
        return _encode(item).decode(), content_hash(item)
    try:
        body = _ENCODER.encode(item)
        plain = body[: body.rindex(_LINEAGE)] + b"}"
    except UnicodeEncodeError:
        plain = _encode(msgspec.structs.replace(item, lineage=None))
        body = b'%b,"lineage":%b}' % (plain[:-1], _encode(item.lineage))
    return body.decode(), hashlib.blake2b(plain, digest_size=16).hexdigest()


_LINEAGE = b',"lineage":{'
"""With what the last field of every record begins: no text can hold it, whose quotes are all escaped, and no other field has a
lineage after it."""


def _is_coded(item: Record) -> bool:
    """Whether the record bears public codes already."""
    if isinstance(item, Commitment):
        return bool(item.code or item.plan_code)
    return isinstance(item, Plan) and bool(item.code)


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
    series = number = own_code = plan_ref = None
    if isinstance(item, Commitment):
        ref = item.plan
        series, number, own_code = item.series, _countable(item.number), item.own_code
        plan_ref = ref_key(ref.key, ref.jurisdiction, ref.program.value)
    elif isinstance(item, Plan):
        own_code = item.own_code
        plan_ref = "" if item.implied else ref_key(item.native_key, item.jurisdiction, item.program.value)
    return {
        "run_id": run_id, "kind": kind, "native_key": clean(native_key), "seq": seq, "body": body, "hash": digest,
        "jurisdiction": item.jurisdiction, "series": series, "number": number, "own_code": own_code, "plan_ref": plan_ref,
    }  # fmt: skip


def _countable(number: int | None) -> int | None:
    """A number that a database integer holds; a longer one is no ordinal of anything."""
    return number if number is not None and abs(number) < 1 << 62 else None


def rows_of(run_id: str, batch: Iterable[Staged]) -> list[dict[str, Any]]:
    """What `Staging.stage_rows` keeps of records: pure, so that it can be made where the records are, on any thread."""
    return [staged_row(run_id, 0, *item) for item in batch]
