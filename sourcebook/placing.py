"""Finished outputs, put in their places whole or not at all.

Whatever happens while an output is written, the last good one stays whole. What has not changed
keeps its time, so that a preview, a web host or a backup sees what is new.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import filecmp
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .errors import BuildError

INNER = frozenset({".buildinfo", ".doctrees", ".entries", ".written"})
"""What a website's folder holds for the next build alone."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_SHUT = (errno.EACCES, errno.EPERM, errno.EROFS)


def place_file(made: Path, place: Path) -> Path:
    """Put a finished file in its place, unless the same is there."""
    if place.is_file() and filecmp.cmp(made, place, shallow=False):
        return place
    fresh = place.with_name(f".{place.name}.new")
    with _nothing_left(fresh):
        fresh.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, fresh)
        _on_disk([fresh])
        return fresh.replace(place)


def place_folder(made: Path, place: Path) -> Path:
    """Put a finished folder in its place; files that are the same there are kept."""
    recover(place)
    files = dict(_files(made))
    same = {name for name, path in files.items() if _is(path, place / name)}
    if len(same) == len(files) and dict(_files(place)).keys() == same:
        return place
    fresh = place.with_name(f".{place.name}.new")
    with _nothing_left(fresh):
        shutil.rmtree(fresh, ignore_errors=True)
        for name, path in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            if name in same:
                _keep(place / name, fresh / name)
            else:
                shutil.copyfile(path, fresh / name)
        _on_disk(fresh / name for name in files if name not in same)
        _swap(fresh, place)
    return place


def recover(place: Path) -> None:
    """Put a folder back that a build was moving out of the way when it was cut off."""
    old = _old(place)
    if old.is_dir() and not place.exists():
        old.rename(place)


def _old(place: Path) -> Path:
    return place.with_name(f".{place.name}.old")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if not INNER.intersection(name.parts) and path.is_file():
            yield name.as_posix(), path


def _is(path: Path, place: Path) -> bool:
    return place.is_file() and filecmp.cmp(path, place, shallow=False)


def _on_disk(files: Iterable[Path]) -> None:
    """Files are on the disk before the move that makes them the good ones."""
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _keep(source: Path, target: Path) -> None:
    """The same file in another folder, with its time; a copy where a disk has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextlib.contextmanager
def _nothing_left(fresh: Path) -> Iterator[None]:
    """Take away what was written so far when it cannot be finished."""
    try:
        yield
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def _swap(fresh: Path, place: Path) -> None:
    """Two folders change places, in one step where the system can; the old one goes."""
    old = _old(place)
    shutil.rmtree(old, ignore_errors=True)
    if not place.exists():
        fresh.rename(place)
    elif _exchange(fresh, place):
        shutil.rmtree(fresh, ignore_errors=True)
    else:
        place.rename(old)
        fresh.rename(place)
        shutil.rmtree(old, ignore_errors=True)


_HERE, _EXCHANGE = -100, 2  # AT_FDCWD; RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS


def _exchange(one: Path, other: Path) -> bool:
    """Python has no call for it; False where the system or the disk has none either."""
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "win32":
        return False
    try:
        system = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return bool(system.renamex_np(*names, _EXCHANGE) == 0)
        return bool(system.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
    except (AttributeError, OSError):
        return False


@contextlib.contextmanager
def said_clearly() -> Iterator[None]:
    """A full disk or a folder that may not be written is one message."""
    try:
        yield
    except OSError as error:
        found = unwritable(error)
        if found is None:
            raise
        raise found from error


def unwritable(error: BaseException) -> BuildError | None:
    """What a failure to write means to whoever builds; None where it is something else."""
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, shutil.Error):  # Of a folder that was copied: each file's in words.
        found = re.search(r"\[Errno (\d+)\]", str(error))
        number = int(found[1]) if found else None
    where = str(getattr(error, "filename", None) or "")
    if number in _NO_ROOM:
        hint = "make room and build again; the last finished output is untouched"
        return BuildError("the disk is full", hint, where)
    if number in _SHUT:
        hint = "make it writable, or build a copy of the course in a folder of your own"
        return BuildError("this may not be written", hint, where)
    return None
