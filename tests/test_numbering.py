"""Numbers of figures are those of a first build, and are not looked for where none can change."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util.docutils import docutils_namespace, patch_docutils

INDEX = "# Index\n\n```{toctree}\n:numbered:\n\none\ntwo\n```\n"
FIGURE = ":::{table} Herring\n:name: herring\n\n| a |\n|---|\n| 1 |\n:::\n"
ONE = f"# One\n\nWords.\n\n## Part\n\n{FIGURE}\nMore.\n"
TWO = f"# Two\n\nAs {{numref}}`catch` shows.\n\n{FIGURE.replace(': herring', ': catch')}\n"


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows each time that Sphinx goes through all pages for figures."""
    found: list[str] = []
    look: Callable[..., list[str]] = TocTreeCollector.assign_figure_numbers

    def looks(*arguments: Any) -> list[str]:
        found.append("looked")
        return look(*arguments)

    monkeypatch.setattr(TocTreeCollector, "assign_figure_numbers", looks)
    return found


def numbers(folder: Path, doctrees: str) -> tuple[Any, ...]:
    """Build; every number of a section and a figure, and the text that refers to one."""
    config = {
        "extensions": ["myst_nb", "sourcebook"],
        "myst_enable_extensions": ["colon_fence"],
        "nb_execution_mode": "off",
        "numfig": True,
    }
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            folder / "source", None, folder / "out", folder / doctrees, "dummy", config,
            status=None, warning=io.StringIO(),
        )  # fmt: skip
        app.build()
    env = app.env
    two = env.get_and_resolve_doctree("two", app.builder).astext() if "two" in env.all_docs else ""
    return env.toc_fignumbers, env.toc_secnumbers, two


CHANGES: list[tuple[str, str, str, bool]] = [
    ("one", "Words.", "Other words, **and** more.", False),
    ("two", "shows", "tells", False),
    ("index", "# Index", "# Index\n\nA word.", False),
    ("one", "More.", FIGURE.replace("herring", "cod"), True),
    ("one", "} Herring", "}", True),
    ("one", "## Part", "## Part\n\n## Another", True),
    ("one", ":name: herring", ":name: mackerel", True),
    ("index", ":numbered:\n", "", True),
    ("index", "one\ntwo", "two\none", True),
    ("index", "one\ntwo", "two", True),
]


@pytest.mark.parametrize(("page", "old", "new", "must_look"), CHANGES)
def test_numbers_are_those_of_a_first_build(
    page: str, old: str, new: str, must_look: bool, tmp_path: Path, looked: list[str]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in (("index", INDEX), ("one", ONE), ("two", TWO)):
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    first = numbers(tmp_path, "kept")
    assert "As Table 2.1 shows" in first[2].replace("\n", " ")
    looked.clear()
    assert numbers(tmp_path, "kept") == first
    assert looked == [], "nothing was read"
    path = source / f"{page}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    again = numbers(tmp_path, "kept")
    assert bool(looked) == must_look
    assert again == numbers(tmp_path, "fresh")


def test_numbers_after_a_page_is_gone_and_back(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, text in (("index", INDEX), ("one", ONE), ("two", TWO)):
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    first = numbers(tmp_path, "kept")
    (source / "one.md").unlink()
    assert "As Table 1.1 shows" in numbers(tmp_path, "kept")[2].replace("\n", " ")
    (source / "one.md").write_text(ONE, encoding="utf-8")
    assert numbers(tmp_path, "kept") == first
