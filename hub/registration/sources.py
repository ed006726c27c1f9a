"""The registration of sources by their publishers: preview, register, prove, review, harvest, pause."""

from __future__ import annotations

import secrets
from datetime import datetime

import httpx
import msgspec

from connectors.base import HarvestError
from hub.harvest.harvester import is_runnable
from hub.model import SourceState
from hub.registration import discretion
from hub.registration.addresses import same_address
from hub.registration.desk import Clerk, actor_of, may_manage
from hub.registration.intake import INPUT
from hub.registration.ownership import PAUSE, is_published, new_challenge
from hub.registration.quota import client_of
from hub.registration.refusals import KEY, OPERATOR, PUBLISHER, bad, not_allowed, not_found, shown, too_many
from hub.store.records import SourceRecord
from hub.store.registration import AuditEntry
from hub.store.registration import Challenge as StoredChallenge
from schema.registration import (
    Challenge,
    ConnectorRequest,
    HarvestOutcome,
    Principal,
    Refusal,
    RegisterOutcome,
    SourceOutcome,
)

TAKEN = {
    "key": bad("Esa clave ya es de otra fuente: elija otra.", INPUT, "key"),
    "address": bad("Otra fuente ya lee esa dirección: escriba al operador del hub si es suya.", INPUT, "url"),
}
WAITING = "Propiedad comprobada; espera la revisión del operador."
UNPROVED = "Registrada; falta comprobar la propiedad del sitio."
EXPIRED = (
    "La prueba de propiedad venció. Registre la fuente otra vez, con su token, para recibir una nueva; "
    "la anterior ya no vale."
)
MISSING = "El archivo {url} no tiene la línea que se pidió. Publíquela tal cual, como texto, y vuelva a intentarlo."


