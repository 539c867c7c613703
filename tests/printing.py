"""Small printed books, for every test that looks at a PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

CASES = Path(__file__).parent / "cases" / "pdf"
COLOR = re.compile(r"\x1b\[[0-9;]*m")
# MyST-NB leaves its file types in Sphinx's defaults for the whole process: use it throughout.
PLAIN = ["myst_nb", "sourcebook.pdf"]
FULL = [
    "myst_nb",
    "sphinx_design",
    "sphinx_external_toc",
    "sphinxcontrib.bibtex",
    "sourcebook.pdf",
    "pdf_shapes",
]
SETTINGS = {
    "extensions": FULL,
    "root_doc": "book/index",
    "external_toc_path": "_toc.yml",
    "bibtex_bibfiles": ["book/references.bib"],
    "numfig": True,
    "html_title": "A Little Book: everything it can hold",
    "author": "A. Writer",
    "language": "en",
    "exclude_patterns": [".*"],
    "myst_enable_extensions": ["colon_fence", "deflist", "fieldlist", "attrs_inline"],
    "nb_mime_priority_overrides": [("typst", "text/plain", 40)],
    "sourcebook_edition_line": "First edition",
    "sourcebook_class_copy_line": "Class copy: for this class only",
}


def flat(text: str) -> str:
    """Text in one line, without the places where an address may break."""
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


class Made:
    """A build: its PDF, its Typst text and what it said."""

    def __init__(self, source: Path, out: Path, hook=None, **settings) -> None:
        said = io.StringIO()
        self.out = out
        with docutils_namespace():
            app = Sphinx(
                source, None, out, out.parent / "doctrees", "typst", settings,
                status=None, warning=said, freshenv=True,
            )  # fmt: skip
            if hook:
                hook(app)
            app.build()
        self.warnings = COLOR.sub("", said.getvalue())
        self.pdf = out / f"{app.config.sourcebook_pdf_basename}.pdf"
        self.typ = self.pdf.with_suffix(".typ")
        self.reader = pypdf.PdfReader(self.pdf)
        self.pages = [flat(page.extract_text()) for page in self.reader.pages]
        self.text = " ".join(self.pages)

    def page_with(self, words: str) -> int:
        """The index of the last page that holds these words."""
        return max(i for i, page in enumerate(self.pages) if words in page)


def small(tmp_path: Path, text: str, hook=None, **settings) -> Made:
    """A book of one chapter."""
    source = tmp_path / "source"
    source.mkdir(exist_ok=True)
    (source / "index.md").write_text("# Book\n\n```{toctree}\nchapter\n```\n", encoding="utf-8")
    (source / "chapter.md").write_text(text, encoding="utf-8")
    defaults = {
        "extensions": PLAIN,
        "html_title": "Book",
        "author": "A",
        "myst_enable_extensions": ["colon_fence"],
    }
    return Made(source, tmp_path / "out", hook, **{**defaults, **settings})


def outline(reader: pypdf.PdfReader) -> list:
    """Bookmarks as nested lists of titles."""

    def titles(items):
        return [titles(x) if isinstance(x, list) else x.title for x in items]

    return titles(reader.outline)
