"""The chapters as a map: ``{chapter-map}`` sets them on one line of years.

Years and question are each chapter's own (``years:`` and ``asks:`` in its front matter). On a
website every entry has its stretch of the line beside it, on a screen of any width; elsewhere
a drawing stands over a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from os.path import relpath
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .chapters import Chapter, format_range, format_years, read_chapter, read_toc
from .charts import COLORS, FONT, GRID, INK, WIDTH
from .figures import drawing, name_of

_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
_MOST_MARKS = 8
_ROW, _BAR, _EDGE, _AXIS = 27, 18, 16, 36
"""Pixels of the drawing: a chapter's row, its bar, the margins, the line of years below."""


def marks(first: int, last: int) -> list[int]:
    """The round years to name on a line that runs from one year to another."""
    step = next((s for s in _STEPS if (last - first) / s <= _MOST_MARKS), _STEPS[-1])
    return list(range(-(-first // step) * step, last + 1, step))


class Line:
    """A line of years that a row of chapters shares. ``width`` in the unit of what it gives."""

    def __init__(self, chapters: Sequence[Chapter], width: float) -> None:
        self.first = min(c.years[0] for c in chapters if c.years)
        # A year is a stretch, not a point: the line ends when the last one does.
        self.last = max(c.years[1] for c in chapters if c.years) + 1
        self.width = width

    def at(self, year: int) -> float:
        """Where a year begins."""
        return round(self.width * (year - self.first) / (self.last - self.first), 2)

    def stretch(self, years: tuple[int, int]) -> tuple[float, float]:
        """Where a chapter's years begin, and how wide they are, its last year included."""
        start = self.at(years[0])
        return start, round(self.at(years[1] + 1) - start, 2)

    def marks(self) -> list[tuple[int, float]]:
        """The named years, each with its place."""
        return [(year, self.at(year)) for year in marks(self.first, self.last - 1)]


def draw(chapters: Sequence[Chapter]) -> str:
    """The map as a drawing, for paper: a bar a chapter, its title where there is room."""
    line = Line(chapters, WIDTH - 2 * _EDGE)
    bottom = _EDGE + _ROW * len(chapters)
    parts = []
    for year, x in line.marks():
        x += _EDGE
        parts.append(f'<line x1="{x}" y1="{_EDGE}" x2="{x}" y2="{bottom}" stroke="{GRID}"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{year}</text>')
    for n, chapter in enumerate(chapters):
        start, width = line.stretch(chapter.years or (line.first, line.last - 1))
        y = _EDGE + _ROW * n + (_ROW - _BAR) / 2
        parts.append(
            f'<rect x="{start + _EDGE}" y="{y}" width="{width}" height="{_BAR}" rx="2" '
            f'fill="{COLORS[0]}"/>'
        )
        before = start > line.width - start - width
        x = start + _EDGE - 7 if before else start + width + _EDGE + 7
        anchor = "end" if before else "start"
        parts.append(
            f'<text x="{x}" y="{y + 13.5}" text-anchor="{anchor}">{escape(chapter.title)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + _AXIS}" '
        f'viewBox="0 0 {WIDTH} {bottom + _AXIS}" font-family="{FONT}" font-size="13" '
        f'fill="{INK}">{"".join(parts)}</svg>'
    )


def strip(line: Line, years: tuple[int, int]) -> str:
    """A chapter's stretch of the line, for its entry on a page; ``line`` is in percent."""
    start, width = line.stretch(years)
    ticks = "".join(f'<line x1="{x}%" x2="{x}%" y2="100%"/>' for _, x in line.marks())
    bar = f'<rect x="{start}%" width="{width}%" height="100%" rx="2"/>'
    return (
        f'<svg class="chapter-strip" width="100%" height="14" aria-hidden="true">{ticks}{bar}</svg>'
    )


def axis(line: Line) -> str:
    """The names of the years over the entries of a page."""
    names = "".join(f'<text x="{x}%" y="12">{year}</text>' for year, x in line.marks())
    return f'<svg class="chapter-years" width="100%" height="16" aria-hidden="true">{names}</svg>'


class ChapterMap(SphinxDirective):
    """The map, and for print a table of the same chapters."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        chapters = []
        for page in read_toc(root):
            chapter = read_chapter(root, page.docname)
            if chapter.passages and chapter.edition != "teacher":
                self.env.note_dependency(str(chapter.path))
                chapters.append(chapter)
        if not any(chapter.years for chapter in chapters):
            hint = "write years: 1905-1914 between the --- lines of each chapter"
            raise self.error(f"no chapter says its years, so there is no map: {hint}")
        return [self._list(chapters), self._print(chapters)]

    def _list(self, chapters: list[Chapter]) -> nodes.Element:
        line = Line(chapters, 100)
        box = nodes.container(classes=["chapter-map"])
        self.set_source_info(box)
        box += nodes.raw("", axis(line), format="html")
        items = nodes.enumerated_list(enumtype="arabic", classes=["chapter-list"])
        for chapter in chapters:
            said = [format_years(chapter.years)] if chapter.years else []
            said.append(f"{{para}}`{format_range(chapter.passages)}`")
            said += [f"{sum(chapter.minutes.values())} minutes"] if chapter.minutes else []
            text = f"{{doc}}`/{chapter.docname}`\n\n{' · '.join(said)}\n\n{chapter.asks}"
            item = nodes.list_item("", *self.parse_text_to_nodes(text))
            paragraphs = item.findall(nodes.paragraph)
            for paragraph, kind in zip(paragraphs, ("name", "about", "asks"), strict=False):
                paragraph["classes"].append(f"chapter-{kind}")
            if chapter.years:
                item.insert(2, nodes.raw("", strip(line, chapter.years), format="html"))
            items += item
        box += items
        return box

    def _print(self, chapters: list[Chapter]) -> nodes.Element:
        svg = draw(chapters)
        path = Path(self.env.doctreedir) / "drawn" / f"chapter-map-{name_of(svg)}.svg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(svg, encoding="utf-8")
        spans = [f"{c.title}, {format_years(c.years)}" for c in chapters if c.years]
        lines = ["| Chapter | Years | Paragraphs | The question |", "|---|---|---|---|"]
        for c in chapters:
            years = format_years(c.years) if c.years else ""
            passages = f"{{para}}`{format_range(c.passages)}`"
            lines.append(f"| {{doc}}`/{c.docname}` | {years} | {passages} | {c.asks} |")
        box = nodes.container(classes=["chapter-map-print"])
        self.set_source_info(box)
        alt = f"The chapters on a line of years: {'; '.join(spans)}."
        uri = f"/{Path(relpath(path, self.env.srcdir)).as_posix()}"
        box += [drawing(svg, alt, uri), *self.parse_text_to_nodes("\n".join(lines))]
        return box


class MapForBuilder(SphinxPostTransform):
    """A website keeps the list, everything else the drawing and the table."""

    # Before charts are dressed for pages (6).
    default_priority = 5

    def run(self, **kwargs: object) -> None:
        web = self.app.builder.name in ("html", "dirhtml")
        gone = "chapter-map-print" if web else "chapter-map"
        for box in list(self.document.findall(nodes.container)):
            if gone in box["classes"]:
                box.parent.remove(box)


def setup(app: Sphinx) -> None:
    """Register the map."""
    app.add_directive("chapter-map", ChapterMap)
    app.add_post_transform(MapForBuilder)
