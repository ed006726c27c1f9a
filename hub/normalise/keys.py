"""What a source tells its records apart by, when the connector gives no key; and which plan a commitment names."""

from __future__ import annotations

import hashlib

from connectors.states import STATES
from connectors.whose import states_in
from hub.model import IssueSeverity, Plan, PlanRef, Program
from hub.normalise import kinds
from hub.normalise.context import Desk, RunContext
from hub.normalise.dates import ends
from hub.normalise.profile import number_key
from hub.normalise.text import as_text, clean, words

_IDENTIFYING = (
    "title",
    "plan_key",
    "plan",
    "plan_ordinal",
    "state",
    "municipality",
    "publisher",
    "indicator",
    "ods",
    "date",
)


def digest(*parts: str) -> str:
    """Sixteen characters of SHA-256 over folded parts: case, accents, spaces and punctuation do not move a key."""
    return hashlib.sha256("\x1f".join(words(part) for part in parts).encode()).hexdigest()[:16]


def native_key(desk: Desk, *, plan: str = "", series: str = "C", number: int | None = None) -> str:
    """The record's key in its source, never its row number.

    In this order: the connector's key; the publisher's own code; plan, series and number, where no other
    record of the run shares them; else a hash of the raw cells that identify it (its title, plan and place, not its status, dates or
    progress). The last moves when the publisher rewrites the title: such a source has nothing else to be told by.
    """
    draft = desk.draft
    if draft.key:
        return draft.key
    values = desk.values
    code = values.get("code")
    if code not in (None, "") and (text := clean(as_text(code))):
        return text
    repeated = desk.ctx.decisions.repeated_numbers
    if number is not None and not (repeated and number_key(values) in repeated):
        return f"{plan}#{series}{number}"
    cells = [
        as_text(values.get(name)) for name in _IDENTIFYING if name not in ("ods", "date") or draft.kind != "commitment"
    ]
    return "~" + digest(draft.kind, str(number or ""), *cells)


def program_of(desk: Desk, jurisdiction: str, *titles: str | None) -> Program:
    """The programme: the draft's own cell, else the words of the plan's title, else those of the source's title."""
    own = desk.read("program", kinds.program)
    if own is not None:
        return own
    national = jurisdiction == "00"
    for title in (*titles, desk.ctx.source.title):
        if title:
            found = kinds.program(title, national=national)
            if found.value is not None:
                return found.value
    return Program.OTHER


def plan_ref(desk: Desk, place: str | None) -> PlanRef:
    """The plan that a commitment names; key ``""`` (the source's one implied plan) where it names none."""
    ctx = desk.ctx
    values = desk.values
    title, published = desk.text("plan"), desk.date("plan_published")
    published = ends(published)[0] if published else None
    given = values.get("plan_key")
    ordinal = desk.read("plan_ordinal", kinds.ordinal)
    if ordinal is None and title is not None:
        ordinal = kinds.ordinal(title).value
    named = bool(given) or title is not None or ordinal is not None or published is not None
    jurisdiction = (place or ctx.jurisdiction) if named else ctx.jurisdiction
    program = program_of(desk, jurisdiction, title)
    if not named:
        return PlanRef(key="", jurisdiction=jurisdiction, program=program, title=clean(ctx.source.title) or None)
    _note_another_state(desk, place, title)
    key = as_text(given) or _plan_key(jurisdiction, program, ordinal, published, title)
    return PlanRef(
        key=key, jurisdiction=jurisdiction, program=program, ordinal=ordinal, published=published, title=title
    )


def _note_another_state(desk: Desk, place: str | None, title: str | None) -> None:
    """Warn of a plan whose title names another state than that of its source, where the row itself names none."""
    own = desk.ctx.source.state
    if title is None or place is not None or own is None or own == "00":
        return
    named = states_in(title)
    if len(named) == 1 and own[:2] not in named:
        other, mine = STATES[named.pop()], STATES[own[:2]]
        message = f"El plan «{title[:80]}» dice ser de {other}, y la fuente es de {mine}: revise de quién es."
        desk.note("OTHER_STATE", message, IssueSeverity.WARNING, "plan", title)


def _plan_key(
    jurisdiction: str, program: Program, ordinal: int | None, published: str | None, title: str | None
) -> str:
    if ordinal is not None:
        return f"{jurisdiction}/{program.value}/{ordinal}"
    if published is not None:
        return f"{jurisdiction}/{program.value}/{published}"
    return f"{jurisdiction}/{words(title or '')}"


def plan_of(ref: PlanRef, ctx: RunContext) -> Plan:
    """The plan record of a reference that no draft of its source describes. Implied where the source names no plan."""
    return Plan(
        native_key=ref.key,
        title=ref.title or clean(ctx.source.title) or ctx.source.key,
        jurisdiction=ref.jurisdiction,
        program=ref.program,
        ordinal=ref.ordinal,
        published=ref.published,
        implied=ref.key == "",
    )
