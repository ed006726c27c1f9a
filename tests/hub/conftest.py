"""The hub of `tests/hub/harvest` for the modules that put it together."""

from tests.hub.harvest.conftest import authorities, world

__all__ = ["authorities", "world"]
