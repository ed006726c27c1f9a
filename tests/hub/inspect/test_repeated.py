"""Pages of cards: which block repeats, which of its parts are columns; and pages that hold nothing without their programs."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from hub.inspect.engine import inspect_bytes
from hub.inspect.repeated import repeated

CARD = (
    '<div class="commitment-card"><span class="num">0{n}</span><h3 class="title">{title}</h3><p class="desc">{text}</p>'
    '<span class="dep">{body}</span><span class="status status-{look}">{status}</span></div>'
)
CARDS = "".join(
    CARD.format(n=n, title=title, text=text, body=body, look=look, status=status)
    for n, title, text, body, look, status in (
        (1, "Movilidad", "Publicar los datos del transporte.", "Instituto de Movilidad", "done", "Cumplido"),
        (2, "Calidad del aire", "Publicar las mediciones.", "Secretaría de Medio Ambiente", "progress", "En proceso"),
        (3, "Presupuesto participativo", "Decidir en conjunto.", "Secretaría de Finanzas", "pending", "Sin iniciar"),
    )
)
PAGE = f'<html lang="es"><head><title>Compromisos</title></head><body><section>{CARDS}</section></body></html>'


def test_a_part_whose_further_classes_say_its_value_is_known_by_its_first() -> None:
    selector, columns = next(repeated(LexborHTMLParser(PAGE)))
    assert selector == "div.commitment-card"
    assert columns["status"] == "span.status"


def test_cards_are_read_by_their_own_parts_the_title_among_them() -> None:
    found = inspect_bytes(PAGE.encode(), url="https://x.gob.mx/compromisos")
    fields = found.report.proposed_fields
    assert [fields[name] for name in ("number", "title", "institution", "status")] == ["num", "title", "dep", "status"]
    assert [(one.title, one.status.value) for one in found.records] == [
        ("Movilidad", "COMPLETED"),
        ("Calidad del aire", "IN_PROGRESS"),
        ("Presupuesto participativo", "NOT_STARTED"),
    ]


def test_a_page_that_its_program_fills_is_said_to_be_one() -> None:
    page = '<html><body><noscript>Active JavaScript</noscript><div id="root"></div><script src="/main.js"></script></body></html>'
    assert "JavaScript" in inspect_bytes(page.encode()).report.findings[0].message
    assert (
        "JavaScript"
        not in inspect_bytes(f"<html><body>{'<p>Texto largo.</p>' * 40}</body></html>".encode())
        .report.findings[0]
        .message
    )


def test_lines_that_no_separator_cuts_are_no_titles() -> None:
    lines = "No.  Compromiso        Dependencia   Estatus\n1    Abrir el gasto    SEFIN         En proceso\n2    Abrir el agua     CEA           Cumplido\n"
    assert inspect_bytes(lines.encode(), url="compromisos.txt").report.accepted == 0


def test_the_box_around_the_parts_of_a_card_is_no_part() -> None:
    card = "<div class=col><div class=card><div class=card-body><h5 class=name>{}</h5><p class=who>{}</p><span class=state>Cumplido</span></div></div></div>"
    cards = "".join(card.format(f"Abrir el padrón de la zona {n}", "Secretaría de Finanzas") for n in range(3))
    _, columns = next(repeated(LexborHTMLParser(f"<div>{cards}</div>")))
    assert set(columns) == {"name", "who", "state"}


def test_a_paragraph_without_a_class_is_a_part_of_its_card_and_the_heading_above_says_what_they_are() -> None:
    card = "<div class=item><h3>{}</h3><p>Secretaría de {}</p><span class=badge>{}</span></div>"
    told = [
        ("Abrir el padrón", "Finanzas", "Cumplido"),
        ("Cuidar el agua", "Obras Públicas", "En proceso"),
        ("Contar árboles", "Salud", "Sin avance"),
    ]
    cards = "".join(card.format(*parts) for parts in told)
    found = inspect_bytes(f"<html><body><h1>Compromisos</h1><div>{cards}</div></body></html>".encode())
    assert [(record.title, record.institutions[0], record.status.value) for record in found.records] == [
        ("Abrir el padrón", "Secretaría de Finanzas", "COMPLETED"),
        ("Cuidar el agua", "Secretaría de Obras Públicas", "IN_PROGRESS"),
        ("Contar árboles", "Secretaría de Salud", "NOT_STARTED"),
    ]


def test_cards_of_news_are_no_commitments_whatever_they_say_in_passing() -> None:
    card = "<div class=card><h5>{}</h5><p>El gobierno reitera su compromiso con todos.</p><span class=badge>Salud</span></div>"
    cards = "".join(card.format(f"Inauguran el hospital número {n}") for n in range(4))
    page = f"<html><body><h1>Noticias</h1><div>{cards}</div></body></html>"
    assert inspect_bytes(page.encode()).report.accepted == 0
