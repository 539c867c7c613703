"""Everything that can be wrong in the course's own files, collected, each with its place."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .builds import DATA
from .chapters import CONFIG, Chapter, Page, line_of, read_chapter, read_toc, read_yaml
from .errors import SourcebookError
from .mapping import LOCK, moved_paragraphs
from .notebooks import student_notebook
from .running import run_sphinx
from .texts import SOURCE, read_maps
from .validation import invalid_tables


def check(root: Path) -> list[str]:
    """Every problem of the course, one line each: ``file:line: what is wrong``."""
    problems = list(_settings(root))
    try:
        pages = read_toc(root)
    except SourcebookError as error:
        return [*problems, _line(error, root)]
    problems += _pages(root, pages)
    problems += _passages(root, pages)
    problems += _tables(root, pages)
    if not problems:
        problems += _dry_run(root, pages)
    return problems


def _line(error: SourcebookError, root: Path) -> str:
    return str(error).replace(f"{root}/", "").replace("\n  → ", " → ")


def _settings(root: Path) -> Iterator[str]:
    """Keys of ``_config.yml`` that Jupyter Book would pass over in silence."""
    import json

    import jupyter_book

    home = Path(jupyter_book.__file__).parent
    schema = json.loads((home / "config_schema.json").read_text(encoding="utf-8"))
    known = {key: set(value.get("properties", {})) for key, value in schema["properties"].items()}
    defaults = read_yaml(home / "default_config.yml")
    for key, value in defaults.items():
        known.setdefault(key, set()).update(value if isinstance(value, dict) else ())
    try:
        config = read_yaml(root / CONFIG) or {}
    except SourcebookError as error:
        yield _line(error, root)
        return
    lines = (root / CONFIG).read_text(encoding="utf-8").splitlines()
    for key, value in config.items():
        if key not in known:
            yield _unknown_key(lines, key, "", sorted(known))
        elif known[key] and isinstance(value, dict) and key not in ("sphinx", "latex"):
            for inner in set(value) - known[key]:
                yield _unknown_key(lines, inner, f"{key}.", sorted(known[key]))


def _unknown_key(lines: list[str], key: str, above: str, known: list[str]) -> str:
    line = next((n for n, text in enumerate(lines, 1) if re.match(rf"\s*{key}:", text)), 1)
    return f"{CONFIG}:{line}: unknown key {above}{key} → the keys are: {', '.join(known)}"


def _pages(root: Path, pages: list[Page]) -> Iterator[str]:
    """Front matter, and notebook pages that a student may open."""
    for page in pages:
        try:
            chapter = read_chapter(root, page.docname)
            if chapter.stem.endswith("-notebook"):
                student_notebook(root, chapter)
        except SourcebookError as error:
            yield _line(error, root)


def _chapters(root: Path, pages: list[Page]) -> Iterator[Chapter]:
    for page in pages:
        try:
            yield read_chapter(root, page.docname)
        except SourcebookError:
            continue  # _pages says what is wrong with it.


def _passages(root: Path, pages: list[Page]) -> Iterator[str]:
    """Paragraphs in no chapter, or in two."""
    try:
        maps = read_maps(root / SOURCE)
    except SourcebookError as error:
        yield _line(error, root)
        return
    known = [p.id for text_map in maps for p in text_map.paragraphs]
    holder: dict[str, str] = {}
    for chapter in _chapters(root, pages):
        where = f"{chapter.docname}.md:{line_of(chapter.path, 'passages:')}"
        for id in chapter.passages:
            if id not in known:
                yield f"{where}: no source has ¶{id} → see the maps in {SOURCE}/"
            elif id in holder:
                yield f"{where}: ¶{id} is also in {holder[id]}.md → take it out of one"
            else:
                holder[id] = chapter.docname
    holders = {id: docname.rsplit("/", 1)[-1] for id, docname in holder.items()}
    for moved in moved_paragraphs(root, maps, holders):
        yield f"{LOCK}: {moved} → a published number is for good: put it back"
    for id in known:
        if id not in holder:
            yield f"{SOURCE}: ¶{id} is in no chapter → add it to the passages of one"


def _tables(root: Path, pages: list[Page]) -> Iterator[str]:
    """Tables that do not fit their records, and names of tables that do not exist."""
    folder = root / DATA
    stems = {path.stem for path in folder.glob("*.csv")}
    for fault in invalid_tables(folder):
        yield fault.replace(f"{root}/", "")
    for chapter in _chapters(root, pages):
        for name in chapter.tables:
            if name not in stems:
                where = f"{chapter.docname}.md:{line_of(chapter.path, 'tables:')}"
                yield f"{where}: there is no table {name} → see {DATA}/"


_FIGURE = re.compile(r"^ +figure:\n(?: +.*\n)*? +name: *(\S+)", re.MULTILINE)


def _dry_run(root: Path, pages: list[Page]) -> list[str]:
    """What Sphinx finds when it reads every page and resolves every link."""
    # No cell is run, so that a cell's figure has no label yet; a build finds a wrong one.
    texts = [(root / f"{page.docname}.md").read_text(encoding="utf-8") for page in pages]
    unborn = {f"undefined label: '{name}'" for text in texts for name in _FIGURE.findall(text)}
    with tempfile.TemporaryDirectory() as scratch:
        config: dict[str, Any] = {"nb_execution_mode": "off", "suppress_warnings": ["myst-nb"]}
        out = Path(scratch) / "out"
        try:
            found = run_sphinx(
                root,
                out,
                builder="dummy",
                doctrees=Path(scratch) / "doctrees",
                config=config,
                quiet=True,
            )
            return [line for line in found if not any(label in line for label in unborn)]
        except SourcebookError as error:
            return [_line(error, root)]
