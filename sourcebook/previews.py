"""What a link leads to, shown where the link is: terms and paragraphs of the source.

Works and notes are in the page already; terms and paragraphs come from a file for each, loaded
when a reader first asks for one. Without scripts the links lead there.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from .entries import kept_entries, write_data


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The script, on pages of the course."""
    if doctree is not None:
        app.add_js_file("previews.js", loading_method="defer")


def write_previews(app: Sphinx, exception: Exception | None) -> None:
    """Terms by their anchors, paragraphs by their ids."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    terms, paragraphs = {}, {}
    for _, entries in kept_entries(app):
        for entry in entries:
            if entry.kind == "term":
                terms[entry.anchor] = [entry.title, entry.markup]
            elif entry.kind in ("guide", "paragraph"):
                paragraphs[entry.anchor.removeprefix("p")] = entry.text
    write_data(app, "terms", terms)
    write_data(app, "paragraphs", paragraphs)


def setup(app: Sphinx) -> None:
    """Register previews."""
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_previews)
