"""The shapes the course's own directives build, made here by hand: the PDF knows only them."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective


def numbered(number: str, *content: nodes.Node, classes: tuple[str, ...] = ()) -> nodes.container:
    target = f"p{number}"
    holder = nodes.container(classes=["source-paragraph", *classes])
    holder += nodes.target("", "", ids=[target])
    link = nodes.reference("", number, refid=target, internal=True)
    holder += nodes.paragraph(
        "", "", nodes.inline("", "", link, classes=["paragraph-number"]), nodes.Text(" "), *content
    )
    return holder


class Passage(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"guide": directives.flag}

    def run(self) -> list[nodes.Node]:
        box = nodes.container(classes=["passage"], text_id="text")
        box += nodes.paragraph("", "Somebody, “A source”, ¶1–2", classes=["passage-credit"])
        for number, line in zip(self.arguments[0].split(","), self.content, strict=True):
            if "guide" in self.options:
                cue = nodes.inline("", "Look for “the cue”.", classes=["cue"])
                box += numbered(number, nodes.Text(f"{line} "), cue, classes=("guide",))
            else:
                box += numbered(number, nodes.Text(line))
        if "guide" in self.options:
            box += nodes.paragraph("", "Where to read it.", classes=["passage-where"])
        return [box]


class Question(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"head": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        box = nodes.container(classes=["question"])
        box += nodes.target("", "", ids=[self.arguments[0]])
        head, _, rest = self.options["head"].partition(" · ")
        box += nodes.paragraph(
            "", "", nodes.strong("", head), nodes.Text(f" · {rest}"), classes=["question-head"]
        )
        box += self.parse_content_to_nodes()
        return [box]


class Boxed(SphinxDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        box = nodes.admonition(classes=[self.name])
        box += nodes.title("", self.name.capitalize())
        box += self.parse_content_to_nodes()
        return [box]


class Chart(SphinxDirective):
    option_spec: ClassVar = {"caption": directives.unchanged, "name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        box = nodes.container(classes=["chart"])
        box += nodes.raw("", "<svg></svg>", format="html")
        box += nodes.image(uri="dot.svg", alt="A chart of a dot", classes=["chart-static"])
        box += nodes.paragraph("", "Sources: a book.", classes=["chart-source"])
        data = nodes.container(classes=["chart-data"])
        data += nodes.paragraph("", "The data: dots", classes=["chart-data-title"])
        data += grid(["Year", "Dots"], [["1921", "1,234"], ["1922", "5"]])
        box += data
        if "caption" not in self.options:
            return [box]
        figure = nodes.figure("", box, nodes.caption("", self.options["caption"]))
        self.add_name(figure)
        return [figure]


def grid(header: list[str], rows: list[list[str]]) -> nodes.table:
    group = nodes.tgroup(cols=len(header))
    group += [nodes.colspec(colwidth=1) for _ in header]
    group += nodes.thead("", _row(header))
    group += nodes.tbody("", *[_row(row) for row in rows])
    return nodes.table("", group)


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", cell)) for cell in cells])


def setup(app):
    app.add_directive("passage", Passage)
    app.add_directive("question", Question)
    app.add_directive("chart", Chart)
    for kind in ("objectives", "teacher", "guidance", "scoring"):
        app.add_directive(kind, Boxed)
