"""How a chart looks in every output, and what it always carries."""

from __future__ import annotations

import json
import re

import pytest
from conftest import TINY

from sourcebook.charts import (
    FONT,
    MIME,
    Drawing,
    across,
    amount,
    article,
    bars,
    dates,
    dots,
    level,
    lines,
    names,
    show,
    year,
)
from sourcebook.figures import _for_pages
from sourcebook.tables import Table, read_table

ALT = "The mean falls by one degree in nine years."


@pytest.fixture(scope="module")
def sea() -> Table:
    """The tiny course's table."""
    return read_table(TINY / "book" / "data" / "sea-temperature.csv")


@pytest.fixture(scope="module")
def drawing(sea: Table) -> Drawing:
    """A chart of two series with the article's mark."""
    return draw(sea)


def draw(sea: Table) -> Drawing:
    """A chart as a cell draws it."""
    chart = lines(sea, year(), amount("degrees"), by="series")
    return show(chart + article(1903, 7.25, "The almanac, ¶6"), sea, alt=ALT)


def words(svg: str) -> list[str]:
    """The texts of a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_one_font_for_every_letter(drawing: Drawing) -> None:
    fonts = set(re.findall(r'font-family="([^"]*)"', drawing.svg))
    assert fonts == {FONT}


def test_axis_has_its_unit_and_years(drawing: Drawing) -> None:
    assert "Degrees" in words(drawing.svg)
    years = [word for word in words(drawing.svg) if re.fullmatch(r"1[89]\d\d", word)]
    assert years, "years are written without a comma"


def test_articles_number_is_named(drawing: Drawing) -> None:
    assert "The almanac, ¶6" in words(drawing.svg)


@pytest.mark.parametrize("on", ["x", "y"])
def test_level_is_named(sea: Table, on: str) -> None:
    chart = bars(sea, across("degrees"), names("series"))
    if on == "y":
        chart = dots(sea, year(), amount("degrees"))
    mark = level(7.25, "The almanac", on=on)
    assert "The almanac" in words(show(chart + mark, sea, alt=ALT).svg)


def test_series_differ_in_shape_and_color(drawing: Drawing) -> None:
    assert {"harbor board", "landing step"} <= set(words(drawing.svg))
    marks = [
        mark for mark in re.findall(r"<path [^>]*>", drawing.svg) if 'description="point"' in mark
    ]
    facts = re.compile(r'series: ([^;"]*)|fill="(#\w+)"|d="(M[^"]*)"')
    looks = {"".join(found) for mark in marks for found in facts.findall(mark)}
    assert {"harbor board", "landing step", "#0072b2", "#d55e00"} <= looks
    assert len([look for look in looks if look.startswith("M")]) >= 2, "two shapes"


def test_days_stand_at_their_distance() -> None:
    rows = [
        {"period": day, "year": 1917, "value": n}
        for n, day in enumerate(["1917-01-01", "1917-01-31", "1917-12-31"])
    ]
    record = {"schema": {"fields": [{"name": "period"}, {"name": "value"}]}}
    table = Table("days", record, tuple(rows))
    svg = show(dots(table, dates(), amount("persons")), table, alt=ALT).svg
    marks = [mark for mark in re.findall(r"<path [^>]*>", svg) if "period" in mark]
    at = [float(re.findall(r"translate\(([\d.]+)", mark)[0]) for mark in marks]
    assert len(at) == 3
    assert (at[1] - at[0]) / (at[2] - at[0]) == pytest.approx(30 / 364, abs=0.01)


@pytest.mark.parametrize("alt", ["", "  "])
def test_alt_text_is_required(sea: Table, alt: str) -> None:
    with pytest.raises(ValueError, match="needs alt text"):
        show(lines(sea, year(), amount("degrees")), sea, alt=alt)


def test_alt_text_cannot_be_left_out(sea: Table) -> None:
    with pytest.raises(TypeError, match="alt"):
        show(lines(sea, year(), amount("degrees")), sea)  # type: ignore[call-arg]


def test_same_chart_same_bytes(sea: Table, drawing: Drawing) -> None:
    assert draw(sea).svg == drawing.svg
    assert draw(sea)._repr_mimebundle_() == drawing._repr_mimebundle_()


def test_record_for_the_builders(drawing: Drawing) -> None:
    data = json.loads(drawing._repr_mimebundle_()[MIME])
    assert data["svg"].startswith("<svg ")
    assert data["alt"] == ALT
    assert data["title"] == "Temperature of the sea at Gannet Stack, 1894–1903"
    assert data["header"] == ["Year", "Series", "Mean", "Unit"]
    assert data["cells"][0] == ["1894", "landing step", "8.25", "degrees"]
    assert len(data["cells"]) == 5
    assert data["sources"][0] == "Thorne, The Keeper and the Current"


def test_jupyter_gets_drawing_table_and_alt(drawing: Drawing) -> None:
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {MIME, "text/html", "text/plain"}
    assert bundle["text/plain"] == ALT
    assert f'aria-label="{ALT}"' in bundle["text/html"]
    assert bundle["text/html"].count("<tr>") == 6
    assert "<script" not in bundle["text/html"]


def test_page_drawing_is_named_and_follows_the_ink(drawing: Drawing) -> None:
    svg = _for_pages(drawing.svg, 'A "quoted" <name>', "abc")
    opening = svg[: svg.index(">")]
    assert 'role="graphics-document"' in opening
    assert 'aria-label="A &quot;quoted&quot; &lt;name>"' in opening or "&lt;name" in opening
    assert "currentColor" in svg
    assert "#1f2328" not in svg
    assert not re.search(r'id="(clip|gradient)', svg), "ids of two drawings must differ"


def test_drawing_asks_nobody_for_anything(drawing: Drawing) -> None:
    hosts = re.sub(r'xmlns(:\w+)?="[^"]*"', "", drawing.svg)
    assert "http" not in hosts


def test_chosen_columns(sea: Table) -> None:
    chart = show(lines(sea, year(), amount("degrees")), sea, alt=ALT, columns=["year", "value"])
    assert chart.header == ["Year", "Mean"]
    assert chart.cells[1] == ["1897", "8"]


def test_big_numbers_have_commas(sea: Table) -> None:
    more = sea.plus([{"year": 1904, "value": 1234567, "unit": "herrings"}])
    chart = show(dots(more, year(), amount("herrings")), more, alt=ALT, columns=["value"])
    assert chart.cells[-1] == ["1,234,567"]
