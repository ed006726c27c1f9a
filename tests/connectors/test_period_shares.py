"""Progress of each period alone is told."""

from __future__ import annotations

import pytest

from connectors.csv_table import CsvOptions, CsvTable
from connectors.period_shares import PeriodShares
from tests.connectors.kit import context, drafts_of, snapshot


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["30%", "20%", "25%"], ["10%", "40%", "15%"]], True),
        ([["25%", "25%", "25%", "25%"]], True),
        ([[0.25, 0.25, 0.5]], True),
        ([["25%", "50%", "100%"], ["0", "10", ""]], False),
        ([["25%", "50%"], ["50%", "40%"], ["10%", "20%"]], False),
        ([["0", "0", "100"]], False),
        ([["50%", "50%"]], False),
        ([["En proceso", "Cumplido"]], False),
        ([], False),
    ],
)
def test_progress_that_falls_or_adds_up_to_the_whole_is_that_of_each_period(
    rows: list[list[object]], told: bool
) -> None:
    shares = PeriodShares()
    for row in rows:
        shares.see(row)  # type: ignore[arg-type]
    assert [note.code for note in shares.notes()] == ["PERIOD_SHARES"] * told


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (
            "Compromiso,Avance 1T 2023,Avance 2T 2023,Avance 3T 2023\nAbrir,30%,20%,10%\n",
            {"title": "Compromiso", "progress_reports": {"columns": [f"Avance {n}T 2023" for n in (3, 1, 2)]}},
        ),
        ("Compromiso,Año,Trimestre,Avance\nAbrir,2023,2,20%\nAbrir,2023,1,30%\n", {}),
    ],
)
def test_the_run_says_so_of_a_column_and_of_a_row_a_period(body: str, fields: dict[str, object]) -> None:
    ctx = context(fields=fields)
    assert len(drafts_of(CsvTable(CsvOptions()), snapshot(body.encode()), ctx)) == 1
    assert "PERIOD_SHARES" in {note.code for note in ctx.notes}
