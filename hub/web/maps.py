"""The country as inline SVG: its 32 states as they lie, or as squares where the map of them is not installed.

Each state is a link, in the order of the squares from the north-west, so that both maps are walked alike by keyboard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from markupsafe import Markup, escape

from hub.web.tiles import COLUMNS, PLACES, ROWS

FIGURES = ((38, ""), (28, ' class="close"'))
"""Heights of a count on the map as it lies, largest first, each with the class that the stylesheet gives it."""
DIGIT_WIDTH, DIGIT_HEIGHT = 0.62, 0.73
"""Of the height of the letters."""
STRETCH = 1.6
"""As in `hub.web.map_assets`, which runs without the hub's packages."""
OVER = 1.15
"""A figure's corners are empty: it may reach this much beyond its ellipse."""
TILE = 56
GAP = 4
STEPS = 5
"""Shades of the map above nothing."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One state of the map.

    Attributes:
        label: what a screen reader says of it.
        short: the letters of its ISO code.
    """

    code: str
    short: str
    label: str
    count: int
    href: str
    plans: int = 0
    current: bool = False


class Shape(msgspec.Struct, frozen=True):
    """How one state lies.

    Attributes:
        d: its path.
        at: where its count stands.
        room: half the height of the ellipse about that place, `STRETCH` times as wide, that lies within the state.
    """

    d: str
    at: tuple[int, int] | None = None
    room: float = 0.0


class Country(msgspec.Struct, frozen=True):
    """The shapes of the states by the letters of their ISO code, as `make assets` writes them."""

    width: int
    height: int
    states: Mapping[str, Shape]


def country_of(path: Path) -> Country | None:
    """The installed map; None where there is none, or one that lacks a state.

    Raises:
        msgspec.ValidationError: the file is no map of ours: run `make assets` again.
    """
    if not path.is_file():
        return None
    found = msgspec.json.decode(path.read_bytes(), type=Country)
    return found if len(found.states) == len(PLACES) else None


def shade(count: int, most: int) -> int:
    """The step of a count: 0 for nothing, else 1 to `STEPS`, by equal shares of the square root (counts are skewed)."""
    if count <= 0 or most <= 0:
        return 0
    return min(STEPS, 1 + int((count / most) ** 0.5 * STEPS * 0.999))


def tile_map(tiles: Iterable[Tile], title: str, identity: str = "mapa") -> Markup:
    """The country as 32 squares, each a link."""
    width, height, side = COLUMNS * TILE - GAP, ROWS * TILE - GAP, TILE - GAP
    parts = [_begin("map tiles", width, height, title, identity)]
    for tile, css in _ordered(tiles):
        column, row = PLACES[tile.code]
        parts.append(
            f'<a href="{escape(tile.href)}"><title>{escape(tile.label)}</title>'
            f'<g class="tile {css}" transform="translate({column * TILE} {row * TILE})">'
            f'<rect width="{side}" height="{side}" rx="7"/><text class="short" x="26" y="22">{escape(tile.short)}</text>'
            f'<text class="count" x="26" y="41">{_told(tile)}</text></g></a>'
        )
    return svg([*parts, "</svg>"])


def true_map(country: Country, tiles: Iterable[Tile], title: str, identity: str = "mapa") -> Markup:
    """The country as it lies, each state a link."""
    parts = [_begin("map land", country.width, country.height, title, identity), _STRIPES]
    for tile, css in _ordered(tiles):
        shape = country.states[tile.short]
        parts.append(
            f'<a href="{escape(tile.href)}"><title>{escape(tile.label)}</title>'
            f'<g class="{css}"><path d="{escape(shape.d)}"/>{_written(tile.count, shape)}</g></a>'
        )
    return svg([*parts, "</svg>"])


def _written(count: int, shape: Shape) -> str:
    """A count in the largest figures that its state has room for; nothing where it has none: the table has them all."""
    if not count or shape.at is None:
        return ""
    half_width, half_height = len(str(count)) * DIGIT_WIDTH / 2 / STRETCH, DIGIT_HEIGHT / 2
    reach = (half_width**2 + half_height**2) ** 0.5
    for height, css in FIGURES:
        if height * reach <= shape.room * OVER:
            return f'<text{css} x="{shape.at[0]}" y="{shape.at[1]}" dy=".36em">{count}</text>'
    return ""


def svg(parts: Iterable[str]) -> Markup:
    """SVG made here. Each piece of it that was published, or asked for, has been escaped where it was put in."""
    return Markup("".join(parts))  # noqa: S704 - see above


_STRIPES = (
    '<defs><pattern id="plan-solo" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="16" height="16"/><rect class="stripe" width="5" height="16"/></pattern></defs>'
)
"""The pattern of the states that have a plan and no published commitment."""


def _begin(css: str, width: int, height: int, title: str, identity: str) -> str:
    return (
        f'<svg class="{css}" viewBox="0 0 {width} {height}" role="group" aria-labelledby="{identity}-t">'
        f'<title id="{identity}-t">{escape(title)}</title>'
    )


def _ordered(tiles: Iterable[Tile]) -> list[tuple[Tile, str]]:
    """The states from the north-west, each with its classes."""
    tiles = sorted(tiles, key=lambda tile: (PLACES[tile.code][1], PLACES[tile.code][0]))
    most = max((tile.count for tile in tiles), default=0)
    found = []
    for tile in tiles:
        classes = f"q{shade(tile.count, most)}"
        if not tile.count and tile.plans:
            classes += " plan-only"
        if tile.current:
            classes += " current"
        found.append((tile, classes))
    return found


def _told(tile: Tile) -> str:
    return str(tile.count or ("·" if tile.plans else ""))
