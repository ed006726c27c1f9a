"""HTML that a database's editor left in the cells of a CSV or of JSON: «<p>Abrir el padrón</p>» says «Abrir el padrón»."""

from __future__ import annotations

import re

_INLINE = r"span|strong|b|em|i|u|a|font|small|sup|sub|label|img|mark|code|o:p"
_BLOCK = r"p|br|div|ul|ol|li|h[1-6]|table|tbody|thead|tr|td|th|hr|section|article|blockquote"
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)


def without_tags(text: str) -> str:
    """The words of a cell without HTML's tags, a line for each of its blocks; a text without any stands as it is."""
    if "<" not in text:
        return text
    bare = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    if bare == text:
        return text
    return "\n".join(line for part in bare.splitlines() if (line := part.strip()))
