"""Build the course: the one module that touches Jupyter Book.

Both formats and both editions share what was read (a cache of doctrees for each text state,
under ``_build/.cache``). Every output is made there and moved into place when it is whole:
a build that fails leaves the last good one untouched.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from platform import python_version
from typing import Any

from .archives import write_zip
from .chapters import CONFIG, read_chapter, read_toc, read_yaml
from .errors import BuildError, SourcebookError
from .kernels import warm
from .live.kit import FOLDER as LIVE
from .mapping import LOCK, moved_paragraphs
from .overlay.staging import Stage, stage
from .pdf.forms import Form, form_of
from .splitting import split_files
from .texts import SOURCE, TextMap, read_maps, stored_texts
from .validation import invalid_tables

FORMATS = ("html", "pdf", "epub")
ZIP = "zip"
"""The website as one file: made when it is asked for."""
EDITIONS = ("student", "teacher")
_BUILDERS = {"html": "html", "pdf": "typst", "epub": "ebook"}
DATA = "book/data"
_NO_COLOR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Built:
    """What a build made: its files for the reader, and every warning on the way."""

    outputs: tuple[Path, ...]
    warnings: tuple[str, ...]
    seconds: float
    text: str
    """Which text the book carries, in words."""


@dataclass
class Job:
    """A build as it was asked for."""

    root: Path
    edition: str = "student"
    formats: Sequence[str] = FORMATS
    texts: Sequence[Path] = ()
    out: Path | None = None
    quiet: bool = False
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
        return self.root / "_build" / ".cache" / name

    @property
    def carries(self) -> bool:
        """Whether the book carries a source text."""
        return bool(self.texts or stored_texts(self.root / SOURCE))

    @property
    def printed(self) -> Form:
        """The form of the PDF."""
        return form_of(self.form, self.paper)

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
    source = job.source()
    warnings: list[str] = []
    outputs: list[Path] = []
    for format in _written(job.formats):
        made = job.cache / job.name / (format + job.suffix if format == "pdf" else format)
        said = run_sphinx(
            source.root,
            made,
            builder=_BUILDERS[format],
            doctrees=job.cache / "doctrees",
            tags=["teacher"] if job.edition == "teacher" else [],
            config=overrides(job, only),
            quiet=job.quiet,
        )
        warnings += map(source.locate, said)
        outputs.append(_move(job, format, made))
    if ZIP in job.formats:
        outputs.append(write_zip(job.target / "html", job.target / f"{_basename(job.root)}.zip"))
    seconds = time.perf_counter() - start
    return Built(tuple(outputs), tuple(dict.fromkeys(warnings)), seconds, job.carried)


def prepare(job: Job) -> None:
    """Stop early at what is wrong with the course's files; begin anew where the cache is old."""
    read_yaml(job.root / CONFIG)
    _look_at_numbers(job.root)
    look_at_texts(job)
    _look_at_tables(job.root)
    _drop_stale_cache(job.root / "_build" / ".cache")


def _written(formats: Sequence[str]) -> list[str]:
    """The formats that pages are written for: a zip file needs the website."""
    written = [format for format in formats if format != ZIP]
    return written if ZIP not in formats or "html" in written else ["html", *written]


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
    faults = [fault.replace(f"{root}/", "") for fault in invalid_tables(root / DATA)]
    if faults:
        first, *others = faults
        more = f" (and {len(others)} more: sourcebook check lists them)" if others else ""
        raise BuildError(f"{first}{more}", "mend the table or its record")


def _drop_stale_cache(cache: Path) -> None:
    """Begin anew where the package itself has changed: what an older one read or wrote is stale."""
    package = Path(__file__).parent
    state = hashlib.sha256(python_version().encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            state.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    stamp = cache / "made-by"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state.hexdigest():
        return
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    stamp.write_text(state.hexdigest(), encoding="utf-8")


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
        "sourcebook_text_files": [str(path.resolve()) for path in job.texts],
        # A page whose cell raised is not to be published with the error as its figure.
        "nb_execution_raise_on_error": True,
    }


