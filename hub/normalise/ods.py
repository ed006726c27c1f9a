"""ODS (SDG) goals and targets in any notation, and nothing that only looks like one: 2030, $1.25, 16 actions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from hub.normalise.calendar_words import UNITS
from hub.normalise.result import Outcome, Problem, Result, ambiguous, empty, matched, out_of_range, unmatched
from hub.normalise.text import as_text, clean, fold, named, no_data, words


@dataclass(frozen=True, slots=True)
class Goal:
    """One of the 17 goals. `name` is the short Spanish name, `title` the goal's full text, `color` the official ``#RRGGBB``."""

    number: int
    name: str
    name_en: str
    title: str
    color: str


@dataclass(frozen=True, slots=True)
class OdsRef:
    """What a cell names: a goal, and perhaps a target of it (``16.10``)."""

    goal: int
    target: str | None = None


GOALS: dict[int, Goal] = {}
TARGETS: dict[str, str] = {}
"""Target -> its text in Spanish; 169 of them."""


def _load() -> None:
    path = resources.files("hub.normalise").joinpath("data").joinpath("ods.json")
    for goal in json.loads(path.read_text(encoding="utf-8"))["goals"]:
        GOALS[goal["number"]] = Goal(goal["number"], goal["name"], goal["name_en"], goal["title"], goal["color"])
        TARGETS.update(goal["targets"])


_load()
_OTHER_NAMES = {
    "hambre cero y seguridad alimentaria": 2, "buena salud y bienestar": 3, "igualdad de genero y empoderamiento de la mujer": 5,
    "agua limpia y saneamiento basico": 6, "energia asequible y sostenible": 7, "energia limpia y asequible": 7,
    "industria innovacion e infraestructuras": 9, "reducir las desigualdades": 10, "reduccion de desigualdades": 10,
    "reduccion de la desigualdad": 10, "ciudades y comunidades sustentables": 11, "consumo y produccion responsables": 12,
    "produccion y consumo responsable": 12, "consumo responsable y produccion": 12, "accion climatica": 13,
    "vida y ecosistemas terrestres": 15, "vida en ecosistemas terrestres": 15, "vida de los ecosistemas terrestres": 15,
    "paz y justicia": 16, "paz y justicia e instituciones solidas": 16, "peace and justice strong institutions": 16,
    "peace justice and strong institutions": 16, "alianzas para el logro de los objetivos": 17,
    "alianza para lograr los objetivos": 17, "alianzas para lograr los objetivos del desarrollo sostenible": 17,
    "partnership for the goals": 17, "partnerships to achieve the goals": 17, "erradicacion de la pobreza": 1, "cero hambre": 2,
    "cero pobreza": 1, "poner fin a la pobreza": 1, "gender equality": 5, "reduced inequality": 10,
    "good health and wellbeing": 3, "accion por el clima": 13, "industria innovacion infraestructura": 9,
    "alianzas para los objetivos": 17, "alianzas": 17,
}  # fmt: skip
NAMES: dict[str, int] = _OTHER_NAMES | {
    words(name): goal.number for goal in GOALS.values() for name in (goal.name, goal.name_en, goal.title)
}
"""Folded names of goals -> number."""

