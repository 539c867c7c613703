"""The article's figures by their claim id, so that prose, table and chart cannot disagree.

The ledger ``book/data/claims.csv`` holds each checkable statement of the source with its
verdict; ``{claim}`` sets the figure of one: ``{claim}`C52``` reads 1,240,000.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from .errors import SourcebookError
from .tables import Row, read_table

LEDGER = "claims"


def read_ledger(folder: Path) -> dict[str, Row]:
    """Claim id → its row of the ledger in ``folder``."""
    return {row["id"]: row for row in read_table(folder / f"{LEDGER}.csv").rows}


def figure_of(claim: Row) -> str:
    """A claim's figure as readers write it: 1,240,000 or 57.5 or the words of the ledger."""
    text = str(claim["figure"])
    if text.replace(".", "", 1).isdigit() and claim["unit"] not in ("year", "date"):
        return f"{float(text):,.10g}" if "." in text else f"{int(text):,}"
    return text


class ClaimRole(SphinxRole):
    """The figure of a claim, by its id."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        folder = Path(self.env.srcdir) / self.config.sourcebook_data_folder
        try:
            self.env.note_dependency(str(folder / f"{LEDGER}.csv"))
            claim = read_ledger(folder).get(self.text)
        except SourcebookError as error:
            return [], [self.inliner.reporter.error(str(error), line=self.lineno)]
        if claim is None or not claim["figure"]:
            what = "there is no claim" if claim is None else "no figure has the claim"
            hint = f"see {self.config.sourcebook_data_folder}/{LEDGER}.csv"
            return [], [
                self.inliner.reporter.error(f"{what} {self.text}: {hint}", line=self.lineno)
            ]
        return [nodes.inline("", figure_of(claim), classes=["claim"])], []


def setup(app: Sphinx) -> None:
    """Register the role."""
    app.add_role("claim", ClaimRole())
