"""Charts in the course's pages: inline SVG in HTML, a vector image elsewhere, always a table.

A cell's chart arrives as one record (``charts.MIME``); it becomes plain nodes that every
builder can print.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from pathlib import Path
from typing import Any, ClassVar

import vl_convert as vlc
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.transforms.post_transforms.images import ImageConverter

from .charts import FONT, INK, MIME, PAGE_FONT
from .datapackage import FOLDER, link_to

_MARK = re.compile(
    r'(<path aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="(?!line)[^>]*?)/>'
)
_GROUND = 'role="graphics-symbol" aria-roledescription="shape mark container"'


class ChartRenderer:
    """MyST-NB's plug-in for the course's charts."""

    # First wherever there is a choice; our own builders are unknown to MyST-NB otherwise.
    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [
        ("*", MIME, 0),
        *(
            (builder, kind, 10 * place)
            for builder in ("typst", "ebook", "handout-pdf", "handout-html")
            for place, kind in enumerate(
                ("image/svg+xml", "image/png", "text/markdown", "text/plain"), 1
            )
        ),
    ]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """The nodes of one chart."""
        if inline or data.mime_type != MIME:
            return None
        chart = json.loads(data.content) if isinstance(data.content, str) else data.content
        uri = renderer.write_file(
            [f"chart-{name_of(chart['svg'])}.svg"],
            chart["svg"].encode(),
            overwrite=False,
            exists_ok=True,
        )
        line = data.line or 1
        box = drawing(chart["svg"], chart["alt"], uri)
        if chart["sources"]:
            text = f"Sources: {'; '.join(chart['sources'])}."
            box += nodes.paragraph("", text, classes=["chart-source"])
        table = _data(chart)
        address = link_to(renderer.renderer.sphinx_env.docname, f"{FOLDER}/{chart['table']}.csv")
        link = f'<p><a href="{address}" download>The whole table</a> (CSV)</p>'
        table += nodes.raw("", link, format="html")
        box += table
        for node in box.findall(nodes.Element):
            node.source, node.line = renderer.renderer.document["source"], line
        return [box]


def name_of(svg: str) -> str:
    """A name for a drawing that no other has."""
    return hashlib.sha256(svg.encode()).hexdigest()[:16]


def drawing(svg: str, alt: str, uri: str) -> nodes.container:
    """A drawing as pages carry it and as an image for paper, of the size that a form asks for."""
    box = nodes.container(classes=["chart"])
    box += nodes.raw("", _for_pages(svg, alt, name_of(svg)), format="html epub")
    box += nodes.image(uri=uri, alt=alt, classes=["chart-static"])
    return box


def _for_pages(svg: str, alt: str, name: str) -> str:
    """The drawing as a page carries it: in the page's ink, its ids its own, named."""
    svg = svg.replace(f'"{INK}"', '"currentColor"')
    svg = re.sub(r'(id="|url\(#|href="#)(?=(?:clip|gradient)\d)', rf"\g<1>chart-{name}-", svg)
    # The outline of the land is a ground, not a mark with a name.
    svg = svg.replace(_GROUND, 'aria-hidden="true"')
    svg = svg.replace(f'font-family="{FONT}"', f'font-family="{PAGE_FONT}"')
    # A point's or bar's name, which screen readers speak, is its tooltip too.
    svg = _MARK.sub(r"\1><title>\2</title></path>", svg)
    label = html.escape(alt)
    match = re.search(r'width="(\d+)" height="(\d+)"', svg)
    size = f'style="--chart-width:{match[1]}px" ' if match else ""
    return svg.replace("<svg ", f'<svg {size}role="graphics-document" aria-label="{label}" ', 1)


def _data(chart: dict[str, Any]) -> nodes.Element:
    """The chart's rows as a table, folded in HTML."""
    box = nodes.container(classes=["chart-data"])
    box += nodes.paragraph("", f"The data: {chart['title']}", classes=["chart-data-title"])
    table = nodes.table(classes=["chart-table"])
    group = nodes.tgroup(cols=len(chart["header"]))
    group += [nodes.colspec(colwidth=1) for _ in chart["header"]]
    group += nodes.thead("", _row(chart["header"]))
    group += nodes.tbody("", *[_row(cells) for cells in chart["cells"]])
    table += group
    box += table
    return box


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", text)) for text in cells])


def _figure_of(node: nodes.Node) -> nodes.figure | None:
    """The figure a chart stands in, where its cell gives it a caption."""
    while node is not None and not isinstance(node, nodes.figure):
        node = node.parent
    return node


class ChartsForPages(SphinxPostTransform):
    """On screens the inline drawing stays and the image goes; its table is below the caption.

    A website folds the table; an e-book's reader may not know how to unfold it.
    """

    # After MyST-NB has chosen the output (4), before images are collected (10 and later).
    default_priority = 6
    formats = ("html", "epub")

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.container)):
            if "chart" in node["classes"]:
                self._dress(node)

    def _dress(self, chart: nodes.Element) -> None:
        for image in list(chart.findall(nodes.image)):
            image.parent.remove(image)
        figure = _figure_of(chart)
        if figure is not None:
            after = figure.parent.index(figure) + 1
            for part in [n for n in chart.children if not isinstance(n, nodes.raw)]:
                chart.remove(part)
                figure.parent.insert(after, part)
                after += 1
            chart = figure.parent
        for box in list(chart.findall(nodes.container)):
            if (
                self.app.builder.format == "html"
                and "chart-data" in box["classes"]
                and isinstance(box[0], nodes.paragraph)
            ):
                title = box.pop(0).astext()
                opening = f'<details class="chart-data"><summary>{title}</summary>'
                box.insert(0, nodes.raw("", opening, format="html"))
                box.append(nodes.raw("", "</details>", format="html"))


class SvgToPdf(ImageConverter):
    """Drawings for builders that cannot set SVG, such as LaTeX."""

    default_priority = 90
    conversion_rules = [("image/svg+xml", "application/pdf")]  # noqa: RUF012

    def is_available(self) -> bool:
        return True

    def convert(self, _from: str | os.PathLike[str], _to: str | os.PathLike[str]) -> bool:
        Path(_to).write_bytes(vlc.svg_to_pdf(Path(_from).read_text(encoding="utf-8")))
        return True


def setup(app: Sphinx) -> None:
    """Register the charts' transforms."""
    app.add_post_transform(ChartsForPages)
    app.add_post_transform(SvgToPdf)
