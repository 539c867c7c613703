"""Answers outside the repository: moved out and back, merged from a school's own folder."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import CASES, ROOT, MakeProject, copy_tiny, words_of_pdf
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from test_editions import HIDDEN, found_in

from sourcebook import editions
from sourcebook.builds import Job, build
from sourcebook.cli import main
from sourcebook.errors import SourcebookError
from sourcebook.exercises import WITHOUT_SOLUTIONS
from sourcebook.leaks import pieces, secrets_of
from sourcebook.overlay.course import merge
from sourcebook.overlay.detaching import attach, detach
from sourcebook.overlay.staging import files_of

Said = pytest.CaptureFixture[str]
OWN = CASES / "own-overlay"
SCHOOLS = {
    "note in a chapter": "melkhurst",
    "footnote": "tarnbrook",
    "guidance": "wispelgard",
    "sample answer": "brackenfold",
    "guidance of an own question": "hollinquist",
    "page": "galwender",
    "date": "dornwick",
    "output of a cell": "fernwhistled",
}
"""A word in every kind of thing that a school's overlay holds for teachers."""


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "_build" not in path.relative_to(root).parts
    }


def copy_real(folder: Path) -> Path:
    """The course itself, without what only the package and its tests need."""
    for name in files_of(ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


# ---- out and back


@pytest.mark.parametrize("course", ["tiny", "real"])
def test_what_was_detached_comes_back_byte_by_byte(course: str, tmp_path: Path) -> None:
    root = (copy_tiny if course == "tiny" else copy_real)(tmp_path / "course")
    before = contents(root)
    assert secrets_of(root)[0]
    detach(root, tmp_path / "answers")
    kept = contents(tmp_path / "answers")
    assert secrets_of(root) == ({}, 0)
    assert attach(root, tmp_path / "answers")
    assert contents(root) == before
    detach(root, tmp_path / "answers")
    assert contents(tmp_path / "answers") == kept, "the same again, over what is there"


def test_no_canary_is_left_in_the_tree(tiny: Path, tmp_path: Path) -> None:
    made = {kind for kind in HIDDEN if kind.startswith("output")}  # by cells when they run
    assert found_in(tiny) == set(HIDDEN) - made
    detach(tiny, tmp_path / "answers")
    assert found_in(tiny) == set()
    assert found_in(tmp_path / "answers") == set(HIDDEN) - made
    assert "canary" not in "".join(map(str, contents(tiny).values()))


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public copy of the tiny course, its answers beside it."""
    root = copy_tiny(tmp_path_factory.mktemp("fork") / "course")
    detach(root, root.parent / "answers")
    return root


def test_students_get_the_same_pages_from_a_fork_without_answers(fork: Path, student: Path) -> None:
    assert build(Job(fork, quiet=True)).warnings == ()
    made = contents(fork / "_build" / "student")
    assert made == contents(student)


def test_teachers_get_the_same_pages_with_the_answers_beside_it(fork: Path, teacher: Path) -> None:
    built = build(Job(fork, "teacher", quiet=True, overlays=[fork.parent / "answers"]))
    assert built.warnings == ()
    assert contents(fork / "_build" / "teacher") == contents(teacher)
    assert found_in(fork / "book") | found_in(fork / "exercises") == set()


EXERCISE = """
```{code-cell} python3
:tags: [exercise]
fall = ...
```

```{code-cell} python3
:tags: [solution]
fall = 1.0
```

```{code-cell} python3
:tags: [check, remove-output]
from sourcebook.exercises import check
check("fall", fall, "0d2e1c77b9a4", hint="Read the first and the last point.")
```
"""


def test_exercises_without_their_solutions_are_built(tiny: Path, tmp_path: Path) -> None:
    from sourcebook.exercises import digest

    page = tiny / "exercises" / "herring-year-notebook.md"
    text = page.read_text(encoding="utf-8") + EXERCISE.replace("0d2e1c77b9a4", digest(1.0))
    page.write_text(text, encoding="utf-8")
    detach(tiny, tmp_path / "answers")
    assert "fall = 1.0" not in page.read_text(encoding="utf-8")
    assert build(Job(tiny, quiet=True, formats=("html",))).warnings == ()
    assert WITHOUT_SOLUTIONS not in os.environ


def test_page_with_solutions_is_checked_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """One solution that was forgotten is no page whose solutions have been moved out."""
    monkeypatch.setenv(WITHOUT_SOLUTIONS, "1")
    editions.look_for_solutions(None, "page", [EXERCISE])  # type: ignore[arg-type]
    assert WITHOUT_SOLUTIONS not in os.environ


def test_detached_guidance_can_be_edited_and_pages_around_it(tiny: Path, tmp_path: Path) -> None:
    detach(tiny, tmp_path / "answers")
    for path, old, new in (
        (tmp_path / "answers" / "exercises" / "herring-year.md", "the bell.\nThe", "it.\nThe"),
        (tiny / "exercises" / "herring-year.md", "What did the", "A new line.\nWhat did the"),
        (tiny / "book" / "arrival.md", "# The Arrival", "# The Arrival\n\nA new paragraph."),
    ):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    attach(tiny, tmp_path / "answers")
    question = (tiny / "exercises" / "herring-year.md").read_text(encoding="utf-8")
    assert re.search(r"A new line\.\nWhat did .*\n\n:::\{guidance\}\n.* it\.\nThe canary", question)
    chapter = (tiny / "book" / "arrival.md").read_text(encoding="utf-8")
    assert "fifth column.\n\n:::{teacher}\nA note" in chapter


def test_tables_of_the_course_stay(tiny: Path, tmp_path: Path) -> None:
    """A lesson plan may name one; the cells that read it do so without its ending."""
    page = tiny / "book" / "plans.md"
    page.write_text(page.read_text("utf-8") + "\nSee data/sea-temperature.csv.\n", "utf-8")
    detach(tiny, tmp_path / "answers")
    assert (tiny / "book" / "data" / "sea-temperature.csv").is_file()
    assert not (tiny / "book" / "hosmardel.csv").exists()


SHAPES = {
    "windows line ends": "# P\r\n\r\nWords.\r\n\r\n:::{teacher}\r\nNo.\r\n:::\r\n\r\nMore.\r\n",
    "no blank line above": "# P\n\nWords.\n:::{teacher}\nNo.\n:::\n\nMore.\n",
    "no blank line below": "# P\n\nWords.\n\n:::{teacher}\nNo.\n:::\nMore.\n",
    "inside another block": "# P\n\n::::{note}\nWords.\n\n:::{teacher}\nNo.\n:::\n\nMore.\n::::\n",
    "after the same words": "# P\n\nWords.\n\n:::{teacher}\nNo.\n:::\n\nWords.\n\nMore.\n\n"
    ":::{teacher}\nNor.\n:::\n",
    "in the middle of a question": "# P\n\n:::::{question} q-1\nWhat?\n\n:::{guidance}\nNo.\n:::\n"
    "\nWhy?\n\n:::{sample}\nNor.\n:::\n:::::\n",
    "a longer fence in it": "# P\n\nWords.\n\n::::::{teacher}\n:::::{note}\nNo.\n:::::\n::::::\n",
    "code that looks like a block": "# P\n\n```\n:::{teacher}\n```\n\n:::{teacher}\nNo.\n:::\n",
    "a footnote of several paragraphs": "# P\n\nSeen[^a].\n\n:::{teacher}\nNo[^b].\n:::\n\n"
    "[^a]: All.\n[^b]: No.\n\n    Nor[^c].\n\n[^c]: Nor.\n",
    "nothing else": "# P\n\n:::{teacher}\nNo.\n:::\n",
}


def course_of(folder: Path, page: str) -> Path:
    """A course of one page."""
    (folder / "book").mkdir(parents=True)
    (folder / "_toc.yml").write_text("root: book/index\n", encoding="utf-8")
    (folder / "_config.yml").write_text("title: One page\n", encoding="utf-8")
    (folder / "book" / "index.md").write_bytes(page.encode())
    return folder


@pytest.mark.parametrize("shape", SHAPES)
def test_pages_of_every_shape_come_back(shape: str, tmp_path: Path) -> None:
    root = course_of(tmp_path / "course", SHAPES[shape])
    detach(root, tmp_path / "answers")
    assert not re.search(rb"\bNo", (root / "book" / "index.md").read_bytes())
    attach(root, tmp_path / "answers")
    assert (root / "book" / "index.md").read_bytes() == SHAPES[shape].encode()


LINES = [
    "\n", "Words of a page.\n", "Other words[^s].\n", "## Head\n", "- item\n", ":::{note}\n",
    ":::\n",
    "::::{question} q-1\n", "::::\n", ":::{teacher}\nNo[^t].\n:::\n", ":::{guidance}\nNo.\n:::\n",
    "```{code-cell} python3\n:tags: [solution]\n1\n```\n", "```{code-cell} python3\nx = ...\n```\n",
    "[^t]: No.\n", "[^s]: Yes.\n", "```\n:::{teacher}\n```\n",
]  # fmt: skip


@limits(max_examples=60, deadline=None)
@given(lines=st.lists(st.sampled_from(LINES), max_size=20), end=st.sampled_from(["", "End"]))
def test_any_page_comes_back_or_stays(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    page = f"# Page\n{''.join(lines)}{end}"
    root = course_of(folder / "course", page)
    before = contents(root)
    try:
        detach(root, folder / "answers")
    except SourcebookError as error:
        assert contents(root) == before
        assert not (folder / "answers").exists()
        assert str(folder) not in str(error)
    else:
        assert secrets_of(root) == ({}, 0)
        attach(root, folder / "answers")
        assert contents(root) == before


TOCS = {
    "a part of its own": "root: book/index\nparts:\n  - caption: A\n    chapters:\n"
    "      - file: book/a\n  - caption: T\n    chapters:\n      - file: book/t\n"
    "      - file: book/u\n",
    "the first of a part": "root: book/index\nparts:\n  - caption: A\n    chapters:\n"
    "      - file: book/t\n      - file: book/a\n",
    "the only section": "root: book/index\nchapters:\n  - file: book/a\n    sections:\n"
    "      - file: book/t\n  - file: book/b # a word\n",
    "with a title": "root: book/index\nchapters:\n  - file: book/t\n    title: Plans\n"
    "  - file: book/a\n",
}


@pytest.mark.parametrize("toc", TOCS)
def test_orders_of_every_shape_come_back(toc: str, tmp_path: Path) -> None:
    root = course_of(tmp_path / "course", "# Index\n")
    (root / "_toc.yml").write_text(TOCS[toc], encoding="utf-8")
    for stem in "abtu":
        front = "---\nedition: teacher\n---\n" if stem in "tu" else ""
        (root / "book" / f"{stem}.md").write_text(f"{front}# {stem}\n", encoding="utf-8")
    before = contents(root)
    detach(root, tmp_path / "answers")
    left = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    assert "book/t" not in str(left)
    assert "None" not in str(left)
    attach(root, tmp_path / "answers")
    assert {name for name in before if contents(root).get(name) != before[name]} <= {"book/u.md"}


# ---- what is refused, and leaves everything as it was


def detached(root: Path, folder: Path) -> Path:
    """A course's answers in a folder of their own."""
    detach(root, folder)
    return folder


def test_folder_inside_the_repository_is_refused(in_tiny: Path, capsys: Said) -> None:
    before = contents(in_tiny)
    assert main(["answers", "detach", "answers"]) == 2
    assert "answers: this folder is inside the repository\n  → name" in capsys.readouterr().err
    # A course in a folder of its repository.
    (in_tiny.parent / ".git").mkdir()
    assert main(["answers", "detach", "../answers"]) == 2
    assert contents(in_tiny) == before
    assert not (in_tiny.parent / "answers").exists()


def test_other_files_are_not_overwritten(in_tiny: Path, capsys: Said, tmp_path: Path) -> None:
    other = tmp_path / "answers" / "exercises" / "herring-year.md"
    other.parent.mkdir(parents=True)
    other.write_text("Mine.\n", encoding="utf-8")
    before = contents(in_tiny)
    assert main(["answers", "detach", "../answers"]) == 2
    assert "herring-year.md: there is another file at this place" in capsys.readouterr().err
    assert contents(in_tiny) == before
    assert contents(tmp_path / "answers") == {"exercises/herring-year.md": b"Mine.\n"}


def test_nothing_is_attached_over_what_stands_there(
    in_tiny: Path, capsys: Said, tmp_path: Path
) -> None:
    folder = detached(in_tiny, tmp_path / "answers")
    page = in_tiny / "exercises" / "herring-year.md"
    text = page.read_text(encoding="utf-8")
    again = text.replace("keeper?\n", "keeper?\n\n:::{guidance}\nAnother.\n:::\n", 1)
    for path, data, said in (
        (page, again, "herring-year.md:2: herring-1 has {guidance} twice"),
        (
            in_tiny / "book" / "plans.md",
            "# Other\n",
            "plans.md: book/plans.md stands in the course",
        ),
        (in_tiny / "book" / "hosmardel.csv", "a\n", "hosmardel.csv stands in the course already"),
    ):
        had = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text(data, encoding="utf-8")
        before = contents(in_tiny)
        assert main(["answers", "attach", str(folder)]) == 2
        assert said in capsys.readouterr().err
        assert contents(in_tiny) == before
        path.unlink()
        if had is not None:
            path.write_text(had, encoding="utf-8")
    assert main(["answers", "attach", str(folder)]) == 0
    assert main(["answers", "attach", str(folder)]) == 2, "twice"


def test_schools_own_overlay_is_not_attached(in_tiny: Path, capsys: Said) -> None:
    assert main(["answers", "attach", str(OWN)]) == 2
    assert "nothing was detached into this folder" in capsys.readouterr().err


def test_nothing_to_detach(in_tiny: Path, capsys: Said, tmp_path: Path) -> None:
    detach(in_tiny, tmp_path / "answers")
    assert main(["answers", "detach", "../more"]) == 2
    assert "there is nothing to detach" in capsys.readouterr().err


@pytest.mark.parametrize("way", ["detach", "attach"])
@pytest.mark.parametrize("stop", [1, 4, 8])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_half_a_move_is_none(
    in_tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said,
    way: str, stop: int, error: BaseException,
) -> None:  # fmt: skip
    folder = tmp_path / "answers"
    if way == "attach":
        detach(in_tiny, folder)
    before = contents(in_tiny.parent)
    count, replace = [0], Path.replace

    def full(path: Path, target: Path) -> Path:
        count[0] += 1
        if count[0] == stop:
            raise error
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        code = main(["answers", way, str(folder)])
    assert code == (2 if isinstance(error, OSError) else 130)
    assert contents(in_tiny.parent) == before
    assert folder.exists() is (way == "attach")
    if code == 2:
        said = capsys.readouterr().err
        assert "not moved: No space left on device\n  → everything is as it was" in said
    assert main(["answers", way, str(folder)]) == 0


def test_command_says_what_else_holds_answers(in_tiny: Path, capsys: Said) -> None:
    (in_tiny / "_build" / "teacher").mkdir(parents=True)
    (in_tiny / "_build" / ".cache" / "plain").mkdir(parents=True)
    assert main(["answers", "detach", "../answers"]) == 0
    said = capsys.readouterr().out
    assert "into ../answers; no answer is left in the tree" in said
    assert "What git has committed still holds them" in said
    assert "_build/teacher was built with them" in said
    assert not (in_tiny / "_build" / ".cache").exists()


# ---- a school's own


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course, built with a school's overlay for teachers and for students."""
    root = copy_tiny(tmp_path_factory.mktemp("school") / "course")
    for edition in ("teacher", "student"):
        assert build(Job(root, edition, quiet=True, overlays=[OWN])).warnings == ()
    return root


def words_in(folder: Path, words: dict[str, str]) -> set[str]:
    """Those that are in any byte of a folder."""
    text = " ".join(
        data.decode("utf-8", errors="replace").lower()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for _, data in pieces(path.name, path.read_bytes())
    )
    joined = text + re.sub(r"[\s\u00ad\u2010-]+", "", text)
    return {kind for kind, word in words.items() if word in joined}


def test_teachers_see_what_the_school_has_added(school: Path) -> None:
    folder = school / "_build" / "teacher"
    assert words_in(folder / "html", SCHOOLS) == set(SCHOOLS)
    book = words_of_pdf(folder).lower()
    assert {kind for kind, word in SCHOOLS.items() if word in book} == set(SCHOOLS)


def test_schools_guidance_stands_after_the_courses_under_its_name(school: Path) -> None:
    page = (school / "_build" / "teacher" / "html" / "exercises" / "visitors.html").read_text()
    titles = re.findall(r'<p class="admonition-title">([^<]+)</p>', page)
    assert titles == [
        "Guidance", "Rubric", "Guidance, from Saltmere School",
        "Sample answer, from Saltmere School", "Guidance, from Saltmere School",
    ]  # fmt: skip
    assert page.index("On the schoolmaster it does.") < page.index("wispelgard")


def test_dates_stand_under_the_timetable_in_their_order(school: Path) -> None:
    page = (school / "_build" / "teacher" / "html" / "book" / "index.html").read_text()
    assert "For the teacher, from Saltmere School" in page
    rows = ["September 14, 2026", "September 21, 2026", "dornwick | and a bar", "October 2, 2026"]
    places = [page.index(row) for row in rows]
    assert places == sorted(places)


def test_students_get_the_schools_questions_and_nothing_else(
    school: Path, student: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    folder = school / "_build" / "student"
    page = (folder / "html" / "exercises" / "visitors.html").read_text(encoding="utf-8")
    assert "Which of the visitors would keep a blog today?" in page
    assert words_in(folder, SCHOOLS | HIDDEN) == set()
    assert "Saltmere School" not in page
    changed = {
        name for name, data in contents(folder).items() if contents(student).get(name) != data
    }
    assert {name for name in changed if name.endswith(".html")} == {"html/exercises/visitors.html"}
    monkeypatch.chdir(school)
    assert main(["check", "--leaks", "_build/student", "--overlay", str(OWN)]) == 0
    assert main(["check", "--leaks", "_build/teacher", "--overlay", str(OWN)]) == 2
    said = capsys.readouterr().out
    found = set(re.findall(rf"holds words of {OWN}/(\S+):", said))
    for place in ("exercises/visitors.md:2", "book/arrival.md:3", "book/arrival.md:12"):
        assert place in found
    assert main(["check", "--leaks", "_build/teacher"]) == 2
    assert "wispelgard" not in capsys.readouterr().out, "without it, its words are not known"


def test_leak_of_a_schools_answers_is_caught(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: blocks are left in."""
    root = school.parent / "leaky"
    shutil.copytree(school, root, ignore=shutil.ignore_patterns("_build"))
    with monkeypatch.context() as patch:
        patch.setattr(editions.StudentEdition, "run", lambda *_: None)
        build(Job(root, quiet=True, formats=("html",), overlays=[OWN]))
    leaked = words_in(root / "_build" / "student", SCHOOLS)
    assert leaked == set(SCHOOLS) - {"page"}
    monkeypatch.chdir(root)
    assert main(["check", "--leaks", "_build/student", "--overlay", str(OWN)]) == 2


def test_builds_with_and_without_it_do_not_mix(school: Path, student: Path, tmp_path: Path) -> None:
    before = contents(school)
    assert before == contents(copy_tiny(tmp_path / "fresh")), "nothing was copied into the tree"
    build(Job(school, quiet=True))
    assert contents(school / "_build" / "student") == contents(student)


def test_changed_overlay_is_read_again(tiny: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(OWN, own)
    page = tiny / "_build" / "teacher" / "html" / "exercises" / "visitors.html"
    for word in ("wispelgard", "otherword"):
        path = own / "exercises" / "visitors.md"
        text = path.read_text(encoding="utf-8").replace("wispelgard", word)
        path.write_text(text, encoding="utf-8")
        (own / "exercises" / "herring-year-notebook.md").unlink(missing_ok=True)
        build(Job(tiny, "teacher", quiet=True, formats=("html",), overlays=[own]))
        assert word in page.read_text(encoding="utf-8")
    assert "wispelgard" not in page.read_text(encoding="utf-8")


def test_school_adds_to_a_fork_without_answers(fork: Path) -> None:
    """Two overlays: the course's own answers first."""
    course = merge(fork, [fork.parent / "answers", OWN])
    text = "".join(line.text for line in course.lines("exercises/visitors.md"))
    assert text.index("On the schoolmaster it does.") < text.index("wispelgard")
    assert ":::{guidance}\nOn the" in text
    assert ":::{guidance} Saltmere School\nOur classes" in text


def test_warning_names_the_overlays_line(tiny: Path, tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "own" / "exercises").mkdir(parents=True)
    path = tmp_path / "own" / "exercises" / "visitors.md"
    path.write_text(
        ":::::{for-question} visitors-1\n:::{guidance}\nSee {term}`annals`.\n:::\n:::::\n", "utf-8"
    )
    page = tiny / "exercises" / "visitors.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nA {term}`chronicle`.\n", "utf-8")
    built = build(Job(tiny, "teacher", quiet=True, formats=("html",), overlays=[tmp_path / "own"]))
    assert [warning.partition(" WARNING")[0] for warning in built.warnings] == [
        f"{path}:3:", "exercises/visitors.md:19:"
    ]  # fmt: skip


# ---- what can be wrong with an overlay

ANSWER = ":::::{for-question} visitors-1\n:::{guidance}\nSo.\n:::\n:::::\n"
ASKED = "::::{question} visitors-1\n:kind: recall\n\nWhat?\n::::\n"
ENTRY = "# after: file: book/plans\n      - file: book/rules\n"
BAD = {
    "a question that is not": (
        {"exercises/visitors.md": "\n::::{for-question} visitor-1\n::::\n"},
        "exercises/visitors.md:2: there is no question 'visitor-1'\n"
        "  → the nearest questions are: visitors-1",
    ),
    "a question of another page": (
        {"exercises/visitors.md": "::::{for-question} herring-1\n::::\n"},
        "visitors.md:1: herring-1 is a question of another page\n"
        "  → put it into exercises/herring-year.md",
    ),
    "a page that is not": (
        {"exercises/visitor.md": ANSWER},
        "exercises/visitor.md: the course has no such page\n"
        "  → the nearest pages are: exercises/visitors.md",
    ),
    "a folder that is not": (
        {"exercise/visitors.csv": ANSWER},
        "exercise/visitors.csv: this has no place in the course\n  → the nearest places are:",
    ),
    "a misspelt file of dates": (
        {"date.yml": "- date: 2026-09-14\n"}, "date.yml: this has no place in the course",
    ),
    "two answers of one kind": (
        {"exercises/visitors.md": f"{ANSWER}\n{ANSWER}"},
        "visitors.md:8: visitors-1 has {guidance} twice\n  → make one of it and line 2",
    ),
    "a question that is there": (
        {"exercises/visitors.md": f"{ANSWER}\n{ASKED}"},
        "visitors.md:7: there is a question visitors-1 already\n  → choose a new id",
    ),
    "two questions of one id": (
        {"exercises/visitors.md": 2 * ASKED.replace("visitors", "own")},
        "visitors.md:1: there is a question own-1 already",
    ),
    "guidance for no question": (
        {"exercises/visitors.md": ":::{guidance}\nSo.\n:::\n"},
        "visitors.md:1: {guidance} belongs to no question",
    ),
    "words that students would see": (
        {"exercises/visitors.md": ":::::{for-question} visitors-1\nThe bell.\n:::::\n"},
        "visitors.md:2: these words stand outside every block\n  → put it into {teacher}",
    ),
    "a block that students would see": (
        {"book/arrival.md": ":::{note}\nThe bell.\n:::\n"},
        "arrival.md:1: {note} would be seen by students",
    ),
    "a cell that students would see": (
        {"exercises/herring-year-notebook.md": "```{code-cell} python3\n1\n```\n"},
        "notebook.md:1: a cell without the tag solution or teacher would be seen by students",
    ),
    "words that no line has": (
        {"book/arrival.md": "::::{after} The margn was the fifth\n:::{teacher}\nSo.\n:::\n::::\n"},
        "arrival.md:1: book/arrival.md: no line has “The margn was the fifth”\n"
        "  → the nearest lines are: The margin[^margin] was the fifth column.",
    ),
    "words that several lines have": (
        {"book/arrival.md": "::::{after} column\n:::{teacher}\nSo.\n:::\n::::\n"},
        "arrival.md:1: book/arrival.md: “column” stands in 3 lines\n  → give more words",
    ),
    "dates that are no YAML": ({"dates.yml": "- date: [\n"}, "dates.yml:2: this is not YAML"),
    "dates that are no list": ({"dates.yml": "date: 1\n"}, "dates.yml:1: these are no dates"),
    "no date": (
        {"dates.yml": "- date: 2026-09-14\n- date: next week\n"},
        "dates.yml:2: 'next week' is no date\n  → write year, month, day",
    ),
    "an unknown key of a date": (
        {"dates.yml": "\n- date: 2026-09-14\n  chapters: arrival\n"},
        "dates.yml:2: unknown key 'chapters'\n  → the keys are: date, chapter",
    ),
    "a chapter that is not": (
        {"dates.yml": "- {date: 2026-09-14, chapter: arival}\n"},
        "dates.yml:1: there is no chapter 'arival'\n  → the nearest chapters are: arrival",
    ),
    "a date's question that is not": (
        {"dates.yml": "- {date: 2026-09-14, questions: hering-1}\n"},
        "dates.yml:1: there is no question 'hering-1'\n  → the nearest questions are: herring-1",
    ),
    "settings that are no YAML": ({"overlay.yml": "name: [\n"}, "overlay.yml:2: this is not YAML"),
    "an unknown setting": (
        {"overlay.yml": "name: X\nnames: Y\n"}, "overlay.yml:2: unknown key 'names'",
    ),
    "a format of another version": (
        {"overlay.yml": "format: 2\n"}, "overlay.yml:1: an overlay of format 2\n  → this version",
    ),
    "a page without a file": (
        {"_toc.yml": ENTRY}, "_toc.yml:2: book/rules is named, but is no page",
    ),
    "a page for students": (
        {"_toc.yml": ENTRY, "book/rules.md": "# Rules\n"},
        "book/rules.md:1: a page of an overlay is for teachers alone",
    ),
    "a page that is there": (
        {"_toc.yml": ENTRY.replace("rules", "plans")}, "_toc.yml:2: book/plans is a page of the",
    ),
    "an order without a place": (
        {"_toc.yml": "- file: book/rules\n"}, "_toc.yml:1: this line has no place in the order",
    ),
    "a work that is not": (
        {"book/references.bib": "% after: pell1897\n@book{a, title={A}}\n"},
        "references.bib:1: no line has “pell1897”",
    ),
    "bytes that are no text": (
        {"book/arrival.md": "\udcff"}, "book/arrival.md: the file is not UTF-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_overlay_is_one_clear_message(
    in_tiny: Path, tmp_path: Path, capsys: Said, what: str
) -> None:
    files, said = BAD[what]
    for name, text in files.items():
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in (["build"], ["check"]):
        assert main([*command, "--overlay", "../own"]) == 2
        heard = capsys.readouterr().err
        assert heard.startswith("error: ../own/")
        assert said in heard
        assert heard.count("error:") == 1
    assert not (in_tiny / "_build" / "student").exists()


def test_overlay_that_is_not_there(in_tiny: Path, capsys: Said) -> None:
    assert main(["build", "--overlay", "../nowhere"]) == 2
    assert "error: ../nowhere: there is no such folder" in capsys.readouterr().err


def test_check_reads_the_overlay(in_tiny: Path, capsys: Said) -> None:
    assert main(["check", "--overlay", str(OWN)]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_folders_own_files_are_let_be(tiny: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / ".git").mkdir(parents=True)
    (own / ".git" / "config").write_text("[core]\n", encoding="utf-8")
    (own / "README.md").write_text("# Ours\n", encoding="utf-8")
    assert merge(tiny, [own]).changed == {}


def test_heading_says_from_whom(project: MakeProject) -> None:
    page = "# Page\n\n:::{teacher} Hill School, Year 9\nSo.\n:::\n"
    (box,) = (
        project({"page.md": page}, tags=["teacher"])
        .resolved("page")
        .findall(lambda node: "teacher" in getattr(node, "attributes", {}).get("classes", ()))
    )
    assert box[0].astext() == "For the teacher, from Hill School, Year 9"


def test_documented_examples_fit_the_course(tmp_path: Path) -> None:
    for name in ("teaching", "authoring"):
        text = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
        own = tmp_path / name
        found = re.findall(
            r"^(````?)\n([#%] (\S+\.(?:md|yml))\n.*?)^\1$", text, re.MULTILINE | re.DOTALL
        )
        assert found, name
        for _, example, file in found:
            (own / file).parent.mkdir(parents=True, exist_ok=True)
            (own / file).write_text(example, encoding="utf-8")
        course = merge(ROOT, [own])
        assert len(course.changed) == len(found)
        for _, example, _ in found:
            for line in example.splitlines():
                if line.endswith(".") and not line.startswith("%"):
                    assert line.split("note: ")[-1] in "".join(
                        each.text for lines in course.changed.values() for each in lines
                    )


def test_hand_out_has_the_schools_question(in_tiny: Path, capsys: Said) -> None:
    arguments = ["pack", "--questions", "saltmere-1", "--name", "own"]
    assert main(arguments) == 2
    assert "there is no question saltmere-1" in capsys.readouterr().err
    assert main([*arguments, "--overlay", str(OWN)]) == 0
    made = in_tiny / "_build" / "student" / "packs"
    assert "keep a blog today?" in (made / "own.html").read_text(encoding="utf-8")
    assert words_in(made, SCHOOLS | HIDDEN) == set()
    assert main([*arguments, "--overlay", str(OWN), "--edition", "teacher"]) == 0
    assert "hollinquist" in (in_tiny / "_build" / "teacher" / "packs" / "own.html").read_text()
