"""Build the course: every format of an edition, from one reading, each put in its place.

Both formats and both editions share what was read (a cache of doctrees for each text state,
under ``_build/.cache``). Every output is made there and moved into place when it is whole:
a build that fails leaves the last good one untouched. What is made of the same files as before
and lies where it was put is not made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archives import write_zip
from .beside import Beside, helps
from .caches import (
    Seal,
    caches_of,
    course_files,
    drop_half,
    drop_stale,
    remember_warned,
    state_of,
    warned,
)
from .chapters import CONFIG, read_chapter, read_toc, read_yaml
from .errors import BuildError, SourcebookError
from .kernels import warm
from .live.kit import FOLDER as LIVE
from .locks import building
from .mapping import LOCK, moved_paragraphs
from .outputs import import_ahead, make
from .overlay.staging import Stage, stage
from .pdf.forms import Form, form_of
from .placing import place_file, place_folder, recover, said_clearly
from .progress import Progress, telling
from .splitting import split_files
from .texts import SOURCE, TextMap, read_maps, stored_texts
from .validation import invalid_tables

FORMATS = ("html", "pdf", "epub")
ZIP = "zip"
"""The website as one file: made when it is asked for."""
EDITIONS = ("student", "teacher")
DATA = "book/data"


@dataclass(frozen=True)
class Built:
    """What a build made: its files for the reader, and every warning on the way."""

    outputs: tuple[Path, ...]
    warnings: tuple[str, ...]
    seconds: float
    text: str
    """Which text the book carries, in words."""
    times: dict[str, float] = field(default_factory=dict)
    """Seconds by stage, in the order of the stages."""
    beside: dict[str, float] = field(default_factory=dict)
    """The same of what a second process made at the same time."""
    unchanged: tuple[Path, ...] = ()
    """Outputs that needed no making."""


@dataclass
class Job:
    """A build as it was asked for."""

    root: Path
    edition: str = "student"
    formats: Sequence[str] = FORMATS
    texts: Sequence[Path] = ()
    out: Path | None = None
    quiet: bool = False
    """No progress."""
    keys: bool = True
    """Whether the student edition tells the answers of its quizzes."""
    form: str = "book"
    """How the PDF is printed: a name in ``pdf/forms.py``, and its paper below."""
    paper: str = "a4"
    chapter: str = ""
    """The one chapter that is printed, with its questions and notebook; the book unless told."""
    offline: bool = True
    """Whether browsers keep the website, where the course's settings do not say otherwise."""
    overlays: Sequence[Path] = ()
    """Folders outside the repository whose answers, questions and notes are merged in."""
    verbose: bool = False
    """Everything that Sphinx says, in place of our own progress."""
    class_copy: bool = field(init=False, default=False)
    carried: str = field(init=False, default="no source text: guide lines stand in its place")

    @property
    def cache(self) -> Path:
        """Where the course is read and written before anything is moved into place."""
        name = "with-text" if self.carries else "plain"
        if self.overlays:
            # One for each set of them, so that nothing of an overlay is in another build.
            which = "\n".join(str(folder.resolve()) for folder in self.overlays)
            name += f"-overlay-{hashlib.sha256(which.encode()).hexdigest()[:12]}"
        return caches_of(self.root) / name

    @property
    def carries(self) -> bool:
        """Whether the book carries a source text."""
        return bool(self.texts or stored_texts(self.root / SOURCE))

    @property
    def doctrees(self) -> Path:
        """What was read, for every format and both editions."""
        return self.cache / "doctrees"

    def made(self, format: str) -> Path:
        """The folder of the cache that a format is made in."""
        return self.cache / self.name / (format + self.suffix if format == "pdf" else format)

    @property
    def printed(self) -> Form:
        """The form of the PDF."""
        return form_of(self.form, self.paper)

    @property
    def chapter_pdfs(self) -> str:
        """Where each chapter is printed, for a website that is built with the book."""
        both = {"html", "pdf"} <= set(_written(self.formats)) and not self.chapter
        return str(self.made("pdf") / "chapters") if both else ""

    @property
    def suffix(self) -> str:
        """What the PDF's name says after the book's: the chapter, the form, the paper."""
        return (f"-{self.chapter}" if self.chapter else "") + self.printed.suffix

    @property
    def target(self) -> Path:
        """The folder of the finished book."""
        name = f"{self.name}-class-copy" if self.class_copy else self.name
        return (self.out or self.root / "_build") / name

    @property
    def name(self) -> str:
        """The edition, as its folder is called; teachers always have the keys."""
        return self.edition if self.keys or self.edition == "teacher" else f"{self.edition}-no-keys"

    def source(self) -> Stage:
        """The folder that is read: the course's own, or a copy with its overlays in it."""
        return stage(self.root, self.overlays, self.cache / "source")


