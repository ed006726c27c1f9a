"""One request as its page sees it: language, address, the day asked for, and how to ask and to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment
from markupsafe import Markup
from starlette.requests import Request

from hub.web import dates, labels
from hub.web.doors.table import FORMS, Table
from hub.web.doors.tables import TABLES, tables_of
from hub.web.pages.documents import document
from hub.web.pages.selection import BadAddress, Selection, selection_of
from hub.web.pages.site import NotYet, PageSite, data_of
from hub.web.words import ENGLISH, HTML_LANGUAGE, Translator, chosen_language, translator
from schema.scalars import utc_text

_CAMEL = re.compile(r"_([a-z])")
_PLACES = {
    "row": "fila",
    "table": "tabla",
    "page": "página",
    "sheet": "hoja",
    "item": "elemento",
    "column": "columna",
    "block": "bloque",
}
_PLACE = re.compile(r"\b(row|table|page|sheet|item|column|block)( \S)")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """What a handler answers.

    Attributes:
        location: where a redirect goes; None where it is no redirect.
        kept: whether the answer may be kept until the data move.
    """

    body: bytes
    media_type: str = HTML
    status: int = 200
    location: str | None = None
    kept: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


class Missing(Exception):
    """There is no such thing under this address.

    Attributes:
        what: what was asked for, in words of the page's language.
        near: (address, name) of what may have been meant.
    """

    def __init__(self, what: str, near: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.near = list(near)


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that a page ran, as it shows it."""

    name: str
    text: str
    variables: dict[str, Any]


