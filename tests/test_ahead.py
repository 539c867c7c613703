"""Notebooks that run while pages are read: each once, and only as its page has it."""

from __future__ import annotations

import copy
from concurrent.futures import wait
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from conftest import copy_tiny

from sourcebook.ahead import Ahead
from sourcebook.builds import Job, build
from sourcebook.errors import BuildError
from sourcebook.exercises import WITHOUT_SOLUTIONS
from sourcebook.overlay.detaching import detach

RUNS = """with open("runs", "a") as file:
    file.write("once ")"""


def with_cell(folder: Path, cell: str) -> Path:
    """A course whose notebook has one more cell."""
    root = copy_tiny(folder / "course")
    with (root / "exercises" / "herring-year-notebook.md").open("a", encoding="utf-8") as notebook:
        notebook.write(f"\n\n```{{code-cell}}\n{cell}\n```\n")
    return root


def test_each_notebook_runs_once(tmp_path: Path) -> None:
    root = with_cell(tmp_path, RUNS)
    build(Job(root, formats=["html"], quiet=True))
    assert (root / "exercises" / "runs").read_text() == "once "


EXERCISE = """from sourcebook.exercises import check
check("fall", ..., "22a637d31b5e", hint="Read the first and the last point.")"""


@pytest.mark.parametrize("answers", ["in the tree", "moved out"])
def test_a_notebook_is_checked_as_its_own_page_asks(
    answers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by what another page says that is read just when its kernel starts."""
    root, begin = with_cell(tmp_path, EXERCISE), Ahead.begin

    def begin_and_end(self: Ahead, *args: Any) -> None:
        begin(self, *args)
        if answers == "in the tree":
            monkeypatch.setenv(WITHOUT_SOLUTIONS, "by another page")
        wait(self.running.values())

    monkeypatch.setattr(Ahead, "begin", begin_and_end)
    if answers == "moved out":
        detach(root, tmp_path / "answers")
        build(Job(root, formats=["html"], quiet=True))
        return
    with pytest.raises(BuildError, match="Read the first"):
        build(Job(root, formats=["html"], quiet=True))


def test_a_failing_cell_is_said_of_its_page(tmp_path: Path) -> None:
    root = with_cell(tmp_path, "1 / 0")
    with pytest.raises(BuildError) as caught:
        build(Job(root, formats=["html"], quiet=True))
    assert "ZeroDivisionError" in caught.value.message
    assert "herring-year-notebook" in caught.value.where


def test_a_page_that_is_no_notebook_is_said_in_its_turn(tmp_path: Path) -> None:
    root = with_cell(tmp_path, ":tags: [a\n1")
    with pytest.raises(BuildError) as caught:
        build(Job(root, formats=["html"], quiet=True))
    assert "Handler" not in caught.value.message and "cell" in caught.value.message.lower()


def test_only_what_the_page_has_is_taken() -> None:
    """A notebook that is not what was run ahead is run; the ids of its cells do not matter."""
    ran = []

    def execute(notebook: Any, **options: Any) -> Any:
        ran.append(notebook.cells[0].source)
        notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text=options["cwd"])]
        return SimpleNamespace(nb=notebook)

    def notebook(source: str) -> Any:
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])

    ahead, begun = Ahead(execute), notebook("a = 1")
    ahead.start(copy.deepcopy(begun), {}, cwd="here")
    page = notebook("a = 1")
    assert page.cells[0].id != begun.cells[0].id
    result = ahead.run(page, cwd="here")
    assert result.nb is page and page.cells[0].outputs[0].text == "here"
    assert ran == ["a = 1"]
    for source, cwd in (("a = 2", "here"), ("a = 1", "there"), ("a = 1", "here")):
        ahead.run(notebook(source), cwd=cwd)
    assert ran == ["a = 1", "a = 2", "a = 1", "a = 1"]
    ahead.pool.shutdown()


def test_what_is_printed_is_one_output_however_slowly() -> None:
    def execute(notebook: Any, **options: Any) -> Any:
        output = nbformat.v4.new_output
        said = [("stdout", "1887"), ("stdout", " metal\n"), ("stderr", "!"), ("stdout", "1900\n")]
        notebook.cells[0].outputs = [output("stream", name=name, text=x) for name, x in said]
        notebook.cells[0].outputs.insert(3, output("display_data", {"text/plain": "chart"}))
        return SimpleNamespace(nb=notebook)

    code, words = nbformat.v4.new_code_cell("print()"), nbformat.v4.new_markdown_cell("Words.")
    notebook = nbformat.v4.new_notebook(cells=[code, words])
    ahead = Ahead(execute)
    outputs = ahead.run(notebook).nb.cells[0].outputs
    assert [output.get("text", "chart") for output in outputs] == [
        "1887 metal\n",
        "!",
        "chart",
        "1900\n",
    ]
    ahead.pool.shutdown()
