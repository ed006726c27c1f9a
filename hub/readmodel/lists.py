"""What many rows say alike: worked out once for each different saying, and not for each row."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from hub.readmodel.postings import UINT32

MANY = 20_000
"""Different sayings that are remembered: most rows share few, but nothing keeps each from having its own."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(dict[K, V]):
    """What a function makes of each argument. Looked up as in any dictionary, which is made where it is missing.

    Args:
        make: the function; what it gives back must not hang on what came before.
    """

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        if len(self) >= MANY:
            self.clear()
        found = self[key] = self._make(key)
        return found


class Listed:
    """A list that rows have.

    Args:
        said: what is written of it.
        sets: the sets of rows that its rows belong to.

    Attributes:
        rows: those that have it and are not in the sets yet.
    """

    __slots__ = ("rows", "said", "sets")

    def __init__(self, said: Any, sets: list[array[int]]) -> None:
        self.said = said
        self.sets = sets
        self.rows = array(UINT32)


class Lists:
    """The different lists in one column, and which rows have which.

    A row is noted once, with its list; the sets of the list's members take its rows over all at once, when they `settle`.

    Args:
        make: what is known of a list.
    """

    def __init__(self, make: Callable[[Any], Listed]) -> None:
        self._make = make
        self._known: dict[Any, Listed] = {}
        self._settled: dict[int, array[int]] = {}

    def note(self, ids: range, column: Sequence[Hashable]) -> list[Any]:
        """Note the lists of the next rows; gives back of each what is written of it."""
        if len(self._known) > MANY:
            self._pass_on()
        known, said = self._known, []
        for number, members in zip(ids, column, strict=True):
            listed = known.get(members)
            if listed is None:
                listed = known[members] = self._make(members)
            listed.rows.append(number)
            said.append(listed.said)
        return said

    def settle(self) -> None:
        """Must be called once, after the last row: only then the sets have their rows, in order."""
        self._pass_on()
        for ids in self._settled.values():
            ids[:] = array(UINT32, sorted(ids))

    def _pass_on(self) -> None:
        for listed in self._known.values():
            for ids in listed.sets:
                ids.extend(listed.rows)
                self._settled[id(ids)] = ids
        self._known.clear()
