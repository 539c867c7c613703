"""The lists around the chapters: charts, the source's paragraphs, the index."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from sphinx import addnodes
from sphinx.environment.adapters.indexentries import IndexEntries

from sourcebook.pdf.assemble import Book
from sourcebook.pdf.labels import Labels
from sourcebook.pdf.markup import array, call, escape, literal


def charts_list(charts: list[tuple[str, str, str]]) -> str:
    """The list of charts and figures: number, caption and page."""
    if not charts:
        return ""
    lines = [
        f"({literal(label)}, [{escape(number)}], [{escape(caption)}])"
        for label, number, caption in charts
    ]
    return "\n" + call("list-of-charts", array(lines)) + "\n"


def answers_list(answers: list[tuple[str, str, list[str]]]) -> str:
    """The answers of the quizzes, each under its page's title."""
    if not answers:
        return ""
    quizzes = [
        f"({literal(label)}, [{escape(title)}], {array([f'[{line}]' for line in lines])})"
        for label, title, lines in answers
    ]
    return "\n" + call("answers", array(quizzes)) + "\n"


def paragraphs_list(passages: list[tuple[str, str, str]]) -> str:
    """From a paragraph of the source to its page; each text's paragraphs in a run."""
    if not passages:
        return ""
    ordered = sorted(passages, key=lambda entry: entry[0] != passages[0][0])
    runs = [
        array([f"({literal(number)}, {literal(label)})" for _, number, label in run])
        for _, run in groupby(ordered, key=lambda entry: entry[0])
    ]
    return "\n" + call("list-of-paragraphs", array(runs)) + "\n"


class _Domains(dict[str, Any]):
    """The one domain the index is made from, as old and new Sphinx ask for it."""

    @property
    def index_domain(self) -> Any:
        return self["index"]


def index_entries(book: Book) -> dict[str, list[Any]]:
    """What the printed documents enter into the index, by document.

    Read from the resolved trees and not from Sphinx's own record, which also holds what an
    edition leaves out.
    """
    entries: dict[str, list[Any]] = {}
    for leaf in book.leaves():
        for node in leaf.tree.findall(addnodes.index):
            entries.setdefault(leaf.docname, []).extend(node["entries"])
    return entries


def index(builder: Any, entries: dict[str, list[Any]], places: Places) -> str:
    """The index: entries and glossary terms, with every page that speaks of them."""
    domains = _Domains(index=SimpleNamespace(entries=entries))
    adapter = IndexEntries(SimpleNamespace(domains=domains))  # type: ignore[arg-type]
    groups = []
    for letter, words in adapter.create_index(builder):
        lines = [_word(word, targets, subs, places) for word, (targets, subs, _) in words]
        groups.append(f"({literal(letter)}, {array(lines)})")
    return "\n" + call("index", array(groups)) + "\n" if groups else ""


@dataclass
class Places:
    """Where index entries lead: the labels written, and where a term is used."""

    labels: Labels
    uses: dict[str, list[str]] = field(default_factory=dict)

    def want(self, entries: dict[str, list[Any]]) -> None:
        """Ask for the entries' places before the documents are written."""
        for docname, found in entries.items():
            for entry in found:
                self.labels.want(self.labels.canonical.get(f"{docname}#{entry[2]}"))

    def of(self, main: Any, uri: Any) -> list[tuple[str, bool]]:
        """An entry's own place, and for a glossary term the places that use it."""
        label = self.labels.canonical.get(str(uri).lstrip("%"))
        if label is None or label not in self.labels.written:
            return []
        return [(label, bool(main)), *((use, False) for use in self.uses.get(label, []))]


def _word(word: str, targets: Any, subs: Any, places: Places) -> str:
    inner = array([_line(sub, found, places) for sub, found in subs])
    return f"({_line(word, targets, places)}, {inner})"


def _line(word: str, targets: Any, places: Places) -> str:
    pages = [
        f"({literal(label)}, {'true' if main else 'false'})"
        for target in targets
        for label, main in places.of(*target)
    ]
    return f"([{escape(word)}], {array(pages)})"
