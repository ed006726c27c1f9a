"""connectors.inai_unlabelled: commitments of a local exercise without the label “Compromiso 3:”."""

from __future__ import annotations

import pytest

from connectors.base import Draft
from connectors.inai_exercise import InaiExercise, InaiExerciseOptions
from tests.connectors.kit import context, drafts_of, snapshot

TITLES = ["Abrir el padrón de proveedores", "Publicar las licencias de obra", "Cuidar el agua del río"]
PUBLISHED = "<p>El 3 de mayo de 2016 se publicó el Plan de Acción Local"
COUNTED = PUBLISHED + ", integrado por 3 compromisos:</p>"
ANNOUNCED = PUBLISHED + ", con los siguientes compromisos:</p>"


def commitments(plan: str) -> list[Draft]:
    page = f"<h1><strong>Colima</strong>, ejercicio local de gobierno abierto</h1><h2>Contexto</h2>{plan}<h2>Estatus</h2><p>En curso.</p>"
    connector, ctx = InaiExercise(InaiExerciseOptions()), context()
    return [
        d for d in drafts_of(connector, snapshot(page, "https://ejemplo.gob.mx/colima/"), ctx) if d.kind == "commitment"
    ]


def read(plan: str) -> list[tuple[int | None, str]]:
    return [(draft.values.get("number"), draft.values["title"]) for draft in commitments(plan)]


def each(pattern: str) -> str:
    return "".join(pattern.format(n=n, a="abc"[n - 1], t=title) for n, title in enumerate(TITLES, 1))


NUMBERED = list(enumerate(TITLES, 1))


@pytest.mark.parametrize(
    "listed",
    [
        "<ul>" + each("<li><b>C{n}:</b> {t}.</li>") + "</ul>",
        "<ul>" + each("<li>{a}) {t}.</li>") + "</ul>",
        each("<p>{a}) {t}.</p>"),
        each("<p>{n}.- {t}.</p>"),
        "<table><tr><th>No.</th><th>Compromiso</th></tr>" + each("<tr><td>{n}</td><td>{t}</td></tr>") + "</table>",
        "<h2>Compromisos</h2>" + each("<p>{n}. {t}</p>"),
    ],
)
def test_a_list_of_as_many_as_the_plan_says_is_numbered_by_its_own_marks(listed: str) -> None:
    assert read(COUNTED + listed) == NUMBERED


def test_paragraphs_with_bullets_have_no_numbers() -> None:
    assert read(COUNTED + each("<p>• {t}.</p>")) == [(None, title) for title in TITLES]


def test_an_enumeration_inside_the_sentence_is_read_where_it_counts_as_far_as_the_plan_says() -> None:
    inside = PUBLISHED + ", integrado por {} compromisos: " + "; ".join(f"{n}) {t}" for n, t in NUMBERED) + ".</p>"
    assert read(inside.format(3)) == NUMBERED
    assert read(inside.format(4)) == []


def test_a_list_right_below_its_announcement_is_read_without_a_count_and_another_list_is_not() -> None:
    numbered = "<ol>" + each("<li>{t}.</li>") + "</ol>"
    assert read(ANNOUNCED + numbered) == NUMBERED
    assert read(PUBLISHED + ".</p><p>Participaron:</p>" + numbered) == []
    assert read(PUBLISHED + ".</p><h2>Compromisos</h2>" + numbered) == NUMBERED


def test_a_name_with_initials_keeps_them() -> None:
    listed = "<ul><li>A. C. para el agua</li><li>B. Juárez abierto</li><li>Otro más</li></ul>"
    assert [title for _, title in read(COUNTED + listed)] == ["A. C. para el agua", "B. Juárez abierto", "Otro más"]


@pytest.mark.parametrize(
    "item",
    [
        '<li>Compromiso {n}: {t}. <a href="{n}.pdf">Ver ficha</a></li>',
        '<li>Compromiso {n}: {t} (<a href="{n}.pdf">PDF</a>)</li>',
        '<li><a href="{n}.pdf">Compromiso {n}: {t}</a></li>',
        '<li>Compromiso {n}: {t}<p><a href="{n}.pdf">Descargar documento</a></p></li>',
    ],
)
def test_a_link_that_only_calls_is_the_document_and_no_part_of_the_title(item: str) -> None:
    drafts = commitments(COUNTED + "<ul>" + each(item) + "</ul>")
    assert [(d.values["number"], d.values["title"]) for d in drafts] == NUMBERED
    assert [d.values["url"] for d in drafts] == [f"https://ejemplo.gob.mx/colima/{n}.pdf" for n in (1, 2, 3)]
    assert not any("description" in d.values for d in drafts)


def test_what_stands_below_a_label_that_is_a_heading_describes_the_commitment_until_other_matter_begins() -> None:
    listed = each("<h3>Compromiso {n}: {t}</h3><p>Responsable {n}.</p><ul><li>Meta {n}</li></ul>")
    drafts = commitments(COUNTED + listed + "<p>El Plan de Acción Local se evaluará en un año.</p><p>Gracias.</p>")
    assert [(d.values["number"], d.values["title"]) for d in drafts] == NUMBERED
    assert [d.values["description"] for d in drafts] == [f"Responsable {n}.\nMeta {n}" for n in (1, 2, 3)]