def run_sphinx(
    root: Path,
    out: Path,
    *,
    builder: str,
    doctrees: Path,
    tags: Sequence[str] = (),
    config: dict[str, Any] | None = None,
    quiet: bool = False,
) -> list[str]:
    """One Sphinx run with the course's settings; returns its warnings, raises on failure."""
    from jupyter_book.sphinx import build_sphinx  # slow to import: only for a build

    out.mkdir(parents=True, exist_ok=True)
    overrides = {"latex_individualpages": False, **(config or {})}
    heard = io.StringIO()
    with contextlib.redirect_stderr(heard), warm(ahead=not doctrees.is_dir()):
        result = build_sphinx(
            str(root),
            str(out),
            confdir=None,
            noconfig=True,
            path_config=str(root / CONFIG),
            confoverrides=overrides,
            doctreedir=str(doctrees),
            builder=builder,
            tags=list(tags),
            quiet=quiet,
            keep_going=True,
        )
    said = _NO_COLOR.sub("", heard.getvalue())
    if isinstance(result, KeyboardInterrupt):
        raise result
    if isinstance(result, Exception):
        raise _explain(result, root, said) from result
    if result:
        raise BuildError("the build failed", said.strip() or "see the lines above")
    return list(_warnings(said, root))


def _warnings(said: str, root: Path) -> Iterator[str]:
    """Sphinx's warnings, one string each, with paths as the course's folder has them."""
    for line in said.splitlines():
        if re.search(r"\b(WARNING|ERROR|CRITICAL|SEVERE):", line):
            yield line.replace(f"{root}/", "")


def _explain(error: Exception, root: Path, said: str) -> SourcebookError:
    """One clear message out of a chain of exceptions."""
    chain: list[BaseException] = [error]
    while chain[-1].__cause__ or chain[-1].__context__:
        chain.append(chain[-1].__cause__ or chain[-1].__context__ or error)
    for link in chain:
        if isinstance(link, SourcebookError):
            return BuildError(link.message, link.hint, link.where)
    names = [type(link).__name__ for link in chain]
    if "ExecutionError" in names:
        page = str(chain[names.index("ExecutionError")]).replace(f"{root}/", "")
        spoken = _NO_COLOR.sub("", str(chain[-1]))
        # Not the head of a traceback, which begins with the same name.
        raised = re.search(r"^\w*(?:Error|Exception)\b(?!.*Traceback).*", spoken, re.MULTILINE)
        what = raised.group() if raised else spoken.strip() or "an error without a message"
        return BuildError(f"a cell raised {what}", "mend the cell or its table", page)
    first = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return BuildError(f"the build stopped: {first}", said)


def _move(job: Job, format: str, made: Path) -> Path:
    """Put a finished output in its place, whole or not at all."""
    job.target.mkdir(parents=True, exist_ok=True)
    if format != "html":
        book = next(made.glob(f"*.{format}"))
        name = f"{book.stem}{job.suffix if format == 'pdf' else ''}.{format}"
        fresh = job.target / f".{name}.new"
        shutil.copyfile(book, fresh)
        return fresh.replace(job.target / name)
    place, fresh, old = (job.target / name for name in ("html", ".html.new", ".html.old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    inner = shutil.ignore_patterns(".buildinfo", ".doctrees", ".entries")
    shutil.copytree(made, fresh, ignore=inner)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
    return place / "index.html"


def serve(root: Path, port: int) -> None:
    """Build the student website, show it, and build again whenever a file is saved."""
    try:
        from livereload import Server
    except ImportError:
        raise SourcebookError(
            "the preview needs livereload", "run: pip install 'sourcebook[serve]'"
        ) from None

    def rebuild() -> None:
        try:
            # What a writer looks at is never a copy that the browser kept.
            built = build(Job(root, formats=("html",), quiet=True, offline=False))
        except SourcebookError as error:
            print(f"error: {error}", file=sys.stderr)
        else:
            print(*built.warnings, f"built in {built.seconds:.1f} s", sep="\n")

    job = Job(root)
    rebuild()
    look_at_texts(job)
    server = Server()
    for pattern in ("book", "exercises", "_toc.yml", CONFIG, "sourcebook/static"):
        server.watch(str(root / pattern), rebuild)
    server.serve(root=str(job.target / "html"), port=port, host="127.0.0.1")
