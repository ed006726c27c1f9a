"""connectors.reports: a period a column becomes a report a period."""

from __future__ import annotations

import pytest

from connectors.base import Row
from connectors.mapping import Mapping
from connectors.reports import bare_name, period_of


@pytest.mark.parametrize(
    ("column", "period", "name"),
    [
        ("2019", "2019", ""), ("Avance 2019", "2019", "avance"), ("% Avance / 2020", "2020", "% avance"),
        ("Avance 1er trimestre 2023", "2023-03", "avance"), ("2T 2023", "2023-06", ""), ("T4-2022", "2022-12", ""),
        ("Avance segundo semestre 2021", "2021-12", "avance"), ("Estatus a diciembre 2022", "2022-12", "estatus"),
        ("Avance al 30 de junio de 2021", "2021-06", "avance"), ("2019-2020", "2020", ""),
        ("Avance 3er. Bimestre de 2024", "2024-06", "avance"), ("Septiembre 2023", "2023-09", ""),
        ("Ene-24", "2024-01", ""), ("Avance sep. 2023", "2023-09", "avance"), ("mar'24", "2024-03", ""), ("Diciembre 23", "2023-12", ""),
        ("2024-01-01", "2024-01", ""), ("2024-06", "2024-06", ""), ("Art. 24", None, "art 24"), ("SEP", None, ""),
        ("Avance", None, "avance"), ("Plan 20191", None, "plan 20191"), ("Meta 12", None, "meta 12"),
    ],
)  # fmt: skip
def test_a_columns_name_tells_the_end_of_its_period(column: str, period: str | None, name: str) -> None:
    assert period_of(column) == period
    assert bare_name(column) == name


def test_each_filled_column_is_a_report_and_the_newest_is_the_progress() -> None:
    columns = ["Compromiso", "Avance 2021", "Avance 2019", "Avance 2020", "Estatus 2020"]
    mapping = Mapping.from_fields({"title": "Compromiso", "progress_reports": {"columns": columns[1:]}})
    row = Row(
        {
            "Compromiso": "Agua",
            "Avance 2021": " ",
            "Avance 2019": "10%",
            "Avance 2020": 0.45,
            "Estatus 2020": "En proceso",
        },
        "row 2",
    )
    draft = mapping.bind(columns).draft(row)
    assert draft.values["progress_reports"] == [
        {"date": "2019", "progress": "10%"}, {"date": "2020", "progress": 0.45}, {"date": "2020", "status": "En proceso"},
    ]  # fmt: skip
    assert (draft.values["progress"], draft.values["status"]) == (0.45, "En proceso")


def test_a_progress_of_its_own_column_stays() -> None:
    fields = {"title": "T", "progress": "Avance", "progress_reports": {"columns": ["Avance 2019", "Avance 2020"]}}
    bound = Mapping.from_fields(fields).bind(["T", "Avance", "Avance 2019", "Avance 2020"])
    assert (
        bound.draft(Row({"T": "x", "Avance": "90%", "Avance 2019": "1%", "Avance 2020": "2%"}, "1")).values["progress"]
        == "90%"
    )
    empty = bound.draft(Row({"T": "x", "Avance": None, "Avance 2019": "1%", "Avance 2020": None}, "1"))
    assert "progress" not in empty.values


@pytest.mark.parametrize(
    ("column", "period"),
    [
        ("Avance al 30/06/2024", "2024-06"),
        ("% al 31-12-2024", "2024-12"),
        ("Avance al 05/06/2024", "2024"),
        ("Avance 2024", "2024"),
    ],
)
def test_the_day_that_a_column_reports_up_to_dates_it_where_its_order_is_sure(column: str, period: str) -> None:
    assert period_of(column) == period
