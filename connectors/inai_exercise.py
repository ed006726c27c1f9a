"""State pages of the INAI/UNDP programme of local open-government exercises (“… ejercicio local de gobierno abierto”).

One page tells one exercise: who sits in its secretariat, when it joined and was installed, its status, and where a
plan has been published, that plan and its commitments. Handles the kind, not the files: sections are found by
what they say. Names of persons (the facilitator) are never read.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors import base
from connectors.blocks import Block, read_blocks
from connectors.encoding import detect
from connectors.html_page import mended
from connectors.inai_lists import Item
from connectors.inai_members import first_seat, read_members
from connectors.inai_plans import Plan, find_plans, plan_title
from connectors.inai_prose import Acts, find_acts, plan_ordinal
from connectors.ready import ReadyConnector, ready_row
from connectors.spanish import MONTHS, clean, fold
from connectors.states import STATES, state_key
from connectors.table import Reading

_PROGRAMME = re.compile(r"ejercicios?\s+local(?:es)?\s+de\s+(?:gobierno|estado)\s+abierto")
_PROGRAMME_HEADING = re.compile(
    r"\bejer\w{3,8}\s+(?:loc\w{1,6}\s+)?de\s+(?:gob|est)\w{2,6}\s+a\w{4,7}(?:\s+local(?:es)?)?\b"
)
"""A heading may leave “local” out, put it last, or be mistyped."""
_MEMBERS = re.compile(
    r"conforman|integran\b|integrantes|quienes (?:somos|participan)|conformacion|integracion del|"
    r"(?:secretariado|stl|grupo promotor).{0,60}(?:conformad|integrad|compuest|constitui)"
)
_SECTION_END = re.compile(
    r"^\W*(?:facilitador|contexto|antecedentes|estatus|status|situacion|etapa actual|estado (?:actual|del)\b|"
    r"en que (?:etapa|fase)|plan de accion|compromisos)"
)
_WHEN = rf"(?:\d{{1,2}} de |{'|'.join(MONTHS)}|del? |(?:19|20)\d\d)"
_OF_WHAT = (
    r"(?: (?:del|de la|de los) (?:(?:primer|segundo|tercer|cuarto) )?(?:ejercicio|proceso|iniciativa|trabajos|plan|pal|stl)"
    r"(?: local)?(?: de (?:accion|gobierno abierto))?(?: local)?)"
)
_STATUS = re.compile(
    rf"^\W*(?:(?:estatus|status|situacion|etapa|fase|estado actual)(?: (?:actual|general))?{_OF_WHAT}?|estado{_OF_WHAT}|"
    rf"en que (?:(?:etapa|fase|estatus|situacion|punto) )?(?:se encuentra|nos encontramos|esta(?:mos)?|va(?:mos)?)\b[^.:]{{0,60}})"
    rf"(?: actual)?(?:\W+(?:a |al |en )?(?:{_WHEN}\W*)+)?\W*$"
)
_STATUS_INLINE = re.compile(
    rf"^\W*(?:(?:estatus|status|situacion actual|estado actual){_OF_WHAT}?|estado{_OF_WHAT})(?: actual)?\s*[:.–-]\s*(?=\S)"
)
_FACILITATOR = re.compile(r"^\W*facilitador")


class InaiExerciseOptions(base.Options):
    """Options of `inai_exercise`: there are none, the pages tell everything."""


class InaiExercise(ReadyConnector[InaiExerciseOptions]):
    """Reads one state page of the programme into an exercise, its plans and their commitments."""

    name: ClassVar[str] = "inai_exercise"
    version: ClassVar[str] = "1"
    Options: ClassVar[type[base.Options]] = InaiExerciseOptions

    def rows(self, snapshot: base.Snapshot, ctx: base.Context) -> Iterator[base.Row]:
        """One row for the exercise, one a plan, one a commitment.

        Raises:
            SourceChanged: the page is not one of this programme, tells nothing, or is another state's.
        """
        blocks = read_blocks(_decode(snapshot, ctx), snapshot.url)
        blocks, heading, key = _own_part(blocks)
        if ctx.source.state not in (None, "00") and key != ctx.source.state:
            raise base.SourceChanged(
                f"La página es de {STATES[key]} y la fuente está dada de alta para {STATES.get(str(ctx.source.state), ctx.source.state)}: corrija la "
                "entidad de la fuente o su dirección.",
                code="WRONG_STATE",
            )
        acts = find_acts([block for block in blocks if block.heading or read_is_prose(block)], key)
        plans = find_plans(blocks, acts)
        exercise = _exercise_row(blocks, heading, key, acts, plans, ctx)
        yield exercise
        for plan in plans:
            yield _plan_row(plan, key, snapshot.url, heading, _status(blocks))
            _check_count(plan, ctx)
            yield from _commitment_rows(plan, key)


def read_is_prose(block: Block) -> bool:
    """Whether acts may be told in a block: commitments and member lists tell none."""
    return len(block.text) > 25


def _decode(snapshot: base.Snapshot, ctx: base.Context) -> str:
    body = snapshot.read()
    found = detect(io.BytesIO(body), snapshot.charset)
    text = body.decode(found.name, errors=found.errors if found.errors != "strict" else "replace")
    return mended(text, Reading(notes=ctx.notes))


def _own_part(blocks: list[Block]) -> tuple[list[Block], Block, str]:
    """The blocks from the exercise's own heading on, that heading, and the state it names."""
    candidates = sorted(enumerate(blocks), key=lambda told: (told[1].only_leads, not told[1].heading))
    for index, block in candidates:  # headings first; a menu of all the states last
        folded = fold(block.text)
        match = (_PROGRAMME_HEADING if block.heading else _PROGRAMME).search(folded)
        if match is None or len(block.text) > 160:
            continue
        around = [block.text[: match.start()], block.text[match.end() :]]
        if block.heading:
            around += [
                near.text
                for near in (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])
                if near.heading
            ]
        for text in around:
            key = state_key(text)
            if key is not None:
                return blocks[index + 1 :], block, key
    if any(_PROGRAMME.search(fold(block.text)) for block in blocks):
        for index, block in enumerate(blocks):
            key = state_key(block.text) if block.heading else None
            if key is not None:
                return blocks[index + 1 :], block, key
    raise base.SourceChanged(
        "La página no es de un ejercicio local: falta el encabezado «Entidad, ejercicio local de gobierno abierto».",
        code="NOT_THIS_KIND",
    )


