"""The commands that move answers out of the tree and back, and the option ``--overlay``."""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..chapters import find_course
from ..terminal import add_command, short
from .staging import Stage, stage


def add_overlay_option(command: argparse.ArgumentParser) -> None:
    """Let a command take private overlays."""
    command.add_argument(
        "--overlay",
        nargs="+",
        type=Path,
        default=[],
        metavar="DIR",
        help="folders with your own answers, questions, notes and dates",
    )


@contextlib.contextmanager
def staged(root: Path, overlays: Sequence[Path]) -> Iterator[Stage]:
    """The course with its overlays, as long as a command needs it."""
    with tempfile.TemporaryDirectory() as scratch:
        yield stage(root, overlays, Path(scratch) / "source")


def add_answers_commands(inner: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``sourcebook answers detach`` and ``sourcebook answers attach``."""
    out = add_command(
        inner,
        "detach",
        "move everything that only teachers may see into a folder outside the repository",
        "sourcebook answers detach ../answers",
    )
    out.add_argument("folder", type=Path, metavar="DIR")
    out.set_defaults(run=detach)
    back = add_command(
        inner,
        "attach",
        "bring back what was detached, every file as it was",
        "sourcebook answers attach ../answers",
    )
    back.add_argument("folder", type=Path, metavar="DIR")
    back.set_defaults(run=attach)


def detach(arguments: argparse.Namespace) -> int:
    """``sourcebook answers detach``."""
    from .detaching import detach as detach_answers

    root = find_course(Path.cwd())
    plan = detach_answers(root, arguments.folder)
    where = short(arguments.folder)
    print(f"moved {plan.blocks} blocks and pages into {where}; no answer is left in the tree")
    print(f"The teacher edition: sourcebook build --edition teacher --overlay {where}")
    print("What git has committed still holds them: publish a copy without its history.")
    for old in sorted((root / "_build").glob("teacher*")):
        print(f"{short(old)} was built with them: remove it before you give the folder away.")
    return 0


def attach(arguments: argparse.Namespace) -> int:
    """``sourcebook answers attach``."""
    from .detaching import attach as attach_answers

    changed = attach_answers(find_course(Path.cwd()), arguments.folder)
    print(f"brought back into {len(changed)} files; {short(arguments.folder)} stays as it is")
    return 0
