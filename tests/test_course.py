"""The course itself: every rule its chapters, questions, tables and files keep."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import REAL_TEXT, ROOT

from sourcebook.chapters import Chapter, parse_range, read_chapter, read_toc, split_front_matter
from sourcebook.check import check
from sourcebook.mapping import LOCK
from sourcebook.questions import KINDS, SKILLS
from sourcebook.tables import read_table
from sourcebook.texts import read_maps

STEMS = [
    "verdict-of-1940", "tsarist-russia", "revolution-of-1905", "revolution-of-1917",
    "new-economic-policy", "left-opposition", "fascism", "fourth-international", "testament",
]  # fmt: skip
LOCKS = ROOT / "tests" / "locks"
PAGES = [*sorted((ROOT / "book").glob("*.md")), *sorted((ROOT / "exercises").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "exercises").glob("*-notebook.md"))
TABLES = sorted((ROOT / "book" / "data").glob("*.csv"))


def text_of(path: Path) -> str:
    """A page without its front matter."""
    return split_front_matter(path.read_text(encoding="utf-8"))[1]


def chapter(stem: str) -> Chapter:
    """A chapter's declaration."""
    return read_chapter(ROOT, f"book/{stem}")


def without_blocks(text: str) -> str:
    """What a chapter tells: no directive, no heading, no fence."""
    text = re.sub(r"^(:{3,}|`{3,})\{.*?^\1 *$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\{[\w:]+\}`([^`<]*)(?:<[^>]*>)?`", r"\1", text)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def block(text: str, name: str) -> list[str]:
    """The contents of the colon fences of a directive."""
    found = re.findall(rf"^(:{{3,}})\{{{name}\}}[^\n]*\n(.*?)^\1 *$", text, re.M | re.DOTALL)
    return [content for _, content in found]


def test_check_finds_nothing() -> None:
    assert check(ROOT) == []


def test_chapters_are_the_nine_in_order() -> None:
    found = [page.docname for page in read_toc(ROOT)]
    assert [name for name in found if name.removeprefix("book/") in STEMS] == [
        f"book/{stem}" for stem in STEMS
    ]
    assert all(f"exercises/{stem}" in found for stem in STEMS)


def test_every_page_is_in_the_toc() -> None:
    named = {page.docname for page in read_toc(ROOT)}
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in PAGES}
    assert pages == named


@pytest.mark.parametrize("stem", STEMS)
def test_chapter_declares_itself(stem: str) -> None:
    found = chapter(stem)
    assert found.passages
    assert found.years and found.asks.endswith("?")
    assert set(found.minutes) == {"reading", "discussion"}
    assert all(5 <= minutes <= 90 for minutes in found.minutes.values())


@pytest.mark.parametrize("stem", STEMS)
def test_chapter_has_its_parts(stem: str) -> None:
    text = text_of(ROOT / "book" / f"{stem}.md")
    (objectives,) = block(text, "objectives")
    assert 2 <= len(re.findall(r"^- ", objectives, re.MULTILINE)) <= 4
    assert text.count("\n## Summary\n") == 1
    summary, *after = text.split("\n## Summary\n")[1].split("\n## ")
    assert [part.split("\n")[0] for part in after] in ([], ["What to read next"])
    assert len(re.findall(r"[.?!](?:\s|$)", summary)) >= 3
    assert block(text, "teacher"), "a note for the teacher"


@pytest.mark.parametrize("stem", STEMS)
def test_chapter_is_worth_reading_by_itself(stem: str) -> None:
    words = without_blocks(text_of(ROOT / "book" / f"{stem}.md")).split()
    assert len(words) >= 600


@pytest.mark.parametrize("stem", STEMS)
def test_chapter_cites_its_paragraphs(stem: str) -> None:
    text = text_of(ROOT / "book" / f"{stem}.md")
    assert len(re.findall(r"\{para\}`", text)) >= 3
    assert re.search(r"\{cite:[pt]\}`", text), "other voices are cited"


def test_paragraphs_add_up() -> None:
    maps = {text_map.id: text_map for text_map in read_maps(ROOT / "book" / "source")}
    assert [p.id for p in maps["hallas-life"].paragraphs] == [str(n) for n in range(1, 80)]
    assert [p.id for p in maps["trotsky-testament"].paragraphs] == [f"T{n}" for n in range(1, 8)]
    placed = [id for stem in STEMS for id in chapter(stem).passages]
    assert sorted(placed) == sorted(p.id for m in maps.values() for p in m.paragraphs)


@pytest.mark.parametrize("stem", STEMS)
def test_passages_stand_in_order(stem: str) -> None:
    text = text_of(ROOT / "book" / f"{stem}.md")
    named = re.findall(r"^:::+\{passage\} (.+)$", text, re.MULTILINE)
    assert [id for part in named for id in parse_range(part)] == list(chapter(stem).passages)


