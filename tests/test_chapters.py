"""Front matter, the order of pages, and lists of paragraphs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import CASES, TINY, expected_in

from sourcebook.chapters import (
    Page,
    find_course,
    format_range,
    parse_range,
    read_chapter,
    read_toc,
    split_front_matter,
)
from sourcebook.errors import SourcebookError


def test_chapter_is_read() -> None:
    chapter = read_chapter(TINY, "book/visitors")
    assert chapter.title == "The Visitors"
    assert chapter.stem == "visitors"
    assert chapter.passages == ("9", "10", "11", "12", "T1", "T2", "T3", "T4")
    assert chapter.minutes == {"reading": 10, "discussion": 15}
    assert read_chapter(TINY, "book/herring-year").tables == ("sea-temperature",)


def test_page_without_front_matter() -> None:
    chapter = read_chapter(TINY, "book/glossary")
    assert (chapter.title, chapter.passages, chapter.minutes) == ("Glossary", (), {})


@pytest.mark.parametrize(
    "path", sorted(CASES.glob("bad-front-matter/*.md")), ids=lambda path: path.stem
)
def test_bad_front_matter(path: Path) -> None:
    with pytest.raises(SourcebookError) as caught:
        read_chapter(path.parent, path.stem)
    assert path.name in caught.value.where
    for part in expected_in(path):
        assert part in str(caught.value)


def test_unknown_key_has_its_line() -> None:
    with pytest.raises(SourcebookError) as caught:
        read_chapter(CASES / "bad-front-matter", "unknown-key")
    assert caught.value.where == "unknown-key.md:3"


def test_front_matter_is_split_off() -> None:
    assert split_front_matter("---\na: 1\n---\n# Title\n") == ("a: 1\n", "# Title\n", 4)
    assert split_front_matter("# Title\n---\n") == ("", "# Title\n---\n", 1)


def test_toc_is_in_order() -> None:
    part = "The Two Counts"
    assert read_toc(TINY)[:6] == [
        Page("book/index", "", None),
        Page("book/arrival", "", None),
        Page("book/herring-year", part, None),
        Page("exercises/herring-year", part, "book/herring-year"),
        Page("exercises/herring-year-notebook", part, "book/herring-year"),
        Page("book/visitors", part, None),
    ]


def test_toc_without_parts(tiny: Path) -> None:
    text = "format: jb-book\nroot: book/index\nchapters:\n  - file: book/arrival.md\n"
    (tiny / "_toc.yml").write_text(text, encoding="utf-8")
    assert [page.docname for page in read_toc(tiny)] == ["book/index", "book/arrival"]


@pytest.mark.parametrize("path", sorted(CASES.glob("bad-tocs/*.yml")), ids=lambda path: path.stem)
def test_bad_toc(path: Path, tiny: Path) -> None:
    shutil.copyfile(path, tiny / "_toc.yml")
    with pytest.raises(SourcebookError) as caught:
        read_toc(tiny)
    assert "_toc.yml" in caught.value.where
    for part in expected_in(path):
        assert part in str(caught.value)


def test_course_is_found_upward(tiny: Path, tmp_path: Path) -> None:
    assert find_course(tiny / "book" / "data") == tiny
    with pytest.raises(SourcebookError, match="no course here"):
        find_course(tmp_path)


RANGES = [
    ("25", ["25"]),
    ("46-48", ["46", "47", "48"]),
    ("46–48", ["46", "47", "48"]),
    ("T1-T3", ["T1", "T2", "T3"]),
    ("3, 5-6, T1", ["3", "5", "6", "T1"]),
    ("8 - 9", ["8", "9"]),
    ("T1-2", None),
    ("1-T2", None),
    ("9-8", None),
    ("t1", None),
    ("1-2-3", None),
    ("¶4", None),
    ("", []),
]


@pytest.mark.parametrize(("text", "ids"), RANGES)
def test_range(text: str, ids: list[str] | None) -> None:
    if ids is None:
        with pytest.raises(SourcebookError, match="names no paragraphs"):
            parse_range(text)
    else:
        assert parse_range(text) == ids


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        (["46", "47", "48"], "46–48"),
        (["3"], "3"),
        (["3", "5", "6", "T1", "T2"], "3, 5–6, T1–T2"),
        (["79", "T80"], "79, T80"),
        ([], ""),
    ],
)
def test_range_for_readers(ids: list[str], text: str) -> None:
    assert format_range(ids) == text
