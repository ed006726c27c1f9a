"""The superseded versions of commitments, laid aside on disk until their turn comes: they arrive by group and leave by code."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import msgspec

from hub.readmodel.entries import Row
from hub.readmodel.facts import encode, facts_of
from hub.store.merge import Span, timeline
from hub.store.records import RecordVersion

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

    Attributes:
        standing: of what is public now, by code.
    """

    def __init__(self, versions: Iterable[Sequence[RecordVersion]], *, in_memory: int = IN_MEMORY) -> None:
        self.standing: dict[str, Standing] = {}
        self._aside = tempfile.SpooledTemporaryFile(in_memory)  # noqa: SIM115 - closed by `past`, or with us
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
        for span in timeline(group):
            if span.valid_to is None:
                self._note(code, Standing(span.valid_from, span.run, span.changed_fields))
            else:
                self._lay_aside(code, span, span.valid_to)

    def _note(self, code: str, standing: Standing) -> None:
        known = self.standing.get(code)
        if known is None or standing.since >= known.since:
            self.standing[code] = standing

    def _lay_aside(self, code: str, span: Span, until: datetime) -> None:
        merged = span.merged
        written = _encode(
            _Aside(
                body=encode(msgspec.structs.replace(merged.record, code=code)).decode(), source=merged.source,
                sources=merged.sources, since=span.valid_from, until=until, run=span.run,
                changed_fields=span.changed_fields,
            )
        )  # fmt: skip
        self._places.append((code, span.valid_from, self._aside.tell(), len(written)))
        self._aside.write(written)

    def past(self) -> Iterator[Row]:
        """What is over, by code and beginning; it can be asked for once."""
        with self._aside:
            for _, _, place, length in sorted(self._places):
                self._aside.seek(place)
                found = _decode(self._aside.read(length))
                yield Row(
                    facts=facts_of(found.body), body=found.body, source=found.source, sources=found.sources,
                    since=found.since, until=found.until, run=found.run, changed_fields=found.changed_fields,
                )  # fmt: skip


class _Aside(msgspec.Struct, array_like=True, gc=False):
    body: str
    source: str
    sources: tuple[str, ...]
    since: datetime
    until: datetime
    run: str
    changed_fields: tuple[str, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Aside).decode
