"""A small CSV in the shape of OGP's commitment database."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.ogp_database import OgpDatabase
from tests.connectors.kit import FIXTURES, context, drafts_of, golden, mutate, snapshot, survives

FILE = FIXTURES / "ogp_database" / "commitments.csv"


def read(body: bytes, state: str | None = None, **options):
    ctx = context(state=state)
    return drafts_of(OgpDatabase(OgpDatabase.Options(**options)), snapshot(body), ctx)


def test_the_rows_of_mexico_give_their_golden_drafts() -> None:
    drafts = read(FILE.read_bytes())
    golden("ogp_database/drafts.json", drafts)
    assert [d.key for d in drafts if d.kind == "commitment"] == [
        "JAL0901",
        "JAL0902",
        "MX0901",
        "MXCHH0901",
        "MXMEX0901",
    ]


def test_nd_and_na_are_blanks() -> None:
    jalisco = next(d for d in read(FILE.read_bytes()) if d.key == "JAL0902")
    assert "status" not in jalisco.values
    assert not {"ND", "NA"} & set(map(str, jalisco.raw.values()))


def test_the_last_review_tells_how_far_a_commitment_came() -> None:
    own = {d.key: d.values.get("status") for d in read(FILE.read_bytes()) if d.kind == "commitment"}
    assert (own["JAL0901"], own["MX0901"]) == ("Complete", "Limited")


def test_states_municipalities_and_the_nation_are_told_apart() -> None:
    places = {
        d.key: (d.values.get("state"), d.values.get("municipality"), d.values["program"])
        for d in read(FILE.read_bytes())
    }
    assert places["JAL0901"] == ("14", None, "OGP_LOCAL")
    assert places["MX0901"] == ("00", None, "NATIONAL_PLAN")
    assert places["MXCHH0901"] == ("08", "Chihuahua", "OGP_LOCAL")
    assert places["MXMEX0901"] == ("15", None, "OGP_LOCAL")


def test_a_source_of_one_state_or_locality_reads_only_its_rows() -> None:
    assert {d.key for d in read(FILE.read_bytes(), "14")} == {"Jalisco/2", "JAL0901", "JAL0902"}
    assert {d.key for d in read(FILE.read_bytes(), locality="jalisco")} == {"Jalisco/2", "JAL0901", "JAL0902"}


def test_keys_do_not_move_when_rows_are_sorted() -> None:
    head, *rows = FILE.read_text().splitlines(keepends=True)
    turned = (head + "".join(rows[::-1])).encode()
    assert {(d.kind, d.key) for d in read(turned)} == {(d.kind, d.key) for d in read(FILE.read_bytes())}


@pytest.mark.parametrize(
    "body", [b"", b"a,b\n1,2\n", b"<html></html>", b"Commitment Unique Identifier,Title\nX1,Uno\n"]
)
def test_what_is_not_the_database_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        read(body)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        OgpDatabase.Options(pais="MX")  # type: ignore[call-arg]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    survives(OgpDatabase(OgpDatabase.Options()), snapshot(mutate(FILE.read_bytes(), data)), context())
