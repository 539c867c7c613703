"""A reader's own copy of the text, opened in the browser: ``{own-copy}``.

A published site does not carry a text in copyright. On the page that has this directive a
reader chooses a file; the same fingerprints and cuts as in ``splitting`` find its paragraphs,
and every page shows them under their numbers. Nothing leaves the browser.
"""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from .chapters import read_chapter, read_toc
from .passages import source_domain
from .sharing.cited import paragraph_data


class OwnCopyDirective(SphinxDirective):
    """The place on a page where a reader opens a file; its content is shown without scripts."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        source_domain(self.env).data["own_copy"][self.env.docname] = True
        box = nodes.container(classes=["own-copy"])
        self.set_source_info(box)
        box += self.parse_content_to_nodes()
        return [box]


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """What a page with passages, or the page where a copy is opened, needs to know."""
    domain = source_domain(app.env)
    opener = next(iter(domain.data["own_copy"]), None)
    opens = pagename == opener
    if not opens and pagename not in domain.paragraphs.values():
        return
    uri = app.builder.get_target_uri
    about: dict[str, Any] = {"texts": _texts(app, with_prints=opens)}
    if opener and len(domain.words) < len(domain.known):
        about["opener"] = relative_uri(uri(pagename), uri(opener))
    if opens:
        about["chapters"] = _chapters(app)
        app.add_js_file("splitting.js", loading_method="defer", priority=600)
        app.add_js_file("own-copy.js", loading_method="defer", priority=610)
    else:
        app.add_js_file("passages.js", loading_method="defer")
    data = json.dumps(about, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    script = f'<script type="application/json" id="source-texts">{data}</script>'
    context["body"] = f"{context.get('body') or ''}\n{script}"


def _texts(app: Sphinx, *, with_prints: bool) -> list[dict[str, Any]]:
    """Each text: id, author and title; fingerprints or citations where they are needed."""
    texts: list[dict[str, Any]] = []
    for text_map in source_domain(app.env).maps.values():
        text: dict[str, Any] = {
            "id": text_map.id,
            "cite": text_map.author.split()[-1] if text_map.author else text_map.title,
            "title": text_map.title,
        }
        if with_prints:
            text["paragraphs"] = [
                {"id": p.id, "words": p.words, "prints": " ".join(p.prints)}
                for p in text_map.paragraphs
            ]
        else:
            text["styles"] = list(paragraph_data(app, text_map))
        texts.append(text)
    return texts


def _chapters(app: Sphinx) -> list[dict[str, Any]]:
    """The chapters that hold passages: title, paragraph ids, and address from the opener."""
    opener = next(iter(source_domain(app.env).data["own_copy"]))
    uri = app.builder.get_target_uri
    chapters = [read_chapter(app.srcdir, page.docname) for page in read_toc(app.srcdir)]
    return [
        {
            "title": chapter.title,
            "ids": chapter.passages,
            "address": relative_uri(uri(opener), uri(chapter.docname)),
        }
        for chapter in chapters
        if chapter.passages
    ]


def setup(app: Sphinx) -> None:
    """Register the directive and the scripts."""
    app.add_directive("own-copy", OwnCopyDirective)
    app.connect("html-page-context", add_scripts)