def _exercise_row(
    blocks: list[Block], heading: Block, key: str, acts: Acts, plans: list[Plan], ctx: base.Context
) -> base.Row:
    joined = min(acts.joined, key=lambda act: act.date.sort_key, default=None)
    installed = min(acts.installed, key=lambda act: act.date.sort_key, default=None)
    members, phrases, unknown = read_members(_member_blocks(blocks))
    status = _status(blocks)
    if not (joined or installed or members or status or plans):
        raise base.SourceChanged("La página del ejercicio local no trae ningún dato reconocible.", code="NO_FACTS")
    for phrase in unknown:
        ctx.note(
            "UNMATCHED_VALUE",
            f"Sector del secretariado que el modelo no conoce: «{phrase}».",
            field="members",
            raw=phrase,
        )
    for act_name, sentence in acts.undated:
        ctx.note(
            "AMBIGUOUS_VALUE",
            "La página da una fecha sin año; no se adivina.",
            field=_UNDATED_FIELD[act_name],
            raw=sentence,
        )
    values: dict[str, Any] = {
        "state": STATES[key], "joined": joined and joined.date.text,
        "secretariat_installed": installed and installed.date.text, "members": members, "status": status,
        "step": _step(blocks, acts, members, status, plans),
    }  # fmt: skip
    raw: dict[str, Any] = {
        "encabezado": heading.text, "integración": joined and joined.sentence,
        "instalación del secretariado": installed and installed.sentence,
        "conforman el ejercicio": phrases or None, "estatus": status,
    }  # fmt: skip
    columns = {
        "state": "encabezado", "joined": "integración", "secretariat_installed": "instalación del secretariado",
        "members": "conforman el ejercicio", "status": "estatus",
    }  # fmt: skip
    return ready_row("exercise", f"exercise/{key}", values, raw, columns, heading.locator)


_UNDATED_FIELD = {"joined": "joined", "installed": "secretariat_installed", "published": "plan_published"}


def _member_blocks(blocks: list[Block]) -> list[Block]:
    """The section that says who takes part, without the facilitator, who is a person."""
    start = next(
        (
            i
            for i, block in enumerate(blocks)
            if len(block.text) < 300 and not block.only_leads and _MEMBERS.search(fold(block.text))
        ),
        first_seat(blocks),
    )
    if start is None:
        return []
    section: list[Block] = []
    for block in blocks[start:]:
        folded = fold(block.text)
        if section and (_SECTION_END.match(folded) or "declaracion conjunta" in folded):
            break
        section.append(block)
    return section


def _status(blocks: list[Block]) -> str | None:
    for index, block in enumerate(blocks):
        folded = fold(block.text)
        inline = _STATUS_INLINE.match(folded)
        if inline:
            return clean(block.text[inline.end() :])
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        if _STATUS.match(folded) and not block.only_leads and below and not below.heading and not below.only_leads:
            first = below
            texts = [first.text]
            for follower in blocks[index + 2 :]:
                if follower.heading or follower.parent != first.parent or follower.tag != first.tag:
                    break
                if _SECTION_END.match(fold(follower.text)) or _MEMBERS.match(fold(follower.text)):
                    break
                texts.append(follower.text)
            return "\n".join(texts)
    return None


