"""One build at a time in one course: who comes second waits, and is told for whom.

The system holds the lock and gives it back when its process ends, however it ends: a lock is
never left behind by a build that was killed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_PAUSE = 0.2
_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_FAR = 1 << 30  # Windows keeps others from reading what is locked: a byte that is not there.
_held: set[Path] = set()


@contextlib.contextmanager
def building(root: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the course's lock; wait for another build that holds it, and say so once."""
    path = root.resolve() / "_build" / ".lock"
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        waiting = False
        while not _take(file):
            if not waiting:
                file.seek(0)
                say(f"waiting: {file.read().strip() or 'another process'} builds in this folder")
                waiting = True
            time.sleep(_PAUSE)
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')},")
        file.flush()
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
            file.truncate(0)
            # Windows wants its byte back before the file is closed; elsewhere closing does it.
            _give(file)


def _take(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network disks know no locks: there nobody is waited for.
        return error.errno not in _HELD
    return True


def _give(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(_FAR)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
