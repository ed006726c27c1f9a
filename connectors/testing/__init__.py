"""The connector author's kit: hold a connector to every rule that the hub relies on, in three lines.

    def test_my_connector_keeps_the_rules(connector_rules):
        connector_rules(MyConnector, fixture=HERE / "page.html", golden=HERE / "page.json")

`connector_rules` is a pytest fixture of the plug-in that comes with the hub; `hold_to_the_rules` is the same without
pytest. Nothing here is imported before it is used, so that the plug-in costs other test suites nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.testing.hold import RulesBroken, hold_to_the_rules
    from connectors.testing.rules import RULES

_WHERE = {"RulesBroken": "hold", "hold_to_the_rules": "hold", "RULES": "rules"}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


__all__ = ["RULES", "RulesBroken", "hold_to_the_rules"]
