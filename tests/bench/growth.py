"""How builds grow: the tiny course once, ten and a hundred times, with time and memory.

    python tests/bench/growth.py 1 10 100

Chapters, passages, questions, quizzes, tables and notebooks grow; no notebook is run. Every
output is made in a process of its own, by the command line, after the pages have been read once
for all: ``read`` is that first time. The ratios say more than the seconds: a course ten times
as large should take ten times as long at most.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

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


def grow(folder: Path, times: int) -> Path:
    """A tiny course with so many times the chapters, their work, sources and tables."""
    root = Path(shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("_build", "*.txt")))
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["execute_notebooks"] = "off"
    # Nothing can be said of figures and languages of cells that are not run.
    config["sphinx"]["config"]["suppress_warnings"] = ["myst-nb"]
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    page = root / "book" / "herring-year.md"
    text = page.read_text(encoding="utf-8").replace("{numref}`fig-sea`", "a figure")
    page.write_text(text, encoding="utf-8")
    for n in range(1, times):
        for name in CHAPTERS:
            _copy(root / "book" / f"{name}.md", n)
        for name in WORK:
            _copy(root / "exercises" / f"{name}.md", n)
        _copy_maps(root / "book" / "source", n)
        _copy_table(root / "book" / "data", n)
    _copy_toc(root / "_toc.yml", times)
    return root


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


def measure(root: Path) -> Iterator[tuple[str, float, int]]:
    """Each output with its seconds of processor time and its peak of memory in MB."""
    for name, order in OUTPUTS:
        if name == "one page":
            with (root / "book" / "arrival.md").open("a", encoding="utf-8") as page:
                page.write("\nOne sentence more.\n")
        before = os.times()
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", RUN, *order.split(), "--quiet", "--strict"],
            cwd=root, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
        wall = time.perf_counter() - start
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        after = os.times()
        spent = after.children_user + after.children_system
        spent -= before.children_user + before.children_system
        peak = int(re.findall(r"^peak (\d+)$", done.stdout, re.MULTILINE)[-1])
        print(f"  {name:<10} {spent:7.1f} s  ({wall:.1f} s by the clock)  {peak:5} MB", flush=True)
        yield name, spent, peak


def main(sizes: list[int]) -> None:
    """The table of each size, then how each output grew."""
    found: dict[int, dict[str, tuple[float, int]]] = {}
    for times in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = grow(Path(folder) / "course", times)
            pages = len(list(root.rglob("*.md")))
            print(f"{times} times the tiny course, {pages} pages", flush=True)
            found[times] = {name: (seconds, peak) for name, seconds, peak in measure(root)}
    for small, large in pairwise(sizes):
        print(f"from {small} to {large} times:")
        for name, (seconds, peak) in found[large].items():
            before, least = found[small][name]
            print(f"  {name:<10} time × {seconds / before:.1f}  memory × {peak / least:.1f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1, 10])
