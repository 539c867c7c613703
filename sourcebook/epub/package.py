"""The e-book's own pages and lists: cover, contents, and what a library asks of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from sourcebook.epub.container import MEDIA_TYPES
from sourcebook.epub.contents import Entry
from sourcebook.epub.page import Page

# A chapter's page is never named so: Sphinx leaves names with an underscore to its own files.
COVER, COVER_IMAGE, NAV, PARAGRAPHS = (
    "_cover.xhtml", "_cover.png", "_contents.xhtml", "_paragraphs.xhtml",
)  # fmt: skip
NCX, OPF, STYLE, FONT = "_toc.ncx", "package.opf", "_style.css", "course-sans.woff2"


class Landmark(NamedTuple):
    """A place that a reader's program can lead to by its kind."""

    kind: str
    title: str
    address: str


@dataclass
class Edition:
    """The e-book as a whole."""

    title: str
    subtitle: str
    author: str
    language: str
    rights: str
    name: str
    """Its file's name, which stays when the title changes."""
    edition_line: str
    """Which edition it is, where it is not the students'."""
    class_copy_line: str
    """That it is a class copy, where it is one."""
    moment: int
    contents: list[Entry] = field(default_factory=list)
    paragraphs: Sequence[Entry] = ()
    figures: Sequence[Entry] = ()
    landmarks: Sequence[Landmark] = ()
    pages: Mapping[str, Page] = field(default_factory=dict)
    """The chapters' pages."""

    @property
    def full_title(self) -> str:
        """The title on a reader's shelf."""
        title = f"{self.title}: {self.subtitle}" if self.subtitle else self.title
        return f"{title} ({self.edition_line})" if self.edition_line else title

    @property
    def lines(self) -> list[str]:
        """What stands on each page."""
        return [line for line in (self.edition_line, self.class_copy_line) if line]

    @property
    def identifier(self) -> str:
        """The same for every build of this edition, another for another edition."""
        of = "/".join(["sourcebook", self.author, self.name, *self.lines])
        return uuid.uuid5(uuid.NAMESPACE_URL, of).urn

    @property
    def modified(self) -> str:
        """When it was made, as far as the same bytes allow."""
        return datetime.fromtimestamp(self.moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def order(self) -> list[str]:
        """The chapters' pages in reading order."""
        return [e.address for part in self.contents for e in part.walk() if e.address]

    @property
    def drawn(self) -> bool:
        """Whether any page shows a drawing or an image."""
        return any(page.drawn or page.pictured for page in self.pages.values())

    @property
    def described(self) -> bool:
        """Whether every image has words for those who cannot see it."""
        return all(page.described for page in self.pages.values())

    @property
    def features(self) -> list[str]:
        """What makes it accessible, in the words of schema.org: only what is so."""
        alternative = ["alternativeText"] if self.drawn and self.described else []
        structure = ["tableOfContents", "structuralNavigation", "readingOrder"]
        return [*alternative, *structure, "displayTransformability"]

    @property
    def summary(self) -> str:
        """The same for a person who chooses a book."""
        said = ["All text is under headings, in reading order, and in the reader's own letters."]
        if self.drawn and self.described:
            said.append(
                "Charts have a text that says what they show, and their numbers as a table."
            )
        if self.paragraphs:
            said.append("A list leads to the source's paragraphs by their permanent numbers.")
        said.append("It was not audited against an accessibility standard.")
        return " ".join(said)


@cache
def _templates() -> Environment:
    loader = PackageLoader("sourcebook.epub", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def render(template: str, **values: Any) -> str:
    """One of the e-book's own files, or a part of one."""
    return _templates().get_template(f"{template}.jinja").render(**values)


def lists(edition: Edition, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The lists of an e-book with these members: contents, old contents, package."""
    files = {
        NAV: render("contents.xhtml", edition=edition).encode(),
        NCX: render("toc.ncx", edition=edition).encode(),
    }
    items = [
        {
            "id": f"m{n}",
            "href": name,
            "type": MEDIA_TYPES[PurePosixPath(name).suffix.lower()],
            "properties": _properties(name, edition.pages),
        }
        for n, name in enumerate(sorted({*members, *files}), 1)
    ]
    ids = {item["href"]: item["id"] for item in items}
    spine = [ids[name] for name in (COVER, NAV, *edition.order)]
    own = {"ncx": ids[NCX], "cover": ids[COVER_IMAGE]}
    files[OPF] = render(OPF, edition=edition, items=items, spine=spine, **own).encode()
    return files


def _properties(name: str, pages: Mapping[str, Page]) -> str:
    if name == NAV:
        return "nav"
    if name == COVER_IMAGE:
        return "cover-image"
    return "svg" if name in pages and pages[name].drawn else ""
