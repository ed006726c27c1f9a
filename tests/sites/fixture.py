"""The `sites` fixture: one server for the whole run, as on the first day for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sites.server import Sites


@pytest.fixture(scope="session")
def _running_sites() -> Iterator[Sites]:
    with Sites() as sites:
        yield sites


@pytest.fixture
def sites(_running_sites: Sites) -> Sites:
    """The local web of imitation state sites, all faults off and nothing asked yet."""
    _running_sites.reset()
    return _running_sites
