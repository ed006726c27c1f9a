"""hub.inspect.terminal and hub.inspect.html: one report, told twice, nothing of the publisher's taken for markup."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser

from hub.inspect import Asked, Inspection, html, inspect_bytes, terminal
from tests.sites.content import as_csv, commitments

TABLE = commitments("puebla").edited(0, "Estatus", "En procezo").renamed("Liga", "Presupuesto")


def shown(inspection: Inspection, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(terminal.render(inspection))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_of_any_width_holds_every_line(width: int) -> None:
    lines = shown(inspect_bytes(as_csv(TABLE)), width).splitlines()
    assert max(len(line) for line in lines) <= width
    assert "100%" in "\n".join(lines)


def test_both_renderers_tell_every_finding_and_the_verdict() -> None:
    found = inspect_bytes(as_csv(TABLE))
    text = " ".join(shown(found, 2_000).split())
    page = " ".join((LexborHTMLParser(html.render(found)).text()).split())
    for finding in found.report.findings:
        for part in (finding.message, finding.why, finding.remedy):
            assert part in text
            assert part in page
    assert "Se puede publicar, con observaciones" in text
    assert "Se puede publicar, con observaciones" in page
    assert "¿quiso decir En proceso?" in text


def test_english_leaves_no_spanish_label() -> None:
    text = shown(inspect_bytes(as_csv(TABLE), asked=Asked(lang="en")))
    assert "Can be published, with findings" in text
    assert not {"filas", "aviso", "Observaciones", "campo"} & set(text.split())


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>&\"'/abc =script[]{}", min_size=1, max_size=40))
def test_published_text_is_never_markup(text: str) -> None:
    table = (
        commitments("puebla", 3)
        .edited(0, "Compromiso", f"<img src=x onerror=alert(1)>{text}")
        .edited(1, "Estatus", f"<b>{text}")
    )
    found = inspect_bytes(as_csv(table))
    tree = LexborHTMLParser(html.render(found))
    assert not tree.css("img, script, b, a, [onerror]")
    shown(found)
