"""Pages in the shape of OGP's for one member: plans, commitments, reports of their end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.ogp_local import OgpLocal
from tests.connectors.kit import FIXTURES, Site, context, drafts_of, golden, harvest, mutate, snapshot, survives

HOST = "https://ogp.ejemplo.org"
URL = f"{HOST}/members/jalisco-mexico/"
PAGES = FIXTURES / "ogp_local"
ADDRESSES = {
    "member": URL,
    "plan": f"{HOST}/documents/action-plan-jalisco-mexico-2023-2024/",
    "MXJL0901": f"{URL}commitments/MXJL0901/",
    "MXJL0902": f"{URL}commitments/MXJL0902/",
    "report": f"{HOST}/documents/end-of-commitment-report-padron-abierto-de-becas/",
}


def site(**changed: object) -> Site:
    pages = {url: (PAGES / f"{name}.html").read_bytes() for name, url in ADDRESSES.items()}
    return Site(pages | {ADDRESSES[name]: body for name, body in changed.items()})


def ogp(**options: int) -> OgpLocal:
    return OgpLocal(OgpLocal.Options(**options))


@pytest.mark.anyio
async def test_a_members_pages_give_their_golden_drafts() -> None:
    web = site()
    drafts = await harvest(ogp(), context(web, URL))
    golden("ogp_local/drafts.json", drafts)
    assert sorted((d.kind, d.key) for d in drafts) == [
        ("commitment", "JAL0903"), ("commitment", "MXJL0901"), ("commitment", "MXJL0902"), ("plan", "2023-2024"),
    ]  # fmt: skip
    assert sorted(web.asked) == sorted(ADDRESSES.values())


@pytest.mark.anyio
async def test_the_cycle_of_the_plan_is_not_the_status_of_a_commitment() -> None:
    drafts = {d.key: d for d in await harvest(ogp(), context(site(), URL))}
    assert drafts["MXJL0902"].values["status"] == "Pending IRM Review"
    assert drafts["MXJL0902"].raw["Estado"] == "Active"
    assert not any("Activ" in str(d.values.get("status")) for d in drafts.values())


@pytest.mark.anyio
async def test_the_report_of_its_end_tells_what_a_commitment_reached() -> None:
    drafts = {d.key: d for d in await harvest(ogp(), context(site(), URL))}
    assert drafts["MXJL0901"].values["status"] == "Completa"
    assert drafts["MXJL0901"].values["evidence"] == [ADDRESSES["report"]]


@pytest.mark.anyio
async def test_a_commitment_whose_page_is_gone_is_read_from_the_members_list() -> None:
    ctx = context(site(MXJL0902=SourceChanged("no está", code="NOT_FOUND")), URL)
    drafts = {d.key: d for d in await harvest(ogp(), ctx)}
    assert drafts["MXJL0902"].values["title"] == "Laboratorio ciudadano"
    assert drafts["MXJL0902"].values["themes"] == ["Public Participation", "Justice"]
    assert "BROKEN_CHAIN" in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_a_report_of_no_known_commitment_is_told() -> None:
    report = (PAGES / "report.html").read_text().replace("Padrón abierto de becas", "Otra cosa")
    ctx = context(site(report=report), URL)
    await harvest(ogp(), ctx)
    assert "UNMATCHED_REPORT" in {note.code for note in ctx.notes}


@pytest.mark.anyio
async def test_the_walk_stops_at_its_maximum() -> None:
    web = site()
    ctx = context(web, URL)
    await harvest(ogp(max_pages=2), ctx)
    assert (len(web.asked), [n.code for n in ctx.notes if n.code == "PAGES_MAX"]) == (2, ["PAGES_MAX"])


@pytest.mark.parametrize(
    ("member", "state", "municipality", "program"),
    [("jalisco-mexico", "Jalisco", None, "OGP_LOCAL"), ("nuevo-leon-state-mexico", "Nuevo León", None, "OGP_LOCAL"),
     ("mexico", "00", None, "NATIONAL_PLAN"), ("mexico-state-mexico", "Estado de México", None, "OGP_LOCAL"),
     ("chihuahua-municipality-mexico", None, "Chihuahua", "OGP_LOCAL"),
     ("tlalnepantla-de-baz-mexico", None, "Tlalnepantla De Baz", "OGP_LOCAL")],
)  # fmt: skip
def test_the_members_address_tells_whose_commitments_they_are(member, state, municipality, program) -> None:
    url = f"{HOST}/members/{member}/"
    (draft, *_) = drafts_of(ogp(), snapshot((PAGES / "member.html").read_bytes(), url), context(url=url))
    assert (draft.values.get("state"), draft.values.get("municipality"), draft.values["program"]) == (
        state,
        municipality,
        program,
    )


def test_a_page_of_no_member_is_refused() -> None:
    with pytest.raises(SourceChanged, match="miembro de OGP"):
        drafts_of(ogp(), snapshot("<html><h1>Hola</h1></html>", URL), context(url=URL))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        ogp(paginas=2)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(ADDRESSES)))
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject, name: str) -> None:
    body = mutate((PAGES / f"{name}.html").read_bytes(), data)
    survives(ogp(), snapshot(body, ADDRESSES[name]), context(url=URL))


@pytest.mark.anyio
@pytest.mark.parametrize("state", ["30", "00"])
async def test_the_pages_of_another_member_are_refused(state: str) -> None:
    with pytest.raises(SourceChanged) as refused:
        await harvest(ogp(), context(site(), URL, state=state))
    assert refused.value.code == "WRONG_STATE"
    assert "Jalisco" in refused.value.reason
    assert await harvest(ogp(), context(site(), URL, state="14"))
