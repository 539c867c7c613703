"""A chapter's document as an XHTML page of the e-book."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.writers.html5_polyglot import HTMLTranslator
from sphinx.writers.html5 import HTML5Translator

_KINDS = {"doc-noteref": "noteref", "doc-footnote": "footnote"}
"""What readers' programs show beside the text when a note is tapped."""

_FEW = 12
"""Rows of a table that a reader on a phone scrolls past without losing the thread."""


class EbookTranslator(HTML5Translator):
    """Sphinx's own HTML, with what an e-book says more clearly."""

    def starttag(
        self, node: Any, tagname: str, suffix: str = "\n", empty: bool = False, **attributes: Any
    ) -> str:
        """Headers of tables say what they head; notes say that they are notes."""
        if tagname == "th":
            stub = "stub" in str(attributes.get("CLASS", attributes.get("class", "")))
            attributes["scope"] = "row" if stub else "col"
        kind = _KINDS.get(attributes.get("role", ""))
        if kind:
            attributes["epub:type"] = kind
        return str(super().starttag(node, tagname, suffix, empty, **attributes))

    def visit_raw(self, node: nodes.Element) -> None:
        """Only what was made for e-books: other HTML may hold scripts, and is for the website."""
        if "epub" in node.get("format", "").split():
            # The names of the marks, which the website's drawings have, are not known to readers.
            self.body.append(node.astext().replace('role="graphics-document"', 'role="img"', 1))
        raise nodes.SkipNode

    def visit_literal_block(self, node: Any) -> None:
        """Code in the page's own color: few readers could show another."""
        HTMLTranslator.visit_literal_block(self, node)

    def depart_literal_block(self, node: Any) -> None:
        HTMLTranslator.depart_literal_block(self, node)

    def visit_table(self, node: nodes.Element) -> None:
        """A table too wide for a screen scrolls in itself, where a reader's program scrolls."""
        self.body.append('<div class="table">\n')
        super().visit_table(node)

    def depart_table(self, node: nodes.Element) -> None:
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_paragraph(self, node: Any) -> None:
        """A cell of one paragraph holds its words: MuPDF sets paragraphs of cells on each other."""
        if not _fills_cell(node):
            super().visit_paragraph(node)

    def depart_paragraph(self, node: Any) -> None:
        if not _fills_cell(node):
            super().depart_paragraph(node)

    def visit_image(self, node: nodes.Element) -> None:
        """A picture that stands alone has a block around it: MuPDF puts it elsewhere without."""
        alone = not isinstance(node.parent, nodes.TextElement)
        self.body.append('<div class="picture">' if alone else "")
        super().visit_image(node)
        self.body.append("</div>\n" if alone else "")

    def visit_toctree(self, node: nodes.Element) -> None:
        """The contents stand in a page of their own."""
        raise nodes.SkipNode


def _fills_cell(node: nodes.Element) -> bool:
    return isinstance(node.parent, nodes.entry) and len(node.parent) == 1 and not node["ids"]


def make_ready(document: nodes.document) -> None:
    """Give a page the order and the places of an e-book's."""
    # What a mouse shows over a link is a second copy of the list of works, and no finger sees it.
    for link in document.findall(nodes.reference):
        link.attributes.pop("reftitle", None)
    _move_tables(document)
    _set_numbers(document)
    _name_once(document)


def _move_tables(document: nodes.document) -> None:
    """Where a chart's numbers are many screens long, they stand at the page's end, a link away."""
    boxes = [
        box
        for box in document.findall(nodes.container)
        if "chart-data" in box["classes"] and sum(1 for _ in box.findall(nodes.row)) > _FEW
    ]
    if not boxes:
        return
    end = nodes.section("", nodes.title("", "The data of the charts"), ids=["chart-data"])
    for n, box in enumerate(boxes, 1):
        here, there = f"chart-{n}", f"chart-data-{n}"
        box.replace_self(_link("The data as a table", there, ids=[here], classes=["to-data"]))
        box["ids"].append(there)
        end += [box, _link("Back to the chart", here, classes=["to-data"])]
    next(document.findall(nodes.section), document).append(end)


def _link(words: str, place: str, **attributes: Any) -> nodes.paragraph:
    link = nodes.reference("", words, refid=place, internal=True)
    return nodes.paragraph("", "", link, **attributes)


def _set_numbers(document: nodes.document) -> None:
    """A paragraph's number is words: it would link to itself."""
    for number in document.findall(nodes.inline):
        if "paragraph-number" in number["classes"]:
            number.children = [nodes.Text(f"¶{number.astext()}")]


def _name_once(document: nodes.document) -> None:
    """No two places of a page have one name: HTML puts up with it, an e-book does not."""
    seen: set[str] = set()
    for node in document.findall(nodes.Element):
        node["ids"] = [id for id in node["ids"] if id not in seen]
        seen.update(node["ids"])
