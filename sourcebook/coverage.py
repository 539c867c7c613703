"""What the questions cover: ``{coverage}`` sets a table of question, paragraphs, skill, minutes.

For teachers who choose: each chapter's questions in their order, what they add up to, and the
paragraphs that no question asks about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from .chapters import Chapter, format_range, read_chapter, read_toc
from .purging import edition_domain
from .questions import KINDS, Question, question_domain

HEAD = ("Question", "Kind", "Skill", "Paragraphs", "Minutes")


class CoverageDirective(SphinxDirective):
    """The place of the tables; they are made when every question has been read."""

    def run(self) -> list[nodes.Node]:
        edition_domain(self.env).note_coverage(self.env.docname)
        box = nodes.container(classes=["coverage"])
        self.set_source_info(box)
        return [box]


class Coverage(SphinxPostTransform):
    """Fills the place with a table a chapter."""

    # Before charts and tables are made ready for their output (from 8 on).
    default_priority = 6

    def run(self, **kwargs: Any) -> None:
        for box in self.document.findall(nodes.container):
            if "coverage" in box["classes"]:
                for chapter, questions in _by_chapter(self.env):
                    box += self._chapter(chapter, questions)

    def _chapter(self, chapter: Chapter, questions: list[Question]) -> list[nodes.Node]:
        name = nodes.paragraph("", "", nodes.strong("", chapter.title), classes=["coverage-head"])
        rows: list[list[nodes.Node]] = [
            [
                self._link(question),
                nodes.Text(KINDS[question.kind]),
                nodes.Text(question.skill),
                nodes.Text(format_range(question.paragraphs)),
                nodes.Text(str(question.minutes)),
            ]
            for question in questions
        ]
        asked = {id for question in questions for id in question.paragraphs}
        left = [id for id in chapter.passages if id not in asked]
        total = f"{len(questions)} questions, {sum(q.minutes for q in questions)} minutes. "
        rest = f"No question asks about ¶{format_range(left)}." if left else "All paragraphs."
        note = nodes.paragraph("", total + rest, classes=["coverage-note"])
        return [name, table_of(HEAD, rows), note]

    def _link(self, question: Question) -> nodes.Node:
        words = nodes.Text(question.id)
        here = self.env.docname
        return make_refnode(self.app.builder, here, question.docname, question.id, words)


def table_of(head: Iterable[str], rows: Iterable[list[nodes.Node]]) -> nodes.table:
    """A table of cells that are a line each."""
    names = list(head)
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in names), cols=len(names))
    group += nodes.thead("", _row(nodes.Text(name) for name in names))
    group += nodes.tbody("", *(_row(row) for row in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def _row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def _by_chapter(env: BuildEnvironment) -> Iterator[tuple[Chapter, list[Question]]]:
    """The chapters that have questions, in order."""
    root = Path(env.srcdir)
    chapters: dict[str, Chapter] = {}
    asked: dict[str, list[Question]] = {}
    bank = question_domain(env).questions.values()
    for page in read_toc(root):
        above = page.parent or page.docname
        chapters.setdefault(above, read_chapter(root, above))
        here = [question for question in bank if question.docname == page.docname]
        asked.setdefault(above, []).extend(here)
    yield from ((chapters[name], questions) for name, questions in asked.items() if questions)


def write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with the tables, where a question has changed since they were written."""
    domain = edition_domain(env)
    state = hashlib.sha256(repr(list(question_domain(env).questions.values())).encode())
    if domain.data["bank"] == state.hexdigest():
        return []
    domain.data["bank"] = state.hexdigest()
    return [name for name in domain.data["coverage"] if name in env.found_docs]


def setup(app: Sphinx) -> None:
    """Register the tables."""
    app.add_directive("coverage", CoverageDirective)
    app.add_post_transform(Coverage)
    app.connect("env-updated", write_again)
