"""Every page of the website with what others are told of it, and the files at the site's root.

Only the open student edition asks to be found; a class copy and the teacher edition ask not to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ..chapters import Chapter, format_years, read_chapter, read_toc
from ..entries import kept_entries, page_entries
from ..imprint import titles
from ..once import once
from ..passages import source_domain
from ..questions import question_domain
from ..web.times import minutes_for, running_words
from .cards import HEIGHT, WIDTH, Card, write_cards
from .lost import lost_page
from .machines import Sheet, guide_for_models, linked_data, robots, site_map
from .record import CourseRecord, read_record
from .saying import objectives, shorten

CARDS = "cards"
COURSE = "course"
"""The name of the whole course's card."""
_HTML = ("html", "dirhtml")


def record_of(app: Sphinx) -> CourseRecord:
    """The course as a work."""
    return read_record(Path(app.srcdir), app.config)


def is_open(app: Sphinx) -> bool:
    """Whether this edition may be found by anyone."""
    return not app.tags.has("teacher") and not app.config.sourcebook_class_copy_line


@once
def sheets(app: Sphinx) -> dict[str, Sheet]:
    """Every page of this edition in its order, as the course's files declare it."""
    found: dict[str, Sheet] = {}
    root, asked = Path(app.srcdir), _asked(app)
    for position, page in enumerate(read_toc(root) if app.config.sourcebook_pages else ()):
        if page.docname not in app.env.all_docs:
            continue
        chapter = read_chapter(root, page.docname)
        found[page.docname] = Sheet(
            docname=page.docname,
            title=app.env.titles[page.docname].astext(),
            description=chapter.description,
            place=app.builder.get_target_uri(page.docname),
            kind=_kind(chapter) if position else "welcome",
            part=page.part,
            position=position,
            parent=found.get(page.parent or ""),
            minutes=sum(chapter.minutes.values()) or asked[page.docname],
            years=chapter.years,
            asks=chapter.asks,
        )
    return found


def _kind(chapter: Chapter) -> str:
    if chapter.stem.endswith("-notebook"):
        return "notebook"
    if chapter.docname.startswith("exercises/"):
        return "questions"
    return "chapter" if chapter.passages else "reference"


def _asked(app: Sphinx) -> Counter[str]:
    """The minutes of each page's questions."""
    minutes: Counter[str] = Counter()
    for question in question_domain(app.env).questions.values():
        minutes[question.docname] += question.minutes or 0
    return minutes


@once
def _spans(app: Sphinx) -> tuple[tuple[int, int], ...]:
    """The years of all chapters."""
    return tuple(sheet.years for sheet in sheets(app).values() if sheet.years)


def _told(app: Sphinx, page: Sheet, doctree: nodes.document) -> Sheet:
    """A page with what only its own text says."""
    taught = doctree
    if page.kind == "questions" and page.parent:
        taught = app.env.get_doctree(page.parent.docname)
    promised = objectives(taught) if page.kind in ("chapter", "questions") else ()
    minutes = page.minutes
    if not minutes and page.kind == "reference":
        minutes = minutes_for(running_words(doctree))
    first = next(page_entries(doctree), None)
    return replace(
        page,
        description=_described(page, first.text if first else ""),
        objectives=promised,
        minutes=minutes,
    )


