"""What a run works with: made once per process, injected, never global."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.base import Connector
from hub.config import HarvestSettings
from hub.fetch import Fetcher
from hub.harvest.beside import Beside
from hub.harvest.outcome import OnStep, Step
from hub.normalise.lookups import Lookups
from hub.store import Store
from hub.store.records import SourceRecord


def _now() -> datetime:
    return datetime.now(UTC)


def _quiet(step: Step) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The collaborators of every run.

    Attributes:
        make: a connector by name and options; raises ValueError (one sentence) where either is wrong.
        owner: who holds the leases, for people: host and process.
        files: the folder that relative paths of configured sources start from.
        prove: raises `connectors.base.SourceRefused` where a registered source has lost its proof of ownership.
        beside: the process that reads larger bodies; None: everything is read here.
        wayback: address of the archive that stands in for sources that are gone.
        lookups: the reviewed tables, read anew at each call so that a decision counts at once.
    """

    store: Store
    fetcher: Fetcher
    make: Callable[[str, Mapping[str, Any]], Connector]
    settings: HarvestSettings
    lookups: Callable[[], Awaitable[Lookups]]
    files: Path
    owner: str = "hub"
    now: Callable[[], datetime] = _now
    on_step: OnStep = _quiet
    prove: Callable[[SourceRecord], Awaitable[None]] | None = None
    beside: Beside | None = None
    wayback: str = "https://web.archive.org"
