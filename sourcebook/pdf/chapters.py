"""Each chapter as a PDF of its own, for the website: with its questions, notebook, words and works.

They are printed with the whole book, from what has been read for it, and not cut out of its
pages: so each is tagged and has its own contents. One that has not changed is not set again.
While Typst, which waits for nobody, makes one PDF, the text of the next is written.
"""

from __future__ import annotations

from collections.abc import Container
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sourcebook.chapters import read_chapter, read_toc
from sourcebook.pdf.press import press

FOLDER = "chapters"
"""Beside the whole book."""


def printed(root: Path, known: Container[str]) -> dict[str, list[str]]:
    """The chapters that have passages, by file name: their pages among those that are known."""
    pages = [page for page in read_toc(root) if page.docname in known]
    return {
        chapter.stem: [top.docname, *(x.docname for x in pages if x.parent == top.docname)]
        for top in pages
        if not top.parent and (chapter := read_chapter(root, top.docname)).passages
    }


def print_chapters(builder: Any, extract: Any) -> None:
    """Print every chapter; ``extract`` gives the text of chosen documents."""
    out = Path(builder.outdir)
    place = out / FOLDER
    place.mkdir(exist_ok=True)
    wanted, made = set(), []
    with ThreadPoolExecutor(1) as typst:
        for stem, docnames in printed(Path(builder.srcdir), builder.env.all_docs).items():
            text = extract(docnames)
            state = builder.digest(text)
            target, stamp = place / f"{stem}.pdf", place / f"{stem}.state"
            wanted |= {target, stamp}
            if not (target.is_file() and stamp.is_file() and stamp.read_text("utf-8") == state):
                source = builder.typeset(text, f"{FOLDER}-{stem}")
                pdf: Future[Path] = typst.submit(press, source, out / "fonts")
                made.append((pdf, target, stamp, state))
    for pdf, target, stamp, state in made:
        pdf.result().replace(target)
        stamp.write_text(state, encoding="utf-8")
    for old in set(place.iterdir()) - wanted:
        old.unlink()
