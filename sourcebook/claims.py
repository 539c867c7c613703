"""The ledger of the source's claims: every checkable statement with its verdict.

``book/data/claims.csv`` holds the rows. ``{claim}`` sets the figure of one, so that prose,
table and chart cannot disagree; ``{ledger}`` lists the rows of a chapter, or all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from .chapters import read_toc
from .errors import SourcebookError
from .pages import link_to_page
from .tables import Row, read_table

LEDGER = "claims"
VERDICTS = ("confirmed", "disputed", "wrong", "unverified")


def read_ledger(folder: Path) -> dict[str, Row]:
    """Claim id → its row of the ledger in ``folder``."""
    return {row["id"]: row for row in read_table(folder / f"{LEDGER}.csv").rows}


def figure_of(claim: Row) -> str:
    """A claim's figure as readers write it: 1,240,000 or 57.5 or the words of the ledger."""
    text = str(claim["figure"])
    if text.replace(".", "", 1).isdigit() and claim["unit"] not in ("year", "date"):
        return f"{float(text):,.10g}" if "." in text else f"{int(text):,}"
    return text


def _ledger_of(env: BuildEnvironment) -> dict[str, Row]:
    folder = Path(env.srcdir) / env.config.sourcebook_data_folder
    csv = folder / f"{LEDGER}.csv"
    env.note_dependency(str(csv))
    files = [path for path in (csv, csv.with_suffix(".yml")) if path.is_file()]
    return _read_once(folder, tuple(path.stat().st_mtime_ns for path in files))


@lru_cache(maxsize=1)
def _read_once(folder: Path, changed: tuple[int, ...]) -> dict[str, Row]:
    """The ledger as it was last changed: pages ask for it once a figure."""
    return read_ledger(folder)


class ClaimRole(SphinxRole):
    """The figure of a claim, by its id; where the whole ledger stands, a link to its row."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            claim = _ledger_of(self.env).get(self.text)
        except SourcebookError as error:
            return [], [self.inliner.reporter.error(str(error), line=self.lineno)]
        if claim is None or not claim["figure"]:
            what = "there is no claim" if claim is None else "no figure has the claim"
            hint = f"see {self.config.sourcebook_data_folder}/{LEDGER}.csv"
            message = f"{what} {self.text}: {hint}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        figure = nodes.inline("", figure_of(claim), classes=["claim"])
        xref = pending_xref(
            self.rawtext,
            figure,
            refdomain="claim",
            reftype="claim",
            reftarget=self.text,
            refdoc=self.env.docname,
            refwarn=False,
        )
        self.set_source_info(xref)
        return [xref], []


class LedgerDirective(SphinxDirective):
    """The claims of one chapter (its stem as argument) or, without an argument, all of them."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "verdict": lambda argument: directives.choice(argument, VERDICTS)
    }

    def run(self) -> list[nodes.Node]:
        try:
            rows = list(_ledger_of(self.env).values())
        except SourcebookError as error:
            raise self.error(str(error)) from error
        verdict = self.options.get("verdict")
        rows = [row for row in rows if verdict in (None, row["verdict"])]
        if self.arguments:
            return [self._rows([r for r in rows if r["chapter"] == self.arguments[0]], False)]
        return list(self._by_chapter(rows, whole=verdict is None))

    def _by_chapter(self, rows: list[Row], whole: bool) -> Iterator[nodes.Node]:
        """The ledger in the order of the chapters, each under its title."""
        order = [page.docname for page in read_toc(Path(self.env.srcdir))]
        stems = [docname.rsplit("/", 1)[-1] for docname in order if docname.startswith("book/")]
        for stem in [*stems, ""]:
            here = [row for row in rows if row["chapter"] == stem]
            if here:
                title = f"{{doc}}`/book/{stem}`" if stem else "Notes around the article"
                yield from self._markdown(title, "ledger-chapter")
                yield self._rows(here, whole)

    def _rows(self, rows: list[Row], whole: bool) -> nodes.Node:
        kind = "ledger" if whole else "ledger-extract" if self.arguments else "ledger-choice"
        box = nodes.container(classes=[kind])
        self.set_source_info(box)
        for row in rows:
            box.append(self._row(row, whole))
        return box

    def _row(self, row: Row, whole: bool) -> nodes.Node:
        item = nodes.container(classes=["ledger-row", f"verdict-{row['verdict']}"])
        self.set_source_info(item)
        if whole:
            item.append(nodes.target("", "", ids=[f"claim-{row['id']}"]))
            claim_domain(self.env).note_claim(row["id"], self.env.docname)
        place = row["paragraph"]
        cited = f"{{para}}`{place}`" if place[:1].isdigit() or place[:1] == "T" else place
        item.extend(
            self._markdown(f"**{row['id']}** · {cited} · *{row['verdict']}*", "ledger-head")
        )
        item.extend(self._markdown(f"The article: {row['claim']}", "ledger-claim"))
        keys = ",".join(key for key in row["sources"].split(";") if key)
        sources = f" {{cite:p}}`{keys}`" if keys else ""
        if row["evidence"] or sources:
            item.extend(self._markdown(f"{row['evidence']}{sources}", "ledger-evidence"))
        return item

    def _markdown(self, text: str, kind: str) -> list[nodes.Node]:
        parsed = self.parse_text_to_nodes(text)
        for node in parsed:
            if isinstance(node, nodes.paragraph):
                node["classes"].append(kind)
        return parsed


