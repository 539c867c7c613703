"""What the commands share: how one is declared, how a path is shown."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help: str,
    example: str,
) -> argparse.ArgumentParser:
    """A command with its help and an example."""
    return commands.add_parser(
        name,
        help=help,
        description=f"{help[:1].upper()}{help[1:]}.",
        epilog=f"Example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def short(path: Path) -> str:
    """A path as the reader stands to it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
