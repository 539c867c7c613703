"""From the screen to paper: the chapter's PDF and the whole book's, in the website itself.

They are there where a build makes website and book together; their links work from a folder,
from a zip file and on a host alike.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from ..datapackage import link_to
from ..once import once
from ..pdf.chapters import printed
from .menus import downloads, link
from .pages import sheets

PLACE = "pdf"


@once
def _files(app: Sphinx) -> dict[str, Path]:
    """The PDFs by their places in the website: the book's, and a chapter's by its page.

    They may still be in the making while pages are written.
    """
    if not app.config.sourcebook_chapter_pdfs:
        return {}
    folder, name = Path(app.config.sourcebook_chapter_pdfs), app.config.sourcebook_pdf_basename
    chapters = printed(Path(app.srcdir), app.env.all_docs)
    return {f"{name}.pdf": folder.parent / f"{name}.pdf"} | {
        f"{PLACE}/{name}-{stem}.pdf": folder / f"{stem}.pdf" for stem in chapters
    }


def add_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The ways to paper, in the menu over a page."""
    buttons = downloads(context)
    if buttons is None or doctree is None:
        return
    for button in buttons:
        if button.get("javascript") == "window.print()":
            button |= {"tooltip": "Print this page", "icon": "fas fa-print"}
    files, page = _files(app), sheets(app).get(pagename)
    name = app.config.sourcebook_pdf_basename
    stem = (page.parent or page).stem if page else ""
    for place, said in (
        (f"{PLACE}/{name}-{stem}.pdf", "This chapter as PDF"),
        (f"{name}.pdf", "Whole book as PDF"),
    ):
        if place in files:
            buttons.append(link(said, link_to(pagename, place), "fas fa-file-pdf"))


def take_along(app: Sphinx, exception: Exception | None) -> None:
    """Put the PDFs into a finished website."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    out = Path(app.outdir)
    shutil.rmtree(out / PLACE, ignore_errors=True)
    (out / f"{app.config.sourcebook_pdf_basename}.pdf").unlink(missing_ok=True)
    for place, path in _files(app).items():
        (out / place).parent.mkdir(exist_ok=True)
        shutil.copyfile(path, out / place)


def setup(app: Sphinx) -> None:
    """Register the buttons."""
    # After the theme has made its menus (501), before the citations (600).
    app.connect("html-page-context", add_buttons, priority=590)
    # Late: they may have been made while the website was; but before all its files are named.
    app.connect("build-finished", take_along, priority=950)
