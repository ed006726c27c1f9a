"""What a form of the operator's page does: one call of the registration each, as the mutations of the API make it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.registration.office import Office
from hub.registration.refusals import bad, not_allowed, not_found
from schema.registration import ConnectorRequest, HarvestOutcome, Principal, Refusal, ValueDecision

log = logging.getLogger("hub.web.operation")

PATIENCE = 20.0
"""Seconds that the page waits for a harvest; one that takes longer goes on by itself."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: refusals, or something to show instead of the section it was sent from."""

    errors: Sequence[Refusal] = ()
    template: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


Act = Callable[[Office, Principal, Mapping[str, str]], Awaitable[Done]]


async def approve(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Let a proved source be harvested."""
    return Done((await office.review(principal, form.get("fuente", ""), True, form.get("comentario"))).errors)


async def reject(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Refuse a registration, with the comment that its publisher reads."""
    return Done((await office.review(principal, form.get("fuente", ""), False, form.get("comentario"))).errors)


async def pause(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Stop harvesting a source."""
    return Done((await office.pause(principal, form.get("fuente", ""), True)).errors)


async def resume(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Take a paused source up again."""
    return Done((await office.pause(principal, form.get("fuente", ""), False)).errors)


async def decide_value(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Keep what a published value means. A meaning that was left open is asked for again, never guessed."""
    value = form.get("valor", "").strip()
    if not value:
        return Done((bad("Diga qué significa el valor, o use «Sin dato».", "value"),))
    return await _decide(office, principal, form, value)


async def no_data(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Keep that a published value says nothing."""
    return await _decide(office, principal, form, "")


async def _decide(office: Office, principal: Principal, form: Mapping[str, str], value: str) -> Done:
    decision = ValueDecision(form.get("fuente", ""), form.get("campo", ""), form.get("publicado", ""), value)
    return Done((await office.resolve_value(principal, decision)).errors)


async def same(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Keep that two commitments are one."""
    return Done((await office.resolve_duplicate(principal, _pair(form), True)).errors)


async def different(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Keep that two commitments are two."""
    return Done((await office.resolve_duplicate(principal, _pair(form), False)).errors)


def _pair(form: Mapping[str, str]) -> tuple[str, str]:
    return form.get("uno", ""), form.get("otro", "")


async def preview(office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
    """Show the reviewer what a registered source would publish now. Stores nothing."""
    if not principal.operator:
        return Done((not_allowed(principal, "el operador del hub"),))
    source = await office.desk.store.source(form.get("fuente", ""))
    if source is None or source.origin != "registered":
        return Done((not_found(form.get("fuente", "")),))
    request = ConnectorRequest(
        key=source.key, title=source.title, connector=source.connector, url=source.url, contact=source.contact or "",
        state=source.jurisdiction, options=source.options, fields=source.fields,
    )  # fmt: skip
    outcome = await office.preview(principal, request)
    if outcome.report is None or outcome.errors:
        return Done(outcome.errors)
    shown = {"source": source, "report": outcome.report, "commitments": outcome.commitments}
    return Done(template="operation_preview.html", values=shown)


class Harvests:
    """Harvests that somebody asked for. One that takes long goes on after the page has answered."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._under_way: set[asyncio.Task[HarvestOutcome]] = set()

    async def __call__(self, office: Office, principal: Principal, form: Mapping[str, str]) -> Done:
        """Read a source now."""
        task = asyncio.create_task(office.harvest(principal, form.get("fuente", "")))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        return Done(task.result().errors) if done else Done()

    def _ended(self, task: asyncio.Task[HarvestOutcome]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a harvest from the operator's page failed", exc_info=task.exception())
