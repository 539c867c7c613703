"""The whole book as one Typst document."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from sourcebook.imprint import titles
from sourcebook.pdf.assemble import Book, Leaf, Part
from sourcebook.pdf.backmatter import (
    Places,
    answers_list,
    charts_list,
    index,
    index_entries,
    paragraphs_list,
)
from sourcebook.pdf.blocks import BlockMixin
from sourcebook.pdf.figures import FigureMixin
from sourcebook.pdf.formulas import FormulaMixin
from sourcebook.pdf.inline import InlineMixin
from sourcebook.pdf.labels import Labels
from sourcebook.pdf.markup import array, call, escape, literal
from sourcebook.pdf.shapes import ShapeMixin
from sourcebook.pdf.tables import TableMixin


class Writer(FigureMixin, FormulaMixin, ShapeMixin, TableMixin, BlockMixin, InlineMixin):
    """Writes the documents in reading order, then what lists them."""

    def __init__(self, builder: Any, book: Book) -> None:
        super().__init__(builder, Labels(book))
        self.book = book

    def write(self) -> str:
        """The Typst text of the book."""
        if self.book.welcome is None:
            body = "".join(self._part(part) for part in self.book.parts)
            return f"{self._preamble()}{body}\n{answers_list(self.answers)}"
        entries = index_entries(self.book)
        places = Places(self.labels, self.uses)
        places.want(entries)
        welcome = "" if _is_bare(self.book.welcome) else self.document(self.book.welcome)
        body = "".join(self._part(part) for part in self.book.parts)
        front = "\n#contents();\n" + charts_list(self.charts) + welcome
        back = answers_list(self.answers) + paragraphs_list(self.passages)
        back += index(self.builder, entries, places)
        return f"{self._preamble()}{front}\n#show: main-matter\n{body}\n{back}"

    def _preamble(self) -> str:
        """What the template has to know of this book."""
        title, subtitle = titles(self.config)
        config = self.config
        settings = {
            "title": literal(title),
            "subtitle": literal(subtitle),
            "author": literal(_known(config.author)),
            "edition": literal(config.sourcebook_edition_line),
            "class-copy": literal(config.sourcebook_class_copy_line),
            "extract": literal(self.book.name()),
            "language": literal((config.language or "en").partition("_")[0]),
        }
        lines = "".join(f"  {key}: {value},\n" for key, value in settings.items())
        return f'#import "template.typ": *\n#show: book.with(\n{lines})\n'

    def _part(self, part: Part) -> str:
        """A part's page, which lists its chapters, then the chapters."""
        chapters = "".join(self._chapter(chapter) for chapter in part.chapters)
        if not part.caption:
            return call("no-part") + chapters
        entries = []
        for chapter in part.chapters:
            label = self.labels.canonical.get(chapter.docname)
            if label in self.labels.written:
                entries.append(f"({literal(label or '')}, [{escape(chapter.title())}])")
        head = call("part", array(entries), body=escape(part.caption))
        return f"\n{head}\n{chapters}"

    def _chapter(self, chapter: Leaf) -> str:
        return "".join(self.document(leaf) for leaf in chapter.walk())

    def document(self, leaf: Leaf) -> str:
        """One document; places that were asked for but not printed lead to its beginning."""
        self.labels.want(self.labels.canonical.get(leaf.docname))
        text = self.contents(leaf)
        lost = "".join(call("anchor", literal(x)) for x in self.labels.missing(leaf.docname))
        head, mark, rest = text.partition("#head(")
        if not mark:
            return f"\n#pagebreak(weak: true);\n{lost}{text}"
        line, end, rest = rest.partition("\n")
        return f"{head}{mark}{line}{lost}{end}{rest}"

    def contents(self, leaf: Leaf) -> str:
        """What a document says, with its own notes."""
        self.leaf = leaf
        self.addresses = set()
        self.footnotes = {
            name: note for note in leaf.tree.findall(nodes.footnote) for name in note["ids"]
        }
        return self.render(leaf.tree)


def _is_bare(leaf: Leaf) -> bool:
    """The root document says nothing of its own beside its title and the toctree."""
    silent = (nodes.title, nodes.comment, nodes.target, nodes.compound)
    top = next(leaf.tree.findall(nodes.section), leaf.tree)
    return all(isinstance(x, silent) for x in top.children)


def _known(author: str) -> str:
    # Sphinx says "unknown" where nobody said who; a title page should not.
    return "" if author == "unknown" else author
