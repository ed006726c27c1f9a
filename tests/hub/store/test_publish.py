from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from hub.model import (
    ChangeKind,
    Commitment,
    CommitmentStatus,
    Exercise,
    Issue,
    IssueSeverity,
    Plan,
    PlanRef,
    Program,
    Record,
)
from hub.store import LeaseLost, Store
from tests.hub.store.world import (
    BUNDLED,
    DAY,
    GRACE,
    HOUR,
    NATIONAL,
    NOW,
    REF,
    SOURCES,
    STATE,
    codes,
    commitment,
    lineage,
    plan,
    publish,
    records,
    start,
    view,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hub(store: Store) -> Store:
    await store.sync_sources(SOURCES, now=NOW)
    return store


async def test_a_first_publication_adds_everything_and_moves_the_version_by_one(hub: Store) -> None:
    done = await publish(hub, STATE, [commitment(1), commitment(2)], NOW)
    assert (done.added, done.modified, done.removed, done.changes, done.data_version) == (2, 0, 0, 2, 1)
    assert await codes(hub) == ["MX-VER-PAL-1-C1", "MX-VER-PAL-1-C2"]
    assert [(c.seq, c.kind, c.code) for c in await hub.changes()] == [
        (1, ChangeKind.ADDED, "MX-VER-PAL-1-C1"),
        (2, ChangeKind.ADDED, "MX-VER-PAL-1-C2"),
    ]


async def test_the_same_again_changes_nothing_though_its_lineage_and_our_wording_moved(hub: Store) -> None:
    def with_issue(message: str, sha: str) -> Commitment:
        issue = Issue(severity=IssueSeverity.INFO, code="OUT_OF_RANGE", message=message, field="progress", raw="130%")
        return commitment(1, issues=(issue,), lineage=lineage(sha))

    await publish(hub, STATE, [with_issue("a", "1")], NOW)
    done = await publish(hub, STATE, [with_issue("b", "2")], NOW + HOUR)
    assert (done.published, done.data_version, done.changes, done.unchanged) == (False, 1, 0, 1)


async def test_a_change_names_its_fields_as_the_contract_does(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1, progress=10.0, progress_raw="10%"), commitment(2)], NOW)
    better = commitment(1, progress=20.0, progress_raw="20%", status=CommitmentStatus.IN_PROGRESS)
    done = await publish(hub, STATE, [better, commitment(2)], NOW + HOUR)
    assert (done.added, done.modified, done.unchanged, done.data_version) == (0, 1, 1, 2)
    (change,) = await hub.changes(2)
    assert (change.kind, change.changed_fields) == (
        ChangeKind.MODIFIED,
        ("status", "progress", "progressRaw"),
    )


async def test_what_vanished_is_marked_and_leaves_after_its_grace(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1), commitment(2)], NOW)
    done = await publish(hub, STATE, [commitment(1)], NOW + HOUR)
    assert (done.removed, done.changes, done.data_version) == (1, 0, 2)
    assert [r.missing_since for r in await records(hub)] == [None, NOW + HOUR]
    again = await publish(hub, STATE, [commitment(1)], NOW + 2 * HOUR)
    assert not again.published
    assert await hub.sweep(now=NOW + DAY, grace=GRACE) is None
    swept = await hub.sweep(now=NOW + HOUR + GRACE, grace=GRACE)
    assert swept is not None
    assert (swept.expired, swept.changes, swept.data_version) == (1, 1, 3)
    assert await codes(hub) == ["MX-VER-PAL-1-C1"]
    assert (await hub.changes(2))[0].kind is ChangeKind.REMOVED


async def test_what_comes_back_within_its_grace_was_never_away(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1), commitment(2)], NOW)
    await publish(hub, STATE, [commitment(1)], NOW + HOUR)
    done = await publish(hub, STATE, [commitment(1), commitment(2)], NOW + 2 * HOUR)
    assert (done.changes, done.added, done.removed) == (0, 0, 0)
    assert [r.missing_since for r in await records(hub)] == [None, None]


async def test_what_comes_back_later_is_added_again_under_its_code(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1), commitment(None, "sin número", key="x")], NOW)
    before = await codes(hub)
    await publish(hub, STATE, [commitment(1)], NOW + HOUR)
    await publish(hub, STATE, [commitment(1)], NOW + 10 * DAY)
    assert len(await codes(hub)) == 1
    await publish(hub, STATE, [commitment(1), commitment(None, "sin número", key="x")], NOW + 11 * DAY)
    assert await codes(hub) == before
    assert [c.kind.value for c in await hub.changes()] == ["ADDED", "ADDED", "REMOVED", "ADDED"]


