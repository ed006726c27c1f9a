"""What the first line of a list's item says of itself: "Compromiso 3: …", "COMPROMISO PROACTIVO.- …", "3. …"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

TITLE, NUMBER = "Compromiso", "Compromiso No."
"""What the heading of a record's own table tells, where no label does."""
_WORDS = {
    "uno": 1, "primero": 1, "primer": 1, "dos": 2, "segundo": 2, "tres": 3, "tercero": 3, "tercer": 3, "cuatro": 4, "cuarto": 4,
    "cinco": 5, "quinto": 5, "seis": 6, "sexto": 6, "siete": 7, "septimo": 7, "séptimo": 7, "ocho": 8, "octavo": 8, "nueve": 9,
    "noveno": 9, "diez": 10, "decimo": 10, "décimo": 10,
}  # fmt: skip
_ROMAN = re.compile(r"^(?=[IVX])(X{0,2})(IX|IV|V?I{0,3})$")
_LABEL = re.compile(
    r"^\W*compromiso(?:\s+de\s+gobierno\s+abierto)?"
    r"(?:\s+(?P<kind>proactivo|adicional|transversal|local|tem[aá]tico))?"
    r"(?:\s*(?:n[uú]mero|n[uú]m\.?|no\.?|n[º°]|#)?\s*(?P<number>\d{1,3}|[IVX]{1,5}\b|[a-záéíóú]{3,7}(?=\s*[.:–—-])))?"
    r"\s*(?P<mark>[.:)|–—-]+|$|(?=\n)|(?<=\d\s)(?=(?-i:[A-ZÁÉÍÓÚÑ¿“«\"])))\s*(?P<title>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED = re.compile(r"^(?P<number>\d{1,3})\s*[.)–—-]+\s*(?P<title>\S.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """Number, title and kind ("proactivo") as far as a line tells them."""

    number: str | None
    title: str | None
    kind: str | None = None


def commitment_label(text: str) -> ItemLabel | None:
    """What a text that calls itself a commitment says; None where it does not.

    "Compromiso con la ciudadanía" is a sentence, and "Compromiso 3 se cumplió"; "Compromiso 3", "Compromiso 3 Abrir el padrón",
    "Compromiso:" and "Compromiso proactivo:" are labels.
    """
    found = _LABEL.match(text)
    if found is None or (found["number"] and not _number(found["number"])):
        return None
    if not (found["number"] or found["kind"] or found["mark"].strip()):
        return None
    return ItemLabel(_number(found["number"]), found["title"].strip() or None, found["kind"])


def number_apart(values: dict[str, Any]) -> None:
    """Take the label off a title that begins “Compromiso 3: …”, where nobody said how its column is read."""
    title = values.get("title")
    label = commitment_label(title) if isinstance(title, str) else None
    if label is not None and label.number and label.title:
        values["number"], values["title"] = label.number, label.title
        if label.kind:
            values.setdefault("kind", label.kind)


def item_label(text: str) -> ItemLabel | None:
    """`commitment_label`, else the number and title of "3. …"."""
    label = commitment_label(text)
    if label is not None:
        return label
    numbered = _NUMBERED.match(text)
    return ItemLabel(numbered["number"], numbered["title"].strip()) if numbered is not None else None


def is_numbered(text: str) -> bool:
    """Whether a text begins "3. …"."""
    return _NUMBERED.match(text) is not None


def _number(said: str | None) -> str | None:
    if said is None:
        return None
    if said.isdigit():
        return str(int(said))
    roman = _ROMAN.match(said)
    if roman:
        tens, ones = roman.groups()
        values = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
        return str(10 * len(tens) + values[ones])
    word = _WORDS.get(said.casefold())
    return str(word) if word else None
