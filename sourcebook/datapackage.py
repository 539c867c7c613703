"""The tables as readers take them away: each CSV, and all of them as one data package.

The package is a Frictionless data package: every table with its record, a descriptor, the
licence and a short guide.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .tables import read_record

FOLDER, PACKAGE = "data", "data-package.zip"

_GUIDE = """\
# {title}: the data

Each table is a CSV file (UTF-8, one fact a row) with a record of the same name (.yml): what its
columns mean, in which unit, where each series comes from and what to beware of.
datapackage.json describes all of them in the form of https://specs.frictionlessdata.io.

Never join rows of different series into one line: they count different things.

Figures are facts and free to use. Name the source that the row names.
The selection, the notes and the records are under CC BY-SA 4.0.
"""


def write_package(folder: Path, path: Path, title: str) -> None:
    """Write every table of ``folder`` with its record into one zip file, always the same bytes."""
    records = [(csv, read_record(csv.with_suffix(".yml"))) for csv in sorted(folder.glob("*.csv"))]
    descriptor = {
        "profile": "tabular-data-package",
        "name": "data",
        "title": title,
        "licenses": [{"name": "CC-BY-SA-4.0", "title": "Records and notes; figures are facts"}],
        "resources": [{**record, "path": f"{FOLDER}/{csv.name}"} for csv, record in records],
    }
    files: dict[str, bytes] = {
        "README.md": _GUIDE.format(title=title).encode(),
        "datapackage.json": json.dumps(descriptor, ensure_ascii=False, indent=1).encode(),
    }
    for csv, _ in records:
        for file in (csv, csv.with_suffix(".yml")):
            files[f"{FOLDER}/{file.name}"] = file.read_bytes()
    with zipfile.ZipFile(path, "w") as package:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)


def link_to(docname: str, target: str) -> str:
    """The address of a file at the site's root, seen from a page."""
    return "../" * len(PurePosixPath(docname).parent.parts) + target


class DataPackageDirective(SphinxDirective):
    """A link to all tables as one file; in print, the words that say where it is."""

    def run(self) -> list[nodes.Node]:
        text = "All tables with their records, as one data package"
        address = link_to(self.env.docname, PACKAGE)
        link = f'<p class="data-package"><a href="{address}" download>{text}</a> (zip)</p>'
        printed = nodes.paragraph("", f"{text}, are a download on the course’s website.")
        self.set_source_info(printed)
        box = nodes.container("", nodes.raw("", link, format="html"), printed)
        box["classes"] += ["data-package"]
        return [box]


def leave_out_print(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """On a page the link stands; the words for print go."""
    if app.builder.format == "html":
        for box in _packages(doctree):
            box.children = [node for node in box.children if isinstance(node, nodes.raw)]


def _packages(doctree: nodes.document) -> Iterator[nodes.Element]:
    for box in doctree.findall(nodes.container):
        if "data-package" in box["classes"]:
            yield box


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Put the tables and the package into a finished website."""
    folder = Path(app.srcdir) / app.config.sourcebook_data_folder
    if error or app.builder.name != "html" or not folder.is_dir():
        return
    out = Path(app.outdir)
    (out / FOLDER).mkdir(exist_ok=True)
    for csv in folder.glob("*.csv"):
        shutil.copyfile(csv, out / FOLDER / csv.name)
    write_package(folder, out / PACKAGE, str(app.config.html_title))


def setup(app: Sphinx) -> None:
    """Register the download."""
    app.add_directive("datapackage", DataPackageDirective)
    app.connect("doctree-resolved", leave_out_print)
    app.connect("build-finished", write_files)
