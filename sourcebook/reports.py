"""What a teacher's file holds, said in lines or as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .chapters import Chapter, format_range
from .splitting import FoundParagraph, Split
from .texts import Paragraph, TextMap


def as_lines(found: Split, maps: Sequence[TextMap], chapters: Sequence[Chapter]) -> Iterator[str]:
    """A line a chapter, then what differs, what is missing, and what went nowhere."""
    ids = {p.id for p in found.paragraphs}
    for chapter in chapters:
        here = sum(id in ids for id in chapter.passages)
        yield f"{here:4} of {len(chapter.passages):2} paragraphs  {chapter.title}"
    yield f"{len(ids):4} of {sum(len(m.paragraphs) for m in maps):2} in all"
    if found.missing:
        yield f"missing: ¶{format_range(found.missing)}"
    differing = list(differences(found, maps))
    if differing:
        yield "other words than in the edition the map was made from:"
        for given, paragraph in differing:
            yield f"  {_difference(given, paragraph)}"
    if found.unmatched:
        yield "unmatched (headings, notes and whatever is no paragraph of the text):"
        for run in found.unmatched:
            short = run.text if len(run.text) <= 70 else f"{run.text[:69]}…"
            yield f"  {run.place}: {short}"


def differences(
    found: Split, maps: Sequence[TextMap]
) -> Iterator[tuple[FoundParagraph, Paragraph]]:
    """Paragraphs whose length or fingerprints are not the map's.

    Fingerprints are a sample: one changed word in three words of eight shows.
    """
    known = {p.id: p for m in maps for p in m.paragraphs}
    for given in found.paragraphs:
        if given.agreement < 1 or given.words != known[given.id].words:
            yield given, known[given.id]


def _difference(given: FoundParagraph, paragraph: Paragraph) -> str:
    parts = []
    if given.words != paragraph.words:
        parts.append(f"{given.words} words for {paragraph.words}")
    if given.agreement < 1:
        changed = round((1 - given.agreement) * len(paragraph.prints))
        parts.append(f"{changed} of {len(paragraph.prints)} samples differ")
    return f"¶{given.id}, {given.place}: {', '.join(parts)}"


def as_data(found: Split, maps: Sequence[TextMap], chapters: Sequence[Chapter]) -> dict[str, Any]:
    """The same as one object, with each paragraph's text."""
    holders = {id: chapter.stem for chapter in chapters for id in chapter.passages}
    known = {p.id: p for m in maps for p in m.paragraphs}
    return {
        "paragraphs": [
            {
                "id": p.id,
                "text_id": p.text_id,
                "chapter": holders.get(p.id, ""),
                "place": p.place,
                "words": p.words,
                "words_of_map": known[p.id].words,
                "agreement": round(p.agreement, 3),
                "text": p.text,
            }
            for p in found.paragraphs
        ],
        "missing": list(found.missing),
        "unmatched": [{"place": u.place, "text": u.text} for u in found.unmatched],
    }
