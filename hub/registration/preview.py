"""What the hub would make of a stranger's address. Stores nothing, and tells nothing of what there is at addresses
that may not be asked."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import httpx

from connectors.base import HarvestError
from hub.fetch import ScratchArchive, SourcePolicy
from hub.inspect import Inspection, inspect
from hub.inspect import PreviewRecord as Found
from hub.inspect.proposal import is_ours
from hub.model import Issue, IssueSeverity
from hub.registration import discretion
from hub.registration.addresses import NOT_PUBLIC
from hub.registration.desk import Clerk
from hub.registration.discretion import UNREACHABLE
from hub.registration.intake import AUTO, INPUT
from hub.registration.quota import client_of
from hub.registration.refusals import bad, too_many
from schema.registration import ConnectorRequest, PreviewOutcome, PreviewRecord, Principal, Refusal, Report

MAX_BYTES = 10_000_000
"""Of one body that a preview reads."""

SECONDS = 60.0
SHOWN = 20
"""Commitments in an answer."""


class Previews(Clerk):
    """Reads addresses once for people who have not registered them."""

    async def preview(self, principal: Principal, request: ConnectorRequest) -> PreviewOutcome:
        """Read an address and report on it."""
        desk = self.desk
        wait = desk.quota.wait("preview", client_of(principal))
        if wait is not None:
            return PreviewOutcome(errors=(too_many(wait),))
        began = desk.clock.monotonic()
        record, found = desk.intake.reading(request)
        if not principal.operator and _has_pattern((record.options, record.fields)):
            found.append(bad("Una vista previa no usa expresiones regulares; el operador sí puede probarlas.", INPUT))
        if [refusal.message for refusal in found] == [NOT_PUBLIC]:
            await discretion.wait_out(desk.clock, began)
            return _unreachable(request.connector)
        if found:
            return PreviewOutcome(errors=tuple(found))
        wait = desk.quota.wait("preview", httpx.URL(record.url).host)
        if wait is not None:
            return PreviewOutcome(errors=(too_many(wait),))
        try:
            async with desk.slots, asyncio.timeout(SECONDS):
                inspection = await self._inspect(
                    request, record.url, record.options, record.fields, record.jurisdiction
                )
        except HarvestError as error:
            return PreviewOutcome(errors=(bad(discretion.reason_of(error), INPUT),))
        except TimeoutError:
            return PreviewOutcome(errors=(bad(f"La lectura no terminó en {SECONDS:g} s.", INPUT, "url"),))
        if inspection.failure is not None and discretion.is_silent(inspection.failure):
            await discretion.wait_out(desk.clock, began)
            return _unreachable(request.connector)
        return _told(inspection)

    async def _inspect(
        self, request: ConnectorRequest, url: str, options: dict[str, Any], fields: dict[str, Any], state: str | None
    ) -> Inspection:
        desk = self.desk
        policy = SourcePolicy(request.key, stranger=True, max_body=MAX_BYTES)
        with tempfile.TemporaryDirectory(prefix="hub-preview-") as folder:
            scratch = ScratchArchive(Path(folder), desk.fetcher.archive)
            fetch = desk.fetcher.for_source(policy, scratch=scratch)
            return await inspect(
                url, fetch=fetch, connector=None if request.connector == AUTO else request.connector,
                options=options, fields=fields or None, state=state,
                title=request.title, key=request.key, make=desk.intake.make,
                lookups=await desk.lookups(),
            )  # fmt: skip


def _has_pattern(value: Any) -> bool:
    """Whether a regular expression that a preview did not propose is among options or fields: one may be made to run for ever."""
    if isinstance(value, dict):
        pattern = value.get("pattern")
        return (pattern is not None and not (isinstance(pattern, str) and is_ours(pattern))) or any(
            _has_pattern(inner) for inner in value.values()
        )
    return isinstance(value, list | tuple) and any(_has_pattern(inner) for inner in value)


def _unreachable(connector: str) -> PreviewOutcome:
    """The one answer about every address that could not be read, whatever the reason."""
    issue = Issue(severity=IssueSeverity.ERROR, code="ADDRESS_REFUSED", message=UNREACHABLE, field="url")
    report = Report(connector=connector, rows=0, accepted=0, rejected=0, score=0.0, issues=(issue,))
    refusal: Refusal = bad(UNREACHABLE, INPUT, "url")
    return PreviewOutcome(report=report, errors=(refusal,))


def _told(inspection: Inspection) -> PreviewOutcome:
    found = inspection.report
    report = Report(
        connector=found.connector, rows=found.rows, accepted=found.accepted, rejected=found.rejected, score=found.score,
        media_type=found.media_type, encoding=found.encoding, proposed_fields=dict(found.proposed_fields),
        unmapped_columns=list(found.unmapped_columns), issues=found.issues,
    )  # fmt: skip
    errors: tuple[Refusal, ...] = ()
    if inspection.failure is not None:
        errors = (bad(inspection.failure.reason, INPUT, "url"),)
    return PreviewOutcome(
        report=report, commitments=[_record(one) for one in inspection.records[:SHOWN]], errors=errors
    )


def _record(found: Found) -> PreviewRecord:
    return PreviewRecord(
        code=found.code, title=found.title, status=found.status, progress=found.progress, ods=list(found.ods),
        locator=found.locator,
    )  # fmt: skip
