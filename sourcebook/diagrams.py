"""Where place or structure matters: maps of places and lines of descent, drawn from tables.

Like a chart, a drawing is made in a cell and shown by ``charts.show``::

    places = table("places").where(map="Exile")
    show(atlas(places, table("coastline")), places, columns=["place", "event"], alt="…")

Imports no Sphinx.
"""

from __future__ import annotations

import json
from math import cos, dist, radians, sin, sqrt
from typing import Any

import altair as alt

from .charts import COLORS, GRID, WIDTH, Rows, plot
from .errors import SourcebookError

_POINT = 45
_MARGIN = 34
"""Pixels between the outermost place and the edge of a map."""
_BEND = 2
"""Pixels between two points of a drawn coast, at least."""
_Point = tuple[float, float]
_NAME: dict[str, dict[str, Any]] = {
    "right": {"align": "left", "baseline": "middle", "dx": 7},
    "left": {"align": "right", "baseline": "middle", "dx": -7},
    "above": {"align": "center", "baseline": "bottom", "dy": -6},
    "below": {"align": "center", "baseline": "top", "dy": 7},
}


def atlas(places: Rows, coast: Rows, *, height: int = 300) -> alt.LayerChart:
    """A map of named places on the outline of the land, without borders, which moved.

    ``places`` have ``place``, ``latitude``, ``longitude`` (degrees) and ``side``: where the
    name stands, right, left, above or below. ``coast`` has the points of each ring of each
    piece of land, in order. The map shows all places, in an equal-area projection.
    """
    window = _Window([(row["longitude"], row["latitude"]) for row in places], height)
    # As one text: Altair looks at each point of a list, and land has thousands.
    points = json.dumps(_land(coast, window))
    shapes = alt.Chart(alt.InlineData(values=points, format=alt.DataFormat(type="json")))
    land = shapes.mark_geoshape(fill=GRID, fillOpacity=0.18, stroke=GRID, strokeWidth=0.7)
    drawn = [land]
    for side, look in _NAME.items():
        rows = [dict(row) for row in places if row["side"] == side]
        if rows:
            base = plot(rows).encode(longitude="longitude:Q", latitude="latitude:Q")
            drawn.append(base.mark_circle(size=_POINT, color=COLORS[1], opacity=1))
            drawn.append(base.mark_text(**look).encode(text="place:N"))
    return alt.layer(*drawn).project(**window.projection).properties(width=WIDTH, height=height)


class _Window:
    """The part of the world that holds some points, in Lambert's equal-area projection."""

    def __init__(self, points: list[_Point], height: int) -> None:
        if not points:
            raise SourcebookError("a map needs a place", "look at the values in where(…)")
        self.height = height
        lons, lats = zip(*points, strict=True)
        self.center = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
        flat = [self._flat(*point) for point in points]
        left, right = min(x for x, _ in flat), max(x for x, _ in flat)
        low, high = min(y for _, y in flat), max(y for _, y in flat)
        self.scale = min(
            (WIDTH - 2 * _MARGIN) / max(right - left, 0.02),
            (height - 2 * _MARGIN) / max(high - low, 0.02),
        )
        self.middle = ((left + right) / 2, (low + high) / 2)

    def _flat(self, longitude: float, latitude: float) -> _Point:
        """A point on the plane, the Earth's radius as the unit, the center as the origin."""
        turn = radians(longitude - self.center[0])
        here, there = radians(self.center[1]), radians(latitude)
        near = 1 + sin(here) * sin(there) + cos(here) * cos(there) * cos(turn)
        stretch = sqrt(2 / max(near, 1e-9))
        up = cos(here) * sin(there) - sin(here) * cos(there) * cos(turn)
        return stretch * cos(there) * sin(turn), stretch * up

    def thin(self, ring: list[_Point]) -> list[_Point]:
        """A coast without the bends that are smaller than the map can show."""
        kept, last = [ring[0]], self._flat(*ring[0])
        for point in ring[1:-1]:
            here = self._flat(*point)
            if dist(here, last) * self.scale >= _BEND:
                kept.append(point)
                last = here
        return [*kept, kept[0]]

    @property
    def projection(self) -> dict[str, Any]:
        """The projection as Vega names it."""
        x, y = self.middle
        shift = [WIDTH / 2 - x * self.scale, self.height / 2 + y * self.scale]
        return {
            "type": "azimuthalEqualArea",
            "rotate": [-self.center[0], -self.center[1], 0],
            "scale": self.scale,
            "translate": shift,
            "clipExtent": [[0, 0], [WIDTH, self.height]],
        }


def _land(coast: Rows, window: _Window) -> list[dict[str, Any]]:
    """The pieces of land as GeoJSON, the shores of inner seas after the outer coast."""
    pieces: dict[int, dict[int, list[_Point]]] = {}
    for row in coast:
        ring = pieces.setdefault(row["shape"], {}).setdefault(row["ring"], [])
        ring.append((row["longitude"], row["latitude"]))
    drawn = []
    for rings in pieces.values():
        seen = [thin for ring in rings.values() if len(thin := window.thin(ring)) > 5]
        if seen:
            shape = {"type": "Polygon", "coordinates": seen}
            drawn.append({"type": "Feature", "geometry": shape})
    return drawn


_LANE = 30
"""Pixels a lane is high: a bar and the name above it."""


def descent(groups: Rows) -> alt.LayerChart:
    """Who came from whom: a lane and a bar for each group, a line from its origin's where drawn.

    ``groups`` have ``organization``, ``year`` (its first), ``until`` (its last) and ``origin``
    (the group it came from, or nothing); the lanes are in the order of the rows.
    """
    lanes = {row["organization"]: n for n, row in enumerate(groups)}
    first, last = min(row["year"] for row in groups), max(row["until"] for row in groups)
    rows = []
    for row in groups:
        lane = lanes[row["organization"]]
        rows.append({**row, "lane": lane, "from": lanes.get(row["origin"], lane)})
        rows[-1]["late"] = row["year"] > first + 0.6 * (last - first)
    scale = alt.Scale(domain=[first, last], nice=False, padding=14)
    axis = alt.Axis(format="d", title=None, labelOverlap=True, tickCount=8)
    x = alt.X("year:Q", scale=scale, axis=axis)
    y = alt.Y("lane:Q", axis=None, scale=alt.Scale(domain=[len(rows) - 0.5, -0.8], nice=False))
    born = [row for row in rows if row["from"] != row["lane"]]
    origins = plot(born).mark_rule(color=GRID, strokeWidth=1.5)
    spans = plot(rows).mark_bar(size=6, color=COLORS[0])
    drawn = [origins.encode(x=x, y=y, y2="from:Q"), spans.encode(x=x, x2="until:Q", y=y)]
    # A late bar has its name before it, where there is room; the others have it above.
    for late, look in (
        (False, {"align": "left", "dx": 4, "dy": -11}),
        (True, {"align": "right", "dx": -5}),
    ):
        named = [row for row in rows if row["late"] is late]
        if named:
            drawn.append(plot(named).mark_text(**look).encode(x=x, y=y, text="organization:N"))
    return alt.layer(*drawn).properties(height=_LANE * len(rows))
