"""Quizzes in a reader's browser: every kind by keyboard, its state kept, and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import copy_tiny
from playwright.sync_api import Browser, Locator, Page
from test_browser import browser, page  # noqa: F401  (fixtures)

from sourcebook.builds import Job, build

RIGHT = ["She writes", "The fleet sails", "The storm comes", "The fleet is lost"]


def quiz_page(folder: Path) -> str:
    """The address of the page with the quiz, as on a memory stick."""
    return (folder / "html" / "exercises" / "herring-year.html").as_uri()


def item(page: Page, number: int) -> Locator:  # noqa: F811
    """A question of the quiz."""
    return page.locator(".quiz-item").nth(number - 1)


def check(box: Locator) -> str:
    """Press Check by keyboard; what is said aloud."""
    box.get_by_role("button", name="Check").press("Enter")
    return box.get_by_role("status").inner_text()


@pytest.fixture
def quiz(page: Page, student: Path) -> Page:  # noqa: F811
    """The page with the quiz, opened for the first time."""
    page.goto(quiz_page(student))
    return page


def test_choice_says_why_and_can_be_tried_again(quiz: Page) -> None:
    box = item(quiz, 1)
    assert check(box) == "Answer first."
    box.get_by_role("radio").first.press("Space")
    said = check(box)
    assert said.startswith("Not quite.")
    assert "The fifth is the one to look at." in said
    assert "Not quite. The fifth" in box.locator(".is-wrong").inner_text()
    assert "¶1" not in box.locator(".quiz-why").inner_text()
    box.get_by_role("button", name="Try again").press("Enter")
    assert box.locator(".quiz-why").count() == 0
    assert box.get_by_role("radio").first.evaluate(
        "e => e === document.activeElement && !e.checked"
    )
    quiz.keyboard.press("ArrowDown")
    assert check(box).startswith("Right.")
    assert "1 of 5 right, 0 at the first try" in quiz.inner_text(".quiz-score")


def test_several_choices_are_weighed_together(quiz: Page) -> None:
    box = item(quiz, 2)
    boxes = box.get_by_role("checkbox")
    boxes.nth(0).press("Space")
    boxes.nth(1).press("Space")
    assert check(box).startswith("Not quite. 1 right, 1 wrong, 1 missing.")
    boxes.nth(1).press("Space")
    assert box.locator(".quiz-why").count() == 0, "a changed answer is not judged yet"
    boxes.nth(2).press("Space")
    assert check(box).startswith("Right. 2 right, 0 wrong, 0 missing.")


def test_order_is_set_by_buttons(quiz: Page) -> None:
    box = item(quiz, 3)
    for place, step in enumerate(RIGHT):
        lines = box.get_by_role("listitem")
        at = next(n for n in range(4) if step in lines.nth(n).inner_text())
        for _ in range(at - place):
            up = box.get_by_role("button", name=f"Move up: {step}")
            up.press("Enter")
            assert up.evaluate("e => e === document.activeElement"), "the focus moves along"
        assert step in lines.nth(place).inner_text()
    up = box.get_by_role("button", name="Move up: She writes")
    assert up.get_attribute("aria-disabled") == "true"
    up.press("Enter")
    assert check(box).startswith("Right. 4 of 4 stand in their place.")
    assert "The entry is the first" in box.inner_text()
    box.get_by_role("button", name="Move down: She writes").press("Enter")
    assert box.get_by_role("status").inner_text().startswith("2 of 4: She writes")
    said = check(box)
    assert said.startswith("Not quite. 2 of 4 stand")
    assert "The entry is the first" not in box.inner_text(), "a reason would name the place"


def test_pairs_are_chosen_from_lists(quiz: Page) -> None:
    box = item(quiz, 4)
    partners = {"keeper": "a ledger", "schoolmaster": "a bulletin", "harbor": "a bulletin"}
    for left, right in partners.items():
        choice = box.get_by_role("combobox", name=left)
        value = choice.locator("option", has_text=right).get_attribute("value")
        choice.select_option(value)
    assert check(box).startswith("Not quite. 2 of 3 pairs are right.")
    assert box.locator(".is-wrong .quiz-why").inner_text().strip() == "Not quite."
    choice.select_option("a list of boats")
    assert check(box).startswith("Right. 3 of 3")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Five", "Right."),
        (" FIVE  columns!", "Right."),
        ("5", "Right."),
        ("the five", "Right."),
        ("Four.", "Not quite. The fifth is the one to look at."),
        ("fifty", "Not quite. This answer is not in the key"),
    ],
)
def test_short_answer_is_read_as_people_write(quiz: Page, typed: str, said: str) -> None:
    box = item(quiz, 5)
    box.get_by_role("textbox").fill(typed)
    box.get_by_role("textbox").press("Enter")
    assert " ".join(box.get_by_role("status").inner_text().split()).startswith(said)


def test_answers_are_kept_until_one_starts_over(quiz: Page) -> None:
    item(quiz, 1).get_by_role("radio").nth(1).check()
    check(item(quiz, 1))
    item(quiz, 5).get_by_role("textbox").fill("four")
    quiz.reload()
    assert item(quiz, 1).get_by_role("radio").nth(1).is_checked()
    assert item(quiz, 1).locator(".is-right").count() == 1
    assert item(quiz, 5).get_by_role("textbox").input_value() == "four"
    assert item(quiz, 5).locator(".quiz-why").count() == 0, "it was not checked"
    assert "1 of 5 right, 1 at the first try" in quiz.inner_text(".quiz-score")
    quiz.get_by_role("button", name="Start over").click()
    assert "0 of 5 right" in quiz.inner_text(".quiz-score")
    assert quiz.evaluate("JSON.parse(localStorage.getItem('sourcebook-quizzes'))") == {}


def test_every_question_is_a_named_group(quiz: Page) -> None:
    for number in range(1, 6):
        name = item(quiz, number).locator("legend").inner_text()
        assert quiz.get_by_role("group", name=name).count() == 1


def test_without_scripts_every_answer_opens(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(quiz_page(student))
    tab.get_by_text("Show the order").click()
    assert "So the third day ends." in tab.inner_text(".quiz-order")
    tab.get_by_text("a. Four").click()
    assert "Not quite." in tab.inner_text(".quiz-one")
    assert not tab.locator(".quiz-answers").is_visible()
    tab.emulate_media(media="print")
    assert tab.locator(".quiz-answers").is_visible()
    assert not tab.get_by_text("So the third day ends.").first.is_visible()
    context.close()


def test_page_without_keys_keeps_answers_and_judges_nothing(
    page: Page,  # noqa: F811
    tmp_path: Path,
) -> None:
    root = copy_tiny(tmp_path / "course")
    build(Job(root, formats=("html",), keys=False, quiet=True))
    page.goto(quiz_page(root / "_build" / "student-no-keys"))
    assert page.get_by_role("button", name="Check").count() == 0
    item(page, 1).get_by_role("radio").nth(1).check()
    item(page, 3).get_by_role("button", name="Move down").first.click()
    first = item(page, 3).get_by_role("listitem").first.inner_text()
    page.reload()
    assert item(page, 1).get_by_role("radio").nth(1).is_checked()
    assert item(page, 3).get_by_role("listitem").first.inner_text() == first
    assert "no key" in page.inner_text(".quiz-score")
