"""The e-book: valid, the same bytes each time, and of its own edition on every page."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import MakeProject, copy_tiny
from docutils import nodes
from docutils.utils import new_document

from sourcebook.builds import Job, build
from sourcebook.epub.container import write_container
from sourcebook.epub.contents import Entry
from sourcebook.epub.cover import Cover
from sourcebook.epub.package import Edition
from sourcebook.epub.page import Page, lost_links, read_page
from sourcebook.epub.writer import make_ready
from sourcebook.errors import BuildError
from sourcebook.figures import _data
from sourcebook.imprint import moment

NAME = "keeping-a-light.epub"


class Book:
    """An e-book, unpacked."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.infos = archive.infolist()
            self.files = {info.filename: archive.read(info) for info in self.infos}

    def text(self, name: str) -> str:
        return self.files[name].decode()

    @property
    def pages(self) -> dict[str, str]:
        return {name: self.text(name) for name in self.files if name.endswith(".xhtml")}

    def meta(self, name: str) -> list[str]:
        """The values of a property or of a Dublin Core element in the package."""
        found = rf'<meta property="{name}">([^<]*)<|<{name}(?: [^>]*)?>([^<]*)<'
        return [a or b for a, b in re.findall(found, self.text("package.opf"))]

    def spine(self) -> list[str]:
        """The pages in reading order."""
        package = self.text("package.opf")
        names = dict(re.findall(r'<item id="(\w+)" href="([^"]+)"', package))
        return [names[id] for id in re.findall(r'<itemref idref="(\w+)"', package)]


@pytest.fixture(scope="module")
def book(student: Path) -> Book:
    return Book(student / NAME)


@pytest.fixture(scope="module")
def teachers(teacher: Path) -> Book:
    return Book(teacher / NAME)


@pytest.fixture(scope="module")
def copied(class_copy: Path) -> Book:
    return Book(class_copy / NAME)


def epubcheck(*paths: Path) -> str:
    """What EPUBCheck says of e-books; skips where it is not installed."""
    program = shutil.which("epubcheck")
    if not program:
        pytest.skip("needs epubcheck (Debian has it)")
    # Debian's program is a Java archive, which a container may not know how to start.
    archive = Path(program).resolve()
    # For so short a run it compiles little.
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(archive)]
    command = java if archive.suffix == ".jar" else [program]
    said = ""
    for path in paths:
        done = subprocess.run([*command, path], capture_output=True, text=True)
        said += done.stdout + done.stderr
    return said


def test_epubcheck_finds_nothing(student: Path, teacher: Path, class_copy: Path) -> None:
    said = epubcheck(*(folder / NAME for folder in (student, teacher, class_copy)))
    assert said.count("0 fatals / 0 errors / 0 warnings") == 3, said


def test_epubcheck_would_find_something(student: Path, tmp_path: Path) -> None:
    book = Book(student / NAME)
    arrival = book.text("book/arrival.xhtml").replace('id="p1"', 'id="p2"')
    book.files["book/arrival.xhtml"] = arrival.encode()
    del book.files["mimetype"], book.files["META-INF/container.xml"]
    write_container(tmp_path / NAME, book.files)
    assert "Duplicate" in epubcheck(tmp_path / NAME)


def test_two_builds_in_two_folders_give_the_same_bytes(student: Path, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path / "elsewhere")
    assert build(Job(root, formats=("epub",), quiet=True)).warnings == ()
    sums = {
        hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
        for folder in (student, root / "_build" / "student")
    }
    assert len(sums) == 1


