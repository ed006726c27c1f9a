from __future__ import annotations

from pathlib import Path

from hub.config import load
from hub.mark import mark_of
from tests.hub.test_site import CONFIG


def test_a_mark_tells_configurations_with_other_sources_apart_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"

    def mark(text: str) -> int:
        path.write_text(text, "utf-8")
        return mark_of(load(path, {}))

    first = mark(CONFIG)
    assert 0 <= first < 2**63
    assert mark(CONFIG.replace("max_page = 500", "max_page = 400")) == first
    assert mark(CONFIG.replace("Compromisos de Puebla", "Otros")) != first
    assert mark(CONFIG.replace('title = "Compromiso"', 'title = "Acción"')) != first
    assert mark('[hub]\nconnectors = ["csv"]\n' + CONFIG) != first
    assert mark("[server]\n") != first