def build(job: Job) -> Built:
    """Build the formats of one edition and move each into its place."""
    start = time.perf_counter()
    prepare(job)
    only = pages_of(job.root, job.chapter) if job.chapter else []
    with working(job) as progress:
        outputs, made, warnings = _outputs(job, only, progress)
    return Built(
        tuple(outputs),
        tuple(dict.fromkeys(warnings)),
        time.perf_counter() - start,
        job.carried,
        progress.times,
        progress.beside,
        unchanged=tuple(path for path in outputs if path not in made),
    )


@contextlib.contextmanager
def working(job: Job) -> Iterator[Progress]:
    """Have the course to oneself, with a cache that can be trusted; say what is done."""
    progress = Progress(None if job.quiet or job.verbose else sys.stderr)
    with said_clearly(), building(job.root, progress.say), telling(progress):
        recover(job.target / "html")
        drop_stale(caches_of(job.root))
        yield progress


def _outputs(
    job: Job, only: Sequence[str], progress: Progress
) -> tuple[list[Path], list[Path], list[str]]:
    """Each format in its place, those that were made, and what was warned of."""
    fresh: list[Path] = []
    warnings: list[str] = []
    pages: set[str] = set()
    # Before it is asked what is there: the website takes along what the book has left here.
    drop_half(job.cache)
    # Before anything is read: what is saved during the build is for the next one.
    inputs = _inputs(job, only)
    places = {format: _in_place(job, format, inputs) for format in _written(job.formats)}
    again = warned(job.cache)
    due = [format for format, place in places.items() if place is None or again]
    # Kernels get ready while files are looked at.
    drawings = caches_of(job.root) / "drawings"
    with warm(ahead=bool(due) and not job.doctrees.is_dir(), drawings=drawings):
        if due:
            look_at_files(job.root)
        for output in make(job, due, overrides(job, only)):
            progress.stage("moving into place")
            place = places[output.format] = _move(job, output.format)
            fresh.append(_first(place))
            warnings += output.warnings
            pages |= output.pages
            if not output.warnings:
                _seal(job, output.format, inputs).set(place)
    outputs = sorted(map(_first, filter(None, places.values())), key=lambda x: x.suffix != ".html")
    if ZIP in job.formats:
        outputs.append(_zip(job, fresh))
    if fresh:
        remember_warned(job.cache, pages)
    return outputs, fresh, warnings


def _inputs(job: Job, only: Sequence[str]) -> str:
    """All that a build is made of, in short."""
    outside = [job.out.resolve()] if job.out else []
    overlays = [path for folder in job.overlays for path in course_files(folder.resolve())]
    live = (job.root / LIVE).glob("*")
    files = state_of([*course_files(job.root.resolve(), *outside), *overlays, *job.texts, *live])
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return f"{files} {job.edition} {overrides(job, only)} {epoch}"


def prepare(job: Job) -> None:
    """Stop early at settings or a text that cannot be read; find out where the book will lie."""
    read_yaml(job.root / CONFIG)
    look_at_texts(job)


def look_at_files(root: Path) -> None:
    """Stop early at what is wrong with the course's files."""
    _look_at_numbers(root)
    _look_at_tables(root)


def _written(formats: Sequence[str]) -> list[str]:
    """The formats that pages are written for: a zip file needs the website."""
    written = [format for format in formats if format != ZIP]
    written = written if ZIP not in formats or "html" in written else ["html", *written]
    # The website takes the chapters' PDFs along, so that they come first.
    return sorted(written, key=lambda format: format != "pdf")


def _basename(root: Path) -> str:
    """The name of the course's files, which the settings have for the book."""
    settings = read_yaml(root / CONFIG).get("sphinx") or {}
    return str((settings.get("config") or {}).get("sourcebook_pdf_basename") or "book")


def _look_at_numbers(root: Path) -> None:
    """Stop where a published paragraph is no longer what and where it was."""
    chapters = [read_chapter(root, page.docname) for page in read_toc(root)]
    holders = {id: chapter.stem for chapter in chapters for id in chapter.passages}
    for moved in moved_paragraphs(root, read_maps(root / SOURCE), holders):
        raise BuildError(moved, "a published number is for good: put it back", LOCK)


def look_at_texts(job: Job) -> None:
    """Say early what is wrong with the teacher's file, and whether it may be published."""
    maps = read_maps(job.root / SOURCE)
    files = list(job.texts) or stored_texts(job.root / SOURCE)
    if not files:
        return
    found = split_files(files, maps)
    carried = {p.text_id for p in found.paragraphs}
    job.class_copy = any(not m.publish for m in maps if m.id in carried)
    job.carried = _in_words(maps, carried, stored=not job.texts)


