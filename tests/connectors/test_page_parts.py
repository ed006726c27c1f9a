"""connectors.page_parts: what is a menu, and what only stands beside one."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from connectors.page_parts import in_menu

ITEM = "<p id=x>Compromiso 1: abrir</p>"


@pytest.mark.parametrize(
    ("page", "menu"),
    [
        (f"<nav>{ITEM}</nav>", True), (f"<div class='main-menu'>{ITEM}</div>", True), (f"<ul class='nav nav-tabs'><li>{ITEM}</ul>", True),
        (f"<div class='site-footer dark'>{ITEM}</div>", True), (f"<div class='menu-item'>{ITEM}</div>", True),
        (f"<div class='elementor-tab-content'>{ITEM}</div>", False), (f"<div class='tab-pane active'>{ITEM}</div>", False),
        (f"<div class='tabs'><ul class='tabs'><li>1</ul><div>{ITEM}</div></div>", False), (f"<div class='site has-sidebar'>{ITEM}</div>", False),
        (f"<div class='sidebar-right'><main>{ITEM}</main></div>", False), (f"<body class='nav-open'>{ITEM}</body>", False),
    ],
)  # fmt: skip
def test_a_menu_is_told_by_its_tag_or_class_and_no_page_is_one(page: str, menu: bool) -> None:
    node = LexborHTMLParser(page).css_first("#x")
    assert node is not None
    assert in_menu(node) is menu