def test_container_has_no_clock_and_begins_as_readers_expect(student: Path) -> None:
    infos = Book(student / NAME).infos
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert (infos[0].filename, infos[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert (student / NAME).read_bytes()[30:58] == b"mimetypeapplication/epub+zip"


def test_its_date_is_the_one_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert replace(EDITION, moment=moment()).modified == "2020-09-13T12:26:40Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert replace(EDITION, moment=moment()).modified == "1970-01-01T00:00:00Z"


EDITION = Edition("Title", "Subtitle", "Author", "en", "", "name", "", "", 0)


def test_identifier_is_the_editions_own() -> None:
    teachers = replace(EDITION, edition_line="Teacher edition")
    copied = replace(EDITION, class_copy_line="Class copy")
    again = replace(EDITION, title="Another title", moment=5)
    assert len({e.identifier for e in (EDITION, teachers, copied)}) == 3
    assert again.identifier == EDITION.identifier


def test_pages_stand_in_the_order_of_the_toc(book: Book, teachers: Book) -> None:
    order = [
        "_cover.xhtml", "_contents.xhtml", "book/index.xhtml", "book/arrival.xhtml",
        "book/herring-year.xhtml", "exercises/herring-year.xhtml",
        "exercises/herring-year-notebook.xhtml", "book/visitors.xhtml",
        "exercises/visitors.xhtml", "book/numbers.xhtml", "book/your-copy.xhtml",
        "book/your-answers.xhtml",
        "book/glossary.xhtml", "book/references.xhtml",
    ]  # fmt: skip
    assert book.spine() == [*order, "_answers.xhtml", "_paragraphs.xhtml"]
    assert teachers.spine() == [*order, "book/plans.xhtml", *book.spine()[-2:]]


def test_contents_have_parts_figures_and_landmarks_and_no_pages(book: Book) -> None:
    contents = book.text("_contents.xhtml")
    assert "<span>The Two Counts</span>" in contents
    assert re.findall(r'<nav epub:type="([\w-]+)"', contents) == ["toc", "loi", "landmarks"]
    assert re.findall(r'<a epub:type="(\w+)"', contents) == [
        "cover", "toc", "bodymatter", "glossary", "bibliography",
    ]  # fmt: skip
    assert "Fig. 1: The sea at the landing, yearly means." in contents
    # Paragraph numbers are no page numbers: whoever asks for page 5 gets nothing wrong.
    assert "page-list" not in "".join(book.pages.values())


def test_each_paragraph_has_its_number_and_its_place(book: Book, copied: Book) -> None:
    for volume in (book, copied):
        links = re.findall(r'href="([^"#]+)#(p[T\d]+)">¶(\w+)<', volume.text("_paragraphs.xhtml"))
        assert len(links) == 16
        for page, id, number in links:
            assert id == f"p{number}"
            assert f'id="{id}"' in volume.text(page)
            assert f'<span class="paragraph-number">¶{number}</span>' in volume.text(page)
    assert "they nailed beside the tiller" in copied.text("book/arrival.xhtml")
    assert "they nailed beside the tiller" not in book.text("book/arrival.xhtml")


def test_every_page_says_of_what_edition_it_is(book: Book, teachers: Book, copied: Book) -> None:
    for name, page in teachers.pages.items():
        assert "Teacher edition" in page, name
    for name, page in copied.pages.items():
        assert "Class copy: it carries a text in copyright." in page, name
        assert "Teacher edition" not in page, name
    for page in book.pages.values():
        assert "Teacher edition" not in page
        assert "Class copy" not in page
    title = "Keeping a Light: The almanac of Gannet Stack"
    assert book.meta("dc:title") == [title]
    assert teachers.meta("dc:title") == [f"{title} (Teacher edition)"]
    assert copied.meta("dc:rights")[0].startswith("Class copy")


def test_charts_are_drawings_with_words_and_numbers(book: Book) -> None:
    page = book.text("exercises/herring-year-notebook.xhtml")
    words = "The mean falls from 8.25 degrees in 1894 to 7.25 in 1903."
    assert f'role="img" aria-label="{words}"' in page
    assert "<td>8.25</td>" in page
    assert 'scope="col"' in page
    assert "<img" not in page


@pytest.mark.parametrize(("rows", "moved"), [(3, False), (40, True)])
def test_a_long_table_of_a_chart_stands_at_the_pages_end(rows: int, moved: bool) -> None:
    document = new_document("page.md")
    data = _data({"title": "The sea", "header": ["Year"], "cells": [["1900"]] * rows})
    last = nodes.paragraph("", "Last words")
    document += nodes.section("", nodes.title("", "Page"), data, last, ids=["page"])
    make_ready(document)
    order = [n for n in document.findall() if n in (data, last)]
    assert order == ([last, data] if moved else [data, last])
    links = {link["refid"] for link in document.findall(nodes.reference)}
    places = {id for node in document.findall(nodes.Element) for id in node["ids"]}
    assert links == ({"chart-1", "chart-data-1"} if moved else set())
    assert links <= places


def test_quizzes_are_text_and_their_answers_are_at_the_end(book: Book) -> None:
    page, answers = book.text("exercises/herring-year.xhtml"), book.text("_answers.xhtml")
    assert "A visitor’s name" in page
    assert 'href="../_answers.xhtml#answers-herring-check"' in page
    assert 'href="exercises/herring-year.xhtml#herring-check"' in answers
    assert re.search(
        r'<strong>1\. b</strong> Yes: see <a [^>]*href="book/arrival.xhtml#p1"', answers
    )
    for words in ("Not quite", "Yes: see", "The fifth is the one to look at."):
        assert words not in page


def test_nothing_is_folded_scripted_or_fetched(book: Book, teachers: Book, copied: Book) -> None:
    for volume in (book, teachers, copied):
        for name, page in volume.pages.items():
            assert not re.search(r"<(script|details|iframe|object|form|input)\b", page), name
            assert not re.search(r'(?:src|<link[^>]*href)="https?:', page), name
        kinds = {Path(name).suffix for name in volume.files}
        assert kinds <= {"", ".xml", ".opf", ".ncx", ".xhtml", ".css", ".woff2", ".png", ".svg"}
        assert [name for name in volume.files if name.endswith(".css")] == ["_style.css"]


def test_notes_are_known_as_notes(book: Book) -> None:
    page = book.text("book/herring-year.xhtml")
    assert 'epub:type="noteref"' in page
    assert re.search(r'<aside [^>]*epub:type="footnote"', page)


def test_every_page_is_whole_and_every_link_lands(book: Book, teachers: Book, copied: Book) -> None:
    for volume in (book, teachers, copied):
        pages = {name: read_page(name, data.encode()) for name, data in volume.pages.items()}
        assert list(lost_links(pages)) == []
        for data in volume.pages.values():
            assert ElementTree.fromstring(data).get("lang") == "en"


def unpacked(made: object) -> Book:
    """The e-book of a small project."""
    (path,) = Path(made.app.outdir).glob("*.epub")  # type: ignore[attr-defined]
    return Book(path)


def test_accessibility_is_claimed_only_where_it_is_so(book: Book, project: MakeProject) -> None:
    claimed = {"alternativeText", "tableOfContents", "structuralNavigation", "readingOrder"}
    assert set(book.meta("schema:accessibilityFeature")) == {*claimed, "displayTransformability"}
    assert book.meta("schema:accessMode") == ["textual", "visual"]
    assert book.meta("schema:accessModeSufficient") == ["textual"]
    assert book.meta("schema:accessibilityHazard") == ["none"]
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    made = project({"page.md": "# Page\n\n![](dot.svg)\n", "dot.svg": picture,
                    "index.md": "# I\n\n```{toctree}\npage\n```\n"}, builder="ebook")  # fmt: skip
    small = unpacked(made)
    assert "alternativeText" not in small.meta("schema:accessibilityFeature")
    assert small.meta("schema:accessModeSufficient") == []
    assert "Charts" not in small.meta("schema:accessibilitySummary")[0]


def test_plain_text_claims_no_pictures(project: MakeProject) -> None:
    small = unpacked(project({"page.md": "# Page\n\nWords.\n"}, builder="ebook"))
    assert small.meta("schema:accessMode") == ["textual"]
    assert "alternativeText" not in small.meta("schema:accessibilityFeature")


def test_html_for_the_website_alone_is_left_out(project: MakeProject) -> None:
    page = "# Page\n\n<script>alert(1)</script>\n\nWords <b>here</b>.\n"
    text = unpacked(project({"page.md": page}, builder="ebook")).text("page.xhtml")
    assert "alert" not in text
    assert "Words here." in text


def test_two_places_of_one_name_are_an_error() -> None:
    with pytest.raises(BuildError, match="two places named a") as caught:
        read_page("book/arrival.xhtml", b'<p><b id="a"/><i id="a"/></p>')
    assert caught.value.where == "book/arrival.xhtml"


def test_a_broken_page_is_named() -> None:
    with pytest.raises(BuildError, match="not well-formed") as caught:
        read_page("book/arrival.xhtml", b"<p>\n<b>words</p>")
    assert caught.value.where == "book/arrival.xhtml"
    assert "<b>words</p>" in caught.value.hint


@pytest.mark.parametrize(
    ("link", "lands"),
    [
        ("#here", True), ("b.xhtml#there", True), ("../c.xhtml", True), ("b.xhtml", True),
        ("https://example.org/#x", True), ("mailto:a@example.org", True),
        ("#nowhere", False), ("b.xhtml#here", False), ("c.xhtml", False),
    ],
)  # fmt: skip
def test_links_that_lead_nowhere_are_found(link: str, lands: bool) -> None:
    pages = {"a/a.xhtml": Page({"here"}, [link]), "a/b.xhtml": Page({"there"}), "c.xhtml": Page()}
    assert list(lost_links(pages)) == ([] if lands else [("a/a.xhtml", link)])


COVER = Cover("A Title & More", "With a subtitle", "Somebody", ["Teacher edition"], [[90, 40], [9]])


def test_cover_says_and_shows_what_the_book_is() -> None:
    drawn = ElementTree.fromstring(COVER.svg())
    said = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert said == ["A Title & More", "With a subtitle", "Teacher edition", "Somebody"]
    assert COVER.words == "Cover. A Title & More. With a subtitle. Teacher edition. Somebody."
    widths = [float(r.get("width") or 0) for r in list(drawn)[1:] if r.tag.endswith("rect")]
    assert widths[0] == max(widths) and len(widths) == 3
    assert COVER.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("title", ["Long " * 30, "Unbreakable" * 9, "", "Ж Ω"])
def test_cover_keeps_its_words_on_it(title: str) -> None:
    drawn = ElementTree.fromstring(replace(COVER, title=title, chapters=[[5]] * 60).svg())
    for node in list(drawn)[1:]:
        assert float(node.get("y") or 0) + float(node.get("height") or 0) <= 1600


def test_cover_without_a_source_has_no_lines() -> None:
    assert "<rect x=" not in replace(COVER, chapters=[]).svg()


def test_a_part_begins_where_its_first_chapter_does() -> None:
    part = Entry("Part", "", (Entry("Chapter", "a.xhtml", (Entry("Below", "b.xhtml"),)),))
    assert part.first == "a.xhtml"
    assert [entry.title for entry in part.walk()] == ["Part", "Chapter", "Below"]
