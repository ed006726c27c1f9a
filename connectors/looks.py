"""What a cell without a word says by its looks: classes, the colour behind it, the picture in it. Pure."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from connectors.text import tidy

_BACKGROUND = re.compile(
    r"background(?:-color)?\s*:[^;]*?(#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b[a-z]{3,20}\b)", re.IGNORECASE
)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*(#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b[a-z]{3,20}\b)", re.IGNORECASE)
_PICTURE = re.compile(r"([^/\\?#]+?)(?:\.\w{2,5})?(?:[?#].*)?$")
_PICTURED = "img, svg, i[class], input[checked], [class*=icon], [class*=glyph], [class*=fa-]"
_NAMED = {
    "green": "verde", "lime": "verde", "limegreen": "verde", "forestgreen": "verde", "darkgreen": "verde",
    "lightgreen": "verde", "seagreen": "verde", "yellow": "amarillo", "gold": "amarillo", "khaki": "amarillo",
    "orange": "naranja", "darkorange": "naranja", "red": "rojo", "darkred": "rojo", "crimson": "rojo",
    "firebrick": "rojo", "tomato": "rojo", "blue": "azul", "navy": "azul", "gray": "gris", "grey": "gris",
    "silver": "gris", "lightgray": "gris", "lightgrey": "gris",
}  # fmt: skip
_HUES = ((20, "rojo"), (45, "naranja"), (70, "amarillo"), (170, "verde"), (260, "azul"), (335, "morado"), (361, "rojo"))
"""Up to which hue, in degrees, a colour bears a name."""


def looks(node: LexborNode) -> str:
    """Its own classes, or those of what is in it; then the colours behind and in it, and its pictures' names."""
    inside = [child for child in node.css("*") if child.mem_id != node.mem_id]
    own = tidy(node.attributes.get("class") or "")
    told = own.split() or [name for child in inside for name in (child.attributes.get("class") or "").split()]
    for part in (node, *inside):
        told += _of_colours(part)
        if part.tag == "img" and (found := _PICTURE.search(part.attributes.get("src") or "")) and len(found[1]) <= 80:
            told.append(found[1])
    return " ".join(dict.fromkeys(told))


def is_pictured(node: LexborNode) -> bool:
    """Whether a person sees something in a cell without a word: a picture, an icon, a ticked box, a colour."""
    if node.css_first(_PICTURED) is not None:
        return True
    return any(_of_colours(part) for part in (node, *node.css("*")))


def _of_colours(node: LexborNode) -> list[str]:
    attributes = node.attributes
    style = attributes.get("style") or ""
    said = [found[1] for pattern in (_BACKGROUND, _COLOUR) if (found := pattern.search(style))]
    said += [value for key in ("bgcolor", "fill") if (value := attributes.get(key))]
    return [name for text in said if (name := colour(text)) is not None]


def colour(text: str) -> str | None:
    """The Spanish name of a CSS colour as a traffic light has it; None for white, black, and what is no colour."""
    said = text.strip().casefold()
    if said in _NAMED:
        return _NAMED[said]
    rgb = _rgb(said)
    if rgb is None:
        return None
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb)
    if lightness > 0.96 or lightness < 0.08:
        return None
    if saturation < 0.15:
        return "gris"
    return next(name for limit, name in _HUES if hue * 360 < limit)


def _rgb(said: str) -> tuple[float, float, float] | None:
    if said.startswith("#"):
        digits = said[1:]
        if len(digits) in (3, 4):
            digits = "".join(2 * digit for digit in digits)
        if len(digits) not in (6, 8):
            return None
        return int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255
    numbers = re.findall(r"\d{1,3}", said) if said.startswith("rgb") else []
    if len(numbers) < 3:
        return None
    red, green, blue = (min(int(number), 255) / 255 for number in numbers[:3])
    return red, green, blue


def idle(values: Sequence[str]) -> frozenset[str]:
    """Marks that every one of several cells has: they say nothing. Empty where the cells do not differ."""
    different = {frozenset(value.split()) for value in values}
    return frozenset.intersection(*different) if len(different) > 1 else frozenset()