def questions(stem: str) -> dict[str, dict[str, str]]:
    """A chapter's questions: id → options and ``body``."""
    text = text_of(ROOT / "exercises" / f"{stem}.md")
    found = {}
    for match in re.finditer(r"^(:{4,})\{question\} (\S+)\n(.*?)^\1$", text, re.M | re.DOTALL):
        options = dict(re.findall(r"^:(\w+): (.+)$", match[3], re.MULTILINE))
        assert match[2] not in found, f"{match[2]} is used twice"
        found[match[2]] = {**options, "body": match[3]}
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_chapter_has_questions(stem: str) -> None:
    found = questions(stem)
    assert len(found) >= 3
    assert len({question["kind"] for question in found.values()}) >= 2
    for id, question in found.items():
        assert question["kind"] in KINDS, id
        assert question["skill"] in SKILLS, id
        assert 3 <= int(question["minutes"]) <= 60, id
        (guidance,) = block(question["body"], "guidance")
        (scoring,) = block(question["body"], "scoring")
        assert len(guidance.split()) >= 15, id
        levels = [int(n) for n in re.findall(r"^- (\d+): ", scoring, re.MULTILINE)]
        assert levels == sorted(levels, reverse=True), id
        assert len(levels) >= 2, id
        (sample,) = block(question["body"], "sample")
        assert 40 <= len(re.findall(r"\w\S*", sample.replace("{para}", ""))) <= 150, id


@pytest.mark.parametrize("stem", STEMS)
def test_questions_stay_in_their_chapter(stem: str) -> None:
    """Each question names at least one paragraph its chapter holds."""
    held = set(chapter(stem).passages)
    for id, question in questions(stem).items():
        assert held & set(parse_range(question["paragraphs"])), id


def lock(name: str) -> dict[str, str]:
    """A file of what was published: ``id place`` a line."""
    rows = (LOCKS / name).read_text(encoding="utf-8").splitlines()
    return dict(row.split() for row in rows if row and not row.startswith("#"))


def now(name: str) -> dict[str, str]:
    """What the course holds today, in the form of the lock."""
    return {id: stem for stem in STEMS for id in questions(stem)}


@pytest.mark.parametrize("name", ["questions.txt"])
def test_published_numbers_stay(name: str) -> None:
    """What was published is cited in classrooms: it may grow, but nothing moves or goes away."""
    locked, here = lock(name), now(name)
    moved = {id: (place, here.get(id)) for id, place in locked.items() if here.get(id) != place}
    assert moved == {}, "published numbers never move: give a new thing a new number"
    new = [f"{id} {place}" for id, place in here.items() if id not in locked]
    assert new == [], f"add these lines to tests/locks/{name}"


def test_every_paragraph_is_locked() -> None:
    rows = (ROOT / LOCK).read_text(encoding="utf-8").splitlines()
    locked = {row.split()[0]: row.split()[1] for row in rows if not row.startswith("#")}
    assert locked == {id: stem for stem in STEMS for id in chapter(stem).passages}


def test_question_ids_are_used_once() -> None:
    ids = [id for stem in STEMS for id in questions(stem)]
    assert len(set(ids)) == len(ids)


def test_welcome_page_counts_right() -> None:
    questions = sum(
        path.read_text(encoding="utf-8").count(":::{question}")
        for path in (ROOT / "exercises").glob("*.md")
    )
    notebooks = len(list((ROOT / "exercises").glob("*-notebook.md")))
    words = {7: "seven", 9: "Nine"}
    expected = f"{words[len(STEMS)]} chapters, {questions} questions, {words[notebooks]} notebooks"
    assert expected in (ROOT / "book" / "index.md").read_text(encoding="utf-8")


def test_there_are_four_notebooks_at_least() -> None:
    assert len(NOTEBOOKS) >= 4


def cells(path: Path) -> list[str]:
    """The code of a notebook page, settings taken off."""
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text_of(path), re.M | re.DOTALL)
    return [re.sub(r"\A---\n.*?^---\n|\A(?::.*\n)+", "", cell, flags=re.M | re.S) for cell in found]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_plain(path: Path) -> None:
    found = cells(path)
    assert found
    for cell in found:
        assert len(cell.strip().splitlines()) <= 15, cell
        assert not re.search(r"import (pandas|matplotlib|altair)|#[0-9a-f]{6}|configure_", cell)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_figures_have_caption_name_and_alt(path: Path) -> None:
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", text_of(path), re.M | re.DOTALL)
    drawn = [cell for cell in found if "show(" in cell]
    assert drawn
    for cell in drawn:
        assert re.search(r"^ +caption: \S.{15,}", cell, re.MULTILINE), cell
        assert re.search(r"^ +name: fig-[\w-]+$", cell, re.MULTILINE), cell
        alt = re.search(r'alt=((?:\s*f?"(?:[^"\\]|\\.)*")+)', cell)
        assert alt and len(alt[1].split()) >= 10, cell