_BETWEEN_NAMES = frozenset({"ods", "y", "e", "objetivo", "objetivos", "sdg", "sdgs", "and", "goal", "goals"})
_ROMAN = {
    r: n
    for n, r in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii"],
        1,
    )
}
_GOAL_WORD = (
    r"(?:\bobjetivos?(?: de(?:l)? desarrollo sos?tenible)?(?: \(?ods\)?)?|\bo\.?\s?d\.?\s?s\.?|\bsdgs?|\bgoals?"
    r"|\bobj\.?|\bsustainable development goals?|\bods's|\bodss)"
)
_NUMBER_WORD = r"(?:\s*(?:n\.?\s?[°o]?(?=\W|\d)|no\.|num\.?|numero|nro\.?|number|#|:|-|_|=|\())*\s*"
_LIST = r"\d{1,2}(?:\s*(?:,|;|/|\||&|\by\b|\be\b|\band\b|\bal?\b|-|\+)\s*(?:ods |objetivo |goal |sdg )?\d{1,2}(?![\d%]|\.?\d))*"
_LABELLED = re.compile(
    rf"{_GOAL_WORD}{_NUMBER_WORD}(?P<list>{_LIST})(?P<letter>[a-z]\b)?(?P<tail>\.\d+(?:\.\d+)?|\.[a-d]\b)?(?!\d)"
)
_ROMAN_LABELLED = re.compile(rf"{_GOAL_WORD}\s+(?P<roman>[ivx]+)\b")
_BULLETS = re.compile(r"(?<=\d)\s*[•·●▪‣]\s*(?=\d)")
_SPELT = re.compile(
    rf"({_GOAL_WORD})\s+({'|'.join(word for word, number in UNITS.items() if 1 < number < 18)})\b(?! objetivos)"
)
"""“Objetivo dieciséis”; “un objetivo” and “Objetivo uno” tell too little to be read."""
_TARGET = re.compile(
    r"(?P<label>\bmetas?\s*:?\s*(?:ods\s*)?|\btargets?\s*:?\s*|\bindicador(?:es)?\s*:?\s*|\bindicators?\s*:?\s*)?"
    r"(?<![\d.,$])(?P<goal>\d{1,2})\s?\.\s?(?P<part>\d{1,2}|[a-d])(?![\w])(?:\.\d{1,2}(?!\d))?(?![\d%])"
    r"(?P<unit>\s*(?:%|por ciento|millones|mil\b|mdp|puntos|pesos|dolares|grados|billones|km|veces|usd))?"
)
_OTHER_PLAN = re.compile(
    r"\b(?:plan (?:estatal|municipal|nacional|sectorial|de desarrollo|de accion)|ped|pnd|pmd|estrategic[oa]s?|especificos?"
    r"|eje|programa (?:sectorial|estatal|nacional|municipal)|general(?:es)? del)\b"
)
_CELL_LIST = re.compile(
    r"[\s\[\](){}\"'.]*\d{1,2}[a-z]?(?:\s*(?:[,;|/&+]|\by\b|\be\b|\band\b|-|\n|\s)\s*\"?'?\d{1,2}[a-z]?\"?'?)*[\s\[\](){}\"'.]*"
)
_ALL = re.compile(
    r"^(?:todos?(?: los)?(?: ods| objetivos)?|all(?: goals| sdgs)?|transversal(?:es)?|los 17(?: ods)?|varios|multiples?)$"
)
_LEADING = re.compile(r"^\W*(?:ods\s*)?(\d{1,2})\s*(?:[.):°ºª-]+\s*|\s)\s*-?\s*(?=[a-z])(.+)$")


def parse(cell: Any) -> Result[tuple[OdsRef, ...]]:
    """Goals and targets that a cell names, in order, each once.

    A target brings its goal. Pieces that name what does not exist (goal 18, target 16.99) are `problems`, and the cell is
    OUT_OF_RANGE when nothing else is left. Numbers without a label count only where the whole cell is a list of them.
    """
    if isinstance(cell, bool):
        return unmatched("un valor lógico no es un ODS")
    if isinstance(cell, float) and not cell.is_integer():
        return _float(cell)
    if isinstance(cell, list | tuple):
        return _merge([parse(item) for item in cell])
    if isinstance(cell, dict):
        return parse(named(cell, ("numero", "number", "num", "ods", "goal", "objetivo", "meta", "target")))
    text = _WHOLE.sub(r"\1", as_text(cell).strip())
    return _parse_text(text) if len(text) <= 20_000 else unmatched("texto demasiado largo")


_WHOLE = re.compile(r"^(\d{1,2})\.0$")
"""A whole number as data frames write a column that has blanks: 16.0."""


def _float(cell: float) -> Result[tuple[OdsRef, ...]]:
    """A spreadsheet's 16.1 may have been typed 16.10."""
    text = repr(cell)
    if re.fullmatch(r"\d{1,2}\.1", text) and text + "0" in TARGETS:
        message = f"una celda numérica no distingue la meta {text} de la {text}0; publíquela como texto"
        return matched((OdsRef(int(cell)),), (Problem(Outcome.AMBIGUOUS, text, message),))
    return _parse_text(text) if re.fullmatch(r"\d{1,2}\.\d{1,2}", text) else unmatched("no es un ODS")


def _merge(results: list[Result[tuple[OdsRef, ...]]]) -> Result[tuple[OdsRef, ...]]:
    refs = [ref for result in results for ref in result.value or ()]
    problems = [problem for result in results for problem in result.problems]
    bad = [r for r in results if r.outcome not in (Outcome.MATCHED, Outcome.EMPTY)]
    if not refs:
        return bad[0] if bad else empty()
    problems += [Problem(r.outcome, "", r.message) for r in bad]
    return matched(_tidy(refs), tuple(problems))


