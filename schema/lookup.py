"""One object by its key or its id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hub.normalise import places
from schema.context import Context
from schema.errors import bad_input
from schema.ids import parse_global_id
from schema.read.file import COMMITMENT_COLUMNS, EVENT_COLUMNS, commitment_of, event_of
from schema.read.rows import CommitmentRow, EventRow

if TYPE_CHECKING:
    from schema.types.node import Node

_KEY = re.compile(r"\d{2}(\d{3})?", re.ASCII)


def state_code(text: str) -> str | None:
    """INEGI key of a state in any spelling; None where it names none, or the nation."""
    code = places.resolve_state(text).value
    return None if code == places.NATION.code else code


def jurisdiction_code(text: str) -> str:
    """An INEGI key.

    Raises:
        HubError: BAD_USER_INPUT, it has not the form of one.
    """
    if _KEY.fullmatch(text):
        return text
    raise bad_input(
        f'{text[:60]!r} is not an INEGI key. Give "00" for the nation, two digits for a state, five for a municipality.',
        field="code",
    )


async def commitment_by_key(context: Context, key: str) -> CommitmentRow | None:
    """A merged commitment by its code, or a source's own record by ``code@source``."""
    row = await context.loaders.commitment(key)
    if row is not None or "@" not in key:
        return row
    code, _, source = key.rpartition("@")
    found = context.file.one(
        f"SELECT {COMMITMENT_COLUMNS} FROM commitment_row r JOIN commitment_more m ON m.id = r.id "
        "WHERE r.code = ? AND r.source = ? AND r.is_primary = 0 ORDER BY r.id LIMIT 1",
        (context.file.resolve_alias(code), source),
    )
    return commitment_of(found) if found else None


async def commitment_by_id(context: Context, id: str) -> CommitmentRow | None:
    """The commitment with this global id; None for the id of something else.

    Raises:
        HubError: BAD_USER_INPUT, it is no id.
    """
    type_name, key = parse_global_id(id)
    return await commitment_by_key(context, key) if type_name == "Commitment" else None


def _event(context: Context, key: str) -> EventRow | None:
    source, _, native_key = key.partition("/")
    found = context.file.one(
        f"SELECT {EVENT_COLUMNS} FROM event WHERE source = ? AND native_key = ? AND date IS NOT NULL",
        (source, native_key),
    )
    return event_of(found) if found else None


async def node_by_id(context: Context, id: str) -> Node | None:
    """The object with this global id; None where there is none.

    Raises:
        HubError: BAD_USER_INPUT, it is no id.
    """
    from schema.types import commitment, event, jurisdiction, ods, plan, run, source

    type_name, key = parse_global_id(id)
    loaders = context.loaders
    match type_name:
        case "Commitment":
            record = await commitment_by_key(context, key)
            return commitment.Commitment.of(record) if record else None
        case "ActionPlan":
            found = await loaders.plan(key)
            return plan.ActionPlan.of(found) if found else None
        case "Jurisdiction":
            return jurisdiction.Jurisdiction.maybe(await loaders.jurisdiction(key))
        case "OdsGoal":
            goal = next((row for row in context.file.goals().values() if str(row.number) == key), None)
            return ods.OdsGoal.of(goal) if goal else None
        case "Source":
            publisher = await loaders.source(key)
            return source.Source.of(publisher) if publisher else None
        case "HarvestRun":
            harvest = await loaders.run(key)
            return run.HarvestRun.of(harvest) if harvest else None
        case "Event":
            happening = _event(context, key)
            return event.Event.of(happening) if happening else None
        case _:
            return None