def _look_at_tables(root: Path) -> None:
    """Stop before a chart is drawn from a table that does not fit its record."""
    # Tables that have not changed since they were found to fit are not looked at again.
    fit, now = caches_of(root) / "tables-fit", state_of((root / DATA).glob("*"))
    if fit.is_file() and fit.read_text(encoding="utf-8") == now:
        return
    faults = [fault.replace(f"{root}/", "") for fault in _faults(root)]
    if faults:
        first, *others = faults
        more = f" (and {len(others)} more: sourcebook check lists them)" if others else ""
        raise BuildError(f"{first}{more}", "mend the table or its record")
    if fit.parent.is_dir():
        fit.write_text(now, encoding="utf-8")


def _faults(root: Path) -> list[str]:
    """What is wrong with the tables; looked for while Sphinx is imported, where that helps."""

    def look(*ignored: Any) -> list[str]:
        return list(invalid_tables(root / DATA))

    if not helps():
        return look()
    with contextlib.closing(Beside(look)) as second:
        import_ahead(root)
        return second.result()


def _in_words(maps: Sequence[TextMap], carried: set[str], *, stored: bool) -> str:
    titles = " and ".join(f"“{m.title}”" for m in maps if m.id in carried)
    how = "kept by `sourcebook text add`" if stored else "for this build only"
    return f"the text of {titles}, {how}"


def pages_of(root: Path, chapter: str) -> list[str]:
    """A chapter's page with its questions and notebook, by the chapter's file name."""
    pages = read_toc(root)
    found = [page.docname for page in pages if page.docname.rsplit("/", 1)[-1] == chapter]
    chapters = [name for name in found if not name.startswith("exercises/")]
    if not chapters:
        known = [p.docname.rsplit("/", 1)[-1] for p in pages[1:] if not p.parent]
        raise SourcebookError(
            f"there is no chapter {chapter!r}", f"choose from {', '.join(known)}", "--chapter"
        )
    return [*chapters, *(page.docname for page in pages if page.parent in chapters)]


def overrides(job: Job, only: Sequence[str] = ()) -> dict[str, Any]:
    """Settings of a job that the course's own do not have."""
    # The same for both editions, or Sphinx would read every page again for the second; how a
    # book is printed changes nothing that was read.
    return {
        **({} if job.offline else {"sourcebook_offline": False}),
        "sourcebook_no_keys": not job.keys,
        "sourcebook_live_kit": str(job.root / LIVE),
        "sourcebook_pdf_form": job.form,
        "sourcebook_pdf_paper": job.paper,
        "sourcebook_pdf_only": " ".join(only),
        "sourcebook_chapter_pdfs": job.chapter_pdfs,
        "sourcebook_text_files": [str(path.resolve()) for path in job.texts],
        # A page whose cell raised is not to be published with the error as its figure.
        "nb_execution_raise_on_error": True,
    }


def _place(job: Job, format: str) -> Path | None:
    """Where an output lies or will lie; None as long as its name is not known."""
    if format == "html":
        return job.target / "html"
    book = next(job.made(format).glob(f"*.{format}"), None)
    return book and job.target / f"{book.stem}{job.suffix if format == 'pdf' else ''}.{format}"


def _in_place(job: Job, format: str, inputs: str) -> Path | None:
    """Where an output lies, if it is what would be made now."""
    place = _place(job, format)
    return place if place and _seal(job, format, inputs).holds(place) else None


def _seal(job: Job, format: str, inputs: str) -> Seal:
    made = job.made(format)
    return Seal(made.with_name(f"{made.name}.seal"), inputs)


def _move(job: Job, format: str) -> Path:
    """Put a finished output in its place, whole or not at all."""
    made, place = job.made(format), _place(job, format)
    if place is None:
        raise BuildError(f"the build made no {format}")
    if format == "html":
        return place_folder(made, place)
    return place_file(next(made.glob(f"*.{format}")), place)


def _zip(job: Job, fresh: list[Path]) -> Path:
    """The website as one file, packed again when the website is not the same."""
    site, place = job.target / "html", job.target / f"{_basename(job.root)}.zip"
    made = job.cache / job.name / place.name
    seal = Seal(made.with_suffix(".seal"), state_of(site.rglob("*")))
    if not seal.holds(place):
        fresh.append(place_file(write_zip(site, made), place))
        seal.set(place)
    return place


def _first(place: Path) -> Path:
    """What a reader opens."""
    return place / "index.html" if place.name == "html" else place
