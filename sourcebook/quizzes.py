"""Self-check quizzes: choices with feedback on each, without a server.

A quiz is written as a list of questions, each with its choices as a task list; ``[x]`` marks
what is right, and what follows a choice's dash is its feedback::

    :::{quiz} fascism-check
    1. Which two parties …?
       - [x] SPD and KPD — Yes: …
       - [ ] SPD and NSDAP — No: …
    :::

On a page a choice shows its feedback when the reader opens it; in print the choices stand
under the question and the answers at the quiz's end. Keys are in the page by nature: a quiz
is for practice and not for marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective


class Choice(NamedTuple):
    """One answer a reader can choose."""

    right: bool
    text: str
    feedback: str


class Item(NamedTuple):
    """One question of a quiz."""

    text: str
    choices: list[Choice]


_QUESTION = re.compile(r"\d+\.\s+(.*)")
_CHOICE = re.compile(r"\s+- \[([ xX])\]\s+(.*?)(?:\s+—\s+(.*))?")


def read_items(lines: list[str]) -> list[Item]:
    """The questions of a quiz; raises ValueError with what is wrong with a line."""
    items: list[Item] = []
    for line in filter(str.strip, lines):
        if choice := _CHOICE.fullmatch(line):
            if not items or not choice[3]:
                raise ValueError(f"a choice needs a question above it and feedback: {line.strip()}")
            items[-1].choices.append(Choice(choice[1] != " ", choice[2], choice[3]))
        elif question := _QUESTION.fullmatch(line):
            items.append(Item(question[1], []))
        else:
            raise ValueError(f"neither a question nor a choice: {line.strip()}")
    for item in items:
        if len(item.choices) < 2 or not any(choice.right for choice in item.choices):
            raise ValueError(f"two choices or more, one of them right: {item.text}")
    return items


class QuizDirective(SphinxDirective):
    """A quiz for practice; its argument is its permanent id."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        try:
            items = read_items(list(self.content))
        except ValueError as error:
            raise self.error(f"quiz {self.arguments[0]}: {error}") from error
        quiz = nodes.container(classes=["quiz"])
        self.set_source_info(quiz)
        quiz.append(nodes.target("", "", ids=[self.arguments[0]]))
        for number, item in enumerate(items, 1):
            quiz.append(self._item(number, item))
        quiz.append(self._answers(items))
        return [quiz]

    def _item(self, number: int, item: Item) -> nodes.Node:
        box = nodes.container(classes=["quiz-item"])
        self.set_source_info(box)
        box.extend(self._parsed(f"**{number}.** {item.text}", "quiz-question"))
        for letter, choice in _lettered(item):
            row = nodes.container(classes=["quiz-choice", "right" if choice.right else "wrong"])
            self.set_source_info(row)
            row.extend(self._parsed(f"{letter}. {choice.text}", "quiz-text"))
            row.extend(self._parsed(choice.feedback, "quiz-feedback"))
            box.append(row)
        return box

    def _answers(self, items: list[Item]) -> nodes.Node:
        """The key, for print."""
        lines = []
        for number, item in enumerate(items, 1):
            right = ", ".join(letter for letter, choice in _lettered(item) if choice.right)
            why = " ".join(choice.feedback for choice in item.choices if choice.right)
            lines.append(f"**{number}. {right}** {why}")
        key = self._parsed("Answers. " + " ".join(lines), "quiz-key")
        return nodes.container("", *key, classes=["quiz-answers"])

    def _parsed(self, text: str, kind: str) -> list[nodes.Node]:
        parsed = self.parse_text_to_nodes(text)
        for node in parsed:
            if isinstance(node, nodes.Element):
                node["classes"].append(kind)
        return parsed


def _lettered(item: Item) -> Iterator[tuple[str, Choice]]:
    return zip("abcdefgh", item.choices, strict=False)


class QuizOnPages(SphinxPostTransform):
    """On a page a choice opens to its feedback; in print the key stands at the end."""

    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        html = self.app.builder.format == "html"
        for node in list(self.document.findall(nodes.Element)):
            kinds = node.get("classes", ())
            if "quiz-choice" in kinds and html:
                self._fold(node)
            elif ("quiz-key" in kinds and html) or ("quiz-feedback" in kinds and not html):
                node.parent.remove(node)

    def _fold(self, choice: nodes.Element) -> None:
        text, *feedback = choice.children
        assert isinstance(text, nodes.Element)
        verdict = "Right." if "right" in choice["classes"] else "Not quite."
        opening = nodes.raw("", '<details class="quiz-choice"><summary>', format="html")
        middle = nodes.raw("", f"</summary><p><strong>{verdict}</strong></p>", format="html")
        closing = nodes.raw("", "</details>", format="html")
        line = nodes.inline("", "", *text.children)
        choice.children = []
        choice.extend([opening, line, middle, *feedback, closing])


def setup(app: Sphinx) -> None:
    """Register quizzes."""
    app.add_directive("quiz", QuizDirective)
    app.add_post_transform(QuizOnPages)
