"""How a chart looks in every output: one theme, one way to mark the article's own number.

A cell says what is drawn, never how it looks::

    workers = table("workers").where(series=[…])
    chart = lines(workers, year(), amount("thousand workers"), by="series")
    show(chart + article(1914, 5000, "Hallas, ¶14"), workers, alt="…")

Every chart carries its static drawing, its alt text, its sources and its data as a table.
Imports no Sphinx.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt

from .errors import SourcebookError
from .tables import Table

MIME = "application/vnd.sourcebook.chart+json"
FONT, PAGE_FONT = "Source Sans Pro", "Course Sans, sans-serif"
FONTS = Path(__file__).parent / "fonts"
INK, PAPER, GRID = "#1f2328", "transparent", "#8c959f"
"""``INK`` follows the page's text color in HTML."""

ON_PAGE = sys.platform == "emscripten"
"""Whether a reader's browser runs this: there the page draws, as vl-convert does here."""
if not ON_PAGE:
    import vl_convert as vlc

    from .drawing import draw

    # The one chart font comes with the package: what is measured here is what the PDF sets.
    # A notebook that was taken away draws without it, in the letters that are there.
    if FONTS.is_dir():
        vlc.register_font_directory(str(FONTS))

# Distinct to the color-blind (after Okabe and Ito) and in light and dark pages alike; a
# shape and a dash for each, so that a grey print tells them apart too.
COLORS = ["#0072b2", "#d55e00", "#009e73", "#b5689a", "#8a6d00", "#57606a", "#56a5d8", "#a13d2d"]
SHAPES = [
    "circle",
    "square",
    "triangle-up",
    "cross",
    "diamond",
    "triangle-down",
    "triangle-right",
    "triangle-left",
]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4], [1, 3], [6, 2, 2, 2, 2, 2]]

WIDTH, HEIGHT = 420, 300
"""Pixels of a drawing: narrow, so that its letters stay legible on a phone."""

_AXIS = {
    "domainColor": GRID,
    "gridColor": GRID,
    "gridOpacity": 0.25,
    "labelColor": INK,
    "labelFontSize": 12,
    "tickColor": GRID,
    "titleColor": INK,
    "titleFontSize": 12,
    "titleFontWeight": 400,
}
THEME: dict[str, Any] = {
    "font": FONT,
    "background": PAPER,
    "view": {"stroke": None},
    "axis": _AXIS,
    "axisX": {"grid": False, "labelFlush": False},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -8,
              "titleX": -30, "tickCount": 6, "domain": False},
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12},
    "legend": {
        "orient": "bottom",
        "direction": "vertical",
        "columns": 1,
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 380,
        "symbolSize": 70,
        "symbolStrokeWidth": 2,
    },
    "mark": {"color": COLORS[0]},
    "line": {"strokeWidth": 2},
    "point": {"filled": True, "size": 55, "opacity": 1},
    "text": {"color": INK, "fontSize": 12, "font": FONT},
    "rule": {"color": INK},
    "range": {"category": COLORS, "symbol": SHAPES},
}  # fmt: skip


Rows = Table | Sequence[dict[str, Any]]


def plot(rows: Rows) -> alt.Chart:
    """An Altair chart of these rows, to which a cell adds mark and encoding."""
    return alt.Chart(alt.Data(values=[dict(row) for row in rows]))


def year(title: str = "", **options: Any) -> alt.X:
    """The horizontal axis of years (whole numbers, printed without a comma)."""
    options.setdefault("scale", alt.Scale(zero=False, nice=False, padding=14))
    axis = alt.Axis(format="d", title=title or None, labelOverlap=True)
    return alt.X("year:Q", axis=axis, **options)


def amount(unit: str, field: str = "value", **options: Any) -> alt.Y:
    """The vertical axis, from zero, with its unit written above it."""
    title = unit[:1].upper() + unit[1:]
    return alt.Y(f"{field}:Q", title=title, **options)


def across(unit: str, field: str = "value", **options: Any) -> alt.X:
    """The amount along the horizontal axis, for bars with long names."""
    title = unit[:1].upper() + unit[1:]
    return alt.X(f"{field}:Q", axis=alt.Axis(title=title, grid=True), **options)


