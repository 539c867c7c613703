"""What only teachers see is in no byte of what students get."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import CANARIES, NOWHERE, ON_PAGES, MakeProject, copy_tiny, words_of_pdf

from sourcebook import editions, notebooks, purging
from sourcebook.builds import Job, build
from sourcebook.leaks import pieces
from sourcebook.notebooks import write_notebooks

HIDDEN = CANARIES | ON_PAGES | NOWHERE


def found_in(folder: Path) -> set[str]:
    """The canaries in any file of a folder, or in a file's name."""
    found: set[str] = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            for _, data in pieces(name, path.read_bytes()):
                found |= canaries(data.decode("utf-8", errors="replace").lower())
    return found


def canaries(text: str) -> set[str]:
    """Those in a text, whose lines may break words; not one that another begins with."""
    found = set()
    for piece in (text, re.sub(r"[\s\u00ad\u2010-]+", "", text)):
        for kind, word in HIDDEN.items():
            if word in piece:
                longer = [w for w in HIDDEN.values() if w != word and w.startswith(word)]
                if piece.count(word) > sum(piece.count(w) for w in longer):
                    found.add(kind)
    return found


def test_student_edition_holds_none(student: Path) -> None:
    assert (student / "html" / "_static" / "search-index.js").is_file()
    assert (student / "html" / "objects.inv").is_file()
    assert list(student.glob("*.pdf"))
    assert list(student.glob("*.epub"))
    assert found_in(student) == set()


def test_class_copy_holds_none(class_copy: Path) -> None:
    assert found_in(class_copy) == set()


def test_teacher_website_holds_all(teacher: Path) -> None:
    assert found_in(teacher / "html") == set(CANARIES | ON_PAGES)


def test_teacher_book_holds_all(teacher: Path) -> None:
    text = words_of_pdf(teacher).lower()
    assert {kind for kind, word in CANARIES.items() if word in text} == set(CANARIES)


def test_teacher_ebook_holds_all(teacher: Path, tmp_path: Path) -> None:
    shutil.copy(teacher / "keeping-a-light.epub", tmp_path)
    files_to_download = {"name of a file", "words of a file"}
    assert found_in(tmp_path) == set(CANARIES | ON_PAGES) - files_to_download


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny course whose pages have been read."""
    root = copy_tiny(tmp_path_factory.mktemp("leaky") / "course")
    build(Job(root, quiet=True))
    return root


def written_again(root: Path) -> Path:
    """The student edition of a course, every page of it written anew."""
    shutil.rmtree(root / "_build" / ".cache" / "plain" / "student")
    build(Job(root, quiet=True))
    return root / "_build" / "student"


def nothing(*_: object, **__: object) -> None:
    """In place of what hides something."""


BLOCKS = set(CANARIES | ON_PAGES)
BLOCKS -= {"lesson plan", "title of a lesson plan", "work cited only there"}
BLOCKS -= {"author cited only there", "words of a file"}
# One way of hiding switched off: what shows then.
SWITCHED_OFF = {
    "blocks are taken out": (editions.StudentEdition, "run", nothing, BLOCKS),
    "their notes are": (editions.StudentEdition, "_drop_footnotes", nothing, {"footnote"}),
    "their index entries are": (purging, "_purge_index", nothing, {"index entry"}),
    "their works are": (
        purging, "_purge_citations", lambda *_: False,
        {"work cited only there", "author cited only there"},
    ),
    "their files are": (
        purging, "_purge_file", nothing, {"name of a file", "words of a file"},
    ),
    "pages are left out": (
        editions, "teacher_pages", lambda _: [], {"lesson plan", "title of a lesson plan"},
    ),
    "sources are kept": (
        editions, "keep_sources", lambda _, config: setattr(config, "html_copy_source", True),
        {"guidance", "scoring", "sample answer", "teacher", "solution cell", "footnote"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", SWITCHED_OFF)
def test_each_way_of_hiding_is_needed(
    course: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, instead, shown = SWITCHED_OFF[way]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, instead)
        if way == "their files are":  # What no page links to is removed once more at the end.
            patch.setattr("sourcebook.leftovers.remove_leftovers", nothing)
        leaked = found_in(written_again(course))
    assert shown <= leaked
    assert way == "sources are kept" or leaked == shown


def test_names_are_purged(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels and terms are warned of; where nobody listens they are in no inventory."""
    page = (
        "# Page\n\n::::{teacher}\n(mistelgrav)=\nLook.\n\n"
        "```{glossary}\nlurkenfeld\n  It opens.\n```\n::::\n"
    )
    for purged in (True, False):
        if not purged:
            monkeypatch.setattr(purging, "_purge_names", nothing)
            monkeypatch.setattr(purging, "_purge_index", nothing)
        out = Path(project({"page.md": page}, builder="html").app.outdir)
        for word in ("mistelgrav", "lurkenfeld"):
            hits = [
                path.name
                for path in sorted(out.rglob("*"))
                if path.is_file()
                and any(word.encode() in data for _, data in pieces(path.name, path.read_bytes()))
            ]
            assert ("objects.inv" in hits) is not purged, word
            assert not (purged and hits), word


