"""The compiler: from the Typst text to the PDF, and its errors back to the chapters."""

from __future__ import annotations

import os
import re
from pathlib import Path

import typst
from sphinx.util import logging

from sourcebook.errors import SourcebookError
from sourcebook.imprint import moment

logger = logging.getLogger(__name__)

_UNCLOSED = "tags weren't properly closed"
_MARK = "// src: "
# As much of Typst's own words as a person can read; a broken drawing is one line of 50,000.
_WIDTH, _LINES = 160, 12


def press(source: Path, fonts: Path) -> Path:
    """Compile a book; without tags, and loudly, where Typst fails to tag it.

    Where nobody reads warnings (``CI`` is set) that is a failure.
    """
    target = source.with_suffix(".pdf")
    try:
        _compile(source, target, fonts, tagged=True)
    except typst.TypstError as error:
        if _UNCLOSED not in f"{error.message} {error.diagnostic}":
            raise explain(error, source) from error
        logger.warning(
            "the PDF has NO TAGS: Typst could not tag it. It prints as it should, but a screen "
            "reader gets no headings, tables or alternative texts. A small change of the text "
            "near a page's end usually cures it.",
            type="sourcebook",
            subtype="pdf_untagged",
        )
        try:
            _compile(source, target, fonts, tagged=False)
        except typst.TypstError as second:
            raise explain(second, source) from second
        if os.environ.get("CI"):
            raise SourcebookError(
                "the PDF has no tags, and a checking run (CI is set) takes none without",
                f"change the text near a page's end; the untagged file is {target}",
            ) from error
    return target


def _compile(source: Path, target: Path, fonts: Path, *, tagged: bool) -> None:
    data, warnings = typst.compile_with_warnings(
        str(source),
        root=str(source.parent),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1" if tagged else [],
        pdf_tags=tagged,
        timestamp=moment(),
    )
    target.write_bytes(data)
    for warning in warnings:
        where = locate(warning.diagnostic, source)
        logger.warning(
            "%s%s",
            f"{where}: " if where else "",
            warning.message,
            type="sourcebook",
            subtype="pdf_typst",
        )


def explain(error: typst.TypstError, source: Path) -> SourcebookError:
    """Typst's error as the course's: the chapter and line it came from, what to do."""
    diagnostic = "\n".join(line[:_WIDTH] for line in error.diagnostic.splitlines()[:_LINES])
    text = f"{error.diagnostic}\n" + "\n".join(error.trace)
    where = locate(text, source) or _of_image(text, source) or _of_words(error.message, source)
    hint = "; ".join(error.hints) or f"look at {source.name} where Typst points:\n{diagnostic}"
    if "could not be displayed" in error.message:
        hint = "no font of the book has this character: write it otherwise"
    return SourcebookError(f"the PDF could not be made: {error.message}", hint, where)


def locate(diagnostic: str, source: Path) -> str:
    """The chapter and line of the sources a message of Typst leads back to."""
    for found in re.finditer(rf"{re.escape(source.name)}:(\d+)", diagnostic):
        place = _mark_above(source.read_text(encoding="utf-8").split("\n")[: int(found[1])])
        if place:
            return place
    return ""


def _mark_above(lines: list[str]) -> str:
    """The nearest marker above the last of these lines of the Typst text."""
    marks = (line for line in reversed(lines) if line.startswith(_MARK))
    return next(marks, "").removeprefix(_MARK)


def _of_image(text: str, source: Path) -> str:
    """Where the image stands that a message speaks of."""
    found = re.search(r"images/[^\s:]+", text)
    if not found:
        return ""
    before, mark, _ = source.read_text(encoding="utf-8").partition(found[0])
    place = _mark_above(before.split("\n")) if mark else ""
    return f"{place} ({found[0]})" if place else found[0]


def _of_words(message: str, source: Path) -> str:
    """Where the image stands whose words no font can show: for them Typst gives no place."""
    found = re.search(r'the text `"(.+?)"`', message)
    for path in sorted(source.parent.glob("images/*.svg")) if found else ():
        if found and found[1] in path.read_text(encoding="utf-8", errors="replace"):
            return _of_image(f"images/{path.name}", source)
    return ""
