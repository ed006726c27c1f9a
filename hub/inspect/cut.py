"""How much of a page a preview looks at: its first elements, counted, so that equal pages get equal reports."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import islice

from connectors.base import Snapshot
from connectors.limits import BLOCK
from connectors.sniff import HEAD, Format, sniff
from hub.inspect.watch import Watch

MOST_ELEMENTS = 20_000
"""Blocks of a page (rows, items, paragraphs, headings, boxes) that are looked at. A harvest reads the page whole."""


def beginning(snapshot: Snapshot, watch: Watch) -> Snapshot:
    """As much of a body as is looked at: all of it, but for a long page, of which the watch is told how long it is."""
    data = snapshot.read()
    if sniff(data[:HEAD], declared=snapshot.charset).format is not Format.HTML:
        return snapshot
    blocks = BLOCK.finditer(data)
    after = next(islice(blocks, MOST_ELEMENTS, None), None)
    if after is None:
        return snapshot
    watch.elements = max(watch.elements, MOST_ELEMENTS + 1 + sum(1 for _ in blocks))
    start = data[: after.start()]
    return replace(snapshot, content=start, size=len(start), sha256=hashlib.sha256(start).hexdigest())
