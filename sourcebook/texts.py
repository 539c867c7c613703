"""A source text as the course knows it: its map, and the file a teacher supplies.

The repository holds a *map* of each text, never the text: for every paragraph its permanent
number, its length, a guide line in our words and *fingerprints* (see ``splitting``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import yamls
from .errors import SourcebookError

SOURCE = "book/source"
"""Where a course keeps the maps of its texts, and the teacher's own copies."""


@dataclass(frozen=True)
class Paragraph:
    """One numbered paragraph of a map: what is known of it without its text."""

    id: str
    text_id: str
    words: int
    guide: str
    cue: str
    prints: tuple[str, ...]


@dataclass(frozen=True)
class TextMap:
    """A source text as the repository knows it (``book/source/<id>.yml``)."""

    id: str
    prefix: str
    title: str
    author: str
    rights: str
    publish: bool
    """Whether a public site may carry the text; false makes a build with it a class copy."""
    read_at: tuple[str, ...]
    """Where the text can lawfully be read, one sentence each."""
    paragraphs: tuple[Paragraph, ...]
    path: Path | None = None
    year: str = ""


def read_map(path: Path) -> TextMap:
    """Read ``book/source/<id>.yml``."""
    where = str(path)
    try:
        raw = yamls.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourcebookError(f"the map cannot be read: {error}", where=where) from error
    try:
        text_id = str(raw["id"])
        paragraphs = tuple(_read_paragraph(text_id, item) for item in raw["paragraphs"])
        return TextMap(
            id=text_id,
            prefix=str(raw.get("prefix") or ""),
            title=raw["title"],
            author=raw["author"],
            rights=raw["rights"],
            publish=bool(raw["publish"]),
            read_at=tuple(raw["read_at"]),
            paragraphs=paragraphs,
            path=path,
            year=str(raw.get("year") or ""),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        hint = "a map has id, prefix, title, author, rights, publish, read_at and paragraphs"
        raise SourcebookError(f"the map is incomplete: {error}", hint, where) from error


def _read_paragraph(text_id: str, item: dict[str, Any]) -> Paragraph:
    return Paragraph(
        id=str(item["id"]),
        text_id=text_id,
        words=int(item["words"]),
        guide=str(item["guide"]),
        cue=str(item["cue"]),
        prints=tuple(str(item["prints"]).split()),
    )


def stored_texts(folder: Path) -> list[Path]:
    """The teacher's texts that were added for all builds."""
    return sorted(folder.glob("*.txt"))


def read_maps(folder: Path) -> list[TextMap]:
    """All maps of a course, by file name."""
    return [read_map(path) for path in sorted(folder.glob("*.yml"))]
