"""The form of `/conectar`: preview, register, prove, wait for the review. Works without JavaScript, keeps no session.

Each step is one POST that carries all it needs, so nothing is remembered of a visitor. There is no cookie and so nothing
that another site could use in a visitor's name; what another site's page sends is refused all the same, since it would use
up the visitor's quota.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.normalise.text import fold
from hub.registration.intake import AUTO
from hub.registration.office import Office
from hub.web import mapping_form
from hub.web.forms import is_own, posted
from hub.web.pages.render import environment
from hub.web.pages.routes import SAFE
from hub.web.pages.site import PageSite
from hub.web.pages.view import View
from schema.registration import ConnectorRequest, Principal, Refusal

ASKED = ("url", "title", "state", "key", "contact", "schedule", "license", "connector", "floor", "options", "fields")
"""What the two forms ask for, by the names of `ConnectorInput`."""

MAPPED = tuple(mapping_form.PREFIX + name for name in mapping_form.FIELDS)
"""The inputs that correct which column is which."""


class ConnectSite(PageSite, Protocol):
    """What the form needs of the hub that serves it."""

    @property
    def office(self) -> Office:
        """The registration of sources."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """What to show next. `values` are the template's."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


async def preview(office: Office, principal: Principal, form: Mapping[str, str]) -> Step:
    """What the hub would make of the address, by itself or as its publisher corrected it, and the form that registers it."""
    tables, refusals = _tables(form)
    start = "connect_register.html" if tables.get("fields") else "connect_start.html"
    if refusals:
        return _again(start, form, refusals)
    request = ConnectorRequest(
        key=form["key"] or "vista-previa", title=form["title"] or "Vista previa", connector=form["connector"] or AUTO,
        url=form["url"], contact=form["contact"], state=form["state"] or None, **tables,
    )  # fmt: skip
    outcome = await office.preview(principal, request)
    if outcome.report is None or outcome.errors:
        return _again(start, form, outcome.errors)
    report = outcome.report
    fields = tables.get("fields") or dict(report.proposed_fields)
    facts = not report.accepted and any(issue.code == "EXERCISE_FACTS" for issue in report.issues)
    proposed = {
        "url": report.proposed_url or form["url"], "connector": report.connector, "floor": "0" if facts else form["floor"],
        "options": json.dumps(dict(report.proposed_options) or tables.get("options") or {}, ensure_ascii=False),
        "fields": json.dumps(fields, ensure_ascii=False),
        "key": form["key"] or key_of(form["title"] or urlsplit(form["url"]).hostname or ""),
    }  # fmt: skip
    values = {
        "form": dict(form) | proposed, "report": report, "commitments": outcome.commitments, "errors": {}, "facts": facts,
        "mapping": mapping_form.inputs(fields, report.connector), "corrected": bool(tables.get("fields")),
        "columns": mapping_form.names(fields, report.unmapped_columns),
    }  # fmt: skip
    return Step("connect_preview.html", values)


async def register(office: Office, principal: Principal, form: Mapping[str, str]) -> Step:
    """The challenge and the token, shown this once; or what is wrong with the form."""
    tables, refusals = _tables(form)
    if refusals:
        return _again("connect_register.html", form, refusals)
    request = ConnectorRequest(
        key=form["key"], title=form["title"], connector=form["connector"], url=form["url"], contact=form["contact"],
        state=form["state"] or None, schedule=form["schedule"] or None, license=form["license"] or None,
        floor=int(form["floor"]) if form["floor"].isdecimal() else None, **tables,
    )  # fmt: skip
    outcome = await office.register(principal, request)
    if outcome.errors or outcome.challenge is None:
        return _again("connect_register.html", form, outcome.errors)
    return Step("connect_challenge.html", {"key": form["key"], "challenge": outcome.challenge, "token": outcome.token})


async def state(office: Office, key: str, errors: Sequence[Refusal] = ()) -> Step:
    """How a registration stands, and what is to be done next."""
    source = await office.desk.store.source(key)
    if source is None or source.origin != "registered":
        return Step("connect_unknown.html", {"key": key}, 404)
    challenge = await office.desk.store.challenge(key)
    values = {"source": source, "challenge": challenge, "errors": _by_field(errors)}
    return Step("connect_state.html", values, 422 if errors else 200)


