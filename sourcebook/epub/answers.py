"""The answers of the quizzes: a page at the end, where nobody reads them by accident."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from docutils import nodes
from sphinx.util.osutil import relative_uri

from sourcebook.quizzes import answers_of

ANSWERS = "_answers.xhtml"


def take_answers(document: nodes.document, address: str, title: str) -> list[nodes.section]:
    """Take the answers out of a page, and leave a link to where they will stand."""
    taken = []
    for box in [n for n in document.findall(nodes.container) if "quiz-answers" in n["classes"]]:
        quiz = box.parent["ids"][0]
        place = f"answers-{quiz}"
        answers = nodes.section("", nodes.title("", title), *answers_of(box), ids=[place])
        for link in answers.findall(nodes.reference):
            _from_the_top(link, address)
        answers += _link("Back to the quiz", f"{address}#{quiz}")
        taken.append(answers)
        there = f"{relative_uri(address, ANSWERS)}#{place}"
        box.replace_self(_link("The answers are at the end of the book", there))
    return taken


def _from_the_top(link: nodes.Element, address: str) -> None:
    """A link of a page, as it is from the folder above all pages."""
    if "refid" in link:
        link["refuri"] = f"{address}#{link.attributes.pop('refid')}"
    elif "://" not in link["refuri"] and not link["refuri"].startswith("mailto:"):
        path = posixpath.join(posixpath.dirname(address), link["refuri"])
        link["refuri"] = posixpath.normpath(path)


def _link(words: str, address: str) -> nodes.paragraph:
    link = nodes.reference("", words, refuri=address, internal=True)
    return nodes.paragraph("", "", link, classes=["to-answers"])


def page_of(title: str, answers: Iterable[nodes.section]) -> nodes.section:
    """All answers under one title."""
    return nodes.section("", nodes.title("", title), *answers, ids=["answers"])
