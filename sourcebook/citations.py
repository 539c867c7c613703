"""How the course cites works: author and year in round brackets, as historians do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pybtex.plugin
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinxcontrib.bibtex.domain import BibtexDomain, get_docnames
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")")


@dataclass
class RoundAuthorYear(AuthorYearReferenceStyle):
    """``{cite:p}`` reads (Reed, 1919); ``{cite:t}`` reads Reed (1919)."""

    bracket_parenthetical: BracketStyle = field(default_factory=_round)
    bracket_textual: BracketStyle = field(default_factory=_round)
    bracket_author: BracketStyle = field(default_factory=_round)
    bracket_label: BracketStyle = field(default_factory=_round)
    bracket_year: BracketStyle = field(default_factory=_round)


_FORMATTED: dict[tuple[Any, ...], Any] = {}


class _Once:
    """A style of the list of works that sets each work once.

    A build's website, book and e-book each ask for the same list, twice: that of the tooltips is
    the same. It was a third of what the e-book cost.
    """

    def format_entry(self, label: str, entry: Any, bib_data: Any = None) -> Any:
        """The work as it was set before, if neither it nor its label has changed."""
        key = (type(self), label, entry.key, repr(entry))
        if key not in _FORMATTED or "crossref" in entry.fields:  # Another work's words are in it.
            _FORMATTED[key] = super().format_entry(label, entry, bib_data)  # type: ignore[misc]
        return _FORMATTED[key]


class Works(BibtexDomain):
    """The works a course cites, set anew only when something about them changes.

    Stock, each is set in every build of every output, which for some hundred works takes longer
    than all the rest of a small change.
    """

    def env_updated(self) -> Iterable[str]:
        """Set the works, unless what was set before still holds."""
        refs = sorted(self.citation_refs, key=lambda ref: ref.docname)
        cited = [(ref.docname, [to.key for to in ref.targets]) for ref in refs]
        lists = sorted(
            (key, value.style, value.list_, value.bibfiles, value.labelprefix, value.keyprefix)
            for key, value in self.bibliographies.items()
        )
        now = repr((list(get_docnames(self.env)), cited, lists, self.bibdata.bibfiles))
        if self.data.get("set_for") != now:
            super().env_updated()
            self.data["set_for"] = now
        return []

    def clear_doc(self, docname: str) -> None:
        """Forget a page; with a list of works, what was set for it goes."""
        if any(key.docname == docname for key in self.bibliographies):
            self.data.pop("set_for", None)
        super().clear_doc(docname)


def format_once(app: Sphinx, config: Config) -> None:
    """Put the course's style behind its own name, remembering."""
    if "bibtex_default_style" not in config:
        return  # A course without works.
    app.add_domain(Works, override=True)
    group, name = "pybtex.style.formatting", str(config.bibtex_default_style)
    style = pybtex.plugin.find_plugin(group, name)
    if not issubclass(style, _Once):
        once = type(style.__name__, (_Once, style), {})
        pybtex.plugin.register_plugin(group, name, once, force=True)


def setup(app: Sphinx) -> None:
    """Look the plain-text form of citations up once.

    Pybtex asks every installed package for it anew at each citation: a quarter of a build.
    """
    backend = pybtex.plugin.find_plugin("pybtex.backends", "plaintext")
    pybtex.plugin.register_plugin("pybtex.backends", "plaintext", backend, force=True)
    app.connect("config-inited", format_once)
