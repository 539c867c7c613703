"""A light page: what it loads, and the one style sheet that is made when all are written."""

from __future__ import annotations

import hashlib
import posixpath
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from ..chapters import format_range, read_chapter
from ..errors import SourcebookError
from .bridge import bridge_of
from .menu import use_menu
from .sheet import site_sheet, whole_sheet
from .styles import UnknownStyle, names_in_page, properties_in, words_in_script
from .tidy import styles_in

logger = logging.getLogger(__name__)

SHEET = "site.css"
OWN_SCRIPTS = ("furniture.js", "reading.js")
THEME_SCRIPTS = ("scripts/sphinx-book-theme.js", "scripts/pydata-sphinx-theme.js")
"""What ``furniture.js`` does in their place."""
SPHINX_SCRIPTS = ("documentation_options.js", "doctools.js", "sphinx_highlight.js")
"""What scripts of other extensions may need."""
TABS_SCRIPT = "design-tabs.js"
FITTING_SCRIPTS = (
    "live-cells.js",
    "own-answers.js",
    "kept-answers.js",
    "quizzes.js",
    "ledger.js",
    "passages.js",
)
"""Scripts that put boxes into the text: nothing is painted before, or the page would jump."""
FIRST_SHEETS = ("styles/theme.css", "styles/pydata-sphinx-theme.css")
"""Sheets that the theme links in its templates, before all others."""
LEFT_OUT = ("scripts", "styles", "vendor", "webpack-macros.html", "sbt-webpack-macros.html")
"""Of the theme's files in ``_static``, those that no page asks for any more."""
_FONT = re.compile("Course Sans")
_ITEM = "\n<li "
_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)["']?\)?[^;]*;""")
UNSERVED = ("switcher", "analytics")
"""Settings of the theme that its own scripts alone can serve."""
READING = (
    (
        "size",
        "Text size",
        (("", "Standard"), ("115", "Larger"), ("130", "Large"), ("150", "Very large")),
    ),
    ("spacing", "Spacing", (("", "Standard"), ("wide", "Wide"))),
    ("face", "Typeface", (("", "Standard"), ("plain", "Plain sans"), ("serif", "Serif"))),
)
"""The choices of the Reading menu: name, legend, values."""


@dataclass
class Light:
    """What the templates of a light page are told."""

    styles: list[Any] = field(default_factory=list)
    scripts: list[Any] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    """Lists of pages by their places, put in when the rest of the page is mended."""
    reading: Any = READING


def use_bridge(app: Sphinx, config: Any) -> None:
    """Render pages through the bridge, unless a course has its own or asks for the stock theme."""
    if config.html_theme != "sphinx_book_theme":
        return
    options = config.html_theme_options or {}
    asked = [name for name in UNSERVED if options.get(name)]
    announcement = str(options.get("announcement", ""))
    asked += ["announcement"] if announcement.startswith("http") else []
    asked += ["launch_buttons.thebe"] if options.get("launch_buttons", {}).get("thebe") else []
    if config.sourcebook_light and asked:
        logger.warning(
            f"{', '.join(asked)} in html_theme_options needs the theme's own scripts, so the "
            "pages keep them: take it out, or set sourcebook_light to false",
            type="sourcebook",
            subtype="theme",
        )
        config.sourcebook_light = False
    if config.sourcebook_light and not config.template_bridge:
        config.template_bridge = "sourcebook.web.bridge.Bridge"
        # Last, so that it has the last word.
        app.add_css_file("site-furniture.css", priority=910)


