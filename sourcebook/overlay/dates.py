"""A school's dates, ``dates.yml`` in an overlay: a table for teachers under the timetable.

- date: 2026-09-14
  chapter: new-economic-policy
  questions: [nep-1, nep-3]
  note: Bring a calculator.
"""

from __future__ import annotations

import datetime
from typing import Any

import yaml

from ..chapters import read_yaml
from ..errors import SourcebookError, nearest
from .course import DATES, Course, Line, Overlay, Piece, read_lines

KEYS = ("date", "chapter", "questions", "note")


def date_pieces(course: Course, overlay: Overlay) -> tuple[str, list[Piece]]:
    """The page with the timetable, and the table that goes below it."""
    raw = read_yaml(overlay.folder / DATES)
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        hint = "write a list: - date: 2026-09-14, and below it chapter, questions or note"
        raise SourcebookError("these are no dates", hint, overlay.where(DATES, 0))
    # Where each entry begins: a list read from YAML does not tell.
    node = yaml.compose("".join(read_lines(overlay.folder / DATES)), yaml.SafeLoader)
    entries = node.value if isinstance(node, yaml.SequenceNode) else []
    places = [overlay.where(DATES, entry.start_mark.line) for entry in entries]
    rows = [_row(course, entry, where) for entry, where in zip(raw, places, strict=True)]
    lines = ["\n", f"::::{{teacher}} {overlay.name}\n", "| Date | Chapter | Questions | Note |\n"]
    lines += ["|---|---|---|---|\n", *(text for _, text in sorted(rows)), "::::\n", "\n"]
    for docname in course.pages:
        page = course.page(docname)
        for fence in page.fences:
            if fence.name == "timetable":
                where = overlay.where(DATES, 0)
                return f"{docname}.md", [
                    Piece(fence.last + 1, [Line(text, where) for text in lines])
                ]
    hint = "add {timetable} to a page: the dates stand below it"
    raise SourcebookError("no page of the course has a timetable", hint, overlay.where(DATES, 0))


def _row(course: Course, entry: dict[str, Any], where: str) -> tuple[datetime.date, str]:
    for key in entry:
        if key not in KEYS:
            raise SourcebookError(f"unknown key {key!r}", f"the keys are: {', '.join(KEYS)}", where)
    date = entry.get("date")
    if not isinstance(date, datetime.date) or isinstance(date, datetime.datetime):
        hint = "write year, month, day: 2026-09-14"
        raise SourcebookError(f"{date!r} is no date", hint, where)
    shown = f"{date:%B} {date.day}, {date.year}"
    cells = [shown, _chapter(course, entry, where), _questions(course, entry, where)]
    cells.append(str(entry.get("note") or "").replace("|", "\\|").replace("\n", " "))
    return date, f"| {' | '.join(cells)} |\n"


def _chapter(course: Course, entry: dict[str, Any], where: str) -> str:
    stem = entry.get("chapter")
    if not stem:
        return ""
    found = [
        docname
        for docname in course.pages
        if docname.startswith("book/") and docname.endswith(f"/{stem}")
    ]
    if not found:
        stems = [docname.rsplit("/", 1)[-1] for docname in course.pages]
        hint = nearest(str(stem), stems, "chapters")
        raise SourcebookError(f"there is no chapter {stem!r}", hint, where)
    return f"{{doc}}`/{found[0]}`"


def _questions(course: Course, entry: dict[str, Any], where: str) -> str:
    raw = entry.get("questions") or []
    asked = raw if isinstance(raw, list) else [part.strip() for part in str(raw).split(",")]
    known = course.questions()
    for id in asked:
        if id not in known:
            hint = nearest(str(id), known, "questions")
            raise SourcebookError(f"there is no question {id!r}", hint, where)
    return ", ".join(asked)