async def verify(office: Office, principal: Principal, key: str) -> Step:
    """Ask the site for the proof now."""
    outcome = await office.verify(principal, key)
    return await state(office, key, outcome.errors)


def key_of(text: str) -> str:
    """A key made from words: ``Plan de Acción de Puebla`` → ``plan-de-accion-de-puebla``."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:64].strip("-")
    return slug if len(slug) >= 3 else ""


def _tables(form: Mapping[str, str]) -> tuple[dict[str, Any], list[Refusal]]:
    """Options and fields, which the forms carry as JSON."""
    found: dict[str, Any] = {}
    refusals = []
    for name in ("options", "fields"):
        try:
            found[name] = json.loads(form[name]) if form[name].strip() else None
        except (ValueError, RecursionError):
            refusals.append(Refusal("BAD_USER_INPUT", "Debe ser JSON.", ("input", name)))
    if isinstance(found.get("fields"), dict):
        found["fields"] = mapping_form.corrected(found["fields"], form)
    return found, refusals


def _again(template: str, form: Mapping[str, str], errors: Sequence[Refusal]) -> Step:
    """The form once more, with what was written and what is wrong with it."""
    limited = any(error.code == "RATE_LIMITED" for error in errors)
    values = {"form": dict(form), "errors": _by_field(errors), "mapping": _mapping(form), "columns": ()}
    return Step(template, values, 429 if limited else 422)


def _mapping(form: Mapping[str, str]) -> list[tuple[str, str]]:
    """The inputs that correct the mapping as they were sent; none where the form had none."""
    return [(name, form[key]) for name, key in zip(mapping_form.FIELDS, MAPPED, strict=True) if key in form]


def _by_field(errors: Sequence[Refusal]) -> dict[str, list[str]]:
    """The messages by the input they are about; "" for those about none that the forms show."""
    found: dict[str, list[str]] = {}
    for error in errors:
        name = error.path[-1] if error.path and error.path[-1] in ASKED else ""
        found.setdefault(name, []).append(error.message)
    return found


class Connect:
    """The addresses of the form."""

    def __init__(self, site: ConnectSite) -> None:
        self._site = site
        self._environment = environment()

    def routes(self) -> list[BaseRoute]:
        """To stand before those of the pages, whose `/conectar` is the form's first step."""
        return [
            Route("/conectar", self._post, methods=["POST"]),
            Route("/conectar/{key}", self._show, methods=["GET", "HEAD"]),
            Route("/conectar/{key}", self._verify, methods=["POST"]),
        ]

    async def _post(self, request: Request) -> Response:
        form = await posted(request)
        if form is None or not is_own(request, self._site.public_url):
            return self._render(request, _REFUSED)
        act = register if form.get("paso") == "registrar" and "otra" not in form else preview
        asked = {name: form.get(name, "").strip() for name in ASKED} | {n: form[n] for n in MAPPED if n in form}
        return self._render(request, await act(self._site.office, _visitor(request), asked))

    async def _verify(self, request: Request) -> Response:
        if not is_own(request, self._site.public_url):
            return self._render(request, _REFUSED)
        key = str(request.path_params["key"])
        return self._render(request, await verify(self._site.office, _visitor(request), key))

    async def _show(self, request: Request) -> Response:
        return self._render(request, await state(self._site.office, str(request.path_params["key"])))

    def _render(self, request: Request, step: Step) -> Response:
        view = View(request, self._site, self._environment)
        page = view.render(step.template, http=step.status, kept=False, **step.values)
        headers = {name.decode(): value.decode() for name, value in SAFE} | {"cache-control": "no-store"}
        return Response(page.body, page.status, headers, page.media_type)


_REFUSED = Step("connect_refused.html", status=403)


def _visitor(request: Request) -> Principal:
    return Principal(address=request.client.host if request.client else None)
