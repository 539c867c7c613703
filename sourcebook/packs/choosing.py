"""A teacher's choice: checked against the course, with what it brings along."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ..chapters import format_range
from ..errors import SourcebookError
from .catalog import Catalog
from .pack import PAPERS, PARTS, Order, Pack, read_day


def checked(pack: Pack, catalog: Catalog, where: str = "") -> Pack:
    """The pack with its values put in order, or the first thing that is wrong with it."""
    try:
        catalog.need("chapter", pack.chapters)
        catalog.need("paragraph", pack.paragraphs)
        catalog.need("question", pack.questions)
        _need_one_of("part", pack.without, PARTS)
        _need_one_of("paper", [pack.paper], PAPERS)
    except SourcebookError as error:
        raise SourcebookError(error.message, error.hint, where) from error
    if not re.fullmatch(r"\w[\w.-]*", pack.name):
        hint = "letters, digits, - and _, such as: --name week-1"
        raise SourcebookError(f"{pack.name!r} is no name for a file", hint, where)
    if not (pack.chapters or pack.paragraphs or pack.questions):
        hint = "name chapters, --paragraphs 25-29 or --questions ID,ID"
        raise SourcebookError("the pack is empty", hint, where)
    if pack.due:
        read_day(pack.due, where)
    once: dict[str, Any] = {
        k: tuple(dict.fromkeys(getattr(pack, k))) for k in ("chapters", "questions")
    }
    in_order = tuple(id for id in catalog.paragraphs if id in pack.paragraphs)
    return replace(pack, paragraphs=in_order, **once)


def _need_one_of(what: str, values: Any, known: Any) -> None:
    for value in values:
        if value not in known:
            raise SourcebookError(
                f"there is no {what} {value!r}", f"choose from {', '.join(known)}"
            )


def checked_order(order: Order, catalog: Catalog, where: str = "") -> Order:
    """The order with its pack checked, or why nothing could be printed of it."""
    pack = checked(order.pack, catalog, where)
    if order.kind == "worksheet" and not filled(pack, catalog).questions:
        hint = "choose a chapter that has questions: sourcebook pack --list"
        raise SourcebookError("there is no question for a worksheet", hint, where)
    if order.kind == "test" and not catalog.quizzes.intersection(pack.chapters):
        hint = f"name a chapter with a quiz: {', '.join(sorted(catalog.quizzes))}"
        raise SourcebookError("there is no quiz for a test", hint, where)
    return replace(order, pack=pack)


def filled(pack: Pack, catalog: Catalog) -> Pack:
    """The pack with what its choice brings along: questions of chapters, paragraphs cited."""
    questions = pack.questions
    if not questions:
        found = catalog.of_chapters(pack.chapters) + catalog.on(pack.paragraphs)
        questions = tuple(dict.fromkeys(found))
    paragraphs = pack.paragraphs
    if not (paragraphs or pack.chapters):
        paragraphs = tuple(catalog.cited(questions))
    return replace(pack, questions=questions, paragraphs=paragraphs)


def title_of(pack: Pack, catalog: Catalog) -> str:
    """The pack's own title, or one that says what it holds."""
    names = [catalog.chapters[stem].title for stem in pack.chapters]
    if pack.paragraphs:
        names.append(f"Paragraphs {format_range(pack.paragraphs)}")
    elif not names:
        names.append("Questions")
    return pack.title or " · ".join(names)


def name_for(pack: Pack) -> str:
    """A file name for a pack nobody named."""
    parts = [*pack.chapters]
    if pack.paragraphs:
        parts.append("paragraphs-" + format_range(pack.paragraphs).replace("–", "-"))
    if pack.questions and not parts:
        parts.append("questions-" + "-".join(pack.questions))
    name = re.sub(r"[^\w-]+", "-", "-".join(parts))
    return name if len(name) <= 60 else re.sub(r"-[^-]*$", "", name[:56]) + "-etc"
