"""What a planned field says of itself: the column, join or list that it is made of.

In the SQL of a declaration ``{t}`` stands for the row of the field's own type and ``{m}`` for the second table of a
commitment's row, which is joined only when something asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

KEY = "planned"


class Form(Enum):
    """How a SQL value becomes JSON."""

    TEXT = "text"
    """Any text: quoted and escaped."""
    WORD = "word"
    """Text that needs no escaping: enum values, dates, keys."""
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    JSON = "json"
    """JSON already."""


@dataclass(frozen=True, slots=True)
class Column:
    """A scalar. `promised`: the type promises a value although the table does not; none means the executed path."""

    sql: str
    form: Form = Form.TEXT
    nullable: bool = True
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Same:
    """An object made of the same row, such as lineage."""


@dataclass(frozen=True, slots=True)
class One:
    """Another row: ``{j}`` is it. `table` and `on` make the join; `as_of` replaces `on` where versions are read.

    `few`: the cell that names the row by its `key`, where many rows name few: each is then written once, without a join.
    """

    table: str
    on: str
    nullable: bool = False
    as_of: str | None = None
    few: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """Rows that belong to this one, in order: ``{j}`` is each of them."""

    table: str
    where: str
    order: str


@dataclass(frozen=True, slots=True)
class Held:
    """Rows held once and named in a cell by their ids, with spaces between: ``{j}`` is each of them."""

    table: str
    cell: str


@dataclass(frozen=True, slots=True)
class Body:
    """A list or value inside the record's JSON, by its name there."""

    name: str


@dataclass(frozen=True, slots=True)
class Special:
    """What has a compiler of its own in `schema.plan`, by name; `sql` are the cells of the row that it needs."""

    name: str
    sql: tuple[str, ...] = ()


Planned = Column | Same | One | Many | Held | Body | Special


def planned(declaration: Planned) -> Mapping[str, Any]:
    """The metadata of a Strawberry field that the planner reads."""
    return {KEY: declaration}


def text(sql: str, *, nullable: bool = True, promised: bool = False) -> Column:
    """Any text."""
    return Column(sql, Form.TEXT, nullable, promised)


def word(sql: str, *, nullable: bool = True, promised: bool = False) -> Column:
    """An enum value, date or key."""
    return Column(sql, Form.WORD, nullable, promised)


def number(sql: str, *, nullable: bool = True) -> Column:
    """An Int."""
    return Column(sql, Form.INT, nullable)
