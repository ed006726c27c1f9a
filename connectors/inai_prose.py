"""What the prose of a local exercise tells: when the state joined, when its secretariat was installed,
when a plan was published, and how many commitments it says to hold.

Each date of a sentence is given to the act it stands nearest to; other acts (forums, talks, renewals) take
theirs too, so that “el 4 de julio … convocó al foro” is nobody's installation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.blocks import Block
from connectors.spanish import NUMBER, ORDINAL_WORDS, FoundDate, cardinal, find_dates, fold, sentences

_STL = r"(?:secretariado|\bstl\b|s\.t\.l)"
_PLAN = r"(?:plan(?:es)?(?: estatal| local)? de accion|plan de trabajo local|plan local de|\bpal\b|plan de gobierno abierto)"
_GAP = r"[^.;]"
_OBJECT = (  # what may stand between “se publicó” and “el Plan”: not a call or a survey about it
    r"(?:(?!convocatoria|invitacion|encuesta|consulta|\bruta|calendario|minuta|informe|resultado)[^.;]){0,70}?"
)
_INSTALL = r"(?:instal\w+|constitu(?:y|id)\w+|conform(?:o|ado|aron)|integr(?:o|ado|aron)\b|formaliz\w+|toma de protesta|tomo protesta|cre(?:o|ado))"
_PUBLISH = r"(?:public(?:o|a|ar|ara|ado|ada|aron|acion|ase|arse)\b|se hizo publico|dio a conocer|difundi\w+)"
_PRESENT = r"(?:present(?:o|ado|ara|acion|aron)\b|firm(?:o|ado|ara|a|aron)\b|suscri(?:bio|ta|to|pcion)\b|lanz(?:o|ado|amiento)\b|aprob(?:o|ado|ara|acion)\b|emiti(?:o|do)\b|concluy\w+|contar con|conto con|elabor(?:o|acion)|entreg(?:o|a)\b)"


@dataclass(frozen=True, slots=True)
class _Trigger:
    act: str
    pattern: re.Pattern[str]
    penalty: int = 0


def _trigger(act: str, pattern: str, penalty: int = 0) -> _Trigger:
    return _Trigger(act, re.compile(pattern), penalty)


_TRIGGERS = (
    _trigger("joined", rf"(?:integr|sum|incorpor|adhiri|uni)(?:o|aron|ado|acion|se|eron|arse)?\b(?={_GAP}{{0,80}}?(?:ejercicio|iniciativa|programa|declaracion conjunta|cocreacion|co-creacion))"),
    _trigger("joined", rf"(?:firm(?:o|aron|ada|aba)|suscri(?:bio|bieron|ta)|signo|celebro)\b(?={_GAP}{{0,60}}?(?:declaracion|declaratoria))"),
    _trigger("joined", r"(?:declaracion conjunta|declaratoria)\b(?=[^.;]{0,80}?(?:fue |se )(?:firm|suscri))", 20),
    _trigger("joined", r"firma de (?:la|una|dicha|esta) (?:declaracion|declaratoria)", 60),
    _trigger("installed", rf"{_INSTALL}(?={_GAP}{{0,70}}?{_STL})"),
    _trigger("installed", rf"{_STL}{_GAP}{{0,160}}?(?:fue|quedo|quedando|se|esta|queda)\s+(?:\w+mente\s+)?{_INSTALL}"),
    _trigger("installed", rf"(?:instalacion|constitucion|conformacion|integracion)(?={_GAP}{{0,40}}?{_STL})", 10),
    _trigger("published", rf"{_PUBLISH}(?={_OBJECT}{_PLAN})"),
    _trigger("published", rf"{_PLAN}{_GAP}{{0,120}}?(?:fue|se|quedo|mismo que|el cual)\s+(?:\w+\s+)?{_PUBLISH}"),
    _trigger("published", rf"{_PRESENT}(?={_OBJECT}{_PLAN})", 80),
    _trigger("published", rf"{_PLAN}{_GAP}{{0,80}}?(?:fue|se)\s+(?:\w+\s+)?{_PRESENT}", 80),
    _trigger("other", r"refrend\w+|ratific\w+|relanz\w+|renov\w+|reinstal\w+|nueva(?:mente)? (?:firm|declarac)\w+"),
    _trigger("other", r"(?:se |ha )?(?:realiz|llev|convoc|imparti|celebr|desarroll|sostuv|mantuv|reuni|inici|particip|acudi)\w*\s"),
    _trigger("other", r"tuv(?:o|ieron) lugar|tendra|se prev|esta previst|concluira"),
)  # fmt: skip
_REDONE = re.compile(r"\b(?:re-?instal\w*|refrend\w*|ratific\w*|renov\w*|relanz\w*)")


@dataclass(slots=True)
class Act:
    """An act with its date, and the sentence that says so."""

    name: str
    date: FoundDate
    sentence: str
    block: Block
    dated: str
    """The date's text with its year, taken from the text before where the page says “del mismo año”."""
    strong: bool = True
    """False where the page only says that a plan was presented or signed, not published."""


