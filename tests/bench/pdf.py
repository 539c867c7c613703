"""How long the printing takes: the tiny course once and with ten and a hundred times its chapters.

What Sphinx reads is not counted: the time is from the doctrees to the PDF. Beside it, if they
are installed, WeasyPrint and xelatex on the same pages.

    python tests/bench/pdf.py 1 10
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

TINY = Path(__file__).resolve().parents[1] / "cases" / "pdf" / "book"
SETTINGS = {
    "extensions": [
        "myst_nb",
        "sphinx_design",
        "sphinxcontrib.bibtex",
        "sourcebook.pdf",
        "pdf_shapes",
    ],
    "root_doc": "index",
    "bibtex_bibfiles": ["references.bib"],
    "html_title": "A Bench",
    "numfig": True,
    "nb_execution_mode": "off",
    "suppress_warnings": ["bibtex", "myst", "ref", "toc", "docutils", "app", "mystnb"],
    "myst_enable_extensions": ["colon_fence", "deflist", "fieldlist", "attrs_inline"],
}


def chapters(folder: Path, times: int) -> None:
    """A course with the same chapter many times over."""
    text = (TINY / "book" / "alpha.md").read_text(encoding="utf-8")
    for file in ("dot.svg", "references.bib"):
        shutil.copyfile(TINY / "book" / file, folder / file)
    for number in range(times):
        # A label is for one page alone.
        own = re.sub(r"(fig-|tab-|alpha-label)", rf"n{number}-\1", text)
        (folder / f"chapter-{number:04}.md").write_text(own, encoding="utf-8")
    (folder / "index.md").write_text(
        "# Bench\n\n```{toctree}\n:glob:\n\nchapter-*\n```\n", encoding="utf-8"
    )


def timed(folder: Path, builder: str) -> tuple[Path, float]:
    """Where the output lies and the seconds it took to write it."""
    with docutils_namespace():
        app = Sphinx(
            folder, None, folder / "out" / builder, folder / "trees", builder, SETTINGS,
            status=None, warning=None,
        )  # fmt: skip
        app.builder.read()
        start = time.perf_counter()
        app.build()
        return folder / "out" / builder, time.perf_counter() - start


def others(folder: Path) -> dict[str, str]:
    """The same pages by other means, where this computer has them."""
    found = {}
    if shutil.which("weasyprint"):
        out, seconds = timed(folder, "singlehtml")
        start = time.perf_counter()
        subprocess.run(["weasyprint", "-q", out / "index.html", folder / "w.pdf"], check=True)
        found["WeasyPrint"] = f"{seconds + time.perf_counter() - start:.1f} s"
    if shutil.which("latexmk") and shutil.which("xelatex"):
        out, seconds = timed(folder, "latex")
        start = time.perf_counter()
        subprocess.run(["make", "-s", "-C", out, "all-pdf"], check=True, capture_output=True)
        found["xelatex"] = f"{seconds + time.perf_counter() - start:.1f} s"
    return found


def main() -> None:
    """One line for each size."""
    sys.path.insert(0, str(TINY.parent))
    for times in [int(x) for x in sys.argv[1:]] or [1, 10, 100]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            chapters(folder, times)
            out, seconds = timed(folder, "typst")
            size = (out / "book.pdf").stat().st_size / 1000
            print(f"{times:4} chapters: {seconds:6.2f} s, {size:7.0f} kB", end="")
            print("".join(f"; {tool} {took}" for tool, took in others(folder).items()))


if __name__ == "__main__":
    main()
