"""hub.store.registration, on both stores: a registration is whole or not at all, and never two of one thing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.model import SourceState
from hub.store import Store
from hub.store.records import SourceRecord
from hub.store.registration import AuditEntry, Challenge, Taken

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _never(other: SourceRecord, challenge: Challenge | None) -> bool:
    return False


def _always(other: SourceRecord, challenge: Challenge | None) -> bool:
    return True


async def register(store: Store, key: str, url: str, secret: str | None = "s", **how: Any) -> Taken | None:
    record = SourceRecord(
        key=key, title=key, connector="csv", url=url, origin="registered", state=SourceState.PENDING, created_at=NOW
    )
    body = f"{key} {secret}"
    challenge = Challenge(source=key, url=url, body=body, created_at=NOW, expires_at=NOW + timedelta(days=7))
    entry = AuditEntry(at=NOW, actor="public", action="register", source=key)
    given: dict[str, Any] = {"address_of": str.lower, "gives_way": _never} | how
    return await store.register_source(record, challenge, secret=secret, entry=entry, **given)


async def test_of_many_at_once_one_gets_the_key_and_one_the_address(store: Store) -> None:
    same_key = await asyncio.gather(*(register(store, "clave", f"http://x/{n}", f"a{n}") for n in range(8)))
    assert sorted(map(str, same_key)) == ["None", *["key"] * 7]
    same_url = await asyncio.gather(*(register(store, f"k-{n}", "HTTP://Y/" + "Aa"[n % 2], f"b{n}") for n in range(8)))
    assert sorted(map(str, same_url)) == ["None", *["address"] * 7]
    assert len(await store.sources()) == len(await store.tokens()) == len(await store.audit_log()) == 2


async def test_what_gives_way_leaves_with_its_tokens_and_challenge(store: Store) -> None:
    await register(store, "una", "http://x/1", "viejo")
    await register(store, "otra", "http://x/2", "otro")
    assert await register(store, "una", "http://x/2", "nuevo", gives_way=_always) is None
    assert [source.key for source in await store.sources()] == ["una"]
    assert await store.find_token("viejo") is None
    assert await store.find_token("otro") is None
    assert await store.challenge("otra") is None
    found = await store.find_token("nuevo")
    assert found is not None
    assert (found.role, found.source) == ("publisher", "una")


async def test_a_renewal_keeps_the_publishers_token(store: Store) -> None:
    await register(store, "una", "http://x/1", "suyo")
    assert await register(store, "una", "http://x/9", None, gives_way=_always) is None
    assert await store.find_token("suyo") is not None


async def test_only_the_present_challenge_is_marked_as_met(store: Store) -> None:
    await register(store, "una", "http://x/1", "a")
    assert not await store.mark_verified("una", "una b", now=NOW)
    assert await store.mark_verified("una", "una a", now=NOW)
    source = await store.source("una")
    assert source is not None
    assert source.verified_at == NOW


async def test_a_state_moves_only_from_the_states_that_were_meant(store: Store) -> None:
    await register(store, "una", "http://x/1")
    pending = {SourceState.PENDING}
    assert not await store.move_source("una", SourceState.ACTIVE, among=pending, verified=True)
    await store.mark_verified("una", "una s", now=NOW)
    before = await store.epoch()
    assert await store.move_source("una", SourceState.ACTIVE, among=pending, verified=True, reason="bien")
    assert await store.changed_since(before) is not None
    assert not await store.move_source("una", SourceState.ACTIVE, among=pending, verified=True)
    source = await store.source("una")
    assert source is not None
    assert (source.state, source.reason) == (SourceState.ACTIVE, "bien")
