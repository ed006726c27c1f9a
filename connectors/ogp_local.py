"""OGP's pages of one member: its action plans, its commitments, and the end-of-commitment reports.

On a commitment's page “Estado: Activo” tells the cycle of the PLAN: it is kept in `raw` and never read as the commitment's
status. What a commitment has reached is told by “Finalización” and by the report of its end.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from connectors import base
from connectors.blocks import Block, Link, read_blocks
from connectors.crawl import crawl, links_of
from connectors.html_page import page as read_page
from connectors.ready import ReadyConnector, ready_row
from connectors.spanish import clean, fold
from connectors.states import STATES, state_key
from connectors.table import Reading

_COMMITMENT = re.compile(r"/commitments?/(?P<code>[a-z]{2,6}\d{3,5})/?$", re.IGNORECASE)
_REPORT = re.compile(
    r"/documents/(?:end-of-commitment-report|informe-(?:de-fin|final)-de(?:l)?-compromiso)", re.IGNORECASE
)
_PLAN = re.compile(
    r"/documents/(?:[\w-]*-)?(?:action-plan|plan-de-accion)-(?!.*(?:review|report|inception|revision|informe))",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?P<code>[A-Z]{2,6}\d{4})\b")
_LISTED = re.compile(r"^(?P<code>[A-Z]{2,6}\d{4})\s*,\s*(?P<year>(?:19|20)\d\d)\s*(?:,\s*(?P<themes>.+))?$")
_YEARS = re.compile(r"\b((?:19|20)\d\d)\s*(?:[-–—]|to|a)\s*((?:19|20)\d\d)\b")

_LABELS: dict[str, re.Pattern[str]] = {
    "lead": re.compile(r"(?:primary agency|lead(?:ing)? (?:institution|agency|ministry)s?|(?:institucion|dependencia)(?:es)? (?:lider|responsable|principal)(?:es)?)"),
    "support": re.compile(r"(?:support(?:ing)? institution\(?s?\)?|other actors involved|instituciones? de apoyo|institucion\(es\) de apoyo|otros actores)"),
    "civil_society": re.compile(r"(?:civil society(?: organi[sz]ations?)?|csos?|(?:organizaciones de la )?sociedad civil)"),
    "start": re.compile(r"(?:start(?:ing)? date|start|fecha de inicio|inicio)"),
    "end": re.compile(r"(?:end(?:ing)? date|end|fecha de (?:fin(?:alizacion)?|termino|cierre)|termino|fin)"),
    "period": re.compile(r"(?:duration|period|duracion|periodo)"),
    "completion": re.compile(r"(?:(?:level of )?completion(?: level)?|finalizacion|(?:nivel|grado) de (?:cumplimiento|finalizacion|avance)|complete(?:d|ness)?)"),
    "cycle": re.compile(r"(?:status|estado|estatus)"),
    "themes": re.compile(r"(?:policy areas?|themes?|areas? (?:de politicas?|tematicas?)|temas?)"),
    "plan": re.compile(r"(?:action plan|plan de accion)"),
    "number": re.compile(r"(?:commitment number|numero de(?:l)? compromiso)"),
    "code": re.compile(r"(?:commitment id|identifier|identificador|id)"),
    "submitted": re.compile(r"(?:submitted|submission(?: date)?|action plan submitted|entregado|fecha de (?:entrega|envio|presentacion))"),
    "description": re.compile(r"(?:brief description(?: of the commitment)?|description|descripcion(?: breve)?(?: del compromiso)?)"),
    "commitment": re.compile(r"(?:commitment(?: title| name)?|(?:titulo|nombre) del compromiso|compromiso)"),
}  # fmt: skip
_LEVELS = re.compile(
    r"^[\W_]*(?:not started|no iniciad[oa]|limited|limitad[oa]|substantial|sustancial|complete[d]?|complet[oa]|completar|withdrawn|retirad[oa])[\W_]*$"
)
_BULLET = re.compile(r"^[●◉☑✔✓✅■⬤⚫x]\s*", re.IGNORECASE)
_OPEN_BULLET = re.compile(r"^[○◯☐□⚪]\s*")


class OgpLocalOptions(base.Options):
    """Options of `ogp_local`."""

    max_pages: int = Field(default=120, ge=1, le=1000, description="páginas que se piden a lo más")
    depth: int = Field(default=2, ge=0, le=4, description="a cuántos enlaces de la página del miembro")


@dataclass(slots=True)
class _Report:
    """What an end-of-commitment report tells."""

    title: str
    code: str | None
    completion: str
    url: str


@dataclass(slots=True)
class _Page:
    """A page's heading, its labelled values, and its links."""

    url: str
    title: str
    told: dict[str, str]
    blocks: list[Block]
    links: list[Link] = field(default_factory=list)


