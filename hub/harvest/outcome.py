"""What a run tells: each step while it goes, and its outcome at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from hub.model import Issue, RunVerdict

HEALTHY = frozenset({RunVerdict.PUBLISHED, RunVerdict.UNCHANGED})

Phase = Literal["waiting", "fetching", "reading", "keeping", "publishing", "done"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one run: `done` of what `phase` counts (requests, rows, records)."""

    source: str
    phase: Phase
    done: int = 0


OnStep = Callable[[Step], None]


@dataclass(slots=True)
class Outcome:
    """What became of one run, as `hub harvest --json` prints it. `seconds` is wall-clock time."""

    source: str
    verdict: RunVerdict
    reason: str | None = None
    read: int = 0
    added: int = 0
    modified: int = 0
    removed: int = 0
    rejected: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    issues: list[Issue] = field(default_factory=list)
    floor: int = 1
    run: str | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)
    """Of a dry run: what would change."""

    @property
    def healthy(self) -> bool:
        """PUBLISHED and UNCHANGED leave a source healthy; so does EMPTY where its floor is 0."""
        return self.verdict in HEALTHY or (self.verdict is RunVerdict.EMPTY and self.floor == 0)

    def to_json(self) -> dict[str, Any]:
        """The document of the contract, plus `changes` where this was a dry run."""
        document: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "source", "verdict", "reason", "read", "added", "modified", "removed", "rejected", "requests", "bytes",
            )
        }  # fmt: skip
        document["seconds"] = round(self.seconds, 3)
        document["issues"] = [
            {
                "severity": issue.severity,
                "code": issue.code,
                "field": issue.field,
                "raw": issue.raw,
                "message": issue.message,
                "recordCode": issue.record_code,
            }
            for issue in self.issues
        ]
        if self.changes:
            document["changes"] = self.changes
        return document
