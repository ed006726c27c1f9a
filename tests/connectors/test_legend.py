"""connectors.legend: what a page's own legend says of colours, icons and signs, and when it says nothing sure."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from connectors.legend import legend
from hub.inspect.engine import inspect_bytes
from hub.model import CommitmentStatus as S

LIGHTS = {"verde": "Cumplido", "amarillo": "En proceso", "rojo": "Sin avance"}
COLOURS = {"#00b050": "Cumplido", "yellow": "En proceso", "rgb(255,0,0)": "Sin avance"}


def each(pattern: str) -> str:
    return "".join(pattern.format(colour, word) for colour, word in COLOURS.items())


@pytest.mark.parametrize(
    "page",
    [
        f"<p>Semáforo: {each('<span style=background:{}>&nbsp;</span> {} ')}</p>",
        f"<ul>{each('<li><i style=background-color:{}></i> {}</li>')}</ul>",
        f"<table>{each('<tr><td bgcolor={}></td><td>{}</td></tr>')}</table>",
        f"<table><tr><th colspan=2>Simbología</th></tr>{each('<tr><td style=background:{}> </td><td>{}.</td></tr>')}</table>",
        f"<div>{each('<b style=background:{}>{}</b> ')}</div>",
        f"<div>{each('<div><span>{1}</span><span style=background:{0}></span></div>')}</div>",
        "<p><b>Verde:</b> Cumplido. <b>Amarillo:</b> En proceso. <b>Rojo:</b> Sin avance.</p>",
        "<ul><li>Verde = Cumplido</li><li>Amarillo – En proceso</li><li>Rojo: Sin avance</li></ul>",
        "<p>Cumplido (verde), En proceso (amarillo), Sin avance (color rojo)</p>",
    ],
)  # fmt: skip
def test_colours_are_explained_beside_in_or_by_words(page: str) -> None:
    assert legend(LexborHTMLParser(page)) == LIGHTS


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<p>🟢 Cumplido 🔴 Sin avance</p>", {"🟢": "Cumplido", "🔴": "Sin avance"}),
        ("<p>Simbología<br>✔ = Cumplido<br>✘ = Sin avance</p>", {"✔": "Cumplido", "✘": "Sin avance"}),
        ("<p><img src='/i/palomita.png'> Cumplido <img src='/i/tache.png'> Sin avance</p>", {"palomita": "Cumplido", "tache": "Sin avance"}),
        ("<p><i class='fa fa-check'></i> Cumplido <i class='fa fa-clock'></i> En proceso</p>", {"fa-check": "Cumplido", "fa-clock": "En proceso"}),
    ],
)  # fmt: skip
def test_signs_and_pictures_are_explained_by_the_words_beside_them(page: str, told: dict[str, str]) -> None:
    assert legend(LexborHTMLParser(page)) == told


@pytest.mark.parametrize(
    "page",
    [
        "<p>🟢 Cumplido 🔴 Sin avance</p><p>🟢 En tiempo 🔴 Vencido</p>",  # two legends that contradict each other
        "<p>🟢 100% 🟡 50% 🔴 0%</p>",
        "<p>Zona verde: parque central</p>",
        "<table>" + "".join(f"<tr><td bgcolor={c}></td><td>{w}</td><td>Finanzas</td></tr>" for c, w in COLOURS.items()) + "</table>",
        "<ul class=menu><li><i class=a></i>Inicio</li></ul>", "<p>Cumplido</p>", "",
    ],
)  # fmt: skip
def test_what_is_no_legend_explains_nothing(page: str) -> None:
    assert legend(LexborHTMLParser(page)) == {}


def board(cells: list[str], around: str) -> bytes:
    rows = "".join(
        f"<tr><td>{n}</td><td>Acción pública número {n}</td><td>Secretaría de Finanzas</td>{cell}</tr>"
        for n, cell in enumerate(cells, 1)
    )
    return f"<h1>Compromisos</h1><table><tr><th>No.</th><th>Compromiso</th><th>Responsable</th><th>Semáforo</th></tr>{rows}</table>{around}".encode()


PAINTED = ["<td style=background:#00b050></td>", "<td style=background:yellow></td>", "<td style=background:red></td>"]


@pytest.mark.parametrize("cells", [PAINTED, ["<td>Verde</td>", "<td>AMARILLO</td>", "<td>rojo</td>"]])
def test_a_traffic_light_with_a_legend_is_the_status_that_the_legend_says(cells: list[str]) -> None:
    found = inspect_bytes(board(cells, f"<p>{each('<span style=background:{}>&nbsp;</span> {} ')}</p>"))
    assert found.report.proposed_fields["status"] == "Semáforo (simbología)"
    assert [record.status for record in found.records] == [S.COMPLETED, S.IN_PROGRESS, S.NOT_STARTED]
    assert "LEGEND" in {finding.code for finding in found.report.findings}
    assert not found.report.unmapped_columns


@pytest.mark.parametrize("around", ["", "<p>Verde: en tiempo. Amarillo: con retraso. Rojo: fuera de plazo.</p>"])
def test_a_traffic_light_without_a_legend_of_statuses_stays_open_and_is_told(around: str) -> None:
    found = inspect_bytes(board(PAINTED, around))
    assert {record.status for record in found.records} == {S.UNKNOWN}
    assert [finding.code for finding in found.report.findings if finding.field == "status"] == ["AMBIGUOUS_VALUE"] * 3


def test_an_icon_under_the_status_that_holds_is_a_mark() -> None:
    icon, none = "<td><i class='fa fa-check'></i></td>", "<td>&nbsp;</td>"
    rows = "".join(
        f"<tr><td>Acción pública número {n}</td><td>Secretaría de Finanzas</td>{none * n}{icon}{none * (2 - n)}</tr>"
        for n in range(3)
    )
    head = "".join(f"<th>{name}</th>" for name in ("Compromiso", "Responsable", "Cumplido", "En proceso", "Sin avance"))
    found = inspect_bytes(f"<table><tr>{head}</tr>{rows}</table>".encode())
    assert [record.status for record in found.records] == [S.COMPLETED, S.IN_PROGRESS, S.NOT_STARTED]
