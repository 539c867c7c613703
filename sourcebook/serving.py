"""The preview: the student website in a browser, built again whenever a file is saved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from .builds import Job, build, look_at_texts
from .chapters import CONFIG
from .errors import SourcebookError

_PAUSE = 150
"""Milliseconds between two looks at the files."""


def serve(root: Path, port: int) -> None:
    """Build the student website, show it, and build again whenever a file is saved."""
    try:
        from livereload import Server
        from livereload.handlers import LiveReloadHandler
        from livereload.watcher import Watcher
        from tornado.ioloop import PeriodicCallback
    except ImportError:
        raise SourcebookError(
            "the preview needs livereload", "run: pip install 'sourcebook[serve]'"
        ) from None

    class OftenWatcher(Watcher):
        """Looks for saved files more often than livereload itself, which does every 800 ms."""

        def start(self, callback: Callable[[], None]) -> bool:
            PeriodicCallback(callback, _PAUSE).start()
            return True

    def rebuild() -> None:
        try:
            # What a writer looks at is never a copy that the browser kept.
            built = build(Job(root, formats=("html",), quiet=True, offline=False))
        except SourcebookError as error:
            print(f"error: {error}", file=sys.stderr)
        else:
            print(*built.warnings, f"built in {built.seconds:.1f} s", sep="\n")

    job = Job(root)
    rebuild()
    look_at_texts(job)
    # The browser shows a second save too, however soon after the first.
    LiveReloadHandler.DEFAULT_RELOAD_TIME = 0
    server = Server(watcher=OftenWatcher())
    for pattern in ("book", "exercises", "_toc.yml", CONFIG, "sourcebook/static"):
        server.watch(str(root / pattern), rebuild)
    server.serve(root=str(job.target / "html"), port=port, host="127.0.0.1")
