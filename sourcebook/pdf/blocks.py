"""The plain blocks of a chapter: headings, paragraphs, lists, quotations, code, boxes."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.locale import admonitionlabels

from sourcebook.chapters import TEACHER_BLOCKS
from sourcebook.pdf.base import Base, classes
from sourcebook.pdf.markup import array, call, escape, literal

_NUMBERINGS = {
    "arabic": "1",
    "loweralpha": "a",
    "upperalpha": "A",
    "lowerroman": "i",
    "upperroman": "I",
}
_NUMBER_SPACE = re.compile(r"^(#margin-number\(.*?\);)\s+")
# Lines the course's directives write around passages, charts and chapters.
_STYLED = {
    "passage-credit",
    "passage-where",
    "ledger-chapter",
    "chart-source",
    "chart-data-title",
    "chapter-facts",
    "chapter-work",
}
# PDF knows headings of six levels.
_DEEPEST = 6


class BlockMixin(Base):
    """Everything Sphinx's own documents are made of."""

    # ---- headings

    def on_section(self, node: nodes.Element) -> str:
        """A section, one level below the one it stands in; its ids lead to its heading."""
        self.state.append("section")
        depth = self.state.count("section")
        title = next((x for x in node.children if isinstance(x, nodes.title)), None)
        head = self._heading(node, title, depth) if title is not None else self.anchor(node)
        body = "".join(self.render(x) for x in node.children if x is not title)
        self.state.pop()
        return head + body

    def _heading(self, section: nodes.Element, title: nodes.Element, depth: int) -> str:
        label = self.labels.take(self.leaf.docname, section)
        with self.within("heading"):
            text = self.inside(title)
        kind = self.leaf.kind if depth == 1 else f"section-{min(depth - 1, 4)}"
        numbers = self.env.toc_secnumbers.get(self.leaf.docname, {})
        anchor = "" if depth == 1 else f"#{section['ids'][0]}" if section["ids"] else ""
        number = ".".join(map(str, numbers.get(anchor) or ()))
        markup = call(
            "head",
            literal(kind),
            level=str(min(self.leaf.level + depth - 1, _DEEPEST)),
            number=literal(number),
            place=literal(label) if label else "none",
            running=f"[{escape(title.astext())}]",
            body=text,
        )
        return self.block(title, markup)

    def on_title(self, node: nodes.Element) -> str:
        """A title outside a section: of a topic, a sidebar or a box nobody knows."""
        return self.block(node, call("minor-head", body=self.inside(node)))

    on_rubric = on_centered = on_subtitle = on_title

    # ---- paragraphs and what only groups

    def on_paragraph(self, node: nodes.Element) -> str:
        """A paragraph; inside notes and cells paragraphs are parted, not marked."""
        # A margin number stands in the first line but takes no room: no space after it.
        text = self.anchor(node) + _NUMBER_SPACE.sub(r"\1", self.inside(node), count=1)
        if "inline" in self.state:
            return f"{text}\n\n"
        for name in _STYLED & set(classes(node)):
            text = call("styled-block", literal(name), body=text)
        return self.block(node, text)

    on_compact_paragraph = on_paragraph

    def on_document(self, node: nodes.Element) -> str:
        return self.flow(node)

    on_compound = on_glossary = on_legend = on_hlist = on_hlistcol = on_document
    on_start_of_file = on_only = on_acks = on_decoration = on_document

    def on_topic(self, node: nodes.Element) -> str:
        """Topics and sidebars print as boxes where they stand."""
        if "contents" in classes(node):
            return ""
        return self.box(node, "note", "")

    on_sidebar = on_topic

    def nothing(self, node: nodes.Node) -> str:
        """What is said by other means, or only to the web page or the index."""
        return ""

    on_comment = on_toctree = on_substitution_definition = on_meta = on_label = nothing
    on_system_message = on_tabular_col_spec = on_highlightlang = on_pending = nothing
    on_docinfo = on_header = on_footer = on_colspec = on_nodes_colspec = nothing

    def on_raw(self, node: nodes.Element) -> str:
        """HTML cannot be printed; alone on its page it may be a loss, and we say so."""
        formats = str(node.get("format", "")).split()
        if "typst" in formats:
            alone = not isinstance(node.parent, nodes.TextElement)
            return self.block(node, f"{node.astext()}\n") if alone else node.astext()
        text = node.astext().strip()
        if text.rstrip("/ >").lower() == "<br":
            return "#linebreak();"
        lone = isinstance(node.parent, (nodes.section, nodes.document))
        if lone and "html" in formats and not text.startswith("<!--"):
            self.warn("HTML that stands alone is not in the PDF", node, "raw")
        return ""

    def on_transition(self, node: nodes.Element) -> str:
        return "" if "footnotes" in classes(node) else self.block(node, "#transition();")

    # ---- lists

    def _items(self, node: nodes.Element) -> list[str]:
        return [f"[{self.flow(item).strip()}]" for item in node.children]

    def on_bullet_list(self, node: nodes.Element) -> str:
        items = self._items(node)
        markup = call("list", *items, tight=_tight(node))
        return self.block(node, self.anchor(node) + markup)

    def on_enumerated_list(self, node: nodes.Element) -> str:
        numbering = (
            f"{node.get('prefix', '')}"
            f"{_NUMBERINGS.get(node.get('enumtype', 'arabic'), '1')}"
            f"{node.get('suffix', '.') or '.'}"
        )
        markup = call(
            "enum",
            *self._items(node),
            tight=_tight(node),
            numbering=literal(numbering),
            start=str(node.get("start", 1)),
        )
        return self.block(node, self.anchor(node) + markup)

    def on_definition_list(self, node: nodes.Element) -> str:
        """Terms and definitions; a glossary's terms of one definition share it."""
        items = []
        for item in node.children:
            terms = [x for x in item.children if isinstance(x, nodes.term)]
            heads = escape(", ").join(self.anchor(x) + self.inside(x).strip() for x in terms)
            rest = "".join(self.render(x) for x in item.children if x not in terms)
            items.append(f"terms.item([{heads}], [{rest.strip()}])")
        kind = "glossary" if "glossary" in classes(node) else "definitions"
        return self.block(node, self.anchor(node) + call(kind, *items))

    on_definition = on_field_body = on_document

    def on_classifier(self, node: nodes.Element) -> str:
        return self.block(node, call("emph", body=self.inside(node)))

    def on_field_list(self, node: nodes.Element) -> str:
        """Fields print as a list of terms: name, then what it says."""
        items = []
        for field in node.children:
            name, *rest = field.children
            body = "".join(self.render(x) for x in rest)
            items.append(f"terms.item([{self.inside(name)}], [{body.strip()}])")
        return self.block(node, call("definitions", *items))

    on_option_list = on_field_list

    def on_option_group(self, node: nodes.Element) -> str:
        return call("code", literal(node.astext()))

    on_description = on_document

    # ---- quotations, verse, code, formulas

    def on_block_quote(self, node: nodes.Element) -> str:
        """A quotation; its attribution closes it."""
        by = next((x for x in node.children if isinstance(x, nodes.attribution)), None)
        body = "".join(self.render(x) for x in node.children if x is not by)
        kind = "epigraph" if "epigraph" in classes(node) else "quotation"
        source = f"[{self.inside(by)}]" if by is not None else "none"
        return self.block(node, self.anchor(node) + call(kind, source, body=body))

    def on_line_block(self, node: nodes.Element) -> str:
        """Verse: lines stay, inner blocks are set in."""
        lines = []
        for child in node.children:
            inner = self.render(child) if isinstance(child, nodes.line_block) else None
            lines.append(inner if inner is not None else f"[{self.inside(child)}]")
        if isinstance(node.parent, nodes.line_block):
            return array(lines)
        return self.block(node, call("verse", array(lines)))

    def on_literal_block(self, node: nodes.Element) -> str:
        """Code and printed output, as they stand."""
        kind = "output" if "output" in classes(node) else "code"
        markup = call("listing", literal(node.astext().rstrip("\n")), kind=literal(kind))
        return self.block(node, self.anchor(node) + markup)

    on_doctest_block = on_literal_block

    # ---- boxes

    def on_admonition(self, node: nodes.Element) -> str:
        """A box with its own title; our kinds differ in how they are drawn."""
        known = ("objectives", "source-work", *TEACHER_BLOCKS)
        kind = next((name for name in known if name in classes(node)), "note")
        return self.box(node, kind, "")

    def on_Admonition(self, node: nodes.Element) -> str:
        """Note, warning, tip and their kin carry their title in their name."""
        name = type(node).__name__
        return self.box(node, "note", str(admonitionlabels.get(name, name.capitalize())))

    on_versionmodified = on_document

    def box(self, node: nodes.Element, kind: str, title: str) -> str:
        """A box that may break across pages; its title stays with its first lines."""
        first = next((x for x in node.children if isinstance(x, nodes.title)), None)
        with self.within("head"):
            head = self.inside(first) if first is not None else escape(title)
        body = "".join(self.render(x) for x in node.children if x is not first)
        markup = call("box-of", literal(kind), f"[{head}]", body=body)
        return self.block(node, self.anchor(node) + markup)


def _tight(node: nodes.Element) -> str:
    """A list is tight if no item of it holds more than a paragraph and a list."""
    lone = all(
        sum(isinstance(x, nodes.paragraph) for x in item.children) <= 1 for item in node.children
    )
    return "true" if lone else "false"