class OgpLocal(ReadyConnector[OgpLocalOptions]):
    """Reads a member's page and what it links to. Reports are read before the commitments they are of."""

    name: ClassVar[str] = "ogp_local"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = OgpLocalOptions

    def __init__(self, options: OgpLocalOptions) -> None:
        super().__init__(options)
        self._reports: dict[str, _Report] = {}
        self._used: set[str] = set()
        self._told: set[str] = set()

    async def snapshots(self, ctx: base.Context) -> AsyncIterator[base.Snapshot]:
        """Reports, plans and commitments, and the member's own page last: it fills in what has no page of its own."""
        folder = urlsplit(ctx.source.url).path.rstrip("/") + "/"

        def wanted(link: Link) -> bool:
            path = urlsplit(link.url).path
            return (path.startswith(folder) and bool(_COMMITMENT.search(path))) or bool(
                _PLAN.search(path) or _REPORT.search(path)
            )

        pages = [page async for page in crawl(ctx, wanted, most=self.options.max_pages, depth=self.options.depth)]
        for page in sorted(pages[1:], key=lambda page: (_kind(page.url), page.url)):
            yield page
        yield pages[0]

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """The rows of one page: none for a report, which its commitment takes up.

        Raises:
            SourceChanged: the member's page names no commitment and leads to none.
        """
        page = _read(snapshot, ctx)
        place = _place(ctx)
        kind = _kind(snapshot.url)
        if kind == _REPORTS:
            self._keep(page)
        elif kind == _PLANS:
            yield _plan_row(page, place)
        elif kind == _COMMITMENTS:
            yield self._commitment_row(page, place)
        else:
            yield from self._listed_rows(page, place, ctx)

    def _keep(self, page: _Page) -> None:
        completion = page.told.get("completion") or _ticked(page.blocks)
        code = _CODE.search(" ".join([page.told.get("code", ""), *(block.text for block in page.blocks[:12])]))
        linked = next(
            (m["code"].upper() for link in page.links if (m := _COMMITMENT.search(urlsplit(link.url).path))), None
        )
        if completion:
            title = page.told.get("commitment") or page.title
            self._reports[page.url.rstrip("/")] = _Report(title, code["code"] if code else linked, completion, page.url)

    def _report_of(self, code: str, page: _Page) -> _Report | None:
        linked = [report for link in page.links if (report := self._reports.get(link.url.rstrip("/")))]
        own = [report for report in self._reports.values() if report.code == code]
        alike = [
            report
            for report in self._reports.values()
            if report.code is None and _alike(report.title, _without_code(page.title, code))
        ]
        report = next(iter([*own, *linked, *alike]), None)
        if report is not None:
            self._used.add(report.url)
        return report

    def _commitment_row(self, page: _Page, place: dict[str, Any]) -> base.Row:
        match = _COMMITMENT.search(urlsplit(page.url).path)
        code = match["code"].upper() if match else page.told.get("code", "")
        self._told.add(code)
        told = page.told
        report = self._report_of(code, page)
        plan = told.get("plan", "")
        roles = (("lead", "LEAD"), ("support", "SUPPORT"), ("civil_society", "CIVIL_SOCIETY"))
        values = {
            **place, "code": code, "title": _without_code(page.title, code), "description": told.get("description"),
            "number": told.get("number"), "themes": _split(told.get("themes")),
            "institutions": [{"name": n, "role": role} for name, role in roles for n in _split(told.get(name))],
            "start": told.get("start"), "end": told.get("end"), "period": told.get("period"),
            "status": report.completion if report else told.get("completion"), "url": page.url, "plan": plan,
            "plan_key": _plan_key(plan),
            "evidence": [report.url] if report else [],
        }  # fmt: skip
        raw = {name: text for name, text in told.items() if name != "cycle"}
        raw |= {"Estado": told.get("cycle", ""), "informe": report.completion if report else ""}
        columns = {name: name for name in values} | {
            "status": "informe" if report else "completion",
            "code": "dirección",
        }
        return ready_row(
            "commitment", code or page.url, values, raw, columns, page.blocks[0].locator if page.blocks else "page"
        )

    def _listed_rows(self, page: _Page, place: dict[str, Any], ctx: base.Context) -> Iterator[base.Row]:
        """Commitments that the member's page only lists (“JAL0008, 2019, Anti-Corruption”)."""
        title = ""
        for block in page.blocks:
            listed = _LISTED.match(block.text)
            if listed is None:
                title = block.text
                continue
            if listed["code"] not in self._told:
                self._told.add(listed["code"])
                values = {
                    **place, "code": listed["code"], "title": title, "themes": _split(listed["themes"]), "year": listed["year"],
                    "url": next((link.url for link in page.links if listed["code"].lower() in link.url.lower()), None),
                }  # fmt: skip
                raw = {"título": title, "ficha": block.text}
                columns = {"code": "ficha", "year": "ficha", "themes": "ficha", "title": "título"}
                yield ready_row("commitment", listed["code"], values, raw, columns, block.locator)
        if not self._told:
            raise base.SourceChanged(
                "La página no es la de un miembro de OGP: no lista compromisos.", code="NOT_THIS_KIND"
            )
        for report in self._reports.values():
            if report.url not in self._used:
                ctx.note("UNMATCHED_REPORT", f"Informe sin compromiso conocido: «{report.title}».", raw=report.url)


