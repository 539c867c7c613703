"""The course with its overlays as a folder of its own, for Sphinx to read.

Neither the tree nor a build without overlays has anything of them: the folder stands with the
caches, one for each set of overlays.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from ..chapters import CONFIG, read_yaml
from .course import merge, read_lines


@dataclass(frozen=True)
class Stage:
    """A folder with the course as Sphinx is to read it."""

    root: Path
    origins: dict[str, list[str]]
    """File → where each of its lines comes from, where it is an overlay's."""

    def locate(self, said: str) -> str:
        """A message that names lines of merged files, naming the overlay's instead."""

        def place(found: re.Match[str]) -> str:
            name, n = found[1], int(found[2])
            lines = self.origins.get(name, [])
            before = sum(not origin for origin in lines[:n])
            own = n <= len(lines) and lines[n - 1]
            return own or (f"{name}:{before}" if lines else found[0])

        names = "|".join(map(re.escape, self.origins))
        return re.sub(rf"\b({names}):(\d+)", place, said) if names else said


def files_of(root: Path) -> Iterator[str]:
    """The files of a course that its settings do not leave out."""
    settings = read_yaml(root / CONFIG) or {}
    left_out = ["_build", "jupyter_execute", *(settings.get("exclude_patterns") or [])]
    for top in sorted(root.iterdir()):
        if top.name.startswith(".") or any(fnmatch(top.name, pattern) for pattern in left_out):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            name = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix()


def stage(root: Path, overlays: Sequence[Path], folder: Path) -> Stage:
    """Bring the folder up to date; without overlays the course stays where it is.

    What has not changed is not written again, so that it is not read again.
    """
    if not overlays:
        return Stage(root, {})
    course = merge(root, overlays)
    files = {name: root / name for name in files_of(root)} | course.added
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, source in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name in course.changed:
            data = "".join(line.text for line in course.changed[name]).encode()
            if not place.is_file() or place.read_bytes() != data:
                place.write_bytes(data)
        elif not place.is_file() or place.read_bytes() != source.read_bytes():
            shutil.copyfile(source, place)
    origins = {name: [line.origin for line in lines] for name, lines in course.changed.items()}
    for name, path in course.added.items():
        if name.endswith(".md"):
            origins[name] = [f"{path}:{n}" for n, _ in enumerate(read_lines(path), 1)]
    return Stage(folder, origins)
