"""Make what was ordered, and move it into place when all of it is whole."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from ..builds import Built, Job, look_at_files, overrides, prepare, working
from ..outputs import run
from .pack import Order

BUILDERS = ("handout-pdf", "handout-html")
FOLDER = "packs"


def make(job: Job, orders: Sequence[Order], beside: dict[str, bytes] | None = None) -> Built:
    """A PDF and a page of each order, and files ``beside`` them, in the edition's folder."""
    start = time.perf_counter()
    prepare(job)
    look_at_files(job.root)
    warnings: list[str] = []
    config = {**overrides(job), "sourcebook_orders": [order.plain() for order in orders]}
    with working(job):
        for builder in BUILDERS:
            out = job.cache / job.name / builder
            shutil.rmtree(out, ignore_errors=True)
            warnings += run(job, builder, out, config)
        outputs = _move(job.target / FOLDER, _made(job), beside or {})
    seconds = time.perf_counter() - start
    return Built(tuple(outputs), tuple(dict.fromkeys(warnings)), seconds, job.carried)


def _made(job: Job) -> list[Path]:
    """Every hand-out's two files; Jupyter Book puts an index.html of its own beside the pages."""
    pdf, page = (job.cache / job.name / builder for builder in BUILDERS)
    papers = sorted(pdf.glob("*.pdf"))
    return [*papers, *(page / f"{paper.stem}.html" for paper in papers)]


def _move(place: Path, made: Sequence[Path], beside: dict[str, bytes]) -> list[Path]:
    """All files first under names of passage, then each into its place."""
    place.mkdir(parents=True, exist_ok=True)
    fresh = []
    for path in made:
        shutil.copyfile(path, place / f".{path.name}.new")
        fresh.append(path.name)
    for name, data in beside.items():
        (place / f".{name}.new").write_bytes(data)
        fresh.append(name)
    return [(place / f".{name}.new").replace(place / name) for name in sorted(fresh)]
