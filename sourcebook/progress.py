"""What a build is doing and how far it is: one line on a terminal, plain lines elsewhere.

The build makes a ``Progress`` the current one; the extension tells it what Sphinx reads and
writes. A stock build has none and hears nothing.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_WRITING = {"html": "writing the website", "ebook": "writing the e-book"}
_CLEAR = "\r\x1b[2K"


class Progress:
    """The stages of a build, told as they come, with the time each took."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream
        self.live = bool(stream and stream.isatty())
        self.times: dict[str, float] = {}
        self.beside: dict[str, float] = {}
        """The times of a second process."""
        self._stage, self._total, self._count = "", 0, 0
        self._since = self._step_since = time.perf_counter()
        self._notebook = False

    def stage(self, name: str, total: int = 0, *, aloud: bool = True) -> None:
        """Begin a stage, such as reading so many pages."""
        self._end()
        self._stage, self._total, self._count = name, total, 0
        self._add(name, 0)
        if aloud or self.live:
            self._show(f"{name}: {total} pages" if total else name, keep=not self.live)

    def step(self, what: str, *, notebook: bool = False) -> None:
        """The next page of the stage."""
        self._end_step()
        self._count += 1
        self._notebook, self._step_since = notebook, time.perf_counter()
        if notebook:
            self._show(f"running notebook {what}", keep=not self.live)
        elif self.live:
            far = f"{self._count} of {self._total}, " if self._total else ""
            self._show(f"{self._stage}: {far}{what}")

    def end_step(self) -> None:
        """A page is done; what follows belongs to no page."""
        self._end_step()

    def say(self, line: str) -> None:
        """Something that stays to be read."""
        self._show(line, keep=True)

    def done(self) -> None:
        """All is done: the line goes, the times stay."""
        self._end()
        if self.live and self.stream:
            self.stream.write(_CLEAR)
            self.stream.flush()

    def _end_step(self) -> None:
        if self._notebook:
            spent = time.perf_counter() - self._step_since
            self._add("notebooks", spent)
            self._since += spent
            self._notebook = False

    def _end(self) -> None:
        self._end_step()
        now = time.perf_counter()
        if self._stage:
            self._add(self._stage, now - self._since)
        self._stage, self._since = "", now

    def _add(self, name: str, seconds: float) -> None:
        self.times[name] = self.times.get(name, 0) + seconds

    def _show(self, line: str, *, keep: bool = False) -> None:
        if self.stream is None:
            return
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            line = f"{_CLEAR}{line}" if keep else f"{_CLEAR}{line[:width]}"
        with contextlib.suppress(OSError):  # Nobody listens any more: the build goes on.
            self.stream.write(f"{line}\n" if keep else line)
            self.stream.flush()


_current: ContextVar[Progress] = ContextVar("progress", default=Progress())  # noqa: B039


def current() -> Progress:
    """The progress of the build that runs."""
    return _current.get()


@contextlib.contextmanager
def telling(progress: Progress) -> Iterator[Progress]:
    """Make a progress the current one."""
    token = _current.set(progress)
    try:
        yield progress
    finally:
        progress.done()
        _current.reset(token)


def _reads(app: Sphinx, env: Any, docnames: list[str]) -> None:
    if docnames:
        current().stage("reading", len(docnames))


def _reads_page(app: Sphinx, docname: str, source: list[str]) -> None:
    runs = app.config.values.get("nb_execution_mode") and app.config.nb_execution_mode != "off"
    current().step(docname, notebook=bool(runs) and "{code-cell}" in source[0])


def _has_read_page(app: Sphinx, doctree: Any) -> None:
    current().end_step()


def _counts_pages(app: Sphinx) -> None:
    """Sphinx says what it will write to its builder alone."""
    prepare: Callable[[set[str]], None] = app.builder.prepare_writing

    def told(docnames: set[str]) -> None:
        current().stage(_WRITING.get(app.builder.name, "writing"), len(docnames))
        prepare(docnames)

    app.builder.prepare_writing = told  # type: ignore[method-assign]


def _writes_page(app: Sphinx, name: str, template: str, context: Any, doctree: Any) -> None:
    if doctree is not None:
        current().step(name)


def setup(app: Sphinx) -> None:
    """Listen to Sphinx."""
    app.connect("env-before-read-docs", _reads)
    app.connect("source-read", _reads_page)
    app.connect("doctree-read", _has_read_page)
    app.connect("builder-inited", _counts_pages)
    app.connect("html-page-context", _writes_page)
