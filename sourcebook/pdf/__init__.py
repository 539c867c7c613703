"""The printed course: a Sphinx builder that writes Typst and compiles it to a tagged PDF.

Charts stand where they are spoken of, notes at the page's foot, the numbers of the source's
paragraphs in the margin, and a reference to another chapter says on which page it begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcebook.pdf.builder import TypstBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# name, default, what it means; none of them changes what is read, so none causes a re-read
_VALUES = (
    ("sourcebook_pdf_basename", "book"),
    ("sourcebook_pdf_paper", "a4"),
    ("sourcebook_pdf_form", "book"),
    ("sourcebook_pdf_only", ""),
    ("sourcebook_subtitle", ""),
    ("sourcebook_edition_line", ""),
    ("sourcebook_class_copy_line", ""),
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder and its values."""
    app.add_builder(TypstBuilder)
    for name, default in _VALUES:
        if name not in app.config.values:
            app.add_config_value(name, default, "", types=frozenset({str}))
    # The folder of the chapters' PDFs: the website has a way to them, so that it depends on it.
    app.add_config_value("sourcebook_chapter_pdfs", "", "html", types=frozenset({str}))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
