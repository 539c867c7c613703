"""Hand-outs, worksheets and tests that a teacher chooses from the course."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    """Register the builders and what is ordered of them, which causes no page to be read again."""
    # Not at the top: choosing a pack needs no Sphinx.
    from .page import HandoutHtml
    from .paper import HandoutPdf

    app.add_config_value("sourcebook_orders", [], "", types=frozenset({list}))
    app.add_builder(HandoutPdf)
    app.add_builder(HandoutHtml)
