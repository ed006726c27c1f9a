"""The words of the pages: Spanish is what the templates hold, English stands in `catalogue/en.po` (gettext)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SPANISH = "es"
ENGLISH = "en"
LANGUAGES = (SPANISH, ENGLISH)
HTML_LANGUAGE = {SPANISH: "es-MX", ENGLISH: "en"}

CATALOGUES = Path(__file__).parent / "catalogue"


class Translator:
    """Messages in one language. A message is its own Spanish text; `{name}` in it is filled by keyword.

    Args:
        messages: message → translation; what is absent stays Spanish.
        plurals: singular → (singular, plural) translated.
    """

    def __init__(self, messages: Mapping[str, str], plurals: Mapping[str, tuple[str, str]]) -> None:
        self._messages = messages
        self._plurals = plurals

    def __call__(self, message: str, **values: object) -> str:
        text = self._messages.get(message, message)
        return text.format(**values) if values else text

    def plural(self, singular: str, plural: str, count: int, **values: object) -> str:
        """The form for `count`; `{n}` is the number, with thousands separated."""
        forms = self._plurals.get(singular, (singular, plural))
        return forms[count != 1].format(n=f"{count:,}", **values)


@cache
def translator(language: str) -> Translator:
    """The translator of one of `LANGUAGES`."""
    if language == SPANISH:
        return Translator({}, {})
    catalogue = read_catalogue(language)
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, str]] = {}
    for message in catalogue:
        identity: Any = message.id
        if isinstance(identity, tuple | list):
            forms: Any = message.string
            if identity and all(forms):
                plurals[identity[0]] = (forms[0], forms[1])
        elif identity and message.string:
            messages[identity] = str(message.string)
    return Translator(messages, plurals)


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as Babel reads it."""
    from babel.messages.pofile import read_po  # only once a page is asked for in another language

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def chosen_language(asked: str | None, accepted: str) -> str:
    """The language of a page: the one its address asks for, else the best of Accept-Language, else Spanish.

    Args:
        asked: the value of `?lang=`; an unknown one counts as none.
        accepted: the Accept-Language header (RFC 9110 12.5.4); "" where there is none.
    """
    if asked:
        short = asked.strip().lower().split("-")[0]
        if short in LANGUAGES:
            return short
    best, weight = SPANISH, 0.0
    for item in accepted.split(","):
        name, _, parameter = item.partition(";")
        short = name.strip().lower().split("-")[0]
        if short in LANGUAGES and _quality(parameter) > weight:
            best, weight = short, _quality(parameter)
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