def test_figure_names_are_used_once() -> None:
    names = [n for p in NOTEBOOKS for n in re.findall(r"name: (fig-[\w-]+)", text_of(p))]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_names_the_tables_it_reads(path: Path) -> None:
    read = set(re.findall(r'\btable\("([\w-]+)"', text_of(path)))
    assert read
    assert read == set(read_chapter(ROOT, f"exercises/{path.stem}").tables)


def test_charts_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every notebook's cells run one after the other; a drawing inlined in a page is light."""
    from sourcebook import charts

    monkeypatch.chdir(ROOT / "exercises")
    drawn: list[charts.Drawing] = []
    make = charts.show
    monkeypatch.setattr(charts, "show", lambda *a, **k: drawn.append(make(*a, **k)))
    for path in NOTEBOOKS:
        space: dict[str, object] = {}
        for cell in cells(path):
            exec(compile(cell, path.name, "exec"), space)
    assert len(drawn) >= 4
    for drawing in drawn:
        assert len(drawing.svg.encode()) <= 30_000, drawing.alt
        assert drawing.sources, drawing.alt
        assert drawing.cells, drawing.alt


def test_every_table_has_a_record_and_the_reverse() -> None:
    folder = ROOT / "book" / "data"
    assert {p.stem for p in TABLES} == {p.stem for p in folder.glob("*.yml")}
    assert len(TABLES) >= 10


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_table_says_where_it_comes_from(path: Path) -> None:
    table = read_table(path)
    assert len(table) > 0
    record = table.record
    assert record["name"] == path.stem
    for key in ("title", "description", "sources", "licenses", "caveats", "checked"):
        assert record.get(key), key
    for field in record["schema"]["fields"]:
        assert field.get("description"), field["name"]
    keys = {source.get("key") for source in record["sources"]}
    column = "sources" if path.stem == "claims" else "source"
    if column not in table.columns:
        assert len(keys) == 1, "one source for the whole table, or one in each row"
        return
    used = {key for row in table for key in str(row[column] or "").split(";") if key}
    assert used <= keys


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_sources_of_tables_are_in_the_bibliography(path: Path) -> None:
    bibliography = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    entries = set(re.findall(r"^@\w+\{([\w-]+),", bibliography, re.MULTILINE))
    keys = {str(source["key"]) for source in read_table(path).record["sources"]}
    assert keys - entries == set()


def test_every_table_is_used() -> None:
    pages = [read_chapter(ROOT, page.docname) for page in read_toc(ROOT)]
    used = {name for page in pages for name in page.tables} | {"claims"}
    assert {path.stem for path in TABLES} - used == set()


