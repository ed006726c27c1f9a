"""Objects that are no row: connections, edges, facets, counts. Compiled to a function from a Python value to JSON."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import orjson
from graphql import GraphQLObjectType, SelectionSetNode

from schema.plan.run import NotPlannedError, Run
from schema.plan.select import Document, Selected

_FORM = re.compile(rb'"%b"|%[bd]')
"""The forms that columns have."""
Write = Callable[[Run, Any], bytes]
Make = Callable[[Selected], Write]


def as_object(
    document: Document, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode], fields: Mapping[str, Make]
) -> Write:
    """What writes an object of this type, given what makes the writer of each of its fields."""
    pairs: list[tuple[bytes, Write]] = []
    text = "{"
    for selected in document.fields(kind, sets):
        text += f'{"" if text == "{" and not pairs else ","}"{selected.key}":'
        if selected.name == "__typename":
            text += f'"{kind.name}"'
            continue
        make = fields.get(selected.name)
        if make is None:
            raise NotPlannedError(f"{kind.name}.{selected.name}")
        pairs.append((text.encode(), make(selected)))
        text = ""
    end = (text + "}").encode()

    def write(run: Run, value: Any) -> bytes:
        return b"".join([before + part(run, value) for before, part in pairs]) + end

    return write


def as_list(write: Write, items: Callable[[Run, Any], Iterable[Any]]) -> Write:
    """What writes a list of objects."""

    def written(run: Run, value: Any) -> bytes:
        return b"[" + b",".join([write(run, item) for item in items(run, value)]) + b"]"

    return written


@dataclass(frozen=True, slots=True)
class Column:
    """One field of every object of a list: `form` is how a cell is written, such as ``%d``; `read` gives the cells.

    `still`: where the cells may be the same for a whole version of the data, what they hang on besides; "" if they are not.
    """

    form: str
    read: Callable[[Run, Any], Iterable[Any]]
    still: Callable[[Run, Any], str] | None = None


def as_rows(
    document: Document,
    kind: GraphQLObjectType,
    sets: Sequence[SelectionSetNode],
    fields: Mapping[str, Callable[[Selected], Column]],
    size: Callable[[Run, Any], int],
) -> Write:
    """What writes a list of `size` objects, a column at a time; what stays the same in all of them is put together once."""
    members: list[str] = []
    columns: list[Column] = []
    for selected in document.fields(kind, sets):
        if selected.name == "__typename":
            members.append(f'"{selected.key}":"{kind.name}"')
            continue
        make = fields.get(selected.name)
        if make is None:
            raise NotPlannedError(f"{kind.name}.{selected.name}")
        column = make(selected)
        members.append(f'"{selected.key}":{column.form}')
        columns.append(column)
    form = ("{" + ",".join(members) + "}").encode()
    known = [column.still for column in columns if column.still is not None]
    moving = [column.read for column in columns if column.still is None]

    def outline(run: Run, value: Any) -> bytes:
        """The whole list with the cells that stay filled in."""
        kept = [
            repeat(column.form.encode())
            if column.still is None
            else [(column.form.encode() % cell).replace(b"%", b"%%") for cell in column.read(run, value)]
            for column in columns
        ]
        blank = _FORM.sub(b"%b", form)
        return b"[" + b",".join([blank % cells for cells in zip(*kept, strict=False)]) + b"]"

    def write(run: Run, value: Any) -> bytes:
        if not columns:
            return b"[" + b",".join([form] * size(run, value)) + b"]"
        whats = [still(run, value) for still in known]
        if whats and all(whats):
            texts = run.model.remember(f"{form!r} {whats}")
            if not texts:
                texts[""] = outline(run, value)
            return texts[""] % tuple(chain.from_iterable(zip(*[read(run, value) for read in moving], strict=True)))
        rows = zip(*[column.read(run, value) for column in columns], strict=True)
        return b"[" + b",".join([form % row for row in rows]) + b"]"

    return write


def numbers(read: Callable[[Run, Any], Iterable[int]]) -> Callable[[Selected], Column]:
    """A column of Ints that are never null."""
    return lambda selected: Column("%d", read)


def json(read: Callable[[Run, Any], Iterable[bytes]]) -> Callable[[Selected], Column]:
    """A column of what is JSON already."""
    return lambda selected: Column("%b", read)


def integer(get: Callable[[Any], int]) -> Make:
    """An Int that is never null."""
    return lambda selected: lambda run, value: b"%d" % get(value)


def dumps(value: Any) -> bytes:
    """JSON."""
    return orjson.dumps(value)


def boolean(value: bool) -> bytes:
    """The same of a truth value."""
    return b"true" if value else b"false"


def node_id(type_name: str, key: Any) -> str:
    """The global id of an object (`schema.ids.global_id`), as SQL calls it."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode("ascii")
