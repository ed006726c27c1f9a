"""Texts as both databases can hold them."""

from __future__ import annotations


def clean(text: str) -> str:
    """Text that both databases can hold: PostgreSQL has no NUL, neither has lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "\u2400")
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
