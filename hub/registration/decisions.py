"""What people decide: what a published value means, and whether two commitments are one."""

from __future__ import annotations

from collections.abc import Sequence

from hub.normalise import lookups
from hub.registration.desk import Clerk, actor_of, may_manage
from hub.registration.refusals import OPERATOR, PUBLISHER, bad, not_allowed, not_found, shown
from hub.store.decisions import DuplicateCandidate
from hub.store.errors import DecisionRefused, UnknownPair
from hub.store.standing import Clash
from schema.errors import ErrorCode
from schema.registration import (
    Duplicates,
    DuplicatesOutcome,
    Principal,
    Refusal,
    ValueDecision,
    ValueOutcome,
)

LONGEST = 500
"""Characters of a reviewed value."""


class Decisions(Clerk):
    """The two public queues, and what was decided about what stands in them."""

    async def resolve_value(self, principal: Principal, decision: ValueDecision) -> ValueOutcome:
        """Keep what a value means and read the archive again, so that the answer changes at once."""
        desk, key = self.desk, decision.source
        if not may_manage(principal, key):
            return ValueOutcome(errors=(not_allowed(principal, PUBLISHER),))
        source = await desk.store.source(key)
        if source is None:
            return ValueOutcome(errors=(not_found(key),))
        value = decision.value.strip()
        refusal = _unfit(decision, value)
        if refusal is not None:
            return ValueOutcome(errors=(refusal,))
        by = actor_of(principal)
        if not await desk.store.resolve_unmatched(
            key, decision.field, decision.raw, value=value, by=by, now=desk.now()
        ):
            return ValueOutcome(errors=(_unknown_value(decision),))
        await desk.log(principal, "resolve-value", key, field=decision.field, raw=shown(decision.raw, 200), value=value)
        if not await desk.store.last_snapshots(key) and not source.url.startswith("bundled:"):
            await desk.moved()
            return ValueOutcome(source=key)
        outcome = (await desk.harvester.harvest([source], from_archive=True))[0]
        await desk.moved()
        return ValueOutcome(source=key, run=await desk.store.run(outcome.run) if outcome.run else None)

    async def resolve_duplicate(self, principal: Principal, codes: tuple[str, str], same: bool) -> DuplicatesOutcome:
        """Keep whether two commitments are one, and make it so at once; the opposite of what was decided reverses it."""
        desk = self.desk
        if not principal.operator:
            return DuplicatesOutcome(errors=(not_allowed(principal, OPERATOR),))
        try:
            await desk.store.decide_candidate(*codes, same=same, by=actor_of(principal), now=desk.now())
        except UnknownPair:
            message = f"En la cola no está el par «{shown(codes[0])}» y «{shown(codes[1])}»."
            return DuplicatesOutcome(errors=(Refusal(ErrorCode.NOT_FOUND.value, message, ("id",)),))
        except DecisionRefused as refused:
            return DuplicatesOutcome(errors=(bad(_contradicted(refused), "same"),))
        await desk.log(principal, "resolve-duplicate", None, codes=list(codes), same=same)
        await desk.moved()
        decided = await self.duplicates(True)
        return DuplicatesOutcome(candidate=next((one for one in decided if set(one.codes) == set(codes)), None))

    async def duplicates(self, decided: bool) -> Sequence[Duplicates]:
        """The queue of likely duplicates, likeliest first."""
        return [_told(candidate) for candidate in await self.desk.store.candidates(decided=decided)]


def _unfit(decision: ValueDecision, value: str) -> Refusal | None:
    """Why a value cannot be what its field says."""
    if not lookups.is_field(decision.field):
        return bad(f"«{shown(decision.field)}» no es un campo que se pueda revisar.", "field")
    if len(value) > LONGEST:
        return bad(f"El valor pasa de {LONGEST} caracteres.", "value")
    if lookups.unfit(decision.field, value) is not None:
        return bad(f"«{shown(value)}» no es un valor de «{shown(decision.field)}»; vacío significa sin dato.", "value")
    return None


def _unknown_value(decision: ValueDecision) -> Refusal:
    message = (
        f"En la cola de «{shown(decision.source)}» no está el valor «{shown(decision.raw)}» del campo "
        f"«{shown(decision.field)}»."
    )
    return Refusal(ErrorCode.NOT_FOUND.value, message, ("raw",))


_CONTRADICTED = {
    Clash.ONE_SOURCE: "La misma fuente publica los dos ({0}): quien publica dos los distingue.",
    Clash.TWO_PLANS: "Son de dos planes publicados ({0}): corrija primero el plan en la fuente.",
    Clash.KEPT_APART: "Ya se decidió que {0} son dos: revierta primero esa decisión.",
    Clash.JOINED: "Otras decisiones los hacen uno solo ({0}): revierta primero una de ellas.",
    Clash.ONE_KEY: "Tienen la misma clave natural ({0}): corrija primero el número o la clave en la fuente.",
}


def _contradicted(refused: DecisionRefused) -> str:
    """Why a decision cannot be made, with the names of what stands against it."""
    return _CONTRADICTED[refused.clash].format(" y ".join(f"«{shown(name)}»" for name in refused.named))


def _told(candidate: DuplicateCandidate) -> Duplicates:
    return Duplicates(
        codes=(candidate.code_a, candidate.code_b), score=candidate.score, found_at=candidate.found_at,
        reason=candidate.reason, same=None if candidate.decision is None else candidate.decision == "same",
        decided_at=candidate.decided_at,
    )  # fmt: skip
