"""hub.web.pages.queries: what the page gives to take along answers what the page shows."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import uvicorn

from hub.config import load
from hub.site import Site
from hub.web.pages.queries import QUESTIONS, rows_of

TOOLS = {"curl": "curl", "Python": sys.executable, "JavaScript": "node"}


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[str]:
    """The page of queries of a hub served on loopback, open to queries of anyone; its snippets name its address."""
    text = (folder / "config.toml").read_text("utf-8").replace("only_trusted = true", "").replace("max_cost = 200", "")
    (folder / "abierto.toml").write_text(text.replace("max_page = 20", ""), "utf-8")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    site = Site(load(folder / "abierto.toml", {}), assets=folder / "assets")
    server = uvicorn.Server(uvicorn.Config(site, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    listener.listen()  # what comes before the server is up waits in the queue
    with urlopen(f"http://127.0.0.1:{listener.getsockname()[1]}/consultas", timeout=60) as answer:
        yield answer.read().decode()
    server.should_exit = True
    thread.join(20)
    listener.close()


def question(page: str, key: str) -> str:
    """The part of the page about one question."""
    return page[page.index(f'aria-labelledby="{key}"') :].partition("</section>")[0]


def snippet(part: str, name: str) -> str:
    found = re.search(rf"<summary>{name}</summary><pre[^>]*><code>(.*?)</code>", part, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def run(name: str, text: str, folder: Path) -> Any:
    """What a snippet prints."""
    tool = shutil.which(TOOLS[name])
    if tool is None:
        pytest.skip(f"{TOOLS[name]} is not installed")
    if name == "curl":
        command = ["sh", "-c", text]
    else:
        file = folder / ("consulta.py" if name == "Python" else "consulta.mjs")
        file.write_text(text, "utf-8")
        command = [tool, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert "errors" not in printed
    return printed["data"] if name == "curl" else printed


def number_of_rows(part: str) -> int:
    """The rows of the table on the page, those that it only counts too."""
    body = re.search(r"<tbody>(.*?)</tbody>", part, re.DOTALL)
    more = re.search(r"y ([\d,]+) filas más", part)
    return (body[1].count("<tr>") if body else 0) + (int(more[1].replace(",", "")) if more else 0)


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.key)
def test_a_snippet_brings_what_the_page_shows(page: str, tmp_path: Path, asked: Any, name: str) -> None:
    part = question(page, asked.key)
    data = run(name, snippet(part, name), tmp_path)
    rows = rows_of(data, asked.rows)
    assert len(rows) == number_of_rows(part)
    shown = [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", part, re.DOTALL)]
    width = len(asked.columns)
    for place, (_, path, words) in enumerate(asked.columns):
        if words is not None or not path:
            continue
        for row, cell in zip(rows, shown[place::width], strict=False):
            value = row
            for step in path:
                value = None if value is None else value[step]
            if isinstance(value, str):
                assert cell == value
            elif isinstance(value, int | float):
                assert float(cell.replace(",", "")) == pytest.approx(value, abs=0.05)