async def test_a_partial_run_lets_nothing_vanish(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1), commitment(2)], NOW)
    done = await publish(hub, STATE, [commitment(1, "otro")], NOW + HOUR, complete=False)
    assert (done.modified, done.removed) == (1, 0)
    assert all(r.missing_since is None for r in await records(hub))


@pytest.mark.parametrize("order", [(STATE, BUNDLED), (BUNDLED, STATE)])
async def test_the_page_and_the_bundled_facts_of_one_plan_are_one_commitment_whichever_came_first(
    hub: Store, order: tuple[object, object]
) -> None:
    page = [commitment(1, "De la página", plan=msgspec.structs.replace(REF, ordinal=None, published="2016-01-14"))]
    ref = msgspec.structs.replace(REF, key="MX-VER-PAL-1")
    facts = [
        plan("MX-VER-PAL-1", own_code="MX-VER-PAL-1", ordinal=1, published="2016-01-14"),
        commitment(1, "De los datos", key="f1", own_code="MX-VER-PAL-1-C1", plan=ref, description="larga"),
    ]
    for index, source in enumerate(order):
        await publish(hub, source, page if source is STATE else facts, NOW + index * HOUR)  # type: ignore[arg-type]
    seen = await view(hub)
    assert list(seen) == ["MX-VER-PAL-1-C1"]
    merged = seen["MX-VER-PAL-1-C1"]
    assert (merged.source, merged.sources) == ("veracruz", ("veracruz", "bundled"))
    assert (merged.record.title, merged.record.description) == ("De la página", "larga")
    assert set(await codes(hub, "plan")) == {"MX-VER-PAL-1"}


async def test_only_the_last_member_takes_the_commitment_with_it(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1, "a"), commitment(2)], NOW)
    await publish(hub, NATIONAL, [commitment(1, "b")], NOW + HOUR)
    await publish(hub, STATE, [commitment(2)], NOW + 2 * HOUR)
    await publish(hub, STATE, [commitment(2)], NOW + 10 * DAY)
    last = (await hub.changes())[-1]
    assert (last.kind, last.code, last.changed_fields) == (
        ChangeKind.MODIFIED,
        "MX-VER-PAL-1-C1",
        ("title", "source", "alsoPublishedBy"),
    )
    assert (await view(hub))["MX-VER-PAL-1-C1"].record.title == "b"


async def test_a_number_twice_in_one_source_keeps_both_and_says_so(hub: Store) -> None:
    both = [commitment(3, "primero", key="a"), commitment(3, "segundo", key="b")]
    await publish(hub, STATE, both, NOW)
    first, second = await records(hub)
    assert first.code == "MX-VER-PAL-1-C3"
    assert second.code.startswith("MX-VER-PAL-1-X")
    assert [i.code for i in second.decode().issues] == ["DUPLICATE_CODE"]
    assert first.decode().issues == ()
    done = await publish(hub, STATE, list(reversed(both)), NOW + HOUR)
    assert not done.published, "who has the number keeps it when rows are sorted otherwise"


async def test_a_duplicate_gets_the_number_once_it_is_free(hub: Store) -> None:
    await publish(hub, STATE, [commitment(3, "primero", key="a"), commitment(3, "segundo", key="b")], NOW)
    await publish(hub, STATE, [commitment(4, "primero", key="a"), commitment(3, "segundo", key="b")], NOW + HOUR)
    found = {r.native_key: (r.code, r.duplicate) for r in await records(hub)}
    assert found == {"a": ("MX-VER-PAL-1-C4", False), "b": ("MX-VER-PAL-1-C3", False)}


async def test_proactive_commitments_are_numbered_apart(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1), commitment(1, key="p1", series="P")], NOW)
    assert await codes(hub) == ["MX-VER-PAL-1-C1", "MX-VER-PAL-1-P1"]


async def test_the_publishers_own_code_is_public_where_it_has_a_letter_and_is_free(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1, own_code="VER-A"), commitment(2, own_code="17")], NOW)
    await publish(hub, NATIONAL, [commitment(5, key="n5", own_code="VER-A")], NOW + HOUR)
    assert await codes(hub) == ["MX-VER-PAL-1-C2", "MX-VER-PAL-1-C5", "VER-A"]


async def test_an_own_code_that_appears_later_renames_and_leaves_an_alias(hub: Store) -> None:
    await publish(hub, NATIONAL, [commitment(1, "b")], NOW)
    await publish(hub, STATE, [commitment(1, "a", own_code="VER-A")], NOW + HOUR)
    assert await codes(hub) == ["VER-A", "VER-A"]
    async with hub.reading() as reading:
        assert [tuple(alias) for alias in await reading.aliases()] == [("MX-VER-PAL-1-C1", "VER-A")]
    kinds = [(c.kind.value, c.code) for c in await hub.changes(1)]
    assert sorted(kinds) == [("ADDED", "VER-A"), ("REMOVED", "MX-VER-PAL-1-C1")]


