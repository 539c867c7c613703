"""Builds that are cut off: whatever ends one, the last good output is whole, the next one right."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import copy_tiny
from test_warm import content

from sourcebook import caches, placing
from sourcebook.builds import Job, build
from sourcebook.errors import BuildError
from sourcebook.kernels import CAN_FORK
from sourcebook.locks import building

forks = pytest.mark.skipif(not CAN_FORK, reason="builds are forked here, as kernels are")

KILLS = int(os.environ.get("SOURCEBOOK_KILLS", "4"))
"""So many moments; more of them where somebody has time."""


def make(root: Path) -> None:
    assert build(Job(root, quiet=True)).warnings == ()


def edition(root: Path) -> Path:
    return root / "_build" / "student"


def turn(root: Path, one: bool) -> None:
    """Make one of two courses of it, which differ in prose, a title, a table and a notebook."""
    words = ("A keeper came", "One keeper came"), ("7.25", "6.5"), ("# Visitors", "# Guests")
    names = "book/arrival.md", "book/data/sea-temperature.csv", "book/visitors.md"
    for name, (old, new) in zip(names, words, strict=True):
        path = root / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(*((new, old) if one else (old, new))), encoding="utf-8")


BUILDER = """
import contextlib, importlib, os, sys
from pathlib import Path
for name in ("jupyter_book.sphinx", "sphinx.application", "sphinx_book_theme", "myst_nb",
             "sphinxcontrib.bibtex", "nbclient", "typst", "sourcebook", "sourcebook.pdf"):
    importlib.import_module(name)
