"""Lists in prose pages: two small ones and their golden outputs, the real pages, and hostile ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Row, SourceChanged
from connectors.errors import ConfigError
from connectors.html_list import HtmlList, HtmlListOptions
from tests.connectors.kit import FIXTURES, context, drafts_of, golden, mutate, snapshot, survives

LIST = FIXTURES / "html_list" / "lista.html"
HEADINGS = FIXTURES / "html_list" / "titulos.html"


def read(body: bytes | str, **options: Any) -> list[Row]:
    return list(HtmlList(HtmlListOptions(**options)).rows(snapshot(body), context()))


def test_a_list_that_names_its_commitments_gives_its_golden_drafts_and_no_menu() -> None:
    golden("html_list/lista.json", drafts_of(HtmlList(HtmlListOptions()), snapshot(LIST.read_bytes()), context()))


def test_headings_take_the_paragraphs_under_them() -> None:
    golden("html_list/titulos.json", drafts_of(HtmlList(HtmlListOptions()), snapshot(HEADINGS.read_bytes()), context()))


FACTS = FIXTURES / "html_list" / "fichas.html"


def test_facts_inside_items_cards_and_accordions_are_cells_and_the_title_its_own_line_alone() -> None:
    drafts = drafts_of(HtmlList(HtmlListOptions()), snapshot(FACTS.read_bytes()), context())
    golden("html_list/fichas.json", drafts)
    assert "enlace@ejemplo.gob.mx" not in str([draft.raw for draft in drafts])


UNLABELLED = {
    "cards": '<div class="card"><h4>{title}</h4><p><strong>Responsable:</strong> {who}</p><p><b>Estatus</b>: Concluido</p></div>',
    "headings": "<h3>{title}</h3><p>Responsable: {who}</p><p>Estatus: Concluido</p>",
    "rows of a card": "<h3>{title}</h3><div><div>Responsable</div><div>{who}</div></div><div><span>Estatus</span> <span>Concluido</span></div>",
    "a description list each": "<dl><dt>Compromiso</dt><dd>{title}</dd><dt>Responsable</dt><dd>{who}</dd><dt>Estatus</dt><dd>Concluido</dd></dl>",
    "what unfolds": "<details><summary>{title}</summary><ul><li>Responsable: {who}</li><li>Estatus: Concluido</li></ul></details>",
    "a table each": "<h3>{title}</h3><table><tr><th>Responsable</th><td>{who}</td></tr><tr><th>Estatus</th><td>Concluido</td></tr></table>",
    "items": "<li><strong>{title}</strong><br>Responsable: {who}<br>Estatus: Concluido</li>",
}


@pytest.mark.parametrize("block", UNLABELLED.values(), ids=UNLABELLED)
def test_records_that_call_themselves_nothing_are_told_by_their_facts(block: str) -> None:
    said = [
        ("Datos abiertos: salud", "Salud"),
        ("Abrir el cabildo", "Ayuntamiento"),
        ("Medir: agua", "Comisión del Agua"),
    ]
    page = "<h2>Plan</h2>" + "".join(block.format(title=title, who=who) for title, who in said)
    drafts = drafts_of(HtmlList(HtmlListOptions()), snapshot(f"<html><body>{page}</body></html>"), context())
    assert [(d.values["title"], d.values["institution"], d.values["status"]) for d in drafts] == [
        (title, who, "Concluido") for title, who in said
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Datos abiertos: salud y agua",
        "Programa: Escuelas abiertas",
        "Responsable de todo: el cabildo",
        "Meta: abrir a las 10:30",
    ],
)
def test_a_title_keeps_its_colon(title: str) -> None:
    rows = read(f"<ul><li>Compromiso 1: {title}<br>Avance: 10%</li><li>Compromiso 2: {title}<br>Avance: 20%</li></ul>")
    assert [(row.values["title"], row.values["Avance"]) for row in rows] == [(title, "10%"), (title, "20%")]


def test_a_sentence_with_a_colon_stays_in_the_description_and_a_label_of_every_item_is_a_column() -> None:
    rows = read(
        "<h3>Compromiso 1: Uno</h3><p>Se hará así: todo a la vez.</p><p>Población: niñas</p>"
        "<h3>Compromiso 2: Dos</h3><p>Población: niños</p>"
    )
    assert rows[0].values["description"] == "Se hará así: todo a la vez."
    assert [row.values["Población"] for row in rows] == ["niñas", "niños"]


@pytest.mark.parametrize(
    ("text", "number", "title", "kind"),
    [
        ("Compromiso 1: Abrir datos", "1", "Abrir datos", None),
        ("COMPROMISO No. 12.- Abrir datos", "12", "Abrir datos", None),
        ("Compromiso núm. 3 – Abrir", "3", "Abrir", None),
        ("Compromiso IV. Abrir", "4", "Abrir", None),
        ("Compromiso dos: Abrir", "2", "Abrir", None),
        ("Compromiso proactivo: Abrir", None, "Abrir", "proactivo"),
        ("Compromiso proactivo 2: Abrir", "2", "Abrir", "proactivo"),
        ("Compromiso: Abrir", None, "Abrir", None),
        ("Compromiso 5 | Abrir", "5", "Abrir", None),
        ("Compromiso 6 Ábrase", "6", "Ábrase", None),
    ],
)
def test_a_label_gives_number_title_and_kind(text: str, number: str | None, title: str, kind: str | None) -> None:
    (row,) = read(f"<ul><li>{text}</li></ul>")
    assert (row.values["number"], row.values["title"], row.values["kind"]) == (number, title, kind)


def test_a_sentence_about_commitments_is_no_label() -> None:
    with pytest.raises(SourceChanged, match="ninguna lista de compromisos"):
        read(
            "<p>Compromiso con la ciudadanía: el plan se firmó.</p><p>Compromiso social del estado</p><p>Compromiso 3 se cumplió</p>"
        )


def test_strong_labels_in_paragraphs_are_read() -> None:
    rows = read("<div><p><strong>Compromiso 1.</strong> Abrir</p><p><strong>Compromiso 2.</strong> Cerrar</p></div>")
    assert [(row.values["number"], row.values["title"]) for row in rows] == [("1", "Abrir"), ("2", "Cerrar")]


def test_an_ordered_list_of_sentences_is_read_where_nothing_calls_itself_a_commitment() -> None:
    menu = '<ol><li><a href="/a">Inicio de la página web</a><li><a href="/b">Mapa de todo el sitio</a><li><a href="/c">El contacto de la oficina</a></ol>'
    rows = read(
        menu
        + "<h3>Integrantes</h3><ol><li>El instituto de la transparencia<li>El congreso del estado<li>La universidad del estado</ol>"
        "<h3>Compromisos del plan</h3><p>Son dos:</p><ol><li>Publicar los datos del gasto<li>Publicar los datos del agua</ol>"
    )
    assert [(row.values["number"], row.values["title"]) for row in rows] == [
        ("1", "Publicar los datos del gasto"),
        ("2", "Publicar los datos del agua"),
    ]


def test_a_pattern_names_its_columns_and_reports_what_it_does_not_match() -> None:
    ctx = context()
    options = HtmlListOptions(selector="li", pattern=r"^(?P<number>\d+)\W+(?P<title>.+?) \((?P<status>.+)\)$")
    rows = list(HtmlList(options).rows(snapshot("<li>1. Abrir (en proceso)<li>2. Cerrar (hecho)<li>Ver más"), ctx))
    assert [(row.values["number"], row.values["title"], row.values["status"]) for row in rows] == [
        ("1", "Abrir", "en proceso"),
        ("2", "Cerrar", "hecho"),
    ]
    assert "UNMATCHED_ITEM" in {note.code for note in ctx.notes}


def test_a_selector_that_is_none_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="selector CSS"):
        read("<p>x</p>", selector="##[")


def test_the_real_state_pages_give_their_commitments(shared: Path) -> None:
    folder = shared / "sources" / "inai_exercise"
    expected = {"campeche": (6, 0), "durango": (6, 0), "oaxaca": (5, 1), "morelos": (6, 2)}
    for name, (common, proactive) in expected.items():
        rows = read((folder / f"{name}.html").read_bytes())
        kinds = [row.values["kind"] for row in rows]
        assert (kinds.count(None), kinds.count("proactivo")) == (common, proactive), name
    for name in ("guanajuato", "tabasco", "chihuahua", "nuevo-leon"):
        with pytest.raises(SourceChanged):
            read((folder / f"{name}.html").read_bytes())


def test_the_real_dashboard_gives_its_status_classes(shared: Path) -> None:
    body = (shared / "sources" / "pa2015_dashboard" / "index.html").read_bytes()
    columns = {"Núm": ".id h4", "Compromiso": ".ct > p", "Estatus": "ul.cumplimiento > li > a@class"}
    rows = read(body, selector=".row.list-key", columns=columns)
    assert rows[0].values["Compromiso"] == "Tu gobierno en un solo punto | gob.mx"
    assert {word for row in rows for said in row.values["Estatus"] for word in said.split()} == {
        "objetivo",
        "completado",
        "proceso",
        "sin_avance",
    }


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_mutated_pages_raise_nothing_but_a_harvest_error(data: Any) -> None:
    survives(HtmlList(HtmlListOptions()), snapshot(mutate(LIST.read_bytes() + HEADINGS.read_bytes(), data)), context())


def test_a_long_list_without_end_tags_is_read_and_a_truly_deep_one_refused() -> None:
    assert len(read("<ul>" + "".join(f"<li>Compromiso {n}: Abrir" for n in range(1, 900)))) == 899
    with pytest.raises(SourceChanged) as caught:
        read("<ul><li>Compromiso 1: a" * 900)
    assert caught.value.code == "TOO_DEEP"


CARD = "<p>Responsable: Finanzas</p><p>Estatus: Cumplido</p>"


def test_a_table_of_contents_is_no_second_list() -> None:
    index = "".join(f"<li><a href='#c{n}'>Compromiso {n}. Abrir el padrón {n}</a></li>" for n in (1, 2))
    body = "".join(f"<h2 id=c{n}>Compromiso {n}. Abrir el padrón {n}</h2>{CARD}" for n in (1, 2))
    rows = read(f"<ul>{index}</ul>{body}")
    assert [(row.values["number"], row.values["Responsable"]) for row in rows] == [("1", "Finanzas"), ("2", "Finanzas")]
    rows = read(f"<ul>{index}</ul>")
    assert [row.values["number"] for row in rows] == ["1", "2"]


def test_the_foot_of_a_page_is_no_part_of_its_last_commitment() -> None:
    for foot in ("<footer><p>Gobierno del Estado</p></footer>", "<div class='site-footer'>Gobierno del Estado</div>"):
        rows = read(
            f"<h3>Compromiso 1: Abrir</h3>{CARD}<h3>Compromiso 2: Medir</h3><h4>Responsable</h4><p>Obras</p>{foot}"
        )
        assert [row.values["Responsable"] for row in rows] == ["Finanzas", "Obras"]


def test_a_fact_set_apart_within_its_paragraph_is_a_fact() -> None:
    items = "".join(
        f"<li><b>{name}.</b> Consiste en publicar. <em>Responsable: Finanzas.</em></li>" for name in ("Abrir", "Medir")
    )
    rows = read(f"<p>El plan se integra por dos compromisos:</p><ol>{items}</ol>")
    assert [row.values["Responsable"] for row in rows] == ["Finanzas.", "Finanzas."]
    assert [row.values["title"] for row in rows] == ["Abrir. Consiste en publicar.", "Medir. Consiste en publicar."]


def test_facts_strung_together_in_one_line_are_facts() -> None:
    items = "".join(
        f"<li>Compromiso {n}: Abrir; el padrón; Responsable: Finanzas; Estatus: Cumplido.</li>" for n in (1, 2)
    )
    rows = read(f"<ul>{items}</ul>")
    assert [(row.values["title"], row.values["Responsable"], row.values["Estatus"]) for row in rows] == [
        ("Abrir; el padrón", "Finanzas", "Cumplido."), ("Abrir; el padrón", "Finanzas", "Cumplido."),
    ]  # fmt: skip


def test_items_of_a_numbered_list_bear_its_numbers_whatever_stands_in_them() -> None:
    items = "".join(f"<li><p>{name}</p>{CARD}</li>" for name in ("Abrir el padrón", "Medir la obra"))
    assert [row.values["number"] for row in read(f"<ol>{items}</ol>")] == ["1", "2"]
    assert [row.values["number"] for row in read(f"<ul>{items}</ul>")] == [None, None]


def test_paragraphs_between_a_title_and_its_facts_describe_it_and_those_after_them_do_not() -> None:
    block = "<p>Compromiso {n}: {t}</p><p>Qué se hará.</p><p><b>Responsable:</b> Finanzas</p><p>Estatus: Concluido</p>"
    page = "".join(block.format(n=n, t=title) for n, title in enumerate(("Abrir el padrón", "Medir el agua"), 1))
    first, last = read(f"<h2>Plan</h2>{page}<p>Última actualización de esta página.</p>")
    assert (first.values["title"], first.values["description"], first.values["Responsable"]) == (
        "Abrir el padrón", "Qué se hará.", "Finanzas",
    )  # fmt: skip
    assert (last.values["description"], last.values["Estatus"]) == ("Qué se hará.", "Concluido")


def test_paragraphs_that_no_facts_follow_are_of_no_commitment() -> None:
    page = "<p>Compromiso 1: Abrir el padrón</p><p>Compromiso 2: Medir el agua</p><p>Qué se hizo.</p><p>Y más.</p>"
    assert [row.values["item"] for row in read(page)] == [
        "Compromiso 1: Abrir el padrón",
        "Compromiso 2: Medir el agua",
    ]


def test_a_picture_that_is_the_value_of_a_label_tells_it_and_one_beside_words_does_not() -> None:
    light, icon = '<img src=v.png alt="Concluido">', '<img src=i.png alt="Icono">'
    block = "<h3>{t}</h3><p>Responsable: {icon}Finanzas</p><p><b>Estatus:</b> {light}</p><p>Avance: {light}</p>"
    rows = read("<h2>Plan</h2>" + "".join(block.format(t=t, icon=icon, light=light) for t in ("Abrir", "Medir")))
    assert [(r.values["Responsable"], r.values["Estatus"], r.values["Avance"]) for r in rows] == [
        ("Finanzas", "Concluido", "Concluido")
    ] * 2


def test_a_page_encoded_twice_is_read_as_it_was_before() -> None:
    body = "<h2>Compromisos</h2><p>Compromiso 1: Abrir el padrón público</p><p>Compromiso 2: Añadir días hábiles</p>"
    assert [row.values["title"] for row in read(body.encode().decode("cp1252", "replace").encode())][:1] == [
        "Abrir el padrón público"
    ]


def test_what_a_template_comments_out_is_left_out() -> None:
    old = "{{-- <p>Compromiso 3: Uno que ya no está</p> --}}"
    page = f"<h2>Plan</h2><p>Compromiso 1: Abrir el padrón</p>{old}<p>Compromiso 2: Medir el agua</p>"
    assert [row.values["number"] for row in read(page)] == ["1", "2"]
    assert len(read(page.replace("--}}", ""))) == 3
