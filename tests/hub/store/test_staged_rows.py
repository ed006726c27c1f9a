"""hub.store.staged_rows: what is kept of a record, and the hash by which a change is told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import RECORD_TYPES, Commitment, Lineage, PlanRef, Program
from hub.store.staged_rows import _body_and_hash, content_hash
from tests.hub.store.world import NOW

LINEAGE = Lineage(url="https://a.example", fetched_at=NOW, sha256="0" * 64, locator='row 1,"lineage":{', run="r")
MEAN = st.sampled_from([',"lineage":{', '"}', "\ud800", '\\",\\"lineage\\":{', "ñ"])
CELLS = st.recursive(
    st.none() | st.integers() | MEAN | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["lineage", "a", "ñ"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def commitment(title: str, raw: dict[str, Any]) -> Commitment:
    plan = PlanRef(key="", jurisdiction="01", program=Program.OTHER)
    return Commitment(native_key="#C1", title=title, plan=plan, jurisdiction="01", raw=raw, lineage=LINEAGE)


@given(MEAN | st.text(max_size=9), st.dictionaries(st.sampled_from(["lineage", "z", "url"]), CELLS, max_size=3))
def test_a_record_is_hashed_without_its_lineage_and_kept_with_it(title: str, raw: dict[str, Any]) -> None:
    item = commitment(title, raw)
    body, digest = _body_and_hash(item)
    assert digest == content_hash(item) == content_hash(msgspec.structs.replace(item, lineage=None))
    kept = msgspec.json.decode(body, type=Commitment)
    assert kept.lineage == LINEAGE
    if "\\ud800" not in ascii(item):  # what UTF-8 cannot hold is replaced
        assert kept == item


@pytest.mark.parametrize("kind", RECORD_TYPES.values(), ids=lambda kind: kind.__name__)
def test_the_lineage_of_every_record_is_its_last_field(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_fields__[-1] == "lineage"
