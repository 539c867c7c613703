"""Checks a student runs: they tell in words what is wrong, and never the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT

from sourcebook.chapters import read_chapter, read_toc
from sourcebook.exercises import NotYet, check, digest
from sourcebook.notebooks import student_notebook

HINT = "Divide one by the other."
SLIPS = {digest(6.23): "You joined two trades."}

NOTEBOOKS = [page.docname for page in read_toc(ROOT) if page.docname.endswith("-notebook")]


@pytest.mark.parametrize("answer", [1.49, 1.4901, 1.486])
def test_right_answer_is_named(answer: float, capsys: pytest.CaptureFixture[str]) -> None:
    check("growth", answer, digest(1.49), hint=HINT, slips=SLIPS)
    assert capsys.readouterr().out.startswith("Right: growth is 1.4")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "growth is still empty. Divide one by the other."),
        (..., "growth is still empty. Divide one by the other."),
        (6.2330097, "growth is 6.23301. You joined two trades."),
        (3, "growth is 3, and that is not it. Divide one by the other."),
        ("many", "growth is many, and that is not it. Divide one by the other."),
    ],
)
def test_wrong_answer_is_told_why(answer: Any, sentence: str) -> None:
    with pytest.raises(NotYet) as raised:
        check("growth", answer, digest(1.49), hint=HINT, slips=SLIPS)
    assert str(raised.value) == sentence
    assert raised.value._render_traceback_() == [f"Not yet: {sentence}"]


def test_digest_takes_words_and_signs_as_readers_do() -> None:
    assert digest("  Textile ") == digest("textile")
    assert digest(-0.001) == digest(0)
    assert digest(1.49) != digest(1.5)
    assert digest(149.4, digits=0) == digest(149, digits=0)


def cells_of(docname: str) -> list[nbformat.NotebookNode]:
    """The student's cells of a notebook page of the course."""
    notebook = student_notebook(ROOT, read_chapter(ROOT, docname))
    return list(nbformat.reads(notebook, as_version=4).cells)


def run(sources: list[str], names: dict[str, Any]) -> list[str]:
    """Run cells one after another in one namespace; the sentences of the checks that fail."""
    told = []
    for source in sources:
        try:
            exec(compile(source, "cell", "exec"), names)
        except NotYet as error:
            told.append(str(error))
    return told


@pytest.mark.parametrize("docname", NOTEBOOKS)
def test_empty_notebook_fails_each_check(docname: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "exercises")
    sources = [cell.source for cell in cells_of(docname) if cell.cell_type == "code"]
    checks = [source for source in sources if "check(" in source]
    told = run(sources, {})
    assert len(checks) >= 2
    assert len(told) == len(checks)
    assert all("is still empty" in sentence for sentence in told)


@pytest.mark.parametrize("docname", NOTEBOOKS)
def test_solutions_pass_each_check(
    docname: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    monkeypatch.chdir(ROOT / "exercises")
    text = Path(f"{ROOT / docname}.md").read_text(encoding="utf-8")
    page = read_myst_markdown_notebook(text, MdParserConfig(), add_source_map=False)
    cells = [cell.source for cell in page.cells if cell.cell_type == "code"]
    assert run(cells, {}) == []
    checks = sum("check(" in source for source in cells)
    assert capsys.readouterr().out.count("Right: ") == checks


@pytest.mark.parametrize("docname", NOTEBOOKS)
def test_nbgrader_finds_answers_and_checks(docname: str) -> None:
    graded = [cell.metadata.nbgrader for cell in cells_of(docname) if "nbgrader" in cell.metadata]
    assert sum(record.grade for record in graded) >= 2
    assert sum(record.solution for record in graded) >= 3
    ids = [record.grade_id for record in graded]
    assert len(ids) == len(set(ids))
    assert all(record.locked == record.grade for record in graded)
