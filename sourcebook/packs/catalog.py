"""What a pack can be made of: the course's chapters, paragraphs and questions by their ids.

Read from the course's files, so that a wrong id is said at once and before any page is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ..chapters import Chapter, format_range, parse_range, read_chapter, read_toc
from ..errors import SourcebookError
from ..texts import SOURCE, read_maps

_QUIZ = re.compile(r"^[:`]{3,}\{quiz\}", re.MULTILINE)
_QUESTION = re.compile(r"^[:`]{3,}\{question\}\s+(\S+)\n((?::[a-z-]+:.*\n)*)", re.MULTILINE)
# An example in a writer's guide is no question of the course.
_EXAMPLE = re.compile(r"^(`{3,})[^{`\n]*\n.*?^\1`*\s*$", re.DOTALL | re.MULTILINE)
_OPTION = re.compile(r"^:([a-z-]+):\s*(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A question as its file declares it."""

    id: str
    docname: str
    chapter: str
    kind: str
    minutes: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Catalog:
    """The ids of a course."""

    chapters: dict[str, Chapter]
    """A chapter's stem → its page, in reading order."""
    below: dict[str, tuple[str, ...]]
    """A chapter's stem → the pages of its questions and its notebook."""
    paragraphs: tuple[str, ...]
    questions: dict[str, Entry]
    quizzes: frozenset[str]
    """The chapters that have one."""
    order: tuple[str, ...]
    """Every page, in reading order."""
    teachers: frozenset[str] = frozenset()
    """Pages that this edition does not have."""

    def need(self, what: str, ids: Iterable[str]) -> None:
        """Stop at ids the course does not have, and name the nearest that it has."""
        known = list(getattr(self, f"{what}s"))
        lost = [id for id in ids if id not in known]
        if not lost:
            return
        if what == "paragraph":
            near = ", ".join(dict.fromkeys(_near_number(id, known) for id in lost))
            hint = f"nearest: ¶{near}; the course has ¶{format_range(known)}"
        else:
            found = [near for id in lost for near in get_close_matches(id, known, 3, 0.5)]
            hint = f"nearest: {', '.join(dict.fromkeys(found))}; " if found else ""
            if self.teachers.intersection(lost):
                hint = "it is for teachers: add --edition teacher; "
            hint += "list them all with: sourcebook pack --list"
        raise SourcebookError(f"there is no {what} {', '.join(lost)}", hint)

    def of_chapters(self, chapters: Iterable[str]) -> list[str]:
        """The questions of these chapters."""
        chosen = list(chapters)
        found = [q for stem in chosen for q in self.questions.values() if q.chapter == stem]
        return [question.id for question in found]

    def on(self, paragraphs: Iterable[str]) -> list[str]:
        """The questions that need these paragraphs of the source and no others."""
        chosen = set(paragraphs)
        return [q.id for q in self.questions.values() if chosen.issuperset(q.paragraphs)]

    def cited(self, questions: Iterable[str]) -> list[str]:
        """The paragraphs these questions cite, in the order of the texts."""
        wanted = {id for question in questions for id in self.questions[question].paragraphs}
        return [id for id in self.paragraphs if id in wanted]

    def lines(self) -> Iterator[str]:
        """The whole catalog for a teacher to choose from."""
        for stem, chapter in self.chapters.items():
            place = f"  ¶{format_range(chapter.passages)}" if chapter.passages else ""
            yield f"{stem}  {chapter.title}{place}"
            for id in self.of_chapters([stem]):
                q = self.questions[id]
                yield f"    {id}  {q.kind}, {q.minutes} minutes, ¶{format_range(q.paragraphs)}"


def read_catalog(root: Path, edition: str) -> Catalog:
    """The ids of an edition of the course at ``root``; some pages are the teacher's alone."""
    welcome, *every = read_toc(root)
    pages = [p for p in every if read_chapter(root, p.docname).edition in ("", edition)]
    chapters = [read_chapter(root, page.docname) for page in pages if not page.parent]
    below = {
        chapter.stem: tuple(page.docname for page in pages if page.parent == chapter.docname)
        for chapter in chapters
    }
    texts = {
        docname: (
            chapter.stem,
            _EXAMPLE.sub("", (root / f"{docname}.md").read_text(encoding="utf-8")),
        )
        for chapter in chapters
        for docname in (chapter.docname, *below[chapter.stem])
    }
    questions = {
        entry.id: entry
        for docname, (stem, text) in texts.items()
        for entry in _questions(docname, stem, text)
    }
    # A paragraph that no chapter sets has no place to be taken from; sourcebook check says so.
    held = {id for chapter in chapters for id in chapter.passages}
    known = [p.id for text_map in read_maps(root / SOURCE) for p in text_map.paragraphs]
    return Catalog(
        chapters={chapter.stem: chapter for chapter in chapters},
        below=below,
        paragraphs=tuple(id for id in known if id in held),
        questions=questions,
        quizzes=frozenset(stem for stem, text in texts.values() if _QUIZ.search(text)),
        order=(welcome.docname, *(page.docname for page in pages)),
        teachers=frozenset(p.docname.rpartition("/")[2] for p in every if p not in pages),
    )


def _questions(docname: str, chapter: str, text: str) -> Iterator[Entry]:
    for id, options in _QUESTION.findall(text):
        said = dict(_OPTION.findall(options))
        paragraphs = tuple(parse_range(said.get("paragraphs", ""), f"{docname}.md"))
        yield Entry(id, docname, chapter, said.get("kind", ""), said.get("minutes", ""), paragraphs)


def _near_number(id: str, known: list[str]) -> str:
    """The paragraph of the same text whose number is nearest."""

    def distance(other: str) -> tuple[bool, int]:
        return _prefix(other) != _prefix(id), abs(_number(other) - _number(id))

    return min(known, key=distance)


def _prefix(id: str) -> str:
    return id.rstrip("0123456789")


def _number(id: str) -> int:
    return int(id.removeprefix(_prefix(id)) or 0)
