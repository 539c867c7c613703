"""The course's own shapes, and what cells, cards and tabs become on paper."""

from __future__ import annotations

from docutils import nodes

from sourcebook.pdf.base import Base, classes
from sourcebook.pdf.markup import call, literal
from sourcebook.quizzes import answers_of


class ShapeMixin(Base):
    """Containers by their class; any other container is transparent."""

    def on_container(self, node: nodes.Element) -> str:
        """A container of a known class prints as that shape; of an unknown one, its content."""
        handlers = {
            "passage": self.passage,
            "source-paragraph": self.source_paragraph,
            "question": self.question,
            "ledger-row": self.small_entry,
            "quiz-item": self.small_entry,
            "quiz-answers": self.quiz_answers,
            "chart": self.chart,
            "chart-data": self.chart_data,
            "cell": self.cell,
            "cell_input": self.cell_input,
            "sd-card": self.card,
            "sd-card-title": self.minor_head,
            "sd-card-header": self.minor_head,
            "literal-block-wrapper": self.captioned_code,
        }
        for name in classes(node):
            if name in handlers:
                return handlers[name](node)
        if node.get("design_component") == "dropdown":
            return self.block(node, call("plain-box", body=self.flow(node)))
        return self.flow(node)

    # ---- the source's text

    def passage(self, node: nodes.Element) -> str:
        """A run of the source's paragraphs, set apart by a rule."""
        return self.block(node, call("passage", body=self.flow(node)))

    def source_paragraph(self, node: nodes.Element) -> str:
        """One paragraph of the source; without the teacher's text, its guide line."""
        guide = "true" if "guide" in classes(node) else "false"
        return self.block(node, call("source-paragraph", guide=guide, body=self.flow(node)))

    def paragraph_number(self, node: nodes.Element) -> str:
        """The number, out of the text and into the margin, and noted for the list at the end.

        It is set within the paragraph's first line: a block of its own could be left behind
        at a page's foot.
        """
        number = node.astext().strip()
        reference = next(node.findall(nodes.reference), None)
        label = self.labels.target(self.leaf.docname, reference) if reference else None
        if label in self.labels.written:
            self.passages.append((self._text_of(node), number, label or ""))
        return call("margin-number", literal(number))

    def _text_of(self, node: nodes.Node) -> str:
        """Which text a paragraph is from: said by its passage, or by the letters of its number."""
        current: nodes.Node | None = node
        while current is not None and "passage" not in classes(current):
            current = current.parent
        named = current.get("text_id") if isinstance(current, nodes.Element) else None
        return str(named or node.astext().strip().rstrip("0123456789"))

    # ---- questions

    def question(self, node: nodes.Element) -> str:
        """A question under its head line, which never stands alone at a page's foot."""
        heads = [x for x in node.children if "question-head" in classes(x)]
        with self.within("head"):
            head = "".join(self.inside(x) for x in heads)
        with self.within("question"):
            body = "".join(self.render(x) for x in node.children if x not in heads)
        markup = call("question", f"[{self.anchor(node)}{head}]", body=body)
        return self.block(node, markup)

    def small_entry(self, node: nodes.Element) -> str:
        """A claim of the ledger, a question of a quiz: small and in one piece."""
        return self.block(node, call("small-entry", body=self.flow(node)))

    def quiz_answers(self, node: nodes.Element) -> str:
        """The key of a quiz: kept for the book's end, where nobody reads it by accident."""
        label = f"{self.leaf.docname}#answers-{len(self.answers)}"
        with self.within("inline"):
            lines = [self.inside(line).strip() for line in answers_of(node)]
        self.answers.append((label, self.leaf.title(), lines))
        return self.block(node, call("answers-at", literal(label)))

    # ---- cells of notebooks

    def cell(self, node: nodes.Element) -> str:
        """A cell: its code, small, unless a tag hides it, and what it printed or drew."""
        tags = {name.removeprefix("tag_") for name in classes(node)}
        metadata: dict[str, list[str]] = node.get("cell_metadata") or {}
        tags |= set(metadata.get("tags", []))
        hidden = {"hide-input", "remove-input", "hide-cell", "remove-cell"} & tags
        if {"remove-cell"} & tags:
            return ""
        parts = [x for x in node.children if not (hidden and "cell_input" in classes(x))]
        return self.anchor(node) + "".join(self.render(x) for x in parts)

    def cell_input(self, node: nodes.Element) -> str:
        with self.within("cell"):
            return self.flow(node)

    # ---- sphinx-design and captioned code

    def card(self, node: nodes.Element) -> str:
        return self.block(node, call("plain-box", body=self.flow(node)))

    def minor_head(self, node: nodes.Element) -> str:
        return self.block(node, call("minor-head", body=self.flow(node)))

    def captioned_code(self, node: nodes.Element) -> str:
        """Code under its caption, with Sphinx's number where it has one."""
        caption = next(node.findall(nodes.caption), None)
        rest = "".join(self.render(x) for x in node.children if x is not caption)
        number = self.number(node, "code-block")
        with self.within("caption"):
            title = self.inside(caption) if caption is not None else ""
        head = call("caption-line", f"[{number}]", body=title)
        return self.anchor(node) + self.block(node, head) + rest

    # ---- charts: in figures.py

    def chart(self, node: nodes.Element) -> str:
        raise NotImplementedError

    def chart_data(self, node: nodes.Element) -> str:
        raise NotImplementedError
