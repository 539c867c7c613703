"""What only teachers see, and its removal from everything a student gets.

Both editions read the same pages. Before any output is written, and for every builder, the
teacher's blocks leave the document unless the build has the tag ``teacher``.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)

TEACHER_CLASSES = frozenset({"guidance", "scoring", "teacher"})
TEACHER_TAGS = frozenset({"tag_teacher", "tag_solution"})
"""Classes MyST-NB gives to cells tagged ``teacher`` and ``solution``."""


def is_teachers(node: nodes.Node) -> bool:
    """Whether a node belongs to the teacher's edition alone."""
    if not isinstance(node, nodes.Element):
        return False
    return bool((TEACHER_CLASSES | TEACHER_TAGS).intersection(node.get("classes", ())))


_COLLECTED: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.section, "a heading"),
    (nodes.caption, "a caption"),
    (nodes.footnote_reference, "a footnote"),
    (nodes.term, "a glossary term"),
    (addnodes.download_reference, "a file to download"),
    (addnodes.index, "an index entry"),
)


class TeacherBlocks(SphinxTransform):
    """Warns of what Sphinx collects while reading: it would show in the student edition.

    The block itself is removed there, but not the contents, the notes at the page's end, the
    index, the inventory of labels and the copied files.
    """

    # After docutils has moved labels to what they label (260).
    default_priority = 420

    def apply(self, **kwargs: Any) -> None:
        for block in self.document.findall(is_teachers):
            for node in block.findall(nodes.Element):
                found = [name for kind, name in _COLLECTED if isinstance(node, kind)]
                if node.get("refdomain") == "cite":
                    found = ["a citation"]  # The bibliography would list the work.
                elif not found and node.get("names"):
                    found = ["a label"]
                for name in found:
                    logger.warning(
                        f"{name} in a teacher's block shows in the student edition: "
                        "say it in the block's own text",
                        type="sourcebook",
                        subtype="edition",
                        location=block,
                    )


class StudentEdition(SphinxPostTransform):
    """Takes the teacher's blocks out of the student edition."""

    # Before references are resolved (10) and cell outputs chosen (4): what is gone needs neither.
    default_priority = 2

    def run(self, **kwargs: Any) -> None:
        if self.app.tags.has("teacher"):
            return
        for node in list(self.document.findall(is_teachers)):
            if node.parent is not None:
                node.parent.remove(node)


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


def name_edition(app: Sphinx) -> None:
    """The line on the book's title page."""
    if app.tags.has("teacher"):
        app.config.sourcebook_edition_line = "Teacher edition"


def setup(app: Sphinx) -> None:
    """Register the removal, and the check of what it cannot remove."""
    app.add_transform(TeacherBlocks)
    app.connect("builder-inited", name_edition)
    app.add_post_transform(StudentEdition)
    app.connect("html-page-context", show_edition)
    # After the theme has put its buttons there (501).
    app.connect("html-page-context", drop_source_buttons, priority=900)
