"""The source's paragraphs in the chapters: ``{passage}`` sets them, ``{para}`` cites them.

With the teacher's file a passage shows the paragraphs' text; without it each paragraph's
guide line stands in its place, with words to find it by and where to read it. Numbers and
links are the same in both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from .chapters import format_range, parse_range
from .errors import SourcebookError
from .splitting import split_files
from .texts import SOURCE, Paragraph, TextMap, read_maps, stored_texts

logger = logging.getLogger(__name__)


def _warn(message: str, subtype: str, location: Any) -> None:
    logger.warning(message, type="sourcebook", subtype=subtype, location=location)


def credit(text_map: TextMap, ids: list[str]) -> str:
    """Whose paragraphs these are, and which."""
    return f"{text_map.author}, “{text_map.title},” ¶{format_range(ids)}"


class PassageDirective(SphinxDirective):
    """Sets the paragraphs its argument names (``46-47``), each under its permanent number."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        domain = source_domain(self.env)
        try:
            ids = parse_range(self.arguments[0])
        except SourcebookError as error:
            raise self.error(str(error)) from error
        unknown = [id for id in ids if id not in domain.known]
        if unknown:
            hint = "the maps in book/source/ list the paragraphs"
            raise self.error(f"no source has paragraph {', '.join(unknown)}: {hint}")
        passage = nodes.container(classes=["passage"])
        self.set_source_info(passage)
        passage.append(self._credit(ids))
        for id in ids:
            domain.note_paragraph(id, self.env.docname, self.get_location())
            passage.append(self._paragraph(domain.known[id], domain.words.get(id)))
        first_here = domain.first_on(self.env.docname) == ids[0]
        if first_here and not all(id in domain.words for id in ids):
            passage.append(self._where_to_read(domain.maps[domain.known[ids[0]].text_id]))
        return [passage]

    def _credit(self, ids: list[str]) -> nodes.Node:
        domain = source_domain(self.env)
        text_map = domain.maps[domain.known[ids[0]].text_id]
        return self._line(credit(text_map, ids), "passage-credit")

    def _where_to_read(self, text_map: TextMap) -> nodes.Node:
        text = " ".join(
            ("This edition does not carry the text.", text_map.rights, *text_map.read_at)
        )
        return self._line(text, "passage-where")

    def _line(self, text: str, kind: str) -> nodes.Node:
        line = nodes.paragraph("", text, classes=[kind])
        self.set_source_info(line)
        return line

    def _paragraph(self, paragraph: Paragraph, words: str | None) -> nodes.Node:
        target = f"p{paragraph.id}"
        holder = nodes.container(classes=["source-paragraph", f"text-{paragraph.text_id}"])
        holder.append(nodes.target("", "", ids=[target]))
        link = nodes.reference("", paragraph.id, refid=target, internal=True)
        link["reftitle"] = f"Link to paragraph {paragraph.id}"
        body = nodes.paragraph("", "", nodes.inline("", "", link, classes=["paragraph-number"]))
        body += nodes.Text(" ")
        self.set_source_info(body)
        if words is None:
            holder["classes"].append("guide")
            body += nodes.Text(f"{paragraph.guide} ")
            body += nodes.inline("", f"Look for “{paragraph.cue}”.", classes=["cue"])
        else:
            body["support_smartquotes"] = False  # the source's quotes stay as its file has them
            body += nodes.Text(words)
        holder.append(body)
        return holder


