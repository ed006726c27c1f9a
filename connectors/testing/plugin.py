"""The pytest plug-in: the fixture `connector_rules` and the option `--update-golden`.

pytest loads this module in every run of every environment that has the hub, so it imports pytest and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    group = parser.getgroup("connectors", "connectors of the open-government hub")
    group.addoption(
        "--update-golden", action="store_true", help="write the golden drafts of connectors instead of comparing them"
    )


@pytest.fixture
def connector_rules(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`connectors.testing.hold_to_the_rules`, with `update_golden` from the command line."""
    from connectors.testing.hold import hold_to_the_rules

    update = bool(request.config.getoption("--update-golden"))

    def hold(connector: Any, **more: Any) -> None:
        __tracebackhide__ = True
        hold_to_the_rules(connector, update_golden=update, **more)

    return hold
