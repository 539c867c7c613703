"""The forms a book is printed in: each paper, large, grey, a chapter alone, a booklet."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from conftest import CANARIES, House
from printing import CASES, SETTINGS, Made, small

from sourcebook.builds import Job, build
from sourcebook.errors import SourcebookError
from sourcebook.pdf import booklet
from sourcebook.pdf.forms import FORMS, form_of
from sourcebook.pdf.grey import grey_svg
from sourcebook.pdf.tables import Column, shares

WORDS = "The harbor master wrote down each ship that came in and went out again before dark. "
MAIN = "The keeper’s almanac says that the light was lit at dusk. " + WORDS * 40


def printed(house: House, **how: str) -> Path:
    """The tiny course in a form, with its charts."""
    name = " ".join(how.values())
    if name not in house.built:
        # Not beside the session's other builds, whose folders have one PDF.
        job = Job(
            house.root, formats=("pdf",), quiet=True, out=house.root.parent / "printed", **how
        )
        house.built[name] = build(job)
    assert house.built[name].warnings == ()
    return house.built[name].outputs[0]


def words_of(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages)


def lines_of(path: Path) -> Iterator[str]:
    for page in pypdfium2.PdfDocument(path):
        yield from page.get_textpage().get_text_range().splitlines()


def sizes_of(path: Path) -> dict[float, str]:
    """The sizes in points of all letters, with a text that has each."""
    found: dict[float, str] = {}

    def note(text: str, cm: list, tm: list, font: dict | None, size: float) -> None:
        if text.strip() and font:
            found[round(size * abs(tm[3] or tm[1]) * abs(cm[3] or cm[1]), 1)] = text

    for page in pypdf.PdfReader(path).pages:
        page.extract_text(visitor_text=note)
    return found


def colored(path: Path) -> int:
    """How many pixels of all pages are no shade of grey."""
    count = 0
    for page in pypdfium2.PdfDocument(path):
        image = page.render(scale=1, rev_byteorder=True)
        data, step = bytes(image.buffer), image.n_channels
        rows = (data[y * image.stride :][: image.width * step] for y in range(image.height))
        for row in rows:
            triples = zip(row[::step], row[1::step], row[2::step], strict=True)
            count += sum(max(triple) - min(triple) > 2 for triple in set(triples))
    return count


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("paper", "page"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_every_form_has_its_paper(tmp_path, form, paper, page):
    made = small(
        tmp_path,
        f"# Chapter\n\n{WORDS * 90}\n",
        sourcebook_pdf_form=form,
        sourcebook_pdf_paper=paper,
    )
    box = [round(float(x)) for x in made.reader.pages[0].mediabox[2:]]
    assert box == (sorted(page, reverse=True) if form == "booklet" else list(page))
    assert made.warnings == ""


@pytest.mark.parametrize("form", ["book", "screen", "grey"])
def test_a_line_has_about_65_characters(tmp_path, form):
    made = small(tmp_path, f"# Chapter\n\n{MAIN * 3}\n", sourcebook_pdf_form=form)
    full = [len(line) for line in lines_of(made.pdf) if len(line) > 40]
    assert 62 <= sum(full) / len(full) <= 68


def test_large_print_has_no_letter_under_14_points_and_a_body_of_18(house):
    path = printed(house, form="large")
    sizes = sizes_of(path)
    assert min(sizes) >= 14, sizes
    assert 18 in sizes
    assert min(sizes_of(printed(house, form="book"))) < 14


def test_grey_has_no_color_anywhere_though_the_book_has(house):
    assert colored(printed(house, form="grey")) == 0
    assert colored(printed(house, form="book")) > 0


def test_colors_become_the_grey_that_is_as_light():
    svg = '<path fill="#0072b2" stroke="none" style="fill: steelblue; stroke:rgb(255,255,255)"/>'
    assert grey_svg(svg) == (
        '<path fill="#575757" stroke="none" style="fill: #767676; stroke:#ffffff"/>'
    )
    assert (
        grey_svg('<g fill="url(#f00)" font-color="x"/>') == '<g fill="url(#f00)" font-color="x"/>'
    )


def test_one_chapter_has_its_work_and_its_works_and_nothing_else(house):
    path = printed(house, chapter="herring-year")
    assert path.name == "keeping-a-light-herring-year.pdf"
    text = words_of(path)
    whole = words_of(printed(house, form="book"))
    for words in ("Questions: The Herring Year", "Works cited", "Answers"):
        assert words in text
    for title in ("Arrival", "Contents", "Index"):
        assert title in whole
    chapters = {title for title in ("Visitors", "Arrival") if f"{title} (p." in text}
    assert not chapters, "a chapter that is left out has no page"


@pytest.mark.parametrize("way", [{"form": "large"}, {"chapter": "herring-year"}])
def test_no_form_of_the_student_edition_has_a_word_of_the_teachers(house, way):
    text = words_of(printed(house, **way))
    assert not [word for word in CANARIES.values() if word in text]
    mine = words_of(printed(house, edition="teacher", **way))
    assert [word for word in CANARIES.values() if word in mine]


def test_a_chapter_that_is_not_there_is_said_with_those_that_are(house):
    with pytest.raises(SourcebookError, match="no chapter 'nowhere'") as caught:
        build(Job(house.root, formats=("pdf",), chapter="nowhere"))
    assert "herring-year" in caught.value.hint


@pytest.mark.parametrize(
    ("form", "paper", "known"),
    [("poster", "a4", "large"), ("book", "a3", "letter"), ("book", "foolscap", "a4")],
)
def test_an_unknown_form_or_paper_is_said_with_those_that_are(form, paper, known):
    with pytest.raises(SourcebookError) as caught:
        form_of(form, paper)
    assert known in caught.value.hint


def test_a_booklets_pages_follow_one_another_when_it_is_folded():
    assert booklet.order(8, 32) == [7, 0, 1, 6, 5, 2, 3, 4]
    assert booklet.order(5, 32) == [None, 0, 1, None, None, 2, 3, 4]
    assert booklet.order(100, 32)[:2] == [31, 0]
    for count in (1, 4, 13, 80, 81, 230):
        sides = booklet.order(count, 32)
        assert sorted(page for page in sides if page is not None) == list(range(count))
        assert len(sides) % 4 == 0


def test_a_booklet_has_two_pages_on_a_side_and_no_tags(tmp_path):
    text = f"# Chapter\n\n{WORDS * 90}\n"
    made = small(tmp_path, text, sourcebook_pdf_form="booklet")
    first = made.reader.pages[0].extract_text()
    assert "Book" in first
    assert "/StructTreeRoot" not in made.reader.trailer["/Root"]
    assert made.reader.metadata.title == "Book"


@pytest.mark.parametrize("form", [form for form in FORMS if form != "book"])
def test_everything_prints_in_every_form(tmp_path, form):
    shutil.copytree(CASES / "book", tmp_path / "source")
    sys.path.insert(0, str(CASES))
    try:
        made = Made(tmp_path / "source", tmp_path / "out", sourcebook_pdf_form=form, **SETTINGS)
    finally:
        sys.path.remove(str(CASES))
    assert made.warnings == ""
    for words in ("Everything it can hold", "Somebody, “A source”", "A table with a caption"):
        assert words in made.text


def test_a_table_gives_room_where_it_saves_lines():
    columns = [Column(), Column(), Column()]
    for row in range(6):
        for column, text in zip(
            columns, ("May 1905", "a sentence of many words " * 8, "(Somebody, 1905)"), strict=True
        ):
            column.note(text, False, row)
    widths = shares(columns, 70)
    assert sum(widths) <= 70
    assert widths[1] > 2 * max(widths[0], widths[2])
    assert all(width > column.word for width, column in zip(widths, columns, strict=True))
