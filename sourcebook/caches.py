"""What builds keep for the next one, under ``_build/.cache``: never trusted when it may be half.

``using`` guards what Sphinx reads and writes there; ``Seal`` tells whether an output is made of
the same files as before and still lies where it was put.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from platform import python_version

PACKAGE = Path(__file__).parent
LOOKS = (".typ", ".css", ".js", ".html")
"""Files of the package that outputs take as they are: no page is read again for them."""
_MARK = "unfinished"
_WARNED = "warned.json"


def caches_of(root: Path) -> Path:
    """Where all builds of a course keep what they keep."""
    return root / "_build" / ".cache"


def drop_stale(cache: Path) -> None:
    """Begin anew where the package, or one it needs, has changed: what was read is stale."""
    state = hashlib.sha256(python_version().encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", *LOOKS):
            state.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    # Wherever it is: a newer Sphinx may be laid over the one that is installed.
    installed = (path.name for folder in sys.path for path in Path(folder).glob("*.dist-info"))
    state.update(repr(sorted(installed)).encode())
    stamp = cache / "made-by"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state.hexdigest():
        return
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    stamp.write_text(state.hexdigest(), encoding="utf-8")


def drop_half(cache: Path) -> None:
    """Begin anew where a build was killed: any file may be half of one."""
    mark = cache / _MARK
    if mark.exists():
        for path in cache.iterdir():
            if path != mark:
                _remove(path)


@contextlib.contextmanager
def using(cache: Path, doctrees: Path, *made: Path) -> Iterator[None]:
    """Read and write a cache, so that nothing half-written in it is ever used again."""
    mark = cache / _MARK
    drop_half(cache)
    cache.mkdir(parents=True, exist_ok=True)
    mark.write_bytes(b"")
    try:
        yield
    except BaseException:
        _forget(mark.stat().st_mtime_ns, doctrees, *made)
        mark.unlink()
        raise
    mark.unlink()


def _forget(since: int, doctrees: Path, *made: Path) -> None:
    """Take out what a failed build wrote; what earlier ones read is used again."""
    for folder in made:
        if any(_newer(path, since) for path in folder.rglob("*")):
            _remove(folder)
    # Pages are read before the environment is saved: what it knows is whole.
    if not _newer(doctrees / "environment.pickle", since):
        for path in doctrees.rglob("*.doctree"):
            if _newer(path, since):
                path.unlink()


def _newer(path: Path, since: int) -> bool:
    return path.is_file() and path.stat().st_mtime_ns >= since


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def remember_warned(cache: Path, places: Iterable[str]) -> None:
    """Keep which pages a build warned of, so that the next one says it again."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / _WARNED).write_text(json.dumps(sorted(set(places))), encoding="utf-8")


def warned(cache: Path) -> list[str]:
    """The pages that the last build warned of."""
    try:
        return list(json.loads((cache / _WARNED).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


@dataclass(frozen=True)
class Seal:
    """Says of an output that it is made of these very files and has not been touched since."""

    path: Path
    inputs: str

    def holds(self, place: Path) -> bool:
        """Whether the output is in its place, whole, and made of what there is now."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(kept == self._of(place))

    def set(self, place: Path) -> None:
        """Seal an output that has just been put in its place."""
        self.path.write_text(json.dumps(self._of(place)), encoding="utf-8")

    def _of(self, place: Path) -> list[str]:
        files = place.rglob("*") if place.is_dir() else [place]
        return [self.inputs, str(place), state_of(files)]


def state_of(files: Iterable[Path]) -> str:
    """Names, sizes and times of files, in short."""
    found = hashlib.sha256()
    for path in sorted(files):
        if path.is_file():
            stat = path.stat()
            found.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()


def course_files(root: Path, *others: Path) -> Iterator[Path]:
    """Every file that an output might be made of; not what is installed or built."""
    yield from (path for path in PACKAGE.rglob("*") if path.suffix in LOOKS)
    left_out = {PACKAGE, root / "_build", *others}
    for folder, inner, names in os.walk(root):
        here = Path(folder)
        inner[:] = [
            name
            for name in inner
            if not name.startswith((".", "__pycache__", "node_modules", "jupyter_execute"))
            and here / name not in left_out
            and not (here / name / "pyvenv.cfg").is_file()
        ]
        yield from (here / name for name in names)