def names(field: str, order: Sequence[str] | str = "-x") -> alt.Y:
    """The names of horizontal bars, longest bar first unless an order is given."""
    sort = order if isinstance(order, str) else list(order)
    axis = alt.Axis(title=None, labelLimit=230, grid=False, ticks=False)
    return alt.Y(f"{field}:N", sort=sort, axis=axis)


def dates(field: str = "period") -> alt.X:
    """The horizontal axis of days, each in its true distance from the next."""
    axis = alt.Axis(format="%Y", title=None, tickCount="year", labelOverlap=True)
    # UTC, or the builder's time zone would move a day.
    scale = alt.Scale(type="utc", nice=False, padding=14)
    return alt.X(f"utcyearmonthdate({field}):T", axis=axis, scale=scale)


def terms(field: str = "period") -> alt.X:
    """The horizontal axis of quarters or other named spans, in the table's order."""
    return alt.X(f"{field}:O", sort=None, axis=alt.Axis(title=None, labelAngle=-45))


def lines(
    rows: Rows, x: alt.X, y: alt.Y, by: str = "", order: Sequence[str] = ()
) -> alt.LayerChart:
    """Lines with a point at each fact; series differ in color, shape and dash."""
    if not by:
        return alt.layer(plot(rows).mark_line(point=True).encode(x=x, y=y))
    domain = _domain(rows, by, order)
    # The lines have a channel of their own, so that the points' legend is the only one: color
    # and shape together, told apart in a grey print too. Their order is a sort and not a domain
    # like the points', or Vega-Lite would drop that legend with theirs.
    stroke = alt.Stroke(f"{by}:N", legend=None, sort=domain, scale=alt.Scale(range=COLORS))
    dash = alt.StrokeDash(f"{by}:N", legend=None, sort=domain, scale=alt.Scale(range=DASHES))
    drawn = plot(rows).mark_line().encode(x=x, y=y, stroke=stroke, strokeDash=dash)
    return alt.layer(drawn, dots(rows, x, y, by, order))


def dots(rows: Rows, x: alt.X, y: alt.Y, by: str = "", order: Sequence[str] = ()) -> alt.Chart:
    """Facts that must not be joined: single years, or counts of unlike things."""
    drawn = plot(rows).mark_point().encode(x=x, y=y)
    if not by:
        return drawn
    scale = alt.Scale(domain=_domain(rows, by, order))
    return drawn.encode(
        color=alt.Color(f"{by}:N", scale=scale), shape=alt.Shape(f"{by}:N", scale=scale)
    )


def _domain(rows: Rows, by: str, order: Sequence[str]) -> list[str]:
    """The names of a legend: as ordered, or as they come in the rows."""
    return list(order) or list(dict.fromkeys(str(row[by]) for row in rows))


def bars(rows: Rows, x: alt.X, y: alt.Y) -> alt.Chart:
    """Horizontal bars: amounts of named things."""
    return plot(rows).mark_bar().encode(x=x, y=y)


def article(at: Any, value: float, label: str, place: str = "above left") -> alt.LayerChart:
    """The article's own number as a named mark: a black diamond with its paragraph.

    ``place`` says where the name stands: above or below the mark, and left or right.
    """
    base = alt.Chart(alt.Data(values=[{"year": at, "value": value, "label": label}]))
    position = {"x": alt.X("year:Q"), "y": alt.Y("value:Q")}
    mark = base.mark_point(shape="diamond", filled=True, size=150, color=INK, opacity=1)
    left, below = place.endswith("left"), place.startswith("below")
    text = base.mark_text(
        align="right" if left else "left",
        dx=-9 if left else 9,
        dy=14 if below else -11,
        fontWeight="bold",
    )
    return alt.layer(mark.encode(**position), text.encode(text="label:N", **position))


