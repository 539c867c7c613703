"""*Cite this page*, at a page's end, and what a browser needs to cite a paragraph of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx

from ..imprint import titles
from ..texts import TextMap
from ..web.bridge import bridge_of
from .citing import Cited, Style, bibtex, csl, page_styles, paragraph_styles, ris
from .machines import Sheet
from .menus import downloads, link
from .pages import record_of, sheets
from .record import CourseRecord

PLACE = "cite-this-page"
SCRIPT = "citing.js"
"""Loaded when a reader first wants a citation."""
_FILES = (
    ("BibTeX", "bib", "application/x-bibtex", bibtex),
    ("RIS", "ris", "application/x-research-info-systems", ris),
    ("CSL-JSON", "json", "application/json", csl),
)


def cited_page(app: Sphinx, record: CourseRecord, page: Sheet) -> Cited:
    """A page as a thing to cite; the welcome page stands for the whole course."""
    short = re.sub(r"\W+", "-", titles(app.config)[0].lower()).strip("-")
    whole = page.kind == "welcome"
    key = short if whole else f"{short}-{page.stem}"
    return Cited("" if whole else page.title, record.title, record.authors, record.year, key)


def panel(cited: Cited, address: str) -> str:
    """The citations of a page, to read, to copy and to take along."""
    rows = "".join(
        f"<dt>{escape(style.name)}</dt><dd>{style.html(address)}</dd>"
        for style in page_styles(cited)
    )
    files = " · ".join(
        f'<a data-cite="{end}" download="{cited.key}.{end}" '
        f'href="data:{kind};charset=utf-8,{quote(write(cited, address))}">{name}</a>'
        for name, end, kind, write in _FILES
    )
    return (
        f'<details class="cite-page" id="{PLACE}"><summary>Cite this page</summary>'
        f'<dl class="citations">{rows}</dl>'
        f"<p>For a reference manager: {files}</p></details>"
    )


def paragraph_data(app: Sphinx, text: TextMap) -> Iterator[dict[str, str]]:
    """How a paragraph of a text is cited in each style, for a browser to complete."""
    record = record_of(app)
    course = Cited("", record.title, record.authors, record.year, "")
    for style in paragraph_styles(text.author, text.title, text.year, course):
        yield _open_style(style)


def _open_style(style: Style) -> dict[str, str]:
    return {"name": style.name, "inline": style.inline, "text": style.html("{address}")}


def add_panel(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The citations at a page's end, and a way to them in the menu over the page."""
    pages = sheets(app) if app.builder.name in ("html", "dirhtml") and doctree is not None else {}
    if pagename not in pages:
        return
    record, page = record_of(app), pages[pagename]
    address = f"{record.address}{page.place}" if record.address else ""
    if bridge_of(app.builder) is None:
        # A light page loads it when somebody opens the box.
        app.add_js_file(SCRIPT, loading_method="defer")
    script = context["pathto"](f"_static/{SCRIPT}", 1)
    box = panel(cited_page(app, record, page), address)
    context["body"] = f'{context.get("body") or ""}\n<div data-citing="{script}">{box}</div>'
    buttons = downloads(context)
    if buttons is not None:
        buttons.append(link("Cite this page", f"#{PLACE}", "fas fa-quote-left"))


def setup(app: Sphinx) -> None:
    """Register the citations."""
    app.add_css_file("citing.css")
    # After the theme has made its menus (501).
    app.connect("html-page-context", add_panel, priority=600)
