"""`/conectar`: how a government's page or file becomes a source. The form's steps are `hub.web.conectar`'s."""

from __future__ import annotations

from hub.web.pages.view import Page, View


async def page(view: View) -> Page:
    """What it takes, and the first step."""
    return view.render("connect.html")
