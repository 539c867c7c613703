"""Places to write at questions and paragraphs, and the page that keeps it all: ``{own-answers}``.

What a student writes and highlights stays in the browser until the student exports it. A course
that has the page has the places to write: it says what is stored, shows it, and deletes it.
"""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .passages import source_domain
from .questions import question_domain


class OwnAnswersDirective(SphinxDirective):
    """Where a reader sees, exports and deletes what the browser keeps; content: without scripts."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        question_domain(self.env).data["answers_page"][self.env.docname] = True
        box = nodes.container(classes=["own-answers"])
        self.set_source_info(box)
        box += self.parse_content_to_nodes()
        return [box]


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The scripts and what they need to know; notes are taken by ``passages.js``."""
    domain = question_domain(app.env)
    keeper = next(iter(domain.data["answers_page"]), None)
    asks = any(question.docname == pagename for question in domain.questions.values())
    reads = pagename in source_domain(app.env).paragraphs.values()
    if keeper is None or doctree is None or not (asks or reads or pagename == keeper):
        return
    about = {
        "keeper": app.builder.get_relative_uri(pagename, keeper),
        "course": app.config.html_title,
        "page": app.env.titles[pagename].astext(),
        "address": app.builder.get_target_uri(pagename),
    }
    data = json.dumps(about, ensure_ascii=False).replace("</", "<\\/")
    script = f'<script type="application/json" id="own-answers">{data}</script>'
    context["body"] = f"{context.get('body') or ''}\n{script}"
    if asks:
        app.add_js_file("own-answers.js", loading_method="defer")
    if pagename == keeper:
        app.add_js_file("kept-answers.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive and the scripts."""
    app.add_directive("own-answers", OwnAnswersDirective)
    app.connect("html-page-context", add_scripts)