class Sources(Clerk):
    """The registered sources, from registration to their last pause."""

    async def register(self, principal: Principal, request: ConnectorRequest) -> RegisterOutcome:
        """Store a source as PENDING. A publisher who shows the key's token renews its registration and challenge."""
        desk = self.desk
        wait = desk.quota.wait("register", client_of(principal))
        if wait is not None:
            return RegisterOutcome(errors=(too_many(wait),))
        record = desk.intake.check(request)
        if isinstance(record, list):
            return RegisterOutcome(errors=tuple(record))
        own = record.key in principal.sources
        if own:
            before = await desk.store.source(record.key)
            if before is not None and before.state is SourceState.ACTIVE:
                return RegisterOutcome(
                    errors=(bad("La fuente está activa: páusela antes de cambiarla.", INPUT, "key"),)
                )
            record = _renewed(before, record)
        return await self._store(principal, record, own)

    async def _store(self, principal: Principal, record: SourceRecord, own: bool) -> RegisterOutcome:
        desk, now = self.desk, self.desk.now()
        record = msgspec.structs.replace(record, created_at=now, reason=UNPROVED)
        challenge = new_challenge(record, now)
        secret = None if own else secrets.token_urlsafe(32)
        detail = {"url": record.url, "connector": record.connector, "renewed": own}
        entry = AuditEntry(at=now, actor=actor_of(principal), action="register", source=record.key, detail=detail)

        def gives_way(other: SourceRecord, its: StoredChallenge | None) -> bool:
            if other.key == record.key and own:
                return other.origin == "registered" and other.state is not SourceState.ACTIVE
            return _lapsed(other, its, now)

        taken = await desk.store.register_source(
            record, challenge, secret=secret, entry=entry, address_of=same_address, gives_way=gives_way
        )
        if taken is not None:
            return RegisterOutcome(errors=(TAKEN[taken],))
        await desk.moved()
        shown_challenge = Challenge(challenge.url, challenge.body, challenge.expires_at)
        return RegisterOutcome(source=record.key, challenge=shown_challenge, token=secret)

    async def verify(self, principal: Principal, key: str) -> SourceOutcome:
        """Ask the source's own site for the challenge. Anybody may ask: it is the site that answers."""
        desk = self.desk
        source = await self._registered(key)
        if isinstance(source, Refusal):
            return SourceOutcome(errors=(source,))
        wait = desk.quota.wait("verify", client_of(principal), httpx.URL(source.url).host)
        if wait is not None:
            return SourceOutcome(errors=(too_many(wait),))
        challenge = await desk.store.challenge(key)
        if challenge is None or (source.verified_at is None and challenge.expires_at <= desk.now()):
            return SourceOutcome(errors=(bad(EXPIRED, *KEY),))
        refusal = await self._unmet(challenge)
        if refusal is not None:
            return SourceOutcome(errors=(refusal,))
        if not await desk.store.mark_verified(key, challenge.body, now=desk.now()):
            return SourceOutcome(errors=(bad(EXPIRED, *KEY),))
        await desk.log(principal, "verify", key, url=challenge.url)
        await self._after_proof(source)
        return await self._done(key)

    async def _unmet(self, challenge: StoredChallenge) -> Refusal | None:
        began = self.desk.clock.monotonic()
        try:
            if await is_published(self.desk.fetcher, challenge):
                return None
        except HarvestError as error:
            if discretion.is_silent(error):
                await discretion.wait_out(self.desk.clock, began)
            return bad(f"{MISSING.format(url=challenge.url)} {discretion.reason_of(error)}", *KEY)
        return bad(MISSING.format(url=challenge.url), *KEY)

    async def _after_proof(self, source: SourceRecord) -> None:
        """A pending source waits for its review; one that had lost its proof goes on."""
        store = self.desk.store
        if source.state is SourceState.PENDING:
            await store.move_source(source.key, SourceState.PENDING, among={SourceState.PENDING}, reason=WAITING)
        elif source.state is SourceState.PAUSED and await self._paused_by(source.key) == "hub":
            await self._resume(source.key)

    async def review(self, principal: Principal, key: str, approve: bool, comment: str | None) -> SourceOutcome:
        """Approve or reject; only what is proved can be approved."""
        if not principal.operator:
            return SourceOutcome(errors=(not_allowed(principal, OPERATOR),))
        source = await self._registered(key)
        if isinstance(source, Refusal):
            return SourceOutcome(errors=(source,))
        said = (comment or "").strip()
        if len(said) > 2_000:
            return SourceOutcome(errors=(bad("El comentario pasa de 2,000 caracteres.", "comment"),))
        store = self.desk.store
        if approve:
            waiting = {SourceState.PENDING, SourceState.REJECTED}
            done = await store.move_source(
                key, SourceState.ACTIVE, among=waiting, verified=True, reason=said or None, next_due_at=self.desk.now()
            )
        else:
            among = set(SourceState) - {SourceState.REJECTED}
            done = await store.move_source(key, SourceState.REJECTED, among=among, reason=said or "Rechazada.")
        if not done:
            return SourceOutcome(errors=(_why_not(source, approve),))
        await self.desk.log(principal, "approve" if approve else "reject", key, comment=said)
        return await self._done(key)

    async def pause(self, principal: Principal, key: str, paused: bool) -> SourceOutcome:
        """Stop harvesting, or take it up again. What the operator paused only the operator takes up."""
        if not may_manage(principal, key):
            return SourceOutcome(errors=(not_allowed(principal, PUBLISHER),))
        source = await self.desk.store.source(key)
        if source is None:
            return SourceOutcome(errors=(not_found(key),))
        refusal = await (self._pause(principal, source) if paused else self._take_up(principal, source))
        return SourceOutcome(errors=(refusal,)) if refusal else await self._done(key)

    async def _pause(self, principal: Principal, source: SourceRecord) -> Refusal | None:
        who = "el operador" if principal.operator else "quien la publica"
        among = {SourceState.ACTIVE, SourceState.PAUSED} if principal.operator else {SourceState.ACTIVE}
        reason = f"Pausada por {who}."
        if await self.desk.store.move_source(source.key, SourceState.PAUSED, among=among, reason=reason):
            by = "operator" if principal.operator else "publisher"
            await self.desk.log(principal, PAUSE, source.key, by=by)
        elif source.state is not SourceState.PAUSED:
            return bad(f"La fuente no está activa sino {source.state.value}.", *KEY)
        return None

    async def _take_up(self, principal: Principal, source: SourceRecord) -> Refusal | None:
        if source.state is SourceState.ACTIVE:
            return None
        if source.state is not SourceState.PAUSED:
            return bad(f"La fuente no está en pausa sino {source.state.value}.", *KEY)
        if not principal.operator and await self._paused_by(source.key) == "operator":
            return not_allowed(principal, "el operador, que la pausó")
        if source.origin == "registered" and source.verified_at is None:
            return bad("La propiedad del sitio no está comprobada: publique la prueba y pida la verificación.", *KEY)
        await self._resume(source.key)
        await self.desk.log(principal, "resume", source.key)
        return None

    async def _resume(self, key: str) -> None:
        store, now = self.desk.store, self.desk.now()
        await store.move_source(key, SourceState.ACTIVE, among={SourceState.PAUSED}, reason=None, next_due_at=now)

    async def _paused_by(self, key: str) -> str | None:
        """``operator``, ``publisher`` or ``hub``: who paused a source last."""
        last = await self.desk.store.audit_log(key, action=PAUSE, first=1)
        return str(last[0].detail.get("by", last[0].actor)) if last else None

    async def harvest(self, principal: Principal, key: str) -> HarvestOutcome:
        """Harvest a source now and tell its run; where one is under way already, that one."""
        if not may_manage(principal, key):
            return HarvestOutcome(errors=(not_allowed(principal, PUBLISHER),))
        desk = self.desk
        source = await desk.store.source(key)
        if source is None:
            return HarvestOutcome(errors=(not_found(key),))
        if not is_runnable(source):
            state = source.state.value if source.enabled and source.configured else "desactivada en la configuración"
            return HarvestOutcome(errors=(bad(f"La fuente no se puede leer ahora: está {state}.", *KEY),))
        wait = desk.quota.wait("harvest", key)
        if wait is not None:
            return HarvestOutcome(errors=(too_many(wait),))
        await desk.log(principal, "harvest", key)
        outcome = (await desk.harvester.harvest([source]))[0]
        await desk.moved()
        run = await desk.store.run(outcome.run) if outcome.run else None
        if run is None:
            run = next(iter(await desk.store.runs(key, first=1)), None)
        return HarvestOutcome(run=run)

    async def _registered(self, key: str) -> SourceRecord | Refusal:
        source = await self.desk.store.source(key)
        if source is None:
            return not_found(key)
        if source.origin != "registered":
            return bad(f"«{shown(key)}» está en la configuración de este hub: no se verifica ni se revisa aquí.", *KEY)
        return source

    async def _done(self, key: str) -> SourceOutcome:
        await self.desk.moved()
        return SourceOutcome(source=key)


