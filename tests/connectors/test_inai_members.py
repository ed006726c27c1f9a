"""connectors.inai_members: seats of a secretariat by sector, where a table tells them."""

from __future__ import annotations

import pytest

from connectors.blocks import read_blocks
from connectors.inai_members import read_members


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


SPANNED = (
    "<table><tr><th>Sector</th><th>Institución</th></tr><tr><td rowspan='2'>Sociedad Civil</td><td>Una, A.C.</td></tr>"
    "<tr><td>Otra, A.C.</td></tr><tr><td rowspan='2'>Gobierno</td><td>Contraloría</td></tr>"
    "<tr><td>Congreso del Estado</td></tr><tr><td>Órgano Garante</td><td>Instituto de Transparencia</td></tr></table>"
)


@pytest.mark.parametrize(
    "body",
    [
        table("Sector|Representantes", "Sociedad Civil|2", "Gobierno|2", "Órgano Garante|1"),
        table("Sociedad Civil|Gobierno|Órgano Garante", "Una, A.C.|Contraloría|Instituto", "Otra, A.C.|Congreso|"),
        SPANNED,
    ],
)
def test_a_table_seats_each_sector_by_its_number_or_by_its_members(body: str) -> None:
    members, _, unknown = read_members(read_blocks(body, "https://ejemplo.gob.mx/"))
    assert members == {"civil_society": 2, "government": 2, "oversight_body": 1}
    assert not unknown


def test_a_table_of_something_else_seats_nobody() -> None:
    members, _, _ = read_members(read_blocks(table("Mes|Sesiones", "Enero|2", "Mayo|3"), "https://ejemplo.gob.mx/"))
    assert members == {}
