"""Bodies that a site should never send and some day does. The same ones each time: a seed, no clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Change = Callable[[bytes], bytes]
"""An honest body to a hostile one."""

_LOGIN = b"<!doctype html><title>Acceso</title><form action=/login><input name=u><input type=password name=p></form>"
_DOWN = b"<html><head><title>503 Service Unavailable</title></head><body><center><h1>503</h1></center></body></html>"
_DEEP = 20_000


def _fixed() -> dict[str, bytes]:
    """Bodies that have nothing to do with the fixture."""
    return {
        "nothing": b"",
        "white space": b" \r\n\t\n",
        "one NUL": b"\0",
        "NULs": b"\0" * 4_096,
        "a login form": _LOGIN,
        "an error page": _DOWN,
        "a table of nothing": b"<table><tr><td></td></tr><tr></tr></table>",
        "HTML nested deep": b"<div>" * _DEEP,
        "tables nested deep": b"<table><tr><td>" * (_DEEP // 10),
        "spans without measure": b"<table><tr><td rowspan=99999999 colspan=99999999>x</td></tr><tr><td colspan=-1>y",
        "JSON nested deep": b"[" * _DEEP + b"]" * _DEEP,
        "JSON objects nested deep": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
        "a JSON null": b"null",
        "a JSON number": b"7",
        "a JSON text": b'"texto"',
        "an empty JSON list": b"[]",
        "an empty JSON object": b"{}",
        "JSON lists of nothing": b'[null, [], {}, "", 0, [null], [[[]]]]',
        "JSON numbers beyond measure": b"[" + b"9" * 6_000 + b", 1e999, -1e999, NaN]",
        "JSON with half a character": b'[{"titulo": "\\ud800", "\\udfff": 1}]',
        "one line without end": b"a" * 300_000,
        "columns without end": b"," * 20_000 + b"\n" + b"x," * 20_000,
        "quotes without end": b'"' * 9_999,
        "bytes of no encoding": bytes(range(256)) * 8,
        "a ZIP that is none": b"PK\x03\x04" + b"\xff" * 500,
        "an OLE file that is none": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        "a PDF that is none": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF",
        "XML that is none": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;&b;'>]><a>&d;",
    }


def changes(seed: str, rounds: int) -> Iterator[tuple[str, Change]]:
    """(what it is, change) for every hostile body.

    Args:
        seed: the connector's name: each gets its own accidents, the same at every run.
        rounds: how many random mutations there are of each kind.
    """
    for name, body in _fixed().items():
        yield name, _always(body)
    for share in (0.1, 0.5, 0.9, 0.99):
        yield f"the fixture cut at {share:.0%}", _cut(share)
    yield "the fixture twice", lambda body: body + body
    yield "the fixture as UTF-16", lambda body: body.decode("utf-8", "replace").encode("utf-16")
    yield "the fixture in upper case", bytes.upper
    yield "the fixture without line breaks", lambda body: body.replace(b"\n", b"").replace(b"\r", b"")
    for number in range(rounds):
        yield f"mutation {number} of the fixture", _mutation(f"{seed}/bytes/{number}")
        yield f"mutation {number} of the fixture's JSON", _shape(f"{seed}/shape/{number}")
    for number in range(max(2, rounds // 8)):
        yield f"random bytes {number}", _always(Random(f"{seed}/random/{number}").randbytes(2_000))  # noqa: S311


def _always(body: bytes) -> Change:
    return lambda _: body


def _cut(share: float) -> Change:
    return lambda body: body[: int(len(body) * share)]


def _mutation(seed: str) -> Change:
    """Some bytes replaced, cut out or put in."""

    def change(body: bytes) -> bytes:
        chance = Random(seed)  # noqa: S311 - an accident, not a secret
        changed = bytearray(body)
        for _ in range(chance.randint(1, 12)):
            if not changed:
                break
            at = chance.randrange(len(changed))
            changed[at : at + chance.choice((0, 1, 4, 60, 300))] = chance.randbytes(chance.randint(0, 12))
        return bytes(changed)

    return change


def _shape(seed: str) -> Change:
    """JSON whose values have become something else; a body that is no JSON has some words replaced by others of it."""

    def change(body: bytes) -> bytes:
        chance = Random(seed)  # noqa: S311
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return _swapped(body, chance)
        return json.dumps(_other(document, chance), ensure_ascii=False).encode("utf-8", "surrogatepass")

    return change


def _swapped(body: bytes, chance: Random) -> bytes:
    words = body.split(b" ")
    for _ in range(min(40, len(words))):
        one, other = chance.randrange(len(words)), chance.randrange(len(words))
        words[one], words[other] = words[other], words[one]
    return b" ".join(words)


_STRANGE: tuple[Any, ...] = (None, "", "x", 0, -1, 1.5, True, [], {}, [None], [[]], {"": ""}, "\x00", "9" * 400)


def _other(value: Any, chance: Random) -> Any:
    if chance.random() < 0.06:
        return chance.choice(_STRANGE)
    if isinstance(value, dict):
        return {name: _other(item, chance) for name, item in value.items() if chance.random() > 0.02}
    if isinstance(value, list):
        return [_other(item, chance) for item in value]
    return value
