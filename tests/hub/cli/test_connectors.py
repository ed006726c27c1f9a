"""`hub connector list` and `hub connector new`."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.registry import get, names
from tests.hub.cli.conftest import Hub


def test_every_installed_connector_is_listed_with_its_options(hub: Hub) -> None:
    said = hub("connector", "list", "--json")
    assert said.status == 0
    listed = {one["name"]: one for one in said.json["connectors"]}
    assert sorted(listed) == names()
    for name, one in listed.items():
        assert one["summary"]
        assert [option["name"] for option in one["options"]] == list(get(name).Options.model_fields)
    assert {"name": "encoding", "required": False, "default": None}.items() <= next(
        option for option in listed["csv"]["options"] if option["name"] == "encoding"
    ).items()


def test_people_read_the_same(hub: Hub) -> None:
    said = hub("connector", "list")
    assert said.status == 0
    assert all(f"{name}  " in said.out for name in names())
    assert "codificación declarada" in said.out


def test_a_package_is_written_where_it_is_wanted(hub: Hub, tmp_path: Path) -> None:
    said = hub("connector", "new", "agua_limpia", "--dir", str(tmp_path / "mio"))
    assert said.status == 0
    assert (tmp_path / "mio" / "hub_agua_limpia" / "__init__.py").is_file()
    assert "pip install -e" in said.out


@pytest.mark.parametrize(
    ("name", "told"),
    [("csv", "installed already"), ("Agua Mala", "cannot be a connector's name"), ("../x", "cannot be")],
)
def test_a_name_that_cannot_be_is_one_line_and_status_two(hub: Hub, tmp_path: Path, name: str, told: str) -> None:
    said = hub("connector", "new", name, "--dir", str(tmp_path / "mio"))
    assert (said.status, said.out) == (2, "")
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "mio").exists()