class ClaimDomain(Domain):
    """On which page the whole ledger has each claim's row."""

    name = "claim"
    label = "Claims"
    data_version = 1
    initial_data = {"claims": {}}  # noqa: RUF012

    @property
    def claims(self) -> dict[str, str]:
        """Claim id → the page with its row."""
        return self.data["claims"]  # type: ignore[no-any-return]

    def note_claim(self, id: str, docname: str) -> None:
        """Record where a claim's row stands."""
        self.claims[id] = docname

    def clear_doc(self, docname: str) -> None:
        for id in [id for id, doc in self.claims.items() if doc == docname]:
            del self.claims[id]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        self.claims.update({i: d for i, d in otherdata["claims"].items() if d in docnames})

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.Element:
        docname = self.claims.get(target)
        if docname is None:
            return contnode  # No page has the whole ledger: the figure alone.
        title = f"claim {target} of the ledger"
        return make_refnode(builder, fromdocname, docname, f"claim-{target}", contnode, title)

    def resolve_any_xref(self, *args: Any) -> list[tuple[str, nodes.Element]]:
        return []


def claim_domain(env: BuildEnvironment) -> ClaimDomain:
    """Where the claims stand."""
    domain = env.get_domain("claim")
    assert isinstance(domain, ClaimDomain)
    return domain


class LedgerInPrint(SphinxPostTransform):
    """On paper a chapter points to the whole ledger, which would otherwise be printed twice."""

    # Before references are resolved (10): it makes one.
    default_priority = 7

    def run(self, **kwargs: Any) -> None:
        places = set(claim_domain(self.env).claims.values())
        if self.app.builder.format == "html" or not places:
            return
        for box in list(self.document.findall(nodes.container)):
            if "ledger-extract" in box["classes"]:
                line = nodes.paragraph("", "With verdict and evidence they stand in ")
                line.source, line.line = box.source, box.line
                line += link_to_page(min(places), self.env.docname)
                line += nodes.Text(".")
                box.children = []
                box.append(line)


def add_filter(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The filter's script, on the ledger's page alone."""
    if pagename in claim_domain(app.env).claims.values():
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the claims."""
    app.add_domain(ClaimDomain)
    app.add_role("claim", ClaimRole())
    app.add_directive("ledger", LedgerDirective)
    app.add_post_transform(LedgerInPrint)
    app.connect("html-page-context", add_filter)
