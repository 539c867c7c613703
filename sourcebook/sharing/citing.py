"""How a page of the course, or a numbered paragraph of its source, is cited.

Five styles and three files for reference managers. A library for all styles of the world
(citeproc with its 2,865 styles) takes 105 MB; a course is cited as one kind of thing, and the
tests hold each form to what its manual says. Titles keep their capitals. Imports no Sphinx.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from pybtex.database import BibliographyData, Entry
from pybtex.database.output.bibtex import Writer

from .record import Name

DAY = "[day]"
"""Stands where a reader's browser sets the day of the visit."""


@dataclass(frozen=True)
class Cited:
    """A page of the course, or the whole course where ``page`` is empty."""

    page: str
    course: str
    authors: tuple[Name, ...]
    year: str
    key: str
    """A name for it in lists of works."""


@dataclass(frozen=True)
class Style:
    """A citation as HTML: what is always said, and what is said where the address is known."""

    name: str
    text: str
    """In the place of ``{where}`` comes what follows, or nothing."""
    where: str
    """Address and day of the visit: ``{address}`` and ``{day}``."""
    day: str
    """How the style writes a day: ``mdy``, ``dmy``, or ``dMy`` with a short month."""
    inline: str = ""
    """What stands in the running text, where that is not a note."""

    def html(self, address: str) -> str:
        """The citation for a reader whose browser runs no scripts."""
        day = f'<span class="cite-day" data-form="{self.day}">{DAY}</span>'
        place = f'<span class="cite-address">{escape(address)}</span>'
        where = self.where.replace("{address}", place).replace("{day}", day)
        hidden = "" if address else " hidden"
        return self.text.replace("{where}", f'<span class="cite-where"{hidden}>{where}</span>')


def page_styles(cited: Cited) -> list[Style]:
    """A page, or the course, in the usual styles."""
    course, dated, names = _i(cited.course), cited.year or "n.d.", cited.authors

    def page(set_off: str, then: str) -> str:
        return f"{set_off}{then}" if cited.page else ""

    return [
        Style(
            "Chicago, note",
            f"{_lead(_straight(names), ', ')}{page(_quoted(cited.page, ','), ' in ')}{course} "
            f"({dated}){{where}}.",
            ", accessed {day}, {address}",
            "mdy",
        ),
        Style(
            "Chicago, bibliography",
            f"{_lead(_turned(names), ' ', '.')}{page(_quoted(cited.page, '.'), ' In ')}"
            f"{_end(course)} {_end(dated)}{{where}}",
            " Accessed {day}. {address}.",
            "mdy",
        ),
        Style(
            "MLA",
            f"{_lead(_two(names), ' ', '.')}{page(_quoted(cited.page, '.'), ' ')}{course}"
            f"{f', {cited.year}' if cited.year else ''}{{where}}.",
            ", {address}. Accessed {day}",
            "dMy",
        ),
        Style(
            "APA",
            f"{_lead(_initials(names, '&amp;'), ' ', '.')}({dated}). "
            f"{page(_end(escape(cited.page)), ' In ')}{_end(course)}{{where}}",
            " Retrieved {day}, from {address}",
            "mdy",
        ),
        Style(
            "Harvard",
            f"{_lead(_initials(names, 'and'), ' ')}({dated}) "
            f"{page(f'‘{escape(cited.page)}’', ', in ')}{_end(course)}{{where}}",
            " Available at: {address} (Accessed: {day}).",
            "dmy",
        ),
    ]


def paragraph_styles(author: str, title: str, year: str, course: Cited) -> list[Style]:
    """A paragraph of a source text, ``{n}``, by the numbers that the course gives it.

    The work is its author's; the course is named for the numbers, which are the course's own.
    """
    name, dated = Name.read(author), year or "n.d."
    numbered = f"{_i(course.course)}{f' ({course.year})' if course.year else ''}"
    numbers = f"aragraphs numbered as in {numbered}"
    work = _end(_i(title))
    return [
        Style(
            "Chicago, note",
            f"{escape(name.plain)}, {_quoted(title, '')} ({dated}), par. {{n}}, "
            f"numbered as in {numbered}{{where}}.",
            ", accessed {day}, {address}",
            "mdy",
        ),
        Style(
            "MLA",
            f"{_end(escape(name.turned))} {_quoted(title, '.')}{f' {year}.' if year else ''} "
            f"P{numbers}{{where}}.",
            ", {address}. Accessed {day}",
            "dMy",
            f"({escape(name.family)}, par. {{n}})",
        ),
        Style(
            "APA",
            f"{escape(name.short)} ({dated}). {_i(title)} [P{numbers}].{{where}}",
            " Retrieved {day}, from {address}",
            "mdy",
            f"({escape(name.family)}, {dated}, para. {{n}})",
        ),
        Style(
            "Harvard",
            f"{escape(name.short)} ({dated}) {work} P{numbers}.{{where}}",
            " Available at: {address} (Accessed: {day}).",
            "dmy",
            f"({escape(name.family)}, {dated}, para. {{n}})",
        ),
    ]


