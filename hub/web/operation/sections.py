"""What each part of the operator's page shows. A reader sees all of it, a publisher what is of its own source."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.model import SourceState
from hub.registration.desk import may_manage
from hub.store.records import SourceRecord
from hub.store.registration import AuditEntry, Challenge
from hub.web.labels import N_
from hub.web.operation.door import ROOT, OperationSite
from hub.web.operation.words import ACTOR
from hub.web.pages.view import View
from schema.live import LiveSource
from schema.registration import Principal

A_PAGE = 50
"""Values, pairs or acts of one page."""

Show = Callable[[OperationSite, Principal, View], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its address, its name, its template, and what the template shows."""

    path: str
    name: str
    template: str
    show: Show


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration, and what a reviewer may do with it."""

    source: SourceRecord
    challenge: Challenge | None
    may_approve: bool
    may_reject: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """A source, and whether who looks may pause, resume and harvest it."""

    source: LiveSource
    may_act: bool


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the audit log, its actor by name."""

    entry: AuditEntry
    actor: str


def sees(principal: Principal, key: str) -> bool:
    """Whether somebody may look at the affairs of a source: all but publishers see every one."""
    return not principal.sources or key in principal.sources


async def registrations(site: OperationSite, principal: Principal, view: View) -> dict[str, Any]:
    """Registrations that wait for a review, proved ones first; then those that were refused."""
    store = site.office.desk.store
    waiting: list[Registered] = []
    refused: list[Registered] = []
    for source in await store.sources():
        if source.origin != "registered" or not sees(principal, source.key):
            continue
        if source.state not in (SourceState.PENDING, SourceState.REJECTED):
            continue
        proved = source.verified_at is not None
        item = Registered(
            source, await store.challenge(source.key), principal.operator and proved,
            principal.operator and source.state is SourceState.PENDING,
        )  # fmt: skip
        (waiting if source.state is SourceState.PENDING else refused).append(item)
    waiting.sort(key=lambda item: (item.source.verified_at is None, _moment(item.source.created_at), item.source.key))
    return {"waiting": waiting, "refused": refused, "may_see_contact": principal.operator}


async def values(site: OperationSite, principal: Principal, view: View) -> dict[str, Any]:
    """Published values that no vocabulary knows, most frequent first; and those that were decided."""
    store = site.office.desk.store
    open_ = [value for value in await store.unmatched() if sees(principal, value.source)]
    decided = [value for value in await store.unmatched(resolved=True) if sees(principal, value.source)]
    key = view.parameters.get("fuente", "")
    keys = sorted({value.source for value in open_})
    if key:
        open_ = [value for value in open_ if value.source == key]
        decided = [value for value in decided if value.source == key]
    mine = {value.source for value in (*open_, *decided) if may_manage(principal, value.source)}
    return {"keys": keys, "chosen": key, "mine": mine, "decided": decided[:A_PAGE], **_page(view, open_)}


async def duplicates(site: OperationSite, principal: Principal, view: View) -> dict[str, Any]:
    """Pairs of commitments that may be one, likeliest first; and those that were decided."""
    if principal.sources:
        return {"decided": [], "may_act": False, **_page(view, [])}
    waiting = (await view.ask("duplicates"))["duplicateCandidates"]
    decided = (await view.ask("duplicates", decided=True))["duplicateCandidates"]
    return {"decided": decided[:A_PAGE], "may_act": principal.operator, **_page(view, waiting)}


async def sources(site: OperationSite, principal: Principal, view: View) -> dict[str, Any]:
    """Every source with its switches, those that need somebody first."""
    found = [source for source in (await site.live.sources()).values() if sees(principal, source.key)]
    found.sort(key=lambda source: (source.healthy and not source.stale, source.key))
    return {"switches": [Switch(source, may_manage(principal, source.key)) for source in found]}


async def log(site: OperationSite, principal: Principal, view: View) -> dict[str, Any]:
    """Who did what to which source, newest first."""
    key = view.parameters.get("fuente", "") or None
    if principal.sources:
        key = next(iter(principal.sources))
    first = _start(view)
    entries = await site.office.desk.store.audit_log(key, first=first + A_PAGE + 1)
    acts = await named(site, view, entries[first : first + A_PAGE])
    more = first + A_PAGE if len(entries) > first + A_PAGE else None
    return {"acts": acts, "chosen": key or "", "first": first, "more": more}


async def last_act(site: OperationSite, principal: Principal) -> AuditEntry | None:
    """What somebody did last, but for coming and going."""
    entries = await site.office.desk.store.audit_log(first=A_PAGE)
    acts = (entry for entry in entries if entry.actor == principal.token and not entry.action.startswith("sign-"))
    return next(acts, None)


async def named(site: OperationSite, view: View, entries: Sequence[AuditEntry]) -> list[Act]:
    """Acts with the names of those who did them."""
    names = {token.id: token.name or token.id for token in await site.office.desk.store.tokens()}
    return [Act(entry, names.get(entry.actor) or view.label(ACTOR, entry.actor)) for entry in entries]


SECTIONS = (
    Section(ROOT, N_("Registros por revisar"), "operation_registrations.html", registrations),
    Section(f"{ROOT}/valores", N_("Valores"), "operation_values.html", values),
    Section(f"{ROOT}/duplicados", N_("Posibles duplicados"), "operation_duplicates.html", duplicates),
    Section(f"{ROOT}/fuentes", N_("Fuentes"), "operation_sources.html", sources),
    Section(f"{ROOT}/bitacora", N_("Bitácora"), "operation_log.html", log),
)
BY_PATH: Mapping[str, Section] = {section.path: section for section in SECTIONS}


def _page(view: View, items: Sequence[Any]) -> dict[str, Any]:
    """One page of a list: its items, how many there are in all, and where the next page begins."""
    first = min(_start(view), len(items))
    more = first + A_PAGE if len(items) > first + A_PAGE else None
    return {"items": items[first : first + A_PAGE], "total": len(items), "first": first, "more": more}


def _start(view: View) -> int:
    text = view.parameters.get("desde", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
