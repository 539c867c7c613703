"""The commands for cells that run in a reader's browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..chapters import find_course
from ..terminal import add_command, short


def add_live_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """``sourcebook live`` and what comes after it."""
    live = add_command(
        commands, "live", "cells that readers run in their browsers", "sourcebook live fetch"
    )
    inner = live.add_subparsers(metavar="fetch", required=True)
    command = add_command(
        inner,
        "fetch",
        "get what cells need to run in a browser, once, with npm and pip",
        "sourcebook live fetch",
    )
    command.set_defaults(run=live_fetch)


def live_fetch(arguments: argparse.Namespace) -> int:
    """``sourcebook live fetch``."""
    from .kit import fetch

    folder = fetch(find_course(Path.cwd()))
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{short(folder)} has what cells need, {size / 1e6:.1f} MB: builds have Run buttons")
    return 0
