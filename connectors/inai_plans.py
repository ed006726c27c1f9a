"""The plans that a local-exercise page tells: which sentence published each, and which list is its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.base import SourceChanged
from connectors.blocks import Block
from connectors.inai_lists import Item, labelled_items
from connectors.inai_prose import Act, Acts, declared_count, plan_ordinal
from connectors.inai_unlabelled import unlabelled_items
from connectors.spanish import fold
from connectors.states import STATES

_MOST_PLANS = 30
"""Lists that one page may tell; a state has had at most a handful of plans."""


@dataclass(slots=True)
class Plan:
    """A plan as the page tells it: the sentence that published it, its commitments."""

    act: Act | None = None
    items: list[Item] = field(default_factory=list)
    ordinal: int | None = None
    declared: int | None = None
    key: str = ""


def find_plans(blocks: list[Block], acts: Acts) -> list[Plan]:
    """The plans a page tells, each with the list that follows the sentence that published it."""
    runs = _told_once(_runs(labelled_items(blocks)))
    if len(runs) > _MOST_PLANS:
        raise SourceChanged(
            f"La página numera sus compromisos desde el 1 más de {_MOST_PLANS} veces.", code="NOT_THIS_KIND"
        )
    plans: list[Plan] = []
    last = 0
    for run in runs:
        first = run[0].block.position
        before = [act for act in acts.published if last <= act.block.position <= first]
        plans += _without_list(before[:-1], _ordinal(before[-1]) if before else None)
        act = next(
            (a for a in before if a.strong and _ordinal(a) == _ordinal(before[-1])), before[-1] if before else None
        )
        plans.append(Plan(act=act, items=run, ordinal=_ordinal(act) if act else None))
        last = run[-1].block.position
    rest = [act for act in acts.published if act.block.position > last and act.strong]
    if plans and plans[-1].act is None and rest:
        plans[-1].act, plans[-1].ordinal = rest[0], _ordinal(rest[0])
    elif plans:
        plans += _without_list(rest, plans[-1].ordinal or 1)
    elif rest:
        plans = _without_list(rest, None) or [Plan(act=rest[0], ordinal=_ordinal(rest[0]))]
    for plan in plans:
        plan.declared = _declared(plan, blocks)
        if plan.act is not None and all(item.proactive for item in plan.items):
            position = plan.act.block.position
            after = [block for block in blocks if block.position > position]
            plan.items = _with_labelled(unlabelled_items(after, plan.declared, [plan.act.block]), plan.items)
    _name_plans(plans)
    return plans


def _with_labelled(found: list[Item], labelled: list[Item]) -> list[Item]:
    """The items of a list of which only the proactive ones say what they are; just those where there is no such list."""
    own = {item.block.position: item for item in labelled}
    if not own.keys() <= {item.block.position for item in found}:
        return labelled or found
    return [own.get(item.block.position, item) for item in found]


def _ordinal(act: Act) -> int | None:
    return plan_ordinal(act.sentence)


def _without_list(acts: Sequence[Act], but: int | None) -> list[Plan]:
    """Plans that are only named: one for each ordinal told that is not that of a plan already known."""
    named: dict[int, Plan] = {}
    for act in acts:
        ordinal = _ordinal(act)
        if act.strong and ordinal is not None and ordinal != but:
            named.setdefault(ordinal, Plan(act=act, ordinal=ordinal))
    return list(named.values())


def _runs(items: list[Item]) -> list[list[Item]]:
    """Lists of commitments: numbering that starts again at 1 begins the list of another plan."""
    runs: list[list[Item]] = []
    for item in items:
        again = not item.proactive and _counts_again(
            item.number, [i.number for i in runs[-1] if not i.proactive] if runs else []
        )
        if not runs or again:
            runs.append([])
        runs[-1].append(item)
    return runs


def _told_once(runs: list[list[Item]]) -> list[list[Item]]:
    """The lists without those that only tell one before them again: a version to print, an index above the sheets."""
    once: list[list[Item]] = []
    for run in runs:
        same = next((before for before in once if [*map(_what, before)] == [*map(_what, run)]), None)
        if same is None:
            once.append(run)
            continue
        for item, again in zip(same, run, strict=True):
            item.description = item.description or again.description
            item.url = item.url or again.url
    return once


def _what(item: Item) -> tuple[int | None, bool, str]:
    return item.number, item.proactive, fold(item.title)


def _counts_again(number: int | None, before: Sequence[int | None]) -> bool:
    """Whether a number begins another list: the 1 after a list that had its own, or what follows the 1 of one that counted down."""
    if number == 1:
        return 1 in before or (bool(before) and not any(before))
    return number in before and before[-1] == 1 and len(before) > 1


def _declared(plan: Plan, blocks: list[Block]) -> int | None:
    if plan.act is not None:
        text = plan.act.block.text
        position = plan.act.block.position
        told = text[max(0, text.find(plan.act.sentence)) :]
        until = plan.items[0].block.position if plan.items else position + 4
        told += " " + " ".join(b.text for b in blocks if position < b.position < until and not b.heading)
        return declared_count(told)
    before = [b.text for b in blocks if b.position < plan.items[0].block.position]
    return declared_count(before[-1]) if before else None


def _name_plans(plans: list[Plan]) -> None:
    """Keys that do not move when the page is reordered: the ordinal told, else the rank by publication."""

    def told(plan: Plan) -> tuple[int, int, int]:
        return plan.act.date.sort_key if plan.act else (9999, 0, 0)

    taken = {plan.ordinal for plan in plans if plan.ordinal}
    free = (number for number in range(1, len(plans) * 2 + 1) if number not in taken)
    for plan in sorted(plans, key=told):
        plan.key = f"pal-{plan.ordinal or next(free)}"


_ORDINAL_TITLES = {1: "Primer", 2: "Segundo", 3: "Tercer", 4: "Cuarto", 5: "Quinto", 6: "Sexto"}


def plan_title(plan: Plan, key: str) -> str:
    ordinal = _ORDINAL_TITLES.get(plan.ordinal or 0)
    return f"{ordinal + ' ' if ordinal else ''}Plan de Acción Local de {STATES[key]}"
