"""How builds grow: the tiny course once, ten and a hundred times, with time and memory.

    python tests/bench/growth.py 1 10 100
    python tests/bench/growth.py 1 10 --notebooks --picture _build/bench

Chapters, passages, questions, quizzes, tables and notebooks grow; no notebook is run, unless
in a second pass, with ``--notebooks``. Every output is made in a process of its own, by the
command line, after the pages have been read once for all: ``read`` is that first time. The
ratios say more than the seconds: a course ten times as large should take ten times as long at
most. Time is that of all processes of an output, memory that of the one that writes it.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import psutil
import yaml

TINY = Path(__file__).resolve().parents[1] / "cases" / "tiny-course"
CHAPTERS = ("arrival", "herring-year", "visitors")
WORK = ("herring-year", "herring-year-notebook", "visitors")
OUTPUTS = (
    ("read", "build html"),
    ("unchanged", "build html"),
    ("one page", "build html"),
    ("pdf", "build pdf"),
    ("epub", "build epub"),
    ("teacher", "build html --edition teacher"),
)
RUN = """
import resource, sys
from sourcebook.cli import main
code = main(sys.argv[1:])
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
sys.exit(code)
"""


class Point(NamedTuple):
    """What an output of a course of so many pages takes."""

    output: str
    pages: int
    seconds: float
    peak: int


def grow(folder: Path, times: int, *, run: bool = False) -> Path:
    """A tiny course with so many times the chapters, their work, sources and tables."""
    root = Path(shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("_build", "*.txt")))
    if not run:
        _run_nothing(root)
    for n in range(1, times):
        for name in CHAPTERS:
            _copy(root / "book" / f"{name}.md", n)
        for name in WORK:
            _copy(root / "exercises" / f"{name}.md", n)
        _copy_maps(root / "book" / "source", n)
        _copy_table(root / "book" / "data", n)
    _copy_toc(root / "_toc.yml", times)
    return root


def _run_nothing(root: Path) -> None:
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["execute_notebooks"] = "off"
    # Nothing can be said of figures and languages of cells that are not run.
    config["sphinx"]["config"]["suppress_warnings"] = ["myst-nb"]
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    page = root / "book" / "herring-year.md"
    text = page.read_text(encoding="utf-8").replace("{numref}`fig-sea`", "a figure")
    page.write_text(text, encoding="utf-8")


def _copy(path: Path, n: int) -> None:
    """A page under another name, with ids, paragraphs and a table of its own."""
    text = path.read_text(encoding="utf-8")
    # The paragraphs of a copy have its number before them: ¶3 of the second copy is B2x3.
    text = re.sub(r"(?<=passages: ).+|(?<=\{passage\} ).+|(?<=:paragraphs: ).+",
                  lambda found: _renumbered(found[0], n), text)  # fmt: skip
    text = re.sub(r"(?<=\{para\}`)[^`]+", lambda found: _renumbered(found[0], n), text)
    text = re.sub(r"(\{(?:question|quiz)\} [\w-]+)", rf"\1-{n}", text)
    text = text.replace("sea-temperature", f"sea-temperature-{n}")
    text = re.sub(r"\bfig-sea\b", f"fig-sea-{n}", text)
    for name in (*CHAPTERS, *WORK):
        text = re.sub(rf"(\{{doc\}}`(?:<|/)?(?:\w+/)?){name}(?=[`>])", rf"\g<1>{name}-{n}", text)
    stem, notebook, _ = path.stem.partition("-notebook")
    path.with_name(f"{stem}-{n}{notebook}.md").write_text(text, encoding="utf-8")


def _renumbered(ids: str, n: int) -> str:
    """Numbers of the almanac and of the letter as those of their copies."""
    return re.sub(r"\bT?\d+", lambda found: _number(found[0], n), ids)


def _number(id: str, n: int) -> str:
    """Twelve paragraphs of the almanac and four of the letter a copy, counted on."""
    return f"T{int(id[1:]) + 4 * n}" if id.startswith("T") else str(int(id) + 12 * n)


def _copy_maps(folder: Path, n: int) -> None:
    for path in (folder / "keeper-almanac.yml", folder / "sister-letter.yml"):
        whole = yaml.safe_load(path.read_text(encoding="utf-8"))
        first = 4 if whole["prefix"] else 12
        for item in whole["paragraphs"][:first]:
            whole["paragraphs"].append({**item, "id": _number(item["id"], n)})
        path.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")


def _copy_table(folder: Path, n: int) -> None:
    name = f"sea-temperature-{n}"
    shutil.copyfile(folder / "sea-temperature.csv", folder / f"{name}.csv")
    record = (folder / "sea-temperature.yml").read_text(encoding="utf-8")
    (folder / f"{name}.yml").write_text(record.replace("sea-temperature", name), encoding="utf-8")


def _copy_toc(path: Path, times: int) -> None:
    toc = yaml.safe_load(path.read_text(encoding="utf-8"))
    for part in toc["parts"]:
        mine = [entry for entry in part["chapters"] if Path(entry["file"]).name in CHAPTERS]
        part["chapters"] += [_numbered(entry, n) for n in range(1, times) for entry in mine]
    path.write_text(yaml.safe_dump(toc, sort_keys=False), encoding="utf-8")


def _numbered(entry: dict[str, object], n: int) -> dict[str, object]:
    stem, notebook, _ = str(entry["file"]).partition("-notebook")
    found: dict[str, object] = {"file": f"{stem}-{n}{notebook}"}
    inner = entry.get("sections")
    if isinstance(inner, list):
        found["sections"] = [_numbered(section, n) for section in inner]
    return found


def _adopt() -> None:
    """Let processes that outlive their parents come here, where their time is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _wait_for_all() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


