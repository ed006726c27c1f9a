"""Inputs and payloads of the mutations. Every refusal is a typed error in the payload, not an exception."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from schema.context import Info
from schema.ids import global_id
from schema.registration import Challenge, ConnectorRequest, Duplicates, PreviewRecord, Refusal, Report
from schema.scalars import JSON, DateTime, utc_text
from schema.types.enums import CommitmentStatus
from schema.types.lazy import LazyCommitment
from schema.types.parts import DataIssue
from schema.types.run import HarvestRun
from schema.types.source import Source


@strawberry.input(description="A page, file or API that its publisher wants harvested.")
class ConnectorInput:
    key: str = strawberry.field(description="Key of the source in this hub: [a-z0-9-]{3,64}.")
    title: str = strawberry.field(description="What the source is called.")
    state: str | None = strawberry.field(
        default=None, description="INEGI key, ISO code or name; null for a national publisher."
    )
    connector: str = strawberry.field(
        description='Name of the connector that reads it; "auto" in a preview: whichever reads it best.'
    )
    url: str = strawberry.field(description="Its public address.")
    contact: str = strawberry.field(description="An e-mail address, never shown to the public.")
    schedule: str | None = strawberry.field(default=None, description="How often it should be read.")
    license: str | None = strawberry.field(default=None, description="The licence of the data.")
    floor: int | None = strawberry.field(default=None, description="The fewest commitments that a good run may have.")
    options: JSON | None = strawberry.field(default=None, description="Options of the connector.")
    fields: JSON | None = strawberry.field(
        default=None, description="Mapping of the source's columns to the model's fields."
    )

    def request(self) -> ConnectorRequest:
        """The same, as the registration takes it."""
        return ConnectorRequest(
            key=self.key,
            title=self.title,
            connector=self.connector,
            url=self.url,
            contact=self.contact,
            state=self.state,
            schedule=self.schedule,
            license=self.license,
            floor=self.floor,
            options=self.options,
            fields=self.fields,
        )


@strawberry.type(description="Why something was not done, and what would mend it.")
class UserError:
    code: str = strawberry.field(description="A stable word for programs.")
    path: list[str] = strawberry.field(description="Which part of the input is at fault.")
    message: str = strawberry.field(description="What is wrong and what would mend it.")

    @classmethod
    def all(cls, refusals: Sequence[Refusal]) -> list[UserError]:
        """One for each refusal."""
        return [cls(code=item.code, path=list(item.path), message=item.message) for item in refusals]


@strawberry.type(description="What to serve, and where, to prove that a site is yours.")
class OwnershipChallenge:
    url: str = strawberry.field(description="Address at which the publisher serves the body.")
    body: str = strawberry.field(description="The exact text to serve there.")
    expires_at: DateTime = strawberry.field(description="Until when the challenge can be met.")

    @classmethod
    def of(cls, challenge: Challenge) -> OwnershipChallenge:
        return cls(url=challenge.url, body=challenge.body, expires_at=utc_text(challenge.expires_at))


@strawberry.type(description="One commitment that a preview found. Nothing of it is stored.")
class PreviewCommitment:
    code: str = strawberry.field(description="The code that it would have.")
    title: str = strawberry.field(description="Its title.")
    status: CommitmentStatus = strawberry.field(description="Its normalised status.")
    progress: float | None = strawberry.field(description="0 to 100; null where none is published.")
    ods: list[int] = strawberry.field(description="The goals that it declares.")
    locator: str | None = strawberry.field(description="Where in the file.")

    @classmethod
    def of(cls, record: PreviewRecord) -> PreviewCommitment:
        return cls(
            code=record.code,
            title=record.title,
            status=record.status,
            progress=record.progress,
            ods=list(record.ods),
            locator=record.locator,
        )


@strawberry.type(
    description=(
        "score: 0 to 1, how far the file gives what the model needs; under 0.3 it is taken for something else and nothing "
        "is accepted."
    )
)
class ConformanceReport:
    connector: str = strawberry.field(description="The connector that read it.")
    media_type: str | None = strawberry.field(description="Media type of the bytes, as sniffed.")
    encoding: str | None = strawberry.field(description="Encoding of the text, as sniffed.")
    rows: int = strawberry.field(description="Rows found.")
    accepted: int = strawberry.field(description="Rows that gave a record.")
    rejected: int = strawberry.field(description="Rows that gave none.")
    score: float = strawberry.field(description="0 to 1, how far the file gives what the model needs.")
    proposed_fields: JSON = strawberry.field(description="The mapping of columns that the hub proposes.")
    proposed_options: JSON = strawberry.field(description="The connector's options that the hub proposes.")
    proposed_url: str | None = strawberry.field(
        description="The address that the hub proposes to read; another one than was given where a file lies behind it."
    )
    unmapped_columns: list[str] = strawberry.field(description="Columns that nothing reads.")
    issues: list[DataIssue] = strawberry.field(description="What is wrong, most frequent first.")

    @classmethod
    def of(cls, report: Report) -> ConformanceReport:
        return cls(
            connector=report.connector,
            media_type=report.media_type,
            encoding=report.encoding,
            rows=report.rows,
            accepted=report.accepted,
            rejected=report.rejected,
            score=report.score,
            proposed_fields=JSON(dict(report.proposed_fields)),
            proposed_options=JSON(dict(report.proposed_options)),
            proposed_url=report.proposed_url,
            unmapped_columns=list(report.unmapped_columns),
            issues=[DataIssue.of(issue) for issue in report.issues],
        )


@strawberry.type(description="What the hub would make of an address.")
class PreviewPayload:
    report: ConformanceReport | None = strawberry.field(description="The report; null where nothing could be read.")
    commitments: list[PreviewCommitment] = strawberry.field(description="The first commitments found.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty on success.")


@strawberry.type(description="A new source, the challenge to meet, and the publisher's token.")
class RegisterPayload:
    source: Source | None = strawberry.field(description="The source, PENDING.")
    challenge: OwnershipChallenge | None = strawberry.field(description="What to serve to prove ownership.")
    token: str | None = strawberry.field(description="The publisher's token, shown this once only.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty on success.")


@strawberry.type(description="A source after a change of its state.")
class SourcePayload:
    source: Source | None = strawberry.field(description="The source.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty on success.")


@strawberry.type(description="A run that was asked for.")
class HarvestPayload:
    run: HarvestRun | None = strawberry.field(description="The run.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty on success.")


@strawberry.type(description="A decision on a published value, and the reading from the archive that made it count.")
class ResolvePayload:
    source: Source | None = strawberry.field(description="The source.")
    run: HarvestRun | None = strawberry.field(
        description="The run that read the archive again; null where nothing is archived yet."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty on success.")


@strawberry.type(
    description="Two commitments of different sources that may be one. They are never merged on their own."
)
class DuplicateCandidate:
    id: strawberry.ID = strawberry.field(description="What resolveDuplicate takes.")
    codes: list[str] = strawberry.field(description="The two public codes.")
    score: float = strawberry.field(description="How alike their titles are, 90 to 100.")
    reason: str | None = strawberry.field(description="The two titles and their sources, as they were compared.")
    found_at: DateTime = strawberry.field(description="When the hub first put them side by side.")
    same: bool | None = strawberry.field(description="What was decided: one commitment, or two; null: nothing yet.")
    decided_at: DateTime | None = strawberry.field(description="When it was decided.")

    @strawberry.field(description="Those of the two that are in the current view.")
    async def commitments(self, info: Info) -> list[LazyCommitment]:
        from schema.types.commitment import Commitment

        found = [await info.context.loaders.commitment(code) for code in self.codes]
        rows = {row.code: row for row in found if row is not None}  # once they are one, both codes lead to it
        return [Commitment.of(row) for row in rows.values()]

    @classmethod
    def of(cls, found: Duplicates) -> DuplicateCandidate:
        return cls(
            id=global_id("DuplicateCandidate", "\n".join(found.codes)),
            codes=list(found.codes),
            score=found.score,
            reason=found.reason,
            found_at=utc_text(found.found_at),
            same=found.same,
            decided_at=utc_text(found.decided_at) if found.decided_at else None,
        )


@strawberry.type(description="A decision on two commitments.")
class DuplicatePayload:
    candidate: DuplicateCandidate | None = strawberry.field(description="The pair, decided.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty on success.")
