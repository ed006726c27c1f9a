"""The addresses of the operator's page: sign in, look, act, sign out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hub.registration.quota import client_of
from hub.registration.refusals import too_many
from hub.registration.sessions import Session
from hub.web.forms import is_own, posted
from hub.web.labels import N_
from hub.web.operation import acts, door, sections
from hub.web.operation.acts import Act
from hub.web.operation.door import ROOT, Distrust, OperationSite
from hub.web.operation.sections import BY_PATH, SECTIONS, Section
from hub.web.operation.words import ACTION, DETAIL, ROLE, choices
from hub.web.pages.render import environment
from hub.web.pages.routes import SAFE
from hub.web.pages.selection import BadAddress
from hub.web.pages.view import View
from schema.errors import ErrorCode
from schema.registration import Principal, Refusal

SIGN_IN = f"{ROOT}/entrar"
SIGN_OUT = f"{ROOT}/salir"
HEADERS = {name.decode(): value.decode() for name, value in SAFE} | {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}
STATUS = {
    ErrorCode.UNAUTHENTICATED.value: 403, ErrorCode.FORBIDDEN.value: 403, ErrorCode.NOT_FOUND.value: 404,
    ErrorCode.RATE_LIMITED.value: 429,
}  # fmt: skip
LONGEST_TOKEN = 500
UNKNOWN_TOKEN = N_("Ese token no existe o ya no vale.")
ENDED = N_("La sesión terminó: entre otra vez. Lo que envió no se hizo.")


class OperatorPage:
    """The operator's page over one hub."""

    def __init__(self, site: OperationSite) -> None:
        self._site = site
        self._environment = environment()
        self._acts: Mapping[str, Mapping[str, Act]] = {
            ROOT: {"aprobar": acts.approve, "rechazar": acts.reject, "probar": acts.preview},
            f"{ROOT}/valores": {"guardar": acts.decide_value, "sin-dato": acts.no_data},
            f"{ROOT}/duplicados": {"uno": acts.same, "dos": acts.different},
            f"{ROOT}/fuentes": {"pausar": acts.pause, "reanudar": acts.resume, "leer": acts.Harvests()},
        }

    def routes(self) -> list[BaseRoute]:
        """Every address below `/operacion`."""
        return [
            Route(SIGN_IN, self._sign_in, methods=["GET", "POST"]),
            Route(SIGN_OUT, self._sign_out, methods=["GET", "POST"]),
            *(Route(section.path, self._section, methods=["GET", "HEAD", "POST"]) for section in SECTIONS),
        ]

    # -- coming and going ---------------------------------------------------------------------------------------------

    async def _sign_in(self, request: Request) -> Response:
        if request.method != "POST":
            return self._away(request, ROOT)
        form = await posted(request)
        if form is None or not is_own(request, self._site.public_url):
            return self._render(request, "operation_refused.html", 403)
        address = door.address_of(request)
        wait = self._site.office.desk.quota.wait("sign-in", client_of(Principal(address=address)))
        if wait is not None:
            return self._sign_in_form(request, too_many(wait).message, 429)
        token = form.get("token", "").strip()
        session = await self._site.sessions.begin(token, address) if 0 < len(token) <= LONGEST_TOKEN else None
        if session is None:
            return self._sign_in_form(request, UNKNOWN_TOKEN, 403)
        response = self._away(request, _known(form.get("a", "")))
        door.give_cookie(response, request, self._site, session)
        return response

    async def _sign_out(self, request: Request) -> Response:
        if request.method != "POST":
            return self._away(request, ROOT)
        found = await door.believed(request, self._site)
        if isinstance(found, Distrust):
            return self._distrusted(request, found)
        await self._site.sessions.end(found.session)
        response = self._away(request, ROOT)
        door.take_cookie(response, request, self._site)
        return response

    # -- looking and acting -------------------------------------------------------------------------------------------

    async def _section(self, request: Request) -> Response:
        section = BY_PATH[request.url.path]
        if request.method == "POST":
            return await self._act(request, section)
        session = await door.session_of(request, self._site)
        if session is None:
            return self._sign_in_form(request, None, 200)
        return await self._show(request, section, session)

    async def _act(self, request: Request, section: Section) -> Response:
        found = await door.believed(request, self._site)
        if isinstance(found, Distrust):
            return self._distrusted(request, found)
        act = self._acts.get(section.path, {}).get(found.form.get("acto", ""))
        if act is None:
            return self._render(request, "operation_refused.html", 403)
        done = await act(self._site.office, found.session.principal, found.form)
        if done.template is not None:
            values = await self._around(request, section, found.session)
            return self._render(request, done.template, 200, **values, **done.values)
        if done.errors:
            return await self._show(request, section, found.session, done.errors)
        return RedirectResponse(self._view(request).here(), 303, HEADERS)

    async def _show(
        self, request: Request, section: Section, session: Session, errors: Sequence[Refusal] = ()
    ) -> Response:
        view = self._view(request)
        shown = await section.show(self._site, session.principal, view)
        around = await self._around(request, section, session)
        status = STATUS.get(errors[0].code, 422) if errors else 200
        told = [error.message for error in errors]
        return self._answer(view, section.template, status, **(around | {"errors": told}), **shown)

    async def _around(self, request: Request, section: Section, session: Session) -> dict[str, Any]:
        """What every page of the operator's has: who acts, where else to go, what was done last."""
        principal = session.principal
        role = "operator" if principal.operator else ("publisher" if principal.sources else "reader")
        return {
            "section": section, "sections": SECTIONS, "who": principal.name or "", "role": ROLE[role],
            "seal": session.form_secret, "last": await sections.last_act(self._site, principal), "actions": ACTION,
            "details": DETAIL, "choices": choices, "errors": [], "expires_at": session.expires_at,
        }  # fmt: skip

    # -- answering ----------------------------------------------------------------------------------------------------

    def _view(self, request: Request) -> View:
        try:
            return View(request, self._site, self._environment)
        except BadAddress:  # a day that is none: what waits here waits today
            return View(Request({**request.scope, "query_string": b""}), self._site, self._environment)

    def _sign_in_form(self, request: Request, told: str | None, status: int) -> Response:
        overheard = door.is_overheard(request, self._site)
        values = {"told": told, "then": _known(request.url.path), "overheard": overheard}
        return self._render(request, "operation_sign_in.html", status, **values)

    def _distrusted(self, request: Request, why: Distrust) -> Response:
        if why is Distrust.NO_SESSION:
            return self._sign_in_form(request, ENDED, 403)
        return self._render(request, "operation_refused.html", 403)

    def _render(self, request: Request, template: str, status: int, **values: Any) -> Response:
        return self._answer(self._view(request), template, status, **values)

    def _answer(self, view: View, template: str, status: int, **values: Any) -> Response:
        page = view.render(template, http=status, kept=False, **values)
        return Response(page.body, page.status, HEADERS, page.media_type)

    def _away(self, request: Request, path: str) -> RedirectResponse:
        """To look at what became of it: a page that was loaded again must not act again."""
        return RedirectResponse(self._view(request).url(path), 303, HEADERS)


def _known(path: str) -> str:
    """The path, if it is one of the operator's pages; else the first of them."""
    return path if path in BY_PATH else ROOT
