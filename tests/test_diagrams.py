"""Maps of places and lines of descent, drawn from rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import vl_convert as vlc

from sourcebook.charts import THEME
from sourcebook.diagrams import atlas, descent
from sourcebook.errors import SourcebookError

Place = dict[str, Any]


def place(name: str, longitude: float, latitude: float, side: str = "right") -> Place:
    """A row of the places table."""
    return {"place": name, "longitude": longitude, "latitude": latitude, "side": side}


def square(shape: int, west: float, south: float, size: float) -> Iterator[dict[str, float]]:
    """A piece of land with four corners, in the coast's own turn."""
    corners = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    edge = [n / 40 for n in range(40)]
    ring = []
    for (x, y), (u, v) in pairwise(corners):
        ring += [(x + (u - x) * t, y + (v - y) * t) for t in edge]
    for n, (x, y) in enumerate([*ring, ring[0]]):
        yield {
            "shape": shape,
            "ring": 0,
            "point": n,
            "longitude": west + x * size,
            "latitude": south + y * size,
        }


def svg(chart: Any) -> str:
    """A drawing as ``show`` makes it."""
    spec = chart.to_dict()
    spec["config"] = THEME
    return str(vlc.vegalite_to_svg(spec))


def names(drawing: str) -> list[str]:
    """The texts of a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing)


def part(drawing: str, marks: str) -> str:
    """One layer of marks of a drawing."""
    return drawing.split(marks)[1].split("</g>")[0]


def points(drawing: str) -> list[tuple[float, float]]:
    """Where the places' points lie, in pixels."""
    layers = re.findall(r"mark-symbol[^>]*>(.*?)</g>", drawing, re.DOTALL)
    marks = re.findall(r'transform="translate\(([^)]*)\)"', "".join(layers))
    return [(float(x), float(y)) for x, y in (mark.split(",") for mark in marks)]


SHORE = [*square(1, 0, 30, 40)]
WEST, EAST, NORTH = place("West", 5, 50), place("East", 45, 50, "left"), place("North", 25, 62)


def test_every_place_is_on_the_map_and_named() -> None:
    drawing = svg(atlas([WEST, EAST, NORTH], SHORE, height=300))
    assert {"West", "East", "North"} <= set(names(drawing))
    found = points(drawing)
    assert len(found) == 3
    assert all(20 < x < 400 and 20 < y < 280 for x, y in found)


def test_north_is_up_and_east_is_right() -> None:
    west, east = points(svg(atlas([WEST, EAST], SHORE)))[::-1]
    if west[0] > east[0]:
        west, east = east, west
    assert west[0] < 210 < east[0]
    (north,) = points(svg(atlas([NORTH], SHORE)))
    assert north == pytest.approx((210, 150), abs=1), "a single place stands in the middle"


def test_small_bends_and_islands_are_left_out() -> None:
    speck = [*square(2, 20, 50, 0.01)]
    with_speck, without = (svg(atlas([WEST, EAST], coast)) for coast in (SHORE + speck, SHORE))
    assert len(with_speck) == len(without)


def test_map_without_a_place_is_an_error() -> None:
    with pytest.raises(SourcebookError, match="a map needs a place"):
        atlas([], SHORE)


def group(name: str, year: int, until: int, origin: str = "") -> dict[str, Any]:
    """A row of the organizations table."""
    return {"organization": name, "year": year, "until": until, "origin": origin}


def test_descent_draws_a_bar_a_name_and_a_line_each() -> None:
    groups = [
        group("One", 1900, 1950),
        group("Two", 1910, 1940, "One"),
        group("Three", 1945, 1950, "Two"),
    ]
    drawing = svg(descent(groups))
    assert {"One", "Two", "Three"} <= set(names(drawing))
    bars = part(drawing, "mark-rect role-mark")
    rules = part(drawing, "mark-rule role-mark")
    assert bars.count("<path") == 3
    assert rules.count("<line") == 2


def test_origin_that_is_not_drawn_has_no_line() -> None:
    drawing = svg(descent([group("Two", 1910, 1940, "One"), group("Three", 1915, 1940, "Two")]))
    assert part(drawing, "mark-rule role-mark").count("<line") == 1
