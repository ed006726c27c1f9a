"""HTML's character references in what is no HTML: «Secretar&iacute;a», as a system writes that stores its texts for a page.

A semicolon inside one would part a list of institutions in the middle of a word. Tags stay what they are: text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from connectors.base import Note
from connectors.text import clip

_REFERENCE = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{2,8}\d{0,2});")


@dataclass(slots=True)
class References:
    """Writes references out and remembers that there were some."""

    found: int = 0
    sample: str = field(default="")

    def written_out(self, text: str) -> str:
        """The text with its references as the characters they stand for; "AT&T; x" and an address stay as they are."""
        if "&" not in text:
            return text
        plain = _REFERENCE.sub(lambda match: html.unescape(match[0]), text)
        if plain != text:
            self.found += 1
            self.sample = self.sample or clip(text, 60)
        return plain

    def note(self) -> Note | None:
        """What to tell the publisher; None where there was no reference."""
        if not self.found:
            return None
        message = (
            f"Hay {self.found} textos con letras escritas como entidades de HTML (por ejemplo «{self.sample}»), "
            "que se leyeron como las letras que dicen: publique el texto sin ellas."
        )
        return Note("HTML_ENTITIES", message, raw=self.sample)
