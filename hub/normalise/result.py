"""What every normaliser answers: a value or none, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(StrEnum):
    """Why a cell has the value it has, or has none."""

    MATCHED = "matched"
    """The cell says exactly this; `value` is set."""
    EMPTY = "empty"
    """The source says that it has none. Not an issue."""
    AMBIGUOUS = "ambiguous"
    """The cell allows several readings; none is chosen."""
    UNMATCHED = "unmatched"
    """No vocabulary knows the cell."""
    OUT_OF_RANGE = "out-of-range"
    """The cell is read, and says what cannot be (a progress of 117 %, goal 18)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of a cell that gave no value although the rest did (goal 18 in a list of goals)."""

    outcome: Outcome
    raw: str
    message: str


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """The answer of a normaliser.

    Attributes:
        outcome: why; `value` is set if and only if it is MATCHED.
        value: the normal form.
        message: for a person, in Spanish; empty for a plain match.
        suggestion: the nearest known value, for the reviewer. Never becomes the value by itself.
        problems: pieces of the cell that gave no value.
    """

    outcome: Outcome
    value: T | None = None
    message: str = ""
    suggestion: str | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def matched(self) -> bool:
        return self.outcome is Outcome.MATCHED


def matched(value: T, problems: tuple[Problem, ...] = ()) -> Result[T]:
    return Result(Outcome.MATCHED, value, problems=problems)


def empty() -> Result[T]:
    return Result(Outcome.EMPTY)


def ambiguous(message: str, suggestion: str | None = None) -> Result[T]:
    return Result(Outcome.AMBIGUOUS, None, message, suggestion)


def unmatched(message: str, suggestion: str | None = None) -> Result[T]:
    return Result(Outcome.UNMATCHED, None, message, suggestion)


def out_of_range(message: str) -> Result[T]:
    return Result(Outcome.OUT_OF_RANGE, None, message)