@dataclass(slots=True)
class Acts:
    """The acts found, each in the order told; and sentences that speak of one without a usable date."""

    joined: list[Act] = field(default_factory=list)
    installed: list[Act] = field(default_factory=list)
    published: list[Act] = field(default_factory=list)
    undated: list[tuple[str, str]] = field(default_factory=list)


def find_acts(blocks: Iterable[Block]) -> Acts:
    """Read the acts out of a page's prose, sentence by sentence."""
    acts = Acts()
    year: int | None = None
    for block in blocks:
        for sentence in sentences(block.text):
            dates = find_dates(sentence)
            for name, date, strong in _bind(sentence, dates):
                dated = date.text
                if date.year is None and date.same_year and year is not None:
                    dated = re.sub(r"\s*,?\s+del?\s+\w+\s+(?:año|ano)$", "", dated, flags=re.IGNORECASE)
                    date = FoundDate(dated, date.start, date.end, year, date.month, date.day)
                    dated = f"{dated} de {year}"
                if date.year is None:
                    acts.undated.append((name, sentence))
                    continue
                getattr(acts, name).append(Act(name, date, sentence, block, dated, strong))
            year = next((date.year for date in reversed(dates) if date.year), year)
    return acts


def _bind(sentence: str, dates: list[FoundDate]) -> list[tuple[str, FoundDate, bool]]:
    """Each date to the act nearest to it; an act takes one date."""
    if not dates:
        return []
    folded = fold(sentence)
    mentions = [
        (trigger, match.start(), match.end()) for trigger in _TRIGGERS for match in trigger.pattern.finditer(folded)
    ]
    mentions = [
        mention for mention in mentions
        if mention[0].act == "other" or not _REDONE.search(folded[max(0, mention[1] - 3) : mention[2]])
    ]  # fmt: skip
    costs: list[tuple[int, int, int]] = []
    for index, (trigger, start, end) in enumerate(mentions):
        for number, date in enumerate(dates):
            if date.start >= end:
                distance = date.start - end
            elif date.end <= start:
                distance = start - date.end
            else:
                distance = 0
            vague = 60 if date.day is None else 0
            costs.append((distance + trigger.penalty + vague, index, number))
    bound: dict[int, tuple[str, bool]] = {}
    spent: set[str] = set()
    for _, index, number in sorted(costs):
        trigger = mentions[index][0]
        act = trigger.act
        if number in bound or (act != "other" and act in spent):
            continue
        bound[number] = (act, trigger.penalty < 80)
        spent.add(act)
    return [(act, dates[number], strong) for number, (act, strong) in sorted(bound.items()) if act != "other"]


_COMMITMENTS = re.compile(rf"\b({NUMBER})\s+(?:\w+\s+)?compromisos?\b(?!\s+proactiv)")
_PROACTIVE = re.compile(rf"\b({NUMBER})\s+(?:compromisos?\s+)?(?:de\s+)?(?:caracter\s+)?proactiv[oa]s?\b")
_WITHIN = re.compile(r"de los cuales|de las cuales|de los que|de ellos|incluyendo|incluid[oa]s|entre ellos")


def declared_count(text: str) -> int | None:
    """How many commitments a plan says to hold, proactive ones included; None where it does not say.

    “6 compromisos …, además de 2 compromisos proactivos” is 8; “8 compromisos, de los cuales 2 son proactivos” too.
    """
    folded = fold(text)
    first = _COMMITMENTS.search(folded)
    if first is None:
        return None
    total = cardinal(first[1])
    rest = folded[first.end() :]
    proactive = _PROACTIVE.search(rest) or re.search(rf"\b({NUMBER})\s+(?:son|seran|tienen)\s+\w*\s?proactiv", rest)
    if total is not None and proactive and not _WITHIN.search(rest[: proactive.start()]):
        total += cardinal(proactive[1]) or 0
    return total


_ORDINAL = re.compile(rf"\b({'|'.join(ORDINAL_WORDS)}|\d)(?:er|o|º|°|do|to)?\.?\s+(?:plan|pal)\b", re.IGNORECASE)


def plan_ordinal(text: str) -> int | None:
    """2 for “segundo Plan de Acción Local”; None where the text does not number it, or numbers several."""
    found = {cardinal(match) for match in _ORDINAL.findall(fold(text))}
    return found.pop() if len(found) == 1 else None
