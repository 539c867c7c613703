"""Checks that a student runs in a notebook: they say in words what is wrong.

A check holds the digest of the answer and not the answer::

    check("growth", growth, "5f0a9c2e11d7", hint="Divide 1897 by 1887.",
          slips={"0b7d…": "You set the textile figure against the metal figure."})

A wrong answer raises ``NotYet``, so that nbgrader can grade the cell; Jupyter shows its
sentence and no traceback. Print the digest of an answer with
``python -m sourcebook.exercises 1.49``.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from typing import Any

WITHOUT_SOLUTIONS = "SOURCEBOOK_WITHOUT_SOLUTIONS"
"""Set while a page is built whose solutions have been moved out: it has nothing to check."""
DIGITS = 2
"""Digits after the point that count in a number."""


class NotYet(AssertionError):
    """An answer that is missing or wrong, with a sentence that helps."""

    def _render_traceback_(self) -> list[str]:
        return [f"Not yet: {self}"]


def digest(answer: Any, digits: int = DIGITS) -> str:
    """The form in which a notebook holds an answer: a hash of the number or the words."""
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        text = f"{round(float(answer), digits) + 0.0:.{digits}f}"
    else:
        text = " ".join(str(answer).lower().split())
    return hashlib.sha256(f"sourcebook:{text}".encode()).hexdigest()[:12]


def check(
    name: str,
    answer: Any,
    expected: str,
    *,
    hint: str,
    slips: Mapping[str, str] | None = None,
    digits: int = DIGITS,
) -> None:
    """Say whether ``answer`` is right; if not, what went wrong and what to try.

    ``expected`` and the keys of ``slips`` are digests; a slip is a wrong answer that is
    easily made, with the sentence that explains it.
    """
    if answer is None or answer is ...:
        if WITHOUT_SOLUTIONS in os.environ:
            return
        raise NotYet(f"{name} is still empty. {hint}")
    given, shown = digest(answer, digits), answer if isinstance(answer, str) else f"{answer:.6g}"
    if given == expected:
        print(f"Right: {name} is {shown}.")
        return
    if slips and given in slips:
        raise NotYet(f"{name} is {shown}. {slips[given]}")
    raise NotYet(f"{name} is {shown}, and that is not it. {hint}")


if __name__ == "__main__":
    for word in sys.argv[1:]:
        try:
            print(digest(float(word)), word)
        except ValueError:
            print(digest(word), word)
