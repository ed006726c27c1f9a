"""`/conectar`: how a government's page or file becomes a source: look, register, prove.

The three forms call the API's own mutations, as any program may; nothing here can do more than they do.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect

from hub.normalise.text import fold
from hub.web.labels import N_
from hub.web.pages.view import Page, View

LARGEST = 60_000
"""Bytes of a form."""
FORMATS = (
    ("csv", N_("Archivo CSV")),
    ("xlsx", N_("Hoja de cálculo (XLSX, XLS, ODS)")),
    ("google_sheets", N_("Hoja de Google")),
    ("html_table", N_("Página con una tabla")),
    ("html_list", N_("Página con una lista de compromisos")),
    ("pdf_table", N_("PDF con tablas")),
    ("json", N_("JSON")),
    ("ckan", N_("Portal CKAN")),
    ("dkan", N_("Portal DKAN")),
    ("wordpress", N_("Sitio WordPress")),
    ("graphql", N_("API GraphQL")),
    ("dcat", N_("Catálogo DCAT")),
    ("compromisos", N_("Estándar abierto de compromisos")),
)
"""Connectors by what a publisher calls what they read."""
_TEXTS = ("title", "key", "state", "connector", "url", "contact", "license")
_NOT_KEY = re.compile(r"[^a-z0-9]+")


async def page(view: View) -> Page:
    """The forms; with POST, what came of one of them."""
    if view.request.method != "POST":
        return await _show(view, {})
    if not _own(view):
        return await _show(view, {}, http=403, problem=view.words("El formulario no vino de esta página."))
    form = await _form(view)
    if form is None:
        return await _show(view, {}, http=413, problem=view.words("El formulario es demasiado grande."))
    step = form.get("step")
    if step == "verify":
        return await _verify(view, form)
    if step == "register":
        return await _register(view, form)
    return await _preview(view, form)


async def _show(view: View, form: dict[str, str], *, http: int = 200, **more: Any) -> Page:
    states = [(state["code"], state["name"]) for state in (await view.ask("state_list"))["states"]]
    values = {"problem": None, "preview": None, "registered": None, "verified": None, "errors": [], **more}
    return view.render(
        "connect.html",
        http=http,
        kept=view.request.method != "POST",
        form=form,
        formats=FORMATS,
        states=states,
        **values,
    )


async def _preview(view: View, form: dict[str, str]) -> Page:
    form.setdefault("key", key_of(form.get("title", "")))
    outcome = (await view.ask("preview", input=connector_input(form)))["previewConnector"]
    if outcome["report"] and outcome["report"]["proposedFields"]:
        form["fields"] = json.dumps(outcome["report"]["proposedFields"], ensure_ascii=False)
    return await _show(view, form, preview=outcome, errors=outcome["errors"])


async def _register(view: View, form: dict[str, str]) -> Page:
    outcome = (await view.ask("register", input=connector_input(form)))["registerConnector"]
    return await _show(view, form, registered=outcome if outcome["source"] else None, errors=outcome["errors"])


async def _verify(view: View, form: dict[str, str]) -> Page:
    outcome = (await view.ask("verify", key=form.get("key", "")))["verifyConnector"]
    return await _show(view, form, verified=outcome["source"], errors=outcome["errors"])


def connector_input(form: dict[str, str]) -> dict[str, Any]:
    """A form as ConnectorInput: empty cells are not given; the mapping is the one that a preview proposed."""
    given: dict[str, Any] = {name: form.get(name, "").strip() for name in _TEXTS}
    for name in ("state", "license"):
        given[name] = given[name] or None
    try:
        given["fields"] = json.loads(form["fields"]) if form.get("fields") else None
    except ValueError:
        given["fields"] = None  # not what this page sent: the columns are looked at anew
    return given


def key_of(title: str) -> str:
    """A key that a title suggests."""
    return _NOT_KEY.sub("-", fold(title)).strip("-")[:64]


async def _form(view: View) -> dict[str, str] | None:
    """The form that was sent; None where it is too large or has too many fields."""
    body = b""
    try:
        async for piece in view.request.stream():
            body += piece
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=50))
    except ValueError:
        return None


def _own(view: View) -> bool:
    """Whether the form comes from this hub's page: a stranger's page must not make visitors send it."""
    headers = view.request.headers
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
