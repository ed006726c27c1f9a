"""Proof that a site is its publisher's: a line in a file that only who runs the site can put there."""

from __future__ import annotations

import hmac
import secrets
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from connectors.base import SourceChanged, SourceRefused
from hub.fetch import Fetcher, ScratchArchive, SourcePolicy
from hub.model import SourceState
from hub.registration.addresses import challenge_url
from hub.store import Store
from hub.store.records import PROVE_WITHIN, SourceRecord
from hub.store.registration import AuditEntry, Challenge

PATH = "/.well-known/gobierno-abierto-hub.txt"
PREFIX = "gobierno-abierto-hub-verification="
VALID = PROVE_WITHIN
"""How long a challenge can be met; one that was met stays what every run compares with."""

MAX_BYTES = 65_536
"""Of the file: one line for each source of the site."""

LOST = "OWNERSHIP_LOST"
PAUSE = "pause"
LOST_REASON = (
    "El sitio dejó de publicar la prueba de propiedad en {url}. Los datos se conservan; vuelva a publicarla y pida "
    "la verificación."
)


def new_challenge(source: SourceRecord, now: datetime) -> Challenge:
    """A challenge with 256 bits that nobody can guess."""
    return Challenge(
        source=source.key, url=challenge_url(source.url, PATH), body=PREFIX + secrets.token_urlsafe(32),
        created_at=now, expires_at=now + VALID,
    )  # fmt: skip


def is_met(challenge: Challenge, published: bytes) -> bool:
    """Whether a file has the challenge's line. Takes the same time whatever the file says (for its length)."""
    wanted = challenge.body.encode()
    found = False
    for line in published.removeprefix(b"\xef\xbb\xbf").splitlines():
        found |= hmac.compare_digest(line.strip(), wanted)
    return found


async def is_published(fetcher: Fetcher, challenge: Challenge) -> bool:
    """Ask the site for the challenge: no other host, port or scheme counts, wherever the site redirects to.

    Raises:
        HarvestError: the site does not answer, or not with such a file; SourceChanged ``NOT_FOUND`` where there is
            none, SourceRefused ``REDIRECT_AWAY`` where it leads to another site.
    """
    policy = SourcePolicy(challenge.source, respect_robots=False, stranger=True, stay=True, max_body=MAX_BYTES)
    with tempfile.TemporaryDirectory(prefix="hub-proof-") as folder:
        fetch = fetcher.for_source(policy, scratch=ScratchArchive(Path(folder), fetcher.archive))
        snapshot = await fetch(challenge.url)
        return is_met(challenge, snapshot.read())


class Ownership:
    """The proof that is taken again on every run of a registered source."""

    def __init__(self, store: Store, fetcher: Fetcher, now: Callable[[], datetime]) -> None:
        self._store = store
        self._fetcher = fetcher
        self._now = now

    async def prove(self, source: SourceRecord) -> None:
        """Nothing where the proof stands; where it is gone the source is PAUSED, its data kept.

        Raises:
            SourceRefused: ``OWNERSHIP_LOST``.
            HarvestError: the site does not answer: nothing is known, so the run ends and the source stays as it is.
        """
        challenge = await self._store.challenge(source.key)
        if challenge is None:
            raise SourceRefused("Esta fuente no tiene prueba de propiedad: vuelva a registrarla.", code=LOST)
        if not await self._stands(challenge):
            reason = LOST_REASON.format(url=challenge.url)
            await self._pause(source, challenge, reason)
            raise SourceRefused(reason, code=LOST)

    async def _stands(self, challenge: Challenge) -> bool:
        try:
            return await is_published(self._fetcher, challenge)
        except (SourceChanged, SourceRefused) as error:
            if error.code in ("NOT_FOUND", "REDIRECT_AWAY", "BODY_TOO_LARGE", "REDIRECT_INVALID", "REDIRECT_LOOP"):
                return False
            raise

    async def _pause(self, source: SourceRecord, challenge: Challenge, reason: str) -> None:
        """The same challenge can be met again for as long as a new one could."""
        now = self._now()
        paused = await self._store.move_source(
            source.key, SourceState.PAUSED, among={SourceState.ACTIVE}, reason=reason, verified_at=None
        )
        if paused:
            await self._store.set_challenge(msgspec.structs.replace(challenge, expires_at=now + VALID))
            entry = AuditEntry(at=now, actor="hub", action=PAUSE, source=source.key, detail={"reason": reason})
            await self._store.log(entry)
