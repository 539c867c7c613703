"""The course as an e-book: a Sphinx builder that writes EPUB 3, with no script and no theme.

Each page is a chapter, its passages under their permanent numbers; charts are drawings with
their data below them, quizzes have their answers at the book's end, as in print. The same course
gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcebook.epub.builder import EbookBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder; its settings are the PDF's."""
    app.add_builder(EbookBuilder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
