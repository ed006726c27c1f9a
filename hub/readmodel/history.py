"""The superseded versions of commitments, laid aside on disk until their turn comes: they arrive by group and leave by code."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import NamedTuple

import msgspec

from hub.model import Commitment
from hub.readmodel.entries import Row
from hub.readmodel.facts import Facts, encode, facts_of, of_body, of_record
from hub.readmodel.plan_codes import PlanCodes
from hub.store.merge import timeline
from hub.store.parts import is_alone, own_timeline
from hub.store.records import RecordVersion, decode_body

IN_MEMORY = 8_000_000
"""Bytes that wait in memory before they go to disk."""


class Standing(NamedTuple):
    """Since when a commitment has been what it is now, and what made it so."""

    since: datetime
    run: str
    changed_fields: tuple[str, ...]


class History:
    """The histories of the commitments that have one.

    Args:
        versions: those of one group together, in batches; a batch may end inside a group.
        plans: the codes of plans.

    Attributes:
        standing: of what is public now, by code.
    """

    def __init__(
        self, versions: Iterable[Sequence[RecordVersion]], plans: PlanCodes, *, in_memory: int = IN_MEMORY
    ) -> None:
        self._plans = plans
        self.standing: dict[str, Standing] = {}
        self._in_memory = in_memory
        self._aside = tempfile.SpooledTemporaryFile(in_memory)  # noqa: SIM115 - closed by `past`, or with us
        self._end = 0
        weakref.finalize(self, self._aside.close)
        self._places: list[tuple[str, datetime, int, int]] = []
        every = (version for batch in versions for version in batch)
        for group, members in groupby(every, key=lambda version: version.group):
            if group is None:
                for member in members:
                    self._add([member])
            else:
                self._add(list(members))

    def _add(self, group: list[RecordVersion]) -> None:
        if len(group) == 1 and group[0].valid_to is None:
            return
        code = max(group, key=lambda version: (version.valid_to is None, version.valid_from)).code
        for span in _told_alone(group, self._plans) if is_alone(group) else _told_merged(group, code, self._plans):
            if span.until is None:
                self._note(code, Standing(span.since, span.run, span.changed_fields))
            else:
                written = _encode(span)
                self._places.append((code, span.since, self._end, len(written)))
                self._aside.write(written)
                self._end += len(written)

    def _note(self, code: str, standing: Standing) -> None:
        known = self.standing.get(code)
        if known is None or standing.since >= known.since:
            self.standing[code] = standing

    def past(self) -> Iterator[Row]:
        """What is over, by code and beginning; it can be asked for once."""
        with self._aside:
            taken = self._taken()
            for code, _, place, length in sorted(self._places):
                found = _decode(taken(length, place))
                facts, body = found.coded(code)
                yield Row(
                    facts=facts, body=body, source=found.source, sources=found.sources,
                    since=found.since, until=found.until, run=found.run, changed_fields=found.changed_fields,
                )  # fmt: skip

    def _taken(self) -> Callable[[int, int], bytes]:
        """What reads so many bytes of what is laid aside, from a place on: in one call each, for they are not in order."""
        self._aside.seek(0)  # all of it is written then
        if self._end > self._in_memory:
            return partial(os.pread, self._aside.fileno())
        whole = self._aside.read()
        return lambda length, place: whole[place : place + length]


class _Aside(msgspec.Struct, array_like=True, gc=False):
    """A span of a merged commitment; `until` is None of what stands.

    `body`: the JSON of its record; of one source's record as it was kept, to which `plan_code` is the code of its plan.
    """

    body: str
    plan_code: str | None
    source: str
    sources: tuple[str, ...]
    since: datetime
    until: datetime | None
    run: str
    changed_fields: tuple[str, ...]

    def coded(self, code: str) -> tuple[Facts, str]:
        """The facts and the JSON of the record under its code."""
        if self.plan_code is None:
            return facts_of(self.body), self.body
        kept = of_body(self.body, code, self.plan_code)
        if kept is not None:
            return kept
        record = decode_body("commitment", self.body, code, self.plan_code, False)
        assert isinstance(record, Commitment)
        return of_record(record)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Aside).decode


def _told_alone(group: Sequence[RecordVersion], plans: PlanCodes) -> Iterator[_Aside]:
    """The history of a commitment that one record tells."""
    for span in own_timeline(group):
        shown = span.version
        plan_code = plans.now(shown.plan_code, shown.valid_from)
        yield _Aside(
            body=shown.body, plan_code=plan_code, source=shown.source, sources=(shown.source,),
            since=span.valid_from, until=span.valid_to, run=span.run, changed_fields=span.changed_fields,
        )  # fmt: skip


def _told_merged(group: Sequence[RecordVersion], code: str, plans: PlanCodes) -> Iterator[_Aside]:
    """The history of a commitment that several records tell."""
    for span in timeline(group):
        merged = span.merged
        plan_code = plans.now(merged.record.plan_code, span.valid_from)
        record = msgspec.structs.replace(merged.record, code=code, plan_code=plan_code)
        yield _Aside(
            body=encode(record).decode(), plan_code=None, source=merged.source, sources=merged.sources,
            since=span.valid_from, until=span.valid_to, run=span.run, changed_fields=span.changed_fields,
        )  # fmt: skip
