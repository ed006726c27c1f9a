"""What every resolver may know of its request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import strawberry

from schema.events import EventSource, NoEvents
from schema.live import LiveState
from schema.registration import Principal, Registration, Unregistered

if TYPE_CHECKING:
    from schema.loaders import Loaders
    from schema.read.file import ReadFile


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the API that an operator may set.

    Attributes:
        default_page: records on a page when the client names no size.
        max_page: most records on a page.
    """

    default_page: int = 50
    max_page: int = 500


@dataclass(slots=True)
class Context:
    """One request: one version of the data whole, what moves beside it, and who asks.

    Attributes:
        file: the read-model file of one data version; a request never sees two.
        live: runs, freshness and states of sources, which move without a data version.
        principal: who asks, as far as it was proved.
        registration: what mutations call.
        events: what subscriptions follow.
        settings: limits of the API.
        newest: gives the file of the newest data version, for a subscription that outlives one.
        loaders: batches the look-ups of this request; made on first use.
    """

    file: ReadFile
    live: LiveState
    principal: Principal = field(default_factory=Principal)
    registration: Registration = field(default_factory=Unregistered)
    events: EventSource = field(default_factory=NoEvents)
    settings: Settings = field(default_factory=Settings)
    newest: Callable[[], ReadFile] | None = None
    _loaders: Loaders | None = None

    @property
    def loaders(self) -> Loaders:
        """The request's loaders."""
        if self._loaders is None:
            from schema.loaders import Loaders  # loaders know the types' rows, which know this module

            self._loaders = Loaders(self.file, self.live)
        return self._loaders

    def refresh(self) -> None:
        """Move on to the newest data version; only between two answers of a subscription."""
        if self.newest is not None:
            self.file = self.newest()
        self._loaders = None


Info: TypeAlias = strawberry.Info[Context, None]