def begin(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Have something to tell early: the theme renders parts of a page to see which are empty."""
    if bridge_of(app.builder) is None:
        return
    context["light"] = Light()
    for name in OWN_SCRIPTS:
        # Before the scripts of a page's parts (600 and later).
        app.add_js_file(name, loading_method="defer", priority=550)


def load_little(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say what a page loads: its own scripts and styles, not the theme's."""
    if bridge_of(app.builder) is None:
        return
    common = {sheet.filename for sheet in app.builder._orig_css_files}  # type: ignore[attr-defined]
    # It is never shown: the theme has no script for it any more.
    context["theme_back_to_top_button"] = False
    light = context["light"]
    light.styles = [sheet for sheet in context["css_files"] if sheet.filename not in common]
    light.scripts = _scripts(context["script_files"], context.get("body") or "")
    light.facts = {side: _facts(app, pagename, n) for side, n in (("left", 1), ("right", 2))}


def _scripts(files: Iterable[Any], body: str) -> list[Any]:
    named = [script for script in files if script.filename]
    name = {id(script): _plain(script.filename) for script in named}
    ours = {path.name for path in (Path(__file__).parents[1] / "static").glob("*.js")}
    known = {*THEME_SCRIPTS, *SPHINX_SCRIPTS, TABS_SCRIPT, *ours}
    dropped = set(THEME_SCRIPTS)
    if all(name[id(script)] in known for script in named):
        dropped.update(SPHINX_SCRIPTS)
    if "sd-tab-set" not in body:
        dropped.add(TABS_SCRIPT)
    kept = [script for script in named if name[id(script)] not in dropped]
    for script in kept:
        if name[id(script)] in FITTING_SCRIPTS:
            script.attributes["blocking"] = "render"
    return kept


def _plain(filename: Any) -> str:
    return str(filename).removeprefix("_static/").partition("?")[0]


def _facts(app: Sphinx, pagename: str, place: int) -> str:
    """What the page before or after takes, where it says so."""
    docname = app.builder.relations.get(pagename, (None,) * 3)[place]  # type: ignore[attr-defined]
    if docname is None or not app.config.sourcebook_pages:
        return ""
    try:
        chapter = read_chapter(Path(app.srcdir), docname)
    except (SourcebookError, OSError):
        return ""
    facts = [f"Source: ¶{format_range(chapter.passages)}"] if chapter.passages else []
    facts += [f"{what} {minutes} minutes" for what, minutes in chapter.minutes.items()]
    return " · ".join(facts)


def open_door(app: Sphinx, exception: Exception | None) -> None:
    """Lead from the site's address to the welcome page, with a page that is whole."""
    root = app.config.root_doc
    if exception is not None or root == "index" or bridge_of(app.builder) is None:
        return
    target = app.builder.get_target_uri(root)
    title = escape(app.config.html_title or app.config.project)
    address = app.config.html_baseurl
    itself = f'<link rel="canonical" href="{escape(address.rstrip("/"))}/{target}">'
    page = (
        f'<!DOCTYPE html>\n<html lang="{app.config.language}"><head><meta charset="utf-8">'
        f'<title>{title}</title><link rel="icon" href="data:,">'
        f'<meta http-equiv="refresh" content="0; url={target}">'
        f"{itself if address else ''}</head>"
        f'<body><p><a href="{target}">{title}</a></p></body></html>\n'
    )
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def make_sheet(app: Sphinx, exception: Exception | None) -> None:
    """Write the site's style sheet, point every page to it, and leave out what none asks for."""
    bridge = bridge_of(app.builder)
    if exception is not None or bridge is None or bridge.icons is None:
        return
    if not hasattr(app.builder, "_orig_css_files"):
        return  # Nothing was out of date: no page was written, and the sheet is the last one's.
    out = Path(app.outdir)
    static = out / "_static"
    used = _used(sorted(out.rglob("*.html")), sorted(static.glob("*.js")))
    sheets = _sheets(app, static)
    try:
        css = site_sheet(sheets, used.names, used.words, used.styles, bridge.icons)
    except UnknownStyle as error:
        logger.warning(
            f"the theme's styles are not understood ({error}): the site carries them whole",
            type="sourcebook",
            subtype="theme",
        )
        css = whole_sheet(sheets, used.styles)
    else:
        _leave_out(static)
    (static / SHEET).write_text(css, encoding="utf-8")
    mark = hashlib.sha256(css.encode()).hexdigest()[:8]
    for path in used.pages:
        page = _text(path)
        fresh = re.sub(rf"(_static/{re.escape(SHEET)}\?v=)\w+", rf"\g<1>{mark}", page)
        if fresh != page:
            path.write_text(fresh, encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@dataclass
class _Used:
    """What the style sheet has to serve."""

    pages: list[Path] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    styles: set[str] = field(default_factory=set)


def _used(pages: Iterable[Path], scripts: Iterable[Path]) -> _Used:
    """What pages and scripts use, one after the other: all at once they fill the memory."""
    used, seen = _Used(), set[str]()
    for path in pages:
        page = _text(path)
        if f"_static/{SHEET}" not in page:
            continue
        used.pages.append(path)
        first, *items = page.split(_ITEM)
        # Beside each page stands the list of all pages: what was seen there is not read again.
        for part in {first, *(f"{_ITEM}{item}" for item in items)} - seen:
            seen.add(part)
            used.names |= names_in_page(part)
            used.styles |= styles_in(part)
            used.words.update(properties_in(part), _FONT.findall(part))
    for path in scripts:
        script = _text(path)
        used.names |= words_in_script(script)
        used.words |= properties_in(script)
    return used


def _sheets(app: Sphinx, static: Path) -> dict[str, str]:
    listed = [_plain(sheet.filename) for sheet in app.builder._orig_css_files]  # type: ignore[attr-defined]
    found: dict[str, str] = {}
    for path in (*FIRST_SHEETS, *listed):
        _read_sheet(static, path, found)
    return found


def _read_sheet(static: Path, path: str, found: dict[str, str]) -> None:
    """Add a sheet, after those it imports."""
    if path in found or not (static / path).is_file():
        return
    css = (static / path).read_text(encoding="utf-8")
    for other in _IMPORT.findall(css):
        _read_sheet(
            static, posixpath.normpath(posixpath.join(posixpath.dirname(path), other)), found
        )
    found[path] = _IMPORT.sub("", css)


def _leave_out(static: Path) -> None:
    for name in LEFT_OUT:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Register the light pages. ``sourcebook_light: false`` gives the theme as it is."""
    app.add_config_value("sourcebook_light", True, "html", types=frozenset({bool}))
    # Before the builder makes its template loader.
    app.connect("config-inited", use_bridge)
    app.connect("html-page-context", begin, priority=100)
    app.connect("html-page-context", use_menu, priority=100)
    # After every other handler has added what its page needs.
    app.connect("html-page-context", load_little, priority=950)
    # Before Sphinx's toc extension does, with a line that is no page (500).
    app.connect("build-finished", open_door, priority=100)
    # After the theme has written its colors of code, when a build is finished, too (500).
    app.connect("build-finished", make_sheet, priority=900)
