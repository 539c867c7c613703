"""What the printed book holds and in what order: the toctree as parts and documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
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
    """The welcome page and the parts."""

    welcome: Leaf
    parts: list[Part]

    def leaves(self) -> Iterator[Leaf]:
        """Every document, in reading order."""
        yield self.welcome
        for part in self.parts:
            for chapter in part.chapters:
                yield from chapter.walk()


class Assembler:
    """Reads the toctree once; a document named twice is printed once, where it comes first."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder
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
        tree: nodes.document = self.env.get_doctree(docname)
        self.env.apply_post_transforms(tree, docname)
        return tree
