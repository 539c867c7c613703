"""A source text as the course knows it: its map, and the file a teacher supplies.

The repository holds a *map* of each text, never the text: for every paragraph its permanent
number, its length, a guide line in our words and *fingerprints* (see ``splitting``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

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


def read_map(path: Path) -> TextMap:
    """Read ``book/source/<id>.yml``."""
    where = str(path)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
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


_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word, EPUB or zip file",
    b"{\\rtf": "a rich-text file",
}
_SAVE_AS_TEXT = "open it, save it as plain text (.txt, UTF-8) and use that file"


def read_file(path: Path) -> str:
    """The words of the teacher's file, whatever its line ends and its encoding."""
    where = str(path)
    if path.is_dir():
        raise SourcebookError("this is a folder", "name the text file inside it", where)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourcebookError("there is no such file", "check its name", where) from None
    except OSError as error:
        hint = "check that you may open it"
        raise SourcebookError(f"the file cannot be read ({error.strerror})", hint, where) from error
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise SourcebookError(f"this is {kind}, not plain text", _SAVE_AS_TEXT, where)
    text = _decode(data, where).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SourcebookError("the file is empty", "save the text into it first", where)
    return text


def _decode(data: bytes, where: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise SourcebookError("this is a binary file, not plain text", _SAVE_AS_TEXT, where)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