def _renewed(before: SourceRecord | None, record: SourceRecord) -> SourceRecord:
    """A registration that takes the place of the same publisher's former one; what was harvested stays known."""
    if before is None:
        return record
    changes = {
        name: getattr(record, name)
        for name in (
            "title", "connector", "url", "jurisdiction", "schedule", "floor", "license", "contact", "options", "fields",
        )
    }  # fmt: skip
    return msgspec.structs.replace(
        before, **changes, state=SourceState.PENDING, verified_at=None, next_due_at=None, fingerprint=None
    )


def _lapsed(other: SourceRecord, challenge: StoredChallenge | None, now: datetime) -> bool:
    """Whether a registration came to nothing: rejected, or never proved in time, and nothing was ever published."""
    if other.origin != "registered" or other.changed_at is not None:
        return False
    if other.state is SourceState.REJECTED:
        return True
    expired = challenge is None or challenge.expires_at <= now
    return other.state is SourceState.PENDING and other.verified_at is None and expired


def _why_not(source: SourceRecord, approve: bool) -> Refusal:
    if approve and source.state in (SourceState.PENDING, SourceState.REJECTED) and source.verified_at is None:
        return bad("Falta comprobar la propiedad del sitio: no se aprueba lo que nadie ha probado que sea suyo.", *KEY)
    return bad(f"La fuente ya está {source.state.value}.", *KEY)
