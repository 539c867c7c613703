"""Make the first map of a new text, and keep published paragraph numbers where they are.

A number once published is for good: questions, hand-outs and readers' notes cite it. The lock
(``book/source/paragraphs.lock``) holds a line for each published paragraph: its number, its
chapter, and a few of its fingerprints, by which it is known again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from .errors import SourcebookError
from .prints import count_words, fingerprints
from .readers import Document
from .texts import SOURCE, TextMap

LOCK = f"{SOURCE}/paragraphs.lock"
_HEAD = "# Published paragraphs: number, chapter, fingerprints. Made by: sourcebook text lock\n"
_LOCKED_PRINTS = 6


def paragraphs_of(document: Document) -> tuple[list[str], list[str]]:
    """A new text's paragraphs, and the short lines that look like headings and belong to none.

    Paragraphs are parted by blank lines where lines are wrapped, or else are lines.
    """
    blocks = [block.strip() for block in re.split(r"\n[ \t]*\n", document.text) if block.strip()]
    if not any("\n" in block for block in blocks) or len(blocks) < 3:
        blocks = [line.strip() for line in document.text.split("\n") if line.strip()]
    blocks = [" ".join(block.split()) for block in blocks]
    numbered = [block for block in blocks if not _is_heading(block)]
    return numbered, [block for block in blocks if _is_heading(block)]


def _is_heading(block: str) -> bool:
    words = count_words(block)
    return words < 3 or (words < 12 and not re.search(r"[.?!…:;,]['\"’”)\]]*$", block))


def new_map(document: Document, id: str, prefix: str) -> tuple[str, int, list[str]]:
    """The first map of a text as YAML, the number of its paragraphs, and what was left out."""
    numbered, left_out = paragraphs_of(document)
    about = {
        "id": id,
        "prefix": prefix,
        "title": "",
        "author": "",
        "rights": "Say who holds the rights.",
        "publish": False,
        "read_at": [],
    }
    items = [
        {
            "id": f"{prefix}{n}",
            "words": count_words(text),
            "guide": "",
            "cue": "",
            "prints": " ".join(fingerprints(text)),
        }
        for n, text in enumerate(numbered, 1)
    ]
    whole = {**about, "paragraphs": items}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), len(items), left_out


def write_map(root: Path, document: Document, id: str, prefix: str) -> tuple[Path, int, list[str]]:
    """Write ``book/source/<id>.yml``; a map that is there already is left alone."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", id):
        raise SourcebookError(
            f"{id!r} cannot name a text", "use small letters, digits and hyphens: my-text"
        )
    if not re.fullmatch(r"[A-Z]?", prefix):
        raise SourcebookError(f"{prefix!r} cannot be a prefix", "use one capital letter, or none")
    path = root / SOURCE / f"{id}.yml"
    if path.exists():
        hint = "choose another --id, or remove that map first"
        raise SourcebookError("there is a map of this name", hint, str(path))
    text, count, left_out = new_map(document, id, prefix)
    if not count:
        raise SourcebookError("no paragraph was found", "a paragraph has three words or more")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path, count, left_out


def lock(root: Path, maps: Sequence[TextMap], holders: dict[str, str]) -> int:
    """Add every paragraph that is not yet in the lock; returns how many were added.

    ``holders`` says which chapter holds each paragraph.
    """
    moved = list(moved_paragraphs(root, maps, holders))
    if moved:
        hint = "put it back: a published number is never given to anything else"
        raise SourcebookError(moved[0], hint, LOCK)
    path = root / LOCK
    known = {id for id, _, _ in _read(path)}
    lines = [
        f"{p.id} {holders[p.id]} {' '.join(p.prints[:_LOCKED_PRINTS])}\n"
        for text_map in maps
        for p in text_map.paragraphs
        if p.id not in known and p.id in holders
    ]
    if lines:
        old = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
        path.write_text(old + "".join(lines), encoding="utf-8")
    return len(lines)


def moved_paragraphs(root: Path, maps: Iterable[TextMap], holders: dict[str, str]) -> Iterator[str]:
    """Every published paragraph that is gone, has another text, or is in another chapter."""
    now = {p.id: p for text_map in maps for p in text_map.paragraphs}
    for id, chapter, prints in _read(root / LOCK):
        if id not in now:
            yield f"¶{id} was published, and no map has it"
        elif 2 * len(set(prints) & set(now[id].prints)) < len(prints):
            yield f"¶{id} was published, and now another paragraph has this number"
        elif holders.get(id) != chapter:
            place = holders.get(id, "no chapter")
            yield f"¶{id} was published in {chapter} and is now in {place}"


def _read(path: Path) -> list[tuple[str, str, list[str]]]:
    """The lock's lines: (number, chapter, fingerprints); none where there is no lock."""
    if not path.is_file():
        return []
    found = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            id, *rest = line.split()
            if not rest:
                hint = "a line has a number, a chapter and fingerprints"
                raise SourcebookError("the line is incomplete", hint, f"{path}:{n}")
            found.append((id, rest[0], rest[1:]))
    return found
