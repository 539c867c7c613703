"""The student notebooks: clean, valid, and running from their folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from conftest import CANARIES
from nbclient import NotebookClient

from sourcebook.charts import MIME
from sourcebook.cli import main
from sourcebook.errors import SourcebookError
from sourcebook.notebooks import plain_markdown, write_notebooks


@pytest.fixture
def written(tiny: Path, tmp_path: Path) -> Path:
    """The tiny course's notebook in a folder of its own."""
    (path,) = write_notebooks(tiny, tmp_path / "given" / "notebooks")
    return path


def test_notebook_and_tables_are_written(written: Path) -> None:
    folder = written.parent
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.*")) == [
        "data/sea-temperature.csv",
        "data/sea-temperature.yml",
        "herring-year-notebook.ipynb",
    ]


def test_notebook_is_valid_and_clean(written: Path) -> None:
    notebook = nbformat.read(written, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code", "markdown"]
    for cell in notebook.cells:
        assert cell.metadata == {}
        assert not cell.get("outputs")
    assert notebook.cells[2].source.startswith("chart = lines("), "no figure settings"


def test_notebook_holds_no_solution_and_no_path(written: Path, tiny: Path) -> None:
    text = written.read_text(encoding="utf-8")
    assert not [word for word in CANARIES.values() if word in text]
    for secret in (str(tiny), str(Path.home()), "source_map", "/tmp", "solution"):
        assert secret not in text


def test_same_course_same_bytes(written: Path, tiny: Path, tmp_path: Path) -> None:
    (again,) = write_notebooks(tiny, tmp_path / "again")
    assert again.read_bytes() == written.read_bytes()


def test_words_of_the_course_become_plain(written: Path) -> None:
    first = nbformat.read(written, as_version=4).cells[0].source
    assert "a habit (¶6), a matter of the current." in first
    assert not re.search(r"\{\w+\}`", first)


def test_notebook_runs_from_its_folder(written: Path) -> None:
    notebook = nbformat.read(written, as_version=4)
    resources = {"metadata": {"path": str(written.parent)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs[0]["text"] == "4 means\n"
    assert json.loads(outputs[1]["data"][MIME])["table"] == "sea-temperature"
    assert "<svg" in outputs[1]["data"]["text/html"]


def test_command_writes_to_a_folder(
    in_tiny: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["notebooks", str(tmp_path / "mine")]) == 0
    assert (tmp_path / "mine" / "herring-year-notebook.ipynb").is_file()
    assert "herring-year-notebook.ipynb" in capsys.readouterr().out
    assert main(["notebooks"]) == 0
    assert (in_tiny / "_build" / "notebooks" / "data" / "sea-temperature.csv").is_file()


def test_missing_table_is_an_error(tiny: Path, tmp_path: Path) -> None:
    (tiny / "book" / "data" / "sea-temperature.yml").unlink()
    with pytest.raises(SourcebookError) as caught:
        write_notebooks(tiny, tmp_path / "given")
    assert "there is no table sea-temperature.yml" in str(caught.value)
    assert caught.value.where == "exercises/herring-year-notebook.md"


@pytest.mark.parametrize(
    "fence", [":::{teacher}", "::::{guidance}", ":::{scoring}", "```{teacher}"]
)
def test_teachers_block_may_not_be_given_out(tiny: Path, tmp_path: Path, fence: str) -> None:
    page = tiny / "exercises" / "herring-year-notebook.md"
    end = fence[: fence.index("{")]
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text}\n{fence}\nA secret.\n{end}\n", encoding="utf-8")
    with pytest.raises(SourcebookError, match="stands in a notebook page"):
        write_notebooks(tiny, tmp_path / "given")


@pytest.mark.parametrize(
    ("course", "jupyter"),
    [
        ("See {para}`46-48`.", "See ¶46–48."),
        ("The {term}`current` and {term}`seas <sea>`.", "The current and seas."),
        ("Read {doc}`/book/visitors`.", "Read “The Visitors”."),
        (":::{note}\nMind the step.\n:::", "**Note**\nMind the step."),
        (":::{admonition} Source work\n:class: box\nRead.\n:::", "**Source work**\nRead."),
    ],
)
def test_roles_and_boxes_in_words(tiny: Path, course: str, jupyter: str) -> None:
    assert plain_markdown(tiny, course) == jupyter


def test_course_without_notebooks(tiny: Path, tmp_path: Path) -> None:
    toc = tiny / "_toc.yml"
    lines = [row for row in toc.read_text(encoding="utf-8").splitlines() if "notebook" not in row]
    toc.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SourcebookError, match="the course has no notebooks"):
        write_notebooks(tiny, tmp_path / "given")