_REPORTS, _PLANS, _COMMITMENTS, _MEMBER = range(4)


def _kind(url: str) -> int:
    path = urlsplit(url).path
    if _REPORT.search(path):
        return _REPORTS
    if _COMMITMENT.search(path):
        return _COMMITMENTS
    return _PLANS if _PLAN.search(path) else _MEMBER


def _read(snapshot: base.Snapshot, ctx: base.Context) -> _Page:
    tree = read_page(snapshot.read(), Reading(notes=ctx.notes), snapshot.charset)
    blocks = read_blocks(tree.html or "", snapshot.url)
    title = next((block.text for block in blocks if block.heading == 1), blocks[0].text if blocks else "")
    return _Page(snapshot.url, title, _labelled(blocks), blocks, links_of(snapshot))


def _labelled(blocks: list[Block]) -> dict[str, str]:
    """Labelled values: “Estado: Activo” in one block, or a label alone with its value in the next."""
    told: dict[str, str] = {}
    for index, block in enumerate(blocks):
        head, mark, rest = block.text.partition(":")
        name = _label(head) if len(head) < 60 else None
        if name is None or name in told:
            continue
        if mark and clean(rest):
            told[name] = clean(rest)
        elif not block.heading or block.heading > 1:
            value = next(iter(blocks[index + 1 : index + 2]), None)
            if value is not None and _label(value.text.partition(":")[0]) is None:
                told[name] = value.text
    if "completion" in told:
        level = _BULLET.sub("", told["completion"])
        told["completion"] = "" if _OPEN_BULLET.match(level) else level
    return {name: text for name, text in told.items() if text}


