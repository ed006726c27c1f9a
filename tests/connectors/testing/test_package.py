"""A package as `hub connector new` writes it: it passes the kit, and nothing is ever written over."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import GROUP, get, names
from connectors.testing import hold_to_the_rules
from connectors.testing.package import CannotWrite, class_name_of, files_of, write_package


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[tuple[Path, Any]]:
    """A written package's folder and its class."""
    write_package("agua_limpia", tmp_path)
    spec = importlib.util.spec_from_file_location("hub_agua_limpia", tmp_path / "hub_agua_limpia" / "__init__.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield tmp_path, module.AguaLimpia
    del sys.modules[spec.name]


def test_a_new_package_keeps_every_rule_out_of_the_box(loaded: tuple[Path, Any]) -> None:
    folder, kind = loaded
    page = folder / "tests" / "page.html"
    point = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"][GROUP]
    hold_to_the_rules(
        kind, fixture=page, golden=folder / "tests" / "page.json",
        find=lambda: [EntryPoint(name, value, GROUP) for name, value in point.items()],
    )  # fmt: skip


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write_package("agua_limpia", tmp_path)
    (tmp_path / "pyproject.toml").unlink()
    mine = tmp_path / "hub_agua_limpia" / "__init__.py"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(CannotWrite, match="is there already"):
        write_package("agua_limpia", tmp_path)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "pyproject.toml").exists()


@pytest.mark.parametrize("name", ["Agua", "agua limpia", "../x", "1agua", "a", "class", "agua_", "x" * 41, "año"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(CannotWrite, match="cannot be a connector's name"):
        files_of(name)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CannotWrite, match="--dir"):
        write_package("agua", tmp_path / "file" / "below")


def test_names_become_class_names() -> None:
    assert class_name_of("agua_limpia_2") == "AguaLimpia2"


def test_every_connector_of_the_hub_has_a_name_that_the_kit_would_give() -> None:
    for name in names():
        assert get(name).name == name
        assert files_of(name)
