"""The course's settings, read without Jupyter Book, are those that Jupyter Book would make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TINY

from sourcebook.settings import sphinx_settings

STOCK_ALONE = ("latex_engine", "use_jupyterbook_latex", "use_multitoc_numbering")
"""What no output of ours asks for."""


def stock(root: Path) -> dict[str, Any]:
    """What Jupyter Book makes of a course's settings."""
    from jupyter_book.config import get_final_config

    found, _ = get_final_config(
        user_yaml=root / "_config.yml", cli_config={"latex_individualpages": False}
    )
    return {
        name: value
        for name, value in found.items()
        if name not in STOCK_ALONE and not name.startswith("jblatex")
    }


def plain(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings without the extensions that serve the stock command alone."""
    named = [name for name in settings["extensions"] if not name.startswith(("jupyter_book",
             "sphinx_jupyterbook_latex", "sphinx_multitoc_numbering"))]  # fmt: skip
    return {**settings, "extensions": sorted(named)}


BARE = "title: A course\nauthor: A teacher\n"
RICH = """\
title: A course
author: A teacher
copyright: 1921
logo: logo.png
exclude_patterns: [drafts]
execute: {execute_notebooks: off, timeout: 5, allow_errors: true, run_in_temp: true}
parse: {myst_enable_extensions: [dollarmath], myst_substitutions: {a: b}}
html: {favicon: f.ico, baseurl: https://example.org, use_issues_button: true, announcement: New}
repository: {url: https://example.org/r, branch: main, path_to_book: book}
launch_buttons: {colab_url: https://example.org}
bibtex_bibfiles: works.bib
sphinx:
  extra_extensions: [sphinx.ext.todo]
  config: {nitpicky: true, html_show_sphinx: false}
"""


@pytest.mark.parametrize("settings", [BARE, RICH])
def test_any_course(tmp_path: Path, settings: str) -> None:
    (tmp_path / "_config.yml").write_text(settings, encoding="utf-8")
    ours, theirs = plain(sphinx_settings(tmp_path, {})), plain(stock(tmp_path))
    wanted = theirs.pop("html_theme_options")
    given = ours.pop("html_theme_options")
    assert ours == theirs
    if settings == RICH:
        buttons = wanted.pop("launch_buttons")
        assert given.pop("launch_buttons").items() <= buttons.items()
    # Of what is not said the theme has defaults of its own.
    assert given.items() <= wanted.items()


@pytest.mark.parametrize("root", [ROOT, TINY])
def test_courses_here(root: Path) -> None:
    assert plain(sphinx_settings(root, {})) == plain(stock(root))
