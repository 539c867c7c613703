"""What is the same for all pages of an output: found for the first one, kept for the others.

What goes through the whole course for each page takes a hundred times as long for a course
that is ten times as large.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from sphinx.application import Sphinx

Found = TypeVar("Found")


def once(find: Callable[[Sphinx], Found]) -> Callable[[Sphinx], Found]:
    """Let what a function finds in the course hold for the rest of the run; no longer."""
    name = f"{find.__module__}.{find.__qualname__}"

    @functools.wraps(find)
    def found(app: Sphinx) -> Found:
        kept: dict[str, Any] = app.builder.__dict__.setdefault("course_kept", {})
        if name not in kept:
            kept[name] = find(app)
        return kept[name]  # type: ignore[no-any-return]

    return found
