"""What a compiled plan is given when it runs, and how it says that it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import apsw

from hub.readmodel.reader import ReadModel
from schema.context import Settings


class NotPlannedError(Exception):
    """This operation is left to the executed path: nothing is wrong with it, or that path says what is.

    `why` is for the log.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class Run:
    """One execution: the version of the data, the values of the operation, and what it has looked up already."""

    model: ReadModel
    settings: Settings
    variables: dict[str, Any]
    literals: list[str]
    kept: dict[Any, Any] = field(default_factory=dict)

    def rows(self, sql: str, bindings: Any = ()) -> apsw.Cursor:
        """Run one statement on the version of the data."""
        return self.model.connection.execute(sql, bindings)

    def effective(self, as_of: str | None) -> str | None:
        """The instant to look at: None where nothing that the file holds was published later."""
        return None if as_of is None or as_of >= self.model.published_at else as_of
