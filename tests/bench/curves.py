"""How the outputs of a course grow, as a picture: time and memory by the number of pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert

from sourcebook.charts import GRID, INK, THEME, plot
from sourcebook.drawing import draw

if TYPE_CHECKING:
    from growth import Point

NAMES = {
    "read": "first website",
    "teacher": "website of the teacher edition, pages read before",
    "pdf": "PDF",
    "one page": "website, one page changed",
    "epub": "e-book",
    "unchanged": "nothing changed",
}
"""What the outputs are called, the dearest first."""
WIDTH, HEIGHT = 340, 360
LOOK = THEME | {"background": "white", "legend": THEME["legend"] | {"columns": 2}}


def picture(points: Sequence[Point], path: Path, title: str) -> None:
    """Draw the curves as SVG and PNG; a straight line shows what grows with the pages."""
    rows: list[dict[str, Any]] = [{**p._asdict(), "output": NAMES[p.output]} for p in points]
    sides = [
        _side(rows, "seconds", "Processor time, seconds"),
        _side(rows, "peak", "Peak memory, MB"),
    ]
    said = alt.TitleParams(
        title, subtitle="dotted: what grows just as the pages do",
        color=INK, subtitleColor=INK, anchor="start", fontSize=14, offset=14,
    )  # fmt: skip
    spec = alt.hconcat(*sides, spacing=40, title=said).to_dict()
    spec["config"] = LOOK
    path.parent.mkdir(parents=True, exist_ok=True)
    drawing = draw(spec)
    path.with_suffix(".svg").write_text(drawing, encoding="utf-8")
    path.with_suffix(".png").write_bytes(vl_convert.svg_to_png(drawing, scale=2))


def _side(rows: list[dict[str, Any]], field: str, title: str) -> alt.LayerChart:
    pages = sorted({row["pages"] for row in rows})
    domain = [name for name in NAMES.values() if any(row["output"] == name for row in rows)]
    along = alt.X(
        "pages:Q",
        title="Pages of the course",
        scale=alt.Scale(type="log", nice=False, padding=20),
        axis=alt.Axis(values=pages, format="d"),
    )
    up = alt.Y(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(type="log", nice=False, padding=14),
        # A log axis hides some numbers of its own, unless it is told what to write.
        axis=alt.Axis(
            values=_round_numbers([r[field] for r in rows]), labelExpr="datum.value", tickCount=99
        ),
    )
    stroke = alt.Stroke("output:N", legend=None, sort=domain)
    drawn = plot(rows).mark_line().encode(x=along, y=up, stroke=stroke)
    scale = alt.Scale(domain=domain)
    marks = plot(rows).mark_point().encode(
        x=along, y=up,
        color=alt.Color("output:N", scale=scale), shape=alt.Shape("output:N", scale=scale),
    )  # fmt: skip
    return alt.layer(_guide(rows, field), drawn, marks).properties(width=WIDTH, height=HEIGHT)


def _round_numbers(values: Sequence[float]) -> list[float]:
    """What a log axis is labeled with: 1, 2, 5, 10 and so on, around these values."""
    rounded = [step * 10.0**power for power in range(-2, 6) for step in (1, 2, 5)]
    return [x for x in rounded if min(values) / 2 < x < max(values) * 2]


def _guide(rows: list[dict[str, Any]], field: str) -> alt.Chart:
    """The straight line through the largest course's first website, down to its least value."""
    last = max((row for row in rows if row["output"] == NAMES["read"]), key=lambda r: r["pages"])
    least = min(row["pages"] for row in rows)
    low = max(min(row[field] for row in rows), last[field] * least / last["pages"])
    first = {"pages": last["pages"] * low / last[field], field: low}
    line = plot([first, last]).mark_line(color=GRID, strokeDash=[2, 4])
    return line.encode(x="pages:Q", y=f"{field}:Q")
