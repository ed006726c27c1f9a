"""Every reason can be said in Spanish and English, with the same facts in it."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import httpx
import pytest

from connectors.base import HarvestError, SourceDown
from hub.fetch.errors import REASONS, Retryable, say, translate


@pytest.mark.parametrize("code", REASONS)
def test_both_languages_say_the_same_facts(code: str) -> None:
    fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in REASONS[code]]
    assert fields[0] == fields[1]
    values = dict.fromkeys(fields[0], "X")
    spanish, english = say(code, "es", **values), say(code, "en", **values)
    assert spanish != english
    assert spanish.endswith(".")
    assert english.endswith(".")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ConnectTimeout(""), "TIMEOUT"),
        (httpx.ReadTimeout(""), "TIMEOUT"),
        (httpx.PoolTimeout(""), "TIMEOUT"),
        (TimeoutError(), "TIMEOUT_TOTAL"),
        (httpx.ConnectError(""), "CONNECT"),
        (httpx.ReadError(""), "RESET"),
        (httpx.WriteError(""), "RESET"),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "RESET"),
        (httpx.RemoteProtocolError("illegal status line"), "PROTOCOL"),
        (httpx.DecodingError(""), "PROTOCOL"),
        (OSError(), "PROTOCOL"),
    ],
)
def test_what_may_pass_is_worth_another_attempt(error: Exception, code: str) -> None:
    ours = translate(error, host="datos.example", timeout=30.0, total=120.0)
    assert isinstance(ours, Retryable)
    assert isinstance(ours.error, SourceDown)
    assert ours.error.code == code
    assert "datos.example" in ours.error.reason


@pytest.mark.parametrize("error", [httpx.UnsupportedProtocol(""), httpx.InvalidURL(""), UnicodeError()])
def test_what_will_not_pass_is_not_tried_again(error: Exception) -> None:
    assert isinstance(translate(error, host="x", timeout=1.0, total=4.0), HarvestError)


def test_every_code_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "fetch.md").read_text(encoding="utf-8")
    assert [code for code in REASONS if f"`{code}`" not in page] == []
