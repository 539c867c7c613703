"""A private overlay: a folder outside the repository with what only teachers may see.

It has the course's own folders. A page in it holds blocks for the course's page of that name:
answers by question, questions of its own, notes for teachers, cells. Merging gives the files
as they are with it, line by line, each line knowing where it was written; the course's own
files stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..chapters import TOC, read_chapter, read_toc, read_yaml
from ..errors import SourcebookError, nearest
from ..places import Page

SETTINGS, DATES = "overlay.yml", "dates.yml"
FORMAT = 1
_KEYS = ("format", "detached", "name")
_ANYBODYS = re.compile(r"(README|LICEN[SC]E|CHANGELOG)(\.\w+)?", re.IGNORECASE)
"""Files that a folder may have for itself."""


class Line(NamedTuple):
    """A line of a merged file, with the overlay's file and line it came from."""

    text: str
    origin: str = ""


class Piece(NamedTuple):
    """Lines of an overlay, and the line of the course's file before which they stand."""

    at: int
    lines: list[Line]


@dataclass(frozen=True)
class Overlay:
    """An overlay's folder and what it says of itself."""

    folder: Path
    detached: bool = False
    """Whether it holds the course's own answers, taken out of the tree."""
    name: str = "your school"
    """Whose its blocks are; their headings say so."""

    def files(self) -> list[Path]:
        """What it holds for the course."""
        return [
            path
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
            and not any(part.startswith(".") for part in path.relative_to(self.folder).parts)
            and not (path.parent == self.folder and _ANYBODYS.fullmatch(path.name))
            and path != self.folder / SETTINGS
        ]

    def where(self, name: str, n: int) -> str:
        """A line of one of its files (from 0), as messages name it."""
        return f"{self.folder / name}:{n + 1}"


def read_overlay(folder: Path) -> Overlay:
    """An overlay's settings, validated; a folder without any is a school's own."""
    if not folder.is_dir():
        raise SourcebookError("there is no such folder", "name an overlay's folder", str(folder))
    path = folder / SETTINGS
    raw = read_yaml(path) if path.is_file() else {}
    if not isinstance(raw, dict):
        hint = f"write a key with its value, such as name: Hill School, or remove {SETTINGS}"
        raise SourcebookError("these are no settings", hint, f"{path}:1")
    for n, key in enumerate(raw, 1):
        if key not in _KEYS:
            hint = f"the keys are: {', '.join(_KEYS)}"
            raise SourcebookError(f"unknown key {key!r}", hint, f"{path}:{n}")
    if raw.get("format", FORMAT) != FORMAT:
        hint = f"this version reads format {FORMAT}: use the version that wrote it"
        raise SourcebookError(f"an overlay of format {raw['format']!r}", hint, f"{path}:1")
    return Overlay(folder, bool(raw.get("detached")), str(raw.get("name") or Overlay.name))


def read_lines(path: Path) -> list[str]:
    """A file's lines with their ends as they are."""
    try:
        return path.read_bytes().decode("utf-8").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise SourcebookError(f"the file is not UTF-8: {error.reason}", where=str(path)) from error


@dataclass
class Course:
    """A course as it is with its overlays."""

    root: Path
    pages: list[str]
    """The pages by name, those of overlays with them."""
    changed: dict[str, list[Line]] = field(default_factory=dict)
    """Its own files that have more lines now."""
    added: dict[str, Path] = field(default_factory=dict)
    """Files that only an overlay has."""

    def lines(self, name: str) -> list[Line]:
        """A file of the course as it is by now."""
        if name not in self.changed:
            return [Line(text) for text in read_lines(self.added.get(name, self.root / name))]
        return self.changed[name]

    def page(self, docname: str) -> Page:
        """A page of it as it is by now."""
        return Page([line.text for line in self.lines(f"{docname}.md")])

    def questions(self) -> dict[str, str]:
        """Question id → its page."""
        return {id: docname for docname in self.pages for id in self.page(docname).questions}

    def add(self, name: str, pieces: Iterable[Piece]) -> None:
        """Put pieces into a file; those of one place keep their order."""
        lines = list(self.lines(name))
        text = "".join(line.text for line in lines)
        # From the end, so that the places of the others hold.
        for at, more in sorted(pieces, key=lambda piece: piece.at)[::-1]:
            words = "".join(line.text for line in more).strip()
            if words and words in text:
                hint = "it was brought back before: take it out of the one or the other"
                raise SourcebookError(f"{name} has this already", hint, _first(more))
            if at == len(lines) and lines and not lines[-1].text.endswith("\n"):
                lines[-1] = lines[-1]._replace(text=f"{lines[-1].text}\n")
            lines[at:at] = more
        self.changed[name] = lines


