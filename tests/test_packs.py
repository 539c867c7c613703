"""Packs, worksheets and tests: what a teacher chooses, and what comes of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARIES, LETTER, NOWHERE, ON_PAGES, SAMPLE, TINY, copy_tiny

from sourcebook import editions
from sourcebook.builds import Job
from sourcebook.cli import main
from sourcebook.errors import SourcebookError
from sourcebook.leaks import pieces
from sourcebook.packs import making
from sourcebook.packs.catalog import read_catalog
from sourcebook.packs.choosing import checked, name_for
from sourcebook.packs.making import make
from sourcebook.packs.pack import Order, Pack, read_pack, save_pack
from sourcebook.packs.term import read_term, timetable
from sourcebook.packs.versions import VERSIONS, shuffled
from sourcebook.packs.worksheet import lines_for

CATALOG = read_catalog(TINY, "student")
CHAPTER = Pack(
    "chapter",
    chapters=("arrival", "herring-year"),
    group="10 & B",
    due="2026-12-01",
    instructions="Read it.\n\nAnswer *one*.",
)
ORDERS = [
    Order(CHAPTER),
    Order(Pack("some", paragraphs=("1", "5", "T2"))),
    Order(Pack("two", chapters=("herring-year", "visitors"), paper="letter"), "worksheet"),
    Order(Pack("quiz", chapters=("herring-year",)), "test", 7),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny course in which every kind of hand-out was made, in both editions."""
    root = copy_tiny(tmp_path_factory.mktemp("packs") / "course")
    for edition in ("student", "teacher"):
        built = make(Job(root, edition, quiet=True), ORDERS)
        assert built.warnings == ()
    return root


@pytest.fixture(scope="module")
def student(course: Path) -> Path:
    return course / "_build" / "student" / "packs"


@pytest.fixture(scope="module")
def teacher(course: Path) -> Path:
    return course / "_build" / "teacher" / "packs"


def pdf_words(path: Path) -> str:
    """A PDF's text without spaces and hyphens."""
    from pypdf import PdfReader

    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def canaries(folder: Path) -> set[str]:
    """The words only teachers may see, in any name, byte or word of a folder's files."""
    found = set()
    for path in sorted(folder.rglob("*")):
        for _, data in pieces(path.name, path.read_bytes()):
            heard = data.decode("utf-8", errors="replace").lower()
            for kind, word in {**CANARIES, **ON_PAGES, **NOWHERE}.items():
                if word in heard or word in re.sub(r"[\s\u00ad\u2010-]+", "", heard):
                    found.add(kind)
    return found


class Page(HTMLParser):
    """A page's ids, links and what it would ask for."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.ids: list[str] = []
        self.links: list[str] = []
        self.asked: list[str] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert tag not in ("script", "link", "iframe", "object", "embed")
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if tag == "a" and found.get("href") else []
        self.asked += [found["src"]] if found.get("src") else []

    @property
    def words(self) -> str:
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.source, flags=re.S).split())


# ---- what is made


def test_every_order_gives_paper_and_page(student: Path, teacher: Path) -> None:
    stems = {"chapter", "some", "two-worksheet", "quiz-test-a", "quiz-test-b"}
    names = {f"{stem}.{kind}" for stem in stems for kind in ("pdf", "html")}
    assert {path.name for path in student.iterdir()} == names
    stems = {"chapter", "some", "two-answers", "quiz-test-key"}
    names = {f"{stem}.{kind}" for stem in stems for kind in ("pdf", "html")}
    assert {path.name for path in teacher.iterdir()} == names


def test_students_get_nothing_of_the_teachers(student: Path) -> None:
    assert canaries(student) == set()


BESIDE = ("guidance", "scoring", "sample answer", "teacher", "footnote", "work cited only there")
"""What a teacher's hand-out of two chapters has."""