from sourcebook.builds import Job, build
for line in sys.stdin:
    order, *rest = line.split()
    if order == "wait":
        print(os.waitstatus_to_exitcode(os.waitpid(int(rest[0]), 0)[1]), flush=True)
        continue
    pid = os.fork()
    if pid:
        print(pid, flush=True)
        continue
    code = 1
    with contextlib.suppress(BaseException):
        os.setsid()
        said = os.open(rest[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(said, 1)
        os.dup2(said, 2)
        build(Job(Path(rest[0])))
        code = 0
    os._exit(code)
"""


class Builders:
    """Builds in processes of their own, forked from one that has its imports done."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", BUILDER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _ask(self, line: str) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def start(self, root: Path, said: Path | str = os.devnull) -> int:
        """Begin a build; its process id."""
        return self._ask(f"build {root} {said}")

    def ended(self, pid: int) -> int:
        """Wait for a build; its exit code."""
        return self._ask(f"wait {pid}")


@pytest.fixture
def builders() -> Iterator[Builders]:
    """Started for a test, and ended after it."""
    found = Builders()
    yield found
    found.process.kill()
    found.process.communicate()


def left_running(root: Path) -> list[int]:
    """Processes that still work in a course's folder, after a while to end."""
    import psutil

    for _ in range(50):
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if Path(process.cwd()).is_relative_to(root) and process.status() != "zombie":
                    found.append(process.pid)
        if not found:
            break
        time.sleep(0.2)
    return found


@dataclass(frozen=True)
class Both:
    """A course with the outputs of its two states, and how long a first build took."""

    root: Path
    good: list[dict[str, bytes]]
    longest: float


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    root = copy_tiny(tmp_path_factory.mktemp("robust") / "course")
    begun = time.perf_counter()
    make(root)
    longest = time.perf_counter() - begun
    good = [content(edition(root))]
    turn(root, False)
    make(root)
    good.append(content(edition(root)))
    assert good[0] != good[1]
    return Both(root, good, longest)


@forks
def test_killed_at_any_moment(both: Both, builders: Builders) -> None:
    root, good = both.root, both.good
    chance = random.Random(KILLS)
    for n in range(KILLS):
        one = n % 2
        turn(root, not one)
        pid = builders.start(root)
        delay = chance.uniform(0, both.longest)
        time.sleep(delay)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert builders.ended(pid) in (-signal.SIGKILL, 0)
        _is_whole(root, good, f"kill {n} after {delay:.2f} s")
        if n % 4 == 3:
            make(root)
            assert content(edition(root)) == good[one], f"after kill {n} at {delay:.2f} s"
    assert not list(edition(root).glob(".*"))
    assert left_running(root) == []


def _is_whole(root: Path, good: list[dict[str, bytes]], when: str) -> None:
    """Website and books are each one of the good ones, a book perhaps of the other course."""
    now = {name: data for name, data in content(edition(root)).items() if name[0] != "."}
    site = [{k: v for k, v in one.items() if k.startswith("html/")} for one in [now, *good]]
    assert site[0] in site[1:], when
    assert now.keys() in [one.keys() for one in good], when
    for name in now.keys() - site[0].keys():
        assert now[name] in [one[name] for one in good], f"{name}: {when}"


@forks
def test_interrupted(tiny: Path) -> None:
    """Ctrl-C, as a terminal sends it: one line, exit code 130, nothing left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sourcebook.cli", "build"],
        cwd=tiny, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
        # Where the tests themselves run in the background, they are deaf to it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("running notebook"):
            break
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    last = [line for line in said.splitlines() if not line.startswith(("reading", "writing",
            "running", "moving", "setting", "making"))]  # fmt: skip
    assert last == ["stopped; the last finished output is untouched"]
    assert out == ""
    assert left_running(tiny) == []
    assert not (tiny / "_build/.cache/plain/unfinished").exists()
    assert not list(tiny.glob("_build/student/.*"))
    make(tiny)
    assert (edition(tiny) / "html" / "index.html").is_file()


@forks
def test_two_builds_at_once(tiny: Path, both: Both, tmp_path: Path, builders: Builders) -> None:
    """The second waits, says for whom, and both are right."""
    said = [tmp_path / "one", tmp_path / "two"]
    started = [builders.start(tiny, path) for path in said]
    for code in map(builders.ended, started):
        assert code == 0, "".join(path.read_text(encoding="utf-8") for path in said)
    lines = [line for path in said for line in path.read_text(encoding="utf-8").splitlines()]
    waiting = [line for line in lines if "waiting:" in line]
    assert len(waiting) == 1
    assert "builds in this folder" in waiting[0] and "process " in waiting[0]
    assert content(edition(tiny)) == both.good[0]


def test_lock_may_be_held_twice_by_finished(tmp_path: Path) -> None:
    heard: list[str] = []
    with building(tmp_path, heard.append), building(tmp_path, heard.append):
        assert (tmp_path / "_build" / ".lock").read_text(encoding="utf-8").startswith("process ")
    with building(tmp_path, heard.append):
        pass
    assert heard == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A disk of so many kilobytes; only where one may be made."""
    place = tmp_path / "disk"
    place.mkdir()

    def make_disk(kilobytes: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, check=False).returncode
        except OSError:
            done = 1
        if done:
            pytest.skip("no disk can be mounted here")
        return place

    yield make_disk
    subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk up to so many bytes."""
    free = shutil.disk_usage(disk).free
    path = disk / "filler"
    path.write_bytes(b"\0" * max(0, free - leave))
    return path


def test_disk_that_is_full_or_read_only(small_disk: Callable[[int], Path], both: Both) -> None:
    disk = small_disk(60_000)
    root = copy_tiny(disk / "course")
    make(root)
    good = content(edition(root))
    assert good == both.good[0]
    turn(root, False)
    for leave in (0, 30_000, 300_000):
        filler = fill(disk, leave)
        with pytest.raises(BuildError, match="the disk is full"):
            make(root)
        assert content(edition(root)) == good
        filler.unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(BuildError, match="may not be written"):
        make(root)
    assert content(edition(root)) == good
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    make(root)
    assert content(edition(root)) == both.good[1]


def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder in its place and a newer one: a page changed, one is the same, one is new."""
    made, place = tmp_path / "made", tmp_path / "out" / "html"
    for folder, pages in ((place, {"a": "1", "b": "1", "c": "1"}), (made, {"a": "1", "b": "2"})):
        (folder / "in").mkdir(parents=True)
        for name, text in pages.items():
            (folder / "in" / f"{name}.html").write_text(text, encoding="utf-8")
    return made, place


@pytest.mark.parametrize("at_once", [True, False])
def test_folder_is_put_in_place(
    tmp_path: Path, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, place = folders(tmp_path)
    before = (place / "in" / "a.html").stat()
    if not at_once:
        monkeypatch.setattr(placing, "_exchange", lambda one, other: False)
    placing.place_folder(made, place)
    assert content(place) == {"in/a.html": b"1", "in/b.html": b"2"}
    after = (place / "in" / "a.html").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [path.name for path in place.parent.iterdir()] == ["html"]


def test_folder_that_cannot_be_written_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, place = folders(tmp_path)
    good = content(place)

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BuildError, match="the disk is full"), placing.said_clearly():
        placing.place_folder(made, place)
    with pytest.raises(OSError, match="No space"):
        placing.place_file(made / "in" / "b.html", place / "in" / "b.html")
    assert content(place) == good
    assert [path.name for path in place.parent.iterdir()] == ["html"]


def test_folder_comes_back_that_was_on_its_way_out(tmp_path: Path) -> None:
    """Where two folders cannot change places in one step, a kill may come between the two."""
    _, place = folders(tmp_path)
    good = content(place)
    place.rename(place.with_name(".html.old"))
    placing.recover(place)
    assert content(place) == good


def test_half_written_cache_is_dropped(tmp_path: Path) -> None:
    cache = tmp_path / "plain"
    doctrees, made = cache / "doctrees", cache / "student" / "html"
    for path in (doctrees / "a.doctree", made / "a.html", cache / "unfinished"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    with caches.using(cache, doctrees, made):
        assert [path.name for path in cache.iterdir()] == ["unfinished"]
    assert list(cache.iterdir()) == []


def test_failure_forgets_what_it_wrote(tmp_path: Path) -> None:
    cache = tmp_path / "plain"
    doctrees, made = cache / "doctrees", cache / "student" / "html"
    old = doctrees / "environment.pickle", doctrees / "a.doctree", made / "a.html"
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"good")
        os.utime(path, (1, 1))
    with pytest.raises(ValueError), caches.using(cache, doctrees, made):
        (doctrees / "b.doctree").write_bytes(b"half")
        raise ValueError
    assert sorted(path for path in cache.rglob("*") if path.is_file()) == sorted(old)
    with pytest.raises(ValueError), caches.using(cache, doctrees, made):
        (made / "b.html").write_bytes(b"half")
        raise ValueError
    assert not made.exists()
    assert (doctrees / "a.doctree").exists()