def _first(lines: Sequence[Line]) -> str:
    return next((line.origin for line in lines if line.origin and line.text.strip()), "")


def merge(root: Path, folders: Sequence[Path]) -> Course:
    """The course with these overlays, one after the other; raises where one does not fit."""
    course = Course(root, [page.docname for page in read_toc(root)])
    for folder in folders:
        _add_overlay(course, read_overlay(folder))
    return course


def _add_overlay(course: Course, overlay: Overlay) -> None:
    from .dates import date_pieces
    from .fragments import fragment_pieces
    from .pages import page_pieces

    own = {f"{docname}.md" for docname in course.pages}
    names = [path.relative_to(overlay.folder).as_posix() for path in overlay.files()]
    # The order of pages first, which says what pages are new; dates last: they name questions.
    for name in sorted(names, key=lambda name: (name != TOC, name == DATES)):
        if name == TOC:
            pieces = fragment_pieces(course, overlay, name)
            course.pages += _new_pages(course, overlay, pieces)
            course.add(name, pieces)
        elif name in own:
            course.add(name, page_pieces(course, overlay, name.removesuffix(".md")))
        elif name == DATES:
            course.add(*date_pieces(course, overlay))
        elif name.endswith(".bib") and (course.root / name).is_file():
            course.add(name, fragment_pieces(course, overlay, name))
        else:
            _add_file(course, overlay, name)


_ENTRY = re.compile(r"\bfile:\s*[\"']?([^\s,}\"']+)")


def _new_pages(course: Course, overlay: Overlay, pieces: Sequence[Piece]) -> list[str]:
    """The pages that an overlay puts into the order of pages: teachers' pages alone."""
    found = []
    for line in (line for piece in pieces for line in piece.lines):
        for docname in (name.removesuffix(".md") for name in _ENTRY.findall(line.text)):
            if docname in course.pages:
                hint = "take the line out"
                raise SourcebookError(f"{docname} is a page of the course", hint, line.origin)
            if not (overlay.folder / f"{docname}.md").is_file():
                hint = f"write {docname}.md in the overlay, or take the line out"
                raise SourcebookError(f"{docname} is named, but is no page", hint, line.origin)
            if read_chapter(overlay.folder, docname).edition != "teacher":
                hint = "write edition: teacher in its front matter"
                where = overlay.where(f"{docname}.md", 0)
                raise SourcebookError("a page of an overlay is for teachers alone", hint, where)
            found.append(docname)
    return found


def _add_file(course: Course, overlay: Overlay, name: str) -> None:
    """A new page, or a file beside the pages that only the overlay has."""
    path = overlay.folder / name
    if name.endswith(".md") and name.removesuffix(".md") not in course.pages:
        pages = [f"{docname}.md" for docname in course.pages]
        hint = f"{nearest(name, pages, 'pages')}; a new page has its line in {TOC}"
        raise SourcebookError("the course has no such page", hint, str(path))
    folders = {docname.rpartition("/")[0] for docname in course.pages}
    if not any(f"/{name}".startswith(f"/{folder}/".replace("//", "/")) for folder in folders):
        known = [TOC, DATES, SETTINGS, *(f"{folder}/" for folder in sorted(folders))]
        raise SourcebookError(
            "this has no place in the course", nearest(name, known, "places"), str(path)
        )
    if (course.root / name).exists() or name in course.added:
        raise SourcebookError(
            f"{name} stands in the course already", "give it another name", str(path)
        )
    course.added[name] = path
