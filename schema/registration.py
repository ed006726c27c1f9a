"""What the mutations need from registration, as a protocol; and the registration that is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from hub.model import CommitmentStatus, Issue, Run
from schema.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `operator` may do everything; `sources` are those whose publisher's token was shown.

    Attributes:
        token: id of the token that was shown, never the token itself.
        address: where the request came from, for quotas; None within this process.
    """

    name: str | None = None
    operator: bool = False
    sources: frozenset[str] = frozenset()
    token: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mutation was not carried out, for its payload's `errors`. `path` leads to the input at fault."""

    code: str
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectorRequest:
    """What a publisher asks to have harvested, as given; nothing in it is checked yet."""

    key: str
    title: str
    connector: str
    url: str
    contact: str
    state: str | None = None
    schedule: str | None = None
    license: str | None = None
    floor: int | None = None
    options: Any = None
    fields: Any = None


@dataclass(frozen=True, slots=True)
class PreviewRecord:
    """One commitment that a preview found. Nothing of it is stored."""

    code: str
    title: str
    status: CommitmentStatus
    progress: float | None
    ods: Sequence[int]
    locator: str


@dataclass(frozen=True, slots=True)
class Report:
    """How far a file gives what the model needs: the one report object that publishers get everywhere."""

    connector: str
    rows: int
    accepted: int
    rejected: int
    score: float
    media_type: str | None = None
    encoding: str | None = None
    proposed_fields: Mapping[str, Any] = field(default_factory=dict)
    unmapped_columns: Sequence[str] = ()
    issues: Sequence[Issue] = ()
    proposed_options: Mapping[str, Any] = field(default_factory=dict)
    proposed_url: str | None = None
    """The address to register, where another one serves better than the one given: a file behind a page."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a publisher must serve to prove that a site is theirs."""

    url: str
    body: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PreviewOutcome:
    report: Report | None = None
    commitments: Sequence[PreviewRecord] = ()
    errors: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    source: str | None = None
    challenge: Challenge | None = None
    token: str | None = None
    errors: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    source: str | None = None
    errors: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class HarvestOutcome:
    run: Run | None = None
    errors: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class ValueDecision:
    """What a published value means, as a person decided it."""

    source: str
    field: str
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class ValueOutcome:
    """`run` is the reading from the archive that made the decision count; None where nothing is archived yet."""

    source: str | None = None
    run: Run | None = None
    errors: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Two commitments that may be one, by their public codes. `same` is what was decided; None: nothing yet."""

    codes: tuple[str, str]
    score: float
    found_at: datetime
    reason: str | None = None
    same: bool | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DuplicatesOutcome:
    candidate: Duplicates | None = None
    errors: Sequence[Refusal] = ()


class Registration(Protocol):
    """Every refusal is a value, never an exception."""

    async def preview(self, principal: Principal, request: ConnectorRequest) -> PreviewOutcome: ...
    async def register(self, principal: Principal, request: ConnectorRequest) -> RegisterOutcome: ...
    async def verify(self, principal: Principal, key: str) -> SourceOutcome: ...
    async def review(self, principal: Principal, key: str, approve: bool, comment: str | None) -> SourceOutcome: ...
    async def harvest(self, principal: Principal, key: str) -> HarvestOutcome: ...
    async def pause(self, principal: Principal, key: str, paused: bool) -> SourceOutcome: ...
    async def resolve_value(self, principal: Principal, decision: ValueDecision) -> ValueOutcome: ...
    async def resolve_duplicate(
        self, principal: Principal, codes: tuple[str, str], same: bool
    ) -> DuplicatesOutcome: ...
    async def duplicates(self, decided: bool) -> Sequence[Duplicates]: ...


def _absent(what: str) -> tuple[Refusal, ...]:
    message = f"This hub does not offer {what}. Ask its operator to add the source to its configuration."
    return (Refusal(code=ErrorCode.NOT_IMPLEMENTED.value, message=message),)


class Unregistered:
    """A hub that offers no registration: each mutation answers NOT_IMPLEMENTED in its payload."""

    async def preview(self, principal: Principal, request: ConnectorRequest) -> PreviewOutcome:
        return PreviewOutcome(errors=_absent("previews"))

    async def register(self, principal: Principal, request: ConnectorRequest) -> RegisterOutcome:
        return RegisterOutcome(errors=_absent("registration"))

    async def verify(self, principal: Principal, key: str) -> SourceOutcome:
        return SourceOutcome(errors=_absent("registration"))

    async def review(self, principal: Principal, key: str, approve: bool, comment: str | None) -> SourceOutcome:
        return SourceOutcome(errors=_absent("registration"))

    async def harvest(self, principal: Principal, key: str) -> HarvestOutcome:
        return HarvestOutcome(errors=_absent("harvests on demand"))

    async def pause(self, principal: Principal, key: str, paused: bool) -> SourceOutcome:
        return SourceOutcome(errors=_absent("registration"))

    async def resolve_value(self, principal: Principal, decision: ValueDecision) -> ValueOutcome:
        return ValueOutcome(errors=_absent("decisions on values"))

    async def resolve_duplicate(self, principal: Principal, codes: tuple[str, str], same: bool) -> DuplicatesOutcome:
        return DuplicatesOutcome(errors=_absent("decisions on duplicates"))

    async def duplicates(self, decided: bool) -> Sequence[Duplicates]:
        return ()
