"""Shared by the whole suite: the async backend, and the way to the real published inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ("tests.npm", "tests.sites.fixture", "tests.stores")

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shared() -> Path:
    """The folder of real published inputs, where there is one."""
    if not (SHARED / "sources").is_dir():
        pytest.skip("the real published inputs (../shared) are not here")
    return SHARED
