"""Own answers: kept in the browser, taken along as a file, merged for the teacher."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from test_browser import browser, page, site  # noqa: F401  (fixtures)

from sourcebook.answers import COLUMNS, merge
from sourcebook.cli import main
from sourcebook.errors import SourcebookError


def export(path: Path, student: str, **answers: str) -> Path:
    """A student's file."""
    rows = [
        {
            "question": question,
            "asks": "Why?",
            "paragraphs": "¶4–5",
            "page": "Questions",
            "answer": answer,
            "changed": "2026-03-01T10:00:00.000Z",
        }
        for question, answer in answers.items()
    ]
    data = {"format": "sourcebook-answers", "version": 1, "student": student, "answers": rows}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_class_becomes_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [
        export(tmp_path / "b.json", "Ben", q1="The bell.", q2="=1+1"),
        export(tmp_path / "a.json", "", q2="Two\nlines & <b>", q3="Last."),
    ]
    assert main(["answers", "merge", *map(str, files), "--out", str(tmp_path / "class")]) == 0
    assert "4 answers from 2 files" in capsys.readouterr().out
    with (tmp_path / "class" / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    found = [(row["question"], row["student"]) for row in rows]
    assert found == [("q1", "Ben"), ("q2", "a"), ("q2", "Ben"), ("q3", "a")]
    assert rows[1]["answer"] == "Two\nlines & <b>"
    assert rows[2]["answer"] == "'=1+1", "no formula in a spreadsheet"
    table = (tmp_path / "class" / "answers.html").read_text(encoding="utf-8")
    assert "Two<br>lines &amp; &lt;b&gt;" in table
    assert table.count("<h2>") == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "this is no export of answers"),
        ("[1]", "this is no export of answers"),
        ('{"format": "other"}', "this is no export of answers"),
        ('{"format": "sourcebook-answers", "answers": [1]}', "has no list of answers"),
    ],
)
def test_what_is_no_export_is_said(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourcebookError, match=said) as error:
        merge([path])
    assert str(error.value).startswith(str(path))


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourcebookError, match="cannot be read"):
        merge([tmp_path / "none.json"])


def questions(student: Path) -> str:
    """The address of a page of questions."""
    return (student / "html" / "exercises" / "herring-year.html").as_uri()


def written(page: Page, student: Path) -> None:  # noqa: F811
    """Answer the first question."""
    page.goto(questions(student))
    box = page.get_by_label("Your answer to question 1")
    box.fill("She rang\nno bell.")
    box.blur()
    page.get_by_text("Saved.").wait_for()


def test_answer_is_kept_and_taken_along(
    page: Page,  # noqa: F811
    browser: Browser,  # noqa: F811
    student: Path,
    tmp_path: Path,
) -> None:
    written(page, student)
    page.reload()
    assert page.get_by_label("Your answer to question 1").input_value() == "She rang\nno bell."
    page.goto(site(student, "your-answers"))
    assert "1 answer is kept" in page.inner_text(".own-answers")
    page.get_by_label("Your name").fill("Ada")
    saved = {}
    for label, name in (("data", "ada.json"), ("read", "ada.md")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        saved[name] = tmp_path / name
        download.value.save_as(saved[name])
    (answer,) = merge([saved["ada.json"]])
    assert answer.student == "Ada"
    assert answer.question == "herring-1"
    assert answer.asks == "What did the schoolmaster hold against the keeper?"
    assert answer.paragraphs == "¶4–5"
    text = saved["ada.md"].read_text(encoding="utf-8")
    assert "What did the schoolmaster hold against the keeper? (¶4–5)\n\nShe rang" in text

    other = browser.new_context().new_page()
    other.goto(site(student, "your-answers"))
    other.set_input_files("#answers-file", saved["ada.json"])
    other.get_by_text("1 answer was taken").wait_for()
    other.get_by_role("link", name="herring-1").click()
    assert other.get_by_label("Your answer to question 1").input_value() == "She rang\nno bell."
    other.context.close()


def test_import_keeps_the_newer_answer_and_trusts_no_address(
    page: Page,  # noqa: F811
    student: Path,
    tmp_path: Path,
) -> None:
    written(page, student)
    page.goto(site(student, "your-answers"))
    path = tmp_path / "x.json"
    rows = [
        {"question": "herring-1", "answer": "Old.", "changed": "2020-01-01"},
        {"question": "evil", "answer": "x", "changed": "2020", "address": "javascript:alert(1)"},
    ]
    path.write_text(json.dumps({"format": "sourcebook-answers", "answers": rows}))
    page.set_input_files("#answers-file", path)
    page.get_by_text("1 answer was taken").wait_for()
    assert "She rang" in page.inner_text(".own-answers")
    assert not [
        href
        for href in page.eval_on_selector_all(".own-answers a", "all => all.map((a) => a.href)")
        if "javascript" in href
    ]
    path.write_text("{}")
    page.set_input_files("#answers-file", path)
    page.get_by_text("This file is no export").wait_for()


def test_a_page_left_open_undoes_no_answer(page: Page, student: Path) -> None:  # noqa: F811
    """What another tab wrote, or took from a file, stays when the first is closed."""
    page.goto(questions(student))
    other = page.context.new_page()
    written(other, student)
    other.close()
    page.goto(site(student, "your-answers"))
    assert "1 answer is kept" in page.inner_text(".own-answers")


def test_everything_kept_can_be_deleted(page: Page, student: Path) -> None:  # noqa: F811
    written(page, student)
    page.goto(site(student, "your-answers"))
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete all answers").click()
    assert "1 answer is kept" in page.inner_text(".own-answers")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete all answers").click()
    assert "No answer is kept" in page.inner_text(".own-answers")
    assert page.evaluate("localStorage.getItem('sourcebook-answers')") is None


def test_without_scripts_nothing_asks_for_writing(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(questions(student))
    assert tab.locator("textarea").count() == 0
    tab.goto(site(student, "your-answers"))
    assert "Scripts are needed" in tab.inner_text(".own-answers")
    context.close()
