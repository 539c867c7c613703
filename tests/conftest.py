"""What the tests share: the made-up texts, the tiny course and its builds, tiny Sphinx projects.

Builds are dear, so the tiny course is built once a session in each form it can have.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from sourcebook.builds import Built, Job, build
from sourcebook.kernels import CAN_FORK, NURSERY, Nursery
from sourcebook.texts import TextMap, read_maps

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
TINY = CASES / "tiny-course"
SAMPLE = CASES / "sample-text.txt"
LETTER = CASES / "sample-letter.txt"
REAL_TEXT = ROOT.parent / "shared" / "sources" / "hallas-trotsky.txt"

CANARIES = {
    "guidance": "plimsoldern",
    "sample answer": "umbrelkite",
    "scoring": "quarzimbel",
    "teacher": "vorlandrik",
    "solution cell": "brindlewax",
    "output of a solution cell": "brindlewaxed",
    "teacher cell": "ochterfen",
    "output of a teacher cell": "ochterfenland",
    "lesson plan": "gallenstrup",
    "title of a lesson plan": "wendelbrot",
    "footnote": "skarnbolt",
    "work cited only there": "ospendale",
    "author cited only there": "yarrowkin",
    "index entry": "tolverdine",
    "table": "jasperwend",
}
"""A word in every kind of block of the tiny course that only teachers may see."""

ON_PAGES = {
    "alternative text": "kelmorvan",
    "name of a picture": "drelfang",
    "words in a picture": "vintrelko",
    "title of a picture": "brolmquist",
    "name of a file": "hosmardel",
    "words of a file": "crandwyle",
}
"""More of them, which the teacher's website holds and the book does not print."""

NOWHERE = {"front matter": "fyrdamsel"}
"""More of them, which no edition prints."""


def copy_tiny(folder: Path) -> Path:
    """A tiny course of one's own, as a fresh clone has it."""
    ignore = shutil.ignore_patterns("_build", "jupyter_execute", "*.txt")
    return Path(shutil.copytree(TINY, folder, ignore=ignore))


@pytest.fixture(scope="session", autouse=True)
def shared_nursery() -> Iterator[None]:
    """The process that kernels are forked from, once for all builds of the session.

    It needs a second to get ready, and has nothing of any build: no drawings are kept.
    """
    if CAN_FORK:
        NURSERY.start()
    with patch.object(NURSERY, "stop"):
        yield
    NURSERY.stop()


@pytest.fixture
def own_nursery() -> Iterator[None]:
    """For each build its own again, for a test of just that."""
    Nursery.stop(NURSERY)
    with patch.object(NURSERY, "stop", partial(Nursery.stop, NURSERY)):
        yield


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tiny course that a test may change."""
    return copy_tiny(tmp_path / "course")


@pytest.fixture
def in_tiny(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny course to change, as the working folder."""
    monkeypatch.chdir(tiny)
    return tiny


@pytest.fixture(scope="session")
def sample_maps() -> list[TextMap]:
    """The maps of the two made-up texts."""
    return read_maps(TINY / "book" / "source")


@pytest.fixture(scope="session")
def real_text() -> Path:
    """The article the course is about: never in the repository, beside it where we work."""
    if not REAL_TEXT.is_file():
        pytest.skip("needs the source text at ../shared/sources/hallas-trotsky.txt")
    return REAL_TEXT


@dataclass(frozen=True)
class House:
    """A tiny course with the builds that were made in it."""

    root: Path
    built: dict[str, Built]

    def folder(self, name: str) -> Path:
        """The finished output of a build."""
        return self.root / "_build" / name


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The tiny course that the session's builds share."""
    return House(copy_tiny(tmp_path_factory.mktemp("house") / "course"), {})


def _build_once(house: House, name: str, **options: object) -> Path:
    if name not in house.built:
        built = build(Job(house.root, quiet=True, **options))  # type: ignore[arg-type]
        assert built.warnings == ()
        house.built[name] = built
    return house.folder(name)


@pytest.fixture(scope="session")
def student(house: House) -> Path:
    """The student edition without the text: ``html/`` and the PDF."""
    return _build_once(house, "student")


@pytest.fixture(scope="session")
def teacher(house: House) -> Path:
    """The teacher edition without the text."""
    return _build_once(house, "teacher", edition="teacher")


@pytest.fixture(scope="session")
def class_copy(house: House) -> Path:
    """The student edition with both texts."""
    return _build_once(house, "student-class-copy", texts=(SAMPLE, LETTER))


def words_of_pdf(folder: Path) -> str:
    """The text of the one PDF in a folder, without spaces and hyphens (lines may break words)."""
    from pypdf import PdfReader

    (path,) = folder.glob("*.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


@dataclass
class Project:
    """A built Sphinx project: its environment, what it warned of, its pages."""

    app: Sphinx
    warnings: list[str]
    unset: str
    """What is said of paragraphs that no page sets: true of nearly every small project."""

    def doctree(self, docname: str = "index") -> nodes.document:
        """A page as it was read."""
        return self.app.env.get_doctree(docname)

    def resolved(self, docname: str = "index") -> nodes.document:
        """A page as it is written."""
        return self.app.env.get_and_resolve_doctree(docname, self.app.builder)


MakeProject = Callable[..., Project]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[MakeProject]:
    """Builds a folder of Markdown files with plain Sphinx and our extension: no Jupyter Book.

    Keys are paths, ``index`` is made from the other pages where it is not given. The maps and
    tables of the tiny course are there, or those of another ``course``.
    """
    with patch_docutils(), docutils_namespace():
        yield lambda pages, **options: _project(tmp_path, pages, **options)


def _project(
    folder: Path,
    pages: dict[str, str],
    *,
    builder: str = "dummy",
    tags: Sequence[str] = (),
    course: Path = TINY,
) -> Project:
    source = folder / "project"
    for name in ("book/source", "book/data"):
        ignore = shutil.ignore_patterns("*.txt")
        shutil.copytree(course / name, source / name, dirs_exist_ok=True, ignore=ignore)
    if "index.md" not in pages and "_toc.yml" not in pages:
        names = "\n".join(name.removesuffix(".md") for name in pages)
        pages = {"index.md": f"# Index\n\n```{{toctree}}\n{names}\n```\n", **pages}
    for name, text in pages.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    heard = io.StringIO()
    config = {
        "extensions": ["myst_nb", "sourcebook"],
        "exclude_patterns": ["book/source", "book/data"],
        "myst_enable_extensions": ["colon_fence"],
        "nb_execution_mode": "off",
    }
    app = Sphinx(
        source, None, folder / "out", folder / "doctrees", builder, config,
        status=None, warning=heard, tags=list(tags), freshenv=True,
    )  # fmt: skip
    app.build()
    said = re.sub(r"\x1b\[[0-9;]*m", "", heard.getvalue()).replace(f"{source}/", "")
    warnings = [line for line in said.splitlines() if line.strip()]
    unset = " ".join(line for line in warnings if "add a {passage}" in line)
    return Project(app, [line for line in warnings if "add a {passage}" not in line], unset)


def expected_in(path: Path) -> list[str]:
    """What a case's message must hold: its line ``# expects: one part|another``."""
    (line,) = re.findall(r"^# expects: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return str(line).split("|")
