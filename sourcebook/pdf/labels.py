"""The places of the book that something refers to."""

from __future__ import annotations

from docutils import nodes

from sourcebook.pdf.assemble import Book


class Labels:
    """Typst allows an element one label; docutils gives it many ids, and ids repeat.

    A label here is ``document#id`` with the element's first id. Only labels that something
    asks for are written, and only once.
    """

    def __init__(self, book: Book) -> None:
        self.canonical: dict[str, str] = {}
        self.wanted: set[str] = set()
        self.written: set[str] = set()
        leaves = list(book.leaves())
        for leaf in leaves:
            self._collect(leaf.docname, leaf.tree)
        for leaf in leaves:
            # A paragraph's own number links to it: its place is written though nobody cites it.
            for reference in leaf.tree.findall(nodes.reference):
                self.want(self.target(leaf.docname, reference))

    def _collect(self, docname: str, tree: nodes.document) -> None:
        for node in tree.findall(nodes.Element):
            ids: list[str] = node["ids"]
            for name in ids:
                self.canonical.setdefault(f"{docname}#{name}", f"{docname}#{ids[0]}")
        first = next(tree.findall(nodes.section), None)
        if first is not None and first["ids"]:
            self.canonical[docname] = f"{docname}#{first['ids'][0]}"

    def target(self, docname: str, reference: nodes.Element) -> str | None:
        """The label an internal reference leads to; None if it is not in the book."""
        if reference.get("refid"):
            return self.canonical.get(f"{docname}#{reference['refid']}")
        uri = str(reference.get("refuri", ""))
        return self.canonical.get(uri[1:]) if uri.startswith("%") else None

    def want(self, label: str | None) -> None:
        """Something will refer to this place."""
        if label is not None:
            self.wanted.add(label)

    def take(self, docname: str, node: nodes.Element) -> str | None:
        """The label to write at this element, if it is asked for and not yet written."""
        names: list[str] = node["ids"]
        for name in names:
            label = self.canonical.get(f"{docname}#{name}")
            if label in self.wanted and label not in self.written:
                self.written.add(label)
                return label
        return None

    def missing(self, docname: str) -> list[str]:
        """Places asked for whose element was not printed: they fall to the chapter's head."""
        start = f"{docname}#"
        left = sorted(x for x in self.wanted - self.written if x.startswith(start))
        self.written.update(left)
        return left
