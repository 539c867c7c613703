"""Builds of a whole course: what they make, what they read again, what a failure leaves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import LETTER, ROOT, SAMPLE, House, copy_tiny, words_of_pdf
from sample_maps import paragraphs

from sourcebook import pages, placing
from sourcebook.builds import Job, build
from sourcebook.check import check
from sourcebook.errors import BuildError, SourcebookError


def runs_of(text: str, length: int = 6) -> set[str]:
    """Every run of so many words, as a page might hold it."""
    words = re.findall(r"[^\W_]+", text.lower())
    return {" ".join(words[n : n + length]) for n in range(len(words) - length + 1)}


def words_in(folder: Path) -> set[str]:
    """Runs of words of every text file of a website, tags taken out."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix in {".html", ".js", ".txt", ".xml", ".json"} and "_static" not in path.parts:
            found |= runs_of(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))
    return found


def test_student_edition_lies_where_it_should(student: Path) -> None:
    assert (student / "html" / "index.html").is_file()
    assert (student / "html" / "book" / "arrival.html").is_file()
    assert [path.name for path in student.glob("*.pdf")] == ["keeping-a-light.pdf"]
    files = ["html", "keeping-a-light.epub", "keeping-a-light.pdf"]
    assert sorted(path.name for path in student.iterdir()) == files


def test_welcome_page_is_the_first(student: Path) -> None:
    assert "book/index.html" in (student / "html" / "index.html").read_text(encoding="utf-8")


def test_plain_build_has_no_words_of_the_text(student: Path) -> None:
    text = runs_of("\n".join(paragraphs(SAMPLE)))
    assert not words_in(student / "html") & text
    book = words_of_pdf(student)
    for paragraph in paragraphs(SAMPLE):
        assert re.sub(r"[\s-]+", "", paragraph)[:40] not in book


def test_class_copy_has_every_paragraph(class_copy: Path) -> None:
    here = words_in(class_copy / "html")
    book = re.sub(r"[’']", "", words_of_pdf(class_copy))
    for paragraph in [*paragraphs(SAMPLE), *paragraphs(LETTER)]:
        plain = paragraph.replace("'", "’")
        assert runs_of(plain) <= here
        assert re.sub(r"[\s’'-]+", "", plain)[:30] in book


def test_class_copy_says_so_and_is_not_indexed(class_copy: Path, student: Path) -> None:
    assert class_copy.name == "student-class-copy"
    for page in (class_copy / "html" / "book").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert '<p class="class-copy">Class copy: it carries a text in copyright.' in text
        assert text.count('<meta name="robots" content="noindex">') == 1
    assert "Classcopy:itcarriesatextincopyright." in words_of_pdf(class_copy)
    assert "Class copy" not in (student / "html/book/arrival.html").read_text(encoding="utf-8")
    assert "noindex" not in (student / "html/book/arrival.html").read_text(encoding="utf-8")
    assert "Classcopy" not in words_of_pdf(student)


def test_last_line_names_the_text(house: House, student: Path, class_copy: Path) -> None:
    assert house.built["student"].text == "no source text: guide lines stand in its place"
    assert house.built["student-class-copy"].text == (
        "the text of “The Almanac of Gannet Stack” and “A letter from the keeper’s sister”, "
        "for this build only"
    )


def settled(path: Path) -> bytes:
    """A file's bytes; MyST-NB names the checksum of its style sheet in a second build only."""
    return re.sub(rb"(mystnb\.\w+\.css)\?v=\w+", rb"\1", path.read_bytes())


def test_all_is_the_same_twice(student: Path, house: House, tmp_path: Path) -> None:
    again = build(Job(house.root, out=tmp_path, quiet=True))
    for path in sorted(student.rglob("*")):
        if path.is_file():
            other = tmp_path / "student" / path.relative_to(student)
            assert settled(other) == settled(path), path.name
    assert again.warnings == ()


