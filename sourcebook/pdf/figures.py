"""Figures, images and charts: where they stand, never afloat, always with words for them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from docutils import nodes

from sourcebook.pdf.base import Base, classes
from sourcebook.pdf.markup import call, escape, literal

_LENGTH = re.compile(r"^\s*([\d.]+)\s*(%|px|pt|cm|mm|in|em)?\s*$")


class FigureMixin(Base):
    """Images with their captions, and charts with their source and data."""

    def on_figure(self, node: nodes.Element) -> str:
        """A numbered figure; a chart's source joins its caption, its data follows."""
        caption = next((x for x in node.children if isinstance(x, nodes.caption)), None)
        chart = next((x for x in node.findall(nodes.container) if "chart" in classes(x)), None)
        rest = [x for x in node.children if x is not caption]
        data = ""
        if chart is not None:
            rest = [x for x in rest if chart not in x.findall()]
            picture, source, data = self._chart_parts(chart)
        else:
            images = [x for x in rest if next(x.findall(nodes.image), None) is not None]
            rest = [x for x in rest if x not in images]
            picture, source = "".join(self.render(x) for x in images), ""
        with self.within("caption"):
            text = self.inside(caption) if caption is not None else ""
            legend = "".join(self.render(x) for x in rest)
        return self._figure(node, picture, text, source + legend, chart is not None) + data

    def _figure(
        self, node: nodes.Element, picture: str, caption: str, below: str, is_chart: bool
    ) -> str:
        label = self.labels.take(self.leaf.docname, node)
        if caption:
            plain = next(node.findall(nodes.caption)).astext()
            label = label or f"{self.leaf.docname}#figure-{len(self.charts)}"
            self.charts.append((label, self.number(node, "figure"), plain))
        markup = call(
            "figure-block",
            f"[{caption}]" if caption else "none",
            number=f"[{self.number(node, 'figure')}]",
            place=literal(label) if label else "none",
            below=f"[{below.strip()}]",
            chart="true" if is_chart else "false",
            body=picture,
        )
        return self.block(node, markup)

    # ---- charts

    def _chart_parts(self, chart: nodes.Element) -> tuple[str, str, str]:
        """Picture, source line and data table of a chart."""
        picture, source, data = "", "", ""
        with self.within("chart"):
            for child in chart.children:
                if "chart-source" in classes(child):
                    with self.within("caption"):
                        source += self.render(child)
                elif "chart-data" in classes(child):
                    data += self.render(child)
                else:
                    picture += self.render(child)
        return picture, source, data

    def chart(self, node: nodes.Element) -> str:
        """A chart without a caption: picture, source, data."""
        picture, source, data = self._chart_parts(node)
        return self.anchor(node) + self._figure(node, picture, "", source, True) + data

    def chart_data(self, node: nodes.Element) -> str:
        """The chart's numbers, small, for those who cannot see it or want to count again."""
        with self.within("chart-data"):
            return self.flow(node)

    # ---- images

    def on_image(self, node: nodes.Element) -> str:
        """An image with its alternative text; without one, a warning and a stand-in."""
        name = self.builder.image_file(node)
        alt = self._alt(node)
        if name is None:
            self.warn(f"image not printed: {node.get('uri')}", node, "image")
            return self.block(node, call("emph", body=escape(alt)))
        named = {"alt": literal(alt)}
        width = _length(str(node.get("width", "")))
        if width:
            named["width"] = width
        markup = call("picture", literal(name), **named)
        if isinstance(node.parent, nodes.TextElement):
            alone = len(node.parent.children) == 1
            return markup if alone else call("box", body=markup)
        return self.block(node, self.anchor(node) + markup)

    def _alt(self, node: nodes.Element) -> str:
        alt = str(node.get("alt", "")).strip()
        uri = str(node.get("original_uri", node.get("uri", "")))
        # MyST-NB's stock alternative text is the file's name: a hash tells a listener nothing.
        if alt and PurePosixPath(alt).name != PurePosixPath(uri).name:
            return alt
        self.warn("an image needs a text for those who cannot see it (alt)", node, "alt")
        return alt or "image"


def _length(value: str) -> str:
    """A width of docutils as Typst's; pixels are 96 to the inch."""
    found = _LENGTH.match(value)
    if not found:
        return ""
    number, unit = float(found[1]), found[2] or "px"
    if unit == "px":
        return f"{number * 0.75:g}pt"
    return f"{number:g}{unit}"