def test_teachers_get_what_stands_beside(teacher: Path) -> None:
    for path in (teacher / "chapter.html", teacher / "chapter.pdf"):
        heard = pdf_words(path) if path.suffix == ".pdf" else path.read_text(encoding="utf-8")
        for kind in BESIDE:
            assert CANARIES[kind] in heard.lower(), kind
    answers = (teacher / "two-answers.html").read_text(encoding="utf-8")
    for kind in BESIDE[:3]:
        assert CANARIES[kind] in answers


def test_search_finds_what_a_broken_removal_would_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_tiny(tmp_path / "course")
    monkeypatch.setattr(editions.StudentEdition, "run", lambda self, **_: None)
    make(Job(root, quiet=True), [Order(CHAPTER)])
    assert canaries(root / "_build" / "student" / "packs") >= set(BESIDE[:5])


def test_pages_for_teachers_are_theirs_to_choose() -> None:
    assert "plans" in read_catalog(TINY, "teacher").chapters
    with pytest.raises(SourcebookError, match="no chapter plans") as error:
        checked(Pack("x", chapters=("plans",)), CATALOG)
    assert "--edition teacher" in error.value.hint


def test_editions_say_which_they_are(student: Path, teacher: Path) -> None:
    for folder, expected in ((student, False), (teacher, True)):
        for path in folder.iterdir():
            heard = pdf_words(path) if path.suffix == ".pdf" else Page(path).words
            assert ("Teacheredition" in heard.replace(" ", "")) is expected, path


@pytest.mark.parametrize("name", ["chapter", "some", "two-worksheet", "quiz-test-a"])
def test_page_stands_alone(student: Path, name: str) -> None:
    page = Page(student / f"{name}.html")
    assert all(address.startswith("data:") for address in page.asked)
    assert not re.search(r"url\((?!\"data:|#)|@import", page.source)
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        assert link.startswith(("#", "http")), link
        assert not link.startswith("#") or link[1:] in page.ids, link


def test_chapter_brings_what_belongs_to_it(student: Path) -> None:
    words = Page(student / "chapter.html").words
    for part in (
        "The Herring Year",
        "The price of herring was not recorded",  # its footnote
        "Is eight days a decade",  # its question
        "The sea at the landing",  # its chart
        "Pell",  # a work it cites
    ):
        assert part in words, part
    assert "<svg" in (student / "chapter.html").read_text(encoding="utf-8")
    paper = pdf_words(student / "chapter.pdf")
    assert "Thepriceofherring" in paper
    assert "Theseaatthelanding" in paper


def test_head_says_class_day_and_instructions(student: Path) -> None:
    page = Page(student / "chapter.html")
    assert "10 &amp; B" in page.source
    assert "<p>Answer *one*.</p>" in page.source
    assert "Tuesday, December 1, 2026" in page.words
    paper = pdf_words(student / "chapter.pdf")
    for part in ("10&B", "Tuesday,December1,2026", "Answer*one*."):
        assert part in paper


def test_paragraphs_keep_their_numbers_and_bring_their_notes(student: Path) -> None:
    page = Page(student / "some.html")
    assert {"p1", "p5", "pT2"} <= set(page.ids)
    assert not {"p2", "p4", "T1"} & set(page.ids)
    assert "¶1" in page.words and "¶5" in page.words
    assert "What was checked" in page.words
    # Questions that need other paragraphs, too, stay out.
    assert "question" not in page.source.split("</style>")[1].lower()


def test_what_is_left_out_is_named_in_plain_text(course: Path, student: Path) -> None:
    make(Job(course, quiet=True), [Order(Pack("first", chapters=("arrival",)))])
    page = Page(student / "first.html")
    for name in ("html", "pdf"):
        (student / f"first.{name}").unlink()
    assert "is told in The Herring Year" in page.words
    assert not any("herring" in link for link in page.links)


