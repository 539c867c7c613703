"""How the writer walks a document: one method a node class, unknown nodes said aloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util import logging

from sourcebook.pdf.assemble import Leaf
from sourcebook.pdf.labels import Labels
from sourcebook.pdf.markup import call, literal

logger = logging.getLogger(__name__)


class Base:
    """Turns nodes into Typst markup, as strings.

    ``on_<class>`` handles a node class and the classes derived from it. ``state`` names
    where we are ("heading", "table", "footnote", "chart", …), for what prints otherwise there.
    """

    def __init__(self, builder: Any, labels: Labels) -> None:
        self.builder = builder
        self.env = builder.env
        self.config = builder.config
        self.labels = labels
        self.leaf: Leaf
        self.state: list[str] = []
        self.footnotes: dict[str, nodes.Element] = {}
        self.addresses: set[str] = set()
        self.charts: list[tuple[str, str, str]] = []
        self.uses: dict[str, list[str]] = {}
        self.answers: list[tuple[str, str, list[str]]] = []
        self.passages: list[tuple[str, str, str]] = []

    # ---- walking

    def render(self, node: nodes.Node) -> str:
        """The markup of a node; of an unknown one, a warning and its children's."""
        for cls in type(node).__mro__:
            handler = getattr(self, f"on_{cls.__name__}", None)
            if handler is not None:
                return str(handler(node))
        self.warn(
            f"the PDF knows no {type(node).__name__!r}: only its text is printed",
            node,
            "unknown_node",
        )
        return self.inside(node) if isinstance(node, nodes.TextElement) else self.flow(node)

    def inside(self, node: nodes.Node) -> str:
        """The markup of all children, run together: for text."""
        return "".join(self.render(child) for child in node.children)

    def flow(self, node: nodes.Node) -> str:
        """The markup of a node that only groups others, with its own anchor before them."""
        return self.anchor(node) + self.inside(node)

    @contextmanager
    def within(self, name: str) -> Iterator[None]:
        """For the time being we are in a heading, a table, a footnote …"""
        self.state.append(name)
        try:
            yield
        finally:
            self.state.pop()

    # ---- what every handler needs

    def anchor(self, node: nodes.Node) -> str:
        """A place to link to, where something links here; never in a heading, which repeats."""
        if not isinstance(node, nodes.Element) or "heading" in self.state:
            return ""
        label = self.labels.take(self.leaf.docname, node)
        return call("anchor", literal(label)) if label else ""

    def block(self, node: nodes.Node, content: str) -> str:
        """A block of its own, after a marker that says where in the sources it comes from."""
        # A marker with nothing after it would comment out whatever came next on its line.
        if "inline" in self.state or not content.strip():
            return content
        return f"\n// src: {self.place(node)}\n{content}\n\n"

    def place(self, node: nodes.Node) -> str:
        """File and line of a node, from the course's root."""
        current: nodes.Node | None = node
        while current is not None and getattr(current, "line", None) is None:
            current = current.parent
        line = getattr(current, "line", None)
        path = Path(self.env.doc2path(self.leaf.docname))
        if path.is_relative_to(self.env.srcdir):
            path = path.relative_to(self.env.srcdir)
        return f"{path.as_posix()}:{line}" if line else path.as_posix()

    def warn(self, message: str, node: nodes.Node, subtype: str) -> None:
        """A warning a writer can find and, if need be, suppress by kind."""
        line = self.place(node).partition(":")[2]
        location = (self.leaf.docname, int(line) if line else None)
        logger.warning(message, location=location, type="sourcebook", subtype=f"pdf_{subtype}")

    def number(self, node: nodes.Element, kind: str) -> str:
        """Sphinx's own number of a figure or table ("Fig. 3"), so that references agree."""
        if not self.config.numfig or not node.get("ids"):
            return ""
        numbers = self.env.toc_fignumbers.get(self.leaf.docname, {}).get(kind, {})
        number = numbers.get(node["ids"][0])
        pattern = str(self.config.numfig_format.get(kind, "%s"))
        return pattern % ".".join(map(str, number)) if number else ""


def classes(node: nodes.Node) -> list[str]:
    """A node's classes; a text has none."""
    return list(node.get("classes", [])) if isinstance(node, nodes.Element) else []
