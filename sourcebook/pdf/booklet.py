"""A booklet: pages in the order in which a folded and stapled stack of sheets shows them.

What is laid out for folding is for the printer alone: two pages stand on one, so that no
reading order is left and the file has no tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sourcebook.errors import SourcebookError

# As many pages as a stapler still holds in one fold: beyond, the book is bound of several.
ONE_STAPLE = 80


def order(count: int, gathering: int) -> list[int | None]:
    """Page indices, two for each side of a sheet; None is a blank page."""
    most = count if count <= ONE_STAPLE else gathering
    sides: list[int | None] = []
    for start in range(0, count, most):
        size = -(-min(most, count - start) // 4) * 4
        pages = [start + n if start + n < count else None for n in range(size)]
        sides += _folded(pages)
    return sides


def _folded(pages: list[int | None]) -> Iterator[int | None]:
    """The outer sheet's front, its back, and so on inward."""
    for front in range(0, len(pages) // 2, 2):
        back = len(pages) - 1 - front
        yield from (pages[back], pages[front], pages[front + 1], pages[back - 1])


def impose(path: Path, gathering: int) -> None:
    """Lay a PDF's pages out, two on a sheet's side, in place of the PDF."""
    try:
        from pypdf import PageObject, PdfReader, PdfWriter, Transformation
    except ImportError:
        raise SourcebookError(
            "a booklet needs pypdf", "run: pip install -c constraints.txt pypdf"
        ) from None
    source = PdfReader(path)
    width, height = source.pages[0].mediabox.width, source.pages[0].mediabox.height
    target = PdfWriter()
    sides = order(len(source.pages), gathering)
    for left, right in zip(sides[::2], sides[1::2], strict=True):
        sheet = PageObject.create_blank_page(None, 2 * width, height)
        for number, shift in ((left, 0), (right, width)):
            if number is not None:
                page = source.pages[number]
                turned = page.mediabox.width > page.mediabox.height
                move = Transformation().translate(shift, 0)
                if turned:
                    move = Transformation().rotate(90).translate(shift + width, 0)
                sheet.merge_transformed_page(page, move)
        target.add_page(sheet)
    target.add_metadata({"/Title": source.metadata.title if source.metadata else ""})
    for sheet in target.pages:
        sheet.compress_content_streams()
    target.compress_identical_objects()
    target.write(path)