def test_parts_can_be_left_out(course: Path, student: Path) -> None:
    pack = Pack("bare", chapters=("herring-year",), without=("charts", "questions", "works"))
    make(Job(course, quiet=True), [Order(pack)])
    page = Page(student / "bare.html")
    for name in ("html", "pdf"):
        (student / f"bare.{name}").unlink()
    assert "<svg" not in page.source
    for part in ("Is eight days a decade", "References", "The sea at the landing"):
        assert part not in page.words


def test_class_copy_carries_the_text_and_says_so(course: Path) -> None:
    pack = Pack("some", paragraphs=("1", "5", "T2"))
    built = make(Job(course, quiet=True, texts=(SAMPLE, LETTER)), [Order(pack)])
    assert {path.parent for path in built.outputs} == {
        course / "_build" / "student-class-copy" / "packs"
    }
    (page,) = [Page(path) for path in built.outputs if path.suffix == ".html"]
    assert "Class copy" in page.words
    assert 'content="noindex"' in page.source
    assert "Look for" not in page.words
    (paper,) = [pdf_words(path) for path in built.outputs if path.suffix == ".pdf"]
    assert "Classcopy" in paper


# ---- worksheets


def test_worksheet_has_room_to_write_and_the_key_has_answers(student: Path, teacher: Path) -> None:
    page = Page(student / "two-worksheet.html").source
    assert page.count('class="ruled') == 3
    assert page.count('class="rule ') == lines_for("recall", 5) + lines_for("evaluation", 10) + (
        lines_for("comparison", 10)
    )
    answers = Page(teacher / "two-answers.html").source
    assert 'class="ruled' not in answers
    assert answers.count("Guidance") == 3
    # Questions are numbered through, in the order of the course.
    order = re.findall(r"Question (\d)</strong>.*?(\w+-\d)</p>", page, re.S)
    assert order == [("1", "herring-1"), ("2", "herring-2"), ("3", "visitors-1")]


def test_worksheet_of_few_questions_is_one_sheet(student: Path) -> None:
    from pypdf import PdfReader

    pages = PdfReader(student / "two-worksheet.pdf").pages
    questions, source = (page.extract_text() for page in pages)
    assert "visitors-1" in questions
    assert "The source" not in questions
    assert "The source" in source
    assert round(float(pages[0].mediabox.width)) == 612  # letter


@pytest.mark.parametrize(("kind", "minutes"), [("recall", 1), ("evaluation", 60)])
def test_room_is_neither_tiny_nor_a_page(kind: str, minutes: int) -> None:
    assert 4 <= lines_for(kind, minutes) <= 20


# ---- tests


def asked(folder: Path, letter: str) -> list[str]:
    """The questions of a version, as its page has them."""
    source = (folder / f"quiz-test-{letter.lower()}.html").read_text(encoding="utf-8")
    return source.split('<div class="test-item')[1:]


def listed(item: str, kind: str) -> list[str]:
    """The lettered or numbered lines of a question."""
    found = re.search(rf'<ol class="{kind}.*?</ol>', item, re.S)
    return re.findall(r"<li><p>(.*?)</p>", found[0], re.S) if found else []


def test_versions_differ_and_hold_no_key(student: Path) -> None:
    a, b = (asked(student, letter) for letter in VERSIONS)
    assert len(a) == len(b) == 5
    assert [words[40:90] for words in a] != [words[40:90] for words in b]
    for letter in VERSIONS:
        page = Page(student / f"quiz-test-{letter.lower()}.html")
        paper = pdf_words(student / f"quiz-test-{letter.lower()}.pdf")
        for feedback in ("Yes: see", "It needs a thermometer", "The last one is for remarks"):
            assert feedback not in page.words
            assert feedback.replace(" ", "") not in paper
        assert "five columns |" not in page.words
        assert not re.search(r'class="[^"]*\b(right|wrong|quiz\S*)\b', page.source)
        assert "More than one is right." in page.words