class ParaRole(SphinxRole):
    """Cites paragraphs by number, from anywhere: ``{para}`48``` reads ¶48 and leads there."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            ids = parse_range(self.text)
        except SourcebookError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [], [message]
        if not ids:
            message = self.inliner.reporter.error("{para} names no paragraph", line=self.lineno)
            return [], [message]
        label = nodes.inline("", f"¶{format_range(ids)}", classes=["para"])
        xref = pending_xref(
            self.rawtext,
            label,
            refdomain="source",
            reftype="para",
            reftarget=ids[0],
            paragraphs=ids,
            refdoc=self.env.docname,
            refwarn=True,
        )
        self.set_source_info(xref)
        return [xref], []


class SourceDomain(Domain):
    """Which page holds each paragraph of the source texts."""

    name = "source"
    label = "Source texts"
    data_version = 2
    initial_data = {"paragraphs": {}, "words_hash": "", "own_copy": {}}  # noqa: RUF012

    # Set before reading: the maps and the words are files of the course, not of one page.
    maps: dict[str, TextMap]
    known: dict[str, Paragraph]
    words: dict[str, str]

    @property
    def paragraphs(self) -> dict[str, str]:
        """Paragraph id → the page that sets it."""
        return self.data["paragraphs"]  # type: ignore[no-any-return]

    def note_paragraph(self, id: str, docname: str, location: Any) -> None:
        """Record where a paragraph stands; a second place is an error of the course."""
        other = self.paragraphs.get(id)
        if other is not None:
            _warn(f"¶{id} stands in {other} already: take it out here", "passage", location)
            return
        self.paragraphs[id] = docname

    def first_on(self, docname: str) -> str | None:
        """The first paragraph that a page sets."""
        return next((id for id, doc in self.paragraphs.items() if doc == docname), None)

    def clear_doc(self, docname: str) -> None:
        for id in [id for id, doc in self.paragraphs.items() if doc == docname]:
            del self.paragraphs[id]
        self.data["own_copy"].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        for id, docname in otherdata["paragraphs"].items():
            if docname in docnames:
                self.paragraphs[id] = docname
        self.data["own_copy"].update(
            {docname: True for docname in otherdata["own_copy"] if docname in docnames}
        )

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for id, docname in self.paragraphs.items():
            yield id, f"¶{id}", "paragraph", docname, f"p{id}", -1

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        missing = [id for id in node["paragraphs"] if id not in self.paragraphs]
        if missing:
            return None
        docname = self.paragraphs[target]
        title = self.known[target].guide if target in self.known else ""
        reference = make_refnode(builder, fromdocname, docname, f"p{target}", contnode, title)
        reference["classes"].append("para")
        return reference

    def resolve_any_xref(self, *args: Any) -> list[tuple[str, nodes.Element]]:
        return []

    def check_consistency(self) -> None:
        lost = [id for id in self.known if id not in self.paragraphs]
        if lost:
            place = format_range(lost)
            _warn(f"no chapter sets ¶{place}: add a {{passage}}", "passage", None)


def warn_unset(app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """Name the paragraphs of a citation that no chapter sets."""
    if not isinstance(domain, SourceDomain):
        return None
    missing = [id for id in node["paragraphs"] if id not in domain.paragraphs]
    _warn(f"no chapter sets ¶{format_range(missing)}, which is cited here", "para", node)
    return True


def source_domain(env: BuildEnvironment) -> SourceDomain:
    """The course's paragraphs."""
    domain = env.get_domain("source")
    assert isinstance(domain, SourceDomain)
    return domain


def load_sources(app: Sphinx) -> None:
    """Read the maps and, where there is one, the teacher's text."""
    domain = source_domain(app.env)
    folder = Path(app.srcdir) / app.config.sourcebook_source_folder
    maps = read_maps(folder)
    domain.maps = {text_map.id: text_map for text_map in maps}
    domain.known = {p.id: p for text_map in maps for p in text_map.paragraphs}
    files = [Path(name) for name in app.config.sourcebook_text_files] or stored_texts(folder)
    domain.words = {}
    if files:
        domain.words = {p.id: p.text for p in split_files(files, maps).paragraphs}
    carried = {domain.known[id].text_id for id in domain.words}
    if any(not domain.maps[text_id].publish for text_id in carried):
        app.config.sourcebook_class_copy_line = CLASS_COPY_LINE


CLASS_COPY_LINE = (
    "Class copy: it carries a text in copyright. For this class only; do not publish it."
)


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Chapters to read again because a map or the teacher's text is not what it was.

    The text may be absent, so that pages cannot depend on its file: a missing dependency
    counts as changed and every chapter would be read in every build.
    """
    domain = source_domain(env)
    state = repr((sorted(domain.words.items()), sorted(domain.known.items())))
    now = hashlib.sha256(state.encode()).hexdigest()
    if domain.data["words_hash"] == now:
        return []
    domain.data["words_hash"] = now
    return sorted(set(domain.paragraphs.values()))


def mark_class_copy(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say on every page that it is a class copy, and keep it out of search engines."""
    line = app.config.sourcebook_class_copy_line
    if line:
        context["metatags"] = context.get("metatags", "") + '<meta name="robots" content="noindex">'
        body = context.get("body") or ""
        context["body"] = f'<p class="class-copy">{line}</p>\n{body}'


def setup(app: Sphinx) -> None:
    """Register passages, paragraph citations and the texts."""
    app.add_config_value("sourcebook_source_folder", SOURCE, "env", types=frozenset({str}))
    app.add_config_value("sourcebook_text_files", [], "", types=frozenset({list}))
    app.add_config_value("sourcebook_class_copy_line", "", "", types=frozenset({str}))
    app.add_domain(SourceDomain)
    app.add_directive("passage", PassageDirective)
    app.add_role("para", ParaRole())
    app.connect("warn-missing-reference", warn_unset)
    app.connect("builder-inited", load_sources)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", mark_class_copy)
