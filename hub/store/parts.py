"""Commitments as they are kept, field by field: what is the same JSON is the same, and only what is not is decoded.

Most versions of a commitment differ from the one before in one field or two; a whole record of each costs many times more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import FieldInfo, astuple, fields

from hub.model import Commitment
from hub.store.merge import HIDDEN, is_same, public_name
from hub.store.records import RecordVersion

_FIELDS = {field.name: field for field in fields(Commitment) if field.name not in HIDDEN}
_ABSENT = msgspec.Raw(b"")
_Parts = msgspec.defstruct(
    "_Parts", [(name, msgspec.Raw, _ABSENT) for name in _FIELDS], frozen=True, gc=False, module=__name__
)
_parts_of = msgspec.json.Decoder(_Parts).decode


def _reader(field: FieldInfo) -> Callable[[msgspec.Raw], Any]:
    """What tells the value of a field from its JSON, or from there being none."""
    decode = msgspec.json.Decoder(field.type).decode
    default: Any = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return lambda part: decode(part) if len(part) else default


_READERS = [(name, _reader(field)) for name, field in _FIELDS.items()]


def parts_of(body: str) -> Sequence[msgspec.Raw]:
    """The JSON of each field that counts when records are compared, in the order of the model; `body`: as it is kept."""
    return astuple(_parts_of(body))


def changed_parts(old: Sequence[msgspec.Raw], new: Sequence[msgspec.Raw]) -> tuple[str, ...]:
    """As `merge.changed_fields`, of what `parts_of` tells of two commitments."""
    return tuple(
        public_name(name)
        for (name, read), before, after in zip(_READERS, old, new, strict=True)
        if before != after and not is_same(name, read(before), read(after))
    )


def own_changes(old: str, new: str, *, replanned: bool) -> tuple[str, ...]:
    """As `merge.merged_changes`, of two bodies that one source published under one code.

    Args:
        replanned: whether the plan has another code.
    """
    return _with_plan(changed_parts(parts_of(old), parts_of(new)), replanned=replanned)


def _with_plan(changed: tuple[str, ...], *, replanned: bool) -> tuple[str, ...]:
    return (*changed, "plan") if replanned and "plan" not in changed else changed


class OwnSpan(NamedTuple):
    """As `merge.Span`, of a commitment that one record tells; `version` is the last one that shows it so."""

    valid_from: datetime
    valid_to: datetime | None
    version: RecordVersion
    changed_fields: tuple[str, ...]
    run: str


def is_alone(versions: Sequence[RecordVersion]) -> bool:
    """Whether versions are of one record of one source, each beginning when or after the one before it ended, and nothing
    has to be said of them: then `own_timeline` tells what `merge.timeline` would."""
    first = versions[0]
    ended: datetime | None = first.valid_from
    for version in versions:
        if version.duplicate or version.source != first.source or version.native_key != first.native_key:
            return False
        if ended is None or version.valid_from < ended:
            return False
        if version.valid_to is not None and version.valid_to <= version.valid_from:
            return False
        ended = version.valid_to
    return True


def own_timeline(versions: Iterable[RecordVersion]) -> list[OwnSpan]:
    """The history of a commitment whose versions are alone (`is_alone`), oldest first."""
    spans: list[OwnSpan] = []
    before: Sequence[msgspec.Raw] = ()
    for version in versions:
        parts = parts_of(version.body)
        last = spans[-1] if spans else None
        if last is None or last.valid_to != version.valid_from:
            spans.append(OwnSpan(version.valid_from, version.valid_to, version, (), version.run))
        elif names := _told(last.version, version, changed_parts(before, parts)):
            spans.append(OwnSpan(version.valid_from, version.valid_to, version, names, version.run))
        else:
            spans[-1] = last._replace(valid_to=version.valid_to, version=version)
        before = parts
    return spans


def _told(old: RecordVersion, new: RecordVersion, changed: tuple[str, ...]) -> tuple[str, ...]:
    """What changed, and the codes if they did: as `merge.merged_changes` of one source's records."""
    names = _with_plan(changed, replanned=old.plan_code != new.plan_code)
    return names if old.code == new.code else (*names, "code")
