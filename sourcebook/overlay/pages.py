"""What a page of an overlay adds to the course's page of its name.

``{for-question}`` holds answers to a question of the page, ``{question}`` asks one more,
``{teacher}`` is a note and a tagged cell a solution; ``{after}`` says after which words of the
page something stands. Anything else would reach students, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..chapters import TEACHER_BLOCKS
from ..errors import SourcebookError, nearest
from ..fences import Fence, is_teachers
from ..places import PLACES, Page
from .course import Course, Line, Overlay, Piece, read_lines

FOR_QUESTION = "for-question"
ANSWERS = ("guidance", "scoring", "sample")
"""Of these a question has one each."""
_HEAD = re.compile(rf"(\{{(?:{'|'.join(sorted(TEACHER_BLOCKS))})\}})\s*$")


def page_pieces(course: Course, overlay: Overlay, docname: str) -> list[Piece]:
    """The pieces for one page, in the overlay's order; raises at the first that does not fit."""
    return list(_Reader(course, overlay, docname).pieces())


class _Reader:
    """One page of an overlay, read against the course's."""

    def __init__(self, course: Course, overlay: Overlay, docname: str) -> None:
        self.course, self.overlay, self.docname = course, overlay, docname
        self.name = f"{docname}.md"
        self.base = course.page(docname)
        self.own = Page(read_lines(overlay.folder / self.name))
        self.told: dict[tuple[str, str], int] = {}
        """Question and kind of answer → the line that has it."""

    def pieces(self) -> Iterator[Piece]:
        everything = range(len(self.own.lines))
        self._check(everything, (FOR_QUESTION, *PLACES, "question"))
        for _, lines in self.own.footnotes():
            if not any(lines.start in f.lines for f in self.own.fences):
                yield self._at_end(lines)
        for fence in self._outermost(everything):
            if fence.name == FOR_QUESTION:
                yield from self._answers(fence)
            elif fence.name in PLACES:
                yield self._placed(fence, self.base.body)
            elif fence.name == "question":
                yield self._question(fence)
            elif fence.name in ANSWERS:
                hint = "put it into {for-question} with the question's id"
                raise self._error(f"{{{fence.name}}} belongs to no question", hint, fence.first)
            else:
                yield self._at_end(fence.lines)

    def _answers(self, fence: Fence) -> Iterator[Piece]:
        question = self.base.questions.get(fence.words)
        if question is None:
            raise self._unknown(fence)
        self._check(fence.inner, PLACES)
        self._count(fence, question)
        rest = set(fence.inner)
        for inner in self._outermost(fence.inner):
            if inner.name in PLACES:
                yield self._placed(inner, question.inner)
                rest.difference_update(inner.lines)
        if any(self.own.lines[n].strip() for n in rest):
            yield Piece(question.last, self._lines(sorted(rest)))

    def _count(self, fence: Fence, question: Fence) -> None:
        """One guidance, one rubric, one sample; the course's own and a school's are two."""
        for inner in (f for f in self.own.fences if f.first in fence.inner):
            if inner.name not in ANSWERS:
                continue
            before = self.told.setdefault((fence.words, inner.name), inner.first)
            what = f"{fence.words} has {{{inner.name}}} twice"
            if before != inner.first:
                hint = f"make one of it and line {before + 1}"
                raise self._error(what, hint, inner.first)
            if self.overlay.detached and any(
                f.name == inner.name and f.first in question.inner for f in self.base.fences
            ):
                hint = f"{self.name} has one again: take out the one or the other"
                raise self._error(what, hint, inner.first)

    def _placed(self, fence: Fence, scope: range) -> Piece:
        names = ("question",) if scope == self.base.body else ()
        self._check(fence.inner, names)
        try:
            at = self.base.spot(scope, fence.words, fence.name)
        except SourcebookError as error:
            raise self._error(f"{self.name}: {error.message}", error.hint, fence.first) from error
        return Piece(at, self._lines(fence.inner))

    def _question(self, fence: Fence) -> Piece:
        other = self.course.questions().get(fence.words)
        if other or self.own.questions[fence.words] is not fence:
            hint = f"choose a new id, or answer it in {{{FOR_QUESTION}}} {fence.words}"
            raise self._error(f"there is a question {fence.words} already", hint, fence.first)
        asked = [f.last + 1 for f in self.base.questions.values()]
        if not asked:
            return self._at_end(fence.lines)
        return Piece(max(asked), [Line("\n"), *self._lines(fence.lines)])

    def _at_end(self, lines: range) -> Piece:
        return Piece(len(self.base.lines), [Line("\n"), *self._lines(lines)])

    # ---- what may stand where

    def _outermost(self, span: range) -> Iterator[Fence]:
        end = -1
        for fence in self.own.fences:
            if fence.first in span and fence.first > end:
                end = fence.last
                yield fence

    def _check(self, span: range, names: Iterable[str]) -> None:
        """Refuse what students would see, and words that belong to nothing."""
        known = {n for _, lines in self.own.footnotes() for n in lines}
        for fence in self._outermost(span):
            if not is_teachers(fence, self.own.lines) and fence.name not in names:
                what = f"{{{fence.name}}}" if fence.name else "a block"
                if fence.name == "code-cell":
                    what = "a cell without the tag solution or teacher"
                hint = f"here may stand: {', '.join([*names, *sorted(TEACHER_BLOCKS)])}"
                raise self._error(f"{what} would be seen by students", hint, fence.first)
            known.update(fence.lines)
        for n in span:
            line = self.own.lines[n]
            if n not in known and line.strip() and not line.startswith("%"):
                hint = "put it into {teacher}, or make it a comment: % …"
                raise self._error("these words stand outside every block", hint, n)

    def _unknown(self, fence: Fence) -> SourcebookError:
        questions = self.course.questions()
        if fence.words in questions:
            hint = f"put it into {questions[fence.words]}.md"
            return self._error(f"{fence.words} is a question of another page", hint, fence.first)
        known = list(self.base.questions) or list(questions)
        hint = nearest(fence.words, known, "questions")
        return self._error(f"there is no question {fence.words!r}", hint, fence.first)

    def _error(self, message: str, hint: str, n: int) -> SourcebookError:
        return SourcebookError(message, hint, self.overlay.where(self.name, n))

    def _lines(self, span: Iterable[int]) -> list[Line]:
        return [
            Line(self._named(self.own.lines[n]), self.overlay.where(self.name, n)) for n in span
        ]

    def _named(self, line: str) -> str:
        """A block's first line, with whose it is where it is not the course's own."""
        if self.overlay.detached:
            return line
        return _HEAD.sub(lambda head: f"{head[1]} {self.overlay.name}\n", line)
