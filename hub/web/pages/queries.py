"""`/consultas`: what civil society asks, as queries that anyone can take along."""

from __future__ import annotations

from hub.web.pages.view import Page, View


async def page(view: View) -> Page:
    """Ten queries with their live results."""
    return view.render("queries.html")