async def test_the_ogp_identifier_links_records_without_a_number(hub: Store) -> None:
    ref = msgspec.structs.replace(REF, program=Program.OGP_LOCAL)
    await publish(hub, STATE, [commitment(8, own_code="JAL0008", plan=ref)], NOW)
    await publish(hub, NATIONAL, [commitment(None, key="z", own_code="JAL0008", plan=ref)], NOW + HOUR)
    assert await codes(hub) == ["JAL0008", "JAL0008"]


async def test_a_new_key_for_the_same_commitment_is_a_change_not_a_loss(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1, "a", key="hash-1"), commitment(2)], NOW)
    done = await publish(hub, STATE, [commitment(1, "b", key="hash-2"), commitment(2)], NOW + HOUR)
    assert (done.added, done.modified, done.removed) == (0, 1, 0)
    assert [(c.kind.value, c.changed_fields) for c in await hub.changes(2)] == [("MODIFIED", ("title",))]
    assert len(await records(hub)) == 2


async def test_a_file_that_names_no_plan_gets_one_of_its_own(hub: Store) -> None:
    none = msgspec.structs.replace(REF, key="", ordinal=None, title=None)
    await publish(hub, STATE, [commitment(1, plan=none)], NOW)
    await publish(hub, NATIONAL, [commitment(1, plan=none)], NOW)
    assert sorted(await codes(hub, "plan")) == ["MX-NAC-inai", "MX-VER-veracruz"]
    titles = {r.code: r.decode().title for r in await records(hub, "plan")}  # type: ignore[union-attr]
    assert titles["MX-VER-veracruz"] == "Ejercicio local de Veracruz"


async def test_derived_ordinals_follow_publication_and_yield_to_published_ones(hub: Store) -> None:
    late = msgspec.structs.replace(REF, key="b", ordinal=None, published="2019-05-01")
    early = msgspec.structs.replace(REF, key="a", ordinal=None, published="2016-01-14")
    await publish(hub, STATE, [commitment(1, plan=late), commitment(2, plan=early)], NOW)
    assert await codes(hub) == ["MX-VER-PAL-1-C2", "MX-VER-PAL-2-C1"]
    known = [plan("x", ordinal=3, published="2019-05-01")]
    await publish(hub, BUNDLED, known, NOW + HOUR)
    assert await codes(hub) == ["MX-VER-PAL-1-C2", "MX-VER-PAL-3-C1"]
    async with hub.reading() as reading:
        aliases = [tuple(alias) for alias in await reading.aliases()]
    assert aliases == [("MX-VER-PAL-2", "MX-VER-PAL-3"), ("MX-VER-PAL-2-C1", "MX-VER-PAL-3-C1")]


async def test_a_run_that_lost_its_lease_publishes_nothing(hub: Store) -> None:
    zombie = await start(hub, "veracruz", NOW)
    await hub.stage(zombie.id, [("commitment", "k1", commitment(1))])
    await start(hub, "veracruz", NOW + timedelta(seconds=61), owner="other")
    with pytest.raises(LeaseLost):
        await hub.publish(zombie.id, now=NOW + DAY, grace=GRACE)
    with pytest.raises(LeaseLost):
        await hub.stage(zombie.id, [("commitment", "k2", commitment(2))])
    assert await hub.data_version() == 0


async def test_other_kinds_are_versioned_too_and_tell_no_change(hub: Store) -> None:
    exercise = Exercise(native_key="30", jurisdiction="30", status_raw="En curso")
    done = await publish(hub, STATE, [exercise], NOW)
    assert (done.published, done.changes, done.changed) == (True, 0, True)
    await publish(hub, STATE, [msgspec.structs.replace(exercise, status_raw="Fin")], NOW + HOUR)
    versions = [v async for batch in hub.export_versions("exercise") for v in batch]
    assert [(v.valid_from, v.valid_to) for v in versions] == [(NOW, NOW + HOUR), (NOW + HOUR, None)]


async def test_time_never_goes_back_for_readers(hub: Store) -> None:
    first = await publish(hub, STATE, [commitment(1)], NOW)
    second = await publish(hub, STATE, [commitment(1, "b")], NOW - DAY)
    assert second.at > first.at


