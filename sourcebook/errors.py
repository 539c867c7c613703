"""The one error a user of the course can cause: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SourcebookError(Exception):
    """Something a writer, teacher or builder can put right.

    ``where`` is a file, with its line where one is known; ``hint`` says what to do.
    The command line prints all three without a traceback and exits with ``exit_code``.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  → {self.hint}" if self.hint else ""
        return f"{place}{self.message}{advice}"


class BuildError(SourcebookError):
    """A build that stopped: the last good output is still where it was."""

    exit_code = 1
    warnings: tuple[str, ...] = ()
    """What was warned of before."""


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """A hint: the known names that a wrong one may stand for."""
    names = list(dict.fromkeys(filter(None, known)))
    found = get_close_matches(word, names, 3, 0.5) or names[:5]
    return f"the nearest {what} are: {', '.join(found)}" if found else f"there are no {what}"
