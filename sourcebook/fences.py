"""The fences of a page's source: directives, cells and code, with the lines they span."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .chapters import TEACHER_BLOCKS, TEACHER_CELLS

_FENCE = re.compile(r"\s*(:{3,}|`{3,}|~{3,})\s*(?:\{([\w-]+)\})?(.*)")
_TAGS = re.compile(rf":?tags:.*\b(?:{'|'.join(sorted(TEACHER_CELLS))})\b")
_CODE = {"", "code-cell", "code-block", "code", "literalinclude"}
"""Fences whose content is not Markdown."""


@dataclass
class Fence:
    """A directive, a cell or a block of code; lines are counted from 0."""

    signs: str
    name: str
    words: str
    """What stands after the name: a question's id, a passage's paragraphs."""
    first: int
    last: int
    depth: int

    @property
    def lines(self) -> range:
        """All its lines, those of the fence with them."""
        return range(self.first, self.last + 1)

    @property
    def inner(self) -> range:
        """The lines between those of the fence."""
        return range(self.first + 1, self.last)

    def holds_code(self) -> bool:
        """Whether what looks like a fence in it is none."""
        return self.signs[0] != ":" and self.name in _CODE

    def closed_by(self, found: re.Match[str]) -> bool:
        """Whether a line is its end."""
        same = found[1][0] == self.signs[0] and len(found[1]) >= len(self.signs)
        return same and not found[2] and not found[3].strip()


def fences_in(lines: Sequence[str]) -> list[Fence]:
    """Every fence in the order of their first lines, those inside others with them."""
    fences: list[Fence] = []
    open: list[Fence] = []
    for n, line in enumerate(lines):
        found = _FENCE.fullmatch(line.rstrip())
        if found and open and open[-1].closed_by(found):
            open.pop().last = n
        elif found and not (open and open[-1].holds_code()):
            name, words = found[2] or "", found[3].strip()
            open.append(Fence(found[1], name, words, n, len(lines) - 1, len(open)))
            fences.append(open[-1])
    return fences


def is_teachers(fence: Fence, lines: Sequence[str]) -> bool:
    """Whether only teachers see it: by its name, or by the tags of a cell."""
    if fence.name != "code-cell":
        return fence.name in TEACHER_BLOCKS
    return any(_TAGS.match(lines[n].strip()) for n in fence.inner)


def has_answers(text: str) -> bool:
    """Whether a page holds anything that only teachers see."""
    lines = text.splitlines()
    return any(is_teachers(fence, lines) for fence in fences_in(lines))