@lru_cache(maxsize=16_384)
def _parse_text(text: str) -> Result[tuple[OdsRef, ...]]:
    if no_data(text) or words(text) in ("ninguno", "ninguna", "no alineado", "sin alineacion", "no vinculado"):
        return empty()
    folded = "\n".join(fold(_BULLETS.sub(",", line)) for line in text.splitlines())
    folded = _SPELT.sub(lambda spelt: f"{spelt[1]} {UNITS[spelt[2]]}", folded)
    if _ALL.match(words(text)):
        return ambiguous("no dice qué objetivos")
    unquoted = re.sub("[\"']", "", folded)
    if len(unquoted) <= 300 and _CELL_LIST.fullmatch(unquoted):
        return _numbers(unquoted)
    finder = _Finder(folded, text)
    finder.run()
    if finder.refs:
        return matched(_tidy(finder.refs), tuple(finder.problems))
    if finder.problems:
        problem = finder.problems[0]
        return Result(problem.outcome, None, problem.message)
    return unmatched("no nombra un ODS")


def _numbers(folded: str) -> Result[tuple[OdsRef, ...]]:
    """A cell that is a list of goal numbers and nothing else."""
    found = [(int(number), letter) for number, letter in re.findall(r"(\d{1,2})([a-z]?)", folded)]
    target = re.fullmatch(r"\W*(\d{1,2})\.\s?(\d{1,2}|[a-d])\W*", folded)
    if target is not None:
        finder = _Finder(folded, folded)
        finder.run()
        return matched(_tidy(finder.refs)) if finder.refs else out_of_range("esa meta no existe")
    pair = re.fullmatch(r"\W*(\d{1,2})(,|-)(\d{1,2})\W*", folded)
    if pair is not None:
        first, second = int(pair.group(1)), int(pair.group(3))
        if pair.group(2) == "-":
            return ambiguous("puede ser un intervalo o dos objetivos")
        if second < first and f"{first}.{second}" in TARGETS:
            return ambiguous(f"puede ser la meta {first}.{second} o dos objetivos")
    if "-" in folded and len(found) > 1:
        return ambiguous("puede ser un intervalo o una lista")
    refs = [OdsRef(number) for number, _ in found if number in GOALS]
    problems = tuple(
        Problem(Outcome.OUT_OF_RANGE, str(number), "los ODS van del 1 al 17")
        for number, _ in found
        if number not in GOALS
    )
    if not refs:
        return out_of_range("los ODS van del 1 al 17")
    return matched(_tidy(refs), problems)


