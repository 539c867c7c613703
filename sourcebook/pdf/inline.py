"""Words in a line: emphasis, links, notes, references with their page."""

from __future__ import annotations

from docutils import nodes

from sourcebook.pdf.base import Base, classes
from sourcebook.pdf.markup import address, break_urls, call, escape, literal

# References worth a page number in print: to a chapter, or to a numbered figure or table.
_PAGED = {"doc", "std-doc", "std-numref"}
# Where a page number, or an address at the page's foot, would be in the way.
_TERSE = {"heading", "table", "caption", "head"}


class InlineMixin(Base):
    """Everything that stands inside a line of text."""

    def on_Text(self, node: nodes.Text) -> str:
        text = str(node)
        return escape(break_urls(text) if "://" in text else text)

    def on_emphasis(self, node: nodes.Element) -> str:
        return self.anchor(node) + call("emph", body=self.inside(node))

    def on_strong(self, node: nodes.Element) -> str:
        return self.anchor(node) + call("strong", body=self.inside(node))

    on_title_reference = on_literal_emphasis = on_emphasis
    on_literal_strong = on_strong

    def on_literal(self, node: nodes.Element) -> str:
        return self.anchor(node) + call("code", literal(node.astext()))

    def on_subscript(self, node: nodes.Element) -> str:
        return call("sub", body=self.inside(node))

    def on_superscript(self, node: nodes.Element) -> str:
        return call("super", body=self.inside(node))

    def on_inline(self, node: nodes.Element) -> str:
        if "paragraph-number" in classes(node):
            return self.paragraph_number(node)
        body = self.anchor(node) + self.inside(node)
        for name in ("cue", "keys", "guilabel"):
            if name in classes(node):
                return call("styled", literal(name), body=body)
        return body

    def paragraph_number(self, node: nodes.Element) -> str:
        """In shapes.py."""
        raise NotImplementedError

    on_abbreviation = on_generated = on_PassthroughTextElement = on_inline
    on_manpage = on_download_reference = on_pending_xref = on_problematic = on_inline

    def on_sd_badge(self, node: nodes.Element) -> str:
        return call("badge", body=self.inside(node))

    # ---- places

    def on_target(self, node: nodes.Element) -> str:
        return self.flow(node)

    def on_index(self, node: nodes.Element) -> str:
        return ""

    # ---- references

    def on_reference(self, node: nodes.Element) -> str:
        """A link: within the book by label, with its page where that helps; else an address."""
        body = self.anchor(node) + self.inside(node)
        if "heading" in self.state:
            return body
        uri = str(node.get("refuri", ""))
        if node.get("refid") or uri.startswith("%"):
            label = self.labels.target(self.leaf.docname, node)
            return self._within(node, label, body) if label else body
        return self._outside(uri, node.astext(), body) if uri else body

    def _within(self, node: nodes.Element, label: str, body: str) -> str:
        inner = {name for child in node.children for name in classes(child)}
        if "std-term" in inner:
            body = self._note_use(label) + body
        paged = bool(inner & _PAGED) and not _TERSE & set(self.state)
        return call("xref", literal(label), page="true" if paged else "false", body=body)

    def _note_use(self, term: str) -> str:
        """A glossary term in a sentence: the index names this page too."""
        uses = self.uses.setdefault(term, [])
        uses.append(f"{term}#use-{len(uses) + 1}")
        return call("anchor", literal(uses[-1]))

    def _outside(self, uri: str, text: str, body: str) -> str:
        target = literal(uri)
        bare = uri.removeprefix("mailto:")
        if text.strip() in (uri, bare):
            return call("link", target, body=call("url", body=address(uri)))
        link = call("link", target, body=body)
        if uri in self.addresses or "heading" in self.state:
            return link
        self.addresses.add(uri)
        shown = call("link", target, body=call("url", body=address(uri)))
        if {"footnote", "bibliography", "head", "caption", "table"} & set(self.state):
            return link + escape(" (") + shown + escape(")")
        return link + call("footnote", body=shown)

    # ---- footnotes: set at the page's foot, at the first reference

    def on_footnote_reference(self, node: nodes.Element) -> str:
        name = str(node.get("refid", ""))
        label = f"{self.leaf.docname}#note-{name}"
        if label in self.labels.written:
            return call("footnote", f"label({literal(label)})")
        note = self.footnotes.get(name)
        if note is None:
            return call("super", body=self.inside(node))
        self.labels.written.add(label)
        with self.within("footnote"), self.within("inline"):
            body = "".join(self.render(x) for x in note.children if not _is_label(x))
        return f"#footnote[{body.strip()}]#label({literal(label)});"

    def on_footnote(self, node: nodes.Element) -> str:
        return ""

    def on_citation(self, node: nodes.Element) -> str:
        """A work of the bibliography, after the label it is cited by."""
        # sphinxcontrib-bibtex fills the entry again each time it is resolved in one process;
        # what comes after a second label is the same entry once more.
        labels = [x for x in node.children if _is_label(x)]
        first = node.children[: node.index(labels[1])] if len(labels) > 1 else node.children
        with self.within("bibliography"), self.within("inline"):
            body = "".join(self.render(x) for x in first if not _is_label(x)).strip()
        # References by author and year do not show the labels: in the list they say nothing.
        by_author = str(getattr(self.config, "bibtex_reference_style", "")).startswith("author")
        head = escape(labels[0].astext()) if labels and not by_author else ""
        entry = call("work", f"[{head}]", body=self.anchor(node) + body)
        return f"\n// src: {self.place(node)}\n{entry}\n\n"

    def on_citation_reference(self, node: nodes.Element) -> str:
        return escape("[") + self.inside(node) + escape("]")


def _is_label(node: nodes.Node) -> bool:
    return isinstance(node, nodes.label)
