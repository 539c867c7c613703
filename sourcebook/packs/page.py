"""Hand-outs as one HTML file each: style and drawings inside, nothing asked of any server."""

from __future__ import annotations

import base64
import html
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder

from ..pdf.assemble import Leaf
from .handout import Handout
from .orders import KINDS, handouts
from .pack import day_in_words

HERE = Path(__file__).parent
FONT = HERE.parent / "static" / "course-sans.woff2"


class HandoutHtml(StandaloneHTMLBuilder):
    """A page of each hand-out that is ordered, without a theme."""

    name = "handout-html"
    search = False
    add_permalinks = False

    def get_outdated_docs(self) -> str:  # type: ignore[override]
        """A hand-out is made anew each time."""
        return "the hand-outs"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """``%`` marks a place of the course, as for the PDF; it never reaches the reader."""
        return f"%{docname}"

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Every part is on the one page: there is no from."""
        return self.get_target_uri(to, typ)

    def write(self, *ignored: Any) -> None:
        """Write each page."""
        out = Path(self.outdir)
        # MyST-NB puts a style sheet there when the build is over.
        (out / "_static").mkdir(parents=True, exist_ok=True)
        for handout in handouts(self):
            page = self._page(handout)
            (out / f"{handout.name}.html").write_text(page, encoding="utf-8", newline="\n")

    def finish(self) -> None:
        """Nothing goes beside the page: no theme, no scripts, no index."""

    def _page(self, handout: Handout) -> str:
        names = Names(handout)
        sections = []
        for number, section in enumerate(handout.sections, 1):
            parts = "".join(self._part(leaf, names) for leaf in section.leaves)
            if section.title:
                head = f'<h2 id="part-{number}">{html.escape(section.title)}</h2>'
                parts = f'<section class="part">\n{head}\n{parts}</section>\n'
            sections.append(parts)
        body = "".join(sections)
        title = str(self.config.html_title or self.config.project).partition(": ")[0]
        edition = str(self.config.sourcebook_edition_line)
        copy = str(self.config.sourcebook_class_copy_line)
        values = {
            "language": html.escape(self.config.language or "en"),
            "title": html.escape(handout.title),
            "course": html.escape(title),
            "robots": '<meta name="robots" content="noindex">\n' if edition or copy else "",
            "style": _style(handout, " · ".join(filter(None, (edition, copy))), body),
            "kind": handout.kind,
            "edition": _line("edition", edition),
            "copy": _line("class-copy", copy),
            "head": _head(handout, named=not edition),
            "body": body,
        }
        return Template((HERE / "handout.html").read_text(encoding="utf-8")).substitute(values)

    def _part(self, leaf: Leaf, names: Names) -> str:
        """A part as HTML, its links leading within the page or nowhere."""
        self.current_docname = leaf.docname
        numbers = self.env.toc_fignumbers.get(leaf.docname, {})
        self.fignumbers = {
            kind: {names.here(leaf.docname, name): n for name, n in found.items()}
            for kind, found in numbers.items()
        }
        self.secnumbers = {}
        for image in leaf.tree.findall(nodes.image):
            image["uri"] = _inlined(Path(self.srcdir), str(image["uri"]))
        names.localize(leaf)
        part = nodes.section("", *leaf.tree.children, classes=["leaf"])
        for _ in range(1, leaf.level):
            part = nodes.section("", part)  # so that its titles are below its part's
        made = str(self.render_partial(part)["fragment"])
        # On paper nothing opens: a chart's data stand open.
        return made.replace('<details class="chart-data">', '<details class="chart-data" open>')


class Names:
    """Ids of one page: two pages of the course may have the same, a hand-out may not."""

    def __init__(self, handout: Handout) -> None:
        self.given: dict[tuple[str, str], str] = {}
        self.first: dict[str, str] = {}
        taken: set[str] = set()
        for section in handout.sections:
            for leaf in section.leaves:
                for docname, name in _ids(leaf):
                    if (docname, name) in self.given:
                        continue
                    stem = docname.rpartition("/")[2]
                    given = name if name not in taken else f"{docname.replace('/', '-')}-{name}"
                    taken.add(given)
                    self.given[docname, name] = given
                    if name == stem:
                        self.first[docname] = given

    def here(self, docname: str, name: str) -> str:
        """What an id of a page is called in this hand-out."""
        return self.given.get((docname, name), name)

    def localize(self, leaf: Leaf) -> None:
        """Name ids and links anew; a link to what is left out becomes its text."""
        for reference in list(leaf.tree.findall(nodes.reference)):
            target = self._target(leaf.docname, reference)
            if target:
                reference["refid"] = target
                reference.attributes.pop("refuri", None)
            elif target is None:
                reference.replace_self(reference.children)
        for note in leaf.tree.findall(nodes.footnote_reference):
            note["refid"] = self.here(leaf.docname, note["refid"])
        for node in leaf.tree.findall(nodes.Element):
            node["ids"] = [self.here(leaf.docname, name) for name in node["ids"]]
            if node.get("backrefs"):
                node["backrefs"] = [self.here(leaf.docname, x) for x in node["backrefs"]]

    def _target(self, docname: str, reference: nodes.Element) -> str | None:
        """The id a link leads to, "" for an address outside, None for what is left out."""
        if reference.get("refid"):
            return self.given.get((docname, reference["refid"]))
        uri = str(reference.get("refuri", ""))
        if not uri.startswith("%"):
            return "" if uri.startswith(("http:", "https:", "mailto:")) else None
        page, _, name = uri[1:].partition("#")
        return self.given.get((page, name)) if name else self.first.get(page)


def _ids(leaf: Leaf) -> Iterator[tuple[str, str]]:
    for node in leaf.tree.findall(nodes.Element):
        for name in node["ids"]:
            yield leaf.docname, name


def _inlined(root: Path, uri: str) -> str:
    """An image as part of the page."""
    path = root / uri
    if not path.is_file():
        return uri
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _style(handout: Handout, every_page: str, body: str) -> str:
    """The style sheet: paper, the line on every printed page, the charts' font if one is there."""
    words = every_page.replace("\\", "\\\\").replace('"', '\\"')
    page = f'@page {{ size: {handout.pack.paper}; @bottom-left {{ content: "{words}"; }} }}\n'
    font = ""
    if "Course Sans" in body:
        data = base64.b64encode(FONT.read_bytes()).decode()
        source = f"data:font/woff2;base64,{data}"
        font = f'@font-face {{ font-family: "Course Sans"; src: url("{source}"); }}\n'
    return font + (HERE / "handout.css").read_text(encoding="utf-8") + page


def _line(kind: str, words: str) -> str:
    return f'<p class="{kind}">{html.escape(words)}</p>\n' if words else ""


def _head(handout: Handout, *, named: bool) -> str:
    """What the class has to know, and where a student writes a name."""
    over = " · ".join(filter(None, (KINDS[handout.kind], handout.version)))
    return (
        f"{_line('over', over)}<h1>{html.escape(handout.title)}</h1>\n"
        f"{_fields(handout, named=named)}{_instructions(handout.pack.instructions)}"
    )


def _fields(handout: Handout, *, named: bool) -> str:
    """Name, class and day: what is not given is left to fill in, for those who have a name."""
    day = day_in_words(handout.pack)
    fields = [("Name", ""), ("Class", handout.pack.group), ("Due", day) if day else ("Date", "")]
    row = "".join(
        f"<div{'' if value else ' class=blank'}><dt>{name}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in fields
        if named or value
    )
    return f'<dl class="fields">{row}</dl>\n' if row else ""


def _instructions(text: str) -> str:
    words = "".join(f"<p>{html.escape(x)}</p>\n" for x in text.split("\n\n") if x.strip())
    head = '<div class="instructions">\n<p class="box-title">What to do</p>\n'
    return f"{head}{words}</div>\n" if words else ""
