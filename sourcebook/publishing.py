"""Put the student site where a web server takes it from, and nothing that may not be public."""

from __future__ import annotations

import shutil
from pathlib import Path

from .builds import Job, build, look_at_texts
from .errors import BuildError, SourcebookError
from .offline import write_worker_again

MARK = ".published-by-sourcebook"
KEPT = (".git", "CNAME")
"""What a folder of a web host has of its own."""


def publish(root: Path, place: Path, *, quiet: bool = False) -> Path:
    """Build the student edition and put website, book and e-book into ``place``.

    Refuses a class copy, a build with warnings, and a folder that holds anything else.
    """
    job = Job(root, quiet=quiet)
    look_at_texts(job)
    if job.class_copy:
        hint = "take it out first with: sourcebook text remove (it stays in your own file)"
        raise SourcebookError(f"the site would carry {job.carried}, which is in copyright", hint)
    place = place.resolve()
    others = [path.name for path in place.iterdir()] if place.is_dir() else []
    if place.is_file() or (set(others) - set(KEPT) and MARK not in others):
        hint = "name a new or an empty folder"
        raise SourcebookError("there is something else at this place", hint, str(place))
    built = build(job)
    if built.warnings:
        raise BuildError(f"not published: {len(built.warnings)} warnings", built.warnings[0])
    fresh, old = (place.with_name(f".{place.name}.{state}") for state in ("new", "old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(job.target / "html", fresh)
    for path in built.outputs:
        if path.suffix != ".html":
            shutil.copyfile(path, fresh / path.name)
    write_worker_again(fresh)
    # Folders that begin with an underscore are served, too.
    (fresh / ".nojekyll").touch()
    (fresh / MARK).touch()
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    for name in KEPT:
        if (old / name).exists():
            (old / name).rename(place / name)
    shutil.rmtree(old, ignore_errors=True)
    return place
