"""What was measured, kept as JSON so that parts can be repeated and an interrupted run taken up."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from load import Sample

FOLDER = Path(__file__).resolve().parent / ".peers" / "results"


class Figures:
    """The figures of one size, saved after each change.

    Args:
        size: commitments in the data.
        folder: where the file lies.
    """

    def __init__(self, size: int, folder: Path = FOLDER) -> None:
        self.size = size
        self.path = folder / f"{size}.json"
        self.data: dict[str, Any] = {"samples": {}, "memory": {}, "missing": {}, "parts": {}, "when": {}}
        if self.path.exists():
            self.data |= json.loads(self.path.read_text("utf-8"))

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".tmp")
        draft.write_text(json.dumps(self.data, indent=1), "utf-8")
        draft.replace(self.path)

    def note(self, server: str, key: str, sample: Sample) -> None:
        """One more round of a server and a workload."""
        self.data["samples"].setdefault(server, {}).setdefault(key, []).append(asdict(sample))
        self.save()

    def rounds(self, server: str, key: str) -> int:
        """How many rounds there are."""
        return len(self.data["samples"].get(server, {}).get(key, []))

    def forget(self, server: str, key: str) -> None:
        """Begin a server and a workload anew."""
        self.data["samples"].get(server, {}).pop(key, None)

    def median(self, server: str, key: str, what: str = "rate") -> float | None:
        """The median over the rounds of one of the fields of `Sample`."""
        found = self.data["samples"].get(server, {}).get(key)
        return statistics.median(sample[what] for sample in found) if found else None

    def left_out(self, part: str, missing: Mapping[str, str], present: Sequence[str] = ()) -> None:
        """Note who could not take part in a part, and why; those who did are no longer missing."""
        before = self.data["missing"].get(part, {})
        kept = {name: why for name, why in before.items() if not any(one.startswith(name) for one in present)}
        self.data["missing"][part] = {**kept, **missing}
        self.save()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one that measures.

        Raises:
            SystemExit: another run is under way.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with (self.path.parent / ".lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SystemExit("another run measures already; one at a time") from None
            yield

    def stamp(self, part: str) -> None:
        """Note when and under what load a part was measured."""
        self.data["when"][part] = {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
            "load": round(os.getloadavg()[1], 1),
        }
        self.save()
