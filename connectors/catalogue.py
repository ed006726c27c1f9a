"""Which file of a catalogue is the one with the commitments: chosen by what is declared, else by format and name."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic import Field

from connectors.base import Context, Snapshot, SourceChanged, SourceRefused
from connectors.delegate import DelegateOptions
from connectors.text import clip, fold

_PREFERRED = ("csv", "xlsx", "xls", "ods", "json", "geojson", "html", "pdf")
_LIKELY = re.compile(r"compromiso|plan(?:es)? de accion|gobierno abierto|avance")
_UNLIKELY = re.compile(r"diccionario|metadato|catalogo de|esquema|manual|nota metodologica|ficha tecnica|guia")
_FORMATS = {
    "text/csv": "csv", "application/csv": "csv", "application/json": "json", "application/pdf": "pdf", "text/html": "html",
    "application/vnd.ms-excel": "xls", "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a data set. `format` is lower case without a dot; `stored` where the platform serves its rows too."""

    id: str
    name: str
    url: str
    format: str
    stored: bool = False
    dataset: str = ""


class CatalogueOptions(DelegateOptions):
    """Options of every connector of a catalogue."""

    dataset: str | None = Field(
        default=None, description="conjunto de datos: su clave, o el nombre corto de su dirección"
    )
    resource: str | None = Field(default=None, description="recurso: su clave, o parte de su nombre")
    format: str | None = Field(default=None, description="formato del recurso, p. ej. csv")
    every: bool = Field(default=False, description="leer todos los recursos que cumplen, no sólo el mejor")
    max_pages: int = Field(default=100, ge=1, le=10_000, description="páginas que se piden a lo más")
    page_size: int = Field(default=1000, ge=1, le=32_000, description="registros por página")


def format_of(declared: Any, media_type: Any, url: str) -> str:
    """The format of a resource: as declared, else by media type, else by the ending of its address."""
    for said in (declared, media_type):
        text = fold(str(said)).lstrip(".") if isinstance(said, str) else ""
        text = _FORMATS.get(text.split(";")[0].strip(), text)
        if text and "/" not in text:
            return text
    ending = urlsplit(url).path.rsplit(".", 1)
    return fold(ending[1]) if len(ending) == 2 and len(ending[1]) <= 7 else ""


def choose(resources: Sequence[Resource], options: CatalogueOptions, ctx: Context) -> list[Resource]:
    """The resource to read (all that fit, with `every`), best first.

    Raises:
        SourceChanged: none fits; the message lists what there is.
    """
    fitting = [resource for resource in resources if _fits(resource, options)]
    if not fitting:
        there = "; ".join(f"«{clip(r.name, 50)}» ({r.format or 'sin formato'})" for r in resources[:12]) or "ninguno"
        wanted = " y ".join(
            f"{name} «{value}»" for name, value in (("resource", options.resource), ("format", options.format)) if value
        )
        raise SourceChanged(f"Ningún recurso cumple {wanted or 'lo que se lee'}. Hay: {there}.", code="NO_RESOURCE")
    ranked = sorted(fitting, key=_rank)
    if options.every:
        return ranked
    if len(ranked) > 1 and not options.resource:
        others = "; ".join(f"«{clip(resource.name, 50)}»" for resource in ranked[1:6])
        ctx.note(
            "RESOURCE_CHOSEN",
            f"Se leyó el recurso «{clip(ranked[0].name, 60)}»; también hay {others}. Para otro, declare «resource».",
            severity="INFO", raw=ranked[0].id,
        )  # fmt: skip
    return ranked[:1]


def _fits(resource: Resource, options: CatalogueOptions) -> bool:
    if options.format and fold(options.format).lstrip(".") != resource.format:
        return False
    if not options.resource:
        return bool(resource.url or resource.stored) and (bool(options.format) or resource.format in (*_PREFERRED, ""))
    return options.resource == resource.id or fold(options.resource) in fold(resource.name)


def _rank(resource: Resource) -> tuple[int, int, int, str, str]:
    name = fold(resource.name)
    order = _PREFERRED.index(resource.format) if resource.format in _PREFERRED else len(_PREFERRED)
    return (
        bool(_UNLIKELY.search(name)),
        not _LIKELY.search(f"{name} {fold(resource.dataset)}"),
        order,
        name,
        resource.id,
    )


def read_json(snapshot: Snapshot, what: str) -> Any:
    """The JSON of a platform's answer.

    Raises:
        SourceRefused: the platform shows a login form or a bot wall instead.
        SourceChanged: the answer is not JSON.
    """
    body = snapshot.read()
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if re.search(rb"<form[^>]+login|type=.password|cf-challenge|captcha", body[:20_000], re.IGNORECASE):
            raise SourceRefused(f"{what} pide entrar con una cuenta o pasar una prueba.", code="CHALLENGE") from error
        raise SourceChanged(f"{what} no responde JSON.", code="INVALID_JSON") from error


def text_of(record: Any, *names: str) -> str:
    """The first of the named members that is a text or a number; empty where none is."""
    for name in names:
        found = record.get(name) if isinstance(record, dict) else None
        if isinstance(found, str) and found.strip():
            return found.strip()
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
    return ""


def absolute(base: str, url: str) -> str:
    """An address against the platform's own; empty for what is no http address."""
    try:
        found = urljoin(base, url)
    except ValueError:
        return ""
    return found if urlsplit(found).scheme in {"http", "https"} else ""
