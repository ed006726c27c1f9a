"""Which platform an address or page belongs to, and which of our connectors leads to its files. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

HEAD = 200_000


@dataclass(frozen=True, slots=True)
class Platform:
    """A recognised platform.

    Attributes:
        name: as its makers write it.
        connector: ours that reads it; None where its pages or files are read like any other.
        options: what the address itself tells.
        url: the address to read instead, where the platform has a better one.
    """

    name: str
    connector: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None


_GENERATOR = re.compile(
    rb"""<meta[^>]+name\s*=\s*["']generator["'][^>]+content\s*=\s*["']([^"'>]{2,120})""", re.IGNORECASE
)
_GENERATOR_TURNED = re.compile(
    rb"""<meta[^>]+content\s*=\s*["']([^"'>]{2,120})["'][^>]+name\s*=\s*["']generator["']""", re.IGNORECASE
)
_OGP = re.compile(
    rb"opengovpartnership|open government partnership|alianza para el gobierno abierto|/commitments/[A-Z]{2,5}\d{3,5}",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"/(?:members?|miembros?)/[^/]+")
_SHEET = re.compile(r"/spreadsheets/(?:u/\d+/)?d/")
_ODS_DATASET = re.compile(
    r"^(?P<base>.*?)/explore/dataset/(?P<dataset>[^/?#]+)|^(?P<base2>.*?)/api/explore/v2\.\d/catalog/datasets/(?P<dataset2>[^/?#]+)"
)


def recognise(url: str, headers: Mapping[str, str], body: bytes) -> Platform | None:
    """The platform behind an answer; None for a plain file or page.

    Args:
        url: the address that was asked for.
        headers: of the answer, names in any case.
        body: its beginning at least.
    """
    head = body[:HEAD]
    told = {name.lower(): value for name, value in headers.items()}
    page = head.lstrip()[:1] == b"<"
    return _by_address(url) or (_by_page(url, told, head) if page else _by_answer(url, head))


def _by_address(url: str) -> Platform | None:
    parts = urlsplit(url)
    if _SHEET.search(parts.path) or (parts.hostname == "docs.google.com" and "spreadsheet" in parts.path):
        gid = (parse_qs(parts.query).get("gid") or parse_qs(parts.fragment).get("gid") or [""])[0]
        return Platform("Google Sheets", "google_sheets", {"gid": int(gid)} if gid.isdigit() else {})
    dataset = _ODS_DATASET.match(url)
    if dataset and "/exports/" not in url and "/download" not in url:
        base, name = dataset["base"] or dataset["base2"], dataset["dataset"] or dataset["dataset2"]
        return Platform(
            "Opendatasoft", None, {}, f"{base}/api/explore/v2.1/catalog/datasets/{name}/exports/csv?use_labels=true"
        )
    if parts.path.rstrip("/").endswith(("/v1/graphql", "/v1alpha1/graphql")):
        return Platform("Hasura", "graphql")
    return None


def _by_page(url: str, headers: Mapping[str, str], head: bytes) -> Platform | None:
    if _MEMBER.search(urlsplit(url).path) and _OGP.search(head):
        return Platform("OGP", "ogp_local")
    found = _GENERATOR.search(head) or _GENERATOR_TURNED.search(head)
    generator = found.group(1).decode("utf-8", "replace").casefold() if found else ""
    low = head.lower()
    powered = (
        headers.get("x-powered-by", "").casefold()
        + headers.get("x-generator", "").casefold()
        + headers.get("server", "").casefold()
    )
    path = urlsplit(url).path
    dataset = re.search(r"/dataset/[^/?#]+", path)
    if "dkan" in generator or (b"dkan" in low[:20_000] and dataset):
        return Platform("DKAN", "dkan")
    if "ckan" in generator or (dataset and (b"data-module=" in low or b"ckan" in low)):
        return Platform("CKAN", "ckan") if dataset else Platform("CKAN")
    if "wordpress" in generator or b"/wp-content/" in low or b"/wp-json" in low or "wp-json" in headers.get("link", ""):
        return Platform("WordPress", "wordpress")
    if "joomla" in generator or b"/media/jui/" in low or b"option=com_content" in low:
        return Platform("Joomla")
    if (
        "drupal" in generator
        or "drupal" in powered
        or b"drupal-settings-json" in low
        or b"/sites/default/files/" in low
    ):
        return Platform("Drupal")
    if b"opendatasoft" in low:
        return Platform("Opendatasoft")
    if "blogger" in generator or "wix" in generator or "squarespace" in generator:
        return Platform(generator.split()[0].title())
    return None


def _by_answer(url: str, head: bytes) -> Platform | None:
    """By the shape of a JSON answer."""
    path = urlsplit(url).path
    if head.lstrip()[:1] not in (b"{", b"["):
        return None
    if re.search(r"/api/(?:3/)?action/(?:package_show|package_search|datastore_search)", path):
        if b'"success"' not in head:
            return None
        return _ckan_answer(url)
    if "/api/action/datastore/search.json" in path:
        return Platform("DKAN", "dkan", {"generation": 1})
    if "/api/1/metastore/" in path or "/api/1/datastore/" in path:
        return Platform("DKAN", "dkan")
    if "/wp-json/wp/v2/" in path:
        return Platform("WordPress", "wordpress")
    if b"project-open-data.cio.gov" in head or b'"dcat:' in head or b"www.w3.org/ns/dcat" in head:
        return Platform("DCAT", "dcat")
    if path.endswith("/data.json") and _keys(head) & {"dataset", "conformsTo"}:
        return Platform("DCAT", "dcat")
    if b'"errors"' in head[:400] and path.endswith("/graphql"):
        return Platform("GraphQL", "graphql")
    return None


def _ckan_answer(url: str) -> Platform:
    asked = parse_qs(urlsplit(url).query)
    named = asked.get("id") or asked.get("name_or_id")
    if "package_show" in url and named:
        return Platform("CKAN", "ckan", {"dataset": named[0]})
    if "package_search" in url:
        options = {name: asked[key][0] for name, key in (("search", "q"), ("filter", "fq")) if key in asked}
        return Platform("CKAN", "ckan", options or {"search": "compromisos"})
    return Platform("CKAN")


def _keys(head: bytes) -> set[str]:
    try:
        document = json.loads(head)
    except (ValueError, RecursionError):
        return {match.decode("ascii", "replace") for match in re.findall(rb'"(\w{3,20})"\s*:', head[:4_000])}
    return set(document) if isinstance(document, dict) else set()
