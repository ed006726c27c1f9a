"""Values that systems wrap in an object of their own."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.json_rows import flatten
from connectors.json_values import plain_value


@pytest.mark.parametrize(
    ("wrapped", "value"),
    [
        ({"$date": {"$numberLong": "1735603200000"}}, "1735603200000"),
        ({"stringValue": "Abrir"}, "Abrir"), ({"integerValue": "40"}, "40"), ({"nullValue": None}, None),
        ({"date": "2024-12-31 00:00:00.000000", "timezone_type": 3, "timezone": "America/Mexico_City"}, "2024-12-31 00:00:00.000000"),
        ({"year": 2024, "month": 2, "day": 1}, "2024-02-01"),
        ({"en": "Open", "es": "Abrir"}, "Abrir"), ({"es": "Abrir"}, "Abrir"), ({"es_MX": "Abrir", "en_US": "Open"}, "Abrir"),
    ],
)  # fmt: skip
def test_a_wrapped_value_is_the_value(wrapped: Any, value: Any) -> None:
    assert plain_value(wrapped) == value


@pytest.mark.parametrize(
    "node",
    [
        {"en": "Open"},
        {"es": None, "en": "Open"},
        {"es": {"titulo": "x"}},
        {"date": "x"},
        {"nombre": "x"},
        {},
        "x",
        None,
        [1],
        {"a": 1, "es": "b"},
    ],
)
def test_anything_else_stands_as_it_is(node: Any) -> None:
    assert plain_value(node) == node


def test_a_record_s_wrapped_values_are_columns_without_dots() -> None:
    assert flatten({"titulo": {"es": "Abrir", "en": "Open"}, "fin": {"$date": "2024-12-31"}}) == {
        "titulo": "Abrir",
        "fin": "2024-12-31",
    }
