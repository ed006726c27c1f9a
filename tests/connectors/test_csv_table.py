"""CSV files: a small one with every quirk and its golden output, the real ones, large ones, and hostile ones."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Context, Row, Snapshot, SourceChanged
from connectors.csv_table import CsvOptions, CsvTable
from tests.connectors.kit import FIXTURES, NOW, context, drafts_of, golden, mutate, snapshot, survives

SIPOT = FIXTURES / "csv" / "sipot.csv"
FIELDS = {
    "number": "num.",
    "title": "COMPROMISO:",
    "institution": "Dependencia responsable",
    "progress": {"column": "Avance / Real", "scale": "percent"},
    "end": {"column": "Fecha de termino", "date_order": "dmy"},
    "evidence": "Liga de evidencia",
    "plan": {"value": "Segundo Plan de Acción Local"},
}


def read(body: bytes | str, fields: Any = None, **options: Any) -> tuple[list[Row], Context]:
    ctx = context(fields=fields)
    return list(CsvTable(CsvOptions(**options)).rows(snapshot(body), ctx)), ctx


def codes(ctx: Context) -> list[str]:
    return [note.code for note in ctx.notes]


def test_a_file_with_banners_two_header_rows_notes_and_totals_gives_its_golden_drafts() -> None:
    ctx = context(fields=FIELDS)
    golden("csv/sipot.json", drafts_of(CsvTable(CsvOptions(inherit=("Núm.",))), snapshot(SIPOT.read_bytes()), ctx))
    assert codes(ctx) == [
        "UNREAD_COLUMN",
        "PERSONAL_COLUMN",
        "INHERITED",
        "REPEATED_HEADER",
        "TOTAL_ROW",
        "FOOT_ROW",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_sniffed(encoding: str, delimiter: str) -> None:
    lines = [
        ["Núm.", "Compromiso", "Término"],
        ["1", "Año de la niñez", "Según convenio"],
        ["2", "Opinión pública", "Más"],
    ]
    rows, _ = read("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert [row.values for row in rows] == [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_what_is_declared_wins_while_it_decodes() -> None:
    rows, ctx = read("Compromiso;ODS\nAño;1\n".encode("cp850"), encoding="cp850", delimiter=";")
    assert rows[0].values == {"Compromiso": "Año", "ODS": "1"}
    assert "ENCODING_FLIP" not in codes(ctx)


def test_a_declared_encoding_that_fails_flips_with_a_note() -> None:
    rows, ctx = read("Compromiso;ODS\nAño;1\n".encode("cp1252"), encoding="utf-8")
    assert rows[0].values["Compromiso"] == "Año"
    assert codes(ctx)[0] == "ENCODING_FLIP"


def test_a_file_declared_cp1252_that_became_utf8_is_read_as_utf8_with_a_note() -> None:
    rows, ctx = read("Compromiso;ODS\nAño;1\n".encode(), encoding="cp1252")
    assert rows[0].values["Compromiso"] == "Año"
    assert "ENCODING_FLIP" in codes(ctx)


def test_a_declared_delimiter_that_is_nowhere_flips_with_a_note() -> None:
    rows, ctx = read("Compromiso,ODS\nUno,1\nDos,2\n", delimiter=";")
    assert [row.values["ODS"] for row in rows] == ["1", "2"]
    assert "DELIMITER_FLIP" in codes(ctx)


def test_one_windows_byte_in_a_utf8_file_is_read_and_reported() -> None:
    body = b"Compromiso;ODS\n" + "Participación, educación, niñez y más opinión\n".encode() + b"A\xf1o;2\n"
    rows, ctx = read(body)
    assert rows[1].values["Compromiso"] == "Año"
    assert "MIXED_ENCODING" in codes(ctx)


def test_an_excel_sep_line_settles_the_delimiter() -> None:
    rows, _ = read("sep=|\nCompromiso|Detalle\nUno, dos; tres|x\n")
    assert (rows[0].values, rows[0].locator) == ({"Compromiso": "Uno, dos; tres", "Detalle": "x"}, "row 3")


def test_a_quote_that_is_never_closed_is_an_error_that_names_its_row() -> None:
    with pytest.raises(SourceChanged, match="fila 3") as caught:
        read('Compromiso;ODS\nUno;1\n"Dos;2\nTres;3\n')
    assert caught.value.code == "UNBALANCED_QUOTE"


def test_a_cell_beyond_all_measure_is_an_error_that_names_its_row_and_what_may_be_wrong() -> None:
    with pytest.raises(SourceChanged, match=r"fila 2.*131,072 caracteres.*comilla") as caught:
        read("Compromiso;ODS\n" + "Uno " * 40_000 + ";1\nDos;2\n")
    assert caught.value.code == "UNBALANCED_QUOTE"


def test_line_breaks_in_quotes_stay_in_their_cell_and_locators_count_physical_lines() -> None:
    rows, _ = read('Compromiso;ODS\n"Uno\nsegundo renglón";1\nDos;2\n')
    assert [(row.values["Compromiso"], row.locator) for row in rows] == [
        ("Uno\nsegundo renglón", "row 2"),
        ("Dos", "row 4"),
    ]


def test_null_bytes_are_taken_out_and_reported() -> None:
    rows, ctx = read(b"Compromiso;ODS\nU\0no;1\n" + b"Dos;2\n" * 40)
    assert rows[0].values["Compromiso"] == "Uno"
    assert "NUL_BYTES" in codes(ctx)


def test_a_row_with_too_many_cells_loses_none_and_is_reported() -> None:
    rows, ctx = read("Compromiso,ODS\nUno, con coma,1\nDos,2\n", delimiter=",")
    assert rows[0].values == {"Compromiso": "Uno", "ODS": " con coma", "(columna 3)": "1"}
    assert "LONG_ROW" in codes(ctx)


def test_two_columns_of_one_name_are_told_apart() -> None:
    rows, _ = read("Compromiso,Avance,Avance\nUno,1,2\n")
    assert rows[0].values == {"Compromiso": "Uno", "Avance": "1", "Avance (2)": "2"}


def test_a_file_with_its_header_only_gives_no_rows() -> None:
    assert read("No.,Compromiso,Estatus\n")[0] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!doctype html><html><body>404</body></html>", "HTML_INSTEAD"),
        (b"", "EMPTY_FILE"),
        (b"\n\n  \n", "EMPTY_FILE"),
        (b"%PDF-1.4\n", "WRONG_FORMAT"),
        (b'{"data": [{"a": 1}]}', "WRONG_FORMAT"),
        (b"PK\x03\x04" + bytes(40), "WRONG_FORMAT"),
        (bytes(range(256)) * 4, "WRONG_FORMAT"),
    ],
)
def test_what_is_no_csv_is_refused_with_a_reason(body: bytes, code: str) -> None:
    with pytest.raises(SourceChanged) as caught:
        read(body)
    assert caught.value.code == code


def test_a_renamed_column_names_the_nearest_even_in_a_file_without_rows() -> None:
    with pytest.raises(SourceChanged, match=r"«Estatus».*«Estatus actual»") as caught:
        read(
            "Compromiso,Estatus actual del plan\n".replace(" del plan", ""),
            {"title": "Compromiso", "status": "Estatus"},
        )
    assert caught.value.code == "RENAMED_COLUMN"


class _OneWay(io.RawIOBase):
    """An archived body while it is decompressed: it cannot seek."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.inner = zlib.decompressobj()
        self.parts = parts
        self.held = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def readinto(self, target: Any) -> int:
        while not self.held:
            part = next(self.parts, None)
            if part is None:
                return 0
            self.held = self.inner.decompress(part)
        taken = self.held[: len(target)]
        self.held = self.held[len(taken) :]
        target[: len(taken)] = taken
        return len(taken)


