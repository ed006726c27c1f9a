"""The whole of it, as the mutations call it."""

from __future__ import annotations

from hub.registration.decisions import Decisions
from hub.registration.preview import Previews
from hub.registration.sources import Sources


class Office(Sources, Previews, Decisions):
    """The `schema.registration.Registration` of a running hub. Every refusal is a value, never an exception."""
