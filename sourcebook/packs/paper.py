"""Hand-outs as PDF: the book's writer, with a head to fill in and room to write."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes

from ..imprint import titles
from ..pdf.builder import TypstBuilder
from ..pdf.forms import PAPERS, Form
from ..pdf.markup import array, call, escape, literal
from ..pdf.writer import Writer
from .handout import Handout, Section
from .orders import KINDS, handouts
from .pack import day_in_words
from .shelf import classes

HERE = Path(__file__).parent


def form_of(handout: Handout) -> Form:
    """A hand-out's page: one-sided, with a wide margin for notes unless there is room to write."""
    width, height = PAPERS[handout.pack.paper]
    inner, line = (28.0, 126.0) if handout.kind == "pack" else (22.0, width - 44)
    return Form("handout", width, height, line, inner, top=24, bottom=22, two_sided=False)


class HandoutWriter(Writer):
    """Writes one hand-out."""

    def __init__(self, builder: Any, handout: Handout) -> None:
        super().__init__(builder, handout.book())
        self.handout = handout
        # A worksheet's ruled lines share what room there is on its page.
        self.room = "room" if handout.kind == "worksheet" else "1"

    def write(self) -> str:
        """The Typst text: head and sections."""
        sections = [self._section(section) for section in self.handout.sections]
        docnames = {leaf.docname for leaf in self.book.leaves()}
        missing = [x for docname in sorted(docnames) for x in self.labels.missing(docname)]
        head = self._head() + "".join(call("anchor", literal(x)) for x in missing)
        if self.handout.kind != "worksheet":
            contents = call("in-this-handout")
            return f"{self._preamble()}{head}{contents}\n{''.join(sections)}"
        questions, *after = sections
        body = f"room => [{head}\n{questions}]"
        rest = "".join(after)
        return self._preamble() + call("on-one-page", body, f"[{rest}]")

    def _preamble(self) -> str:
        title, _ = titles(self.config)
        settings = {
            "title": literal(self.handout.title),
            "course": literal(title),
            "edition": literal(self.config.sourcebook_edition_line),
            "class-copy": literal(self.config.sourcebook_class_copy_line),
            "language": literal((self.config.language or "en").partition("_")[0]),
        }
        lines = "".join(f"  {key}: {value},\n" for key, value in settings.items())
        return f'#import "handout.typ": *\n#show: handout.with(\n{lines})\n'

    def _head(self) -> str:
        pack = self.handout.pack
        words = [f"[{escape(x)}]" for x in pack.instructions.split("\n\n") if x.strip()]
        markup = call(
            "masthead",
            literal(self.handout.title),
            kind=literal(KINDS[self.handout.kind]),
            version=literal(self.handout.version),
            group=literal(pack.group),
            due=literal(day_in_words(pack)),
            instructions=array(words),
            named="false" if self.config.sourcebook_edition_line else "true",
        )
        return f"\n// src: the head of {self.handout.name} (title, class, instructions)\n{markup}\n"

    def _section(self, section: Section) -> str:
        head = ""
        if section.title:
            words = escape(section.title)
            head = call("head", '"section-1"', level="1", running=f"[{words}]", body=words)
        return f"\n{head}\n" + "".join(self.contents(leaf) for leaf in section.leaves)

    def on_container(self, node: nodes.Element) -> str:
        """The shapes only hand-outs have, then the book's."""
        names = classes(node)
        if "ruled" in names:
            return self.block(node, call("ruled", str(len(node.children)), self.room))
        if "test-item" in names:
            return self.block(node, call("test-item", body=self.flow(node)))
        if "test-strip" in names:
            return self.block(node, call("key-strip", body=self.flow(node)))
        return super().on_container(node)

    def question(self, node: nodes.Element) -> str:
        """A question with its room to write stays on one page."""
        ruled = any("ruled" in classes(child) for child in node.children)
        markup = super().question(node)
        return self.block(node, call("kept", body=markup)) if ruled else markup


class HandoutPdf(TypstBuilder):
    """A PDF of each hand-out that is ordered."""

    name = "handout-pdf"

    def write(self, *ignored: Any) -> None:
        """Write and compile each."""
        self.lay_out()
        shutil.copyfile(HERE / "handout.typ", Path(self.outdir) / "handout.typ")
        for handout in handouts(self):
            self.form = form_of(handout)
            for leaf in handout.book().leaves():
                self.post_process_images(leaf.tree)
            self.print_text(HandoutWriter(self, handout).write(), handout.name)
