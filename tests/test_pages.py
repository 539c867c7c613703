"""What a page gets without typing it: label, facts, links, dependencies, checks."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import House, MakeProject
from docutils import nodes

from sourcebook.pages import label_of

TOC = "format: jb-book\nroot: index\nchapters:\n  - file: chapter\n"


@pytest.fixture
def trees(student: Path, house: House) -> Path:
    """What was read of the tiny course without the text."""
    return house.root / "_build" / ".cache" / "plain" / "doctrees"


def page(trees: Path, docname: str) -> nodes.document:
    """One page as it was read."""
    tree: nodes.document = pickle.loads((trees / f"{docname}.doctree").read_bytes())
    return tree


def line(tree: nodes.document, name: str) -> str | None:
    """The text of the one paragraph of a class."""
    found = [n.astext() for n in tree.findall(nodes.paragraph) if name in n["classes"]]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("docname", "label"),
    [
        ("book/fascism", "fascism"),
        ("exercises/fascism", "fascism-questions"),
        ("exercises/fascism-notebook", "fascism-notebook"),
        ("index", "index"),
    ],
)
def test_label_is_the_stem(docname: str, label: str) -> None:
    assert label_of(docname) == label


def test_labels_are_on_the_pages(trees: Path) -> None:
    for docname, label in (
        ("book/visitors", "visitors"),
        ("exercises/visitors", "visitors-questions"),
        ("exercises/herring-year-notebook", "herring-year-notebook"),
    ):
        assert label in page(trees, docname).next_node(nodes.section)["ids"]


def test_facts_stand_under_the_title(trees: Path) -> None:
    tree = page(trees, "book/visitors")
    assert line(tree, "chapter-facts") == (
        "Source: ¶9–12, T1–T4 · Reading: 10 minutes · Discussion: 15 minutes"
    )
    section = tree.next_node(nodes.section)
    assert "chapter-facts" in section[1]["classes"]
    assert line(page(trees, "book/glossary"), "chapter-facts") is None


def test_links_to_the_questions_come_from_the_toc(student: Path, trees: Path) -> None:
    assert line(page(trees, "book/arrival"), "chapter-work") is None
    html = (student / "html" / "book" / "herring-year.html").read_text(encoding="utf-8")
    work = html[html.index('class="chapter-work"') :]
    work = work[: work.index("</p>")]
    assert 'href="../exercises/herring-year.html"' in work
    assert 'href="../exercises/herring-year-notebook.html"' in work
    assert "Questions: The Herring Year" in work
    assert "Notebook: The Red Curve" in work


def test_pages_depend_on_their_tables(trees: Path) -> None:
    env = pickle.loads((trees / "environment.pickle").read_bytes())
    depends = {
        docname: {Path(path).name for path in paths} for docname, paths in env.dependencies.items()
    }
    table = {"sea-temperature.csv", "sea-temperature.yml"}
    assert table <= depends["exercises/herring-year-notebook"]
    assert table <= depends["book/herring-year"]
    assert not any(
        "sea-temperature.csv" in depends.get(n, ()) for n in ("book/arrival", "book/index")
    )


def chapter(project: MakeProject, text: str) -> list[str]:
    """Warnings of a course of one chapter."""
    pages = {
        "_toc.yml": TOC,
        "index.md": "# Index\n\n```{toctree}\nchapter\n```\n",
        "chapter.md": text,
    }
    return project(pages).warnings


def test_declared_but_not_set(project: MakeProject) -> None:
    (warning,) = chapter(project, "---\npassages: 1-3\n---\n# Chapter\n\n:::{passage} 1\n:::\n")
    assert "chapter" in warning.split(": ")[0]
    assert "¶2–3 is declared but no {passage} sets it in the front matter" in warning


def test_set_but_not_declared(project: MakeProject) -> None:
    (warning,) = chapter(project, "---\npassages: 1\n---\n# Chapter\n\n:::{passage} 1-2\n:::\n")
    assert "¶2 is set but not declared in the front matter" in warning


def test_unset_paragraphs_are_named(project: MakeProject, capsys: pytest.CaptureFixture) -> None:
    built = project({"page.md": "# P\n\n:::{passage} 2-12\n:::\n"})
    env = built.app.env
    known = env.get_domain("source").known
    assert [id for id in known if id not in env.get_domain("source").paragraphs] == [
        "1", "T1", "T2", "T3", "T4",
    ]  # fmt: skip
    assert "no chapter sets ¶1, T1–T4: add a {passage}" in built.unset


def test_unknown_key(project: MakeProject) -> None:
    found = chapter(project, "---\nminutos: 5\n---\n# Chapter\n")
    assert "unknown key 'minutos' in the front matter" in found[0]
    assert "chapter.md:2" in found[0]


def test_missing_table(project: MakeProject) -> None:
    found = chapter(project, "---\ntables: [tides]\n---\n# Chapter\n")
    assert [text for text in found if "there is no table tides.csv in book/data" in text]


def test_objectives_have_their_title(project: MakeProject) -> None:
    built = project({"page.md": "# P\n\n:::{objectives}\n- Swim.\n- Dive.\n:::\n"})
    assert built.warnings == []
    (box,) = built.doctree("page").findall(nodes.admonition)
    assert box["classes"] == ["objectives"]
    assert box[0].astext() == "After this chapter you will be able to"
    assert [item.astext() for item in box.findall(nodes.list_item)] == ["Swim.", "Dive."]


def test_timetable_has_every_chapter(student: Path, trees: Path) -> None:
    table = page(trees, "book/index").next_node(nodes.table)
    rows = [[n.astext() for n in row.findall(nodes.entry)][1:4] for row in table.findall(nodes.row)]
    assert rows == [
        ["Paragraphs", "Reading", "Discussion"],
        ["1–3", "5", "10"],
        ["4–8", "10", "20"],
        ["9–12, T1–T4", "10", "15"],
    ]
    html = (student / "html" / "book" / "index.html").read_text(encoding="utf-8")
    for link in ("arrival.html", "../exercises/visitors.html"):
        assert f'href="{link}"' in html
