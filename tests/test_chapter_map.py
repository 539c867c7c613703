"""The chapters on one line of years: as a list on the website, drawn over a table in print."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import TINY, MakeProject, words_of_pdf

from sourcebook.chapter_map import Line, draw, marks, strip
from sourcebook.chapters import format_years, read_chapter

NAMES = ("arrival", "herring-year", "visitors")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1871, 1875, [1871, 1872, 1873, 1874, 1875]),
        (1861, 1940, [1870, 1880, 1890, 1900, 1910, 1920, 1930, 1940]),
        (1940, 1940, [1940]),
        (300, 1453, [400, 600, 800, 1000, 1200, 1400]),
    ],
)
def test_named_years_are_round_and_few(first: int, last: int, expected: list[int]) -> None:
    assert marks(first, last) == expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [((1940, 1940), "1940"), ((1905, 1914), "1905–14"), ((1900, 1905), "1900–05"),
     ((1861, 1904), "1861–1904")],
)  # fmt: skip
def test_years_are_short_within_a_century(years: tuple[int, int], expected: str) -> None:
    assert format_years(years) == expected


def test_bars_lie_on_the_line_their_last_year_included() -> None:
    line = Line([read_chapter(TINY, f"book/{name}") for name in NAMES], 100)
    assert (line.first, line.last) == (1871, 1876)
    assert [line.stretch(years) for years in ((1871, 1871), (1873, 1875))] == [(0, 20), (40, 60)]
    assert 'x="40.0%" width="60.0%"' in strip(line, (1873, 1875))


def test_titles_of_the_drawing_stay_inside() -> None:
    svg = ET.fromstring(draw([read_chapter(TINY, f"book/{name}") for name in NAMES]))
    width = float(svg.attrib["width"])
    texts = [t for t in svg.iter() if t.tag.endswith("text") and t.text and not t.text.isdigit()]
    assert [t.text for t in texts] == ["The Arrival", "The Herring Year", "The Visitors"]
    for text in texts:
        assert text.text
        x, long = float(text.attrib["x"]), 8 * len(text.text)
        assert (x - long > 0) if text.attrib["text-anchor"] == "end" else (x + long < width)


def test_website_has_a_list_with_links_and_strips(student: Path) -> None:
    page = (student / "html" / "book" / "index.html").read_text(encoding="utf-8")
    entries = re.findall(r"<li>.*?</li>", page[page.index("chapter-list") :], re.DOTALL)[:3]
    for entry, title, asks in zip(
        entries,
        ("The Arrival", "The Herring Year", "The Visitors"),
        ("Who came to the rock?", "What do the numbers count?", "Whose count is right?"),
        strict=True,
    ):
        assert title in entry and asks in entry and entry.count("<rect") == 1
    assert "chapter-map-print" not in page
    assert "1873–75" in entries[2] and "25 minutes" in entries[2]


def test_print_has_the_drawing_over_the_table(student: Path) -> None:
    assert words_of_pdf(student).count("Whosecountisright?") == 1


def test_map_without_years_says_what_to_write(project: MakeProject) -> None:
    pages = {
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n  - file: one\n",
        "index.md": "# Course\n\n:::{chapter-map}\n:::\n\n```{toctree}\none\n```\n",
        "one.md": "---\npassages: 1-3\n---\n# One\n\n:::{passage} 1-3\n:::\n",
    }
    (warning,) = project(pages).warnings
    assert warning.startswith("index.md:3: ERROR: no chapter says its years")