def test_what_became_the_teachers_is_not_left_over(tiny: Path) -> None:
    plans, arrival = tiny / "book" / "plans.md", tiny / "book" / "arrival.md"
    secret = {path: path.read_text(encoding="utf-8") for path in (plans, arrival)}
    plans.write_text(secret[plans].replace("edition: teacher", "minutes: {}"), encoding="utf-8")
    open_to_all = secret[arrival].replace(":::{teacher}", ":::{note}")
    arrival.write_text(open_to_all, encoding="utf-8")
    build(Job(tiny, quiet=True, formats=("html",)))
    shown = {"lesson plan", "name of a file", "words of a file", "words in a picture"}
    assert shown <= found_in(tiny / "_build" / "student")
    for path, text in secret.items():
        path.write_text(text, encoding="utf-8")
    build(Job(tiny, quiet=True, formats=("html",)))
    assert found_in(tiny / "_build" / "student") == set()


def test_footnotes_are_numbered_without_gaps(student: Path, teacher: Path) -> None:
    for folder, count in ((student, 2), (teacher, 3)):
        page = (folder / "html" / "book" / "arrival.html").read_text(encoding="utf-8")
        numbers = re.findall(r'class="footnote-reference[^>]*>.*?(\d+)', page)
        assert numbers == [str(n + 1) for n in range(count)]
        assert len(re.findall(r'<aside class="footnote[ "]', page)) == count


def test_notebooks_hold_none(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_notebooks(tiny, tmp_path / "notebooks")
    assert list((tmp_path / "notebooks").glob("*.ipynb"))
    assert found_in(tmp_path / "notebooks") == set()
    monkeypatch.setattr(notebooks, "TEACHER_CELLS", frozenset())
    write_notebooks(tiny, tmp_path / "notebooks")
    assert found_in(tmp_path / "notebooks") == {"solution cell", "teacher cell"}


def test_teacher_edition_says_so_and_is_not_indexed(teacher: Path, student: Path) -> None:
    for folder, expected in ((teacher, True), (student, False)):
        page = (folder / "html" / "book" / "arrival.html").read_text(encoding="utf-8")
        assert ('<p class="edition-line">Teacher edition</p>' in page) is expected
        assert ('<meta name="robots" content="noindex">' in page) is expected


def test_no_source_of_a_page_goes_out(student: Path, teacher: Path) -> None:
    for folder in (student, teacher):
        assert not (folder / "html" / "_sources").exists()
        names = {path.suffix for path in folder.rglob("*")}
        assert not names & {".md", ".ipynb", ".doctree", ".pickle", ".yml"}


# Counted and linked to by students' pages: each is warned of.
COLLECTED = {
    "a label": "(key)=\nLook.\n",
    "a caption": "```{code-block} python\n:caption: The key.\nkey = 1\n```\n",
    "a glossary term": "```{glossary}\nkey\n  It opens.\n```\n",
}


@pytest.mark.parametrize("kind", ["guidance", "scoring", "teacher"])
@pytest.mark.parametrize("what", COLLECTED)
def test_what_reading_collects_is_warned_of(project: MakeProject, what: str, kind: str) -> None:
    page = f"# Page\n\n::::{{{kind}}}\n{COLLECTED[what]}::::\n"
    found = [w for w in project({"page.md": page}).warnings if "the student edition" in w]
    assert (
        f"page.md:3: WARNING: {what} in a teacher's block: the student edition does without it"
        in (found[0])
    )


def test_the_same_outside_a_teachers_block_is_fine(project: MakeProject) -> None:
    page = "# Page\n\n" + "\n".join(COLLECTED.values())
    assert not [w for w in project({"page.md": page}).warnings if "the student edition" in w]


def test_plain_teachers_block_is_fine(project: MakeProject) -> None:
    text = "Some *words*, a `code`, a {term}`current <x>` and\n\n- a list\n- of two\n"
    page = f"# Page\n\n:::{{teacher}}\n{text}:::\n"
    assert not [w for w in project({"page.md": page}).warnings if "the student edition" in w]
