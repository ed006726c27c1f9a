"""The pytest plug-in: silent when unused, light to load, and at hand where the hub is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TEST = """
from tests.connectors.testing import bad
from tests.connectors.testing.test_rules import registered
def test_it(connector_rules, tmp_path):
    connector_rules(bad.{kind}, fixture=bad.FIXTURE, rounds=1, find=registered(bad.{kind}), golden=__import__("pathlib").Path(__file__).with_name("golden.json"))
"""
ROOT = Path(__file__).resolve().parents[3]


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        "-c",
        "/dev/null",
        *arguments,
        str(folder),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_loading_the_plug_in_imports_nothing_heavy() -> None:
    code = (
        "import sys; import pytest; before = set(sys.modules); import connectors.testing.plugin; "
        "print(*sorted(m for m in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"connectors", "connectors.testing", "connectors.testing.plugin"}


def test_the_fixture_is_there_and_golden_files_are_written_when_asked(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST.format(kind="Honest"), encoding="utf-8")
    first = pytest_in(tmp_path)
    assert first.returncode == 1
    assert "--update-golden" in first.stdout
    assert pytest_in(tmp_path, "--update-golden").returncode == 0
    assert "Medir el agua" in (tmp_path / "golden.json").read_text(encoding="utf-8")
    assert pytest_in(tmp_path).returncode == 0


def test_a_broken_rule_fails_the_authors_test_in_words(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TEST.format(kind="NoLocator"), encoding="utf-8")
    done = pytest_in(tmp_path, "--update-golden")
    assert done.returncode == 1
    assert "has no locator" in done.stdout
