"""Links of a cell: addresses and their titles."""

from __future__ import annotations

from hub.normalise import links


def test_an_object_has_its_address_and_title_under_spanish_names_too() -> None:
    cell = [
        {"nombre": "Minuta 1", "enlace": "https://example.org/m.pdf"},
        {"titulo": "Acta", "liga": "https://example.org/a.pdf"},
    ]
    assert [(e.url, e.title) for e in links.read(cell).evidence] == [
        ("https://example.org/m.pdf", "Minuta 1"),
        ("https://example.org/a.pdf", "Acta"),
    ]


def test_an_object_without_an_address_is_no_link() -> None:
    assert links.read([{"nombre": "Minuta 1"}]).evidence == ()
