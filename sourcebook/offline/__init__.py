"""A hosted copy that opens without a connection, once it has been visited.

A service worker keeps the site's pages with all they load in the reader's browser, and takes
only what has changed when there is a new version. ``sourcebook_offline: false`` takes it away
again, from the browsers that have it, too.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

WORKER = "sw.js"
"""At the site's root: a service worker serves the folder it comes from."""
KEPT = frozenset(
    [".html", ".css", ".js", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".woff2", ".csv"]
)
"""What is kept at a first visit; all else is kept when somebody has asked for it."""
ON_DEMAND = ("cards/", "live/")
"""Folders of which nothing is kept before somebody asks for it."""
_MARK = "/* the site's files */"


def site_files(folder: Path) -> dict[str, dict[str, str]]:
    """Every file of a built site with the hash of its content: those kept at once, and later."""
    files: dict[str, dict[str, str]] = {"kept": {}, "later": {}}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name == WORKER or name.startswith(".") or "/." in name:
            continue
        at_once = path.suffix in KEPT and not name.startswith(ON_DEMAND)
        found = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        files["kept" if at_once else "later"][name] = found
    return files


def write_worker(folder: Path, *, on: bool = True) -> None:
    """Write the service worker of a finished site, or one that takes an earlier one away."""
    name = "service-worker.js" if on else "switched-off.js"
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    if on:
        files = json.dumps(site_files(folder), ensure_ascii=False, separators=(",", ":"))
        text = text.replace(_MARK, files, 1)
    (folder / WORKER).write_text(text, encoding="utf-8")


def write_worker_again(folder: Path) -> None:
    """Say in a site's service worker, where it has a working one, what was added to the site."""
    path = folder / WORKER
    if path.is_file() and '"kept":' in path.read_text(encoding="utf-8"):
        write_worker(folder)


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The script that asks the browser to keep the site."""
    if app.config.sourcebook_offline and app.builder.name in ("html", "dirhtml"):
        app.add_js_file("offline.js", loading_method="defer", priority=900)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the service worker of a finished website."""
    if exception is None and app.builder.name in ("html", "dirhtml"):
        write_worker(Path(app.outdir), on=app.config.sourcebook_offline)


def setup(app: Sphinx) -> None:
    """Register the service worker."""
    app.add_config_value("sourcebook_offline", True, "html", types=frozenset({bool}))
    app.add_css_file("offline.css")
    app.connect("html-page-context", add_script)
    # Last: it names every file of the site by its content.
    app.connect("build-finished", finish, priority=990)
