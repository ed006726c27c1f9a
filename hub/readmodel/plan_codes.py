"""What the plans that were called something once are called now: the past is shown under the codes of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from hub.store.records import RecordVersion


class _Term(NamedTuple):
    """How long a plan had a code, and the code that it has now."""

    since: datetime
    until: datetime | None
    now: str


class PlanCodes:
    """Codes of plans through time. One code may have been that of several plans, one after another.

    Args:
        versions: every version of the records of plans, under the codes that they had then.
    """

    def __init__(self, versions: Iterable[RecordVersion]) -> None:
        records: dict[tuple[str, str], list[RecordVersion]] = defaultdict(list)
        for version in versions:
            records[version.source, version.native_key].append(version)
        self.by_plan: dict[str, list[RecordVersion]] = defaultdict(list)
        """Code of now -> every version of the plan's records."""
        terms: dict[str, list[_Term]] = defaultdict(list)
        for told in records.values():
            now = max(told, key=lambda version: (version.valid_to is None, version.valid_from)).code
            self.by_plan[now] += told
            for version in told:
                terms[version.code].append(_Term(version.valid_from, version.valid_to, now))
        self._moved = {code: found for code, found in terms.items() if any(term.now != code for term in found)}

    def now(self, code: str, moment: datetime) -> str:
        """The code that the plan has now which had `code` at a moment."""
        for term in self._moved.get(code, ()):
            if term.since <= moment and (term.until is None or moment < term.until):
                return term.now
        return code
