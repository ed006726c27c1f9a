"""hub.serving.settings: the fast path where it can be had, uvicorn's own protocol where it cannot."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from hub.serving import protocol
from hub.serving.settings import http_protocol


def test_the_protocol_with_the_fast_path_serves() -> None:
    assert http_protocol() is protocol.FastPathProtocol


def test_a_uvicorn_that_lacks_something_serves_with_its_own_protocol_and_one_line_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert http_protocol(lambda: ["HttpToolsProtocol.cycle", "FlowControl.write_paused"]) == "auto"
    (line,) = caplog.messages
    assert "HttpToolsProtocol.cycle, FlowControl.write_paused" in line


@pytest.fixture
def without_httptools() -> Iterator[None]:
    """An interpreter in which httptools is not installed, as its import system says that."""
    names = [name for name in sys.modules if name.startswith(("httptools", "uvicorn.protocols.http.httptools_impl"))]
    held = {name: sys.modules.pop(name) for name in [*names, "hub.serving.protocol"] if name in sys.modules}
    sys.modules["httptools"] = None  # type: ignore[assignment]
    yield
    del sys.modules["httptools"]
    sys.modules.update(held)


@pytest.mark.usefixtures("without_httptools")
def test_without_httptools_uvicorn_chooses(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "hub.serving"):
        assert http_protocol() == "auto"
    assert "httptools" in caplog.text
