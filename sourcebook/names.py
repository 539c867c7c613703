"""Persons in the index: under the family name, where a glossary holds persons.

A writer says which one does::

    ::::{rst-class} names
    :::{glossary}
    Ada Lovelace
      …
    :::
    ::::
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# A ruler's number is no family name.
_NUMERAL = re.compile(r"[IVX]+")


def by_family_name(name: str) -> str:
    """``Ada Lovelace`` as an index has it; a ruler or a person of one name stays."""
    given, _, family = name.rpartition(" ")
    if not given or "," in name or _NUMERAL.fullmatch(family):
        return name
    return f"{family}, {given}"


class NamesInIndex(SphinxTransform):
    """Turns the index entries of a glossary of persons around."""

    # Before the index is collected from the document (after all transforms of reading).
    default_priority = 430

    def apply(self, **kwargs: Any) -> None:
        for glossary in self.document.findall(addnodes.glossary):
            if "names" not in glossary["classes"]:
                continue
            for term in glossary.findall(nodes.term):
                for index in term.findall(addnodes.index):
                    index["entries"] = [
                        (kind, by_family_name(text), *rest)
                        for kind, text, *rest in index["entries"]
                    ]


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(NamesInIndex)
