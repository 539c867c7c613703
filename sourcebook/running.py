"""One Sphinx run with the course's settings."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .ahead import notebooks_ahead
from .errors import BuildError, SourcebookError
from .kernels import interruptible, warm
from .placing import unwritable
from .settings import sphinx_settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def nothing() -> None:
    """Nobody waits for that moment."""


@dataclass(frozen=True)
class Moments:
    """What is called in a run before it goes on."""

    before_load: Callable[[], None] = nothing
    """Before what earlier runs read is loaded."""
    when_read: Callable[[], None] = nothing
    """When all that was read is saved."""
    before_finish: Callable[[], None] = nothing
    """When every page is written, and what is made of all pages."""


NO_MOMENTS = Moments()
_NO_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def run_sphinx(
    root: Path,
    out: Path,
    *,
    builder: str,
    doctrees: Path,
    tags: Sequence[str] = (),
    config: dict[str, Any] | None = None,
    quiet: bool = False,
    moments: Moments = NO_MOMENTS,
) -> list[str]:
    """One Sphinx run with the course's settings; returns its warnings, raises on failure."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    out.mkdir(parents=True, exist_ok=True)
    heard = io.StringIO()
    try:
        with (
            contextlib.redirect_stderr(heard),
            contextlib.redirect_stdout(io.StringIO() if quiet else sys.stdout),
            interruptible(),
            _as_first(),
            _seldom_collecting(),
            warm(ahead=not doctrees.is_dir()),
            patch_docutils(),
            docutils_namespace(),
            notebooks_ahead() as notebooks,
        ):
            app = _listened(moments)(
                root,
                None,
                out,
                doctrees,
                builder,
                sphinx_settings(root, config or {}),
                status=None if quiet else sys.stdout,
                warning=heard,
                tags=list(tags),
            )
            app.connect("env-before-read-docs", notebooks.begin)
            app.build()
    except Exception as error:
        said = _NO_COLOR.sub("", heard.getvalue())
        failure = _explain(error, root, out)
        failure.warnings = tuple(_warnings(said, root))
        raise failure from error
    said = _NO_COLOR.sub("", heard.getvalue())
    if app.statuscode:
        raise BuildError("the build failed", said.strip() or "see the lines above")
    return list(_warnings(said, root))


def _listened(moments: Moments) -> type[Sphinx]:
    """Sphinx, as it calls back from its first moments on."""
    from sphinx.application import Sphinx

    class Listened(Sphinx):
        def preload_builder(self, name: str) -> None:
            super().preload_builder(name)
            # All extensions are there, and nobody has been told of anything.
            _listen(self, moments)

    return Listened


def _listen(app: Sphinx, moments: Moments) -> None:
    def loading(*ignored: Any) -> None:
        moments.before_load()

    def writing(app: Sphinx) -> None:
        write = app.builder.write

        def told(*args: Any) -> None:
            moments.when_read()
            write(*args)

        app.builder.write = told  # type: ignore[method-assign, assignment]

    def finishing(app: Sphinx, exception: Exception | None) -> None:
        if exception is None:
            moments.before_finish()

    app.connect("config-inited", loading, priority=10_000)
    app.connect("builder-inited", writing, priority=10_000)
    app.connect("build-finished", finishing, priority=940)


@contextlib.contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for garbage less often: a book is one heap of objects that all stay.

    Nor is what earlier runs left looked through: an extension goes over all objects to find one.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


@contextlib.contextmanager
def _as_first() -> Iterator[None]:
    """Let every run of this process find Sphinx's settings as the first one does.

    Themes add to lists that are the settings' defaults. The next run finds the additions, takes
    them for changed settings and writes every page again.
    """
    from sphinx.config import Config

    lists = [value.default for value in Config.config_values.values()]
    before = [(found, list(found)) for found in lists if isinstance(found, list)]
    try:
        yield
    finally:
        for found, was in before:
            found[:] = was


def _warnings(said: str, root: Path) -> Iterator[str]:
    """Sphinx's warnings, one string each, with paths as the course's folder has them."""
    for line in said.splitlines():
        if re.search(r"\b(WARNING|ERROR|CRITICAL|SEVERE):", line):
            yield line.replace(f"{root}/", "")


def _explain(error: Exception, root: Path, out: Path) -> BuildError:
    """One clear message out of a chain of exceptions."""
    chain: list[BaseException] = [error]
    while chain[-1].__cause__ or chain[-1].__context__:
        chain.append(chain[-1].__cause__ or chain[-1].__context__ or error)
    for link in chain:
        if isinstance(link, SourcebookError):
            return BuildError(link.message, link.hint, link.where)
        if full := unwritable(link):
            return full
    names = [type(link).__name__ for link in chain]
    if "ExecutionError" in names:
        page = str(chain[names.index("ExecutionError")]).replace(f"{root}/", "")
        spoken = _NO_COLOR.sub("", str(chain[-1]))
        # Not the head of a traceback, which begins with the same name.
        raised = re.search(r"^\w*(?:Error|Exception)\b(?!.*Traceback).*", spoken, re.MULTILINE)
        what = raised.group() if raised else spoken.strip() or "an error without a message"
        return BuildError(f"a cell raised {what}", "mend the cell or its table", page)
    first = next(iter(str(error).strip().splitlines()), type(error).__name__)
    told = out.parent / "traceback.txt"
    told.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return BuildError(f"the build stopped: {first}", f"report it, with {told}")
