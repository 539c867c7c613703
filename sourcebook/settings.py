"""Sphinx's settings out of ``_config.yml``, as Jupyter Book makes them for a website.

Jupyter Book itself is tied to the Sphinx of its time; read here, the same file builds the course
with any Sphinx, and the stock command still finds what it knows.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .chapters import CONFIG, read_yaml

_STOCK = ("sphinx_togglebutton", "sphinx_copybutton", "myst_nb", "sphinx_thebe",
          "sphinx_comments", "sphinx_external_toc", "sphinx.ext.intersphinx", "sphinx_design",
          "sphinx_book_theme")  # fmt: skip
"""Extensions of a course that names none; those that came with Jupyter Book, where it is."""
_COMMAND = ("jupyter_book", "sphinx_jupyterbook_latex")
"""Extensions that serve the stock command alone, the latter with settings of its own."""
_LATEX = "jblatex_"
_DEFAULTS: dict[str, Any] = {
    "title": "My Jupyter Book",
    "author": "The Jupyter Book community",
    "copyright": "2023",
    "logo": "",
    "exclude_patterns": [],
    "only_build_toc_files": False,
    "execute": {"execute_notebooks": "auto", "cache": "", "exclude_patterns": [], "timeout": 30,
                "run_in_temp": False, "allow_errors": False, "stderr_output": "show"},
    "parse": {
        "myst_enable_extensions": ["colon_fence", "dollarmath", "linkify", "substitution",
                                   "tasklist"],
        "myst_url_schemes": ["mailto", "http", "https"],
    },
    "html": {"favicon": "", "baseurl": "", "comments": {"hypothesis": False, "utterances": False}},
}  # fmt: skip
"""What holds where the course says nothing."""
_NEVER = ("_build", "Thumbs.db", ".DS_Store", "**.ipynb_checkpoints")
_NAMES = {
    "": {"title": "html_title", "author": "author", "copyright": "copyright", "logo": "html_logo",
         "project": "project", "only_build_toc_files": "external_toc_exclude_missing",
         "bibtex_bibfiles": "bibtex_bibfiles"},
    "execute": {"execute_notebooks": "nb_execution_mode", "cache": "nb_execution_cache_path",
                "exclude_patterns": "nb_execution_excludepatterns",
                "timeout": "nb_execution_timeout", "run_in_temp": "nb_execution_in_temp",
                "allow_errors": "nb_execution_allow_errors", "show_tb": "nb_execution_show_tb",
                "stderr_output": "nb_output_stderr"},
    "parse": {name: name for name in ("myst_enable_extensions", "myst_url_schemes",
                                      "myst_substitutions")},
    "html": {"favicon": "html_favicon", "baseurl": "html_baseurl", "comments": "comments_config"},
}  # fmt: skip
"""Keys of each part of the file, and what Sphinx and its extensions call them."""
_THEME = {
    "html": {"extra_footer": "extra_footer", "home_page_in_navbar": "home_page_in_toc",
             "announcement": "announcement", "analytics": "analytics",
             "use_repository_button": "use_repository_button",
             "use_edit_page_button": "use_edit_page_button",
             "use_issues_button": "use_issues_button"},
    "repository": {"url": "repository_url", "branch": "repository_branch",
                   "path_to_book": "path_to_docs"},
}  # fmt: skip
"""The same for the theme's own options."""


def sphinx_settings(root: Path, more: dict[str, Any]) -> dict[str, Any]:
    """All settings of a course, with those of a build on top."""
    config = read_yaml(root / CONFIG) or {}
    found: dict[str, Any] = {
        "html_theme": "sphinx_book_theme",
        "html_sourcelink_suffix": "",
        "numfig": True,
        "pygments_style": "sphinx",
        "suppress_warnings": ["myst.domains"],
    }
    for part, names in _NAMES.items():
        given = _part(_DEFAULTS, part) | _part(config, part)
        found |= {ours: given[key] for key, ours in names.items() if key in given}
    if found["nb_execution_mode"] is False:  # YAML takes ``off`` for that.
        found["nb_execution_mode"] = "off"
    found["exclude_patterns"] = sorted({*_NEVER, *config.get("exclude_patterns", ())})
    if isinstance(found.get("bibtex_bibfiles"), str):
        found["bibtex_bibfiles"] = [found["bibtex_bibfiles"]]
    found["html_theme_options"] = _theme(config)
    own = _part(config, "sphinx").get("config") or {}
    named = own.get("extensions") or _extensions(root, config)
    found |= {name: own[name] for name in own if not name.startswith(_LATEX)} | more
    found["extensions"] = [name for name in named if name not in _COMMAND]
    return found


def _part(config: dict[str, Any], part: str) -> dict[str, Any]:
    return (config.get(part) or {}) if part else config


def _theme(config: dict[str, Any]) -> dict[str, Any]:
    options = {"search_bar_text": "Search this book...", "home_page_in_toc": True}
    for part, names in _THEME.items():
        given = _part(config, part)
        options |= {ours: given[key] for key, ours in names.items() if key in given}
    if config.get("launch_buttons"):
        options["launch_buttons"] = config["launch_buttons"]
    return options


def _extensions(root: Path, config: dict[str, Any]) -> list[str]:
    mine = _part(config, "sphinx")
    local = mine.get("local_extensions") or {}
    for folder in {str((root / path).resolve()) for path in local.values()} - {*sys.path}:
        sys.path.append(folder)
    works = ["sphinxcontrib.bibtex"] if config.get("bibtex_bibfiles") else []
    stock = [name for name in _STOCK if find_spec(name)]
    return list(dict.fromkeys([*stock, *(mine.get("extra_extensions") or ()), *local, *works]))
