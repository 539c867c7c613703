"""The list of all pages beside each page: made once, and opened for each at its place.

The theme goes through the whole course for every page, so that a course ten times as long took
a hundred times as long here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from ..once import once
from .bridge import bridge_of

ELSEWHERE = "genindex"
"""A page that is in no list."""
_MARK = "\ue000"  # No page has it: it is for private use.
_OPEN = {
    "l": " current active",
    "d": ' open="open"',
    "u": ' class="current"',
    "a": "current ",
}
"""What marks the way to the page: its items, what folds, their lists, and its own link."""
_PLACE = re.compile(
    rf" {_MARK}(?P<before>[ldu]\d+){_MARK}|{_MARK}(?P<after>a\d+){_MARK} "
    rf"|{_MARK}(?P<link>h\d+){_MARK}"
)


class Menu:
    """The list as the theme makes it for a page that is not in it, with places to mark."""

    def __init__(self, html: str, pages: dict[str, str], mend: Callable[[str], str] = str) -> None:
        """``pages`` says which page a link leads to; ``mend`` is what is done to every page."""
        self._linked: dict[str, str] = {}
        self._ways: dict[str, set[str]] = {}
        soup = BeautifulSoup(html, "html.parser")
        numbers = {id(tag): str(n) for n, tag in enumerate(soup.find_all(["li", "ul"]))}
        for li in soup.find_all("li"):
            link = li.find("a", recursive=False)
            page = pages.get(str(link["href"])) if link else None
            if page is None:
                continue
            item = numbers[id(li)]
            self._linked[item] = page
            way = self._ways.setdefault(page, set())
            way.update((f"a{item}", f"h{item}"))
            for tag in (li, *li.parents):
                if id(tag) in numbers:
                    way.update(f"{kind}{numbers[id(tag)]}" for kind in "ldua")
            way -= {f"a{numbers[id(tag)]}" for tag in li.parents if tag.name == "li"}
        for tag in soup.find_all(["li", "ul"]):
            _prepare(tag, numbers[id(tag)], numbers[id(tag)] in self._linked)
        self._cut(mend(str(soup)))

    def _cut(self, text: str) -> None:
        """Keep the list in pieces, with where each place to mark is."""
        self._pieces: list[str] = []
        self._at: dict[str, int] = {}
        end = 0
        for found in _PLACE.finditer(text):
            self._at[found["before"] or found["after"] or found["link"]] = len(self._pieces) + 1
            self._pieces += [text[end : found.start()], ""]
            end = found.end()
        self._pieces.append(text[end:])
        self._from: dict[str, list[str]] = {}

    def opened(self, page: str, folder: str, link: Callable[[str], str]) -> str:
        """The list as it stands beside a page; ``link`` gives the way from its folder."""
        if folder not in self._from:
            self._from[folder] = pieces = self._pieces.copy()
            for item, to in self._linked.items():
                pieces[self._at[f"h{item}"]] = link(to)
        pieces = self._from[folder].copy()
        for name in self._ways.get(page, ()):
            if name in self._at:
                pieces[self._at[name]] = "#" if name[0] == "h" else _OPEN[name[0]]
        return "".join(pieces)


def _prepare(tag: Any, number: str, leads: bool) -> None:
    """Put tokens where something may stand."""

    def token(kind: str) -> str:
        return f"{_MARK}{kind}{number}{_MARK}"

    if tag.name == "ul":
        if "class" in tag.attrs:
            tag["class"].insert(0, token("a"))
        else:
            tag[token("u")] = None
        return
    tag["class"].insert(1, token("l"))
    folds = tag.find("details", recursive=False)
    if folds is not None and "open" not in folds.attrs:
        folds[token("d")] = None
    if leads:
        link = tag.find("a", recursive=False)
        link["class"].insert(0, token("a"))
        link["href"] = token("h")


def use_menu(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let our template ask for the list in the theme's stead."""
    uri = app.builder.get_target_uri
    menus = _menus(app)

    def wrap(theirs: Callable[..., Any]) -> Callable[..., Any]:
        def list_of_pages(**options: Any) -> Any:
            key = repr(sorted(options.items()))
            if key not in menus:
                menus[key] = _made(app, context, theirs, options)
            menu = menus[key]
            if menu is None:
                return theirs(**options)
            folder = posixpath.dirname(uri(pagename))
            # From no page: from a page, what leads to itself is empty.
            here = posixpath.join(folder, ELSEWHERE)
            place = f"{_MARK}{key}{_MARK}"
            context["light"].lists[place] = menu.opened(
                pagename, folder, lambda to: relative_uri(here, uri(to))
            )
            return place

        return list_of_pages

    context["course_menu"] = wrap


@once
def _menus(app: Sphinx) -> dict[str, Menu | None]:
    """The lists of this output, by how the theme asks for them."""
    return {}


def _made(
    app: Sphinx, context: dict[str, Any], theirs: Callable[..., Any], options: dict[str, Any]
) -> Menu | None:
    """The list; none where the settings let the theme make it in another form for each page."""
    if options.get("collapse") or options.get("show_nav_level") == 0 or ELSEWHERE in app.env.titles:
        return None
    own, builder = context["toctree"], app.builder
    context["toctree"] = lambda **more: builder._get_local_toctree(ELSEWHERE, **more)  # type: ignore[attr-defined]
    try:
        html = str(theirs(**options))
    finally:
        context["toctree"] = own
    pages = {builder.get_relative_uri(ELSEWHERE, page): page for page in app.env.all_docs}
    bridge = bridge_of(builder)
    return Menu(html, pages, bridge.mended if bridge else str)