async def test_the_diff_tells_what_publication_will_do_and_writes_nothing(hub: Store) -> None:
    await publish(hub, STATE, [commitment(1), commitment(2), commitment(3)], NOW)
    run = await start(hub, "veracruz", NOW + HOUR)
    staged = [commitment(1), commitment(2, "nuevo"), commitment(4)]
    await hub.stage(run.id, [("commitment", c.native_key, c) for c in staged])
    epoch = await hub.epoch()
    diff = await hub.diff(run.id)
    assert (diff.added, diff.modified, diff.removed, diff.unchanged, diff.changed) == (1, 1, 1, 1, True)
    assert {(line.change, line.native_key, line.fields) for line in diff.sample} == {
        ("added", "k4", ()),
        ("modified", "k2", ("title",)),
        ("removed", "k3", ()),
    }
    assert await hub.epoch() == epoch
    done = await hub.publish(run.id, now=NOW + HOUR, grace=GRACE)
    assert (done.added, done.modified, done.removed, done.unchanged) == (1, 1, 1, 1)


async def test_repeats_inside_a_run_are_dropped_and_others_kept(hub: Store) -> None:
    run = await start(hub, "veracruz", NOW)
    same = ("commitment", "k", commitment(1, "a", key="k"))
    other = ("commitment", "k", commitment(2, "b", key="k"))
    assert await hub.stage(run.id, [same, same, other]) == 1  # type: ignore[list-item]
    assert await hub.stage(run.id, [same, other, other]) == 3  # type: ignore[list-item]
    assert await hub.staged_count(run.id) == {"commitment": 2}


async def test_hostile_text_is_kept(hub: Store) -> None:
    odd = commitment(None, "nul \x00 y sustituto \ud800 ☃", key="k\x00\udfff", raw={"a\ud800": "\x00"})
    huge = commitment(10**30, "número imposible", key="huge")
    await publish(hub, STATE, [odd, huge], NOW)
    found = [r.decode() for r in await records(hub)]
    assert {"nul \x00 y sustituto ? ☃", "número imposible"} == {r.title for r in found if isinstance(r, Commitment)}


async def test_commitments_keep_their_numbers_where_codes_of_plans_go_round(hub: Store) -> None:
    def published(first: int | None, second: int | None) -> list[Record]:
        dates = {"a": ("2018", first), "b": ("2020", second)}
        refs = {
            key: PlanRef(key=key, jurisdiction="30", program=Program.COCREACION_LOCAL, ordinal=ordinal, published=date)
            for key, (date, ordinal) in dates.items()
        }
        plans = [plan(key, ordinal=ordinal, published=date) for key, (date, ordinal) in dates.items()]
        return [*plans, *(commitment(1, key, key=f"{key}1", plan=ref) for key, ref in refs.items())]

    await publish(hub, STATE, published(None, None), NOW)
    assert {code: one.record.title for code, one in (await view(hub)).items()} == {
        "MX-VER-PAL-1-C1": "a",
        "MX-VER-PAL-2-C1": "b",
    }
    await publish(hub, STATE, published(2, 3), NOW + DAY)
    assert {code: one.record.title for code, one in (await view(hub)).items()} == {
        "MX-VER-PAL-2-C1": "a",
        "MX-VER-PAL-3-C1": "b",
    }


async def test_plans_merge_under_one_code(hub: Store) -> None:
    await publish(hub, STATE, [plan(ordinal=1)], NOW)
    await publish(hub, NATIONAL, [plan("n", ordinal=1, published="2016-01-14", own_code="MX-VER-PAL-1")], NOW)
    found = await records(hub, "plan")
    assert [(r.source, r.code, r.rank) for r in found] == [
        ("veracruz", "MX-VER-PAL-1", 0),
        ("inai", "MX-VER-PAL-1", 1),
    ]
    assert all(isinstance(r.decode(), Plan) for r in found)


async def test_a_publication_tells_whether_a_number_was_asked_for_twice(hub: Store) -> None:
    assert not (await publish(hub, STATE, [commitment(1), commitment(2)], NOW)).duplicates
    again = [commitment(1), commitment(1, "Otro", key="z"), commitment(2)]
    assert (await publish(hub, STATE, again, NOW + HOUR)).duplicates
    first = [commitment(1, plan=msgspec.structs.replace(REF, jurisdiction="14"), key=key) for key in ("b", "a", "c")]
    assert (await publish(hub, NATIONAL, first, NOW + 2 * HOUR)).duplicates
    assert len(await hub.duplicates_of("veracruz")) == 1
    told = await hub.duplicates_of("inai")
    assert len(told) == 2
    assert [issue.record_code for issue in told] == sorted(str(issue.record_code) for issue in told)
