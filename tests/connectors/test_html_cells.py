"""connectors.html_cells: spans as the HTML standard spreads them, and how much of a page is laid out."""

from __future__ import annotations

import pytest

from connectors.base import SourceChanged
from connectors.header import Merge
from connectors.html_cells import MAX_COVERED, HtmlGrid, grids, parse_html


def laid_out(body: str) -> list[HtmlGrid]:
    return grids(parse_html(body))


def texts(grid: HtmlGrid) -> list[list[str | None]]:
    return [[cell.text if cell is not None else None for cell in row] for row in grid.rows]


def test_a_span_ends_where_its_group_of_rows_ends() -> None:
    (grid,) = laid_out("<table><thead><tr><th rowspan=9>A<th>B<tbody><tr><td>1<td>2<tr><td rowspan=0>3<td>4<tr><td>5")
    assert texts(grid) == [["A", "B"], ["1", "2"], ["3", "4"], [None, "5"]]
    assert grid.merges == [Merge(2, 0, 3, 0)]
    assert grid.head == 1


@pytest.mark.parametrize(
    ("said", "width"),
    [("3", 3), (" +3px", 3), ("0", 1), ("-2", 1), ("tres", 1), ("", 1), ("1000", 1000), ("99999999999", 1000)],
)
def test_a_column_span_is_read_and_cut_as_the_standard_says(said: str, width: int) -> None:
    (grid,) = laid_out(f'<table><tr><td colspan="{said}">x</table>')
    assert len(grid.rows[0]) == width


def test_a_row_span_makes_no_row() -> None:
    (grid,) = laid_out("<table><tr><td rowspan=65534>x<td>1<tr><td>2</table>")
    assert texts(grid) == [["x", "1"], [None, "2"]]


def test_a_small_page_whose_spans_cover_millions_of_places_is_refused() -> None:
    body = "<table>" + "<tr><td rowspan=1000 colspan=1000>a" * 400 + "</table>"
    assert len(body) < 20_000
    with pytest.raises(SourceChanged, match=f"{MAX_COVERED:,}") as refused:
        laid_out(body)
    assert refused.value.code == "TOO_LARGE"


def test_what_spans_cover_is_counted_over_all_tables_of_a_page() -> None:
    one = "<table>" + "<tr><td rowspan=1000 colspan=1000>a" + "<tr><td>b" * 99 + "</table>"
    assert len(laid_out(one * 9)) == 9
    with pytest.raises(SourceChanged):
        laid_out(one * 12)
