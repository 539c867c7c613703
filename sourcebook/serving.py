"""The preview: the student website in a browser, built again whenever a file is saved."""

from __future__ import annotations

import sys
from pathlib import Path

from .builds import Job, build, look_at_texts
from .chapters import CONFIG
from .errors import SourcebookError


def serve(root: Path, port: int) -> None:
    """Build the student website, show it, and build again whenever a file is saved."""
    try:
        from livereload import Server
        from livereload.handlers import LiveReloadHandler
    except ImportError:
        raise SourcebookError(
            "the preview needs livereload", "run: pip install 'sourcebook[serve]'"
        ) from None

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
    server = Server()
    for pattern in ("book", "exercises", "_toc.yml", CONFIG, "sourcebook/static"):
        server.watch(str(root / pattern), rebuild)
    server.serve(root=str(job.target / "html"), port=port, host="127.0.0.1")
