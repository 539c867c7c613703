"""Builds after the first: what a change makes anew, and that the rest keeps its bytes and times."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import LETTER, SAMPLE, copy_tiny

from sourcebook import builds, caches, outputs, pages
from sourcebook.builds import Built, Job, build
from sourcebook.pdf import builder

State = dict[str, tuple[bytes, int]]


def state(folder: Path) -> State:
    """Every file's bytes and time, by name."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def content(folder: Path) -> dict[str, bytes]:
    """Every file's bytes, by name."""
    return {name: data for name, (data, _) in state(folder).items()}


def make(root: Path, **options: object) -> Built:
    """Build every format, without a warning."""
    built = build(Job(root, quiet=True, **options))  # type: ignore[arg-type]
    assert built.warnings == ()
    return built


class Course:
    """A tiny course with a good build, and what the next one reads and writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read: list[str] = []
        self.runs: list[str] = []
        make(root)

    @property
    def student(self) -> Path:
        """The finished student edition."""
        return self.root / "_build" / "student"

    def change(self, name: str, old: str, new: str) -> None:
        """Replace words in a file, as a later save does."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def written(self, **options: object) -> set[str]:
        """Build again; the files that have another time or other bytes, or are new or gone."""
        before = state(self.student)
        self.read.clear()
        self.runs.clear()
        make(self.root, **options)
        after = state(self.student)
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        same = {name for name in changed if before.get(name, "")[:1] == after.get(name, "")[:1]}
        assert not same, "a file with the same bytes keeps its time"
        return changed


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(copy_tiny(tmp_path_factory.mktemp("warm") / "course"))