def _label(text: str) -> str | None:
    folded = fold(clean(text)).strip(" :*")
    return next((name for name, pattern in _LABELS.items() if pattern.fullmatch(folded)), None)


def _ticked(blocks: list[Block]) -> str:
    """The level that a report ticks: the one with a full bullet, or the only one it names."""
    levels = [block.text for block in blocks if len(block.text) < 30 and _LEVELS.match(fold(block.text))]
    full = [level for level in levels if _BULLET.match(level)]
    chosen = full or ([level for level in levels if not _OPEN_BULLET.match(level)] if len(levels) == 1 else [])
    return _BULLET.sub("", chosen[0]) if len(chosen) == 1 else ""


def _place(ctx: base.Context) -> dict[str, Any]:
    """The member's place: the source's own state, else the one its address names (“/members/jalisco-mexico/”).

    Raises:
        SourceChanged: ``WRONG_STATE``, the address names another state, or the country.
    """
    named = _member(ctx)
    if ctx.source.state is None:
        return named
    key, told = ctx.source.state, named.get("state")
    if told is not None and (state_key(told) or told) != key[:2]:
        raise base.SourceChanged(
            f"La dirección es la de {STATES.get(state_key(told) or '', 'México como país')} y la fuente es de "
            f"{STATES.get(key[:2], 'México como país')}: corrija la entidad o la dirección.",
            code="WRONG_STATE",
        )
    return {"state": key, "program": "NATIONAL_PLAN" if key == "00" else "OGP_LOCAL"}


def _member(ctx: base.Context) -> dict[str, Any]:
    """The place that the source's address names."""
    match = re.search(
        r"/members?/([\w%-]+?)(?:-(?P<kind>state|municipality))?(?:-mexico)?/", urlsplit(ctx.source.url).path + "/"
    )
    name = match[1].replace("-", " ") if match else ""
    if fold(name) == "mexico" and not (match and match["kind"]):
        return {"state": "00", "program": "NATIONAL_PLAN"}
    municipal = bool(match and match["kind"] == "municipality")
    key = "" if municipal else state_key(name) or ""
    return (
        {"state": STATES[key], "program": "OGP_LOCAL"}
        if key
        else {"municipality": name.title(), "program": "OGP_LOCAL"}
    )


def _plan_key(text: str) -> str | None:
    years = _YEARS.search(text)
    return f"{years[1]}-{years[2]}" if years else clean(text) or None


def _plan_row(page: _Page, place: dict[str, Any]) -> base.Row:
    years = _YEARS.search(page.title) or _YEARS.search(page.url.replace("-", " - "))
    told = page.told
    values = {
        **place, "title": page.title, "published": told.get("submitted"), "url": page.url,
        "start": told.get("start") or (years[1] if years else None), "end": told.get("end") or (years[2] if years else None),
    }  # fmt: skip
    key = f"{years[1]}-{years[2]}" if years else page.url
    raw = {"título": page.title, **told}
    columns = {"title": "título", "published": "submitted", "start": "título", "end": "título"}
    return ready_row("plan", key, values, raw, columns, page.blocks[0].locator if page.blocks else "page")


def _without_code(title: str, code: str) -> str:
    return re.sub(rf"\s*[(\[–—-]*\s*{re.escape(code)}\s*[)\]]*\s*$", "", title).strip() if code else title


def _alike(report: str, commitment: str) -> bool:
    """Whether a report's title is the commitment's, but for what stands before or after it."""
    one, other = fold(clean(report)), fold(clean(commitment))
    one = re.sub(r"^(?:end.of.commitment report|informe (?:de fin|final) de(?:l)? compromiso)\W*", "", one)
    return bool(one) and (one == other or (len(other) > 20 and other in one))


def _split(text: str | None) -> list[str]:
    return [
        part
        for part in (
            clean(part)
            for part in re.split(r"[;|\n•]|,(?=\s)(?!\s*(?:A\.?\s?C|S\.?\s?C|I\.?\s?A\.?\s?P)\b)", text or "")
        )
        if part
    ]
