"""What stands inside the answer of a platform: the pages in WordPress' JSON, the file that a catalogue led to. Pure."""

from __future__ import annotations

import json
from typing import Any

from connectors.base import Snapshot

_FILES = frozenset({"ckan", "dkan", "dcat", "google_sheets", "wayback"})
_STORED = ("datastore_search?", "/datastore/query/", "/datastore/search.json")


def inside(connector: str, snapshot: Snapshot) -> list[Snapshot] | None:
    """The bodies to look for tables in; None where only the platform's own connector can read the answer."""
    if connector == "wordpress":
        return _pages(snapshot)
    if connector in _FILES and not any(mark in snapshot.url for mark in _STORED):
        return [snapshot]
    return None


def _pages(snapshot: Snapshot) -> list[Snapshot]:
    """The pages of a REST answer as pages of their own; a page that was fetched as such is one."""
    data = snapshot.read()
    if "/wp-json/" not in snapshot.url or data.lstrip()[:1] not in (b"[", b"{"):
        return [snapshot]
    try:
        answer = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return [snapshot]
    posts = answer if isinstance(answer, list) else [answer]
    return [_page(snapshot, post) for post in posts if isinstance(post, dict)]


def _page(snapshot: Snapshot, post: dict[str, Any]) -> Snapshot:
    title, content = _rendered(post.get("title")), _rendered(post.get("content"))
    # the body alone is what the connector reads; the title tells what the page is about
    body = f"{content}\n<h1>{title}</h1>".encode()
    return Snapshot(
        url=str(post.get("link") or snapshot.url), sha256=snapshot.sha256, fetched_at=snapshot.fetched_at, size=len(body),
        media_type="text/html", charset="utf-8", content=body,
    )  # fmt: skip


def _rendered(part: Any) -> str:
    said = part.get("rendered") if isinstance(part, dict) else part
    return said if isinstance(said, str) else ""
