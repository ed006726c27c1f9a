"""scripts.looks.sheets: nothing of a picture is lost on its way to a sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from scripts.looks import sheets


def picture(path: Path, width: int, height: int, colour: tuple[int, int, int] = (200, 30, 30)) -> Path:
    Image.new("RGB", (width, height), colour).save(path)
    return path


@pytest.mark.parametrize("height", [1, 900, sheets.PIECE, sheets.PIECE + sheets.SPARE, 5_000, 9_999])
def test_a_long_picture_is_cut_into_columns_that_together_are_as_high(tmp_path: Path, height: int) -> None:
    parts = list(sheets.pieces(picture(tmp_path / "a.png", 390, height)))
    assert sum(part.height for part in parts) == pytest.approx(height * sheets.SCALE, abs=len(parts))
    assert all(part.height <= (sheets.PIECE + sheets.SPARE) * sheets.SCALE + 1 for part in parts)


def test_no_sheet_is_wider_than_can_be_looked_at(tmp_path: Path) -> None:
    long, short = picture(tmp_path / "es.png", 390, 9_000), picture(tmp_path / "en.png", 390, 500)
    made = sheets.sheets("nombre", [long, short], tmp_path)
    assert [path.name for path in made] == ["nombre-1.png", "nombre-2.png"]
    for path in made:
        with Image.open(path) as sheet:
            assert sheet.width <= sheets.WIDEST


def test_two_languages_of_a_wide_page_stand_beside_each_other(tmp_path: Path) -> None:
    spanish = picture(tmp_path / "es.png", 1280, 3_000, (200, 30, 30))
    english = picture(tmp_path / "en.png", 1280, 3_000, (30, 30, 200))
    for path in sheets.sheets("ancha", [spanish, english], tmp_path):
        with Image.open(path) as sheet:
            assert sheet.getpixel((5, 5)) == (200, 30, 30)
            assert sheet.getpixel((sheet.width - 5, 5)) == (30, 30, 200)
