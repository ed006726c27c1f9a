"""How a walk over pages ends, said by name: complete, empty, repeated, at its maximum, or with a broken chain."""

from __future__ import annotations

from collections.abc import Awaitable

from connectors.base import Context, HarvestError, Snapshot, SourceDown

COMPLETE, EMPTY, REPEAT, MAXIMUM, BROKEN = (
    "PAGES_COMPLETE", "PAGES_EMPTY", "PAGES_REPEAT", "PAGES_MAX", "BROKEN_CHAIN",
)  # fmt: skip
"""Codes of the notes. The first two are how a walk should end; the others may mean that records were not read."""


class Walk:
    """One walk over the pages of one listing. `outcome` is how it ended, None while it goes on.

    Args:
        ctx: where the outcome is noted.
        most: how many pages are read at the most.
        what: the listing, for people: “datastore_search”.
    """

    def __init__(self, ctx: Context, most: int, what: str) -> None:
        self.ctx = ctx
        self.most = most
        self.what = what
        self.pages = 0
        self.outcome: str | None = None
        self._seen: set[str] = set()

    async def fetch(self, request: Awaitable[Snapshot]) -> Snapshot | None:
        """The next page; None when it cannot be had although the page before named it (BROKEN_CHAIN).

        Raises:
            HarvestError: the first page fails, or the site is down (then the whole run waits).
        """
        try:
            return await request
        except SourceDown:
            raise
        except HarvestError as error:
            if self.pages == 0:
                raise
            self.broken(error.reason)
            return None

    def goes_on(self, mark: str, count: int | None = None) -> bool:
        """Take account of a page; False when it ends the walk and is not to be read.

        Args:
            mark: what tells one page from another: the hash of its body, its cursor, its address.
            count: how many records it has, where that is known.
        """
        if count == 0:
            self._end(
                EMPTY, f"«{self.what}» termina en una página vacía, después de {self.pages} con registros.", "INFO"
            )
        elif mark in self._seen:
            self._end(REPEAT, f"«{self.what}» repite una página después de {self.pages}: se dejó de leer.", "WARNING")
        else:
            self._seen.add(mark)
            self.pages += 1
        return self.outcome is None

    def complete(self) -> None:
        """The listing itself said that this was the last page."""
        self._end(COMPLETE, f"«{self.what}» se leyó completa: {self.pages} páginas.", "INFO")

    def at_most(self) -> bool:
        """Whether the maximum is reached; the caller stops then."""
        if self.outcome is None and self.pages >= self.most:
            self._end(
                MAXIMUM,
                f"«{self.what}» sigue después de {self.most} páginas, el máximo de esta fuente: suba «max_pages».",
                "WARNING",
            )
        return self.outcome is not None

    def broken(self, reason: str) -> None:
        """A page names a next one that cannot be had, or that leads back."""
        self._end(BROKEN, f"La cadena de páginas de «{self.what}» se rompe en la {self.pages + 1}: {reason}", "WARNING")

    def _end(self, outcome: str, message: str, severity: str) -> None:
        if self.outcome is None:
            self.outcome = outcome
            self.ctx.note(outcome, message, severity=severity, field="pages", raw=str(self.pages))
