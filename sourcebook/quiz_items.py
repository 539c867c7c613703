"""The questions of a quiz as a writer types them: five kinds, told apart by their rows.

Each row is one line and ends in a dash and its feedback. Under a question's number stand::

    - [x] right, - [ ] wrong       choose one, or all that are right where several are
    1. first, 2. second            put in order
    - left -> right                match
    = 1928 | in 1928, != 1929      a short answer, and known slips
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple


class Choice(NamedTuple):
    """A row of a question: a choice, a step, a pair or an answer, with its feedback."""

    right: bool
    text: str
    feedback: str
    partner: str = ""
    """What a pair's text belongs to."""


class Item(NamedTuple):
    """One question of a quiz; its line is counted from the quiz's first, at 0."""

    text: str
    choices: list[Choice]
    kind: str = "one"
    line: int = 0


class QuizFault(ValueError):
    """What is wrong with a quiz, and on which of its lines."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


MOST = 8
"""Rows of a question: more are too many to weigh, and the letters end."""

_QUESTION = re.compile(r"\d+\.\s+(\S.*)")
_FEEDBACK = r"(?:\s+—\s+(\S.*))?"
_ROWS = {
    "choice": re.compile(rf"\s+- \[([ xX])\]\s+(\S.*?){_FEEDBACK}"),
    "order": re.compile(rf"\s+()\d+[.)]\s+(\S.*?){_FEEDBACK}"),
    "match": re.compile(rf"\s+- (?!\[)(.*?)\s+(?:->|→)\s+(\S.*?){_FEEDBACK}"),
    "short": re.compile(rf"\s+(!?=)\s+(\S.*?){_FEEDBACK}"),
}


def read_items(lines: list[str]) -> list[Item]:
    """The questions of a quiz; raises QuizFault where a line is not as it should be."""
    items: list[Item] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if question := _QUESTION.fullmatch(line):
            items.append(Item(question[1], [], "", number))
        else:
            _add_row(items, line, number)
    return [_checked(item) for item in items]


def _add_row(items: list[Item], line: str, number: int) -> None:
    for kind, form in _ROWS.items():
        row = form.fullmatch(line)
        if row is None:
            continue
        if not items or not row[3]:
            message = f"a choice needs a question above it and feedback: {line.strip()}"
            raise QuizFault(message, number)
        item = items[-1]
        if item.kind not in ("", kind):
            raise QuizFault(f"not of a kind with the rows above it: {line.strip()}", number)
        if kind == "match":
            choice = Choice(True, row[1], row[3], row[2])
        else:
            choice = Choice(row[1] not in (" ", "!="), row[2], row[3])
        item.choices.append(choice)
        items[-1] = item._replace(kind=kind)
        return
    raise QuizFault(f"neither a question nor a choice: {line.strip()}", number)


def _checked(item: Item) -> Item:
    """A question that can be answered, its kind made exact; or a QuizFault."""
    rights = sum(choice.right for choice in item.choices)
    texts = [choice.text for choice in item.choices]
    partners = [choice.partner for choice in item.choices if choice.partner]
    wrong = ""
    if item.kind in ("", "choice") and (len(texts) < 2 or not rights):
        wrong = "two choices or more, one of them right"
    elif item.kind == "order" and len(texts) < 3:
        wrong = "three steps or more to put in order"
    elif item.kind == "match" and len(texts) < 2:
        wrong = "two pairs or more"
    elif item.kind == "short" and not rights:
        wrong = "one right answer (=) or more"
    elif len(texts) > MOST:
        wrong = f"at most {MOST} rows"
    elif len(set(texts)) < len(texts) or len(set(partners)) < len(partners):
        wrong = "two rows say the same"
    elif item.kind == "order" and mixed(texts) == texts:
        # Shuffled otherwise for this case alone, the shown order would tell that it is one.
        wrong = "the mixed order happens to be the right one: word a row differently"
    if wrong:
        raise QuizFault(f"{wrong}: {item.text}", item.line)
    if item.kind == "choice":
        return item._replace(kind="many" if rights > 1 else "one")
    return item


def mixed(texts: Iterable[str]) -> list[str]:
    """The texts in an order that comes from their letters alone and so tells nothing."""
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())
