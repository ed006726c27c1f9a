"""Fetches the map of the states from npm into hub/web/assets/map, with no more points than a page shows.

Run by `make assets`; needs Node.js with npm and nothing else. Where the map is absent, pages show squares instead.

The map is `@svg-maps/mexico`, after MapSVG, under CC BY 4.0: the pages that show it say so.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "hub" / "web" / "assets" / "map"
NAME = "mexico.json"
PACKAGE, VERSION = "@svg-maps/mexico", "2.0.0"
INTEGRITY = "sha384-8NSUCiOCoVFcZiaqWhQYvoKfKHtfvBm7uRjMgJJW2LERezdx4pdtZFvVPQBSmjvW"
SVG = "{http://www.w3.org/2000/svg}"

SCALE = 2
"""Points a unit of the original: whole numbers are short."""
TOLERANCE = 0.55
"""Units by which the simplified line may leave the original: less than a pixel as pages show it."""
ISLAND = 4.0
"""Square units below which a piece of land that is not its state's largest is not drawn."""
STRETCH = 1.6
"""How much wider than high the ellipse is that a state's count stands in."""

ROUNDS = 8
_STEPS = tuple(step / 12 - 0.5 for step in range(13))

Point = tuple[float, float]
Ring = list[Point]
_TOKEN = re.compile(r"[a-zA-Z]|-?\d+(?:\.\d+)?(?:e-?\d+)?")


def rings(path: str) -> list[Ring]:
    """The closed rings of a path of moves and lines (M, m, L, l, z).

    Raises:
        ValueError: the path has another command.
    """
    found: list[Ring] = []
    x = y = 0.0
    command = "m"
    tokens = _TOKEN.findall(path)
    place = 0
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
            if command in "zZ":
                x, y = found[-1][0]
                continue
            if command not in "mMlL":
                raise ValueError(f"a path with the command {command!r}")
        dx, dy = float(tokens[place]), float(tokens[place + 1])
        place += 2
        x, y = (x + dx, y + dy) if command.islower() else (dx, dy)
        if command in "mM":
            found.append([])
            command = "l" if command == "m" else "L"
        found[-1].append((x, y))
    return found


def area(ring: Ring) -> float:
    """The area of a ring, in square units."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def pole(ring: Ring) -> tuple[float, float, float]:
    """Where a ring has most room for a figure, and the half height of the widest ellipse about it that lies within.

    The pole of inaccessibility, found on ever finer grids, of a ring as narrow as makes the ellipse a circle.
    """
    narrow = [(x / STRETCH, y) for x, y in ring]
    xs, ys = zip(*narrow, strict=True)
    x, y, width, height = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, max(xs) - min(xs), max(ys) - min(ys)
    room = _room((x, y), narrow)
    for _ in range(ROUNDS):
        grid = [(x + across * width, y + down * height) for across in _STEPS for down in _STEPS]
        found = [(room, x, y), *((_room(point, narrow), *point) for point in grid)]
        room, x, y = max(found, key=lambda place: round(place[0], 3))  # of equals the one nearest the middle
        width, height = width / 2, height / 2
    return x * STRETCH, y, room


def _room(point: Point, ring: Ring) -> float:
    """How far a point within a ring is from its line; negative outside."""
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x, y = point
    crossed = sum((a[1] > y) != (b[1] > y) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] for a, b in sides)
    away = min(_distance(point, a, b) for a, b in sides)
    return away if crossed % 2 else -away


def simplified(ring: Ring, tolerance: float = TOLERANCE) -> Ring:
    """A ring with fewer points, none of the dropped ones farther than `tolerance` from it (Douglas and Peucker)."""
    middle = max(range(len(ring)), key=lambda index: _squared(ring[index], ring[0]))
    if middle == 0:
        return ring[:1]
    return [*_line(ring[: middle + 1], tolerance)[:-1], *_line([*ring[middle:], ring[0]], tolerance)[:-1]]


def _squared(a: Point, b: Point) -> float:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _line(points: Sequence[Point], tolerance: float) -> Ring:
    kept = {0, len(points) - 1}
    open_ = [(0, len(points) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        farthest = max(range(first + 1, last), key=lambda index: _distance(points[index], points[first], points[last]))
        if _distance(points[farthest], points[first], points[last]) > tolerance:
            kept.add(farthest)
            open_ += [(first, farthest), (farthest, last)]
    return [points[index] for index in sorted(kept)]


def _distance(point: Point, a: Point, b: Point) -> float:
    """From a point to a segment."""
    length = _squared(a, b)
    along = 0.0 if not length else ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length
    along = min(1.0, max(0.0, along))
    return float(_squared(point, (a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1]))) ** 0.5)


def drawn(shape: Sequence[Ring]) -> str:
    """Rings as a path of whole numbers."""
    parts = []
    for ring in shape:
        places = [(round(x * SCALE), round(y * SCALE)) for x, y in ring]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(places) if a != b]
        if len(steps) > 1:
            parts.append(f"M{places[0][0]} {places[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps) + "z")
    return "".join(parts).replace(" -", "-")


def state(path: str) -> dict[str, object]:
    """How one state is drawn: its path, and where its count stands with how much room."""
    shape = sorted(rings(path), key=area, reverse=True)
    land = [ring for index, ring in enumerate(shape) if index == 0 or area(ring) >= ISLAND]
    lines = [simplified(ring) for ring in land]
    x, y, room = pole(lines[0])
    return {"d": drawn(lines), "at": [round(x * SCALE), round(y * SCALE)], "room": round(room * SCALE, 1)}


def converted(svg: bytes) -> dict[str, object]:
    """The map as the pages read it, states by the letters of their ISO code."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - a file of known integrity
    _, _, width, height = (float(number) for number in str(root.get("viewBox")).split())
    return {
        "width": round(width * SCALE),
        "height": round(height * SCALE),
        "states": {str(path.get("id")).upper(): state(str(path.get("d"))) for path in root.iter(f"{SVG}path")},
    }


def main(target: Path = TARGET) -> int:
    """Installs the package aside and writes the map. Returns the exit status; says in one line what went wrong."""
    sys.path.insert(0, str(ROOT))
    from hub.web.from_npm import NotFetched, checked, installed

    try:
        with installed([f"{PACKAGE}@{VERSION}"]) as modules:
            svg = checked(modules / PACKAGE / "mexico.svg", INTEGRITY)
    except NotFetched as error:
        print(f"assets: {error}", file=sys.stderr)
        return error.status
    target.mkdir(parents=True, exist_ok=True)
    (target / NAME).write_text(json.dumps(converted(svg), separators=(",", ":")), "utf-8")
    print(f"assets: the map of the states in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
