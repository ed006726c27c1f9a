"""hub.web.words: one catalogue, whole; the language that a visitor asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

import hub.web
from hub.web import labels
from hub.web.words import ENGLISH, chosen_language, read_catalogue, translator

WEB = Path(hub.web.__file__).parent
HOLES = re.compile(r"\{\w+\}")


def plurals(template: str) -> Iterator[tuple[str, str]]:
    """The pairs of `_.plural(…)` in a template, which Babel's extractor does not see: it is no plain name."""
    for call in Environment(extensions=["jinja2.ext.do"]).parse(template).find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "plural":
            one, many = (argument.as_const() for argument in call.args[:2])
            yield one, many


def messages() -> Iterator[str | tuple[str, str]]:
    """Every message of the templates and modules."""
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do"}
    found: list[Any] = []
    for path in sorted(WEB.glob("templates/*")):
        with path.open("rb") as file:
            found += [item[2] for item in babel_extract(file, ["_"], [], options)]
        found += plurals(path.read_text("utf-8"))
    for path in sorted(WEB.rglob("*.py")):
        with path.open("rb") as file:
            keywords = {"words": None, "N_": None, "plural": (1, 2)}
            found += [item[1] for item in extract("python", file, keywords=keywords)]
    for item in found:
        texts = (item,) if isinstance(item, str) else tuple(text for text in item or () if isinstance(text, str))
        if texts:
            yield texts[0] if len(texts) == 1 else (texts[0], texts[1])
    yield from [*labels.STATUS.values(), *labels.PROGRAM.values()]


def test_every_message_has_its_english_with_the_same_holes() -> None:
    catalogue = read_catalogue(ENGLISH)
    wanted = set(messages())
    assert len(wanted) > 300
    for message in wanted:
        entry = catalogue.get(message)
        assert entry is not None, message
        assert entry.string, message
        if isinstance(message, str):
            assert sorted(HOLES.findall(message)) == sorted(HOLES.findall(str(entry.string))), message


def test_the_catalogue_has_no_message_that_nothing_says() -> None:
    wanted = set(messages())
    held = [tuple(entry.id) if isinstance(entry.id, list | tuple) else entry.id for entry in read_catalogue(ENGLISH)]
    assert [message for message in held if message and message not in wanted] == []
    assert not read_catalogue(ENGLISH).obsolete


def test_the_catalogue_is_in_order() -> None:
    text = (WEB / "catalogue" / "en.po").read_text("utf-8")
    held = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert held == sorted(held)


def test_numbers_choose_the_form() -> None:
    for language, one, many in (("es", "1 plan", "1,200 planes"), ("en", "1 plan", "1,200 plans")):
        words = translator(language)
        assert words.plural("{n} plan", "{n} planes", 1) == one
        assert words.plural("{n} plan", "{n} planes", 1200) == many


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "es"), ("en", "es-MX", "en"), ("es", "en", "es"), ("fr", "en", "en"), (None, "fr, en;q=0.8, es;q=0.9", "es"),
        (None, "en-US,en;q=0.9", "en"), (None, "de", "es"), (None, "en;q=0", "es"), (None, "en;q=x", "es"), ("EN-us", "", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_asked_for_else_the_best_accepted(
    asked: str | None, accepted: str, language: str
) -> None:
    assert chosen_language(asked, accepted) == language
