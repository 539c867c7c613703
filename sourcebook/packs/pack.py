"""A pack: what a teacher chose for a class, as a record and as a small file that can be shared."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from ..chapters import format_range, line_of, parse_range, read_yaml
from ..errors import SourcebookError

VERSION = 1
PAPERS = ("a4", "letter")
PARTS = ("charts", "questions", "notes", "terms", "works")
"""What belongs to a choice and can be left out."""
# A file's key → the record's field, where Python has the word for itself.
_FIELDS = {"class": "group"}
_KEYS = (
    "version",
    "title",
    "class",
    "due",
    "instructions",
    "chapters",
    "paragraphs",
    "questions",
    "without",
    "paper",
)


@dataclass(frozen=True)
class Pack:
    """Chapters, paragraphs and questions for a class, with what its cover says."""

    name: str
    title: str = ""
    group: str = ""
    due: str = ""
    """The day it is due, as ``2026-12-01``."""
    instructions: str = ""
    chapters: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    paper: str = "a4"


@dataclass(frozen=True)
class Order:
    """A pack and what is to be printed of it: a hand-out, a worksheet or a test."""

    pack: Pack
    kind: str = "pack"
    seed: int = 1

    def plain(self) -> dict[str, Any]:
        """As plain values, for Sphinx's configuration."""
        return asdict(self)


def order_from(plain: Mapping[str, Any]) -> Order:
    """An order back from plain values."""
    pack: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in plain["pack"].items()
    }
    return Order(Pack(**pack), plain["kind"], plain["seed"])


def read_day(text: str, where: str = "") -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        hint = "write year, month, day: 2026-12-01"
        raise SourcebookError(f"{text!r} is no date", hint, where) from None


def day_of(pack: Pack) -> datetime.date | None:
    """The day a pack is due."""
    return read_day(pack.due) if pack.due else None


def day_in_words(pack: Pack) -> str:
    """The day a pack is due, as its cover says it."""
    day = day_of(pack)
    return f"{day:%A, %B} {day.day}, {day.year}" if day else ""


def read_pack(path: Path) -> Pack:
    """A saved pack; its name is the file's."""
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        hint = f"its keys are: {', '.join(_KEYS)}"
        raise SourcebookError("this is no saved pack", hint, str(path))
    if raw.get("version") != VERSION:
        said = f"of version {raw['version']}" if "version" in raw else "without a version"
        hint = f"look through it and set version: {VERSION}, the one this sourcebook reads"
        raise SourcebookError(f"this pack is {said}", hint, str(path))
    for key in raw:
        if key not in _KEYS:
            near = get_close_matches(str(key), _KEYS, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            hint += f"the keys are: {', '.join(_KEYS)}"
            place = f"{path}:{line_of(path, f'{key}:')}"
            raise SourcebookError(f"unknown key {key!r} in the pack", hint, place)
    values = {_FIELDS.get(key, key): _value(path, key, raw[key]) for key in _KEYS[1:] if key in raw}
    return Pack(name=path.stem, **values)


def _value(path: Path, key: str, value: Any) -> Any:
    """A value of a pack's file as the record holds it."""
    place = f"{path}:{line_of(path, f'{key}:')}"
    if key == "paragraphs":
        parts = value if isinstance(value, list) else [value]
        return tuple(parse_range(",".join(map(str, parts)), place))
    if key in ("chapters", "questions", "without"):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise SourcebookError(f"{key} cannot be {value!r}", f"write {key}: [one, another]", place)
    if isinstance(value, (dict, list)) or value is None:
        raise SourcebookError(f"{key} cannot be {value!r}", f"write {key}: some words", place)
    return str(value).strip()


def save_pack(pack: Pack, path: Path) -> None:
    """Write a pack's file; one that says something else is never overwritten."""
    if path.suffix not in (".yml", ".yaml"):
        raise SourcebookError("a pack is kept in a .yml file", "--save packs/week-1.yml", str(path))
    lines: dict[str, Any] = {"version": VERSION}
    for key in _KEYS[1:]:
        value = getattr(pack, _FIELDS.get(key, key))
        if key == "paragraphs":
            value = format_range(value).replace("–", "-")
        elif key == "due":
            value = day_of(pack)
        if value and (key, value) != ("paper", "a4"):
            lines[key] = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(lines, sort_keys=False, allow_unicode=True, width=100)
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        hint = "choose another name, or delete the file first"
        raise SourcebookError("another pack is kept here", hint, str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
