"""A mark by which a configuration is known again: where it is kept, its sources were checked and are in the store."""

from __future__ import annotations

import hashlib
from importlib.metadata import entry_points

import orjson

from hub import __version__
from hub.config import Config


def mark_of(config: Config) -> int:
    """Which sources a configuration names, as 63 bits: what there is to check and to write is the same where these are.

    The hub's version counts, and those of the packages that bring connectors: another one may know other options.
    """
    brought = {point.dist for point in entry_points(group="gobierno_abierto.connectors")}
    said = {
        "hub": __version__,
        "connectors": sorted(f"{dist.name} {dist.version}" for dist in brought if dist is not None),
        "allowed": config.hub.connectors,
        "sources": {key: source.model_dump(mode="json") for key, source in config.sources.items()},
    }
    digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()
    return int.from_bytes(digest[:8], "big") >> 1
