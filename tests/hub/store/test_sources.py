from __future__ import annotations

import msgspec
import pytest

from hub.model import RunVerdict, SourceState, UnmatchedValue
from hub.store import (
    AuditEntry,
    Challenge,
    FetchRecord,
    RobotsEntry,
    SourceRecord,
    Store,
    UnknownSource,
    Validator,
    rank_of,
)
from hub.store.tokens import token_hash
from tests.hub.store.world import BUNDLED, DAY, HOUR, NATIONAL, NOW, STATE, commitment, publish, start

pytestmark = pytest.mark.anyio


async def test_sources_of_the_config_come_change_and_go_but_never_lose_what_the_hub_knows(
    store: Store,
) -> None:
    await store.sync_sources([STATE, NATIONAL], now=NOW)
    await store.set_source_state("veracruz", SourceState.PAUSED, "mantenimiento")
    await store.update_source("veracruz", fingerprint="f", last_fetched_at=NOW)
    await store.sync_sources([msgspec.structs.replace(STATE, title="Otro", floor=5)])
    sources = {source.key: source for source in await store.sources()}
    kept = sources["veracruz"]
    assert (kept.title, kept.floor, kept.state, kept.reason, kept.fingerprint, kept.created_at) == (
        "Otro",
        5,
        SourceState.PAUSED,
        "mantenimiento",
        "f",
        NOW,
    )
    assert not sources["inai"].configured
    await store.sync_sources([STATE, NATIONAL])
    assert (await store.source("inai") or STATE).configured


async def test_syncing_the_same_config_moves_nothing(store: Store) -> None:
    await store.sync_sources([STATE], now=NOW)
    before = await store.epoch()
    await store.sync_sources([STATE], now=NOW + HOUR)
    assert await store.changed_since(before) is None


async def test_a_registered_source_never_takes_a_key_that_is_taken(store: Store) -> None:
    await store.sync_sources([STATE], now=NOW)
    stranger = msgspec.structs.replace(STATE, origin="registered", state=SourceState.PENDING, url="evil")
    assert not await store.add_source(stranger)
    assert await store.add_source(msgspec.structs.replace(stranger, key="nuevo", options={"sheet": 2}))
    found = await store.source("nuevo")
    assert found is not None
    assert (found.origin, found.state, found.options) == ("registered", SourceState.PENDING, {"sheet": 2})
    assert await store.source_keys_by_url("evil") == ["nuevo"]
    await store.sync_sources([STATE])
    assert (await store.source("nuevo") or STATE).configured, "a registered source is not the config's to drop"


async def test_an_unknown_source_is_said_so(store: Store) -> None:
    with pytest.raises(UnknownSource, match="nope"):
        await store.set_source_state("nope", SourceState.ACTIVE)
    assert await store.source("nope") is None


@pytest.mark.parametrize(
    ("source", "jurisdiction", "rank"),
    [
        (STATE, "30", 0),
        (STATE, "30193", 0),
        (STATE, "31", 1),
        (NATIONAL, "30", 1),
        (BUNDLED, "30", 2),
        (msgspec.structs.replace(STATE, jurisdiction="30193"), "30193", 0),
        (msgspec.structs.replace(STATE, jurisdiction="30193"), "30", 1),
        (msgspec.structs.replace(BUNDLED, precedence=-1), "30", -1),
    ],
)
async def test_the_source_nearest_the_publisher_ranks_first(
    sqlite_store: Store, source: SourceRecord, jurisdiction: str, rank: int
) -> None:
    assert rank_of(source, jurisdiction) == rank
    await sqlite_store.sync_sources([source], now=NOW)
    await publish(sqlite_store, source, [commitment(1, jurisdiction=jurisdiction)], NOW)
    found = [item async for batch in sqlite_store.export_records("commitment") for item in batch]
    assert [item.rank for item in found] == [rank]
    assert await sqlite_store.source_counts() == {source.key: 1}


async def test_what_was_fetched_can_be_asked_conditionally_and_replayed(store: Store) -> None:
    await store.sync_sources([STATE], now=NOW)
    run = await start(store, "veracruz", NOW)
    pages = [
        FetchRecord(run=run.id, seq=n, url=f"u{n}", sha256=f"s{n}", fetched_at=NOW, headers={"etag": "x"})
        for n in (1, 2)
    ]
    known = Validator(sha256="s1", fetched_at=NOW, etag='"x"')
    await store.record_fetches("veracruz", pages, {"u1": known})
    assert await store.last_snapshots("veracruz") == [], "a run that is not over is no complete fetch"
    assert await store.run_snapshots(run.id) == pages
    await store.finish_run(run.id, verdict=RunVerdict.HELD, now=NOW)
    assert await store.last_snapshots("veracruz") == pages
    assert await store.validators("veracruz") == {"u1": known}
    await store.record_fetches("veracruz", [], {"u1": msgspec.structs.replace(known, etag=None)})
    assert (await store.validators("veracruz"))["u1"].etag is None
    assert await store.snapshot("s2") == pages[1]
    assert await store.snapshot("none") is None