def level(value: float, label: str, *, on: str = "x") -> alt.LayerChart:
    """A number as a named line, across horizontal bars or (``on="y"``) at a height."""
    base = alt.Chart(alt.Data(values=[{"value": value, "label": label}]))
    position = {"x": alt.X("value:Q")} if on == "x" else {"y": alt.Y("value:Q")}
    line = base.mark_rule(color=INK, strokeDash=[5, 3], strokeWidth=2)
    place = {"align": "center", "y": -8} if on == "x" else {"align": "left", "dy": -8, "x": 4}
    text = base.mark_text(fontWeight="bold", **place)
    return alt.layer(line.encode(**position), text.encode(text="label:N", **position))


class Drawing:
    """A chart ready for every output: Jupyter shows it, the course's builders set it.

    In a reader's browser it has no drawing yet, but what is to be drawn.
    """

    def __init__(
        self, svg: str, rows: Table, columns: Sequence[str], alt: str, spec: dict[str, Any]
    ) -> None:
        self.svg = svg
        self.spec = spec
        self.alt = alt
        self.title = str(rows.record.get("title", rows.name))
        self.table = rows.name
        self.header = [_heading(rows, column) for column in columns]
        self.cells = [[_cell(row[column]) for column in columns] for row in rows]
        self.sources = rows.sources

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        data = {
            "svg": self.svg,
            "alt": self.alt,
            "table": self.table,
            "title": self.title,
            "header": self.header,
            "cells": self.cells,
            "sources": self.sources,
        }
        if ON_PAGE:
            return {MIME: json.dumps(data | {"spec": for_page(self.spec)})}
        return {MIME: json.dumps(data), "text/html": self._html(), "text/plain": self.alt}

    def _html(self) -> str:
        head = "".join(f"<th>{html.escape(text)}</th>" for text in self.header)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
            for row in self.cells
        )
        return (
            f'<figure role="group" aria-label="{html.escape(self.alt)}">{self.svg}'
            f"<details><summary>The data as a table</summary><table><tr>{head}</tr>{body}</table>"
            f"</details><p>Sources: {html.escape('; '.join(self.sources))}</p></figure>"
        )


def _heading(rows: Table, column: str) -> str:
    fields = {field["name"]: field for field in rows.record["schema"]["fields"]}
    return str(fields[column].get("title") or column.capitalize())


def _cell(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:,}" if abs(value) >= 10_000 else f"{value}"


def show(
    chart: Any, rows: Table, *, alt: str, columns: Sequence[str] = (), height: int = HEIGHT
) -> Drawing:
    """Draw a chart of ``rows``; ``alt`` says in a sentence or two what it shows.

    ``columns`` are the ones its data table has: year, series, value and unit unless told.
    """
    if not alt.strip():
        raise ValueError("a chart needs alt text: say what it shows")
    if not len(rows):
        hint = "look at the values in where(…): text and numbers differ"
        raise SourcebookError(f"table {rows.name}: no rows are left to draw", hint)
    spec = chart.to_dict()
    spec["config"] = THEME
    spec.setdefault("width", WIDTH)
    spec.setdefault("height", height)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    usual = ("period", "year", "series", "value", "unit")
    found = [name for name in usual if name in rows.columns]
    if "period" in found and all(
        str(r["period"]) == str(r["year"]) or not r["period"] for r in rows
    ):
        found.remove("period")
    elif "period" in found and "year" in found:
        found.remove("year")
    svg = "" if ON_PAGE else _short(draw(spec))
    return Drawing(svg, rows, columns or found, alt, spec)


def for_page(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart in the letters and the ink of a page."""
    text = json.dumps(spec).replace(json.dumps(FONT), json.dumps(PAGE_FONT))
    drawn: dict[str, Any] = json.loads(text.replace(json.dumps(INK), '"currentColor"'))
    return drawn


def _short(svg: str) -> str:
    """The drawing without paths that show nothing, such as land outside a map, and shorter.

    A tenth of a pixel is finer than any screen, and half as long.
    """

    def rounded(path: re.Match[str]) -> str:
        return re.sub(r"\d+\.\d{2,}", lambda n: f"{float(n[0]):.1f}", path[0])

    svg = re.sub(r"<path(?![^>]* d=)[^>]*/>", "", svg)
    return re.sub(r' d="[^"]*"', rounded, svg)