def test_marks_of_the_page_do_not_betray_the_order(student: Path) -> None:
    for letter in VERSIONS:
        for number, item in enumerate(asked(student, letter), 1):
            assert f"<strong>{number}.</strong>" in item
            assert not re.search(r"<p>\s*[a-h1-8]\. ", item)


def test_steps_are_never_in_order_already(student: Path) -> None:
    for letter in VERSIONS:
        (item,) = [x for x in asked(student, letter) if "days in order" in x]
        steps = listed(item, "loweralpha")
        assert len(steps) == 4
        assert "She writes" not in steps[0] or "lost" not in steps[3] or "sails" not in steps[1]


RIGHT = {
    "How many columns had": ["Five"],
    "Choose two": ["A remark", "A visitor’s name"],
    "days in order": ["She writes that the sea is red", "The fleet sails", "The storm comes",
                      "The fleet is lost"],
    "Who kept what": ["a ledger of five columns", "a bulletin", "a list of boats"],
}  # fmt: skip


def test_key_fits_both_versions(student: Path, teacher: Path) -> None:
    key = Page(teacher / "quiz-test-key.html").words
    for letter in VERSIONS:
        (strip,) = re.findall(rf"Version {letter}: (.*?) (?=Version|A\d|<|$)", key)
        answers = dict(answer.split(" ", 1) for answer in strip.split(" · "))
        for number, item in enumerate(asked(student, letter), 1):
            given = listed(item, "loweralpha")
            right = next((texts for words, texts in RIGHT.items() if words in item), None)
            if right is None:
                assert answers[str(number)] == "five or 5 or five columns"
                continue
            letters = ["abcdefgh"[given.index(text)] for text in right]
            if "Who kept" in item:
                expected = ", ".join(f"{n}{found}" for n, found in enumerate(letters, 1))
            else:
                expected = " ".join(letters if "days" in item else sorted(letters))
            assert answers[str(number)] == expected
    assert "It needs a thermometer" in key
    assert "Wrong: four or 4" in key


def test_letters_of_a_test_are_letters_on_the_page(student: Path) -> None:
    source = (student / "quiz-test-a.html").read_text(encoding="utf-8")
    assert 'class="loweralpha' in source
    assert "ol.loweralpha { list-style-type: lower-alpha; }" in source


def test_same_seed_same_versions() -> None:
    words = ["one", "two", "three", "four", "five"]
    orders = {
        (seed, version): shuffled(words, str, seed, version)
        for seed in ("1", "2", "3")
        for version in VERSIONS
    }
    assert orders["1", "A"] == shuffled(words, str, "1", "A")
    assert len({tuple(order) for order in orders.values()}) > 3
    for seed in ("1", "2", "3"):
        assert orders[seed, "A"] != orders[seed, "B"]


@pytest.mark.parametrize("seed", range(20))
def test_two_things_are_never_in_one_order(seed: int) -> None:
    a, b = (shuffled(["x", "y"], str, str(seed), version) for version in VERSIONS)
    assert a != b


# ---- nothing half-made


def test_failure_leaves_what_was_there(
    course: Path, student: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in student.iterdir()}
    real = making.run

    def fails_at_the_page(job: Job, builder: str, *rest: Any) -> list[str]:
        if builder == "handout-html":
            raise SourcebookError("no more paper")
        return real(job, builder, *rest)

    monkeypatch.setattr(making, "run", fails_at_the_page)
    with pytest.raises(SourcebookError, match="no more paper"):
        make(Job(course, quiet=True), [Order(Pack("chapter", chapters=("arrival",)))])
    assert {path.name: path.read_bytes() for path in student.iterdir()} == before


# ---- choosing


