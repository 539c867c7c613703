"""Lines of an overlay for files that are no pages: the order of pages, the works.

A comment says after or before which line of the course's file the lines below it stand::

    # after: file: book/teaching
          - file: book/lesson-plans

Works need none: they stand at the end of the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..chapters import TOC
from ..errors import SourcebookError
from ..places import find_line
from .course import Course, Line, Overlay, Piece, read_lines

_MARK = re.compile(r"[#%] (after|before): (.+?)\s*")


def fragment_pieces(course: Course, overlay: Overlay, name: str) -> list[Piece]:
    """An overlay's lines for the order of pages or for a list of works."""
    base = [line.text for line in course.lines(name)]
    pieces: list[Piece] = []
    place: int | None = None if name == TOC else len(base)
    for n, text in enumerate(read_lines(overlay.folder / name)):
        where = overlay.where(name, n)
        mark = _MARK.fullmatch(text.rstrip("\r\n"))
        if mark:
            try:
                place = fragment_spot(name, base, mark[1], mark[2])
            except SourcebookError as error:
                raise SourcebookError(error.message, error.hint, where) from error
        elif place is None:
            if text.strip() and not text.startswith("#"):
                hint = "write above it: # after: file: and the page it comes after"
                raise SourcebookError("this line has no place in the order of pages", hint, where)
        else:
            if not pieces or pieces[-1].at != place:
                pieces.append(Piece(place, []))
            pieces[-1].lines.append(Line(text, where))
    return pieces


def fragment_spot(name: str, base: Sequence[str], side: str, words: str) -> int:
    """The line before which lines stand that belong after or before the line with these words."""
    n = find_line(base, range(len(base)), words)
    if name == TOC:
        return n + 1 if side == "after" else n
    for entry in works_in(base).values():
        if n in entry:
            return entry.stop if side == "after" else entry.start
    raise SourcebookError(f"“{words}” names no work", "name a work by its key")


def works_in(lines: Sequence[str]) -> dict[str, range]:
    """The works of a list by their keys, each with the blank lines after it."""
    works: dict[str, range] = {}
    n = 0
    while n < len(lines):
        head = re.match(r"@\w+\s*\{\s*([^\s,]+)\s*,", lines[n])
        if not head:
            n += 1
            continue
        start, depth = n, 0
        while n < len(lines):
            depth += lines[n].count("{") - lines[n].count("}")
            n += 1
            if depth <= 0:
                break
        while n < len(lines) and not lines[n].strip():
            n += 1
        works[head[1]] = range(start, n)
    return works
