"""Notebooks to take away: a link on each notebook's page, and the file it leads to.

The file is the student's notebook with its tables and what its cells import: it runs wherever
Jupyter does. A course may add links that open its written notebooks elsewhere.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from .archives import write_files
from .chapters import Chapter, read_chapter
from .datapackage import link_to
from .errors import SourcebookError
from .live.kit import own_modules
from .notebooks import student_notebook
from .once import once

PLACE = "notebooks"
_GUIDE = """\
{title}

Open {name}.ipynb in Jupyter (https://jupyter.org). It needs Python 3.11 or newer and

    pip install jupyterlab altair vl-convert-python pyyaml

data/ holds the tables it reads, sourcebook/ what its cells import from the course.
"""


def packed_notebook(root: Path, chapter: Chapter, data: str = "book/data") -> dict[str, bytes]:
    """A student's notebook with all that it needs, by the names in the zip file."""
    tables = [root / data / f"{name}{end}" for name in chapter.tables for end in (".csv", ".yml")]
    return {
        f"{chapter.stem}.ipynb": student_notebook(root, chapter).encode(),
        "README.txt": _GUIDE.format(title=chapter.title, name=chapter.stem).encode(),
        **{f"data/{path.name}": path.read_bytes() for path in tables},
        **own_modules(),
    }


def look_at_addresses(app: Sphinx, config: Any) -> None:
    """Stop where a launch link would not lead to a notebook."""
    for name, address in config.sourcebook_launch.items():
        if "{notebook}" not in str(address):
            hint = "write {notebook} where the address has the notebook's name"
            raise SourcebookError(f"sourcebook_launch: {name} names no notebook", hint)


def add_links(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The line of links, under the title of a notebook's page."""
    if doctree is None or not _is_notebook(app, pagename):
        return
    _written(app).add(pagename)
    stem = pagename.rpartition("/")[2]
    address = link_to(pagename, f"{PLACE}/{stem}.zip")
    links = [f'<a href="{address}" download>Download the notebook</a> (zip, with its tables)']
    for name, pattern in app.config.sourcebook_launch.items():
        there = escape(str(pattern).replace("{notebook}", stem))
        links.append(f'<a href="{there}">Open it in {escape(name)}</a>')
    line = f'</h1>\n<p class="chapter-facts">{" · ".join(links)}</p>'
    context["body"] = context["body"].replace("</h1>", line, 1)


def _is_notebook(app: Sphinx, docname: str) -> bool:
    return docname.endswith("-notebook") and app.config.sourcebook_pages


def write_notebook_files(app: Sphinx, exception: Exception | None) -> None:
    """Put the files that the links lead to into a finished website, as their pages are new."""
    if exception is not None or app.builder.name not in ("html", "dirhtml"):
        return
    root, place = Path(app.srcdir), Path(app.outdir) / PLACE
    kept = set()
    for docname in sorted(app.env.found_docs):
        if _is_notebook(app, docname):
            place.mkdir(exist_ok=True)
            chapter = read_chapter(root, docname)
            path = place / f"{chapter.stem}.zip"
            kept.add(path)
            if docname in _written(app) or not path.is_file():
                files = packed_notebook(root, chapter, app.config.sourcebook_data_folder)
                write_files(path, files)
    for path in set(place.glob("*.zip")) - kept:
        path.unlink()


@once
def _written(app: Sphinx) -> set[str]:
    """The notebooks whose pages were written in this run: they, or what they show, are new."""
    return set()


def setup(app: Sphinx) -> None:
    """Register the links. ``sourcebook_launch`` names places and their addresses."""
    app.add_config_value("sourcebook_launch", {}, "html", types=frozenset({dict}))
    app.connect("config-inited", look_at_addresses)
    app.connect("html-page-context", add_links)
    app.connect("build-finished", write_notebook_files)
