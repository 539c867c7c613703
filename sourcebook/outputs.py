"""Make the outputs of a course in its cache: one after the other, or two at a time.

Where a second process helps, the e-book and the website are written there of what was read,
while the book and its chapters' PDFs are made here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import beside
from .beside import Beside
from .caches import remember_warned, using, warned
from .chapters import read_toc
from .errors import BuildError
from .progress import Progress, current, telling
from .running import NO_MOMENTS, Moments, nothing, run_sphinx
from .settings import sphinx_settings

if TYPE_CHECKING:
    from .builds import Job
    from .overlay.staging import Stage

BUILDERS = {"html": "html", "pdf": "typst", "epub": "ebook"}
BOOK = "pdf"
READY = "getting ready"
NEEDED = ("sphinx.application", "nbclient.client", "myst_nb.core.execute.direct")
"""What every run imports beside its extensions."""


@dataclass(frozen=True)
class Output:
    """A format that was made, and what was warned of on the way."""

    format: str
    warnings: list[str]
    pages: set[str]
    """The pages that the warnings speak of."""


def make(job: Job, formats: Sequence[str], config: dict[str, Any]) -> Iterator[Output]:
    """Make each format in the cache; what was warned of last time is read again first."""
    again = {"sourcebook_reread": " ".join(warned(job.cache))}
    if BOOK in formats and len(formats) > 1:
        import_ahead(job.root)
        if beside.helps():
            yield from _two_at_a_time(job, formats, config, again)
            return
    for format in formats:
        with using(job.cache, job.doctrees, job.made(format)):
            output = _output(job, job.source(), format, config | again)
        yield output
        again = {}


def _two_at_a_time(
    job: Job, formats: Sequence[str], config: dict[str, Any], again: dict[str, Any]
) -> list[Output]:
    """Read all and make the book here; the others in a second process, as soon as all is read."""
    source, others = job.source(), [format for format in formats if format != BOOK]
    with (
        using(job.cache, job.doctrees, *map(job.made, formats)),
        contextlib.closing(Beside(partial(_elsewhere, job, source, others, config))) as second,
    ):
        book = _output(job, source, BOOK, config | again, Moments(when_read=second.tell))
        second.tell()
        if not second.is_done():
            current().stage("waiting for the website" if "html" in others else "waiting")
        made, current().beside = second.result()
    return [book, *made]


def _elsewhere(
    job: Job,
    source: Stage,
    formats: Sequence[str],
    config: dict[str, Any],
    told: Callable[[], None],
) -> tuple[list[Output], dict[str, float]]:
    """Make these when all is read, and take the book along when it is there; with the times."""
    stream = current().stream
    # Two lines cannot stand in one place of a terminal.
    progress = Progress(stream if stream and not stream.isatty() else None)

    def until_read() -> None:
        progress.stage("waiting until all is read", aloud=False)
        told()
        progress.stage(READY, aloud=False)

    made: list[Output] = []
    with telling(progress):
        # The website last: it takes the book along.
        for format in sorted(formats, key="html".__eq__):
            moments = Moments(
                before_load=nothing if made else until_read,
                before_finish=told if format == "html" else nothing,
            )
            made.append(_output(job, source, format, config, moments))
    return made, progress.times


def import_ahead(root: Path) -> None:
    """Import what Sphinx will: while another process works, or so that a copy need not."""
    for name in (*NEEDED, *sphinx_settings(root, {})["extensions"]):
        # What is not there is said by Sphinx.
        with contextlib.suppress(ImportError):
            import_module(name)


def run(job: Job, builder: str, made: Path, config: dict[str, Any]) -> list[str]:
    """Let a builder make something in the cache; its warnings."""
    with using(job.cache, job.doctrees, made):
        return _run(job, job.source(), builder, made, config)[0]


def _output(
    job: Job, source: Stage, format: str, config: dict[str, Any], moments: Moments = NO_MOMENTS
) -> Output:
    return Output(format, *_run(job, source, BUILDERS[format], job.made(format), config, moments))


def _run(
    job: Job,
    source: Stage,
    builder: str,
    made: Path,
    config: dict[str, Any],
    moments: Moments = NO_MOMENTS,
) -> tuple[list[str], set[str]]:
    """One run of Sphinx; its warnings, and the pages that they speak of."""
    current().stage(READY, aloud=False)
    try:
        said = run_sphinx(
            source.root,
            made,
            builder=builder,
            doctrees=job.doctrees,
            tags=["teacher"] if job.edition == "teacher" else [],
            config=config,
            quiet=not job.verbose,
            moments=moments,
        )
    except BuildError as error:
        warned_now = _pages_of(source.root, error.warnings)
        remember_warned(job.cache, {*warned(job.cache), *warned_now})
        raise
    return [source.locate(line) for line in said], _pages_of(source.root, said)


def _pages_of(root: Path, warnings: Sequence[str]) -> set[str]:
    """The pages that warnings speak of; the first page for those of the whole course."""
    first = read_toc(root)[0].docname
    named = (re.match(r"([^:]+)\.md:", line) for line in warnings)
    return {name[1] if name and (root / name[0][:-1]).is_file() else first for name in named}
