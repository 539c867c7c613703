"""Numbers of sections and figures, looked for when something was read.

Sphinx goes through all pages for them in each run. What another output was read for holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector

EVENT = "env-get-updated"


class Numbers:
    """Whether this run can have other numbers than those that were saved with the pages."""

    def __init__(self) -> None:
        self.may_change = True

    def look(self, app: Sphinx, env: BuildEnvironment, *pages: set[str]) -> list[str]:
        """Pages that are new, changed or gone change numbers; so may a first reading."""
        self.may_change = any(pages) or not env.all_docs
        return []

    def read(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """So may pages that others want to be read again."""
        self.may_change |= bool(docnames)

    def wrap(self, app: Sphinx) -> None:
        """Stand between Sphinx and those who look for the numbers."""
        listeners = app.events.listeners[EVENT]
        for place, listener in enumerate(listeners):
            if isinstance(getattr(listener.handler, "__self__", None), TocTreeCollector):
                listeners[place] = listener._replace(handler=self._spared(listener.handler))

    def _spared(self, look: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def spared(*arguments: Any) -> list[str]:
            return look(*arguments) if self.may_change else []

        return spared


def setup(app: Sphinx) -> None:
    """Register the listeners."""
    numbers = Numbers()
    app.connect("env-get-outdated", numbers.look)
    app.connect("env-before-read-docs", numbers.read, priority=990)
    # When every extension has its own.
    app.connect("builder-inited", numbers.wrap, priority=990)
