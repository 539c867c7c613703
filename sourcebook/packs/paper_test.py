"""The chapters' quizzes as a test on paper, in two versions, and its key for the teacher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes

from ..pdf.assemble import Leaf
from .choosing import title_of
from .handout import Handout, Section
from .pack import Order
from .shelf import Shelf
from .versions import VERSIONS, Item, Row, items_of, version_of
from .worksheet import room

_GAP = "_____"
_HINTS = {
    "many": "More than one is right.",
    "order": "Write the letters in order.",
    "match": "Write a letter beside each number.",
}


def tests(shelf: Shelf, order: Order) -> Iterator[Handout]:
    """Both versions for the class; for the teacher their key and nothing else."""
    pack, seed = order.pack, order.seed
    title = title_of(pack, shelf.catalog)
    items = [item for stem in pack.chapters for item in items_of(shelf, stem)]
    versions = {letter: version_of(items, seed, letter) for letter in VERSIONS}
    if shelf.teacher:
        name = f"{pack.name}-test-key"
        yield Handout(name, title, pack, [_key(shelf, items, versions)], "key", f"seed {seed}")
        return
    for letter, found in versions.items():
        leaves = [_asked(shelf, number, item) for number, item in enumerate(found, 1)]
        name = f"{pack.name}-test-{letter.lower()}"
        said = f"Version {letter} · {seed}"
        yield Handout(name, title, pack, [Section("", leaves)], "test", said)


# ---- what a student gets: nothing that tells right from wrong


def _asked(shelf: Shelf, number: int, item: Item) -> Leaf:
    head = _line([nodes.strong("", f"{number}."), *item.text])
    if item.kind in _HINTS:
        head += nodes.emphasis("", f" {_HINTS[item.kind]}")
    box = nodes.container("", head, *_to_fill(item), classes=["test-item"])
    return shelf.leaf(item.docname, [box])


def _to_fill(item: Item) -> list[nodes.Node]:
    """Choices to mark, or room for letters and words."""
    if item.kind == "short":
        return [room(2)]
    letters = _listed("loweralpha", [row.partner or row.text for row in item.shown])
    if item.kind == "order":
        return [letters, nodes.paragraph("", " ".join([_GAP] * len(item.rows)))]
    if item.kind == "match":
        lefts = [[*row.text, nodes.Text(f" {_GAP}")] for row in item.rows]
        return [_listed("arabic", lefts), letters]
    return [letters]


def _listed(kind: str, lines: Iterable[list[nodes.Node]]) -> nodes.Node:
    items = [nodes.list_item("", _line(line)) for line in lines]
    return nodes.enumerated_list("", *items, enumtype=kind, suffix=".")


# ---- what the teacher gets


def _key(shelf: Shelf, items: list[Item], versions: dict[str, list[Item]]) -> Section:
    """A line to mark each version by, then every question with what each answer is worth."""
    boxes: list[tuple[str, nodes.Node]] = []
    for letter, found in versions.items():
        answers = " · ".join(f"{n} {item.answer()}" for n, item in enumerate(found, 1))
        strip = nodes.paragraph("", "", nodes.strong("", f"Version {letter}:"))
        strip += nodes.Text(f" {answers}")
        boxes.append((items[0].docname, nodes.container("", strip, classes=["test-strip"])))
    for item in items:
        places = [
            f"{letter}{n}"
            for letter, found in versions.items()
            for n, other in enumerate(found, 1)
            if other.text is item.text
        ]
        boxes.append((item.docname, _explained(item, places)))
    return Section("", [shelf.leaf(docname, [box]) for docname, box in boxes])


def _explained(item: Item, places: list[str]) -> nodes.container:
    head = _line([nodes.strong("", " · ".join(places)), *item.text])
    lines = [nodes.list_item("", _line(_worth(item, row))) for row in item.rows]
    return nodes.container("", head, nodes.bullet_list("", *lines), classes=["test-item"])


def _worth(item: Item, row: Row) -> list[nodes.Node]:
    """A row with what the quiz says of it."""
    verdict = nodes.strong("", "Right: ") if row.right else nodes.Text("Wrong: ")
    if item.kind == "order":
        verdict = nodes.strong("", f"{item.rows.index(row) + 1}. ")
    elif item.kind == "match":
        return [*row.text, nodes.Text(" → "), *row.partner, nodes.Text(" — "), *row.feedback]
    return [verdict, *row.text, nodes.Text(" — "), *row.feedback]


def _line(inline: Iterable[nodes.Node]) -> nodes.paragraph:
    return nodes.paragraph("", "", *(node.deepcopy() for node in inline))
