"""Files of earlier builds that no page of this one has, taken out of the website.

Sphinx writes over what it makes and removes nothing. A page that has become the teacher's, or
a file that only a teacher's block links to by now, would stay in the student's website.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

_COPIED = ("_images", "_downloads")
_LINK = re.compile(rf"(?:{'|'.join(_COPIED)})/([^\"'\s)>?#]+)")


def remove_leftovers(app: Sphinx, exception: Exception | None) -> None:
    """Remove pages of documents that are gone, and copied files that no page names."""
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = {Path(app.builder.get_outfilename(name)) for name in app.env.found_docs}  # type: ignore[attr-defined]
    for folder in {page.parent for page in pages} - {out}:
        for path in set(folder.glob("*.html")) - pages:
            path.unlink()
    named = {
        name
        for page in out.rglob("*.html")
        for name in _LINK.findall(page.read_text(encoding="utf-8"))
    }
    for kind in _COPIED:
        for path in (out / kind).rglob("*"):
            if path.is_file() and path.relative_to(out / kind).as_posix() not in named:
                path.unlink()


def setup(app: Sphinx) -> None:
    """Look after every build of a website."""
    app.connect("build-finished", remove_leftovers)