def add_tags(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The tags in a page's head."""
    if app.builder.name not in _HTML:
        return
    if not is_open(app):
        # A class copy says so itself.
        if app.tags.has("teacher") and not app.config.sourcebook_class_copy_line:
            _add(context, ['<meta name="robots" content="noindex">'])
        return
    pages = sheets(app)
    if doctree is None or pagename not in pages:
        return
    record = record_of(app)
    page = _told(app, pages[pagename], doctree)
    texts = list(source_domain(app.env).maps.values())
    data = linked_data(record, page, list(pages.values()), texts)
    _add(context, _tags(app, record, page))
    _add(context, [f'<script type="application/ld+json">{data}</script>'])


def _add(context: dict[str, Any], tags: list[str]) -> None:
    lines = "".join(f"\n    {tag}" for tag in tags)
    context["metatags"] = f"{context.get('metatags') or ''}{lines}"


def _tags(app: Sphinx, record: CourseRecord, page: Sheet) -> list[str]:
    """What search engines, sites where a link is shared, and reference managers read."""
    welcome = page.kind == "welcome"
    title = record.title if welcome else page.title
    name, card = _card(app, record, page)
    image = f"{CARDS}/{name}.png"
    # A full address is what the standard asks for; without one, a page at least names its own.
    image = f"{record.address or '../' * page.place.count('/')}{image}"
    properties = {
        "og:type": "website" if welcome else "article",
        "og:site_name": titles(app.config)[0],
        "og:title": title,
        "og:description": page.description,
        "og:url": record.address and f"{record.address}{page.place}",
        "og:image": image,
        "og:image:type": "image/png",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": card.alt,
    }
    named = [("description", page.description), ("twitter:card", "summary_large_image")]
    named += [("citation_title", title)]
    named += [("citation_author", author.turned) for author in record.authors]
    named += [("citation_publication_date", record.date.replace("-", "/"))]
    named += [] if welcome else [("citation_inbook_title", record.title)]
    return [
        f'<meta {kind}="{key}" content="{escape(value)}">'
        for kind, pairs in (("name", named), ("property", properties.items()))
        for key, value in pairs
        if value
    ]


def _card(app: Sphinx, record: CourseRecord, page: Sheet) -> tuple[str, Card]:
    """The picture of a page: its chapter's, or the whole course's."""
    course, subtitle = titles(app.config)
    chapter = page.parent or page
    authors = ", ".join(name.plain for name in record.authors)
    language, others = record.language.partition("-")[0], _spans(app)
    common = {"foot": subtitle, "language": language, "others": others}
    if chapter.kind != "chapter":
        return COURSE, Card(course, above=authors, **common)  # type: ignore[arg-type]
    years = format_years(chapter.years) if chapter.years else ""
    return chapter.stem, Card(
        chapter.title,
        above=course,
        below=years,
        years=chapter.years,
        **common,  # type: ignore[arg-type]
    )


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """What stands at the site's root, and the pictures."""
    if exception is not None or app.builder.name not in _HTML:
        return
    out, record, pages = Path(app.outdir), record_of(app), sheets(app)
    made = {"sitemap.xml": "", "robots.txt": "", "llms.txt": "", "404.html": ""}
    cards: dict[str, Card] = {}
    if pages:
        made["404.html"] = lost_page(record, list(pages.values()))
    if pages and is_open(app):
        made["llms.txt"] = guide_for_models(record, list(_all_described(app, pages)))
        cards = dict(_card(app, record, page) for page in pages.values())
        if record.address:
            made["sitemap.xml"] = site_map([record.address + x.place for x in pages.values()])
            made["robots.txt"] = robots(record.address)
    for name, text in made.items():
        if text:
            (out / name).write_text(text, encoding="utf-8", newline="\n")
        else:
            (out / name).unlink(missing_ok=True)
    write_cards(cards, out / CARDS, Path(app.doctreedir) / CARDS)


def _all_described(app: Sphinx, pages: dict[str, Sheet]) -> Iterator[Sheet]:
    said = {docname: entries[0].text for docname, entries in kept_entries(app) if entries}
    for page in pages.values():
        yield replace(page, description=_described(page, said.get(page.docname, "")))


def _described(page: Sheet, text: str) -> str:
    """What a page is about: its question, and its description or its opening words."""
    return shorten(f"{page.asks} {page.description or text}")


def setup(app: Sphinx) -> None:
    """Register tags and files. ``sourcebook_level`` says for whom the course is."""
    app.add_config_value("sourcebook_level", "", "html", types=frozenset({str}))
    # A slip in the citation file is said before anything is read, by every command.
    app.connect("builder-inited", record_of)
    app.connect("html-page-context", add_tags)
    # Before the style sheet, which takes every page into account (900).
    app.connect("build-finished", write_files, priority=700)