def test_a_large_file_is_streamed_in_little_memory() -> None:
    line = "{},Compromiso número {} de participación ciudadana,En proceso,Secretaría de la Función Pública\n"
    body = "No.,Compromiso,Estatus,Dependencia\n" + "".join(line.format(n, n) for n in range(30_000))
    packed = zlib.compress(body.encode("cp1252"))
    shot = Snapshot(
        "https://ejemplo.gob.mx/", "0" * 64, NOW, len(body), opener=lambda: io.BufferedReader(_OneWay(iter([packed])))
    )
    del body
    tracemalloc.start()
    count = sum(1 for _ in CsvTable(CsvOptions()).rows(shot, context()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000
    assert peak < 12_000_000


def test_the_real_inventories_and_windows_files_are_read_whole(shared: Path) -> None:
    sources = shared / "sources"
    expected = {
        "dcat_inventory/conflicting_inventory_issue-106.csv": 119,
        "dcat_inventory/empty_inventory.csv": 0,
        "dcat_inventory/inventory_with_blanks.csv": 9,
    }
    for name, count in expected.items():
        rows, ctx = read((sources / name).read_bytes(), {"title": "ds:title"})
        assert (len(rows), "PERSONAL_COLUMN" in codes(ctx)) == (count, True), name
    rows, _ = read((sources / "windows1252_csv/datos.csv").read_bytes(), {"title": "Estado"})
    assert [row.values["Estado"] for row in rows][:2] == ["Campeche", "Durango"]
    assert "ñ" in "".join(str(cell) for row in rows for cell in row.values.values())


@given(st.binary(max_size=2_000))
@settings(max_examples=150, deadline=None)
def test_random_bytes_raise_nothing_but_a_harvest_error(body: bytes) -> None:
    survives(CsvTable(CsvOptions()), snapshot(body), context())


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_mutated_files_raise_nothing_but_a_harvest_error(data: Any) -> None:
    survives(CsvTable(CsvOptions()), snapshot(mutate(SIPOT.read_bytes(), data)), context(fields=FIELDS))


def test_a_csv_that_was_encoded_twice_is_read_as_it_was_before_and_said() -> None:
    rows, ctx = read("Compromiso,Término\nSecretaría abierta,mañana\n".encode().decode("latin-1"))
    assert rows[0].values == {"Compromiso": "Secretaría abierta", "Término": "mañana"}
    assert "DOUBLE_ENCODED" in codes(ctx)


WIDE = "No.,Compromiso,Responsable,Estatus\n"


def test_rows_that_an_open_quote_runs_together_are_read_one_by_one_and_said() -> None:
    body = WIDE + '1,"Abrir el padrón,Finanzas,Concluido\n2,Oír,"Gobierno, Salud",En proceso\n3,Ver,Obras,Concluido\n'
    rows, ctx = read(body)
    assert [list(row.values.values()) for row in rows] == [
        ["1", "Abrir el padrón", "Finanzas", "Concluido"],
        ["2", "Oír", "Gobierno, Salud", "En proceso"],
        ["3", "Ver", "Obras", "Concluido"],
    ]
    assert [row.locator for row in rows] == ["row 2", "row 3", "row 4"]
    (note,) = [note for note in ctx.notes if note.code == "UNBALANCED_QUOTE"]
    assert note.severity == "WARNING"
    assert "fila 2" in note.message


@pytest.mark.parametrize("cell", ["Abrir\nel padrón", "uno, dos, tres, cuatro\ncinco, seis, siete, ocho", "a,b\nc"])
def test_line_breaks_in_a_cell_stay_in_it(cell: str) -> None:
    rows, ctx = read(WIDE + f'1,"{cell}",Finanzas,Concluido\n2,Oír,Gobierno,"{cell}"\n')
    assert [rows[0].values["Compromiso"], rows[1].values["Estatus"]] == [cell, cell]
    assert len(rows) == 2
    assert "UNBALANCED_QUOTE" not in codes(ctx)


def test_a_space_before_a_quote_opens_the_quote_all_the_same() -> None:
    rows, _ = read('No., Compromiso, ODS, Estatus\n1, "Abrir, ya", "5, 10", Concluido\n')
    assert list(rows[0].values.values()) == ["1", "Abrir, ya", "5, 10", "Concluido"]


def test_quotes_that_a_backslash_escapes_are_signs_of_the_text() -> None:
    rows, _ = read('"No.","Compromiso"\n"1","Abrir el \\"padrón\\", ya"\n"2","Oír \\"a todos\\""\n')
    assert [row.values["Compromiso"] for row in rows] == ['Abrir el "padrón", ya', 'Oír "a todos"']


def test_a_path_that_ends_in_a_backslash_ends_its_cell() -> None:
    rows, _ = read('"No.","Compromiso"\n"C:\\datos\\","Abrir"\n')
    assert list(rows[0].values.values()) == ["C:\\datos\\", "Abrir"]


def test_cells_between_single_quotes_are_read_without_them() -> None:
    rows, _ = read("'No.','Compromiso'\n'1','Abrir, ya'\n")
    assert rows[0].values == {"No.": "1", "Compromiso": "Abrir, ya"}


@pytest.mark.parametrize("sign", ["^", "~"])
def test_rare_delimiters_are_found(sign: str) -> None:
    rows, _ = read(f"No.{sign}Compromiso{sign}Estatus\n1{sign}Abrir, ya{sign}Concluido\n2{sign}Oír{sign}En proceso\n")
    assert rows[0].values == {"No.": "1", "Compromiso": "Abrir, ya", "Estatus": "Concluido"}


def test_the_sign_that_ends_a_text_of_dos_is_no_row() -> None:
    rows, _ = read("No.,Compromiso\r\n1,Abrir\r\n\x1a".encode("cp850"))
    assert [row.values["Compromiso"] for row in rows] == ["Abrir"]


def test_a_file_that_ends_in_the_middle_of_a_row_is_said_to_be_cut() -> None:
    assert "CUT_SHORT" in codes(read(WIDE + "1,Abrir,Finanzas,Concluido\n2,Oír,Gob")[1])
    for whole in ("2,Oír,Gobierno,En proceso", "Fuente: Contraloría", "2,Oír,Gob\n", "2,Oír,Gobierno,En proceso\n"):
        assert "CUT_SHORT" not in codes(read(WIDE + "1,Abrir,Finanzas,Concluido\n" + whole)[1])
