"""hub.harvest.whose: a source of a wrong state publishes nothing; rows of others among its own keep their state."""

from __future__ import annotations

import json

import pytest

from hub.model import RunVerdict as V
from tests.hub.harvest.conftest import World

pytestmark = pytest.mark.anyio
NAMES = "Entidad,No.,Compromiso,Estatus\n"


def lines(*states: str) -> bytes:
    rows = (f"{state},{n},Publicar el padrón abierto número {n},Cumplido" for n, state in enumerate(states, 1))
    return (NAMES + "\n".join(rows)).encode()


async def test_a_file_whose_rows_are_all_of_another_state_publishes_nothing(world: World) -> None:
    world.sites.add("/otro.csv", lines("Jalisco", "Jalisco", "Colima"), "text/csv")
    await world.sync(world.source("/otro.csv", fields={}))
    outcome = await world.run()
    assert (outcome.verdict, outcome.added) == (V.SOURCE_CHANGED, 0)
    assert "Colima, Jalisco" in (outcome.reason or "")
    assert {issue.code for issue in outcome.issues} >= {"WRONG_STATE"}


async def test_rows_of_another_state_among_the_own_are_published_as_of_their_state(world: World) -> None:
    world.sites.add("/otro.csv", lines("Puebla", "Jalisco", "Puebla"), "text/csv")
    await world.sync(world.source("/otro.csv", fields={}))
    outcome = await world.run()
    assert (outcome.verdict, outcome.added) == (V.PUBLISHED, 3)
    assert [issue.raw for issue in outcome.issues if issue.code == "OTHER_STATE"] == ["Jalisco"]
    records = [one async for batch in world.store.export_records("commitment") for one in batch]
    bodies = [json.loads(one.body) for one in records]
    assert sorted((body["number"], body["jurisdiction"]) for body in bodies) == [(1, "21"), (2, "14"), (3, "21")]


@pytest.mark.parametrize("connector", ["html_list", "html_table"])
async def test_a_page_titled_as_another_states_publishes_nothing(world: World, connector: str) -> None:
    body = "".join(f"<tr><td>{n}<td>Publicar el padrón {n}</tr>" for n in range(3))
    listed = "".join(f"<li>Compromiso {n}: Publicar el padrón {n}</li>" for n in range(3))
    whole = f"<title>Jalisco abierto</title><table><tr><th>No.<th>Compromiso</tr>{body}</table><ul>{listed}</ul>"
    world.sites.add("/otra.html", whole.encode(), "text/html")
    await world.sync(world.source("/otra.html", connector=connector, fields={}))
    outcome = await world.run()
    assert (outcome.verdict, outcome.added) == (V.SOURCE_CHANGED, 0)
    assert "Jalisco" in (outcome.reason or "")
