"""What every page of the course gets without typing it.

Its label (the file's stem), the line of facts under a chapter's title, the links to its
questions and notebook, and the tables it depends on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .chapters import KNOWN_MINUTES, TOC, Chapter, format_range, read_chapter, read_toc
from .errors import SourcebookError
from .once import once
from .passages import source_domain

logger = logging.getLogger(__name__)

EXERCISES = "exercises/"


def label_of(docname: str) -> str:
    """A page's label: its stem, with ``-questions`` for a chapter's questions."""
    stem = docname.rsplit("/", 1)[-1]
    if docname.startswith(EXERCISES) and not stem.endswith("-notebook"):
        return f"{stem}-questions"
    return stem


def link_to_page(target: str, docname: str) -> pending_xref:
    """A link from a page to another that shows the other's title."""
    return pending_xref(
        "",
        nodes.inline("", ""),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{target}",
        refexplicit=False,
        refwarn=True,
        refdoc=docname,
    )


class ObjectivesDirective(SphinxDirective):
    """What a reader will be able to do after the chapter."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        box = nodes.admonition(classes=["objectives"])
        self.set_source_info(box)
        box += nodes.title("", "After this chapter you will be able to")
        box += self.parse_content_to_nodes()
        return [box]


class TimetableDirective(SphinxDirective):
    """What each chapter takes, from the chapters' own front matter."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        pages = read_toc(root)
        lines = [
            "| Chapter | Paragraphs | Reading | Discussion | To work on |",
            "|---|---|---|---|---|",
        ]
        for page in pages:
            chapter = read_chapter(root, page.docname)
            if not chapter.passages:
                continue
            self.env.note_dependency(str(chapter.path))
            work = " · ".join(f"{{doc}}`/{p.docname}`" for p in pages if p.parent == page.docname)
            minutes = [str(chapter.minutes.get(what, "")) for what in KNOWN_MINUTES]
            cells = [f"{{doc}}`/{page.docname}`", format_range(chapter.passages), *minutes, work]
            lines.append(f"| {' | '.join(cells)} |")
        return self.parse_text_to_nodes("\n".join(lines))


class CoursePage(SphinxTransform):
    """Adds a page's label, facts and links."""

    # Before the labels are collected by Sphinx's domains (850).
    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        section = next(iter(self.document.findall(nodes.section)), None)
        path = Path(self.app.srcdir) / f"{self.env.docname}.md"
        if section is None or not path.is_file() or not self.app.config.sourcebook_pages:
            return
        self._label(section)
        try:
            chapter = read_chapter(Path(self.app.srcdir), self.env.docname)
        except SourcebookError as error:
            where = self.env.docname
            logger.warning(str(error), type="sourcebook", subtype="chapter", location=where)
            return
        if chapter.passages or chapter.minutes:
            section.insert(1, self._facts(chapter))
        work = self._work()
        if work is not None:
            section.append(work)

    def _label(self, section: nodes.section) -> None:
        label = label_of(self.env.docname)
        if label not in section["ids"]:
            section["ids"].append(label)
        self.document.nameids[label] = label
        self.document.nametypes[label] = True
        self.document.ids[label] = section

    def _facts(self, chapter: Chapter) -> nodes.Node:
        facts = []
        if chapter.passages:
            facts.append(f"Source: ¶{format_range(chapter.passages)}")
        for what, minutes in chapter.minutes.items():
            facts.append(f"{what.capitalize()}: {minutes} minutes")
        line = nodes.paragraph("", " · ".join(facts), classes=["chapter-facts"])
        line.source, line.line = str(chapter.path), 1
        return line

    def _work(self) -> nodes.Node | None:
        """Links to the chapter's questions and notebook, as the toc has them."""
        children = _children(self.app).get(self.env.docname)
        if not children:
            return None
        line = nodes.paragraph("", "Work on this chapter: ", classes=["chapter-work"])
        line.source, line.line = self.document["source"], 1
        for n, docname in enumerate(children):
            xref = link_to_page(docname, self.env.docname)
            line += [nodes.Text(" · "), xref] if n else [xref]
        return line


@once
def _children(app: Sphinx) -> dict[str, list[str]]:
    """The pages below each page."""
    found: dict[str, list[str]] = {}
    for page in read_toc(Path(app.srcdir)):
        if page.parent:
            found.setdefault(page.parent, []).append(page.docname)
    return found


def depend_on_tables(app: Sphinx, docname: str, source: list[str]) -> None:
    """Make a page depend on the tables its front matter names, so that no figure is stale."""
    root = Path(app.srcdir)
    if not app.config.sourcebook_pages or not (root / f"{docname}.md").is_file():
        return
    try:
        tables = read_chapter(root, docname).tables
    except SourcebookError:
        return  # CoursePage says what is wrong.
    for name in tables:
        for suffix in (".csv", ".yml"):
            path = root / app.config.sourcebook_data_folder / f"{name}{suffix}"
            if path.is_file():
                app.env.note_dependency(str(path))
            else:
                logger.warning(
                    f"there is no table {name}{suffix} in {app.config.sourcebook_data_folder}",
                    type="sourcebook",
                    subtype="table",
                    location=docname,
                )


def check_passages(app: Sphinx, env: Any) -> None:
    """Warn where a chapter's passages and its front matter disagree."""
    if not app.config.sourcebook_pages:
        return
    placed: dict[str, list[str]] = {}
    for id, docname in source_domain(env).paragraphs.items():
        placed.setdefault(docname, []).append(id)
    for docname in env.found_docs:
        declared = set(_declared(Path(app.srcdir), docname))
        for ids, message in (
            (declared.difference(placed.get(docname, ())), "is declared but no {passage} sets it"),
            (set(placed.get(docname, ())).difference(declared), "is set but not declared"),
        ):
            if ids:
                known = [id for id in source_domain(env).known if id in ids]
                logger.warning(
                    f"¶{format_range(known or sorted(ids))} {message} in the front matter",
                    type="sourcebook",
                    subtype="passage",
                    location=docname,
                )


def _declared(root: Path, docname: str) -> tuple[str, ...]:
    if not (root / f"{docname}.md").is_file():
        return ()
    try:
        return read_chapter(root, docname).passages
    except SourcebookError:
        return ()


def setup(app: Sphinx) -> None:
    """Register the page's parts. ``sourcebook_pages`` is off where there is no toc."""
    on = (Path(app.srcdir) / TOC).is_file()
    app.add_config_value("sourcebook_pages", on, "env", types=frozenset({bool}))
    app.add_config_value("sourcebook_data_folder", "book/data", "env", types=frozenset({str}))
    app.add_directive("objectives", ObjectivesDirective)
    app.add_directive("timetable", TimetableDirective)
    app.add_transform(CoursePage)
    app.connect("source-read", depend_on_tables)
    app.connect("env-check-consistency", check_passages)
