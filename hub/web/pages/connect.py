"""`/conectar`: how a government's page or file becomes a source."""

from __future__ import annotations

from hub.web.pages.view import Page, View


async def page(view: View) -> Page:
    """What it takes, step by step."""
    return view.render("connect.html")
