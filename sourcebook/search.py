"""Search in the reader's browser, as one types, on a web host and from a memory stick.

The index is the entries of this edition's pages in one file, loaded when a reader first opens
search. Sphinx's own index is not made: it gives no excerpts from a memory stick.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from .entries import kept_entries, write_data

PAGE = "search"


def without_stock_search(app: Sphinx) -> None:
    """Make neither Sphinx's index nor its page."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page to search on, with other ways to find things where no scripts run."""
    if app.builder.name not in ("html", "dirhtml"):
        return
    uri = app.builder.get_relative_uri
    places = ["<li>the contents, beside or above this page</li>"]
    for docname, entries in kept_entries(app):
        if any(entry.kind in ("term", "claim") for entry in entries):
            title = escape(app.env.titles[docname].astext())
            places.append(f'<li><a href="{uri(PAGE, docname)}">{title}</a></li>')
    if app.config.html_use_index:
        places.append(f'<li><a href="{uri(PAGE, "genindex")}">Index</a></li>')
    body = (
        '<section><h1>Search</h1><div id="search-here"></div>'
        "<noscript><p>Searching needs scripts. Without them, these pages lead to what you "
        f"look for:</p><ul>{''.join(places)}</ul></noscript></section>"
    )
    yield PAGE, {"title": "Search", "body": body}, "page.html"


def add_search(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Search on every page, and a way to the search page where no scripts run."""
    app.add_js_file("search.js", loading_method="defer")
    if pagename != PAGE:
        address = app.builder.get_relative_uri(pagename, PAGE)
        link = f'<noscript><p><a href="{address}">Find something</a></p></noscript>'
        context["body"] = f"{context.get('body') or ''}\n{link}"


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """The index: pages, and under each what can be found there."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    pages = [
        [
            app.env.titles[docname].astext(),
            app.builder.get_target_uri(docname),
            [[e.kind, e.anchor, e.title, e.text] for e in entries],
        ]
        for docname, entries in kept_entries(app)
    ]
    write_data(app, "search-index", pages)


def setup(app: Sphinx) -> None:
    """Register search."""
    app.connect("builder-inited", without_stock_search)
    app.connect("html-collect-pages", search_page)
    app.connect("html-page-context", add_search)
    app.connect("build-finished", write_index)
