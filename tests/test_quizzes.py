"""Self-check quizzes: feedback on each choice on the page, the key at the end in print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import MakeProject, words_of_pdf

from sourcebook.quizzes import Choice, read_items

QUIZ = """1. How many?
   - [ ] Four — Look again.
   - [x] Five — Yes: five.
""".splitlines()


def test_items_are_read_with_their_feedback() -> None:
    (item,) = read_items(QUIZ)
    assert item.text == "How many?"
    assert item.choices == [
        Choice(False, "Four", "Look again."),
        Choice(True, "Five", "Yes: five."),
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["   - [x] Five — Yes."], "a choice needs a question above it"),
        (["1. How many?", "   - [x] Five"], "and feedback: - [x] Five"),
        (["1. How many?", "   - [ ] Four — No.", "   - [ ] Six — No."], "one of them right"),
        (["1. How many?", "   - [x] Five — Yes."], "two choices or more"),
        (["How many?"], "neither a question nor a choice: How many?"),
    ],
)
def test_wrong_quiz_is_told_why(lines: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read_items(lines)


def test_wrong_quiz_is_placed(project: MakeProject) -> None:
    built = project({"page.md": "# Page\n\n:::{quiz} q\nFive.\n:::\n"})
    (warning,) = (w for w in built.warnings if "quiz" in w)
    assert warning.startswith("page.md:3: ERROR: ")


def test_page_folds_the_feedback(student: Path) -> None:
    page = (student / "html" / "exercises" / "herring-year.html").read_text(encoding="utf-8")
    assert page.count('<details class="quiz-choice">') == 5
    assert page.count("<strong>Right.</strong>") == 3
    assert "Answers." not in page
    assert 'id="herring-check"' in page


def test_print_has_the_key_at_the_end(student: Path) -> None:
    words = words_of_pdf(student)
    assert "Answers.1.bYes:see¶1.2.a,cYes:ithasnounit." in words
    assert "Thefifthistheone" not in words
    assert "Itneedsathermometer" not in words
