"""State pages of the INAI/UNDP programme: the real ones, pages of our own in other words, and hostile ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import SourceChanged
from connectors.inai_exercise import InaiExercise
from connectors.spanish import find_dates
from tests.connectors.kit import FIXTURES, Site, context, drafts_of, golden, harvest, mutate, snapshot, survives

PAGES = FIXTURES / "inai_exercise"


def read(body: bytes | str, state: str | None = None):
    connector = InaiExercise(InaiExercise.Options())
    ctx = context(state=state)
    return drafts_of(connector, snapshot(body, ctx.source.url), ctx), ctx.notes


def of_kind(drafts, kind):
    return [draft for draft in drafts if draft.kind == kind]


@pytest.mark.parametrize("name", ["whole_page", "started", "two_plans"])
def test_each_page_gives_its_golden_drafts(name: str) -> None:
    drafts, _ = read((PAGES / f"{name}.html").read_bytes())
    golden(f"inai_exercise/{name}.json", drafts)


@pytest.mark.parametrize(
    ("page", "state", "numbered", "proactive", "joined", "installed", "published", "members"),
    [
        ("campeche", "04", 6, 0, "20 de junio de 2016", "31 de agosto de 2016", "19 de septiembre de 2017", (2, 2, 2)),
        ("durango", "10", 6, 0, "9 de marzo de 2015", "10 de abril de 2015", "25 de agosto de 2015", (2, 2, 2)),
        ("oaxaca", "20", 5, 1, "9 de marzo de 2015", "7 de abril de 2015", "19 de mayo de 2016", (2, 2, 1)),
        ("morelos", "17", 6, 2, "9 de marzo de 2015", "16 de abril de 2015", "29 de septiembre de 2015", (1, 2, 1)),
        ("nuevo-leon", "19", 0, 0, "20 de junio de 2016", "18 de noviembre de 2016", None, (3, 3, 1)),
        ("chihuahua", "08", 0, 0, "20 de junio de 2016", None, None, (1, 1, 1)),
        ("guanajuato", "11", 0, 0, "22 de junio de 2017", None, None, None),
        ("tabasco", "27", 0, 0, "9 de marzo de 2015", "14 de septiembre de 2017", None, (1, 1, 1)),
    ],
)
def test_the_real_pages_give_what_they_publish(
    shared: Path, page, state, numbered, proactive, joined, installed, published, members
) -> None:
    drafts, notes = read((shared / "sources" / "inai_exercise" / f"{page}.html").read_bytes(), state)
    commitments = of_kind(drafts, "commitment")
    own = [draft.values["number"] for draft in commitments if draft.values.get("kind") != "PROACTIVE"]
    also = [draft.values["number"] for draft in commitments if draft.values.get("kind") == "PROACTIVE"]
    assert (own, also) == (list(range(1, numbered + 1)), list(range(1, proactive + 1)))
    (exercise,) = of_kind(drafts, "exercise")
    values = exercise.values
    assert (values.get("joined"), values.get("secretariat_installed")) == (joined, installed)
    seats = values.get("members")
    assert (seats and (seats["civil_society"], seats["government"], seats["oversight_body"])) == members
    assert values["status"]
    assert [plan.values["published"] for plan in of_kind(drafts, "plan")] == ([published] if published else [])
    assert [plan.values["declared"] for plan in of_kind(drafts, "plan")] == (
        [numbered + proactive] if published else []
    )
    assert not notes


_WORDS = dict(zip("123456", ["un", "dos", "tres", "cuatro", "cinco", "seis"], strict=True))
_SECTION_HEAD = re.compile(r"<h2>Estatus</h2>\s*<p>")
REWRITTEN: dict[str, Callable[[str], str]] = {
    "seats in words": lambda page: re.sub(r"(\d) (representantes?)", lambda m: f"{_WORDS[m[1]]} {m[2]}", page),
    "counts in words": lambda page: re.sub(r"(\d) (compromisos?)", lambda m: f"{_WORDS[m[1]]} {m[2]}", page),
    "paragraphs for items": lambda page: re.sub(
        r"<li>(?:<strong>)?(Compromiso[^<]*?:)(?:</strong>)?(.*?)</li>", r"<p>\1\2</p>", page, flags=re.DOTALL
    ),
    "labels in capitals": lambda page: re.sub(r"Compromiso (?:\d|proactivo)", lambda m: m[0].upper(), page),
    "no sub-headings": lambda page: re.sub(r"</?h3>", "", page),
    "hard spaces": lambda page: re.sub(r">[^<]*<", lambda m: m[0].replace(" ", "\u00a0 "), page),
    "accents apart": lambda page: unicodedata.normalize("NFD", page),
    "accents as entities": lambda page: page.replace("ó", "&oacute;").replace("í", "&iacute;").replace("á", "&aacute;"),
    "another name of the body": lambda page: page.replace("Órgano Garante", "Organismo Garante"),
    "a whole page": lambda page: (
        f"<html><header><nav><a href=/>Puebla</a></nav></header><div>{page}</div><footer>Compromiso 1: no</footer></html>"
    ),
    "status in its paragraph": lambda page: _SECTION_HEAD.sub("<p><strong>Estatus:</strong> ", page),
    "divs for paragraphs": lambda page: page.replace("<p>", "<div>").replace("</p>", "</div>"),
    "accents as entities twice": lambda page: page.replace("ó", "&amp;oacute;").replace("í", "&amp;iacute;"),
    "a template's own lines": lambda page: (
        f"@extends('plantilla')\n@section('title', 'Estados')\n@if(count($x) > 0)\n{page}\n@endif\n@endsection\n"
        "{{-- <ul><li>Compromiso 9: Uno que ya no está</li></ul> --}}"
    ),
    "a form around it all": lambda page: f"<form action=x.aspx><input type=hidden>{page}</form>",
    "months in short": lambda page: re.sub(r"(de [a-z]{3})[a-z]+( de \d{4})", r"\1.\2", page),
    "the month first": lambda page: re.sub(r"(\d+) de ([a-z]+) de (\d{4})", r"\2 \1, \3", page),
    "a list of all the states above": lambda page: (
        f"<ul><li><a href=/puebla>Puebla, ejercicio local de gobierno abierto</a></li></ul>{page}"
    ),
    "contents above": lambda page: re.sub(
        r"(</h\d>)",
        r"\1<ul><li><a href=#q>¿Quiénes conforman el ejercicio?</a></li><li><a href=#e>Estatus</a></li></ul>",
        page,
        count=1,
    ),
    "news of another state below": lambda page: (
        f"{page}<h2>Noticias</h2><p>El 3 de marzo de 2018 se instaló el Secretariado Técnico Local de Puebla.</p>"
        "<p>Se publicó el 4 de mayo de 2018 el Plan de Acción Local del estado de Puebla.</p>"
    ),
    "a version to print below": lambda page: f"{page}<div class=print>{page}</div>",
    "counts told twice": lambda page: re.sub(
        r"(\d)( (?:compromiso|representante))", lambda m: f"{m[1]} ({_WORDS[m[1]]}){m[2]}", page
    ),
    "seats without a heading": lambda page: re.sub(r"<h2>¿Quiénes.*?</h2>\s*<p>.*?</p>", "", page, flags=re.DOTALL),
    "lines for items": lambda page: re.sub(r"</li>\s*<li>(<strong>)?Compromiso", r"<br>\1Compromiso", page),
}


def _when(value: object) -> object:
    """A date in one form, however it was written; anything else as it is."""
    found = find_dates(value) if isinstance(value, str) else []
    return found[0].sort_key if len(found) == 1 and found[0].text == value else value


@pytest.mark.parametrize("change", REWRITTEN)
@pytest.mark.parametrize(
    "name", ["campeche", "durango", "oaxaca", "morelos", "nuevo-leon", "chihuahua", "guanajuato", "tabasco"]
)
def test_a_real_page_in_other_words_and_tags_tells_the_same(shared: Path, name: str, change: str) -> None:
    page = (shared / "sources" / "inai_exercise" / f"{name}.html").read_text(encoding="utf-8")
    told = [
        [(d.kind, {name: _when(value) for name, value in d.values.items()}) for d in read(text)[0]]
        for text in (page, REWRITTEN[change](page))
    ]
    assert told[0] == told[1]


def test_no_name_of_a_person_leaves_a_page() -> None:
    drafts, _ = read((PAGES / "whole_page.html").read_bytes())
    assert "Inventada" not in repr(drafts)


def test_menus_scripts_and_footers_give_no_commitments() -> None:
    drafts, _ = read((PAGES / "whole_page.html").read_bytes())
    assert [draft.key for draft in of_kind(drafts, "commitment")][:3] == ["pal-1/C1", "pal-1/C2", "pal-1/C3"]
    assert len(of_kind(drafts, "commitment")) == 5


def test_a_date_without_a_year_is_reported_and_not_guessed() -> None:
    drafts, notes = read((PAGES / "started.html").read_bytes())
    assert "secretariat_installed" not in drafts[0].values
    assert [(note.code, note.field) for note in notes] == [("AMBIGUOUS_VALUE", "secretariat_installed")]


def test_a_list_shorter_than_the_page_says_is_reported() -> None:
    page = (PAGES / "two_plans.html").read_text().replace("<h3>Compromiso 3</h3><p>Vigilar vacunas</p>", "")
    _, notes = read(page)
    assert [note.code for note in notes] == ["COUNT_MISMATCH"]


def test_a_numbering_that_leaves_one_out_is_reported() -> None:
    page = (
        (PAGES / "two_plans.html").read_text().replace(", con cuatro compromisos, de los cuales uno es proactivo", "")
    )
    _, notes = read(page.replace("<h3>Compromiso 2</h3>", "<h3>Medida 2</h3>"))
    assert [note.message for note in notes] == ["La numeración de los compromisos salta: falta el 2."]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "mac_roman"])
def test_a_page_is_read_in_whatever_encoding_it_was_saved(encoding: str) -> None:
    text = (PAGES / "whole_page.html").read_text("utf-8")
    plain = text.encode(encoding, "ignore").decode(encoding)
    assert read(text.encode(encoding, "ignore"))[0] == read(plain)[0]


def test_the_page_of_another_state_is_not_taken_for_this_one() -> None:
    with pytest.raises(SourceChanged, match="es de Nayarit y la fuente está dada de alta para Puebla"):
        read((PAGES / "started.html").read_bytes(), "21")


@pytest.mark.parametrize(
    "body",
    ["", "<html><body>Mantenimiento</body></html>", "a,b\n1,2\n", b"\xff\xfe\x00\x01" * 40, "<h1>Puebla</h1><p>Turismo</p>",
     "<h1>Ejercicios locales de gobierno abierto</h1><p>Todos los estados</p>",
     "<h1>Puebla, ejercicio local de gobierno abierto</h1>"],
)  # fmt: skip
def test_a_page_that_is_not_of_the_programme_is_refused(body: bytes | str) -> None:
    with pytest.raises(SourceChanged):
        read(body)


@pytest.mark.parametrize(
    "heading",
    ["<h1><strong>Nuevo Léon</strong>, ejercicio local de gobierno abierto</h1>",
     "<h2>Ejercicio local de Gobierno Abierto de Nuevo León</h2>",
     "<p>NUEVO LEÓN - Ejercicio Local de Gobierno Abierto</p>",
     "<h1>Nuevo León, Ejercicio de Gobierno Abierto Local</h1>",
     "<h1>Nuevo León, ejercico local de gobieno abierto</h1>",
     "<h1>Nuevo León</h1><h2>Ejercicio local de gobierno abierto</h2>"],
)  # fmt: skip
def test_the_state_is_read_from_the_heading_however_it_is_laid_out(heading: str) -> None:
    drafts, _ = read(heading + "<h2>Estatus</h2><p>En proceso.</p>", "19")
    assert drafts[0].values["state"] == "Nuevo León"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("<li>Compromiso 1: Uno</li><li>Compromiso 2: Dos.</li>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>Compromiso 1.- Uno</p><p><b>COMPROMISO 2</b> – Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>Compromiso uno: Uno<br>Compromiso dos: Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<li>Primer compromiso: Uno</li><li>Compromiso No. 2: Dos</li>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<li>Compromiso 1: Uno</li><li>Compromiso proactivo 1: Dos</li>", [("C", 1, "Uno"), ("P", 1, "Dos")]),
        ("<li>Comprimiso 1: Uno</li><li>Compromisos 2: Dos</li>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        (
            "<li>Compromiso 1: Uno</li><li>Compromiso 2: Dos</li></ul><h3>Compromisos de transparencia proactiva</h3><ul><li>Tres</li>",
            [("C", 1, "Uno"), ("C", 2, "Dos"), ("P", 1, "Tres")],
        ),
        ("<li>Compromiso 1: Uno</li><li>Proactivo: Dos</li>", [("C", 1, "Uno"), ("P", 1, "Dos")]),
        ("<p>Compromiso 1º: Uno</p><p>2° compromiso: Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>1. Compromiso: Uno; y</p><p>2) Compromiso 2: Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>Compromiso 1 de 2: Uno</p><p>Compromiso No 2/2 – Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>[Compromiso 1] Uno</p><p>Comp. 2: Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>Compromiso A: Uno</p><p>Compromiso proactivo B: Dos</p>", [("C", None, "Uno"), ("P", 1, "Dos")]),
        ("<p>Compromiso 1: Uno</p><p>Acción proactiva 1: Dos</p>", [("C", 1, "Uno"), ("P", 1, "Dos")]),
        ("<p>Compromiso 1 Uno</p><p>Compromiso pro-activo Abrir</p>", [("C", 1, "Uno"), ("P", 1, "Abrir")]),
        ("<ul><li>(1) Uno</li><li>Proactivo: Dos</li></ul>", [("C", 1, "Uno"), ("P", 1, "Dos")]),
        ("<ul><li>C-1 Uno</li><li>P-1 Dos</li></ul>", [("C", 1, "Uno"), ("P", 1, "Dos")]),
        ("<p>Compromiso 2: Dos</p><p>Compromiso 1: Uno</p>", [("C", 2, "Dos"), ("C", 1, "Uno")]),
        ("<h4>Compromiso 1</h4><p>Uno</p><h4>Compromiso proactivo</h4><p>Dos</p>", [("C", 1, "Uno"), ("P", 1, "Dos")]),
        (
            "<h5><button>Compromiso 1: Uno</button></h5><h5><button>Compromiso 2: Dos</button></h5>",
            [("C", 1, "Uno"), ("C", 2, "Dos")],
        ),
        ("<p>Compromiso 1 (Salud): Uno</p><p><b>Compromiso 2</b> Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        (
            "<p>Compromiso 1: Uno</p><p>Compromiso 2: Dos</p><p>Compromiso 1 se cumplió.</p>",
            [("C", 1, "Uno"), ("C", 2, "Dos")],
        ),
        ("<ol><li>Uno</li><li>Dos</li></ol>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<p>1. Uno</p><p>2. Dos</p>", [("C", 1, "Uno"), ("C", 2, "Dos")]),
        ("<ul><li>Uno</li><li>Dos</li></ul>", [("C", None, "Uno"), ("C", None, "Dos")]),
    ],
)
def test_commitments_are_found_in_every_kind_of_list(items: str, expected) -> None:
    head = "<h1>Puebla, ejercicio local de gobierno abierto</h1><p>El 3 de mayo de 2018 se publicó el Plan de Acción Local, con 2 compromisos:</p>"
    drafts, notes = read(head + items + "<h2>Estatus</h2><p>En proceso.</p>")
    found = [
        ("P" if d.values.get("kind") else "C", d.values.get("number"), d.values["title"])
        for d in of_kind(drafts, "commitment")
    ]
    assert found == expected
    assert not notes


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("<p>3 representantes de la Sociedad Civil</p><p>1 representante del Organismo Garante</p>", (3, 1, None)),
        ("<h3>Sociedad Civil: 3 representantes</h3><h3>Órgano Garante (1)</h3>", (3, 1, None)),
        ("<p>El STL está integrado por tres representantes de la sociedad civil y uno del órgano garante.</p>", (3, 1, None)),
        ("<h3>Sociedad Civil</h3><ol><li>A</li><li>B</li><li>C</li></ol><h3>Órgano garante</h3><ol><li>I</li></ol>", (3, 1, None)),
        ("<li><h3>3 representantes de la Sociedad Civil (1 representante de la Sociedad Civil y 2 Enlaces Regionales de Gobierno Abierto)</h3></li>"
         "<li><h3>1 representante del Organismo Garante</h3></li>", (3, 1, None)),
        ("<p>Sociedad Civil (3 representantes), Academia (2 representantes) y órgano garante (1)</p>", (3, 1, 2)),
        ("<h3>3 representantes de Organizaciones de la Sociedad Civil</h3><h3>1 Órgano Garante</h3><h3>2 de la Academia</h3>", (3, 1, 2)),
    ],
)  # fmt: skip
def test_seats_are_counted_by_sector_however_they_are_written(section: str, expected) -> None:
    page = f"<h1>Puebla, ejercicio local de gobierno abierto</h1><h2>¿Quiénes conforman el ejercicio?</h2>{section}<h2>Contexto</h2>"
    drafts, _ = read(page)
    members = drafts[0].values["members"]
    assert (members.get("civil_society"), members.get("oversight_body"), members.get("academia")) == expected
    assert "government" not in members


@pytest.mark.anyio
async def test_a_run_asks_for_one_page() -> None:
    site = Site({"https://ejemplo.gob.mx/": (PAGES / "two_plans.html").read_bytes()})
    drafts = await harvest(InaiExercise(InaiExercise.Options()), context(site))
    assert (len(site.asked), len(of_kind(drafts, "commitment"))) == (1, 6)


def test_keys_do_not_move_when_the_list_is_reordered() -> None:
    page = (PAGES / "whole_page.html").read_text()
    first, second = (
        "<p>Compromiso Proactivo: Congreso abierto;</p>",
        "<p>Compromiso proactivo 2 – Justicia abierta.</p>",
    )
    turned = page.replace(first, "@").replace(second, first).replace("@", second)
    keys = [{d.values["title"]: d.key for d in of_kind(read(text)[0], "commitment")} for text in (page, turned)]
    assert keys[0] == keys[1]


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        InaiExercise.Options(pagina=2)  # type: ignore[call-arg]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_hostile_bytes_raise_nothing_but_harvest_errors(data: st.DataObject) -> None:
    body = mutate((PAGES / "whole_page.html").read_bytes(), data)
    survives(InaiExercise(InaiExercise.Options()), snapshot(body), context())


@pytest.mark.parametrize(
    "heading",
    [
        "Estatus del Plan de Acción",
        "Estado del ejercicio",
        "¿En qué etapa se encuentra?",
        "Estatus actual",
        "Situación:",
        "Fase",
        "Estatus general",
        "Estatus del PAL",
        "Estatus (al 3 de octubre de 2017)",
        "¿En qué vamos?",
    ],
)
def test_the_status_stands_under_any_heading_that_asks_for_it(heading: str) -> None:
    page = f"<h1><strong>Colima</strong>, ejercicio local de gobierno abierto</h1><h2>{heading}</h2><p>En curso.</p>"
    drafts, _ = read(page)
    assert of_kind(drafts, "exercise")[0].values["status"] == "En curso."


def test_an_address_that_a_template_left_unfilled_is_none() -> None:
    page = (
        "<h1>Colima, ejercicio local de gobierno abierto</h1><p>El 5 de mayo de 2016 se publicó el "
        "<a href=\"{{ url('pal.pdf') }}\">Plan de Acción Local</a>, con 1 compromiso:</p><ul><li>Compromiso 1: Abrir</li></ul>"
    )
    (plan,) = of_kind(read(page)[0], "plan")
    assert plan.values["url"] == "https://ejemplo.gob.mx/"


def test_the_date_below_the_heading_of_a_plan_is_that_plans() -> None:
    page = (
        "<h1>Colima, ejercicio local de gobierno abierto</h1>"
        "<h3>Primer Plan de Acción Local</h3><p>Publicado el 25 de agosto de 2015. Contiene 2 compromisos:</p>"
        "<ul><li>Compromiso 1: Agua</li><li>Compromiso 2: Aire</li></ul>"
        "<h3>Segundo Plan de Acción Local</h3><p>Fecha de publicación: 3 de octubre de 2017.</p><ul><li>Compromiso 1: Tierra</li></ul>"
    )
    plans = [(plan.values["ordinal"], plan.values["published"]) for plan in of_kind(read(page)[0], "plan")]
    assert plans == [(1, "25 de agosto de 2015"), (2, "3 de octubre de 2017")]


def test_a_secretariat_named_as_the_longer_named_state_s_is_its_own() -> None:
    page = "<h1>{}, ejercicio local de gobierno abierto</h1><p>El STL de Baja California Sur se instaló el 1 de julio de 2016.</p>"
    (exercise,) = read(page.format("Baja California Sur"))[0]
    assert exercise.values["secretariat_installed"] == "1 de julio de 2016"
    with pytest.raises(SourceChanged, match="ningún dato"):
        read(page.format("Baja California"))


def test_a_row_of_links_below_an_empty_status_is_none() -> None:
    page = "<h1>Colima, ejercicio local de gobierno abierto</h1><p>El 3 de mayo de 2016 Colima se integró al ejercicio.</p><h2>Estatus</h2>"
    drafts, _ = read(page + "<div><a href=/a>« Puebla</a> <a href=/b>Sinaloa »</a></div>")
    assert drafts[0].values.get("status") is None


def test_a_status_in_bold_paragraphs_ends_where_the_next_section_begins() -> None:
    page = "<h1>Colima, ejercicio local de gobierno abierto</h1><p><b>Estatus</b></p><p>En curso.</p><p><b>Contexto</b></p>"
    drafts, _ = read(page + "<p>El 3 de mayo de 2016 Colima se integró al ejercicio.</p>")
    assert (drafts[0].values["status"], drafts[0].values["joined"]) == ("En curso.", "3 de mayo de 2016")


@pytest.mark.parametrize(
    ("heading", "step"),
    [
        ("¿Quiénes integran el Secretariado Técnico Local?", "SECRETARIAT_INSTALLED"),
        ("Integrantes del STL", "SECRETARIAT_INSTALLED"),
        ("¿Quiénes conforman el Grupo Promotor?", "STARTED"),
    ],
)
def test_a_secretariat_whose_seats_are_told_is_installed(heading: str, step: str) -> None:
    seats = "<ul><li>2 representantes de la Sociedad Civil</li><li>1 representante del Gobierno</li></ul>"
    drafts, _ = read(f"<h1>Colima, ejercicio local de gobierno abierto</h1><h2>{heading}</h2>{seats}")
    assert drafts[0].values["step"] == step


def test_the_name_of_an_organisation_is_no_heading_of_the_status() -> None:
    page = "<h1>Colima, ejercicio local de gobierno abierto</h1><h2>Integrantes</h2><ul><li>Cómo vamos Colima</li><li>Otra</li></ul>"
    drafts, _ = read(page + "<p>El 3 de mayo de 2016 el estado se integró al ejercicio.</p>")
    assert drafts[0].values.get("status") is None


def test_a_page_encoded_twice_is_read_and_reported() -> None:
    page = (PAGES / "whole_page.html").read_text(encoding="utf-8")
    drafts, notes = read(page.encode().decode("latin-1").encode())
    assert [draft.values for draft in drafts] == [draft.values for draft in read(page)[0]]
    assert [note.code for note in notes if note not in read(page)[1]] == ["DOUBLE_ENCODED"]


def test_a_plan_that_was_launched_bears_the_date_of_its_launch() -> None:
    page = (
        "<h1><strong>Colima</strong>, ejercicio local de gobierno abierto</h1><p>El 5 de mayo de 2016 tuvo lugar el "
        "lanzamiento del Plan de Acción Local, con 1 compromiso:</p><ul><li>Compromiso 1: Abrir el padrón.</li></ul>"
    )
    assert [plan.values["published"] for plan in of_kind(read(page)[0], "plan")] == ["5 de mayo de 2016"]
