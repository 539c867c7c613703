"""``sourcebook pack`` and ``sourcebook worksheet``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..chapters import CONFIG, find_course, parse_range, read_yaml
from ..errors import SourcebookError
from ..overlay.commands import add_overlay_option
from ..terminal import add_command, short
from .catalog import Catalog, read_catalog
from .choosing import checked_order, name_for, title_of
from .pack import Order, Pack, read_pack, save_pack
from .term import TIMETABLE, read_term, timetable

if TYPE_CHECKING:
    from ..builds import Job


def add_pack_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put both commands into the command line."""
    pack = add_command(
        commands,
        "pack",
        "make a hand-out of chosen chapters, paragraphs or questions",
        "sourcebook pack revolution-of-1905 --class 10B --due 2026-12-01\n"
        "  sourcebook pack --paragraphs 25-29 --save packs/week-1.yml\n"
        "  sourcebook pack packs/",
    )
    pack.add_argument(
        "chosen", nargs="*", metavar="CHAPTER|PACK", help="chapters, a saved pack, or their folder"
    )
    pack.add_argument("--paragraphs", metavar="LIST", help="of the source, such as 25-29,T1")
    pack.add_argument("--save", type=Path, metavar="FILE", help="keep the choice as a pack")
    pack.add_argument("--list", action="store_true", help="every chapter and question to choose")
    _options(pack)
    pack.set_defaults(run=run_pack)
    sheet = add_command(
        commands,
        "worksheet",
        "print questions with room to write, or a quiz as a test",
        "sourcebook worksheet revolution-of-1905 --questions r1905-2,r1905-5\n"
        "  sourcebook worksheet revolution-of-1905 --test --seed 7",
    )
    sheet.add_argument(
        "chosen", nargs="+", metavar="CHAPTER|PACK", help="chapters, or a saved pack"
    )
    sheet.add_argument("--test", action="store_true", help="the quiz, in versions A and B")
    sheet.add_argument(
        "--seed", type=int, default=1, help="same seed, same versions; 1 unless told"
    )
    _options(sheet)
    sheet.set_defaults(run=run_worksheet, paragraphs=None, save=None)


def _options(command: argparse.ArgumentParser) -> None:
    """What hand-outs and worksheets have in common."""
    command.add_argument("--questions", metavar="IDS", help="these questions and no others")
    command.add_argument("--class", dest="group", metavar="WORDS", help="for the head")
    command.add_argument("--due", metavar="DATE", help="for the head, such as 2026-12-01")
    command.add_argument("--instructions", metavar="WORDS", help="for the head")
    command.add_argument("--title", metavar="WORDS", help="instead of what it holds")
    command.add_argument("--name", metavar="NAME", help="of the files, without ending")
    command.add_argument("--without", metavar="PARTS", help="charts,questions,notes,terms,works")
    command.add_argument("--paper", metavar="a4|letter", help="a4 unless told")
    command.add_argument(
        "--edition", default="student", metavar="student|teacher", help="student unless told"
    )
    command.add_argument(
        "--text", nargs="+", type=Path, default=[], metavar="FILE", help="source text, this time"
    )
    add_overlay_option(command)


def run_pack(arguments: argparse.Namespace) -> int:
    """``sourcebook pack``."""
    job = _job(arguments)
    catalog = read_catalog(job.source().root, job.edition)
    if arguments.list:
        print(*catalog.lines(), sep="\n")
        return 0
    orders = _orders(arguments, catalog, "pack")
    if arguments.save:
        save_pack(orders[0].pack, arguments.save)
        print(f"kept {arguments.save}: sourcebook pack {arguments.save} makes it again")
    beside = {}
    if any(Path(name).is_dir() for name in arguments.chosen):
        beside[TIMETABLE] = _timetable(job.root, [order.pack for order in orders], catalog)
    return _make(job, orders, beside)


def run_worksheet(arguments: argparse.Namespace) -> int:
    """``sourcebook worksheet``."""
    job = _job(arguments)
    kind = "test" if arguments.test else "worksheet"
    orders = _orders(arguments, read_catalog(job.source().root, job.edition), kind)
    return _make(job, orders, {})


def _job(arguments: argparse.Namespace) -> Job:
    from ..builds import EDITIONS, Job

    edition = arguments.edition
    if edition not in EDITIONS:
        hint = f"choose from {', '.join(EDITIONS)}"
        raise SourcebookError(f"there is no edition {edition!r}", hint)
    root, overlays = find_course(Path.cwd()), arguments.overlay
    return Job(root, edition, texts=arguments.text, quiet=True, overlays=overlays)


def _orders(arguments: argparse.Namespace, catalog: Catalog, kind: str) -> list[Order]:
    """What was chosen, checked: a folder's packs, one saved pack, or a new one."""
    said = _said(arguments)
    paths = [Path(name) for name in arguments.chosen if _is_file(name)]
    if paths and len(arguments.chosen) > 1:
        hint = "name one saved pack, one folder, or chapters"
        raise SourcebookError("a saved pack stands alone", hint, str(paths[0]))
    if paths:
        found = _saved(paths[0], said, arguments.save)
    else:
        pack = replace(Pack("", chapters=tuple(arguments.chosen)), **said)
        stem = arguments.save.stem if arguments.save else name_for(pack)
        found = [("", replace(pack, name=pack.name or stem or "pack"))]
    seed = getattr(arguments, "seed", 1)
    return [checked_order(Order(pack, kind, seed), catalog, where) for where, pack in found]


def _saved(path: Path, said: dict[str, Any], save: Path | None) -> list[tuple[str, Pack]]:
    """Saved packs; for a single one, options come on top of what its file says."""
    if not path.exists():
        hint = "a pack is a .yml file or a folder of them; chapters: sourcebook pack --list"
        raise SourcebookError("there is no such pack", hint, str(path))
    if not path.is_dir():
        return [(str(path), replace(read_pack(path), **said))]
    if said or save:
        hint = "change the packs' own files; only --edition and --text are for a whole folder"
        raise SourcebookError("these options are for one pack", hint, str(path))
    return read_term(path)


def _is_file(name: str) -> bool:
    return name.endswith((".yml", ".yaml", "/")) or Path(name).is_dir()


def _said(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options that were given, as fields of a pack."""
    said = {
        key: value.strip()
        for key in ("name", "group", "due", "instructions", "title", "paper")
        if (value := getattr(arguments, key)) is not None
    }
    if arguments.paragraphs is not None:
        said["paragraphs"] = tuple(parse_range(arguments.paragraphs, "--paragraphs"))
    for key in ("questions", "without"):
        if (value := getattr(arguments, key)) is not None:
            said[key] = tuple(filter(None, (part.strip() for part in value.split(","))))
    return said


def _timetable(root: Path, packs: Sequence[Pack], catalog: Catalog) -> bytes:
    title = str((read_yaml(root / CONFIG) or {}).get("title") or "").partition(":")[0]
    return timetable(title, packs, [title_of(pack, catalog) for pack in packs])


def _make(job: Job, orders: Sequence[Order], beside: dict[str, bytes]) -> int:
    from .making import make

    if not (job.cache / "doctrees").is_dir():
        print("reading the course for the first time; this takes about a minute …", flush=True)
    built = make(job, orders, beside)
    for warning in built.warnings:
        print(warning, file=sys.stderr)
    for path in built.outputs:
        print(short(path))
    print(f"{job.edition} edition, {len(built.warnings)} warnings, {built.seconds:.1f} s")
    print(f"It carries {built.text}.")
    return 0
