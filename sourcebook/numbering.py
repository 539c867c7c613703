"""Numbers of figures, looked for where they can have changed.

Sphinx goes through all pages for them in each run. They hold as long as every page has the same
sections and figures as before, for another output or after a page was read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

EVENT = "env-get-updated"
STORE = "sourcebook_outlines"
"""The attribute of the environment: each page's outline when it was read last."""


class Numbers:
    """Whether this run can have other numbers of figures than were saved with the pages."""

    def __init__(self) -> None:
        self.may_change = True
        self.figures: dict[str, Any] = {}
        """The numbers of pages that are read again, which Sphinx forgets."""

    def look(
        self, app: Sphinx, env: BuildEnvironment, new: set[str], changed: set[str], gone: set[str]
    ) -> list[str]:
        """Pages that are new or gone change numbers; so may a first reading, or one unseen."""
        self.may_change = bool(new or gone) or not env.all_docs or app.parallel > 1
        return []

    def keep(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """A page is read again, or gone."""
        if docname in env.toc_fignumbers:
            self.figures[docname] = env.toc_fignumbers[docname]

    def read(self, app: Sphinx, document: nodes.document) -> None:
        """A page was read: it may have other sections or figures than before."""
        outlines, docname = vars(app.env).setdefault(STORE, {}), app.env.docname
        outline = list(_outline(document, app.env))
        self.may_change |= outlines.get(docname) != outline
        outlines[docname] = outline

    def wrap(self, app: Sphinx) -> None:
        """Stand between Sphinx and what looks for the figures' numbers."""
        for listener in app.events.listeners[EVENT]:
            collector = getattr(listener.handler, "__self__", None)
            if isinstance(collector, TocTreeCollector):
                look = collector.assign_figure_numbers
                vars(collector)["assign_figure_numbers"] = partial(self._spared, look)

    def _spared(self, look: Callable[..., list[str]], env: BuildEnvironment) -> list[str]:
        if self.may_change:
            return look(env)
        env.toc_fignumbers.update(self.figures)
        return []


def _outline(node: nodes.Element, env: BuildEnvironment) -> Iterator[Any]:
    """What numbers depend on: sections, lists of pages and what can be numbered, in their order."""
    std: Any = env.get_domain("std")
    for child in node.children:
        if isinstance(child, nodes.section):
            yield child["ids"], list(_outline(child, env))
        elif isinstance(child, addnodes.toctree):
            yield child["entries"], child.get("numbered")
        elif isinstance(child, nodes.Element):
            kinds = [domain.get_enumerable_node_type(child) for domain in env.domains.values()]
            if any(kinds):
                yield kinds, child["ids"], bool(std.get_numfig_title(child))
            yield from _outline(child, env)


def setup(app: Sphinx) -> None:
    """Register the listeners."""
    numbers = Numbers()
    app.connect("env-get-outdated", numbers.look)
    # Before Sphinx forgets them (500), and when a page is as it will be kept.
    app.connect("env-purge-doc", numbers.keep, priority=400)
    app.connect("doctree-read", numbers.read, priority=990)
    # When every extension has its own.
    app.connect("builder-inited", numbers.wrap, priority=990)
