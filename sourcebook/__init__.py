"""sourcebook makes a course out of source texts: passages, questions, tables, editions."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__version__ = "0.1.0"

PARTS = (
    "citations",
    "passages",
    "copies",
    "questions",
    "own_answers",
    "pages",
    "chapter_map",
    "quizzes",
    "entries",
    "search",
    "previews",
    "claims",
    "datapackage",
    "figures",
    "names",
    "editions",
    "purging",
    "coverage",
    "leftovers",
    "offline",
    "live.pages",
    "downloads",
    "numbering",
    "outdated",
    "progress",
    "pdf",
    "epub",
    "web.light",
    "web.times",
    "packs",
    "sharing.pages",
    "sharing.prints",
    "sharing.cited",
)


def add_static(app: Sphinx, config: Any) -> None:
    """Put the course's style sheet into HTML outputs."""
    config.html_static_path.append(str(Path(__file__).parent / "static"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part of the extension."""
    for part in PARTS:
        import_module(f".{part}", __name__).setup(app)
    app.connect("config-inited", add_static)
    # After the theme's and the extensions' sheets, so that it has the last word.
    app.add_css_file("course.css", priority=900)
    return {
        "version": __version__,
        "env_version": 5,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
