"""How long a page takes to read, on pages whose front matter does not say it."""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..chapters import read_chapter
from ..errors import SourcebookError

WORDS_A_MINUTE = 200
FEWEST_WORDS = 300
"""Of running text: a page with less is looked at, not read."""


def running_words(document: nodes.document) -> int:
    """The words of the paragraphs and lists of a page; tables and glossaries are looked up."""
    parts = document.findall(lambda n: isinstance(n, nodes.paragraph | nodes.list_item))
    running = (n for n in parts if isinstance(n.parent, nodes.section | nodes.bullet_list))
    return sum(len(n.astext().split()) for n in running)


def minutes_for(words: int) -> int:
    """Minutes for a number of words, at the pace of a careful reader."""
    return ceil(words / WORDS_A_MINUTE)


class ReadingTime(SphinxPostTransform):
    """A line under the title of a page that is read."""

    # Before MyST-NB chooses outputs (4): cells are no running text.
    default_priority = 3
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        section = next(iter(self.document.findall(nodes.section)), None)
        words = running_words(self.document)
        if section is None or words < FEWEST_WORDS or self._says_itself():
            return
        text = f"About {minutes_for(words)} minutes to read"
        section.insert(1, nodes.paragraph("", text, classes=["chapter-facts"]))

    def _says_itself(self) -> bool:
        docname = self.env.docname
        if not self.app.config.sourcebook_pages or docname == self.app.config.root_doc:
            return True
        try:
            return bool(read_chapter(Path(self.app.srcdir), docname).minutes)
        except (SourcebookError, OSError):
            return True


def setup(app: Sphinx) -> None:
    """Register the line."""
    app.add_post_transform(ReadingTime)
