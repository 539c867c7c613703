"""The *Run* buttons of cells, and what they need, in a finished website.

A page has them where ``sourcebook live fetch`` has been run; without it the site is as it was.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import ENUM
from sphinx.util import logging

from ..archives import write_files
from .kit import FOLDER, STAMP, fetched, own_modules

logger = logging.getLogger(__name__)

PLACE = "live"
WORKER = Path(__file__).parent / "live-worker.js"


def _kit(app: Sphinx) -> Path | None:
    """What was fetched: in the course's own folder, wherever its pages are read from."""
    return fetched(Path(app.config.sourcebook_live_kit or Path(app.srcdir) / FOLDER))


def look(app: Sphinx, config: Any) -> None:
    """See whether cells can run; pages are written again when that has changed."""
    asked = config.sourcebook_live
    config.sourcebook_live_ready = asked != "off" and _kit(app) is not None
    if asked == "on" and not config.sourcebook_live_ready:
        logger.warning(
            "cells have no Run buttons: what they need is not there; "
            "get it with: sourcebook live fetch",
            type="sourcebook",
            subtype="live",
        )


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The script, on pages that show cells."""
    if not app.config.sourcebook_live_ready or doctree is None:
        return
    if any("cell_input" in box["classes"] for box in doctree.findall(nodes.container)):
        app.add_js_file("live-cells.js", loading_method="defer")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Put what cells need into the site, or take it out."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    place = Path(app.outdir) / PLACE
    shutil.rmtree(place, ignore_errors=True)
    kit = _kit(app)
    if kit is None or not app.config.sourcebook_live_ready:
        if app.config.sourcebook_live == "auto":
            logger.info("cells have no Run buttons: sourcebook live fetch gets what they need")
        return
    shutil.copytree(kit, place, ignore=shutil.ignore_patterns(STAMP))
    write_files(place / "course.zip", own_modules())
    shutil.copyfile(WORKER, place / WORKER.name)


def setup(app: Sphinx) -> None:
    """Register the buttons."""
    app.add_config_value("sourcebook_live", "auto", "", types=ENUM("auto", "on", "off"))
    app.add_config_value("sourcebook_live_kit", "", "", types=frozenset({str}))
    app.add_config_value("sourcebook_live_ready", False, "html", types=frozenset({bool}))
    app.add_css_file("live-cells.css")
    app.connect("config-inited", look)
    app.connect("html-page-context", add_script)
    app.connect("build-finished", finish)
