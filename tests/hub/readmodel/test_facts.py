"""What the columns say of a record does not hang on whether its codes were put in before or after it was kept."""

from __future__ import annotations

import msgspec

from hub.model import Commitment
from hub.readmodel.facts import Facts, encode, of_body, of_record, published
from hub.readmodel.generate import SyntheticCountry


def records() -> list[Commitment]:
    return [entry.record for entry in SyntheticCountry(50, groups=0.2).commitments()]


def plain(facts: Facts) -> list[object]:
    return [bytes(value) if isinstance(value, msgspec.Raw) else value for value in msgspec.structs.astuple(facts)]


def test_a_record_kept_without_codes_says_the_same_as_one_with_them() -> None:
    for record in records():
        kept = encode(msgspec.structs.replace(record, code="", plan_code="")).decode()
        found = of_body(kept, record.code, record.plan_code)
        assert found is not None
        facts, body = found
        told, _ = of_record(record)
        assert msgspec.json.decode(body, type=Commitment) == record
        assert plain(facts) == plain(told)


def test_a_record_kept_with_other_codes_is_not_passed_on_as_it_is() -> None:
    record = records()[0]
    kept = encode(record).decode()
    assert of_body(kept, "MX-OTHER-C1", record.plan_code) is None
    assert of_body(kept, record.code, "MX-OTHER") is None
    assert of_body(kept, record.code, record.plan_code) is not None


def test_a_list_counts_as_published_when_it_has_members() -> None:
    bare = Commitment(native_key="1", title="x", plan=records()[0].plan, jurisdiction="30")
    told = [of_record(record)[0] for record in (bare, msgspec.structs.replace(bare, themes=("agua",)))]
    parts = [facts.themes for facts in told]
    assert published([*parts, msgspec.Raw(b"[]")]) == [False, True, False]
