"""The course's own files as records: the order of pages, and what each chapter declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from . import yamls
from .errors import SourcebookError

TOC, CONFIG = "_toc.yml", "_config.yml"
KNOWN_KEYS = (
    "passages",
    "minutes",
    "years",
    "asks",
    "description",
    "tables",
    "edition",
    "file_format",
    "kernelspec",
)
"""The front matter a page of the course may have."""
KNOWN_MINUTES = ("reading", "discussion")
TEACHER_BLOCKS = frozenset({"guidance", "scoring", "sample", "teacher"})
"""The directives whose content only teachers see."""
TEACHER_CELLS = frozenset({"solution", "teacher"})
"""The tags of cells that only teachers see, with their outputs."""


@dataclass(frozen=True)
class Page:
    """A page in the order of the toc; a chapter's questions and notebook name it as parent."""

    docname: str
    part: str
    parent: str | None


@dataclass(frozen=True)
class Chapter:
    """What a page declares in its front matter. ``line`` is where a key stands, from 1."""

    docname: str
    path: Path
    title: str
    passages: tuple[str, ...] = ()
    minutes: dict[str, int] = field(default_factory=dict)
    years: tuple[int, int] | None = None
    """The first and the last year the chapter is about."""
    asks: str = ""
    """The question the chapter is about, for the map of chapters."""
    tables: tuple[str, ...] = ()
    description: str = ""
    """What it is about, for those who have not opened it."""
    edition: str = ""
    """``teacher`` for a page that the student edition does not have."""

    @property
    def stem(self) -> str:
        """The chapter's subject: its file name, and its label in the course."""
        return self.docname.rsplit("/", 1)[-1]


def find_course(start: Path) -> Path:
    """The nearest folder upward that holds a course (``_toc.yml`` and ``_config.yml``)."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / TOC).is_file() and (folder / CONFIG).is_file():
            return folder
    raise SourcebookError(
        f"no course here: no folder upward has {TOC} and {CONFIG}",
        "change into the course's folder first",
        str(start.resolve()),
    )


def read_yaml(path: Path) -> Any:
    """Read a YAML file of the course, or say which file and line is not YAML."""
    try:
        return yamls.load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SourcebookError(
            f"this is not YAML: {error.problem}", "mend the line", f"{path}:{line}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourcebookError(f"the file cannot be read: {error}", where=str(path)) from error


def read_toc(root: Path) -> list[Page]:
    """Every page of the course in order, the welcome page first."""
    pages = _read_toc(root, state_of(root / TOC))
    for page in pages:
        if not source_of(root, page.docname):
            line = line_of(root / TOC, page.docname)
            raise SourcebookError(
                f"{page.docname} is named, but there is no such page",
                f"write {page.docname}.md or take the line out",
                f"{TOC}:{line}",
            )
    return list(pages)


def state_of(path: Path) -> tuple[int, int]:
    """What changes when a file does: every page of a build asks for the same few files."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=8)
def _read_toc(root: Path, state: tuple[int, int]) -> list[Page]:
    toc = read_yaml(root / TOC) or {}
    if not isinstance(toc, dict) or "root" not in toc:
        raise SourcebookError("the order of pages has no root", "add root: book/index", TOC)
    pages = [Page(toc["root"], "", None)]
    for part in toc.get("parts") or [{"chapters": toc.get("chapters") or []}]:
        caption = part.get("caption") or ""
        for entry in part.get("chapters") or []:
            pages += _toc_entry(entry, caption, None)
    return pages


def _toc_entry(entry: dict[str, Any], part: str, parent: str | None) -> Iterator[Page]:
    docname = str(entry.get("file", "")).removesuffix(".md")
    if docname:
        yield Page(docname, part, parent)
    for child in entry.get("sections") or []:
        yield from _toc_entry(child, part, docname)


def source_of(root: Path, docname: str) -> Path | None:
    """The file a page is written in."""
    path = root / f"{docname}.md"
    return path if path.is_file() else None


def line_of(path: Path, needle: str) -> int:
    """The first line of a file that holds some words, from 1."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if needle in line), 1)


_FRONT = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)


def split_front_matter(text: str) -> tuple[str, str, int]:
    """A page's front matter, its body, and the line the body begins on."""
    match = _FRONT.match(text)
    if not match:
        return "", text, 1
    return match.group(1), text[match.end() :], match.group().count("\n") + 1


def read_chapter(root: Path, docname: str) -> Chapter:
    """A page's declaration, validated: unknown keys and wrong values are errors."""
    return _read_chapter(root, docname, state_of(root / f"{docname}.md"))


