"""hub.web.charts: whatever goes in, well-formed SVG comes out, and its text is text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.web import charts

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40)
GOALS = (
    "#e5243b", "#dda63a", "#4c9f38", "#c5192d", "#ff3a21", "#26bde2", "#fcc30b", "#a21942", "#fd6925", "#dd1367", "#fd9d24",
    "#bf8b2e", "#3f7e44", "#0a97d9", "#56c02b", "#00689d", "#19486a",
)  # fmt: skip


@given(st.lists(st.floats(0, 1e6), max_size=8), st.floats(0, 1e6))
def test_a_bar_is_never_longer_than_it_says(values: list[float], more: float) -> None:
    whole = sum(values) + more
    drawn = ElementTree.fromstring(charts.bar([charts.Part(value) for value in values], whole))
    widths = [float((rect.get("width") or "").rstrip("%")) for rect in drawn]
    assert sum(widths) <= 100.1


@given(st.lists(st.tuples(st.dates().map(str), st.floats(-10, 200)), min_size=1, max_size=9), TEXT)
def test_progress_is_drawn_within_its_frame(points: list[tuple[str, float]], title: str) -> None:
    drawn = ElementTree.fromstring(charts.steps(sorted(points), title, lambda value: f"{value:g} %"))
    for dot in drawn.iter("circle"):
        assert 0 <= float((dot.get("cx") or "").rstrip("%")) <= 100
        assert 0 <= float((dot.get("cy") or "").rstrip("%")) <= 100


@pytest.mark.parametrize("color", GOALS)
def test_a_goal_s_number_can_be_read_on_its_official_colour(color: str) -> None:
    text = charts.luminance("#ffffff" if charts.readable_on(color) == "#fff" else "#000000")
    light, dark = sorted((text, charts.luminance(color)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
