"""Files written and removed all together or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import SourcebookError


def move_all(writes: Mapping[Path, bytes], removes: Iterable[Path] = ()) -> None:
    """Write every file beside its place, then move all; whatever fails, all is as it was."""
    fresh = {path: path.with_name(f".{path.name}.new") for path in writes}
    before: dict[Path, bytes | None] = {}
    made: list[Path] = []
    try:
        for path, data in writes.items():
            made += _make_folders(path.parent)
            fresh[path].write_bytes(data)
            if path.exists():
                shutil.copymode(path, fresh[path])
        for path in writes:
            before[path] = path.read_bytes() if path.exists() else None
            fresh[path].replace(path)
        for path in removes:
            before[path] = path.read_bytes()
            path.unlink()
    except BaseException as error:
        _restore(before)
        for path in fresh.values():
            path.unlink(missing_ok=True)
        for folder in reversed(made):
            folder.rmdir()
        if isinstance(error, OSError):
            hint = "everything is as it was: see to it and run the command again"
            raise SourcebookError(
                f"not moved: {error.strerror}", hint, str(error.filename)
            ) from error
        raise


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder with those above it; the new ones, outermost first."""
    new = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return new


def _restore(before: Mapping[Path, bytes | None]) -> None:
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)
