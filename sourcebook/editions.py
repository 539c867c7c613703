"""What only teachers see, and its removal from everything a student gets.

Both editions read the same pages. Before any output is written, and for every builder, the
teacher's blocks leave the document unless the build has the tag ``teacher``. A page that says
``edition: teacher`` in its front matter is not read at all for students.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from .ahead import variables_of
from .chapters import TEACHER_BLOCKS, TEACHER_CELLS, TOC, read_chapter, read_toc
from .errors import SourcebookError
from .exercises import WITHOUT_SOLUTIONS

TEACHER_CLASSES = TEACHER_BLOCKS | {f"tag_{tag}" for tag in TEACHER_CELLS}
"""The blocks' own classes, and those MyST-NB gives to cells by their tags."""


def is_teachers(node: nodes.Node) -> bool:
    """Whether a node belongs to the teacher's edition alone."""
    if not isinstance(node, nodes.Element):
        return False
    return bool(TEACHER_CLASSES.intersection(node.get("classes", ())))


class StudentEdition(SphinxPostTransform):
    """Takes the teacher's blocks out of the student edition."""

    # Before references are resolved (10) and cell outputs chosen (4): what is gone needs neither.
    default_priority = 2

    def run(self, **kwargs: Any) -> None:
        if self.app.tags.has("teacher"):
            return
        gone: set[str] = set()
        for node in list(self.document.findall(is_teachers)):
            if node.parent is not None and isinstance(node, nodes.Element):
                gone |= _references(node)
                node.parent.remove(node)
        if gone:
            self._drop_footnotes(gone)

    def _drop_footnotes(self, gone: set[str]) -> None:
        """Take out the notes that only the teacher's blocks refer to; number the rest again."""
        notes = list(self.document.findall(nodes.footnote))
        while gone:
            later: set[str] = set()
            for note in notes:
                note["backrefs"] = [ref for ref in note["backrefs"] if ref not in gone]
                if not note["backrefs"] and note.parent is not None:
                    later |= _references(note)
                    note.parent.remove(note)
                    note.parent = None
            gone = later
        left = [note for note in notes if note.parent is not None]
        if not left:
            for line in list(self.document.findall(nodes.transition)):
                if "footnotes" in line["classes"]:
                    line.parent.remove(line)
        numbers: dict[str, str] = {}
        for n, note in enumerate((note for note in left if note.get("auto")), 1):
            label = next(note.findall(nodes.label))
            label.children = [nodes.Text(str(n))]
            numbers |= dict.fromkeys(note["ids"], str(n))
        for ref in self.document.findall(nodes.footnote_reference):
            if ref.get("refid") in numbers:
                ref.children = [nodes.Text(numbers[ref["refid"]])]


def _references(node: nodes.Element) -> set[str]:
    """The ids of the footnote references in a node."""
    return {id for ref in node.findall(nodes.footnote_reference) for id in ref["ids"]}


def show_edition(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say on every page of the teacher edition that it is one."""
    if app.tags.has("teacher"):
        body = context.get("body") or ""
        context["body"] = f'<p class="edition-line">Teacher edition</p>\n{body}'
        robots = '<meta name="robots" content="noindex">'
        if robots not in context.get("metatags", ""):
            context["metatags"] = context.get("metatags", "") + robots


_SOURCE_BUTTONS = ("download-source-button", "download-notebook-button")


def drop_source_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """No button leads to a page's source: it holds the guidance, and is not given out."""
    for group in context.get("header_buttons", ()):
        if "buttons" in group:
            group["buttons"] = [
                b for b in group["buttons"] if b.get("label") not in _SOURCE_BUTTONS
            ]


def teacher_pages(app: Sphinx) -> list[str]:
    """The pages that a student edition does not have; none for the teacher's."""
    root = Path(app.srcdir)
    if app.tags.has("teacher") or not (root / TOC).is_file():
        return []
    return [page.docname for page in read_toc(root) if _for_teachers(root, page.docname)]


def _for_teachers(root: Path, docname: str) -> bool:
    try:
        return read_chapter(root, docname).edition == "teacher"
    except SourcebookError:
        return False  # The build says what is wrong with the page when it reads it.


def leave_out_of_toc(app: Sphinx, config: Config) -> None:
    """The teacher's pages stand in no table of contents for students."""
    names = teacher_pages(app)
    site_map = getattr(config, "external_site_map", {})
    for document in site_map.values():
        for tree in document.subtrees:
            tree.items = [item for item in tree.items if str(item) not in names]
        document.subtrees = [tree for tree in document.subtrees if tree.items]
    for name in names:
        site_map.pop(name, None)


def do_not_read(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """What another edition has read of the teacher's pages is forgotten for students.

    Not by ``exclude_patterns``: a change in them makes Sphinx read every page again.
    """
    for name in teacher_pages(app):
        env.project.docnames.discard(name)
        added.discard(name)
        changed.discard(name)
        if name in env.all_docs:
            removed.add(name)
    return []


def keep_sources(app: Sphinx, config: Config) -> None:
    """No website has its pages' sources, whatever the settings say: they hold the guidance."""
    config.html_copy_source = False
    config.html_show_sourcelink = False


def name_edition(app: Sphinx) -> None:
    """The line on the book's title page."""
    if app.tags.has("teacher"):
        app.config.sourcebook_edition_line = "Teacher edition"


def look_for_solutions(app: Sphinx, docname: str, source: list[str]) -> None:
    """Tell the cells of a page whether its solutions have been moved out of the tree."""
    os.environ.pop(WITHOUT_SOLUTIONS, None)
    os.environ.update(variables_of(source[0]))


def forget_solutions(app: Sphinx, exception: Exception | None) -> None:
    """Whatever runs next in this process has its own pages."""
    os.environ.pop(WITHOUT_SOLUTIONS, None)


def setup(app: Sphinx) -> None:
    """Register the removal of pages and blocks."""
    # After the order of pages has been read (900).
    app.connect("config-inited", leave_out_of_toc, priority=950)
    app.connect("config-inited", keep_sources)
    app.connect("env-get-outdated", do_not_read)
    app.connect("builder-inited", name_edition)
    app.connect("source-read", look_for_solutions)
    app.connect("build-finished", forget_solutions)
    app.add_post_transform(StudentEdition)
    app.connect("html-page-context", show_edition)
    # After the theme has put its buttons there (501).
    app.connect("html-page-context", drop_source_buttons, priority=900)
