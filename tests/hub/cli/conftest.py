"""A folder with a configuration, and the command line run in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.cli import commands
from hub.cli.console import app, run_app

CSV = "No.,Compromiso,Estatus,Avance\n1,Datos abiertos de obra pública,Cumplido,100\n2,Presupuesto ciudadano,En proceso,40\n"
CONFIG = """
[server]
port = 8765
[sources.puebla-csv]
title = "Compromisos de Puebla"
state = "Puebla"
connector = "csv"
url = "compromisos.csv"
[sources.puebla-csv.fields]
number = "No."
title = "Compromiso"
status = "Estatus"
progress = "Avance"
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: its exit status and both outputs."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Hub = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "compromisos.csv").write_text(CSV, "utf-8")
    return tmp_path


@pytest.fixture
def hub(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Hub:
    """Run `hub` with the folder's configuration."""
    commands()

    def call(*arguments: str, config: str = "config.toml") -> Said:
        status = run_app(app, ["--config", str(folder / config), *arguments])
        captured = capsysbinary.readouterr()
        return Said(status, captured.out.decode(), captured.err.decode())

    return call
