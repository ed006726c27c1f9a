"""Who is at the operator's page: the session's cookie, and what a form must bring to be believed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from hub.registration.office import Office
from hub.registration.sessions import LIFE, Session, Sessions
from hub.web.forms import is_own, posted
from hub.web.pages.site import PageSite
from schema.live import LiveState

ROOT = "/operacion"
COOKIE = "hub-operacion"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Under TLS. The prefix keeps other hosts of the domain from setting it (RFC 6265bis, 4.1.3.2)."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class OperationSite(PageSite, Protocol):
    """What the operator's page needs of the hub that serves it."""

    @property
    def office(self) -> Office:
        """The registration of sources."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        ...

    @property
    def live(self) -> LiveState:
        """The sources and their runs, as of now."""
        ...


class Distrust(Enum):
    """Why a form is not acted upon."""

    NOT_A_FORM = "not a form"
    ANOTHER_SITE = "another site"
    NO_SESSION = "no session"
    NOT_OF_THIS_SESSION = "not of this session"


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that this session's own page sent."""

    session: Session
    form: dict[str, str]


def is_secure(request: Request, site: PageSite) -> bool:
    """Whether the browser speaks TLS with the hub, or with the proxy before it."""
    return request.url.scheme == "https" or urlsplit(site.public_url or "").scheme == "https"


def is_overheard(request: Request, site: PageSite) -> bool:
    """Whether a token would cross a network in the clear."""
    return not is_secure(request, site) and (request.url.hostname or "") not in LOOPBACK


def address_of(request: Request) -> str | None:
    """Where a request comes from, for quotas."""
    return request.client.host if request.client else None


async def session_of(request: Request, site: OperationSite) -> Session | None:
    """The session of the cookie that came along, if it holds."""
    secret = request.cookies.get(SECURE_COOKIE if is_secure(request, site) else COOKIE)
    return await site.sessions.find(secret, address_of(request)) if secret else None


async def believed(request: Request, site: OperationSite) -> Posted | Distrust:
    """A form that may be acted upon: sent by a page of this hub, within a session, made for that very session."""
    form = await posted(request)
    if form is None:
        return Distrust.NOT_A_FORM
    if not is_own(request, site.public_url):
        return Distrust.ANOTHER_SITE
    session = await session_of(request, site)
    if session is None:
        return Distrust.NO_SESSION
    if not session.sent(form.get("sello", "")):
        return Distrust.NOT_OF_THIS_SESSION
    return Posted(session, form)


def give_cookie(response: Response, request: Request, site: OperationSite, session: Session) -> None:
    """Hand the session to the browser: for this hub's own pages, and out of every script's reach."""
    secure = is_secure(request, site)
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE, session.secret, max_age=int(LIFE.total_seconds()),
        path="/" if secure else ROOT, secure=secure, httponly=True, samesite="strict",
    )  # fmt: skip


def take_cookie(response: Response, request: Request, site: OperationSite) -> None:
    """Have the browser forget the session."""
    secure = is_secure(request, site)
    response.delete_cookie(
        SECURE_COOKIE if secure else COOKIE, path="/" if secure else ROOT, secure=secure, httponly=True,
        samesite="strict",
    )  # fmt: skip
