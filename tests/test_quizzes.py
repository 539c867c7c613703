"""Self-check quizzes: feedback on each choice on the page, the key at the end in print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT, MakeProject, words_of_pdf

from sourcebook.builds import Job, build
from sourcebook.leaks import pieces
from sourcebook.quiz_items import Choice, QuizFault, mixed, read_items

QUIZ = """1. How many?
   - [ ] Four — Look again.
   - [x] Five — Yes: five.
2. Which two?
   - [x] A — Yes.
   - [x] B — Yes, too.
3. In which order?
   1. Dawn — First.
   2. Noon — Second.
   3. Night — Third.
4. What goes with what?
   - Salt -> sea — Yes.
   - Oil → lamp — Yes.
5. What is it?
   = a lamp | lamp — Yes.
   != a candle — Candles burn out.
""".splitlines()


def test_items_are_read_with_their_feedback() -> None:
    item = read_items(QUIZ)[0]
    assert item.text == "How many?"
    assert item.choices == [
        Choice(False, "Four", "Look again."),
        Choice(True, "Five", "Yes: five."),
    ]


def test_rows_tell_the_kind() -> None:
    items = read_items(QUIZ)
    assert [item.kind for item in items] == ["one", "many", "order", "match", "short"]
    assert [item.line for item in items] == [0, 3, 6, 10, 13]
    assert items[3].choices[1] == Choice(True, "Oil", "Yes.", "lamp")
    assert items[4].choices[1] == Choice(False, "a candle", "Candles burn out.")


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (["   - [x] Five — Yes."], 0, "a choice needs a question above it"),
        (["1. How many?", "   - [x] Five"], 1, "and feedback: - [x] Five"),
        (["1. How many?", "   - [ ] A — No.", "   - [ ] B — No."], 0, "one of them right"),
        (["1. How many?", "   - [x] Five — Yes."], 0, "two choices or more"),
        (["How many?"], 0, "neither a question nor a choice: How many?"),
        (["1. A?", "   - [x] B — Yes.", "   = C — No."], 2, "not of a kind with the rows above"),
        (["", "1. Order?", "   1. A — One.", "   2. B — Two."], 1, "three steps or more"),
        (["1. Pairs?", "   - A -> B — Yes."], 0, "two pairs or more"),
        (["1. What?", "   != A — No."], 0, "one right answer (=) or more"),
        (["1. A?", "   - [x] B — Yes.", "   - [ ] B — No."], 0, "two rows say the same"),
        (["1. A?", *(f"   - [x] {n} — Yes." for n in range(9))], 0, "at most 8 rows"),
        (
            ["1. A?", *(f"   {n}. {text} — Yes." for n, text in enumerate(mixed("ABC"), 1))],
            0,
            "happens to be the right one",
        ),
    ],
)
def test_wrong_quiz_is_told_why(lines: list[str], line: int, message: str) -> None:
    with pytest.raises(QuizFault, match=re.escape(message)) as fault:
        read_items(lines)
    assert fault.value.line == line


def test_the_example_for_writers_is_a_quiz() -> None:
    page = (ROOT / "book" / "authoring.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^:::\{quiz\} nep-check\n(.*?)^:::$", page, re.M | re.DOTALL)
    kinds = [item.kind for item in read_items(example.splitlines())]
    assert kinds == ["one", "order", "match", "short"]


def test_mixing_tells_nothing_of_the_right_order() -> None:
    assert mixed(["Dawn", "Noon", "Night"]) == mixed(["Night", "Dawn", "Noon"])


def test_wrong_quiz_is_placed(project: MakeProject) -> None:
    page = "# Page\n\nText.\n\n:::{quiz} q\n1. A?\n   - [x] B — Yes.\n   - [ ] C\n:::\n"
    built = project({"page.md": page})
    (warning,) = (w for w in built.warnings if "quiz" in w)
    assert warning.startswith("page.md:8: ERROR: quiz q: ")


def quiz_of(folder: Path) -> str:
    """The quiz on its page, as HTML."""
    page = (folder / "html" / "exercises" / "herring-year.html").read_text(encoding="utf-8")
    return page[page.index('id="herring-check"') : page.index("data-citing=")]


def test_page_opens_every_answer(student: Path) -> None:
    page = quiz_of(student)
    assert page.count("<details><summary>") == 8
    assert page.count("<strong>Right.</strong>") == 3
    for opening in ("Show the order", "Show the pairs", "Show the answer"):
        assert page.count(opening) == 1
    assert 'id="herring-check"' in page


def test_print_has_the_key_at_the_end(student: Path) -> None:
    words = words_of_pdf(student)
    quiz, _, end = words.rpartition("Answers")
    assert "1.bYes:see¶1.2.a,cYes:ithasnounit." in end
    assert "Answers:page" in quiz
    assert "Yes:ithasnounit" not in quiz
    assert "Thefifthistheone" not in words
    assert "Itneedsathermometer" not in words
    assert "5.fiveor5orfivecolumnsFive:" in words
    steps = ["She writes that the sea is red", "The fleet sails"]
    steps += ["The storm comes", "The fleet is lost"]
    letters = ", ".join("abcd"[mixed(steps).index(step)] for step in steps)
    assert f"3.{letters}Theentry".replace(" ", "") in words


# Nothing but the key says these.
KEYS = (
    "Yes: it has no unit",
    "It needs a thermometer",
    "The fifth is the one",
    "The entry is the first",
    "It sails on the next",
    "So the third day",
    "His bulletin took the other side",
    "A list, and nothing more",
    "the last one is for remarks",
)


def said_in(folder: Path) -> set[str]:
    """The parts of the key in any byte of a build."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found_pieces = [piece for path in files for _, piece in pieces(path.name, path.read_bytes())]
    flat = re.sub(r"\s+", "", words_of_pdf(folder)).replace("-", "")
    found = {key for key in KEYS if re.sub(r"[\s-]+", "", key) in flat}
    return found | {key for key in KEYS if any(key.encode() in piece for piece in found_pieces)}


def test_edition_without_keys_tells_no_right_choice(tiny: Path, student: Path) -> None:
    built = build(Job(tiny, keys=False, quiet=True))
    assert built.warnings == ()
    folder = tiny / "_build" / "student-no-keys"
    assert said_in(folder) == set()
    body = quiz_of(folder)
    assert not re.search(r"right|wrong|<details|quiz-(solution|answer|key|feedback|slip)", body)
    assert body.count('class="quiz-choice docutils container"') == 5
    assert said_in(student) >= set(KEYS), "the search finds them where they are"


def test_teachers_keep_the_keys(tiny: Path) -> None:
    build(Job(tiny, edition="teacher", formats=("html",), keys=False, quiet=True))
    page = tiny / "_build" / "teacher" / "html" / "exercises" / "herring-year.html"
    assert "Yes: it has no unit" in page.read_text(encoding="utf-8")
