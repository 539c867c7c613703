"""The page that a web host shows where there is none (``404.html``).

A host shows it at any address, so its links begin at the host's own root. Imports no Sphinx.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from .machines import Sheet
from .record import CourseRecord


def lost_page(record: CourseRecord, pages: Sequence[Sheet]) -> str:
    """The page, which leads to every chapter and to search."""
    root = urlsplit(record.address).path or "/"
    welcome, *others = pages
    links = [(page.place, page.title) for page in others if page.parent is None]
    rows = "".join(
        f'<li><a href="{root}{place}">{escape(title)}</a></li>\n' for place, title in links
    )
    title = escape(record.title)
    return f"""<!DOCTYPE html>
<html lang="{record.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>There is no such page — {title}</title>
<script src="{root}_static/early.js"></script>
<link rel="stylesheet" href="{root}_static/site.css">
<link rel="icon" href="data:,">
</head>
<body>
<main class="bd-article lost-page">
<p><a href="{root}{welcome.place}">{title}</a></p>
<h1>There is no such page</h1>
<p>The address has a slip, or the page has been moved.
<a href="{root}search.html">Search</a> finds words, names and paragraphs;
these are the pages of the course:</p>
<ul>
{rows}</ul>
</main>
</body>
</html>
"""
