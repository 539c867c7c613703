"""What a page says, in pieces that can be found and shown elsewhere.

A section, a question, a term, a paragraph of the source, a claim, a work: each with its
address and its words. They are taken from the page as it is written, and so hold nothing that
this edition does not show. ``search`` looks through them, ``previews`` shows them in place.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx

KEPT = ".entries"
"""Where each page's entries wait: a page that has not changed is not written again."""


class Entry(NamedTuple):
    """A piece of a page; its markup holds text and emphasis, nothing else."""

    kind: str
    anchor: str
    title: str
    markup: str

    @property
    def text(self) -> str:
        """Its words alone."""
        return html.unescape(re.sub(r"</?i>", "", self.markup))


_BLOCKS = (nodes.paragraph, nodes.caption, nodes.term, nodes.title, nodes.line, nodes.attribution)
# Said in full elsewhere, or not to be met out of place: a quiz's wrong choices are no facts.
_BOXES = "passage quiz question ledger ledger-extract ledger-choice ledger-chapter glossary"
_LINES = ("cell_input", "chart-data", "chapter-work", "chapter-facts")
_APART = frozenset([*_BOXES.split(), *_LINES])
_ELSEWHERE = (nodes.section, nodes.footnote, nodes.citation, nodes.literal_block)


def page_entries(doctree: nodes.document) -> Iterator[Entry]:
    """Everything on a page that can be looked up, in reading order."""
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        anchor = section["ids"][0] if isinstance(section.parent, nodes.section) else ""
        kind = "section" if anchor else "page"
        yield Entry(kind, anchor, title.astext() if title else "", _prose(section))
    for box in doctree.findall(nodes.container):
        yield from _boxed(box)
    for item in doctree.findall(nodes.definition_list_item):
        if "glossary" in item.parent["classes"]:
            for term in item.findall(nodes.term):
                if term["ids"]:
                    yield Entry("term", term["ids"][0], _plain(term), _prose(item.children[-1]))
    for note in doctree.findall(nodes.footnote):
        yield Entry("note", note["ids"][0], "", _prose(note))
    for work in doctree.findall(nodes.citation):
        yield Entry("work", work["ids"][0], "", _prose(work))


def _boxed(box: nodes.Element) -> Iterator[Entry]:
    """The entry of a box the course's directives make."""
    kinds = box["classes"]
    anchor = next((id for node in box.findall(nodes.Element) for id in node["ids"]), "")
    if "question" in kinds:
        number = box.next_node(nodes.strong)
        rest = " ".join(filter(None, map(_asked, box.children)))
        yield Entry("question", anchor, number.astext() if number else "", rest)
    elif "source-paragraph" in kinds:
        kind = "guide" if "guide" in kinds else "paragraph"
        yield Entry(kind, anchor, f"¶{anchor.removeprefix('p')}", _prose(box))
    elif "ledger-row" in kinds and anchor.startswith("claim-"):
        head, *lines = box.findall(nodes.paragraph)
        yield Entry("claim", anchor, _plain(head), " ".join(map(_prose, lines)))


def _asked(part: nodes.Node) -> str:
    """A part of a question but its head."""
    head = isinstance(part, nodes.Element) and "question-head" in part["classes"]
    return "" if head else _prose(part)


def _prose(node: nodes.Node) -> str:
    """The words of a part, without those of the sections and boxes inside it."""
    if isinstance(node, _BLOCKS):
        section_title = isinstance(node, nodes.title) and isinstance(node.parent, nodes.section)
        return "" if section_title else re.sub(r"\s+", " ", _inline(node)).strip()
    parts = [
        _prose(child)
        for child in node.children
        if isinstance(child, nodes.Element)
        and not isinstance(child, _ELSEWHERE)
        and not _APART.intersection(child["classes"])
    ]
    return " ".join(filter(None, parts))


def _inline(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return html.escape(node.astext(), quote=False)
    if isinstance(node, (nodes.raw, nodes.footnote_reference, nodes.image)):
        return ""
    if isinstance(node, nodes.Element) and "paragraph-number" in node["classes"]:
        return ""
    inner = "".join(map(_inline, node.children))
    return f"<i>{inner}</i>" if isinstance(node, (nodes.emphasis, nodes.title_reference)) else inner


def _plain(node: nodes.Node) -> str:
    return Entry("", "", "", re.sub(r"\s+", " ", _inline(node)).strip()).text


def keep_entries(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Keep what a page says as it is written."""
    if doctree is not None and app.builder.name in ("html", "dirhtml"):
        path = Path(app.outdir) / KEPT / f"{pagename}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(list(page_entries(doctree))), encoding="utf-8")


def kept_entries(app: Sphinx) -> Iterator[tuple[str, list[Entry]]]:
    """Every page of the course with what it says."""
    for docname in sorted(app.env.found_docs):
        path = Path(app.outdir) / KEPT / f"{docname}.json"
        if path.is_file():
            yield docname, [Entry(*row) for row in json.loads(path.read_text(encoding="utf-8"))]


def write_data(app: Sphinx, name: str, data: Any) -> None:
    """A file that a page loads when it needs it, as a script: ``fetch`` has no local files."""
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir) / "_static" / f"{name}.js"
    path.write_text(f'(window.sourcebookData ??= {{}})["{name}"] = {packed};\n', encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the keeping."""
    app.connect("html-page-context", keep_entries)
