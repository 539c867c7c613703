"""What reading collects from a teacher's block, and its removal from the student edition.

Taking a block out of a page is not enough: Sphinx has read it by then, and keeps its index
entries, terms, labels, cited works and files to download in places of their own. They are
noted while reading, and dropped from what a student edition is written from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .editions import is_teachers

logger = logging.getLogger(__name__)


class Collected(NamedTuple):
    """What stands only in a page's teacher's blocks."""

    ids: frozenset[str]
    """The page's ids there: of labels, terms, index entries and citations."""
    files: frozenset[str]
    """Files to download, as Sphinx names them."""


_NUMBERED: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.section, "a heading"),
    (nodes.caption, "a caption"),
    (nodes.term, "a glossary term"),
)


class TeacherBlocks(SphinxTransform):
    """Notes what Sphinx will collect from the teacher's blocks of a page.

    Warns of what students' pages count or may refer to: their numbers would have gaps.
    """

    # After docutils has moved labels to what they label (260).
    default_priority = 420

    def apply(self, **kwargs: Any) -> None:
        ids: set[str] = set()
        files: set[str] = set()
        inside: set[int] = set()
        for block in self.document.findall(is_teachers):
            for node in block.findall(nodes.Element):
                inside.add(id(node))
                ids.update(node.get("ids", ()))
                entries: list[tuple[str, ...]] = node.get("entries", [])
                ids.update(entry[2] for entry in entries)
                files.update(self._file(node))
                self._warn(node, block)
        for node in self.document.findall(addnodes.download_reference):
            if id(node) not in inside:
                files.difference_update(self._file(node))
        if ids or files:
            found = Collected(frozenset(ids), frozenset(files))
            edition_domain(self.env).collected[self.env.docname] = found

    def _file(self, node: nodes.Element) -> Iterable[str]:
        if isinstance(node, addnodes.download_reference) and "://" not in node["reftarget"]:
            yield self.env.relfn2path(node["reftarget"], self.env.docname)[0]

    def _warn(self, node: nodes.Element, block: nodes.Node) -> None:
        found = [name for kind, name in _NUMBERED if isinstance(node, kind)]
        numbered = isinstance(node, (nodes.footnote_reference, addnodes.pending_xref))
        if not found and node.get("names") and not numbered:
            found = ["a label"]
        for name in found:
            logger.warning(
                f"{name} in a teacher's block: the student edition does without it, and its "
                "numbers and links would not fit; say it in the block's own text",
                type="sourcebook",
                subtype="edition",
                location=block,
            )


class EditionDomain(Domain):
    """What was read in teacher's blocks, page by page."""

    name = "edition"
    label = "Editions"
    data_version = 1
    initial_data = {"collected": {}, "coverage": {}, "bank": ""}  # noqa: RUF012

    @property
    def collected(self) -> dict[str, Collected]:
        """Page → what stands only in its teacher's blocks."""
        return self.data["collected"]  # type: ignore[no-any-return]

    def note_coverage(self, docname: str) -> None:
        """A page that shows what the questions cover."""
        self.data["coverage"][docname] = True

    def clear_doc(self, docname: str) -> None:
        self.collected.pop(docname, None)
        self.data["coverage"].pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        for docname, found in otherdata["collected"].items():
            if docname in docnames:
                self.collected[docname] = found
        for docname in otherdata["coverage"]:
            if docname in docnames:
                self.note_coverage(docname)

    def resolve_any_xref(self, *args: Any) -> list[tuple[str, nodes.Element]]:
        return []


def edition_domain(env: BuildEnvironment) -> EditionDomain:
    """The course's record of teacher's blocks."""
    domain = env.get_domain("edition")
    assert isinstance(domain, EditionDomain)
    return domain


def purge_before_writing(app: Sphinx) -> None:
    """Drop what a student edition may not know of before its builder writes anything.

    Sphinx's event ``write-started`` would do, but builders with a ``write`` of their own, such
    as LaTeX's, do not send it.
    """
    if app.tags.has("teacher"):
        return
    builder = app.builder
    write = builder.write

    def write_purged(*args: Any, **kwargs: Any) -> None:
        purge(app.env)
        write(*args, **kwargs)

    builder.write = write_purged  # type: ignore[method-assign]


def purge(env: BuildEnvironment) -> None:
    """Drop all that was collected from teacher's blocks alone.

    The environment was saved before: the teacher's edition finds it whole.
    """
    cited = False
    for docname, (ids, files) in edition_domain(env).collected.items():
        _purge_index(env, docname, ids)
        _purge_names(env, docname, ids)
        cited |= _purge_citations(env, docname, ids)
        for name in files:
            _purge_file(env, docname, name)
    if cited:
        env.get_domain("cite").env_updated()  # type: ignore[attr-defined]


def _purge_index(env: BuildEnvironment, docname: str, ids: frozenset[str]) -> None:
    entries = env.get_domain("index").data["entries"]
    if docname in entries:
        entries[docname] = [entry for entry in entries[docname] if entry[2] not in ids]


def _purge_names(env: BuildEnvironment, docname: str, ids: frozenset[str]) -> None:
    """Labels, terms and whatever else has a name that other pages can link to."""
    data = env.get_domain("std").data
    for kind in ("objects", "terms", "labels", "anonlabels"):
        for name, (page, id, *_) in list(data[kind].items()):
            if page == docname and id in ids:
                del data[kind][name]


def _purge_citations(env: BuildEnvironment, docname: str, ids: frozenset[str]) -> bool:
    """Works cited only here leave the list of works; whether there was a citation."""
    if "cite" not in env.domains:
        return False
    data = env.get_domain("cite").data
    kept = [
        ref
        for ref in data["citation_refs"]
        if ref.docname != docname or ref.citation_ref_id not in ids
    ]
    dropped = len(kept) < len(data["citation_refs"])
    data["citation_refs"] = kept
    return dropped


def _purge_file(env: BuildEnvironment, docname: str, name: str) -> None:
    pages, _ = env.dlfiles.get(name, (set(), ""))
    pages.discard(docname)
    if not pages:
        env.dlfiles.pop(name, None)


def setup(app: Sphinx) -> None:
    """Register the note and the removal."""
    app.add_domain(EditionDomain)
    app.add_transform(TeacherBlocks)
    app.connect("builder-inited", purge_before_writing)
