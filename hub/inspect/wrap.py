"""A platform's connector around the one of a format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrap:
    """A platform's connector around the format's: `connector` with `options` and the inner one as its parser."""

    connector: str
    options: Mapping[str, Any]

    def around(self, inner: str, options: Mapping[str, Any], *, default: bool) -> dict[str, Any]:
        """Options of the platform's connector that read a body with the inner one."""
        if self.connector == "google_sheets":
            return {**self.options, **options}
        if default and not options:
            return dict(self.options)
        told: dict[str, Any] = {**self.options, "parser": inner}
        if options:
            told["parser_options"] = dict(options)
        return told
