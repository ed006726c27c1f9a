"""Connectors by entry point: found, allowed, made, and refused in one clear sentence."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from connectors import registry
from connectors.base import Connector
from connectors.csv_table import CsvTable
from connectors.errors import ConfigError
from connectors.registry import GROUP, Registry

BROKEN = EntryPoint("roto", "paquete_que_no_existe:Cosa", GROUP)
NO_CONNECTOR = EntryPoint("json_estandar", "json:loads", GROUP)
NO_CLASS = EntryPoint("texto", "connectors.text:fold", GROUP)
GOOD = EntryPoint("csv", "connectors.csv_table:CsvTable", GROUP)


def test_the_built_in_connectors_are_found_by_entry_point_and_none_is_broken() -> None:
    general = {"csv", "xlsx", "html_table", "html_list", "json", "pdf_table"}
    assert general <= set(registry.names())
    assert Registry(allow=general).broken() == {}


def test_a_connector_is_made_with_validated_options() -> None:
    made = registry.make("csv", {"delimiter": "\\t", "encoding": "cp1252"})
    assert isinstance(made, CsvTable)
    assert isinstance(made, Connector)
    assert (made.options.delimiter, made.options.encoding) == ("\t", "cp1252")


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("cvs", {}, "«cvs».*«csv»"),
        ("csv", {"delimitador": ";"}, "«options.delimitador».*«delimiter»"),
        ("csv", {"delimiter": ";;"}, "«options.delimiter».*un solo carácter"),
        ("csv", {"encoding": "latin-99"}, "«options.encoding».*utf-8"),
        ("csv", {"header_row": 0}, "«options.header_row».*pequeño"),
        ("html_table", {"orientation": "diagonal"}, "«options.orientation»"),
        ("xlsx", {"sheet": "re:["}, "«options.sheet».*expresión regular"),
    ],
)
def test_a_wrong_name_or_option_is_one_sentence_that_names_it_and_the_nearest(
    name: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        registry.make(name, options)
    assert "\n" not in caught.value.reason


def test_the_operators_list_decides() -> None:
    only = Registry(allow={"csv"})
    assert only.names() == ["csv"]
    with pytest.raises(ConfigError, match="permite el operador"):
        only.get("xlsx")


def test_a_broken_plug_in_names_itself_and_does_not_break_the_rest() -> None:
    mixed = Registry(find=lambda: [BROKEN, NO_CONNECTOR, NO_CLASS, GOOD])
    assert mixed.get("csv") is CsvTable
    assert mixed.names() == ["csv", "json_estandar", "roto", "texto"]
    assert set(mixed.broken()) == {"json_estandar", "roto", "texto"}
    with pytest.raises(ConfigError, match=r"«roto».*paquete_que_no_existe"):
        mixed.get("roto")