# One course whose files the tests below change, and put back.


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny course with a good student website."""
    root = copy_tiny(tmp_path_factory.mktemp("workshop") / "course")
    assert html(root) == ()
    return root


def html(root: Path, **options: object) -> tuple[str, ...]:
    """Build the website; its warnings."""
    return build(Job(root, formats=("html",), quiet=True, **options)).warnings  # type: ignore[arg-type]


Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(workshop: Path) -> Iterator[Edit]:
    """Replaces words in a file of the workshop; afterwards everything is as it was."""
    before: dict[Path, str] = {}

    def change(name: str, old: str, new: str) -> None:
        path = workshop / name
        text = path.read_text(encoding="utf-8")
        before.setdefault(path, text)
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        # A file saved twice in one tick of the clock would pass for unchanged.
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime + len(before) + 2))

    yield change
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that builds of this test read."""
    found: list[str] = []
    original = pages.depend_on_tables

    def note(app: object, docname: str, source: list[str]) -> None:
        found.append(docname)
        original(app, docname, source)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "depend_on_tables", note)
    return found


NOTEBOOK = "exercises/herring-year-notebook"


def test_other_edition_reads_its_own_pages_and_other_format_nothing(
    workshop: Path, read: list[str]
) -> None:
    html(workshop)
    read.clear()
    assert build(Job(workshop, formats=("pdf",), quiet=True)).warnings == ()
    assert read == []
    html(workshop, edition="teacher")
    # The order of pages stands in the welcome page.
    assert sorted(read) == ["book/index", "book/plans"]
    read.clear()
    html(workshop)
    assert read == [], "the student edition is as it was"


