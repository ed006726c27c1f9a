"""The house itself: arrows run one way, files stay small, and the project speaks of itself alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 500
PACKAGES = ("hub", "connectors", "schema")
MACHINE = re.compile(
    r"(?<![\w./])/(?:work|farm|root)/|/tmp/(?:bash_jobs|hub)\b|pypi\.org|pythonhosted|npmjs|deb\.debian"
)


def tracked() -> list[Path]:
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("this is no git checkout, so nothing says which files are the project's")
    return [path for name in found.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_the_arrows_between_the_rooms_run_one_way() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_has_outgrown_its_noun(package: str) -> None:
    long = {path.name for path in (ROOT / package).rglob("*.py") if len(path.read_text("utf-8").splitlines()) > LONGEST}
    assert not long


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str) -> None:
    silent = [path.name for path in (ROOT / package).rglob("*.py") if not path.read_text("utf-8").startswith('"""')]
    assert not silent


def test_no_file_names_a_machine_or_a_registry() -> None:
    named = []
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".txt", ".html", ".graphql", "") and path.name != "test_house.py":
            text = path.read_text("utf-8", errors="replace")
            named += [f"{path.name}: {match[0]}" for match in MACHINE.finditer(text)]
    assert not named


def test_the_pinned_versions_are_the_tested_ones() -> None:
    found = subprocess.run(
        [sys.executable, "scripts/constraints.py", "--check"], cwd=ROOT, capture_output=True, check=False
    )
    assert found.returncode == 0, "run: python scripts/constraints.py"
