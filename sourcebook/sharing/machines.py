"""The course for machines: linked data of its pages, site map, robots, a guide for language models.

The words are schema.org's, with those for learning (LRMI). Imports no Sphinx.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..texts import TextMap
from .record import CourseRecord, Name

KINDS = {
    "chapter": "textbook chapter",
    "questions": "discussion questions",
    "notebook": "computational notebook",
    "reference": "reference page",
}
"""What a page of the course is, as its linked data say it."""


@dataclass(frozen=True)
class Sheet:
    """A page of the course as others are told of it."""

    docname: str
    title: str
    description: str
    place: str
    """Its address from the site's root."""
    kind: str
    """One of ``KINDS``, or ``welcome``."""
    part: str = ""
    position: int = 0
    """Which page of the course it is, the welcome page being 0."""
    parent: Sheet | None = None
    minutes: int = 0
    years: tuple[int, int] | None = None
    asks: str = ""
    """The question a chapter is about."""
    objectives: tuple[str, ...] = ()
    """What the page teaches, or what its questions ask for."""

    @property
    def stem(self) -> str:
        """The name of its file."""
        return self.docname.rsplit("/", 1)[-1]


def linked_data(
    record: CourseRecord, page: Sheet, pages: Sequence[Sheet], texts: Sequence[TextMap]
) -> str:
    """A page's linked data, as they stand in a script of the page; the welcome page comes first."""
    if page.kind == "welcome":
        data = _course(record, page, [sheet for sheet in pages if sheet.kind == "chapter"], texts)
    else:
        whole = {"@type": "Course", **_place(record, pages[0]), "name": record.title}
        data = _page(record, page, whole)
    known = {"@context": "https://schema.org", **{key: x for key, x in data.items() if x}}
    # A script ends at the first thing that looks like its end.
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _course(
    record: CourseRecord, page: Sheet, chapters: Sequence[Sheet], texts: Sequence[TextMap]
) -> dict[str, Any]:
    people = [_who(name) for name in record.authors]
    return {
        "@type": "Course",
        **_place(record, page),
        "name": record.title,
        "description": page.description,
        "author": people,
        "provider": people[0] if people else None,
        "datePublished": record.date,
        "version": record.version,
        "keywords": list(record.keywords),
        **_shared(record),
        "timeRequired": _duration(sum(chapter.minutes for chapter in chapters)),
        "isBasedOn": [_work(text) for text in texts],
        "hasPart": [
            {**_part(record, chapter), "position": n} for n, chapter in enumerate(chapters, 1)
        ],
    }


def _page(record: CourseRecord, page: Sheet, whole: dict[str, Any]) -> dict[str, Any]:
    return {
        **_part(record, page),
        "description": page.description,
        "learningResourceType": KINDS[page.kind],
        "assesses" if page.kind == "questions" else "teaches": list(page.objectives),
        "author": [_who(name) for name in record.authors],
        **_shared(record),
        "timeRequired": _duration(page.minutes),
        "temporalCoverage": _span(page.years),
        "isPartOf": {**_part(record, page.parent), "isPartOf": whole} if page.parent else whole,
        "position": page.position,
    }


def _part(record: CourseRecord, page: Sheet) -> dict[str, Any]:
    return {"@type": "LearningResource", **_place(record, page), "name": page.title}


def _shared(record: CourseRecord) -> dict[str, Any]:
    return {
        "educationalLevel": record.level,
        "inLanguage": record.language,
        "license": record.license_address,
    }


def _place(record: CourseRecord, page: Sheet) -> dict[str, str]:
    address = f"{record.address}{page.place}" if record.address else ""
    return {"@id": address, "url": address} if address else {}


def _who(name: Name) -> dict[str, str]:
    if not name.given:
        return {"@type": "Organization", "name": name.family}
    return {
        "@type": "Person",
        "name": name.plain,
        "givenName": name.given,
        "familyName": name.family,
    }


def _work(text: TextMap) -> dict[str, Any]:
    work = {"@type": "CreativeWork", "name": text.title, "datePublished": text.year}
    author = {"@type": "Person", "name": text.author} if text.author else None
    return {key: value for key, value in {**work, "author": author}.items() if value}


def _duration(minutes: int) -> str:
    return f"PT{minutes}M" if minutes else ""


def _span(years: tuple[int, int] | None) -> str:
    """Years as ISO 8601 has them."""
    return "/".join(f"{year:04}" for year in dict.fromkeys(years or ()))


# ---- files at the site's root


def site_map(addresses: Sequence[str]) -> str:
    """The pages of the site for search engines, as sitemaps.org has it."""
    rows = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def robots(address: str) -> str:
    """Who may read the site: all, and where its map is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n"


def guide_for_models(record: CourseRecord, pages: Sequence[Sheet]) -> str:
    """What the course is and where things are, for language models (``llms.txt``)."""
    welcome, *others = pages
    authors = ", ".join(name.plain for name in record.authors)
    facts = [
        f"By {authors}." if authors else "",
        f"Published {record.date}." if record.date else "",
    ]
    if record.license:
        facts.append(f"The text of the course is under {record.license}: name it and link to it.")
    lines = [f"# {record.title}", "", f"> {welcome.description}", "", " ".join(filter(None, facts))]
    part = None
    for page in others:
        if page.part != part:
            part = page.part
            lines += ["", f"## {part or 'The course'}", ""]
        note = f": {page.description}" if page.description else ""
        lines.append(f"- [{page.title}]({record.address}{page.place}){note}")
    return "\n".join(lines) + "\n"
