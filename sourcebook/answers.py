"""The answers of a class in one table, from the files that students exported.

A student's answers are in the browser alone until the student exports them; the file holds
each question with its paragraphs, so that it can be read without the course. Notes and highlights
on paragraphs, which it may hold too, are the student's own and are left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from .errors import SourcebookError

FORMAT = "sourcebook-answers"
COLUMNS = ("question", "asks", "paragraphs", "page", "student", "answer", "changed")


_IN_FILES = tuple(column for column in COLUMNS if column != "student")


class Answer(NamedTuple):
    """What one student answered to one question."""

    question: str
    asks: str
    paragraphs: str
    page: str
    student: str
    answer: str
    changed: str


def read_answers(path: Path) -> list[Answer]:
    """A student's exported file; whoever gave no name is called by the file's."""
    hint = "ask for the file that “Download as data (JSON)” makes"
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourcebookError("the file cannot be read", "check its name", str(path)) from error
    except ValueError as error:
        raise SourcebookError("this is no export of answers", hint, str(path)) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SourcebookError("this is no export of answers", hint, str(path))
    rows = data.get("answers")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourcebookError("the export has no list of answers", hint, str(path))
    student = str(data.get("student") or "").strip() or path.stem
    return [
        Answer(student=student, **{key: str(row.get(key, "")) for key in _IN_FILES}) for row in rows
    ]


def merge(paths: Sequence[Path]) -> list[Answer]:
    """The answers of all files, question by question, and under each student by student."""
    answers = [answer for path in paths for answer in read_answers(path)]
    order = {answer.question: n for n, answer in reversed(list(enumerate(answers)))}
    return sorted(answers, key=lambda each: (order[each.question], each.student.casefold()))


def as_csv(answers: Iterable[Answer]) -> str:
    """For a spreadsheet; nothing a student wrote is taken for a formula there."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for answer in answers:
        writer.writerow(f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in answer)
    return out.getvalue()


def as_html(answers: Sequence[Answer]) -> str:
    """For reading and printing: each question with the answers under it."""
    parts = []
    for question in dict.fromkeys(answer.question for answer in answers):
        here = [answer for answer in answers if answer.question == question]
        first = here[0]
        parts.append(f"<h2>{escape(question)}</h2>\n<p>{escape(first.asks)}</p>")
        parts.append(f"<p>{escape(' · '.join(filter(None, (first.page, first.paragraphs))))}</p>")
        parts.append('<table>\n<tr><th scope="col">Student<th scope="col">Answer')
        for each in here:
            text = escape(each.answer).replace("\n", "<br>")
            parts.append(f'<tr><th scope="row">{escape(each.student)}<td>{text}')
        parts.append("</table>")
    style = (
        "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;width:100%}th,td{border:1px solid #888;padding:.4rem;"
        "text-align:left;vertical-align:top}tr{break-inside:avoid}"
    )
    students = len({answer.student for answer in answers})
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n<title>Answers of the class</title>\n'
        f"<style>{style}</style>\n<h1>Answers of the class</h1>\n<p>{len(answers)} answers of "
        f"{students} students.</p>\n" + "\n".join(parts) + "\n</html>\n"
    )


def write_table(paths: Sequence[Path], folder: Path) -> tuple[list[Path], int]:
    """The table as ``answers.csv`` and ``answers.html``; the files, and how many answers."""
    answers = merge(paths)
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / "answers.csv", folder / "answers.html"]
    # With the mark by which spreadsheets know UTF-8.
    made[0].write_text(as_csv(answers), encoding="utf-8-sig", newline="")
    made[1].write_text(as_html(answers), encoding="utf-8")
    return made, len(answers)