def test_claims_name_paragraphs_that_are() -> None:
    known = {id: stem for stem in STEMS for id in chapter(stem).passages}
    for row in read_table(ROOT / "book" / "data" / "claims.csv"):
        if row["chapter"]:
            places = {known.get(id) for id in parse_range(row["paragraph"])}
            assert places == {row["chapter"]}, row["id"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_page_keeps_the_style(path: Path) -> None:
    assert not re.match(r"\d", path.name), "the toc alone knows the order"
    text = text_of(path)
    prose = re.sub(r"^(`{3,}).*?^\1 *$", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^# (.+)$", prose, re.MULTILINE)
    assert len(titles) == 1
    for heading in re.findall(r"^#+ (.+)$", prose, re.MULTILINE):
        assert not re.match(r"(Chapter |Part )?(\d{1,2}|[IVX]+)[.:)]? ", heading), heading
    if path.stem != "authoring":
        assert not re.search(r"^(:::+|```+)\{(only|rubric)\}", text, re.MULTILINE)
        assert not re.search(r"\b[Cc]hapter \d", prose), "a chapter is named, not numbered"


@pytest.mark.parametrize("stem", STEMS)
def test_one_sentence_a_line(stem: str) -> None:
    """A long line of two sentences makes a change hard to see."""
    text = without_blocks(text_of(ROOT / "book" / f"{stem}.md")).replace("St. ", "St ")
    crowded = [
        line for line in text.splitlines() if re.search(r"[a-z)][.?!] [A-Z][a-z]+ [a-z]", line)
    ]
    crowded = [line for line in crowded if not re.match(r"[-*\d|]", line)]
    assert crowded == []


def kept() -> list[Path]:
    """The repository's files: what git does not ignore, found without git."""
    left = {"_build", "__pycache__", "jupyter_execute", "node_modules"}
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = parts[0].startswith(".") and parts[0] not in (".github", ".ci")
        if path.is_file() and not hidden and not left & set(parts) and ".egg-info" not in str(path):
            found.append(path)
    return found


def test_nothing_generated_is_kept() -> None:
    for path in kept():
        if path.parent == ROOT / "book" / "source" and path.suffix == ".txt":
            continue  # A teacher's own copy, which git ignores: test_cli looks after that.
        if path != ROOT / LOCK:
            assert path.suffix not in {".ipynb", ".pdf", ".pyc", ".doctree", ".lock"}, path
        assert path.stat().st_size <= 1_000_000, path


def test_no_text_source_is_kept() -> None:
    allowed = {"constraints.txt", "OFL.txt", "questions.txt"}
    made_up = ROOT / "tests" / "cases"
    found = [
        path
        for path in kept()
        if path.suffix == ".txt"
        and path.parent != ROOT / "book" / "source"
        and made_up not in path.parents
    ]
    assert {path.name for path in found} <= allowed


def test_no_path_of_a_machine() -> None:
    secret = re.compile(r"(?<![\w.~/-])/(?:work|farm|home|Users|root|tmp)/\w")
    for path in kept():
        if path.suffix in {".png", ".ttf", ".woff2", ".jpg", ".svg"} or path.parent == LOCKS.parent:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not secret.search(text), path


def test_every_version_is_pinned() -> None:
    rows = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [row for row in rows if row and not row.startswith("#")]
    assert len(pins) > 50
    for row in pins:
        assert re.fullmatch(r"[\w.-]+==[\w.!+]+( *;.*)?( *#.*)?", row), row
    assert not re.search(r"https?:|//|--|@ |\.(com|org|io|net)\b", "\n".join(rows))
    names = [re.split("==", row)[0].lower().replace("_", "-") for row in pins]
    assert len(set(names)) == len(names)
    for needed in ("jupyter-book", "sphinx", "typst", "altair", "vl-convert-python", "pytest"):
        assert needed in names


def test_dependencies_are_all_pinned() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [
        n for e in project["optional-dependencies"].values() for n in e
    ]
    rows = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    for requirement in wanted:
        name = re.match(r"[\w.-]+", requirement)
        assert name is not None
        pattern = re.sub(r"[-_.]", "[-_.]", name[0].lower())
        assert re.search(rf"^{pattern}==", rows, re.MULTILINE), requirement


@pytest.mark.skipif(not REAL_TEXT.is_file(), reason="needs ../shared and its source text")
def test_no_trace_of_the_article() -> None:
    tool = REAL_TEXT.parents[1] / "tools" / "own_words.py"
    done = subprocess.run(
        [sys.executable, str(tool), str(REAL_TEXT), str(ROOT)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_settings_ask_no_other_host() -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert config["launch_buttons"]["thebe"] is False
    assert "dollarmath" not in config["parse"]["myst_enable_extensions"]
    assert config["sphinx"]["config"]["html_copy_source"] is False
    assert config["only_build_toc_files"] is True
    assert ".*" in config["exclude_patterns"]


def test_house_is_complete() -> None:
    for name in (
        "README.md", "pyproject.toml", "Makefile", "constraints.txt", "_config.yml", "_toc.yml",
        "LICENSE", "CHANGELOG.md", "CITATION.cff", ".ci/run", ".github/CONTRIBUTING.md",
        "book/index.md", "book/teaching.md", "book/authoring.md", "book/references.bib",
    ):  # fmt: skip
        assert (ROOT / name).is_file(), name
    assert not (ROOT / "src").exists()


def test_repository_says_who_can_see_the_guidance() -> None:
    """Whoever sees the repository sees the guidance: both pages say so in their first lines."""
    for name in ("README.md", "book/teaching.md"):
        first = (ROOT / name).read_text(encoding="utf-8")[:1500].lower()
        assert "guidance" in first, name


def test_every_organization_comes_from_one_of_the_table() -> None:
    groups = read_table(ROOT / "book" / "data" / "organizations.csv")
    known = {row["organization"] for row in groups}
    assert {row["origin"] for row in groups if row["origin"]} <= known
    begins = {row["organization"]: row["year"] for row in groups}
    for row in groups:
        assert row["until"] > row["year"]
        assert not row["origin"] or begins[row["origin"]] <= row["year"], row["organization"]


def test_places_name_chapters() -> None:
    places = read_table(ROOT / "book" / "data" / "places.csv")
    assert {row["chapter"] for row in places} <= {path.stem for path in ROOT.glob("book/*.md")}
