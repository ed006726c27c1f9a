"""The half of an inspection that fetches: the address once, and where it is a platform's, what its connector leads to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from connectors.base import Connector, Context, Fetch, HarvestError, Snapshot, SourceInfo
from connectors.registry import make as make_connector
from hub.inspect import graphql_query
from hub.inspect.candidates import WRONG_STATE, Make
from hub.inspect.engine import Asked, failed, inspect_snapshots
from hub.inspect.messages import Lang
from hub.inspect.model import ENOUGH, Inspection
from hub.inspect.platforms import Platform, recognise
from hub.inspect.wrap import Wrap
from hub.normalise.lookups import Lookups

MOST_SNAPSHOTS = 8
"""Bodies that an inspection reads of a platform; a harvest reads them all."""

_LEADING = frozenset({"ckan", "dkan", "wordpress", "google_sheets", "dcat", "graphql", "wayback"})
"""Connectors that lead to files of other formats or addresses."""
_CRAWLING = frozenset({"ogp_local", "qroo_ficha"})


async def inspect(
    target: str,
    *,
    fetch: Fetch,
    connector: str | None = None,
    options: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    state: str | None = None,
    title: str | None = None,
    key: str = "fuente",
    lang: Lang = "es",
    lookups: Lookups | None = None,
    make: Make = make_connector,
) -> Inspection:
    """Fetch an address (or a local file, where `fetch` allows it) and say what the hub would make of it. Stores nothing.

    Args:
        state: INEGI key of the publisher's jurisdiction, already resolved.
        make: a connector by name and options; give the operator's registry so that its allow-list holds.

    Raises:
        ConfigError: the connector asked for does not exist, is not allowed, or does not take these options or fields.
    """
    asked = Asked(connector, options, fields, state, title, key, lang, lookups or Lookups(), make)
    if connector is None and urlsplit(target).path.rstrip("/").endswith("graphql"):
        endpoint = await graphql_query.look(target, fetch)
        if endpoint is not None:
            return await _led(target, endpoint, asked, fetch)
    if connector is not None and connector in (_LEADING | _CRAWLING):
        return await _led(target, Platform(connector, connector, dict(options or {})), asked, fetch)
    try:
        first = await fetch(target)
    except HarvestError as error:
        return failed(asked, target, error)
    if connector is not None:
        return await _inspected((first,), asked, url=target)
    return await _recognised(target, first, asked, fetch)


async def _recognised(target: str, first: Snapshot, asked: Asked, fetch: Fetch) -> Inspection:
    """By the platform's connector where there is one, else by what was fetched; whichever gives more."""
    platform = recognise(target, first.headers, first.read())
    if platform is None:
        return await _inspected((first,), asked, url=target)
    if platform.connector is not None:
        remembered = _Remembered(fetch, target, first)
        led = await _led(target, platform, asked, remembered)
        if led.report.score >= ENOUGH or led.failure is None or led.failure.code == WRONG_STATE:
            return led
        plain = await _inspected((first,), asked, url=target, platform=platform.name)
        return plain if plain.report.score >= ENOUGH else led
    if platform.url is not None:
        with suppress(HarvestError):
            better = await fetch(platform.url)
            return await _inspected((better,), asked, url=platform.url, platform=platform.name)
    return await _inspected((first,), asked, url=target, platform=platform.name)


class _Remembered:
    """A `Fetch` that does not ask again for what is in hand."""

    def __init__(self, fetch: Fetch, url: str, snapshot: Snapshot) -> None:
        self._fetch = fetch
        self._url = url
        self._snapshot = snapshot

    async def __call__(
        self, url: str, *, method: Any = "GET", headers: Mapping[str, str] | None = None, json: Any = None
    ) -> Snapshot:
        if url == self._url and method == "GET":
            return self._snapshot
        return await self._fetch(url, method=method, headers=headers, json=json)


async def _led(target: str, platform: Platform, asked: Asked, fetch: Fetch) -> Inspection:
    """What a connector that leads to files finds behind an address."""
    assert platform.connector is not None
    options = {**platform.options, **dict(asked.options or {})}
    name = platform.connector
    try:
        made = asked.make(name, options)
    except HarvestError as error:
        if asked.connector is not None:
            raise
        return failed(asked, target, error, platform=platform.name)
    info = SourceInfo(asked.key, asked.title or asked.key, target, asked.state, dict(asked.fields or {}))
    try:
        snapshots = await _gather(made, Context(info, getattr(made, "options", None), fetch))
    except HarvestError as error:
        return failed(asked, target, error, platform=platform.name)
    if not snapshots:
        return inspect_nothing(asked, target, platform)
    return await asyncio.to_thread(inspect_led, snapshots, asked, target, platform, options)


async def _gather(connector: Connector, ctx: Context) -> list[Snapshot]:
    """The first bodies the connector gives, at most `MOST_SNAPSHOTS`; what breaks after the first breaks nothing."""
    found: list[Snapshot] = []
    try:
        async for snapshot in connector.snapshots(ctx):
            found.append(snapshot)
            if len(found) >= MOST_SNAPSHOTS:
                break
    except HarvestError:
        if not found:
            raise
    return found


async def _inspected(
    snapshots: Sequence[Snapshot], asked: Asked, *, url: str, platform: str | None = None
) -> Inspection:
    """The pure half in a thread: a large body takes seconds, and a server has others to answer."""
    return await asyncio.to_thread(inspect_snapshots, snapshots, asked, url=url, platform=platform)


def inspect_nothing(asked: Asked, target: str, platform: Platform) -> Inspection:
    """The report of a platform that leads to nothing."""
    from connectors.base import SourceChanged

    return failed(
        asked, target, SourceChanged("No lleva a ningún archivo.", code="NO_RESOURCE"), platform=platform.name
    )


def inspect_led(
    snapshots: Sequence[Snapshot], asked: Asked, target: str, platform: Platform, options: Mapping[str, Any]
) -> Inspection:
    """Inspect the bodies behind a platform: as the platform's own connector reads them."""
    assert platform.connector is not None
    wrap = Wrap(platform.connector, options)
    return inspect_snapshots(snapshots, asked, url=target, platform=platform.name, wrap=wrap)