@pytest.fixture
def course(built_once: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The module's course, listening."""
    depend, run = pages.depend_on_tables, outputs.run_sphinx

    def reads(app: object, docname: str, source: list[str]) -> None:
        built_once.read.append(docname)
        depend(app, docname, source)  # type: ignore[arg-type]

    def runs(*args: object, **options: object) -> list[str]:
        built_once.runs.append(str(options["builder"]))
        return run(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "depend_on_tables", reads)
    monkeypatch.setattr(outputs, "run_sphinx", runs)
    return built_once


PDF = "keeping-a-light.pdf"
BOOKS = {PDF, "keeping-a-light.epub"}
WHOLE = {"html/_static/search-index.js", "html/sw.js"}
"""Made of all pages: what can be searched, and what a browser keeps."""


SITE_PDF = f"html/{PDF}"
"""The book, as the website takes it along."""


def page(name: str) -> str:
    return f"html/{name}.html"


def papers(chapter: str) -> set[str]:
    """The PDFs of the website that hold a chapter: its own and the book."""
    return {SITE_PDF, f"html/pdf/keeping-a-light-{chapter}.pdf"}


def test_nothing_changed_nothing_done(course: Course) -> None:
    assert course.written() == set()
    assert (course.read, course.runs) == ([], [])


def test_saved_without_a_change(course: Course) -> None:
    """Read again, but not a byte of the outputs is new, and the book is not printed again."""
    path = course.root / "book" / "arrival.md"
    os.utime(path)
    pressed = course.root / "_build/.cache/plain/student/pdf" / PDF
    before = pressed.stat().st_mtime_ns
    assert course.written() == set()
    assert sorted(course.read) == ["book/arrival", "book/index"]
    assert pressed.stat().st_mtime_ns == before


def test_prose_of_a_page(course: Course) -> None:
    course.change("book/arrival.md", "A keeper came", "One keeper came")
    assert course.written() == {
        page("book/arrival"), "html/llms.txt", *papers("arrival"), *BOOKS, *WHOLE
    }  # fmt: skip
    assert sorted(course.read) == ["book/arrival", "book/index"]


def test_title_of_a_page(course: Course) -> None:
    """It stands in the navigation of every page."""
    course.change("book/arrival.md", "\n# ", "\n# Again: ")
    written = course.written()
    everywhere = {name for name in content(course.student) if name.startswith("html/book/")}
    assert everywhere <= written
    assert sorted(course.read) == ["book/arrival", "book/index"]


def test_table(course: Course) -> None:
    course.change("book/data/sea-temperature.csv", "landing step,7.25", "landing step,6.5")
    notebook = "exercises/herring-year-notebook"
    tables = {"html/data/sea-temperature.csv", "html/data-package.zip", "html/sw.js",
              "html/notebooks/herring-year-notebook.zip"}  # fmt: skip
    assert course.written() == {page(notebook), *papers("herring-year"), *BOOKS, *tables}
    assert sorted(course.read) == ["book/herring-year", notebook]
    assert b"<td><p>6.5</p></td>" in content(course.student)[page(notebook)]


def test_question(course: Course) -> None:
    course.change("exercises/visitors.md", "bear out the essay", "agree with the essay")
    assert course.written() == {
        page("exercises/visitors"), *papers("visitors"), *BOOKS, *WHOLE
    }  # fmt: skip
    assert course.read == ["exercises/visitors"]


def test_what_only_teachers_see(course: Course) -> None:
    course.change("exercises/visitors.md", "On the schoolmaster it does.", "On him it does.")
    assert course.written() == set()
    assert course.read == ["exercises/visitors"]
    assert b"On him it does." in build_teacher(course)["html/exercises/visitors.html"]


def build_teacher(course: Course) -> dict[str, bytes]:
    make(course.root, edition="teacher")
    return content(course.root / "_build" / "teacher")


def test_setting(course: Course) -> None:
    """A setting that stands on every page and on the book's title page."""
    course.change("_config.yml", "author: The", "author: All the")
    written = course.written()
    assert {page("book/arrival"), page("book/visitors"), *BOOKS} <= written


def test_template_of_the_book(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Book and chapters are printed again, no page is touched."""
    shutil.copytree(builder.HERE, tmp_path / "pdf")
    template = tmp_path / "pdf" / "template.typ"
    look = template.read_text(encoding="utf-8")
    assert "spacing: 0.62em" in look
    template.write_text(look.replace("spacing: 0.62em", "spacing: 0.7em"), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(builder, "HERE", tmp_path / "pdf")
        patch.setattr(caches, "PACKAGE", tmp_path)
        patch.setattr(builds, "drop_stale", lambda cache: None)
        # The third chapter has none of what is set closer, and keeps its bytes.
        chapters = papers("arrival") | papers("herring-year")
        printed = {PDF, "html/sw.js", *chapters}
        assert course.written() == printed
        assert course.read == []
    assert course.written() == printed


def test_text_supplied_and_removed(course: Course, tmp_path: Path) -> None:
    assert course.written(texts=(SAMPLE, LETTER)) == set(), "the class copy lies elsewhere"
    copy = content(course.root / "_build" / "student-class-copy")
    assert b"they nailed beside the tiller" in copy[page("book/arrival")]
    assert course.written() == set()
    assert course.runs == []


def test_page_of_the_toc_removed(course: Course) -> None:
    course.change("_toc.yml", "      - file: book/your-answers\n", "")
    assert page("book/your-answers") in course.written()
    assert page("book/your-answers") not in content(course.student)


def test_output_that_was_touched_is_made_again(course: Course) -> None:
    whole = content(course.student)
    (course.student / page("book/arrival")).write_text("", encoding="utf-8")
    (course.student / page("book/visitors")).unlink()
    (course.student / PDF).write_bytes(b"")
    assert course.written() == {page("book/arrival"), page("book/visitors"), PDF}
    assert content(course.student) == whole


def test_all_that_is_as_a_first_build_makes_it(course: Course, tmp_path: Path) -> None:
    """After every change above: nothing is stale, nothing is left over."""
    other = copy_course(course.root, tmp_path / "other")
    for edition in ("student", "teacher"):
        make(course.root, edition=edition)
        make(other, edition=edition)
        assert different(course.root / "_build" / edition, other / "_build" / edition) == []


def copy_course(root: Path, target: Path) -> Path:
    ignore = shutil.ignore_patterns("_build", "jupyter_execute")
    return Path(shutil.copytree(root, target, ignore=ignore))


def different(one: Path, other: Path) -> list[str]:
    """The files that two outputs do not share."""
    a, b = content(one), content(other)
    return [name for name in sorted(a | b) if a.get(name) != b.get(name)]


def test_warning_is_said_until_it_is_mended(course: Course) -> None:
    """A page that has not changed since is warned of again: --strict fails twice."""
    course.change("book/visitors.md", "\n# ", "\n{doc}`nowhere`\n\n# ")
    said = [build(Job(course.root, formats=("html",), quiet=True)).warnings for _ in range(2)]
    assert any("book/visitors.md" in line and "nowhere" in line for line in said[0])
    assert said[0] == said[1]
    course.change("book/visitors.md", "\n{doc}`nowhere`\n", "")
    assert build(Job(course.root, formats=("html",), quiet=True)).warnings == ()