class _Finder:
    """Looks for labelled goals, targets and whole-line names in a text."""

    def __init__(self, folded: str, raw: str) -> None:
        self.text = folded
        self.refs: list[OdsRef] = []
        self.problems: list[Problem] = []
        self.labelled_goals: set[int] = set()

    def run(self) -> None:
        found: list[tuple[int, list[OdsRef]]] = []
        if not (
            _OTHER_PLAN.search(self.text) and not re.search(r"\bo\.?d\.?s\b|sdg|agenda 2030|sostenible", self.text)
        ):
            found += self._labels()
        elif _LABELLED.search(self.text):
            self.problems.append(
                Problem(Outcome.AMBIGUOUS, clean(self.text)[:80], "puede ser un objetivo de otro plan, no un ODS")
            )
        found += self._lines()
        self.labelled_goals = {ref.goal for _, refs in found for ref in refs}
        found += self._targets()
        self.refs = [ref for _, refs in sorted(found, key=lambda pair: pair[0]) for ref in refs]

    def _labels(self) -> list[tuple[int, list[OdsRef]]]:
        out: list[tuple[int, list[OdsRef]]] = []
        for match in _LABELLED.finditer(self.text):
            if match.group("tail") and self._goal_target(match, out):
                continue
            numbers = _expand(match.group("list"))
            if numbers is None:
                self.problems.append(Problem(Outcome.AMBIGUOUS, match.group(0), "puede ser un intervalo o una lista"))
                continue
            out.append((match.start(), [OdsRef(n) for n in numbers if n in GOALS]))
            self.problems += [
                Problem(Outcome.OUT_OF_RANGE, str(n), "los ODS van del 1 al 17") for n in numbers if n not in GOALS
            ]
        romans = ((m.start(), _ROMAN.get(m.group("roman"))) for m in _ROMAN_LABELLED.finditer(self.text))
        out += [(place, [OdsRef(number)]) for place, number in romans if number]
        return out

    def _goal_target(self, match: re.Match[str], out: list[tuple[int, list[OdsRef]]]) -> bool:
        """«ODS 16.6»: the label stands before a target."""
        last = re.findall(r"\d+", match.group("list"))[-1]
        target = f"{int(last)}{'.'.join(match.group('tail').split('.')[:2])}"
        if target not in TARGETS:
            return False
        numbers = _expand(match.group("list")) or []
        out.append((match.start(), [OdsRef(n) for n in numbers[:-1] if n in GOALS] + [OdsRef(int(last), target)]))
        return True

    def _lines(self) -> list[tuple[int, list[OdsRef]]]:
        """Lines and pieces that are a goal's name, with or without its number in front."""
        out, start = [], 0
        for piece in re.split(r"[;\n|•]", self.text):
            refs = _named(piece)
            if refs:
                out.append((start, refs))
            start += len(piece) + 1
        if not out and (whole := _named(self.text)):
            out.append((0, whole))
        return out

    def _targets(self) -> list[tuple[int, list[OdsRef]]]:
        out = []
        trusted = set(self.labelled_goals)
        whole = re.fullmatch(r"[\s\d.,;/|&a-dy\n()\[\]\"']+", self.text) is not None
        chain = False
        for match in _TARGET.finditer(self.text):
            goal, part = int(match.group("goal")), match.group("part")
            if match.group("unit") or not self._looks_like_target(match):
                chain = False
                continue
            before = self.text[max(0, match.start() - 40) : match.start("goal")]
            line_start = re.search(r"(?:^|[\n;:•|(])[\s\"'*-]*$", before) is not None
            chain = (
                chain and re.search(r"\d\s*(?:,|;|y|e|and|/|&|\n)\s*$|[a-d]\s*(?:,|;|y|e|/)\s*$", before) is not None
            )
            if not (match.group("label") or whole or line_start or chain or goal in trusted):
                continue
            target = f"{goal}.{part if part.isalpha() else int(part)}"
            if target in TARGETS:
                out.append((match.start(), [OdsRef(goal, target)]))
                trusted.add(goal)
                chain = True
            elif match.group("label") or whole:
                self.problems.append(
                    Problem(Outcome.OUT_OF_RANGE, match.group(0).strip(), f"la meta {target} no existe")
                )
        return out

    def _looks_like_target(self, match: re.Match[str]) -> bool:
        """A letter set apart ("5. c") is a target only where nothing follows it."""
        spaced = re.search(r"\s", self.text[match.start("goal") : match.end("part")]) is not None
        follows = self.text[match.end("part") : match.end("part") + 40].lstrip(" ")
        return match.group("label") is not None or not spaced or follows == "" or follows[0] in ",;.)\n|"


def _expand(listed: str) -> list[int] | None:
    """Numbers of «4 y 5», «16, 17», «1 al 5»; None for «1-5», which may be either."""
    if re.search(r"\d\s*-\s*\d", listed):
        return None
    out: list[int] = []
    ranged = False
    for token in re.findall(r"\d+|\bal?\b", listed):
        if token in ("a", "al"):
            ranged = True
            continue
        number = int(token)
        if ranged and out and 0 < number - out[-1] <= 16:
            out.extend(range(out[-1] + 1, number + 1))
        else:
            out.append(number)
        ranged = False
    return out


def _named(piece: str) -> list[OdsRef]:
    """The goals of a piece that is names of goals and nothing else; a number in front must agree."""
    key = words(piece)
    leading = _LEADING.match(piece.strip())
    if leading is not None and int(leading.group(1)) in GOALS:
        number = int(leading.group(1))
        named = NAMES.get(words(leading.group(2)))
        if named is not None:
            return [OdsRef(number)] if named == number else []
    if key in NAMES:
        return [OdsRef(NAMES[key])]
    found: list[tuple[int, int]] = []
    rest = f" {key} "
    for name in sorted(NAMES, key=len, reverse=True):
        place = rest.find(f" {name} ")
        if place >= 0:
            found.append((place, NAMES[name]))
            rest = rest[: place + 1] + " " * len(name) + rest[place + 1 + len(name) :]
        if len(found) > 17:
            break
    numbers = {int(number) for number in re.findall(r"\d{1,4}", rest)}
    agree = numbers <= {number for _, number in found}
    if found and agree and set(re.sub(r"\d+", " ", rest).split()) <= _BETWEEN_NAMES:
        return [OdsRef(number) for _, number in sorted(found)]
    return []


def _tidy(refs: list[OdsRef]) -> tuple[OdsRef, ...]:
    """Each once, in order; a bare goal yields to its targets only in being said again."""
    return tuple(dict.fromkeys(refs))


def goals(refs: tuple[OdsRef, ...]) -> tuple[int, ...]:
    """The distinct goals of a reading, ascending."""
    return tuple(sorted({ref.goal for ref in refs}))