def test_build_of_a_course_that_says_the_same_gives_the_same_site(tiny: Path) -> None:
    sites = []
    for _ in range(2):
        # In a process of its own: what an earlier build has left in this one hides a fault.
        command = [sys.executable, "-m", "sourcebook.cli", "build", "html", "--strict", "--quiet"]
        done = subprocess.run(command, cwd=tiny, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        folder = tiny / "_build" / "student" / "html"
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        sites.append({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})
        # Or the second build had nothing to do.
        os.utime(tiny / "book" / "arrival.md")
    assert sites[0] == sites[1]


def test_changed_record_and_ledger_too(workshop: Path, edit: Edit, read: list[str]) -> None:
    html(workshop)
    read.clear()
    edit("book/data/claims.csv", ",9412,", ",9413,")
    assert html(workshop) == ()
    # The welcome page, too, where the other edition was built before.
    assert {*read} - {"book/index"} == {"book/arrival", "book/herring-year", "book/numbers"}
    page = workshop / "_build" / "student" / "html" / "book" / "herring-year.html"
    assert "9,413" in page.read_text(encoding="utf-8")


def test_changed_text_reads_its_chapters(workshop: Path, read: list[str], tmp_path: Path) -> None:
    text = tmp_path / "copy.txt"
    text.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    html(workshop, texts=(text,))
    read.clear()
    assert html(workshop, texts=(text,)) == ()
    assert read == []
    new = text.read_text(encoding="utf-8").replace("nailed beside", "pinned beside")
    text.write_text(new, encoding="utf-8")
    assert html(workshop, texts=(text,)) == ()
    assert set(read) == {"book/arrival", "book/herring-year", "book/visitors"}
    page = workshop / "_build" / "student-class-copy" / "html" / "book" / "arrival.html"
    assert "they pinned beside the tiller" in page.read_text(encoding="utf-8")


def test_stored_text_is_used_until_it_is_removed(workshop: Path) -> None:
    stored = workshop / "book" / "source" / "keeper-almanac.txt"
    stored.write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    try:
        built = build(Job(workshop, formats=("html",), quiet=True))
        assert built.text.endswith("kept by `sourcebook text add`")
        assert built.outputs[0].parts[-3] == "student-class-copy"
    finally:
        stored.unlink()
    built = build(Job(workshop, formats=("html",), quiet=True))
    assert built.warnings == ()
    assert built.outputs[0].parts[-3] == "student"
    assert not words_in(built.outputs[0].parent) & runs_of("\n".join(paragraphs(SAMPLE)))


def test_text_that_may_be_published_makes_no_class_copy(workshop: Path, tmp_path: Path) -> None:
    built = build(Job(workshop, formats=("html",), texts=(LETTER,), quiet=True,
                      out=tmp_path))  # fmt: skip
    assert built.warnings == ()
    assert built.outputs == (tmp_path / "student" / "html" / "index.html",)
    page = built.outputs[0].parent / "book" / "visitors.html"
    text = page.read_text(encoding="utf-8")
    assert "the barometer is none the worse for the ferry" in text
    assert "Class copy" not in text


def state(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Every file's bytes and time."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


FAILURES = {
    "a cell raises": (
        (f"{NOTEBOOK}.md", 'print(len(landing), "means")', 'raise ValueError("no herring")'),
        BuildError, ["ValueError: no herring", f"{NOTEBOOK}.md"],
    ),
    "a cell names an unknown column": (
        (f"{NOTEBOOK}.md", 'series="landing step"', 'city="Saltmere"'),
        BuildError, ["table sea-temperature has no column city", f"{NOTEBOOK}.md"],
    ),
    "a table's columns do not match": (
        ("book/data/sea-temperature.csv", "year,series,value", "year,series,mean"),
        BuildError, ["sea-temperature.csv:1", "the columns are year, series, mean"],
    ),
    "the toc names a missing page": (
        ("_toc.yml", "book/visitors", "book/nobody"),
        SourcebookError, ["_toc.yml:12", "book/nobody is named, but there is no such page"],
    ),
    "the toc is not YAML": (
        ("_toc.yml", "parts:", "parts: ["),
        SourcebookError, ["_toc.yml", "this is not YAML"],
    ),
    "the settings are not YAML": (
        ("_config.yml", "title:", "title: ["),
        SourcebookError, ["_config.yml", "this is not YAML"],
    ),
    "a map is broken": (
        ("book/source/sister-letter.yml", "paragraphs:", "paragrafs:"),
        SourcebookError, ["sister-letter.yml", "the map is incomplete"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FAILURES)
def test_failure_leaves_the_last_good_output(
    workshop: Path, edit: Edit, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    good = state(workshop / "_build" / "student")
    assert good
    change, kind, parts = FAILURES[what]
    edit(*change)
    with pytest.raises(SourcebookError) as caught:
        html(workshop)
    assert type(caught.value) is kind
    assert caught.value.exit_code == (1 if kind is BuildError else 2)
    message = str(caught.value)
    for part in parts:
        assert part in message
    assert "Traceback" not in message
    assert len(message.splitlines()) <= 3, message
    assert str(workshop) not in caught.value.message
    assert "Traceback" not in capfd.readouterr().err
    assert state(workshop / "_build" / "student") == good


@pytest.mark.parametrize("data", [None, b"", b"\x00\x01", b"A recipe for bread. " * 50])
def test_bad_text_leaves_the_last_good_output(
    workshop: Path, tmp_path: Path, data: bytes | None
) -> None:
    good = state(workshop / "_build")
    assert good
    text = tmp_path / "copy.txt"
    if data is not None:
        text.write_bytes(data)
    with pytest.raises(SourcebookError) as caught:
        html(workshop, texts=(text,))
    assert (caught.value.exit_code, caught.value.where) == (2, str(text))
    assert state(workshop / "_build") == good


def test_build_after_a_failure_is_whole(workshop: Path, edit: Edit) -> None:
    edit(f"{NOTEBOOK}.md", 'print(len(landing), "means")', 'raise ValueError("no herring")')
    with pytest.raises(BuildError):
        html(workshop)
    edit(f"{NOTEBOOK}.md", 'raise ValueError("no herring")', 'print("mended")')
    assert html(workshop) == ()
    page = workshop / "_build" / "student" / "html" / f"{NOTEBOOK}.html"
    assert "mended" in page.read_text(encoding="utf-8")


def test_virtual_environment_is_not_read(workshop: Path, read: list[str]) -> None:
    package = workshop / ".venv" / "lib" / "site-packages" / "other"
    package.mkdir(parents=True)
    (package / "README.md").write_text("# Not ours\n\n{para}`99`\n", encoding="utf-8")
    (package / "run.ipynb").write_text("{}", encoding="utf-8")
    assert html(workshop) == ()
    assert not [docname for docname in read if "venv" in docname]
    assert not list((workshop / "_build" / "student").rglob("*other*"))


CHECKS = {
    "an unknown key": (
        ("_config.yml", "only_build_toc_files", "only_built_toc_files"),
        "_config.yml:4: unknown key only_built_toc_files",
    ),
    "an unknown inner key": (
        ("_config.yml", "use_issues_button", "use_issue_button"),
        "_config.yml:18: unknown key html.use_issue_button",
    ),
    "an unknown key of a page": (
        ("book/arrival.md", "minutes:", "minuts:"),
        "book/arrival.md:5: unknown key 'minuts'",
    ),
    "a paragraph in two chapters": (
        ("book/visitors.md", "passages: 9-12", "passages: 8-12"),
        "¶8 is also in book/herring-year.md",
    ),
    "a paragraph in no chapter": (
        ("book/visitors.md", "passages: 9-12", "passages: 10-12"),
        "¶9 is in no chapter",
    ),
    "a paragraph that is not": (
        ("book/visitors.md", "T1-T4", "T1-T5"),
        "book/visitors.md:2: no source has ¶T5",
    ),
    "a table that is not": (
        (f"{NOTEBOOK}.md", "tables: [sea-temperature]", "tables: [tides]"),
        f"{NOTEBOOK}.md:4: there is no table tides",
    ),
    "a table that does not fit": (
        ("book/data/sea-temperature.csv", "1894,", "in 1894,"),
        "book/data/sea-temperature.csv:2: column year: 'in 1894' is not a number",
    ),
    "a question without its kind": (
        ("exercises/visitors.md", ":kind: comparison\n", ""),
        "exercises/visitors.md:3: ERROR: question visitors-1 has no kind",
    ),
    "a question without an id": (
        ("exercises/visitors.md", "{question} visitors-1", "{question}"),
        "exercises/visitors.md:3: ",
    ),
    "a dead link": (
        ("book/index.md", "{doc}`arrival`", "{doc}`departure`"),
        "book/index.md:3: WARNING: unknown document: 'departure'",
    ),
    "a dead link in Markdown": (
        ("book/index.md", "{doc}`arrival`", "[here](departure.md)"),
        "book/index.md:3: WARNING: ",
    ),
    "a term without an entry": (
        ("book/arrival.md", "{term}`almanac`", "{term}`annals`"),
        "book/arrival.md:48: WARNING: term not in glossary: 'annals'",
    ),
    "a work without an entry": (
        ("book/herring-year.md", "pell1896lectures", "pell1897lectures"),
        'book/herring-year.md:11: WARNING: could not find bibtex key "pell1897lectures"',
    ),
    "a term explained in a teacher's block": (
        (
            "exercises/visitors.md",
            "On the schoolmaster it does.",
            "```{glossary}\nschoolmaster\n  He.\n```",
        ),
        "exercises/visitors.md:11: WARNING: a glossary term in a teacher's block: the student",
    ),
    "a passage less than declared": (
        ("book/visitors.md", "{passage} 9-12", "{passage} 9-11"),
        "¶12 is declared but no {passage} sets it",
    ),
}  # fmt: skip


def test_check_finds_nothing(workshop: Path) -> None:
    assert check(workshop) == []


@pytest.mark.parametrize("what", CHECKS)
def test_check_finds(workshop: Path, edit: Edit, what: str) -> None:
    change, expected = CHECKS[what]
    edit(*change)
    found = check(workshop)
    assert any(expected in problem for problem in found), found
    for problem in found:
        assert str(workshop) not in problem
        assert "\n" not in problem


def test_check_finds_tables_without_records(workshop: Path) -> None:
    for name in ("lost.csv", "left.yml"):
        (workshop / "book" / "data" / name).write_text("year\n", encoding="utf-8")
    try:
        found = check(workshop)
    finally:
        for name in ("lost.csv", "left.yml"):
            (workshop / "book" / "data" / name).unlink()
    assert any("book/data/lost.yml: the table has no record" in problem for problem in found)
    assert any(
        problem.startswith("book/data/left.yml:1: a record without a table") for problem in found
    )


def test_check_finds_everything_at_once(workshop: Path, edit: Edit) -> None:
    edit("_config.yml", "use_issues_button", "use_issue_button")
    edit("book/visitors.md", "passages: 9-12", "passages: 10-12")
    edit(f"{NOTEBOOK}.md", "tables: [sea-temperature]", "tables: [tides]")
    assert len(check(workshop)) == 3


def test_check_leaves_nothing_behind(tiny: Path) -> None:
    before = state(tiny)
    check(tiny)
    assert state(tiny) == before


def jupyter_book(root: Path, *arguments: str) -> str:
    """The stock command, as people who know it call it; what it said."""
    program = Path(sys.executable).parent / "jupyter-book"
    if not program.exists():
        program = program.with_suffix(".exe")
    done = subprocess.run(
        [program, "build", ".", *arguments],
        cwd=root, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("builder", ["html", "latex"])
def test_stock_command_gives_the_student_edition(tiny: Path, builder: str) -> None:
    from conftest import CANARIES

    # Stock, a printed line may come as two outputs on a busy machine.
    notebook = tiny / f"{NOTEBOOK}.md"
    text = notebook.read_text(encoding="utf-8")
    printed = 'print(len(landing), "means")'
    assert printed in text
    notebook.write_text(text.replace(printed, "len(landing)"), encoding="utf-8")
    said = jupyter_book(tiny, *(() if builder == "html" else ("--builder", "latex")))
    assert not re.search(r"WARNING|ERROR", said)
    out = tiny / "_build" / builder
    name = "exercises/herring-year.html" if builder == "html" else "keeping-a-light.tex"
    text = (out / name).read_text(encoding="utf-8")
    assert "What did the schoolmaster hold against the keeper?" in text
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()
            assert not [word for word in CANARIES.values() if word.encode() in data], path.name
    if builder == "html":
        # Stock kernels, one after the other, and nothing taken up from earlier: the same bytes.
        build(Job(tiny, formats=("html",), quiet=True))
        theirs, ours = (
            {name: path.read_bytes() for name, path in placing._files(site)}
            for site in (out, tiny / "_build" / "student" / "html")
        )
        assert sorted(theirs) == sorted(ours)
        assert [name for name in ours if ours[name] != theirs[name]] == []


def test_package_knows_nothing_of_the_course() -> None:
    for path in sorted((ROOT / "sourcebook").rglob("*.py")):
        text = path.read_text(encoding="utf-8").lower()
        assert "trotsky" not in text, path.name


def test_older_package_leaves_nothing_stale(in_tiny: Path) -> None:
    """What another version of the package read or wrote is not used again."""
    build(Job(in_tiny, formats=("html",), quiet=True))
    cache = in_tiny / "_build" / ".cache"
    (cache / "made-by").write_text("an older package", encoding="utf-8")
    (cache / "plain" / "leftover").write_text("", encoding="utf-8")
    assert build(Job(in_tiny, formats=("html",), quiet=True)).warnings == ()
    assert not (cache / "plain" / "leftover").exists()