class View:
    """A request, for handlers and templates.

    Attributes:
        forms: how a table leaves.

    Raises:
        BadAddress: `as_of` is no day and no instant.
    """

    forms = FORMS

    def __init__(self, request: Request, site: PageSite, environment: Environment) -> None:
        self.request = request
        self.site = site
        self._environment = environment
        self.parameters = request.query_params
        self.language = chosen_language(self.parameters.get("lang"), request.headers.get("accept-language", ""))
        self.html_language = HTML_LANGUAGE[self.language]
        self.words: Translator = translator(self.language)
        self._percent = "%" if self.language == ENGLISH else " %"
        self.spanish = Markup(' lang="es"') if self.language == ENGLISH else Markup("")
        self.base = (site.public_url or str(request.base_url)).rstrip("/")
        self.path = request.url.path
        self.title = site.title
        self.asked: dict[str, Asked] = {}
        self.as_of_text = self.parameters.get("as_of", "").strip() or None
        self.span = _span(self.as_of_text) if self.as_of_text else None
        self.as_of: str | None = utc_text(self.span[1]) if self.span else None
        self._present = site

    # -- asking -------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Move to the day that the address asks for: from then on every document is answered as of it.

        Raises:
            BadAddress: that day is to come.
            NotReady: what was public then is still being put together.
        """
        if self.span is None:
            return
        try:
            self.site = await self._present.at(*self.span)
        except NotYet:
            assert self.as_of_text is not None
            raise BadAddress("as_of", self.as_of_text, to_come=True) from None

    async def ask(self, name: str, **variables: Any) -> dict[str, Any]:
        """The data of a document; variables that are None are left out.

        Raises:
            Refused: the address selects what cannot be.
            PageFailed: the hub could not answer.
        """
        given = {key: value for key, value in variables.items() if value is not None}
        self.asked[name] = Asked(name, document(name), given)
        return await self._ask(self.site, name, given)

    async def ask_today(self, name: str, **variables: Any) -> dict[str, Any]:
        """As `ask`, of the country as it is today, whatever day the address asks for; the page does not show it."""
        return await self._ask(self._present, name, variables)

    async def _ask(self, site: PageSite, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        client = self.request.client
        return data_of(await site.answer(document(name), variables, address=client.host if client else None))

    def selection(self, **more: str) -> Selection:
        """What the address selects; `more` belongs to the page itself (`state` of a state's page).

        Raises:
            BadAddress: a value cannot be.
        """
        return selection_of([*self.parameters.multi_items(), *more.items()])

    # -- answering ----------------------------------------------------------------------------------------------------

    def render(
        self,
        template: str,
        *,
        http: int = 200,
        kept: bool = True,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Page:
        """A page from a template."""
        text = self._environment.get_template(template).render(view=self, _=self.words, L=labels, **values)
        return Page(text.encode(), status=http, kept=kept, headers=headers or {})

    def redirect(self, path: str) -> Page:
        """Another address for good, with what this one's says besides."""
        return Page(b"", status=301, location=self.url(path))

    # -- addresses ----------------------------------------------------------------------------------------------------

    def url(self, path: str, pairs: Iterable[tuple[str, Any]] = (), **more: Any) -> str:
        """An address of the hub, in the language and of the day that this page was asked for."""
        kept = [(name, self.parameters[name]) for name in ("lang", "as_of") if self.parameters.get(name)]
        query = [
            (name, str(value)) for name, value in [*pairs, *more.items(), *kept] if value is not None and value != ""
        ]
        return f"{path}?{urlencode(query)}" if query else path

    def here(self, **changes: str | None) -> str:
        """This page's address with some parameters set, or taken away (None)."""
        query = [(name, value) for name, value in self.parameters.multi_items() if name not in changes and value]
        query += [(name, value) for name, value in changes.items() if value is not None]
        return f"{quote(self.path)}?{urlencode(query)}" if query else quote(self.path)

    def segment(self, value: str) -> str:
        """A value as one segment of a path."""
        return quote(value, safe="")

    def external(self, address: str | None) -> str | None:
        """A published address if it is one that a page may link to: http(s) with a host; else None."""
        if not address:
            return None
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            return None
        return address.strip() if parts.scheme in ("http", "https") and parts.netloc else None

    def doors(self, selection: Selection) -> Callable[[str], str]:
        """The address of the same selection as a file, by its form: csv, xlsx, json."""
        pairs = [*selection.pairs(), *([("as_of", self.as_of)] if self.as_of else [])]
        query = f"?{urlencode(pairs)}" if pairs else ""
        return lambda form: f"/api/commitments.{form}{query}"

    def files(self, name: str) -> list[tuple[Table, Callable[[str], str]]]:
        """The tables of a document that this page asked, each with the address of its file by its form."""
        variables = self.asked[name].variables
        return [(table, self._file(table, variables)) for table in tables_of(name)]

    def file(self, name: str, **parameters: Any) -> tuple[Table, Callable[[str], str]]:
        """One table, whatever this page asked, with the address of its file by its form.

        Args:
            parameters: variables of its document.
        """
        return TABLES[name], self._file(TABLES[name], parameters)

    def _file(self, table: Table, variables: Mapping[str, Any]) -> Callable[[str], str]:
        return lambda form: table.address(form, variables, self.as_of_text)

    # -- words --------------------------------------------------------------------------------------------------------

    def label(self, table: Mapping[str, str], value: str | None) -> str:
        """The word of an enum's value; what has none stays as it is."""
        if value is None:
            return ""
        return self.words(table[value]) if value in table else value

    def field(self, name: str) -> str:
        """The word for a field of the model, however a report spells it: `startDate`, `progress_reports.status`."""
        parts = [_CAMEL.sub(lambda match: match.group(1).upper(), part) for part in name.split(".")]
        return " · ".join(self.label(labels.FIELD, part) for part in parts)

    def goal(self, goal: Mapping[str, Any]) -> str:
        """The name of an ODS goal in the page's language."""
        if self.language == ENGLISH:
            return labels.ODS_ENGLISH[goal["number"] - 1]
        return str(goal["name"])

    def date(self, value: str | None) -> str:
        """A partial date in words."""
        return dates.date_in_words(value, self.language) if value else ""

    def period(self, start: str | None, end: str | None) -> str:
        """Two partial dates as one period."""
        return dates.period_in_words(start, end, self.language)

    def instant(self, value: str | None, *, clock: bool = True) -> str:
        """An instant in words."""
        return dates.instant_in_words(value, self.language, clock=clock) if value else ""

    def locator(self, value: str) -> str:
        """A place within a snapshot, in the page's language; a path or pointer stays as it is."""
        if self.language == ENGLISH:
            return value
        return _PLACE.sub(lambda match: _PLACES[match.group(1)] + match.group(2), value)

    def number(self, value: float | None) -> str:
        """A number with thousands separated and a decimal point, as Mexico writes it."""
        if value is None:
            return "–"
        if float(value).is_integer():
            return f"{int(value):,}"
        return f"{value:,.1f}" if abs(value) >= 0.05 else "<0.1"

    def difference(self, value: float | None) -> str:
        """A difference with its sign; none is "0"."""
        if not value:
            return self.number(value)
        return f"{'+' if value > 0 else '−'}{self.number(abs(value))}"

    def share(self, value: float | None) -> str:
        """A percentage that somebody published."""
        return "–" if value is None else f"{self.number(value)}{self._percent}"

    def percent(self, part: float, whole: float) -> str:
        """A share in whole percent; a share that is neither none nor all is never shown as one of them."""
        if not whole:
            return "–"
        share = 100 * part / whole
        said = "<1" if 0 < share < 1 else ">99" if 99 < share < 100 else f"{share:.0f}"
        return f"{said}{self._percent}"


def _span(text: str) -> tuple[datetime, datetime]:
    """What `as_of` names.

    Raises:
        BadAddress: it is neither a day nor an instant.
    """
    span = dates.span_of(text)
    if span is None:
        raise BadAddress("as_of", text)
    return span
