"""A DCAT catalogue (data.json of DCAT-US, or JSON-LD): data set → distribution → the connector of its format.

Vocabulary: W3C DCAT 3 (`dcat:Dataset`, `dcat:distribution`, `dcat:downloadURL`); project-open-data's `data.json`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

from connectors.base import Context, Options, Snapshot, SourceChanged
from connectors.catalogue import CatalogueOptions, Resource, absolute, choose, format_of, read_json
from connectors.delegate import DelegateConnector
from connectors.paging import Walk
from connectors.text import clip, fold

_LIKELY = re.compile(r"compromiso|gobierno abierto|plan(?:es)? de accion")
_MOST_DEPTH = 12


class DcatOptions(CatalogueOptions):
    """Options of `dcat`: which data set (its identifier, or part of its title) and which distribution."""


class Dcat(DelegateConnector[DcatOptions]):
    """Reads the best distribution of a data set of a catalogue. The source's address is the catalogue's."""

    name: ClassVar[str] = "dcat"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[Options]] = DcatOptions

    async def snapshots(self, ctx: Context) -> AsyncIterator[Snapshot]:
        """The chosen files; the catalogue itself is read page by page where it has several."""
        resources = [resource async for resource in self._resources(ctx)]
        for chosen in choose(resources, self.options, ctx):
            yield await ctx.fetch(chosen.url)

    async def _resources(self, ctx: Context) -> AsyncIterator[Resource]:
        walk = Walk(ctx, self.options.max_pages, "catálogo")
        host = urlsplit(ctx.source.url).netloc
        url: str | None = ctx.source.url
        titles: list[str] = []
        found = False
        while url is not None and not walk.at_most():
            page = await walk.fetch(ctx.fetch(url))
            if page is None:
                break
            document = read_json(page, "El catálogo")
            if not walk.goes_on(page.sha256):
                break
            for identifier, title, resources in _datasets(document, page.url):
                titles.append(title)
                if self._wanted(identifier, title):
                    found = True
                    for resource in resources:
                        yield resource
            url = _next(document, page.url)
            if url is not None and urlsplit(url).netloc != host:
                walk.broken("la página siguiente está en otro sitio.")
                break
        if not titles:
            raise SourceChanged(
                "La dirección no responde un catálogo DCAT con conjuntos de datos.", code="NOT_THIS_KIND"
            )
        if not found:
            there = "; ".join(f"«{clip(title, 50)}»" for title in titles[:12])
            raise SourceChanged(f"Ningún conjunto del catálogo es el que se lee. Hay: {there}.", code="NO_DATASET")

    def _wanted(self, identifier: str, title: str) -> bool:
        if self.options.dataset is None:
            return bool(_LIKELY.search(fold(title)))
        return self.options.dataset == identifier or fold(self.options.dataset) in fold(title)


def _datasets(document: Any, base: str) -> Iterator[tuple[str, str, list[Resource]]]:
    """(identifier, title, files) of every data set of a catalogue page, data.json and JSON-LD alike."""
    nodes = list(_nodes(document))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    seen: set[int] = set()
    for node in nodes:
        distributions = _members(node, "distribution")
        if not distributions or id(node) in seen:
            continue
        seen.add(id(node))
        title = _one(node, "title") or _one(node, "label")
        identifier = _one(node, "identifier") or str(node.get("@id") or "")
        files = [_resource(by_id.get(_id(d), d), base, title) for d in distributions if isinstance(d, dict | str)]
        yield identifier, title, [resource for resource in files if resource is not None]


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document, outermost first; bounded in depth."""
    level: list[Any] = [document]
    for _ in range(_MOST_DEPTH):
        deeper: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                yield node
                deeper.extend(node.values())
            elif isinstance(node, list):
                deeper.extend(node)
        level = [node for node in deeper if isinstance(node, dict | list)]


def _local(key: str) -> str:
    return re.split(r"[:/#]", key)[-1]


def _members(node: dict[str, Any], name: str) -> list[Any]:
    for key, value in node.items():
        if _local(key) == name and value not in (None, "", []):
            return value if isinstance(value, list) else [value]
    return []


def _one(node: dict[str, Any], name: str) -> str:
    """A member as text: plain, ``@value`` (Spanish first) or ``@id``."""
    values = _members(node, name)
    spoken = [v for v in values if isinstance(v, dict) and str(v.get("@language", "")).startswith("es")]
    for value in [*spoken, *values]:
        said = value.get("@value", value.get("@id", value.get("name"))) if isinstance(value, dict) else value
        if isinstance(said, str) and said.strip():
            return said.strip()
        if isinstance(said, int | float) and not isinstance(said, bool):
            return str(said)
    return ""


def _id(distribution: Any) -> str:
    if isinstance(distribution, str):
        return distribution
    return str(distribution.get("@id", ""))


def _resource(node: Any, base: str, title: str) -> Resource | None:
    if not isinstance(node, dict):
        return None
    link = absolute(base, _one(node, "downloadURL") or _one(node, "accessURL"))
    if not link:
        return None
    declared = (
        re.split(r"[/#]", _one(node, "format"))[-1] if _one(node, "format").startswith("http") else _one(node, "format")
    )
    media = re.sub(r"^https?://www\.iana\.org/assignments/media-types/", "", _one(node, "mediaType"))
    own = _one(node, "title") or link
    identifier = _one(node, "identifier") or str(node.get("@id") or link)
    return Resource(identifier, own, link, format_of(declared, media, link), dataset=title)


def _next(document: Any, base: str) -> str | None:
    """The address of the next page of a catalogue (Hydra), if it names one."""
    for node in _nodes(document):
        for name in ("next", "nextPage"):
            for key in node:
                if _local(key) == name and ("hydra" in key or key in {"next", "nextPage"}):
                    return absolute(base, _one(node, name)) or None
    return None
