from __future__ import annotations

from pathlib import Path

import pytest
from figures import Figures
from load import Sample
from plans import Plan


def sample(rate: float) -> Sample:
    return Sample(rate=rate, p50=1.0, p99=2.0, cpu=10.0, bad=0, busy=0.1, server_busy=0.9, size=100.0)


def test_figures_outlive_the_run_that_took_them(tmp_path: Path) -> None:
    Figures(100, tmp_path).note("ours", "Q1 variables", sample(5))
    assert Figures(100, tmp_path).median("ours", "Q1 variables") == 5
    assert Figures(200, tmp_path).median("ours", "Q1 variables") is None


def test_a_figure_is_the_median_of_its_rounds(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    for rate in (1, 100, 3):
        figures.note("ours", "Q1 variables", sample(rate))
    assert figures.median("ours", "Q1 variables") == 3


def test_a_part_measured_again_replaces_its_figures_and_no_others(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    for key in ("Q1 variables", "Q2 variables"):
        figures.note("ours", key, sample(1))
    Plan().begin(figures, "ours", ["Q1 variables"])
    assert figures.rounds("ours", "Q1 variables") == 0
    assert figures.rounds("ours", "Q2 variables") == 1


def test_an_interrupted_run_is_taken_up_at_the_round_that_is_missing(tmp_path: Path) -> None:
    figures = Figures(100, tmp_path)
    figures.note("ours", "Q1 variables", sample(1))
    plan = Plan(rounds=3, resume=True)
    plan.begin(figures, "ours", ["Q1 variables"])
    assert [plan.wants(figures, "ours", "Q1 variables", number) for number in range(3)] == [False, True, True]


def test_two_runs_do_not_measure_at_once(tmp_path: Path) -> None:
    with (
        Figures(100, tmp_path).alone(),
        pytest.raises(SystemExit, match="one at a time"),
        Figures(200, tmp_path).alone(),
    ):
        pass
    with Figures(100, tmp_path).alone():
        pass
