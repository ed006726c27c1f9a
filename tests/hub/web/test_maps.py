"""hub.web.maps and hub.web.map_assets: the country as squares and as it lies."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.normalise import places
from hub.web import map_assets, maps
from hub.web.tiles import COLUMNS, PLACES, ROWS

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40)
ISO = {place.code: place.iso.removeprefix("MX-") for place in places.everywhere() if place.iso}
LAND = maps.Country(100, 50, {short: maps.Shape("M0 0l9 0 0 9z", (4, 4), 60) for short in ISO.values()})


def tiles(label: str, count: int) -> list[maps.Tile]:
    return [maps.Tile(code, ISO[code], label, count, f"/e?x={label}") for code in PLACES]


@given(TEXT, st.integers(0, 10_000), TEXT)
def test_both_maps_are_well_formed_and_say_what_they_were_given(label: str, count: int, title: str) -> None:
    for drawn in (maps.tile_map(tiles(label, count), title), maps.true_map(LAND, tiles(label, count), title)):
        found = ElementTree.fromstring(drawn)
        assert [link.findtext("title") for link in found.iter("a")] == [label] * 32
        assert found.findtext("title") == title


def test_both_maps_are_walked_in_the_same_order() -> None:
    named = [maps.Tile(code, ISO[code], ISO[code], 1, f"/estados/{code}") for code in PLACES]
    walked = [
        [link.get("href") for link in ElementTree.fromstring(drawn).iter("a")]
        for drawn in (maps.tile_map(named, ""), maps.true_map(LAND, named, ""))
    ]
    assert walked[0] == walked[1]
    assert walked[0][0] == "/estados/02"


def test_every_state_has_a_square_of_its_own() -> None:
    assert sorted(PLACES) == [f"{number:02d}" for number in range(1, 33)]
    assert len(set(PLACES.values())) == 32
    assert all(0 <= column < COLUMNS and 0 <= row < ROWS for column, row in PLACES.values())


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_only_nothing_has_the_shade_of_nothing(count: int, most: int) -> None:
    shade = maps.shade(min(count, most), most)
    assert 0 <= shade <= maps.STEPS
    assert (shade == 0) == (min(count, most) == 0)


def test_a_map_that_lacks_a_state_is_no_map(tmp_path: Path) -> None:
    path = tmp_path / "mexico.json"
    assert maps.country_of(path) is None
    states = {short: {"d": "M0 0l1 1z", "at": None} for short in ISO.values()}
    path.write_text(json.dumps({"width": 9, "height": 9, "states": states}))
    found = maps.country_of(path)
    assert found is not None
    assert set(found.states) == set(ISO.values())
    states.pop("OAX")
    path.write_text(json.dumps({"width": 9, "height": 9, "states": states}))
    assert maps.country_of(path) is None


@pytest.mark.parametrize(
    ("path", "rings"),
    [
        ("m 1,2 3,0 0,3 z", [[(1, 2), (4, 2), (4, 5)]]),
        ("M 1,2 L 4,2 4,5 z m 10,10 1,0 0,1 z", [[(1, 2), (4, 2), (4, 5)], [(11, 12), (12, 12), (12, 13)]]),
        ("m 0,0 l 1.5,-2.25 0,0 z", [[(0, 0), (1.5, -2.25), (1.5, -2.25)]]),
    ],
)
def test_a_path_is_read_as_its_rings(path: str, rings: list[list[tuple[float, float]]]) -> None:
    assert map_assets.rings(path) == rings


def test_a_path_with_curves_is_refused() -> None:
    with pytest.raises(ValueError, match="'c'"):
        map_assets.rings("m 0,0 c 1,1 2,2 3,3 z")


RINGS = st.lists(
    st.tuples(st.floats(0, 100).map(lambda x: round(x, 2)), st.floats(0, 100).map(lambda x: round(x, 2))),
    min_size=3,
    max_size=60,
)


@given(RINGS, st.floats(0.01, 20))
def test_what_is_dropped_lay_within_the_tolerance(ring: list[tuple[float, float]], tolerance: float) -> None:
    kept = map_assets.simplified(ring, tolerance)
    assert set(kept) <= set(ring)
    closed = [*kept, kept[0]]
    for point in ring:
        nearest = min(map_assets._distance(point, a, b) for a, b in pairwise(closed))
        assert nearest <= tolerance + 1e-9


def test_small_islands_are_left_out_but_never_a_state() -> None:
    square = "m 0,0 1,0 0,1 -1,0 z"
    assert str(map_assets.state(square)["d"]).count("M") == 1
    land = map_assets.state(f"m 0,0 30,0 0,30 -30,0 z {square} m 60,60 3,0 0,3 -3,0 z")
    assert str(land["d"]).count("M") == 2
    assert land["at"] == [30, 30]
    assert land["room"] == 18.8


def test_a_count_is_written_within_its_state_or_not_at_all() -> None:
    hook = "m 0,0 100,0 0,100 -10,0 0,-90 -90,0 z"  # its centre of mass lies outside
    x, y, room = map_assets.pole(map_assets.rings(hook)[0])
    assert (x <= 10 and 0 < y < 100) or (y <= 10 and 0 < x < 100) or (x >= 90 and 0 < y < 100)
    assert 0 < room <= 10

    def written(count: int, half_height: float) -> str:
        return maps._written(count, maps.Shape("", (50, 60), half_height))

    assert 'class="close"' not in written(8, 40)
    assert 'class="close"' in written(8, 12)
    assert written(21, 12) == ""
    assert written(0, 40) == ""
    assert maps._written(8, maps.Shape("")) == ""


@pytest.mark.npm
def test_the_map_from_npm_has_every_state(npm: Path, tmp_path: Path) -> None:
    assert map_assets.main(tmp_path) == 0
    found = maps.country_of(tmp_path / map_assets.NAME)
    assert found is not None
    assert set(found.states) == set(ISO.values())
    assert (tmp_path / map_assets.NAME).stat().st_size < 20_000
