"""What a page is about, in a sentence or two: for search results and shared links.

Imports no Sphinx.
"""

from __future__ import annotations

import re

from docutils import nodes

LONGEST = 200
"""Characters that search results and shared links show."""
# Two small letters before the mark, so that "St. Petersburg" is not two sentences.
_SENTENCE = re.compile(r"(?<=[a-z0-9)%”][a-z0-9)%”][.!?])\s+|(?<=[.!?]”)\s+")

_CITED = re.compile(r"\s*\((?:¶[^()]*|[^()\d,]+ (?:\d{4}|n\.d\.)[^()]*)\)")
"""Works and paragraphs in parentheses: they support a sentence on the page, not away from it."""


def shorten(text: str, longest: int = LONGEST) -> str:
    """The first sentences that fit, or as many words of the first as fit."""
    kept, text = "", _CITED.sub("", text)
    for sentence in _SENTENCE.split(text.strip()):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > longest:
            break
        kept = longer
    if kept or not text.strip():
        return kept
    words, _, _ = text.strip()[:longest].rpartition(" ")
    return f"{words.rstrip(',;:—– ')} …"


def objectives(document: nodes.document) -> tuple[str, ...]:
    """What a chapter's box of objectives promises."""
    boxes = (box for box in document.findall(nodes.admonition) if "objectives" in box["classes"])
    box = next(boxes, None)
    items = box.findall(nodes.list_item) if box is not None else ()
    return tuple(" ".join(item.astext().split()) for item in items)
