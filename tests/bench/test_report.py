from __future__ import annotations

from pathlib import Path

import pytest
from contestants import OURS
from figures import Figures
from load import Sample
from report import tables, write_readme


def note(figures: Figures, server: str, key: str, rate: float, busy: float = 0.1) -> None:
    figures.note(server, key, Sample(rate, 1.0, 2.0, 10.0, 0, busy, 0.5, 100.0))


def test_ratios_are_ours_by_theirs_and_the_better_of_two_is_what_counts(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    note(figures, OURS, "Q1 variables", 900)
    note(figures, "Mercurius + JIT", "Q1 variables", 100)
    note(figures, "Mercurius + JIT, read model", "Q1 variables", 300)
    text = tables(figures)
    assert "| Mercurius + JIT | 9.0 |" in text
    assert "| by the better Mercurius | 3.00 |" in text


def test_what_was_not_measured_is_no_row(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    note(figures, OURS, "Q1 variables", 900)
    text = tables(figures)
    assert "literals" not in text
    assert "Growth" not in text


def test_a_generator_at_its_limit_is_told(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    note(figures, "static bytes", "Q1 hot", 900, busy=0.97)
    assert "The load generator, not the server, was the limit: static bytes Q1 hot" in tables(figures)


def test_the_reason_why_a_peer_is_missing_is_told(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    figures.left_out("side by side", {"PostGraphile": "npm is not installed"})
    assert "Left out: PostGraphile: npm is not installed" in tables(figures)
    figures.left_out("side by side", {}, ["PostGraphile 5"])
    assert "Left out" not in tables(figures)


def test_only_what_is_between_the_marks_is_replaced(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- read begins -->\nold\n<!-- read ends -->\nafter\n", "utf-8")
    write_readme(readme, "read", "new \\1")
    assert readme.read_text("utf-8") == "before\n<!-- read begins -->\nnew \\1\n<!-- read ends -->\nafter\n"
    with pytest.raises(ValueError, match="growth begins"):
        write_readme(readme, "growth", "new")
