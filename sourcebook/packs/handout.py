"""A hand-out: the sections of one printed sheet or booklet, each made of parts of pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from docutils import nodes

from ..errors import SourcebookError
from ..passages import credit, source_domain
from ..pdf.assemble import Book, Leaf, Part
from . import belongings
from .choosing import filled, title_of
from .pack import Pack
from .shelf import Shelf, classes


@dataclass
class Section:
    """Parts of pages under one heading; a whole chapter brings its own."""

    title: str
    leaves: list[Leaf]


@dataclass
class Handout:
    """One file to make: what its head says, and its sections."""

    name: str
    title: str
    pack: Pack
    sections: list[Section] = field(default_factory=list)
    kind: str = "pack"
    version: str = ""
    """Of a test: its letter and seed."""

    def book(self) -> Book:
        """As the printed book's writer takes it."""
        return Book(None, [Part(section.title, section.leaves) for section in self.sections])


def pack_handout(shelf: Shelf, pack: Pack) -> Handout:
    """A pack as a hand-out for the class."""
    title = title_of(pack, shelf.catalog)
    pack = filled(pack, shelf.catalog)
    parts = {
        "": [*_chapters(shelf, pack), *source(shelf, pack.paragraphs, set(pack.chapters))],
        "notes": [Section("What was checked", belongings.notes(shelf, pack))],
        "questions": [Section("Questions", questions(shelf, pack.questions))],
    }
    kept = {part: found for part, found in parts.items() if part not in pack.without}
    leaves = [leaf for found in kept.values() for section in found for leaf in section.leaves]
    # What is spoken of is looked for in all that is kept, and comes in this order.
    charts = [] if "charts" in pack.without else belongings.charts(shelf, pack, leaves)
    leaves += charts
    terms = {} if "terms" in pack.without else belongings.terms(shelf, leaves)
    leaves += [leaf for found in terms.values() for leaf in found]
    works = {} if "works" in pack.without else belongings.works(shelf, leaves)
    sections = [
        *kept[""],
        Section("Charts", charts),
        *kept.get("notes", []),
        *kept.get("questions", []),
        *(Section(title, found) for title, found in (*terms.items(), *works.items())),
    ]
    return Handout(pack.name, title, pack, [s for s in sections if s.leaves])


def _chapters(shelf: Shelf, pack: Pack) -> Iterator[Section]:
    for stem in pack.chapters:
        docname = shelf.catalog.chapters[stem].docname
        leaf = shelf.leaf(docname, shelf.page(docname).children, level=1)
        leaf.kind = "chapter"
        yield Section("", [leaf])


def source(shelf: Shelf, paragraphs: tuple[str, ...], chapters: set[str]) -> Iterator[Section]:
    """Paragraphs of the source under their numbers, save those that the chapters set."""
    domain = source_domain(shelf.env)
    chosen = [id for id in paragraphs if domain.paragraphs[id].rpartition("/")[2] not in chapters]
    leaves = []
    said: set[str] = set()
    for docname in dict.fromkeys(domain.paragraphs[id] for id in chosen):
        here = [id for id in chosen if domain.paragraphs[id] == docname]
        for text_id in dict.fromkeys(domain.known[id].text_id for id in here):
            ids = [id for id in here if domain.known[id].text_id == text_id]
            leaves.append(shelf.leaf(docname, [_passage(shelf, docname, ids, text_id, said)]))
    if leaves:
        yield Section("The source", leaves)


def _passage(
    shelf: Shelf, docname: str, ids: list[str], text_id: str, said: set[str]
) -> nodes.container:
    """One text's chosen paragraphs, as a page sets them; where to read it is said once a text."""
    box = nodes.container(classes=["passage"])
    text = credit(source_domain(shelf.env).maps[text_id], ids)
    box += nodes.paragraph("", text, classes=["passage-credit"])
    where: list[nodes.Node] = []
    for passage in shelf.page(docname).findall(nodes.container):
        if "passage" not in passage["classes"]:
            continue
        for child in passage.children:
            if "source-paragraph" in classes(child) and _number(child) in ids:
                box += child.deepcopy()
            elif "passage-where" in classes(child) and f"text-{text_id}" in classes(passage[1]):
                where.append(child.deepcopy())
    if text_id not in said:
        box += where
    said.add(text_id)
    return box


def _number(paragraph: nodes.Node) -> str:
    for node in paragraph.findall(nodes.inline):
        if "paragraph-number" in node["classes"]:
            return node.astext()
    return ""


def questions(shelf: Shelf, ids: tuple[str, ...], level: int = 2) -> list[Leaf]:
    """Questions numbered anew; those of several pages each under their page's title."""
    found: dict[str, list[nodes.Node]] = {}
    for docname in dict.fromkeys(shelf.catalog.questions[id].docname for id in ids):
        boxes = {x.get("question_id"): x for x in shelf.page(docname).findall(nodes.container)}
        here = [id for id in ids if shelf.catalog.questions[id].docname == docname]
        lost = [id for id in here if id not in boxes]
        if lost:
            hint = "it may stand in a comment or in a block for teachers: sourcebook check"
            raise SourcebookError(f"question {lost[0]} is not on its page", hint, docname)
        found[docname] = [boxes[id].deepcopy() for id in here]
    every = [box for boxes in found.values() for box in boxes]
    for number, box in enumerate(every, 1):
        strong = next(iter(box.findall(nodes.strong)))
        strong.children = [nodes.Text(f"Question {number}")]
    if len(found) < 2:
        return [shelf.leaf(docname, boxes) for docname, boxes in found.items()]
    return [
        shelf.leaf(docname, [_titled(shelf, docname, boxes)], level)
        for docname, boxes in found.items()
    ]


def _titled(shelf: Shelf, docname: str, parts: list[nodes.Node]) -> nodes.section:
    page = next(iter(shelf.page(docname).findall(nodes.section)))
    title = next(iter(page.findall(nodes.title)))
    return nodes.section("", title.deepcopy(), *parts, ids=page["ids"])