@pytest.mark.parametrize(
    ("pack", "message", "hint"),
    [
        (Pack("x", chapters=("hering-year",)), "no chapter hering-year", "nearest: herring-year"),
        (Pack("x", paragraphs=("15",)), "no paragraph 15", "nearest: ¶12; the course has ¶1–12"),
        (Pack("x", paragraphs=("T9",)), "no paragraph T9", "nearest: ¶T4"),
        (Pack("x", questions=("hering-1",)), "no question hering-1", "nearest: herring-1"),
        (Pack("x"), "the pack is empty", "name chapters"),
        (Pack("x", chapters=("arrival",), due="soon"), "'soon' is no date", "2026-12-01"),
        (Pack("x", chapters=("arrival",), paper="a5"), "no paper 'a5'", "a4, letter"),
        (Pack("x", chapters=("arrival",), without=("map",)), "no part 'map'", "charts, "),
        (Pack("../x", chapters=("arrival",)), "no name for a file", "week-1"),
    ],
)
def test_wrong_choice_is_one_clear_message(pack: Pack, message: str, hint: str) -> None:
    with pytest.raises(SourcebookError) as error:
        checked(pack, CATALOG)
    assert message in error.value.message
    assert hint in error.value.hint


def test_example_in_a_guide_is_no_question(tiny: Path) -> None:
    page = tiny / "book" / "arrival.md"
    example = "```markdown\n::::{question} herring-1\n:minutes: 99\n\nNo.\n::::\n```\n"
    page.write_text(page.read_text(encoding="utf-8") + example, encoding="utf-8")
    assert read_catalog(tiny, "student").questions["herring-1"].minutes == "5"


def test_paragraph_that_no_chapter_sets_cannot_be_chosen(tiny: Path) -> None:
    page = tiny / "book" / "arrival.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("passages: 1-3", "passages: 1-2"), encoding="utf-8")
    with pytest.raises(SourcebookError, match="no paragraph 3"):
        checked(Pack("x", paragraphs=("3",)), read_catalog(tiny, "student"))


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        (Pack("", chapters=("arrival", "visitors")), "arrival-visitors"),
        (Pack("", paragraphs=("1", "2", "3", "7")), "paragraphs-1-3-7"),
        (Pack("", questions=("herring-1", "visitors-1")), "questions-herring-1-visitors-1"),
    ],
)
def test_pack_without_a_name_gets_one(pack: Pack, name: str) -> None:
    assert name_for(pack) == name


def test_catalog_for_a_teacher(in_tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "--list"]) == 0
    out = capsys.readouterr().out
    assert "herring-year  The Herring Year  ¶4–8\n    herring-1  recall, 5 minutes, ¶4–5" in out


# ---- saved packs


def test_saved_pack_comes_back(tmp_path: Path) -> None:
    pack = Pack(
        "week-1",
        title="A: title",
        group="10B",
        due="2026-12-01",
        instructions="One.\n\nTwo: three.",
        chapters=("arrival",),
        paragraphs=("4", "5", "T1"),
        questions=("herring-1",),
        without=("works",),
        paper="letter",
    )
    save_pack(pack, tmp_path / "packs" / "week-1.yml")
    assert read_pack(tmp_path / "packs" / "week-1.yml") == pack
    save_pack(pack, tmp_path / "packs" / "week-1.yml")  # the same again is no harm


