"""The builder ``typst``: the whole course as one printable, tagged PDF."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.display import progress_message

from sourcebook.errors import SourcebookError
from sourcebook.pdf.assemble import Assembler, Book
from sourcebook.pdf.booklet import impose
from sourcebook.pdf.chapters import print_chapters
from sourcebook.pdf.forms import Form, form_of
from sourcebook.pdf.grey import grey_svg
from sourcebook.pdf.press import press
from sourcebook.pdf.writer import Writer
from sourcebook.progress import current

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"
_TEMPLATE = ("template.typ", "measures.typ", "shapes.typ", "lists.typ")
_PRINTABLE = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


class TypstBuilder(Builder):
    """One PDF of everything the toctree names, or of the documents chosen."""

    name = "typst"
    format = "typst"
    allow_parallel = False
    supported_remote_images = False

    def init(self) -> None:
        """Typst draws SVG itself: no image needs converting."""
        self.form: Form = form_of(self.config.sourcebook_pdf_form, self.config.sourcebook_pdf_paper)
        self.supported_image_types = list(_PRINTABLE.values())

    def get_outdated_docs(self) -> str:
        """The PDF is one piece: any change makes all of it new."""
        return "all documents"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """``%`` marks a place of the book; it never reaches the reader."""
        return f"%{docname}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Every document is in the one PDF: there is no from."""
        return self.get_target_uri(to, typ)

    def write(self, *ignored: Any) -> None:
        """Write the Typst text with all it needs beside it, then compile it."""
        self.lay_out()
        self.resolved: dict[str, nodes.document] = {}
        current().stage("setting the book")
        with progress_message("assembling the book"):
            text = self.written(self.chosen())
        self._print(text, Path(self.outdir) / f"{self.config.sourcebook_pdf_basename}.pdf")
        if self.config.sourcebook_chapter_pdfs:
            current().stage("setting each chapter")
            print_chapters(self, lambda names: self.written(self.assembler().extract(names)))

    def written(self, book: Book) -> str:
        """The Typst text of a book, with its images beside it."""
        for leaf in book.leaves():
            self.post_process_images(leaf.tree)
        return Writer(self, book).write()

    def _print(self, text: str, target: Path) -> None:
        """Make the PDF, unless it would be the last one again."""
        record, now = target.with_name(".pressed"), self.digest(text)
        if target.is_file() and record.is_file() and record.read_text(encoding="utf-8") == now:
            return
        record.unlink(missing_ok=True)
        current().stage("making the PDF")
        warned = self.app._warncount
        self.print_text(text, target.stem)
        if self.form.gathering:
            with progress_message("laying the pages out for folding"):
                impose(target, self.form.gathering)
        # What a warning speaks of is said again by the next build.
        if self.app._warncount == warned:
            record.write_text(now, encoding="utf-8")

    def digest(self, text: str) -> str:
        """All that a PDF is made of, in short."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        found = hashlib.sha256(repr((text, self.form.typst(), epoch)).encode())
        out = Path(self.outdir)
        images = {out / name for name in re.findall(r"images/[^\"\s]+", text)}
        files = [*out.glob("fonts/*"), *(out / name for name in _TEMPLATE), *images]
        for path in sorted(path for path in files if path.is_file()):
            found.update(path.relative_to(out).as_posix().encode() + path.read_bytes())
        return found.hexdigest()

    def lay_out(self) -> None:
        """An empty desk: template and fonts, and no image of an earlier build."""
        self.copied: dict[str, str] = {}
        out = Path(self.outdir)
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(out / "images", ignore_errors=True)
        for name in _TEMPLATE:
            shutil.copyfile(HERE / name, out / name)
        shutil.copytree(FONTS, out / "fonts", dirs_exist_ok=True)

    def print_text(self, text: str, name: str) -> None:
        """Write a Typst text and compile it in this form, beside its images."""
        with progress_message(f"compiling {name}.pdf"):
            press(self.typeset(text, name), Path(self.outdir) / "fonts")

    def typeset(self, text: str, name: str) -> Path:
        """Write a Typst text beside its images, ready to compile in this form."""
        source = Path(self.outdir) / f"{name}.typ"
        form, now = source.with_name("form.typ"), self.form.typst()
        # Another text may be compiled in this form right now.
        if not form.is_file() or form.read_text(encoding="utf-8") != now:
            form.write_text(now, encoding="utf-8", newline="\n")
        source.write_text(text, encoding="utf-8", newline="\n")
        return source

    def chosen(self) -> Book:
        """The whole book, or the documents named by ``sourcebook_pdf_only``."""
        only = str(self.config.sourcebook_pdf_only).split()
        if not only:
            return self.assembler().book()
        unknown = [name for name in only if name not in self.env.all_docs]
        if unknown:
            raise SourcebookError(
                f"the course has no page {', '.join(unknown)}", "_toc.yml lists its pages"
            )
        return self.assembler().extract(only)

    def assembler(self) -> Assembler:
        """One that shares what this run has resolved: writing a document does not change it."""
        return Assembler(self, self.resolved)

    def image_file(self, node: nodes.Element) -> str | None:
        """Copy an image beside the book; its name there, or None if it cannot be printed."""
        uri = str(node["uri"])
        source = Path(self.srcdir) / uri
        if not source.is_file() or source.suffix.lower() not in _PRINTABLE:
            return None
        name = self.copied.get(uri)
        if name is None:
            # Files of one name in two folders must not overwrite each other.
            name = f"images/{len(self.copied) + 1:03}-{source.name}"
            target = Path(self.outdir) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            self._copy(source, target)
            self.copied[uri] = name
        return name

    def _copy(self, source: Path, target: Path) -> None:
        if not self.form.grey:
            shutil.copyfile(source, target)
        elif source.suffix.lower() == ".svg":
            target.write_text(grey_svg(source.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(source, target)
            logger.warning(
                "%s keeps its colors: only drawings (SVG) can be made grey",
                source.name,
                type="sourcebook",
                subtype="pdf_grey",
            )

    def finish(self) -> None:
        """Nothing is left to do: the PDF is written."""
