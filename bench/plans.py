"""How a part is measured: how often, how long, what, and whether anew."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from figures import Figures
from workloads import NAMES, WORKLOADS, Workload


def say(text: str) -> None:
    """Tell whoever watches, with the time."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Plan:
    """How a part is measured.

    Attributes:
        rounds: how often each figure is taken.
        seconds: how long one takes with varied variables; literals, unseen texts and hot ones take half of it.
        names: the workloads.
        resume: keep the rounds that are there, add what is missing.
    """

    rounds: int = 3
    seconds: float = 2.0
    names: Sequence[str] = NAMES
    resume: bool = False

    def workloads(self) -> list[Workload]:
        return [workload for workload in WORKLOADS if workload.name in self.names]

    def begin(self, figures: Figures, server: str, keys: Sequence[str]) -> None:
        """Forget what is to be measured anew."""
        if not self.resume:
            for key in keys:
                figures.forget(server, key)

    def wants(self, figures: Figures, server: str, key: str, number: int) -> bool:
        """Whether a round is still to be taken."""
        return figures.rounds(server, key) <= number
