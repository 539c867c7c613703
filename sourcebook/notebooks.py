"""The student notebooks as clean ``.ipynb`` files that Jupyter opens and runs.

Jupyter opens no MyST file from a plain clone, so each notebook page is written out with its
tables beside it. Cells tagged ``solution`` or ``teacher`` stay behind.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from .chapters import (
    TEACHER_BLOCKS,
    TEACHER_CELLS,
    Chapter,
    format_range,
    parse_range,
    read_chapter,
    read_toc,
)
from .errors import SourcebookError

_ROLE = re.compile(r"\{(para|doc|ref|term|cite:t|cite:p|numref|claim)\}`([^`]+)`")
_FENCE = re.compile(r"^(:|`){3,}\{(\w[\w-]*)\} *(.*)$")


def write_notebooks(root: Path, folder: Path) -> list[Path]:
    """Write every notebook page of the course, and the tables they name, into ``folder``."""
    pages = [page for page in read_toc(root) if page.docname.endswith("-notebook")]
    if not pages:
        raise SourcebookError("the course has no notebooks", "name one <stem>-notebook.md")
    written = []
    for page in pages:
        chapter = read_chapter(root, page.docname)
        notebook = student_notebook(root, chapter)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{chapter.stem}.ipynb"
        path.write_text(notebook, encoding="utf-8")
        written.append(path)
        for table in chapter.tables:
            for suffix in (".csv", ".yml"):
                (folder / "data").mkdir(exist_ok=True)
                source = root / "book" / "data" / f"{table}{suffix}"
                if not source.is_file():
                    where = f"{page.docname}.md"
                    raise SourcebookError(f"there is no table {source.name}", "write it", where)
                shutil.copyfile(source, folder / "data" / source.name)
    return written


def student_notebook(root: Path, chapter: Chapter) -> str:
    """One notebook page as the text of an ``.ipynb`` file."""
    import nbformat
    from myst_nb.core.read import read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    text = chapter.path.read_text(encoding="utf-8")
    # No source map and no path: nothing of the builder's machine goes into the file.
    notebook = read_myst_markdown_notebook(text, MdParserConfig(), add_source_map=False)
    cells: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        if TEACHER_CELLS.intersection(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(root, cell.source, str(chapter.path))
            if not cell.source:
                continue
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict(_grading(tags, f"{chapter.stem}-{len(cells) + 1}"))
        cell["id"] = f"cell-{len(cells) + 1}"
        cells.append(cell)
    notebook.cells = cells
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def _grading(tags: list[str], id: str) -> dict[str, Any]:
    """What nbgrader needs to know of a cell: where a student answers, and what gives points."""
    solution, grade = "exercise" in tags, "check" in tags
    if not (solution or grade):
        return {}
    record = {"schema_version": 3, "grade_id": id, "solution": solution, "grade": grade}
    record |= {"locked": grade, "task": False}
    return {"nbgrader": record | ({"points": 1} if grade else {})}


def plain_markdown(root: Path, text: str, where: str = "") -> str:
    """Course Markdown as Jupyter shows it: roles and boxes turned into words."""
    lines = []
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if fence and fence[2] in TEACHER_BLOCKS:
            hint = "use a cell with the tag teacher: a notebook is given to students"
            raise SourcebookError(f"{{{fence[2]}}} stands in a notebook page", hint, where)
        if fence and fence[1] == ":":
            lines.append(f"**{fence[3] or fence[2].capitalize()}**")
        elif not re.match(r"^(:{3,}\s*|:[\w-]+: .*)$", line):
            lines.append(line)
    return _ROLE.sub(lambda m: _role_in_words(root, m), "\n".join(lines)).strip()


def _role_in_words(root: Path, match: re.Match[str]) -> str:
    role, content = match[1], match[2]
    titled = re.fullmatch(r"(.+?)\s*<.+>", content)
    if titled:
        return titled[1]
    if role == "para":
        return f"¶{format_range(parse_range(content))}"
    if role == "doc":
        return f"“{read_chapter(root, content.lstrip('/')).title}”"
    return content
