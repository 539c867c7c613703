"""Self-check quizzes: choices, orders, pairs and short answers, without a server.

On a page every question opens to its answer without scripts; with them it is a form that
checks, says why and keeps the state in the reader's browser. In print the choices stand under
the question and the answers at the end of the book. A quiz is for practice, and its key is in the
page by nature; ``sourcebook_no_keys`` leaves it out of the student edition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .quiz_items import Choice, Item, QuizFault, mixed, read_items

LETTERS = "abcdefgh"
BLANK = "Your answer: " + "_" * 24
OPENINGS = {"order": "Show the order", "match": "Show the pairs", "short": "Show the answer"}


class QuizDirective(SphinxDirective):
    """A quiz for practice; its argument is its permanent id."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        try:
            items = read_items(list(self.content))
        except QuizFault as fault:
            message = f"quiz {self.arguments[0]}: {fault}"
            line = self.lineno + self.content_offset + fault.line + 1
            return [self.state.document.reporter.error(message, line=line)]
        quiz = nodes.container(classes=["quiz"], ids=[self.arguments[0]])
        self.set_source_info(quiz)
        for number, item in enumerate(items, 1):
            quiz.append(self._item(number, item))
        quiz.append(self._box("quiz-answers", *self._parsed(_key(items), "quiz-key")))
        return [quiz]

    def _box(self, kind: str, *children: nodes.Node) -> nodes.Element:
        box = nodes.container("", *children, classes=kind.split())
        self.set_source_info(box)
        return box

    def _item(self, number: int, item: Item) -> nodes.Element:
        box = self._box(f"quiz-item quiz-{item.kind}")
        box.extend(self._parsed(f"**{number}.** {item.text}", "quiz-question"))
        if item.kind in ("one", "many"):
            for letter, choice in zip(LETTERS, item.choices, strict=False):
                kind = "quiz-choice right" if choice.right else "quiz-choice wrong"
                box.append(self._box(kind, *self._row(choice, letter)))
            return box
        if item.kind == "short":
            box.append(nodes.paragraph("", BLANK, classes=["quiz-blank"]))
        if item.kind == "match":
            box.append(self._given("quiz-lefts", "12345678", [c.text for c in item.choices]))
        if item.kind != "short":
            box.append(self._given("quiz-given", LETTERS, _shown(item)))
        solution = self._box("quiz-solution")
        for choice in item.choices:
            kind = "quiz-answer" if choice.right else "quiz-answer quiz-slip"
            solution.append(self._box(kind, *self._row(choice)))
        box.append(solution)
        return box

    def _given(self, kind: str, marks: str, texts: list[str]) -> nodes.Node:
        """What the reader puts in order or matches, each under its mark."""
        box = self._box(kind)
        for mark, text in zip(marks, texts, strict=False):
            box.extend(self._marked(mark, text))
        return box

    def _row(self, choice: Choice, letter: str = "") -> list[nodes.Node]:
        row = self._marked(letter, choice.text)
        if choice.partner:
            row += self._parsed(choice.partner, "quiz-partner")
        return [*row, *self._parsed(choice.feedback, "quiz-feedback")]

    def _marked(self, mark: str, text: str) -> list[nodes.Node]:
        parsed = self._parsed(text, "quiz-text")
        if mark and isinstance(parsed[0], nodes.Element):
            parsed[0].insert(0, [nodes.inline("", f"{mark}. ", classes=["quiz-mark"])])
        return parsed

    def _parsed(self, text: str, kind: str) -> list[nodes.Node]:
        parsed = self.parse_text_to_nodes(text)
        for node in parsed:
            if isinstance(node, nodes.Element):
                node["classes"].append(kind)
        return parsed


def _shown(item: Item) -> list[str]:
    """The order in which a page shows what is to be put in order or matched."""
    return mixed(choice.partner or choice.text for choice in item.choices)


def _key(items: list[Item]) -> str:
    """The answers of a quiz, for print."""
    lines = []
    for number, item in enumerate(items, 1):
        rights = [choice for choice in item.choices if choice.right]
        answer = ", ".join(_answers(item, rights))
        why = " ".join(choice.feedback for choice in rights)
        lines.append(f"**{number}. {answer}** {why}")
    return "Answers. " + " ".join(lines)


def _answers(item: Item, rights: list[Choice]) -> Iterator[str]:
    for number, choice in enumerate(rights, 1):
        if item.kind == "short":
            yield choice.text.replace(" | ", " or ")
        elif item.kind == "order":
            yield LETTERS[_shown(item).index(choice.text)]
        elif item.kind == "match":
            yield f"{number} {LETTERS[_shown(item).index(choice.partner)]}"
        else:
            yield LETTERS[item.choices.index(choice)]


def answers_of(box: nodes.Element) -> list[nodes.Element]:
    """One paragraph for each answer of a quiz's key, which begins with its number in bold."""
    lines: list[nodes.Element] = []
    for child in (x for paragraph in box.children for x in paragraph.children):
        if isinstance(child, nodes.strong) and child.astext().startswith(f"{len(lines) + 1}. "):
            lines.append(nodes.paragraph())
        if lines:
            lines[-1] += child.deepcopy()
    return lines


class QuizOnPages(SphinxPostTransform):
    """On a page a choice opens to its feedback; in print the key stands at the end."""

    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        html = self.app.builder.format == "html"
        bare = self.config.sourcebook_no_keys and not self.app.tags.has("teacher")
        gone = set() if html else {"quiz-solution"}
        if bare:
            gone = {"quiz-solution", "quiz-answers"}
        for node in list(self.document.findall(nodes.Element)):
            kinds = node.get("classes", ())
            if gone.intersection(kinds):
                node.parent.remove(node)
            elif "quiz-choice" in kinds and (bare or not html):
                self._take_feedback(node)
            elif html and "quiz-choice" in kinds:
                verdict = "Right." if "right" in kinds else "Not quite."
                self._fold(node, node.pop(0).children, f"<p><strong>{verdict}</strong></p>")
            elif html and "quiz-solution" in kinds:
                kind = next(k for k in OPENINGS if f"quiz-{k}" in node.parent["classes"])
                self._fold(node, [nodes.Text(OPENINGS[kind])])

    def _take_feedback(self, choice: nodes.Element) -> None:
        """A choice that says nothing of being right or wrong."""
        choice["classes"] = ["quiz-choice"]
        del choice[1:]

    def _fold(self, box: nodes.Element, summary: Sequence[nodes.Node], first: str = "") -> None:
        opening = nodes.raw("", "<details><summary>", format="html")
        middle = nodes.raw("", f"</summary>{first}", format="html")
        closing = nodes.raw("", "</details>", format="html")
        rest = box.children
        box.children = []
        box.extend([opening, nodes.inline("", "", *summary), middle, *rest, closing])


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The script that makes forms of quizzes, on pages that have one."""
    if doctree is not None and any(
        "quiz" in n["classes"] for n in doctree.findall(nodes.container)
    ):
        app.add_js_file("quizzes.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register quizzes."""
    app.add_config_value("sourcebook_no_keys", False, "html", types=frozenset({bool}))
    # Of the site's one style sheet, and no request of its own.
    app.add_css_file("quizzes.css")
    app.add_directive("quiz", QuizDirective)
    app.add_post_transform(QuizOnPages)
    app.connect("html-page-context", add_script)
