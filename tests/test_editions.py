"""What only teachers see is in no byte of what students get."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CANARIES, MakeProject, copy_tiny, words_of_pdf

from sourcebook import editions
from sourcebook.builds import Job, build
from sourcebook.notebooks import write_notebooks


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes and whatever they hold packed: zip members, an inventory's lines."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    if path.name == "objects.inv":
        yield zlib.decompress(data.split(b"zlib.\n", 1)[1])


def found_in(folder: Path) -> set[str]:
    """The canaries in any file of a folder, or in a file's name; the PDF by its text."""
    everything = [words_of_pdf(folder).encode()] if list(folder.glob("*.pdf")) else []
    for path in sorted(folder.rglob("*")):
        everything.append(path.name.encode())
        if path.is_file():
            everything += contents(path)
    heard = [piece.lower() for piece in everything]
    return {
        kind for kind, word in CANARIES.items() if any(whole(word, piece) for piece in heard)
    }  # fmt: skip


def whole(word: str, piece: bytes) -> bool:
    """Whether a piece holds the word, and not only one that begins like it."""
    later = max((w for w in CANARIES.values() if w != word and w.startswith(word)), default="")
    if later:
        return bool(re.search(rf"{word}(?!{later.removeprefix(word)})".encode(), piece))
    return word.encode() in piece


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student edition from which nothing is taken out: what a broken removal would give."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editions.StudentEdition, "run", lambda self, **_: None)
        root = copy_tiny(tmp_path_factory.mktemp("leaky") / "course")
        build(Job(root, quiet=True))
    return root / "_build" / "student"


def test_student_edition_holds_none(student: Path) -> None:
    assert (student / "html" / "searchindex.js").is_file()
    assert (student / "html" / "objects.inv").is_file()
    assert found_in(student) == set()


def test_class_copy_holds_none(class_copy: Path) -> None:
    assert found_in(class_copy) == set()


def test_teacher_website_holds_all(teacher: Path) -> None:
    assert found_in(teacher / "html") == set(CANARIES)


def test_teacher_book_holds_all(teacher: Path) -> None:
    text = words_of_pdf(teacher).lower()
    assert {kind for kind, word in CANARIES.items() if word in text} == set(CANARIES)


def test_search_finds_them_where_nothing_is_removed(leaky: Path) -> None:
    assert found_in(leaky / "html") == set(CANARIES)
    text = words_of_pdf(leaky).lower()
    assert all(word in text for word in CANARIES.values())


def test_search_looks_into_packed_files(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "Plimsoldern " * 50)
    inventory = b"# Sphinx inventory version 2\n# compressed using zlib.\n"
    (tmp_path / "objects.inv").write_bytes(inventory + zlib.compress(b"vorlandrik " * 50))
    (tmp_path / "quarzimbel.txt").write_text("named so")
    assert found_in(tmp_path) == {"guidance", "teacher", "scoring"}


def test_notebooks_hold_none(tiny: Path, tmp_path: Path) -> None:
    write_notebooks(tiny, tmp_path / "notebooks")
    assert list((tmp_path / "notebooks").glob("*.ipynb"))
    assert found_in(tmp_path / "notebooks") == set()


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


# Collected while reading, so that taking out the block is not enough: each is warned of.
COLLECTED = {
    "a footnote": "Look[^t].\n\n[^t]: A note.\n",
    "a file to download": "Take {download}`the key <page.md>`.\n",
    "an index entry": "Look.\n\n```{index} key\n```\n",
    "a label": "(key)=\nLook.\n",
    "a caption": "```{code-block} python\n:caption: The key.\nkey = 1\n```\n",
    "a glossary term": "```{glossary}\nkey\n  It opens.\n```\n",
}


@pytest.mark.parametrize("kind", ["guidance", "scoring", "teacher"])
@pytest.mark.parametrize("what", COLLECTED)
def test_what_reading_collects_is_warned_of(project: MakeProject, what: str, kind: str) -> None:
    page = f"# Page\n\n::::{{{kind}}}\n{COLLECTED[what]}::::\n"
    found = [w for w in project({"page.md": page}).warnings if "student edition" in w]
    assert (
        f"page.md:3: WARNING: {what} in a teacher's block shows in the student edition"
        in (found[0])
    )


def test_the_same_outside_a_teachers_block_is_fine(project: MakeProject) -> None:
    page = "# Page\n\n" + "\n".join(COLLECTED.values())
    assert not [w for w in project({"page.md": page}).warnings if "student edition" in w]


def test_plain_teachers_block_is_fine(project: MakeProject) -> None:
    text = "Some *words*, a `code`, a {term}`current <x>` and\n\n- a list\n- of two\n"
    page = f"# Page\n\n:::{{teacher}}\n{text}:::\n"
    assert not [w for w in project({"page.md": page}).warnings if "student edition" in w]
