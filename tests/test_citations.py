"""The list of works: each is set once, and anew when it changes."""

from __future__ import annotations

from pybtex.database import Entry, Person
from pybtex.style.formatting.plain import Style

from sourcebook.citations import _Once


def work(title: str) -> Entry:
    """A book of that title."""
    made = Entry("book", {"title": title, "year": "1896", "publisher": "Pell"})
    made.key = "pell1896"
    made.persons["author"] = [Person("Pell, Ann")]
    return made


class Remembering(_Once, Style):
    """Pybtex's plain style, remembering."""


def test_a_work_is_set_once_and_as_before() -> None:
    first = Remembering().format_entry("1", work("Lectures"))
    assert Remembering().format_entry("1", work("Lectures")) is first
    assert first.text == Style().format_entry("1", work("Lectures")).text


def test_a_changed_work_or_label_is_set_anew() -> None:
    first = Remembering().format_entry("1", work("Lectures"))
    assert "Sermons" in str(Remembering().format_entry("1", work("Sermons")).text)
    assert Remembering().format_entry("2", work("Lectures")).label == "2"
    assert first.label == "1"
