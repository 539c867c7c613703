"""The commands for your copy of a source text: keep it, look into it, map it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from .chapters import Chapter, find_course, read_chapter, read_toc
from .mapping import LOCK, lock, write_map
from .readers import read_file
from .reports import as_data, as_lines
from .splitting import Split, split_files
from .terminal import add_command, short
from .texts import SOURCE, TextMap, read_maps, stored_texts


def add_text_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``sourcebook text`` and what comes after it."""
    text = add_command(
        commands, "text", "your copy of the source text", "sourcebook text add my-copy.txt"
    )
    inner = text.add_subparsers(metavar="add|remove|split|map|lock", required=True)
    add = add_command(
        inner, "add", "keep a source text for all later builds", "sourcebook text add my-copy.txt"
    )
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.set_defaults(run=text_add)
    remove = add_command(
        inner, "remove", "forget the text that was added", "sourcebook text remove"
    )
    remove.set_defaults(run=text_remove)
    split = add_command(
        inner,
        "split",
        "show what a file holds, without keeping it",
        "sourcebook text split my-copy.txt --json",
    )
    split.add_argument("files", nargs="+", type=Path, metavar="FILE")
    split.add_argument("--json", action="store_true", help="as one JSON object")
    split.set_defaults(run=text_split)
    first = add_command(
        inner,
        "map",
        "write the first map of a new text, for a writer to fill in",
        "sourcebook text map letter.docx --id sister-letter --prefix S",
    )
    first.add_argument("file", type=Path, metavar="FILE")
    first.add_argument("--id", required=True, metavar="NAME", help="the map's file name")
    first.add_argument("--prefix", default="", metavar="LETTER", help="before each number")
    first.set_defaults(run=text_map)
    keep = add_command(
        inner,
        "lock",
        "record the published paragraph numbers; a build fails when one moves",
        "sourcebook text lock",
    )
    keep.set_defaults(run=text_lock)


def text_add(arguments: argparse.Namespace) -> int:
    """``sourcebook text add``."""
    root = find_course(Path.cwd())
    maps = read_maps(root / SOURCE)
    found = split_files(arguments.files, maps)
    for text_map in maps:
        words = [p.text for p in found.paragraphs if p.text_id == text_map.id]
        if words:
            path = root / SOURCE / f"{text_map.id}.txt"
            fresh = path.with_suffix(".new")
            fresh.write_text("\n\n".join(words) + "\n", encoding="utf-8")
            fresh.replace(path)
            print(f"kept {short(path)} (git ignores it; it is for your own builds)")
    _report(root, maps, found)
    print("All later builds use it, until: sourcebook text remove")
    return 0


def text_remove(arguments: argparse.Namespace) -> int:
    """``sourcebook text remove``."""
    root = find_course(Path.cwd())
    texts = stored_texts(root / SOURCE)
    for path in texts:
        path.unlink()
        print(f"removed {short(path)}")
    if not texts:
        print("no text was kept")
    return 0


def text_split(arguments: argparse.Namespace) -> int:
    """``sourcebook text split``."""
    root = find_course(Path.cwd())
    maps = read_maps(root / SOURCE)
    found = split_files(arguments.files, maps)
    if arguments.json:
        print(json.dumps(as_data(found, maps, _chapters(root)), ensure_ascii=False, indent=1))
    else:
        _report(root, maps, found)
    return 0


def text_map(arguments: argparse.Namespace) -> int:
    """``sourcebook text map``."""
    root = find_course(Path.cwd())
    path, count, left_out = write_map(
        root, read_file(arguments.file), arguments.id, arguments.prefix
    )
    print(f"wrote {short(path)}: {count} paragraphs")
    for line in left_out:
        print(f"  left out as a heading: {line[:70]}")
    print("Look through it: take out what is no paragraph and number again. Then fill in title,")
    print("author, rights, read_at, and for each paragraph a guide line in your own words and a")
    print("cue of two or three words; give each its chapter; and: sourcebook text lock")
    return 0


def text_lock(arguments: argparse.Namespace) -> int:
    """``sourcebook text lock``."""
    root = find_course(Path.cwd())
    chapters = _chapters(root)
    holders = {id: chapter.stem for chapter in chapters for id in chapter.passages}
    added = lock(root, read_maps(root / SOURCE), holders)
    print(f"{added} paragraphs added to {LOCK}; a build fails when one of its numbers moves")
    return 0


def _chapters(root: Path) -> list[Chapter]:
    chapters = [read_chapter(root, page.docname) for page in read_toc(root)]
    return [chapter for chapter in chapters if chapter.passages]


def _report(root: Path, maps: Sequence[TextMap], found: Split) -> None:
    for line in as_lines(found, maps, _chapters(root)):
        print(line)