@lru_cache(maxsize=2000)
def _read_chapter(root: Path, docname: str, state: tuple[int, int]) -> Chapter:
    path = root / f"{docname}.md"
    front, body, _ = split_front_matter(path.read_text(encoding="utf-8"))
    try:
        raw = yamls.load(front) or {}
    except yaml.YAMLError as error:
        hint = "mend the lines between the two ---"
        raise SourcebookError(f"the front matter is not YAML: {error}", hint, str(path)) from error
    where = path.relative_to(root).as_posix()
    if not isinstance(raw, dict):
        hint = "write each key with its value, such as passages: 46-50"
        raise SourcebookError("the front matter is no list of keys", hint, f"{where}:1")
    for key in raw:
        if key not in KNOWN_KEYS:
            raise SourcebookError(
                f"unknown key {key!r} in the front matter",
                f"the keys are: {', '.join(KNOWN_KEYS)}",
                f"{where}:{line_of(path, f'{key}:')}",
            )
    title = re.search(r"^# (.+)$", body, re.MULTILINE)
    return Chapter(
        docname=docname,
        path=path,
        title=title.group(1).strip() if title else docname,
        passages=tuple(parse_range(str(raw.get("passages") or ""), where)),
        minutes=_minutes(raw.get("minutes") or {}, where),
        years=_years(raw.get("years"), f"{where}:{line_of(path, 'years:')}"),
        asks=str(raw.get("asks") or ""),
        tables=_names(raw.get("tables") or [], where),
        description=" ".join(str(raw.get("description") or "").split()),
        edition=_edition(raw.get("edition") or "", where),
    )


def _edition(raw: Any, where: str) -> str:
    if raw not in ("", "teacher"):
        hint = "write edition: teacher, or nothing for a page of both editions"
        raise SourcebookError(f"edition cannot be {raw!r}", hint, where)
    return str(raw)


def _names(raw: Any, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise SourcebookError(
            f"tables cannot be {raw!r}", "write tables: [workers, strikes]", where
        )
    return tuple(str(name) for name in raw)


_YEARS = re.compile(r"(\d{3,4})(?:\s*[-–]\s*(\d{3,4}))?")


def _years(raw: Any, where: str) -> tuple[int, int] | None:
    if raw is None:
        return None
    match = _YEARS.fullmatch(str(raw))
    if not match or int(match[2] or match[1]) < int(match[1]):
        hint = "write one year or two, the earlier first: 1940 or 1905-1914"
        raise SourcebookError(f"years cannot be {raw!r}", hint, where)
    return int(match[1]), int(match[2] or match[1])


def format_years(years: tuple[int, int]) -> str:
    """Years for readers, the second cut to two digits in the same century: ``1905–14``."""
    first, last = years
    if first == last:
        return str(first)
    return f"{first}–{last % 100:02d}" if first // 100 == last // 100 else f"{first}–{last}"


def _minutes(raw: Any, where: str) -> dict[str, int]:
    good = isinstance(raw, dict) and all(
        key in KNOWN_MINUTES and isinstance(value, int) for key, value in raw.items()
    )
    if not good:
        hint = "write minutes: {reading: 20, discussion: 30}"
        raise SourcebookError(f"minutes cannot be {raw!r}", hint, where)
    return dict(raw)


_RANGE = re.compile(r"([A-Z]?)(\d+)(?:\s*[-–]\s*([A-Z]?)(\d+))?")


def parse_range(text: str, where: str = "") -> list[str]:
    """Paragraph ids of a list such as ``46-50`` or ``3, T1-T7``."""
    ids: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _RANGE.fullmatch(part)
        if not match or (match[4] and (match[3] != match[1] or int(match[4]) < int(match[2]))):
            hint = "write one number, a range or a list: 25, 46-50, T1-T7"
            raise SourcebookError(f"{part!r} names no paragraphs", hint, where)
        prefix, first = match[1], int(match[2])
        ids += [f"{prefix}{n}" for n in range(first, int(match[4] or first) + 1)]
    return ids


def format_range(ids: list[str] | tuple[str, ...]) -> str:
    """The shortest form of a list of paragraph ids, for readers: ``46–50``, ``3, T1–T7``."""
    runs: list[list[str]] = []
    for id in ids:
        prefix, number = id.rstrip("0123456789"), int(id.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if runs and runs[-1][1] == f"{prefix}{number - 1}":
            runs[-1][1] = id
        else:
            runs.append([id, id])
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in runs)
