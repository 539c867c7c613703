"""Our builds beside the stock command's, on the whole course, in turns.

    python tests/bench/stock.py 3

Stock is ``jupyter-book build .`` with its own list of extensions and those parts of ours that the
content needs, without what makes the website light, searchable and offline: its website alone.
Ours is ``sourcebook build``: website, PDF with the chapters' own, and e-book. A machine that is
slow for a while is slow for both: the ratio says more than the seconds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("web.light", "web.times", "offline", "live.pages", "search", "previews")
CONTENT = f"""
import sourcebook

def setup(app):
    sourcebook.PARTS = tuple(part for part in sourcebook.PARTS if part not in {LEFT_OUT})
    return sourcebook.setup(app)
"""
RUN = "import sys; from sourcebook.cli import main; sys.exit(main(sys.argv[1:]))"
OURS = [sys.executable, "-c", RUN, "build", "--quiet"]
STOCK = [str(Path(sys.executable).with_name("jupyter-book")), "build", "."]
PAGE = Path("book") / "revolution-of-1905.md"


def course(folder: Path, *, stock: bool) -> Path:
    """A copy of the course's files, with the stock list of extensions or our own."""
    folder.mkdir()
    for name in ("book", "exercises"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "_toc.yml", folder)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    if stock:
        del config["sphinx"]["config"]["extensions"]
        config["sphinx"]["extra_extensions"] = ["content_alone"]
        (folder / "content_alone.py").write_text(CONTENT, encoding="utf-8")
    (folder / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return folder


def seconds(root: Path, command: list[str]) -> float:
    """How long a command takes there."""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (root, ROOT)))}
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=root, env=paths, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Each case in turns: cold, nothing changed, one page changed."""
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as place:
        for n in range(rounds):
            roots = [course(Path(place) / f"{kind}{n}", stock=kind == "stock")
                     for kind in ("ours", "stock")]  # fmt: skip
            for case in ("cold", "nothing changed", "one page changed"):
                if case == "one page changed":
                    for root in roots:
                        with (root / PAGE).open("a", encoding="utf-8") as page:
                            page.write("\nOne sentence more.\n")
                times = seconds(roots[0], OURS), seconds(roots[1], STOCK)
                found.setdefault(case, []).append(times)
                print(f"{case}: ours {times[0]:.1f} s, stock {times[1]:.1f} s", flush=True)
    for case, pairs in found.items():
        ratios = sorted(ours / stock for ours, stock in pairs)
        said = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        print(f"{case}: {median(ratios):.2f} of the stock command's time ({said})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