@pytest.mark.parametrize("ending", ["finished", "published", "staged"])
async def test_what_a_run_fetched_is_written_with_the_first_of_it_that_is(store: Store, ending: str) -> None:
    await store.sync_sources([STATE], now=NOW)
    run = await start(store, "veracruz", NOW)
    page = FetchRecord(run=run.id, seq=0, url="u", sha256="s", fetched_at=NOW, headers={"etag": "x"})
    known = Validator(sha256="s", fetched_at=NOW)
    store.stage_fetches(run.id, "veracruz", [page], {"u": known})
    assert await store.run_snapshots(run.id) == []
    if ending == "finished":
        await store.finish_run(run.id, verdict=RunVerdict.HELD, now=NOW)
    else:
        await store.stage(run.id, [("commitment", "k1", commitment(1))])
        if ending == "staged":
            assert await store.staged_count(run.id) == {"commitment": 1}
        else:
            await store.publish(run.id, now=NOW, grace=DAY)
    assert await store.run_snapshots(run.id) == [page]
    before = await store.before_run("veracruz")
    assert (before.source, before.validators) == (await store.source("veracruz"), {"u": known})
    if ending != "finished":
        await store.finish_run(run.id, verdict=RunVerdict.PUBLISHED, now=NOW, measure={"accepted": 1})
        found = (await store.before_run("veracruz")).last_good
        assert found == await store.last_good_run("veracruz")
        assert found is not None


async def test_a_run_that_is_forgotten_leaves_nothing_of_what_it_fetched(store: Store) -> None:
    await store.sync_sources([STATE], now=NOW)
    run = await start(store, "veracruz", NOW)
    page = FetchRecord(run=run.id, seq=0, url="u", sha256="s", fetched_at=NOW)
    store.stage_fetches(run.id, "veracruz", [page], {"u": Validator(sha256="s", fetched_at=NOW)})
    await store.forget_run(run.id)
    assert await store.run_snapshots(run.id) == []
    assert await store.before_run("veracruz") == (await store.source("veracruz"), {}, None)
    assert (await store.before_run("nobody")).source is None


async def test_robots_are_remembered_per_host(store: Store) -> None:
    entry = RobotsEntry(host="https://example.org", status=200, fetched_at=NOW, body="User-agent: *")
    assert await store.robots(entry.host) is None
    await store.set_robots(entry)
    await store.set_robots(msgspec.structs.replace(entry, status=404, body=None))
    found = await store.robots(entry.host)
    assert found == RobotsEntry(host="https://example.org", status=404, fetched_at=NOW)


async def test_the_queue_of_unmatched_values_is_what_the_last_run_met(store: Store) -> None:
    await store.note_unmatched(
        "a",
        [UnmatchedValue(field="status", raw="raro", count=2), UnmatchedValue(field="ods", raw="x")],
        now=NOW,
    )
    assert await store.resolve_unmatched("a", "ods", "x", value="16", by="op", now=NOW)
    await store.note_unmatched(
        "a", [UnmatchedValue(field="status", raw="raro", suggestion="IN_PROGRESS")], now=NOW + DAY
    )
    (value,) = await store.unmatched("a")
    assert (value.raw, value.count, value.first_seen, value.suggestion) == ("raro", 1, NOW, "IN_PROGRESS")
    assert await store.decided_values() == [("a", "ods", "x", "16")]
    (decided,) = await store.unmatched("a", resolved=True)
    assert (decided.resolved_value, decided.resolved_by) == ("16", "op")
    await store.note_unmatched("a", [], now=NOW + 2 * DAY)
    assert await store.unmatched() == []
    assert not await store.resolve_unmatched("a", "ods", "nope", value="", by="op", now=NOW)


async def test_only_the_hash_of_a_token_is_kept(store: Store) -> None:
    made = await store.add_token("secret", role="publisher", now=NOW, source="veracruz", name="equipo")
    assert await store.find_token("secret") == made
    assert await store.find_token("other") is None
    await store.touch_token(made.id, now=NOW + HOUR)
    assert [t.last_used_at for t in await store.tokens()] == [NOW + HOUR]
    assert await store.revoke_token(made.id, now=NOW)
    assert not await store.revoke_token(made.id, now=NOW)
    assert await store.find_token("secret") is None
    assert len(token_hash("secret")) == 64


async def test_challenges_expire_and_the_log_only_grows(store: Store) -> None:
    made = Challenge(source="a", url="https://x/.well-known/y", body="b", created_at=NOW, expires_at=NOW + DAY)
    await store.set_challenge(made)
    await store.set_challenge(msgspec.structs.replace(made, body="c"))
    found = await store.challenge("a", now=NOW + HOUR)
    assert found is not None
    assert found.body == "c"
    assert await store.challenge("a", now=NOW + DAY) is None
    await store.drop_challenge("a")
    assert await store.challenge("a") is None
    entry = AuditEntry(at=NOW, actor="operator", action="approve", source="a", detail={"comment": "sí"})
    await store.log(entry)
    await store.log(msgspec.structs.replace(entry, source=None))
    assert await store.audit_log("a") == [entry]
    assert len(await store.audit_log()) == 2
