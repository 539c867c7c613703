"""A quiz's questions as a test takes them, and the order they have in each version.

The order comes from a hash of the seed and the words: the same seed gives the same versions
on every machine, and a word changed in one question moves no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from docutils import nodes

from ..quizzes import LETTERS
from .shelf import Shelf, classes

VERSIONS = ("A", "B")
KINDS = ("one", "many", "order", "match", "short")
Inline = list[nodes.Node]
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """A choice, a step, a pair or an answer, and what the teacher knows of it."""

    right: bool
    text: Inline
    partner: Inline
    feedback: Inline

    def words(self) -> str:
        """What a student reads that is put in another order."""
        return words_of(self.partner or self.text)


@dataclass(frozen=True)
class Item:
    """A question of a test; ``shown`` are its rows in the order of a version."""

    docname: str
    kind: str
    text: Inline
    rows: list[Row]
    shown: list[Row] = field(default_factory=list)

    def words(self) -> str:
        return words_of(self.text)

    def answer(self) -> str:
        """What is right, by the letters of this version."""
        rights = [row for row in self.rows if row.right]
        if self.kind == "short":
            return " or ".join(words_of(row.text) for row in rights)
        letters = [LETTERS[self.shown.index(row)] for row in rights]
        if self.kind == "match":
            return ", ".join(f"{n}{letter}" for n, letter in enumerate(letters, 1))
        return " ".join(letters if self.kind == "order" else sorted(letters))


def words_of(inline: Iterable[nodes.Node]) -> str:
    """A line's words."""
    return " ".join("".join(node.astext() for node in inline).split())


# ---- from the pages


def items_of(shelf: Shelf, stem: str) -> Iterator[Item]:
    """Every question of a chapter's quizzes."""
    chapter = shelf.catalog.chapters[stem]
    for docname in (chapter.docname, *shelf.catalog.below[stem]):
        for box in shelf.whole(docname).findall(nodes.container):
            if "quiz-item" in box["classes"]:
                kind = next(kind for kind in KINDS if f"quiz-{kind}" in box["classes"])
                # The page's number of the question comes first.
                words = _inline(box, "quiz-question")[1:]
                yield Item(docname, kind, words, list(_rows(box)))


def _rows(box: nodes.Element) -> Iterator[Row]:
    for row in box.findall(nodes.container):
        if {"quiz-choice", "quiz-answer"}.intersection(row["classes"]):
            right = not {"wrong", "quiz-slip"}.intersection(row["classes"])
            text, partner, feedback = (
                _inline(row, f"quiz-{part}") for part in ("text", "partner", "feedback")
            )
            if "quiz-short" in box["classes"]:
                text = [nodes.Text(words_of(text).replace(" | ", " or "))]
            yield Row(right, text, partner, feedback)


def _inline(box: nodes.Element, kind: str) -> Inline:
    """The words of a kind right in a box, without the page's letter."""
    lines = [child for child in box.children if kind in classes(child)]
    words = [word for line in lines for word in line.children if word.astext()]
    return [word.deepcopy() for word in words if "quiz-mark" not in classes(word)]


# ---- in order


def version_of(items: list[Item], seed: int, version: str) -> list[Item]:
    """The questions of one version, with their rows in its order."""
    return [
        Item(item.docname, item.kind, item.text, item.rows, _shown(item, seed, version))
        for item in shuffled(items, Item.words, str(seed), version)
    ]


def _shown(item: Item, seed: int, version: str) -> list[Row]:
    # What is to be put in order must not be in order already.
    never = [item.rows] if item.kind == "order" else []
    return shuffled(item.rows, Row.words, f"{seed} {item.words()}", version, never)


def shuffled(
    things: list[T],
    words: Callable[[T], str],
    seed: str,
    version: str,
    never: Sequence[list[T]] = (),
) -> list[T]:
    """An order that seed and version decide; the second version's is never the first's."""

    def rank(thing: T) -> bytes:
        return sha256(f"{seed}\n{version}\n{words(thing)}".encode()).digest()

    avoided = list(never)
    if version != VERSIONS[0]:
        avoided.append(shuffled(things, words, seed, VERSIONS[0], never))
    order = sorted(things, key=rank)
    turned = (order[n:] + order[:n] for n in range(len(order)))
    return next((found for found in turned if found not in avoided), order)
