"""docs/http.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from schema.http import websocket
from schema.http.config import HttpConfig
from schema.http.errors import CODES

DOC = (Path(__file__).resolve().parents[3] / "docs" / "http.md").read_text(encoding="utf-8")


def test_every_error_code_is_documented_and_no_other() -> None:
    assert set(re.findall(r"^\| ([A-Z_]{5,}) \|", DOC, re.MULTILINE)) == CODES


def test_every_close_code_is_documented_and_no_other() -> None:
    codes = {value for name, value in vars(websocket).items() if name.isupper() and isinstance(value, int)}
    assert {int(code) for code in re.findall(r"^\| (\d{4}) \|", DOC, re.MULTILINE)} == codes


def test_the_size_above_which_answers_are_compressed_is_the_default() -> None:
    assert f"above {HttpConfig().compress_above:,} bytes" in DOC
