"""A page that is not data: a 200 with a bot wall or a login form where a file or a list should be.

Pure: looks at the first bytes of a body and says what they are. A site that blocks us must never look like a
site whose commitments have gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HEAD = 64_000
"""Bytes that are looked at: walls and login forms are small pages."""

_WALLS = (
    rb"cf-browser-verification", rb"cf[-_]chl", rb"challenge-platform", rb"_incapsula_resource", rb"incident id",
    rb"px-captcha", rb"ddos-guard", rb"sucuri_cloudproxy", rb"just a moment\.\.\.", rb"attention required!",
    rb"access denied</title>", rb"request rejected", rb"the requested url was rejected", rb"aws-waf-token", rb"bm-verify",
    rb"verifique que (?:usted )?(?:no )?es un (?:humano|robot)", rb"verificando (?:su|tu) navegador",
    rb"enable javascript and cookies to continue",
)  # fmt: skip
_WALL = re.compile(b"|".join(_WALLS), re.IGNORECASE)
_CAPTCHA = re.compile(rb"g-recaptcha|h-captcha|hcaptcha|captcha", re.IGNORECASE)
_PASSWORD = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_LOGIN_WORDS = re.compile(
    rb"iniciar sesi|inicio de sesi|acceso al sistema|sign in|log ?in|contrase|ingresar", re.IGNORECASE
)
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE | re.DOTALL)
_CONTENT = re.compile(rb"compromiso|plan de acci|gobierno abierto", re.IGNORECASE)
_TAGS = re.compile(rb"<script.*?</script>|<style.*?</style>|<[^>]+>", re.IGNORECASE | re.DOTALL)
_SMALL_TEXT = 3_000
"""Characters of visible text above which a page that speaks of commitments is a page, whatever its widgets."""


@dataclass(frozen=True, slots=True)
class NotData:
    """Why a body is no data. `reason` is Spanish, for the publisher."""

    kind: Literal["CHALLENGE", "LOGIN", "EMPTY_BODY"]
    reason: str


def examine(head: bytes, size: int) -> NotData | None:
    """Tell whether a body is a wall, a login form or nothing at all; None where it may be data.

    Args:
        head: the first `HEAD` bytes of the body.
        size: the whole body's size in bytes.
    """
    if not head.strip():
        return NotData("EMPTY_BODY", f"La respuesta llegó vacía ({size} bytes).")
    if not _HTML.search(head[:2_000]):
        return None
    text = _TAGS.sub(b" ", head)
    speaks = bool(_CONTENT.search(text))
    if speaks and len(b" ".join(text.split())) > _SMALL_TEXT:
        return None
    if _WALL.search(head) or (not speaks and _CAPTCHA.search(head)):
        return NotData(
            "CHALLENGE",
            "El sitio respondió con una página de verificación contra robots en lugar de los datos; "
            "permita la lectura automática de esta dirección.",
        )
    if not speaks and _PASSWORD.search(head) and _LOGIN_WORDS.search(head):
        return NotData("LOGIN", "El sitio respondió con una página de inicio de sesión; la dirección debe ser pública.")
    return None
