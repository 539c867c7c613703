"""The builder ``ebook``: the whole course as one EPUB 3 file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from sourcebook.chapters import TOC, read_chapter, read_toc
from sourcebook.epub.answers import ANSWERS, page_of, take_answers
from sourcebook.epub.container import write_container
from sourcebook.epub.contents import Entry, contents, paragraphs
from sourcebook.epub.cover import Cover
from sourcebook.epub.package import (
    COVER,
    COVER_IMAGE,
    FONT,
    NAV,
    PARAGRAPHS,
    STYLE,
    Edition,
    Landmark,
    lists,
    render,
)  # fmt: skip
from sourcebook.epub.page import Page, lost_links, read_page
from sourcebook.epub.writer import EbookTranslator, make_ready
from sourcebook.imprint import moment, titles
from sourcebook.passages import source_domain

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent


class EbookBuilder(Epub3Builder):
    """One EPUB of everything the toctree names.

    Its format is not ``html``: what is folded or scripted on a page of the website prints here
    as it does on paper.
    """

    name = "ebook"
    format = "epub"
    epilog = ""
    allow_parallel = False

    def get_outdated_docs(self) -> str:  # type: ignore[override]
        """The e-book is one piece: any change makes all of it new."""
        return "all documents"

    def create_translator(self, *args: Any) -> EbookTranslator:
        """Sphinx's translator with what extensions say for HTML, and without any theme's."""
        translator = EbookTranslator(*args)
        for name, (visit, depart) in self.app.registry.translation_handlers["html"].items():
            setattr(translator, f"visit_{name}", visit.__get__(translator))
            if depart:
                setattr(translator, f"depart_{name}", depart.__get__(translator))
        return translator

    def prepare_writing(self, docnames: set[str]) -> None:
        """Begin an empty book."""
        super().prepare_writing(docnames)
        self.images = {}
        self.members: dict[str, bytes] = {}
        self.pages: dict[str, Page] = {}
        self.figures: dict[str, list[Entry]] = {}
        self.answers: dict[str, list[nodes.section]] = {}
        self.landmarks: dict[str, Landmark] = {}
        title, subtitle = titles(self.config)
        config = self.config
        author = "" if config.author == "unknown" else str(config.author)
        rights = " ".join(part for part in ("©", config.copyright, author) if part)
        self.edition = Edition(
            title, subtitle, author,
            language=str(config.language or "en").replace("_", "-"),
            rights=config.sourcebook_class_copy_line or (rights if config.copyright else ""),
            name=config.sourcebook_pdf_basename,
            edition_line=config.sourcebook_edition_line,
            class_copy_line=config.sourcebook_class_copy_line,
            moment=moment(),
        )  # fmt: skip

    def copy_assets(self) -> None:
        """A style sheet and the charts' letters: nothing of any theme."""
        self.members[STYLE] = (HERE / STYLE).read_bytes()
        self.members[FONT] = (HERE.parent / "static" / FONT).read_bytes()

    def add_visible_links(self, tree: nodes.document, show_urls: str = "") -> None:
        """A link can be followed: its address need not stand beside it."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """One page."""
        make_ready(doctree)
        address = self.get_target_uri(docname)
        title = self.env.titles[docname].astext()
        self.answers[address] = take_answers(doctree, address, title)
        self.figures[address] = list(self._figures(docname, doctree))
        kinds = (("glossary", addnodes.glossary), ("bibliography", nodes.citation))
        for kind, node_class in kinds:
            if next(doctree.findall(node_class), None) is not None:
                self.landmarks.setdefault(kind, Landmark(kind, title, address))
        super().write_doc(docname, doctree)

    def _figures(self, docname: str, doctree: nodes.document) -> Iterator[Entry]:
        """The numbered figures of a page, for their list."""
        numbers = self.env.toc_fignumbers.get(docname, {}).get("figure", {})
        for figure in doctree.findall(nodes.figure):
            caption = next(figure.findall(nodes.caption), None)
            number = next((numbers[id] for id in figure["ids"] if id in numbers), None)
            if caption is not None and number:
                name = self.config.numfig_format["figure"] % ".".join(map(str, number))
                place = f"{self.get_target_uri(docname)}#{figure['ids'][0]}"
                yield Entry(f"{name}: {caption.astext()}", place)

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """What a page needs: no theme asks for more."""
        return {"title": self.env.titles[docname].astext(), "body": body}

    def handle_page(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.xhtml",
        outfilename: Any = None,
        event_arg: Any = None,
    ) -> None:
        """Keep a page for the package."""
        address = self.get_target_uri(pagename)
        up = relative_uri(address, "")
        self._keep(address, render(templatename, edition=self.edition, up=up, **addctx))

    def _keep(self, address: str, page: str) -> None:
        self.members[address] = page.encode()
        self.pages[address] = read_page(address, self.members[address])

    def finish(self) -> None:
        """Put the package together."""
        for source, name in self.images.items():
            self.members[f"{self.imagedir}/{name}"] = (Path(self.srcdir) / source).read_bytes()
        edition = self.edition
        edition.pages = dict(self.pages)
        edition.contents = contents(self.env, self.get_target_uri)
        edition.figures = [
            entry for address in edition.order for entry in self.figures.get(address, ())
        ]
        edition.landmarks = [
            Landmark("cover", "Cover", COVER),
            Landmark("toc", "Contents", NAV),
            Landmark("bodymatter", "Beginning", edition.order[0]),
            *self.landmarks.values(),
        ]
        self._cover()
        self._answers()
        self._paragraphs()
        self.members |= lists(edition, self.members)
        self.pages[NAV] = read_page(NAV, self.members[NAV])
        for address, link in lost_links(self.pages):
            logger.warning(
                f"the e-book has no place {link}: name it in the toc, or take the link out",
                type="sourcebook", subtype="ebook_link", location=address.removesuffix(".xhtml"),
            )  # fmt: skip
        write_container(Path(self.outdir) / f"{edition.name}.epub", self.members)

    def _answers(self) -> None:
        """The answers of all quizzes, if the edition has them."""
        found = [one for address in self.edition.order for one in self.answers.get(address, ())]
        if found:
            title = "Answers of the quizzes"
            self.secnumbers = {}
            self._append(ANSWERS, title, self.render_partial(page_of(title, found))["fragment"])

    def _paragraphs(self) -> None:
        """The list of the source's paragraphs."""
        edition = self.edition
        edition.paragraphs = paragraphs(self.env, self.get_target_uri)
        if edition.paragraphs:
            body = render("paragraphs", edition=edition)
            self._append(PARAGRAPHS, "Paragraphs of the source", body)

    def _append(self, address: str, title: str, body: str) -> None:
        """A page at the book's end, as in print."""
        page = render("page.xhtml", edition=self.edition, up="", title=title, body=body)
        self._keep(address, page)
        self.edition.contents.append(Entry(title, address))

    def _cover(self) -> None:
        edition = self.edition
        cover = Cover(
            edition.title, edition.subtitle, edition.author, edition.lines, self._lengths()
        )
        self.members[COVER_IMAGE] = cover.png()
        self._keep(COVER, render("cover.xhtml", edition=edition, words=cover.words))

    def _lengths(self) -> list[list[int]]:
        """The words of each paragraph, chapter by chapter."""
        root, known = Path(self.srcdir), source_domain(self.env).known
        if not (root / TOC).is_file():
            return [[paragraph.words for paragraph in known.values()]]
        chapters = [read_chapter(root, page.docname) for page in read_toc(root)]
        return [[known[id].words for id in c.passages if id in known] for c in chapters]
