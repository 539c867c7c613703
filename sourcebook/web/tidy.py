"""What is mended in a page of the theme after it is written.

Icons become drawings, buttons that had no name get one, and style attributes move to the
style sheet, so that a page runs under a policy that allows neither inline scripts nor styles.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

from .icons import Icons

_FOLD = re.compile(
    r'(?P<link><a class="[^"]*"[^>]*>(?P<title>(?:[^<]|<(?!/a>))*+)</a>\s*<details[^>]*>\s*)'
    r"<summary>"
)
_STYLED = re.compile(r'(<[a-zA-Z][^<>]*?) style="([^"]*)"')
_VIEWPORT = re.compile(r'<meta name="viewport" content="[^"]*?"\s*/?>')
_DEEDS = re.compile(r"""\son[a-z]+=(?:"[^"]*"|'[^']*')""")
_DIALOG = re.compile(r'<dialog id="pst-search-dialog">.*?</dialog>', re.DOTALL)
"""The theme's search box, which needs Sphinx's index: ``search.js`` brings its own."""
_COLUMN = '<div id="pst-primary-sidebar"'


def tidy(page: str, icons: Icons) -> tuple[str, list[str]]:
    """A page without the theme's faults, and what in it is not understood."""
    page, unknown = icons.draw(page)
    page = _FOLD.sub(_named, page)
    page = _STYLED.sub(r'\1 data-style="\2"', page)
    page = _without_repeats(page)
    page = _DIALOG.sub("", page)
    # Obsolete in ARIA 1.2; the list it stands in wants list items.
    page = page.replace('role="doc-biblioentry"', 'role="listitem"')
    page = page.replace(_COLUMN, f'{_COLUMN} role="navigation" aria-label="Course"', 1)
    said = [f"there is no icon “{name}”" for name in sorted(unknown)]
    tags = re.findall(r"<[a-zA-Z][^<>]*>", page)
    said += [f"a script inside a tag: {tag[:80]}" for tag in tags if _DEEDS.search(tag)]
    return page, said


def _named(found: re.Match[str]) -> str:
    title = escape(unescape(re.sub(r"<[^>]+>", "", found["title"])).strip(), quote=True)
    return f'{found["link"]}<summary aria-label="Pages under {title}">'


def _without_repeats(page: str) -> str:
    _first, *others = _VIEWPORT.findall(page) or [""]
    return page.replace(others[0], "", 1) if others else page


@lru_cache(maxsize=8192)  # Parts of pages.
def styles_in(page: str) -> frozenset[str]:
    """The style attributes that a page had."""
    return frozenset(re.findall(r'<[a-zA-Z][^<>]*? data-style="([^"]*)"', page))