_SEATED = re.compile(
    r"(?:secretariado|stl\b).{0,60}(?:conformad|integrad)|(?:integran|conforman|integrantes del?|miembros del?) (?:el )?(?:secretariado|stl\b)"
)
_HELD_GROUPS = re.compile(
    r"(?:realiz(?:o|aron)|desarroll(?:o|aron)|celebr(?:o|aron)|llev(?:o|aron) a cabo|coordino la celebracion|"
    r"tuv(?:o|ieron) lugar|participaron|trataron|se han (?:realizado|celebrado))[^.;]{0,160}?mesas? (?:de |\w+ )?"
    r"|mesas? (?:de trabajo|participativas?|de dialogo)[^.;]{0,80}?(?:se (?:realiz|llev|desarroll|celebr)\w*|trataron|tuvieron)"
)


def _step(blocks: list[Block], acts: Acts, members: dict[str, int], status: str | None, plans: list[Plan]) -> str:
    """The furthest of the programme's six steps that the page itself speaks of (names of `ExerciseStep`)."""
    said = fold(status or "")
    if plans:
        if "evaluacion" in said:
            return "EVALUATION"
        return (
            "IMPLEMENTATION"
            if re.search(r"implement|ejecuci|cierre|cumplimiento|seguimiento", said)
            else "PLAN_PUBLISHED"
        )
    text = fold(" ".join(block.text for block in blocks))
    seated = bool(members) and _SEATED.search(text)
    if acts.installed or seated or any(name == "installed" for name, _ in acts.undated):
        return "WORKING_GROUPS" if _HELD_GROUPS.search(text) else "SECRETARIAT_INSTALLED"
    return "STARTED"


def _plan_row(plan: Plan, key: str, url: str, heading: Block, status: str | None) -> base.Row:
    act = plan.act
    if status and plan_ordinal(status) not in (None, plan.ordinal or 1):
        status = None  # the page speaks of the next plan
    links = act.block.links if act else []
    own = next((link.url for link in links if re.search(r"\bplan\b|\bpal\b", fold(link.text))), None)
    values: dict[str, Any] = {
        "title": plan_title(plan, key), "state": STATES[key], "program": "COCREACION_LOCAL", "ordinal": plan.ordinal,
        "published": act and act.date.text, "declared": plan.declared, "url": own or url,
        "status": status,
    }  # fmt: skip
    raw = {"encabezado": heading.text, "publicación del plan": act and act.sentence, "enlace": own, "estatus": status}
    columns = {
        "published": "publicación del plan", "declared": "publicación del plan", "url": "enlace",
        "state": "encabezado", "status": "estatus",
    }  # fmt: skip
    return ready_row("plan", plan.key, values, raw, columns, (act.block if act else heading).locator)


def _check_count(plan: Plan, ctx: base.Context) -> None:
    numbers = {item.number for item in plan.items if item.number and not item.proactive}
    missing = sorted(set(range(1, max(numbers, default=0))) - numbers)
    if missing and plan.declared in (None, len(plan.items)):
        ctx.note(
            "COUNT_MISMATCH",
            f"La numeración de los compromisos salta: falta el {', '.join(map(str, missing))}.",
            field="number", raw=", ".join(str(number) for number in sorted(numbers)),
        )  # fmt: skip
    own = sum(not item.proactive for item in plan.items)
    if plan.declared is not None and plan.declared not in (len(plan.items), own):
        ctx.note(
            "COUNT_MISMATCH",
            f"La página dice que el plan tiene {plan.declared} compromisos y enumera {len(plan.items)}.",
            field="declared", raw=plan.act.sentence if plan.act else None,
        )  # fmt: skip


def _commitment_rows(plan: Plan, key: str) -> Iterator[base.Row]:
    proactive = 0
    seen: set[str] = set()
    for item in plan.items:
        number = item.number
        if item.proactive:
            proactive += 1
            number = number or proactive
        values: dict[str, Any] = {
            "title": item.title, "number": number, "kind": "PROACTIVE" if item.proactive else None,
            "description": item.description, "plan": plan_title(plan, key), "plan_key": plan.key,
            "plan_ordinal": plan.ordinal, "plan_published": plan.act and plan.act.date.text,
            "program": "COCREACION_LOCAL", "state": STATES[key], "url": item.url,
        }  # fmt: skip
        own = f"{plan.key}/{_item_key(item)}"
        if own in seen:
            own = f"{own}-{_digest(item.title)}"
        seen.add(own)
        raw = {"compromiso": item.label, "texto": item.block.text, "enlace": item.url}
        columns = {"title": "texto", "number": "compromiso", "kind": "compromiso", "url": "enlace"}
        yield ready_row("commitment", own, values, raw, columns, item.block.locator)


def _item_key(item: Item) -> str:
    """By the number published; a commitment without one is told apart by its text."""
    series = "P" if item.proactive else "C"
    return f"{series}{item.number}" if item.number is not None else f"{series}-{_digest(item.title)}"


def _digest(text: str) -> str:
    return hashlib.sha256(fold(text).encode()).hexdigest()[:8]