def test_another_pack_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "week.yml"
    save_pack(Pack("week", chapters=("arrival",)), path)
    before = path.read_bytes()
    with pytest.raises(SourcebookError, match="another pack is kept here"):
        save_pack(Pack("week", chapters=("visitors",)), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("version: 0\nchapters: [arrival]\n", "of version 0", "set version: 1"),
        ("chapters: [arrival]\n", "without a version", "set version: 1"),
        ("version: 1\nchapter: [arrival]\n", "unknown key 'chapter'", "did you mean chapters?"),
        ("version: 1\nchapters: arrival\n", "chapters cannot be 'arrival'", "chapters: [one"),
        ("version: 1\nparagraphs: 3-1\n", "'3-1' names no paragraphs", "46-50"),
        ("version: 1\nclass:\n", "class cannot be None", "some words"),
        ("- arrival\n", "no saved pack", "its keys are"),
        ("version: [1\n", "not YAML", "mend the line"),
    ],
)
def test_wrong_file_is_one_clear_message(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    path = tmp_path / "week.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourcebookError) as error:
        read_pack(path)
    assert message in error.value.message
    assert hint in error.value.hint
    assert str(path) in error.value.where


# ---- the command line


def test_folder_of_packs_is_a_term(in_tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["--class", "10B", "--due", "2026-12-01"]
    assert main(["pack", "arrival", "--save", "packs/week-1.yml", *lines]) == 0
    (in_tiny / "packs" / "week-2.yml").write_text("version: 1\nparagraphs: 4\n", encoding="utf-8")
    assert main(["pack", "packs/"]) == 0
    made = {path.name for path in (in_tiny / "_build" / "student" / "packs").iterdir()}
    assert made == {"week-1.html", "week-1.pdf", "week-2.html", "week-2.pdf", "term.ics"}
    assert "0 warnings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["pack"], "the pack is empty"),
        (["pack", "nowhere"], "there is no chapter nowhere"),
        (["pack", "week.yml"], "there is no such pack"),
        (["pack", "packs/"], "there is no such pack"),
        (["pack", "arrival", "--paragraphs", "x"], "'x' names no paragraphs"),
        (["pack", "arrival", "--edition", "parent"], "there is no edition 'parent'"),
        (["pack", "arrival", "--save", "week.txt"], "a pack is kept in a .yml file"),
        (["worksheet", "arrival"], "there is no question for a worksheet"),
        (["worksheet", "visitors", "--test"], "there is no quiz for a test"),
    ],
)
def test_wrong_command_builds_nothing(
    in_tiny: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    assert main(arguments) == 2
    assert part in capsys.readouterr().err
    assert not list(in_tiny.glob("_build/*/packs"))


def test_wrong_pack_in_a_folder_stops_all_of_it(
    in_tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (in_tiny / "packs").mkdir()
    for name, chapter in (("a", "arrival"), ("b", "arival")):
        text = f"version: 1\nchapters: [{chapter}]\n"
        (in_tiny / "packs" / f"{name}.yml").write_text(text, encoding="utf-8")
    assert main(["pack", "packs"]) == 2
    said = capsys.readouterr().err
    assert "packs/b.yml: there is no chapter arival" in said
    assert "nearest: arrival" in said
    assert not (in_tiny / "_build").exists()


def test_empty_folder_and_two_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(SourcebookError, match="no saved pack in this folder"):
        read_term(tmp_path)
    for name in ("week.yml", "week.yaml"):
        (tmp_path / name).write_text("version: 1\nchapters: [arrival]\n", encoding="utf-8")
    with pytest.raises(SourcebookError, match="two packs have this name"):
        read_term(tmp_path)


# ---- the timetable


def test_timetable_is_a_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    packs = [
        Pack("week-1", group="10B", due="2026-12-01", instructions="Read; then, write.\n\nTwice."),
        Pack("week-2"),
        Pack("week-3", due="2026-12-08"),
    ]
    long = "A title that is long, " * 5
    data = timetable("Keeping a Light", packs, ["One", "Two", long])
    assert data == timetable("Keeping a Light", packs, ["One", "Two", long])
    lines = data.split(b"\r\n")
    assert not any(b"\n" in line for line in lines)
    assert all(len(line) <= 75 for line in lines)
    text = data.replace(b"\r\n ", b"").decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == 2
    for part in (
        "UID:week-1@",
        "DTSTAMP:20200913T122640Z",
        "DTSTART;VALUE=DATE:20261201",
        "DTEND;VALUE=DATE:20261202",
        "SUMMARY:Due: One (10B)",
        "DESCRIPTION:Read\\; then\\, write.\\n\\nTwice.",
    ):
        assert part in text, part