# ---- files for reference managers


def bibtex(cited: Cited, address: str) -> str:
    """An entry for BibTeX; braces keep the capitals of titles."""
    fields = [("title", f"{{{cited.page or cited.course}}}"), ("year", cited.year)]
    if cited.page:
        fields.insert(1, ("booktitle", f"{{{cited.course}}}"))
    entry = Entry("incollection" if cited.page else "misc", [(k, v) for k, v in fields if v])
    text: str = Writer().to_string(BibliographyData({cited.key: entry}))
    # By hand, since the library would take a body's name for a person's and mask signs of an
    # address, which BibTeX's styles print as it stands.
    authors = " and ".join(n.turned if n.given else f"{{{n.family}}}" for n in cited.authors)
    head, end, rest = text.partition("\n")
    text = f"{head}{end}    author = {{{authors}}},\n{rest}" if authors else text
    return text.replace("\n}", f",\n    url = {{{address}}}\n}}") if address else text


def ris(cited: Cited, address: str) -> str:
    """A record for reference managers in the form RIS."""
    rows = [("TY", "CHAP" if cited.page else "BOOK")]
    rows += [("AU", name.turned) for name in cited.authors]
    rows += [("TI", cited.page or cited.course)]
    rows += [("T2", cited.course)] if cited.page else []
    rows += [("PY", cited.year)] if cited.year else []
    rows += [("UR", address)] if address else []
    return "".join(f"{key}  - {value}\r\n" for key, value in [*rows, ("ER", "")])


def csl(cited: Cited, address: str) -> str:
    """An item for reference managers that read CSL's JSON, such as Zotero."""
    item: dict[str, Any] = {"id": cited.key, "type": "chapter" if cited.page else "book"}
    item["title"] = cited.page or cited.course
    if cited.page:
        item["container-title"] = cited.course
    item["author"] = [
        {"family": n.family, "given": n.given} if n.given else {"literal": n.family}
        for n in cited.authors
    ]
    if cited.year:
        item["issued"] = {"date-parts": [[int(cited.year)]]}
    if address:
        item["URL"] = address
    return json.dumps([item], ensure_ascii=False)


# ---- names and titles


def _straight(names: Sequence[Name]) -> str:
    return _listed([name.plain for name in names], few=2, first=1)


def _turned(names: Sequence[Name]) -> str:
    return _listed(_first_turned(names), few=6, first=3)


def _two(names: Sequence[Name]) -> str:
    return _listed(_first_turned(names), few=2, first=1)


def _first_turned(names: Sequence[Name]) -> list[str]:
    """The first name as a list sorts it, the others as one says them."""
    return [name.plain if n else name.turned for n, name in enumerate(names)]


def _initials(names: Sequence[Name], mark: str) -> str:
    said = [escape(name.short) for name in names]
    if len(said) < 2:
        return "".join(said)
    comma = "," if mark != "and" else ""
    return f"{', '.join(said[:-1])}{comma} {mark} {said[-1]}"


def _listed(said: list[str], *, few: int, first: int) -> str:
    """Names in a row; of more than a few the first alone, and that there are others."""
    said = [escape(name) for name in said]
    comma = "," if said and ", " in said[0] else ""
    if len(said) > few:
        return f"{', '.join(said[:first])}{comma} et al."
    if len(said) < 3:
        return f"{comma} and ".join(said)
    return f"{', '.join(said[:-1])}, and {said[-1]}"


def _lead(names: str, then: str, dot: str = "") -> str:
    """The names before a title, or nothing where nobody is named."""
    return f"{names}{'' if names.endswith('.') else dot}{then}" if names else ""


def _quoted(title: str, mark: str) -> str:
    """A title in quotation marks with the mark that follows, as Americans set it."""
    inner = escape(title).replace("“", "‘").replace("”", "’")
    return f"“{inner}{'' if re.search('[?!.]$', inner) else mark}”"


def _i(title: str) -> str:
    return f"<i>{escape(title)}</i>"


def _end(text: str) -> str:
    """A sentence with its full stop, where it has none."""
    return text if re.search(r"[?!.](</i>)?$", text) else f"{text}."
