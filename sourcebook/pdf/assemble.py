"""What the printed book holds and in what order: the toctree as parts and documents.

An extract holds chosen documents instead, and after them the works and words they refer to;
what else they refer to is not in it, and prints as plain text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes


@dataclass
class Leaf:
    """One document of the book: its tree, resolved, and the documents below it."""

    docname: str
    tree: nodes.document
    level: int
    kind: str
    children: list[Leaf] = field(default_factory=list)

    def walk(self) -> Iterator[Leaf]:
        """This document and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def title(self) -> str:
        """The document's title as plain text, for running heads."""
        found = next(self.tree.findall(nodes.title), None)
        return found.astext() if found is not None else self.docname


@dataclass
class Part:
    """Chapters under one caption of the toc; chapters outside the parts have none."""

    caption: str
    chapters: list[Leaf]


@dataclass
class Book:
    """The welcome page and the parts; an extract has no welcome page."""

    welcome: Leaf | None
    parts: list[Part]

    def name(self) -> str:
        """What an extract is called: after its first document."""
        return "" if self.welcome else self.parts[0].chapters[0].title()

    def leaves(self) -> Iterator[Leaf]:
        """Every document, in reading order."""
        if self.welcome:
            yield self.welcome
        for part in self.parts:
            for chapter in part.chapters:
                yield from chapter.walk()


class Assembler:
    """Reads the toctree once; a document named twice is printed once, where it comes first.

    The book and its extracts may share the documents that were ``resolved`` for one of them.
    """

    def __init__(self, builder: Any, resolved: dict[str, nodes.document] | None = None) -> None:
        self.builder = builder
        self.resolved = {} if resolved is None else resolved
        self.env = builder.env
        self.seen: set[str] = set()

    def book(self) -> Book:
        """The whole book from the root document."""
        root = self.env.config.root_doc
        self.seen.add(root)
        tree = self._resolved(root)
        parts = []
        for toctree in tree.findall(addnodes.toctree):
            caption = toctree.get("caption")
            caption = caption if isinstance(caption, str) else ""
            base = 2 if caption else 1
            chapters = [self._leaf(name, base, "chapter") for name in self._included(toctree)]
            if chapters:
                parts.append(Part(caption, chapters))
        return Book(Leaf(root, tree, 1, "front"), parts)

    def extract(self, docnames: Sequence[str]) -> Book:
        """These documents in the order of the course, and what they refer to."""
        chapters: list[Leaf] = []
        self._choose(self.env.config.root_doc, set(docnames), chapters, None)
        leaves = [leaf for chapter in chapters for leaf in chapter.walk()]
        return Book(None, [Part("", [*chapters, *self._referred(leaves)])])

    def _choose(
        self, docname: str, wanted: set[str], chapters: list[Leaf], above: Leaf | None
    ) -> None:
        """Go through the toctree; a chosen document below a chosen one is its section."""
        self.seen.add(docname)
        if docname in wanted:
            kind = "subchapter" if above else "chapter"
            leaf = Leaf(docname, self._resolved(docname), above.level + 1 if above else 1, kind)
            (above.children if above else chapters).append(leaf)
            above = leaf
        for below in self.env.toctree_includes.get(docname, ()):
            if below not in self.seen:
                self._choose(below, wanted, chapters, above)

    def _referred(self, leaves: list[Leaf]) -> Iterator[Leaf]:
        """The works and glossary terms that the documents name, where others hold them."""
        here = {leaf.docname for leaf in leaves}
        wanted: dict[str, set[str]] = {}
        for leaf in leaves:
            for reference in leaf.tree.findall(nodes.reference):
                docname, mark, id = str(reference.get("refuri", "")).lstrip("%").partition("#")
                if mark and docname in self.env.all_docs and docname not in here:
                    wanted.setdefault(docname, set()).add(id)
        for kind, title in ((nodes.definition_list_item, ""), (nodes.citation, "Works cited")):
            for docname, ids in sorted(wanted.items()):
                tree = self._resolved(docname)
                found = [node.deepcopy() for node in _holding(tree, kind, ids)]
                if found:
                    named = title or Leaf(docname, tree, 1, "").title()
                    yield Leaf(docname, _page(named, found), 1, "subchapter")

    def _leaf(self, docname: str, level: int, kind: str) -> Leaf:
        leaf = Leaf(docname, self._resolved(docname), level, kind)
        for toctree in leaf.tree.findall(addnodes.toctree):
            for name in self._included(toctree):
                leaf.children.append(self._leaf(name, level + 1, "subchapter"))
        return leaf

    def _included(self, toctree: nodes.Element) -> Iterator[str]:
        names: list[str] = toctree.get("includefiles") or []
        for docname in names:
            if docname not in self.seen and docname in self.env.all_docs:
                self.seen.add(docname)
                yield docname

    def _resolved(self, docname: str) -> nodes.document:
        # Each document is resolved under its own name, as the HTML builders do: references
        # stay unambiguous although ids repeat across documents, and transforms that ask
        # which document they are in get the right answer.
        if docname not in self.resolved:
            tree: nodes.document = self.env.get_doctree(docname)
            self.env.apply_post_transforms(tree, docname)
            self.resolved[docname] = tree
        return self.resolved[docname]


def _holding(
    tree: nodes.document, kind: type[nodes.Element], ids: set[str]
) -> Iterator[nodes.Element]:
    """The works or terms of a document that have one of these ids."""
    for node in tree.findall(kind):
        if any(ids.intersection(x["ids"]) for x in node.findall(nodes.Element)):
            yield node


def _page(title: str, found: list[nodes.Element]) -> nodes.document:
    """A page of an extract that holds these works or terms."""
    page = new_document(title)
    section = nodes.section(ids=[nodes.make_id(title)])
    section += nodes.title("", title)
    if isinstance(found[0], nodes.definition_list_item):
        section += nodes.definition_list("", *found, classes=["glossary"])
    else:
        section += found
    page += section
    return page
