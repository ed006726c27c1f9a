"""What a reading was made from: the same bytes, code and configuration give the same records, so nothing need be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from connectors.base import Connector, Snapshot
from hub import __version__
from hub.store.records import SourceRecord


def fingerprint_of(source: SourceRecord, connector: Connector, snapshots: Iterable[Snapshot], lookups: Any) -> str:
    """A hash of everything a reading depends on.

    Args:
        lookups: whatever JSON tells the reviewed tables of this source apart from others.
    """
    parts = {
        "hub": __version__,
        "connector": [connector.name, connector.version],
        "options": source.options,
        "fields": source.fields,
        "source": [source.title, source.url, source.jurisdiction],
        "lookups": lookups,
        "bytes": [[shot.url, shot.via, shot.sha256, shot.media_type, shot.charset] for shot in snapshots],
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic", enc_hook=str)).hexdigest()
