"""The course's pages as a hand-out takes from them: read once, without what stays behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from docutils import nodes
from sphinx import addnodes

from ..editions import StudentEdition
from ..pdf.assemble import Leaf
from .catalog import Catalog

Place = tuple[str, str]
"""A page and an id on it."""


class Shelf:
    """Takes parts of pages, and resolves them as if they were the page.

    In a student's hand-out a teacher's block is gone before anything is taken: a part of it
    could otherwise be taken out of the block that marks it.
    """

    def __init__(self, builder: Any, catalog: Catalog) -> None:
        self.env = builder.env
        self.catalog = catalog
        self.teacher = builder.app.tags.has("teacher")
        self.page = cache(self._page)
        self.resolved = cache(self._resolved)
        self._places = cache(self._find_places)

    def whole(self, docname: str) -> nodes.document:
        """A page as this edition may see it, with its quizzes and their keys."""
        tree: nodes.document = self.env.get_doctree(docname)
        StudentEdition(tree).run()
        return tree

    def _page(self, docname: str) -> nodes.document:
        tree = self.whole(docname)
        drop(tree, _stays)
        for node in tree.findall(nodes.container):
            if "ledger-extract" in node["classes"]:
                # On paper an extract points to the whole ledger, which no hand-out holds.
                node["classes"] = ["ledger"]
            if node.get("design_component") == "dropdown":
                node["opened"] = True
        return tree

    def _resolved(self, docname: str) -> nodes.document:
        return self.leaf(docname, self.page(docname).children).tree

    def leaf(self, docname: str, parts: Iterable[nodes.Node], level: int = 2) -> Leaf:
        """Parts of a page, with the notes they refer to, as a document of their own."""
        page = self.page(docname)
        tree = page.copy()
        tree.extend(part.deepcopy() for part in parts)
        here = {name for node in tree.findall(nodes.footnote) for name in node["ids"]}
        wanted = {ref.get("refid") for ref in tree.findall(nodes.footnote_reference)} - here
        tree.extend(
            note.deepcopy()
            for note in page.findall(nodes.footnote)
            if wanted.intersection(note["ids"])
        )
        self.env.apply_post_transforms(tree, docname)
        return Leaf(docname, tree, level, f"section-{level}")

    def find(self, place: Place) -> nodes.Element | None:
        """The element at a place."""
        docname, name = place
        return self._places(docname).get(name) if docname in self.env.all_docs else None

    def _find_places(self, docname: str) -> dict[str, nodes.Element]:
        page = self.page(docname)
        found = _by_id(page)
        if any(type(node).__name__ == "bibliography" for node in page.findall(nodes.Element)):
            # Its works are there only when it is resolved.
            found = _by_id(self.resolved(docname)) | found
        return found


def _by_id(tree: nodes.document) -> dict[str, nodes.Element]:
    return {name: node for node in tree.findall(nodes.Element) for name in node["ids"]}


_FILE = re.compile(r'<a href="(?!https?:|mailto:|#)')


def _stays(node: nodes.Node) -> bool:
    """What a hand-out never holds: contents, code, quizzes with their keys, links to files."""
    if isinstance(node, nodes.raw) and _FILE.search(node.astext()):
        return True
    left = {"cell_input", "quiz", "chapter-work", "own-copy", "own-answers"}
    return isinstance(node, addnodes.toctree) or bool(left.intersection(classes(node)))


def drop(tree: nodes.Node, unwanted: Callable[[nodes.Node], bool]) -> None:
    """Take nodes out of a tree."""
    for node in list(tree.findall(unwanted)):
        if node.parent is not None:
            node.parent.remove(node)


def classes(node: nodes.Node) -> list[str]:
    """A node's classes; a text has none."""
    return list(node.get("classes", ())) if isinstance(node, nodes.Element) else []


def pointed(leaves: Iterable[Leaf]) -> Iterator[Place]:
    """Every place within the course that these parts point to, in reading order."""
    for leaf in leaves:
        for reference in leaf.tree.findall(nodes.reference):
            uri = str(reference.get("refuri", ""))
            if reference.get("refid"):
                yield leaf.docname, reference["refid"]
            elif uri.startswith("%"):
                docname, _, id = uri[1:].partition("#")
                yield docname, id


def cited(node: nodes.Element) -> set[str]:
    """The paragraphs of the source that a part of an unresolved page cites."""
    return {
        id
        for xref in node.findall(addnodes.pending_xref)
        if xref.get("reftype") == "para"
        for id in xref["paragraphs"]
    }


def above(node: nodes.Node, kind: type[nodes.Element], name: str = "") -> nodes.Element | None:
    """The nearest element upward of a kind, and of a class where one is named."""
    current: Any = node
    while current is not None:
        if isinstance(current, kind) and (not name or name in current["classes"]):
            return current
        current = current.parent
    return None
