"""Which encoding a text is in: 3 legacy ones, BOMs, mixtures, texts encoded twice."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.encoding import MIXED_ERRORS, detect, double_encoded, repaired

SENTENCES = (
    "Participación ciudadana en el año 2019: ¿cuánto se gastó en educación?",
    "SECRETARÍA DE LA FUNCIÓN PÚBLICA; NIÑEZ Y ADOLESCENCIA; MÉXICO",
    "El señor gobernador informó que “se cumplió” el compromiso número 3.",
    "Niño, cigüeña, jalapeño, pingüino, tamaulipeco y yucateco.",
    "Querétaro, Michoacán, Yucatán, Nuevo León, San Luis Potosí",
)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
def test_spanish_text_is_read_back(text: str, encoding: str) -> None:
    body = (text + "\n").encode(encoding)
    found = detect(io.BytesIO(body))
    assert body.decode(found.name, found.errors).lstrip("\ufeff") == text + "\n"


@pytest.mark.parametrize("text", [s for s in SENTENCES if "“" not in s])
def test_dos_text_is_read_back(text: str) -> None:
    assert text.encode("cp850").decode(detect(io.BytesIO(text.encode("cp850"))).name) == text


def test_one_byte_is_enough_to_tell() -> None:
    assert detect(io.BytesIO(b"ID,Nombre\n1,Rese\xf1a\n")).name == "cp1252"


def test_a_declared_encoding_that_does_not_exist_is_reported() -> None:
    found = detect(io.BytesIO("Año".encode()), "latin-99")
    assert (found.name, [note.code for note in found.notes]) == ("utf-8", ["ENCODING_FLIP"])


def test_a_utf8_file_with_a_stray_byte_stays_utf8() -> None:
    body = "Educación, opinión, participación, niñez, año, más".encode() + b" a\xf1o"
    found = detect(io.BytesIO(body))
    assert (found.name, found.errors) == ("utf-8", MIXED_ERRORS)
    assert body.decode(found.name, found.errors).endswith("más año")


def test_text_encoded_twice_is_told_from_spanish() -> None:
    assert double_encoded("AÃ±o de participaciÃ³n") is not None
    assert double_encoded("ÁÉÍÓÚ Ñandú “año” más") is None


@given(st.text("áéíóúñÑüabc .,;\n", min_size=1, max_size=200), st.sampled_from(["cp1252", "mac_roman"]))
@settings(max_examples=150, deadline=None)
def test_any_spanish_text_of_some_length_is_decodable(text: str, encoding: str) -> None:
    body = text.encode(encoding)
    found = detect(io.BytesIO(body))
    body.decode(found.name, found.errors)


@pytest.mark.parametrize("wrote", ["utf-8", "latin-1"])
def test_text_that_a_mac_read_in_its_own_encoding_is_told(wrote: str) -> None:
    spoilt = "Descripción de la población, AÑO: CONSTRUCCIÓN DE CAÍDAS".encode(wrote).decode("mac_roman")
    found = double_encoded(spoilt)
    assert found is not None
    assert found.code == "DOUBLE_ENCODED"


@pytest.mark.parametrize(
    "text",
    [
        "Año de la construcción",
        "√2 es irracional",
        "«SEP» — SHCP",
        "DATOS… ABIERTOS",
        "“A”, “B” y “C”",
        "PIB/1,000 ⁄ 2",
        "¬ no",
    ],
)
def test_signs_that_have_their_place_are_no_second_encoding(text: str) -> None:
    assert double_encoded(text) is None


@pytest.mark.parametrize("text", [s for s in SENTENCES if "“" not in s])
@pytest.mark.parametrize("read_as", ["latin-1", "mac_roman"])
def test_text_encoded_twice_is_read_as_it_was_before(text: str, read_as: str) -> None:
    assert repaired(text.encode().decode(read_as)) == text


def test_quotes_and_dashes_that_windows_read_are_read_as_they_were_before() -> None:
    assert repaired("“se cumplió” – así…".encode().decode("latin-1")) == "“se cumplió” – así…"
    assert repaired("â€œcumplió – asíâ€¦") == "“cumplió – así…"


@given(st.text("abcáéíóúñÁÉÍÓÚÑ¿¡«»“”–…° .,;ÛÌ√¬", max_size=80))
def test_text_that_was_encoded_once_stays(text: str) -> None:
    if double_encoded(text) is None:
        assert repaired(text) == text
