"""A page of the e-book as XML: whether it is well-formed, and what it links to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag
from xml.parsers import expat

from sourcebook.errors import BuildError


@dataclass
class Page:
    """What the package has to know of a page."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    drawn: bool = False
    """Whether a drawing stands in it."""
    pictured: bool = False
    """Whether it shows an image of a file."""
    described: bool = True
    """Whether each of them has words for those who cannot see it."""


def read_page(address: str, data: bytes) -> Page:
    """Read a page; raises where it is not well-formed or has one id twice."""
    page = Page()

    def start(name: str, attributes: dict[str, str]) -> None:
        id = attributes.get("id")
        if id in page.ids:
            raise BuildError(
                f"the e-book's page would have two places named {id}",
                "give one of them another name",
                address,
            )
        if id:
            page.ids.add(id)
        if name == "a" and "href" in attributes:
            page.links.append(attributes["href"])
        page.drawn |= name == "svg"
        if name == "img":
            page.pictured = True
            # Without words docutils and MyST-NB give the file's name, which tells nothing.
            words, file = attributes.get("alt", ""), posixpath.basename(attributes["src"])
            page.described &= bool(words) and posixpath.basename(words) != file

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        line = data.splitlines()[error.lineno - 1].decode("utf-8", "replace").strip()[:160]
        hint = f"look for markup of another kind in the chapter:\n{line}"
        raise BuildError(f"the e-book's page is not well-formed: {error}", hint, address) from error
    return page


def lost_links(pages: Mapping[str, Page]) -> Iterator[tuple[str, str]]:
    """Links that lead nowhere in the e-book: the page, and where the link points."""
    for address, page in pages.items():
        for link in page.links:
            if "://" in link or link.startswith("mailto:"):
                continue
            path, fragment = urldefrag(link)
            path = unquote(path)
            folder = posixpath.dirname(address)
            target = posixpath.normpath(posixpath.join(folder, path)) if path else address
            if target not in pages or (fragment and fragment not in pages[target].ids):
                yield address, link