@contextlib.contextmanager
def _kernels() -> Iterator[dict[int, float]]:
    """The seconds of each kernel, looked at while it lives: nobody is told when one has ended."""
    seconds: dict[int, float] = {}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.05):
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error, OSError):
                    if os.getsid(process.pid) == process.pid:  # No other process leads a session.
                        spent = process.cpu_times()
                        seconds[process.pid] = spent.user + spent.system

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield seconds
    finally:
        ended.set()
        watch.join()


def measure(root: Path) -> Iterator[Point]:
    """What each output of a course takes, in seconds of processor time and in MB at the peak."""
    pages = len(list(root.rglob("*.md")))
    for name, order in OUTPUTS:
        if name == "one page":
            with (root / "book" / "arrival.md").open("a", encoding="utf-8") as page:
                page.write("\nOne sentence more.\n")
        before = os.times()
        start = time.perf_counter()
        with _kernels() as kernels:
            done = subprocess.run(
                [sys.executable, "-c", RUN, *order.split(), "--quiet", "--strict"],
                cwd=root, capture_output=True, text=True, encoding="utf-8",
            )  # fmt: skip
        wall = time.perf_counter() - start
        _wait_for_all()
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        after = os.times()
        spent = after.children_user + after.children_system
        spent += sum(kernels.values()) - before.children_user - before.children_system
        peak = int(re.findall(r"^peak (\d+)$", done.stdout, re.MULTILINE)[-1])
        print(f"  {name:<10} {spent:7.1f} s  ({wall:.1f} s by the clock)  {peak:5} MB", flush=True)
        yield Point(name, pages, spent, peak)


def measured(sizes: list[int], *, run: bool) -> list[Point]:
    """The table of each size, then how each output grew."""
    found: dict[int, list[Point]] = {}
    for times in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = grow(Path(folder) / "course", times, run=run)
            notebooks = "notebooks are run" if run else "no notebook is run"
            pages = len(list(root.rglob("*.md")))
            print(f"{times} times the tiny course, {pages} pages, {notebooks}", flush=True)
            found[times] = list(measure(root))
    for small, large in pairwise(sizes):
        print(f"from {small} to {large} times:")
        for before, point in zip(found[small], found[large], strict=True):
            ratio, more = point.seconds / before.seconds, point.peak / before.peak
            print(f"  {point.output:<10} time × {ratio:.1f}  memory × {more:.1f}")
    return [point for points in found.values() for point in points]


def main() -> None:
    """One pass, or two; the pictures where they are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[1, 10], help="1 10 unless told")
    parser.add_argument("--notebooks", action="store_true", help="once more, with notebooks run")
    parser.add_argument("--picture", type=Path, metavar="DIR", help="draw curves there")
    asked = parser.parse_args()
    _adopt()
    passes = (False, True) if asked.notebooks else (False,)
    found = {run: measured(asked.sizes, run=run) for run in passes}
    if asked.picture:
        _draw(found, asked.picture)


def _draw(found: dict[bool, list[Point]], folder: Path) -> None:
    # Late: what is loaded here would count as memory of the processes that are measured.
    from curves import picture

    for run, points in found.items():
        path = folder / ("growth-notebooks.png" if run else "growth.png")
        how = "with notebooks that are run" if run else "without running notebooks"
        picture(points, path, f"How builds grow, {how}")
        print(f"{path} and .svg")


if __name__ == "__main__":
    main()
