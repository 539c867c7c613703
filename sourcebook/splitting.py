"""Find a source text's paragraphs in the teacher's file and number them.

A map keeps *fingerprints*: short hashes of a sample of each paragraph's three-word shingles.
A file is read as words; the words whose shingles a map knows form the longest chain that
rises in the file and in the map; each word is then labelled with the paragraph that covers
it. Reprints that wrap, merge, split or respell paragraphs keep enough of the chain.

Every word of a file ends in exactly one paragraph or in ``unmatched``.

``static/splitting.js`` does the same in a reader's browser; one set of cases drives both.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from .errors import SourcebookError
from .prints import SHINGLE, Word, hash_of, kept_offsets, words_of
from .readers import Document, read_file
from .texts import Paragraph, TextMap


@dataclass(frozen=True)
class FoundParagraph:
    """A paragraph's own words, as the teacher's file has them."""

    id: str
    text_id: str
    text: str
    words: int
    """How many they are."""
    agreement: float
    """Share of the map's fingerprints that the file has, from 0 to 1: 1 where none differs."""
    place: str
    """Where it begins in the file."""


@dataclass(frozen=True)
class Unmatched:
    """A run of the file's words that belongs to no paragraph, and its place in the file."""

    place: str
    text: str


@dataclass(frozen=True)
class Split:
    """What a file held: paragraphs in the maps' order, ids not found, and everything else."""

    paragraphs: tuple[FoundParagraph, ...]
    missing: tuple[str, ...]
    unmatched: tuple[Unmatched, ...]


def split_files(paths: Sequence[Path], maps: Sequence[TextMap]) -> Split:
    """Split several files; the first file that holds a paragraph gives it.

    Later copies of a paragraph are reported as unmatched. Raises when no file holds any.
    """
    order = {p.id: n for n, p in enumerate(p for m in maps for p in m.paragraphs)}
    found: dict[str, FoundParagraph] = {}
    unmatched: list[Unmatched] = []
    for path in paths:
        one = split(read_file(path), maps)
        name = f"{path.name}, " if len(paths) > 1 else ""
        unmatched += [Unmatched(f"{name}{run.place}", run.text) for run in one.unmatched]
        for paragraph in one.paragraphs:
            if paragraph.id in found:
                unmatched.append(
                    Unmatched(f"{path.name}, a second ¶{paragraph.id}", paragraph.text)
                )
            else:
                found[paragraph.id] = paragraph
    if not found:
        titles = " or ".join(f"“{m.title}”" for m in maps) or "any text: the course has no map"
        hint = "use the text the course was made for; the page “About the source” says where it is"
        raise SourcebookError(
            f"no paragraph of {titles} was found", hint, ", ".join(str(p) for p in paths)
        )
    return Split(
        tuple(sorted(found.values(), key=lambda p: order[p.id])),
        tuple(id for id in order if id not in found),
        tuple(unmatched),
    )


def split(document: Document, maps: Sequence[TextMap]) -> Split:
    """Label every word of a document with its paragraph, or with none."""
    text = document.text
    words = words_of(text)
    lines = _lines_of(words, text)
    labels: list[str | None] = [None] * len(words)
    agreement: dict[str, float] = {}
    for text_map in maps:
        for place in _located(words, lines, text_map):
            id = place.paragraph.id
            agreement[id] = len(place.hits) / len(place.paragraph.prints)
            for n in place.own():
                labels[n] = labels[n] or id
    spans = _spans(labels)
    found = [
        FoundParagraph(
            paragraph.id,
            text_map.id,
            _text_of(text, words, spans[paragraph.id]),
            sum(stop - start for start, stop in spans[paragraph.id]),
            agreement[paragraph.id],
            document.place(words[spans[paragraph.id][0][0]].start),
        )
        for text_map in maps
        for paragraph in text_map.paragraphs
        if paragraph.id in spans
    ]
    missing = [p.id for m in maps for p in m.paragraphs if p.id not in spans]
    return Split(tuple(found), tuple(missing), tuple(_unmatched(document, words, labels, lines)))


def _spans(labels: Sequence[str | None]) -> dict[str, list[tuple[int, int]]]:
    """Runs of equally labelled words: id → [(first, one past last)]."""
    spans: dict[str, list[tuple[int, int]]] = {}
    start = 0
    for n in range(1, len(labels) + 1):
        if n == len(labels) or labels[n] != labels[start]:
            label = labels[start]
            if label is not None:
                spans.setdefault(label, []).append((start, n))
            start = n
    return spans


def _text_of(text: str, words: Sequence[Word], runs: Sequence[tuple[int, int]]) -> str:
    """A paragraph's characters from its runs, a word broken by a page's furniture made whole."""
    whole = _slice(text, words, runs[0])
    for run in runs[1:]:
        piece = _slice(text, words, run)
        broken = re.search(r"[^\W\d_][-\u00ad\u2010]$", whole) and piece[0].islower()
        whole = whole[:-1] + piece if broken else f"{whole} {piece}"
    return whole


def _slice(text: str, words: Sequence[Word], run: tuple[int, int]) -> str:
    """The file's own characters of a run, with the punctuation that touches it."""
    start, end = words[run[0]].start, words[run[1] - 1].end
    floor = words[run[0] - 1].end if run[0] else 0
    ceiling = words[run[1]].start if run[1] < len(words) else len(text)
    while start > floor and not text[start - 1].isspace():
        start -= 1
    while end < ceiling and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split())


def _unmatched(
    document: Document,
    words: Sequence[Word],
    labels: Sequence[str | None],
    lines: Sequence[int],
) -> Iterator[Unmatched]:
    """Everything the paragraphs left, a run of words within a line of the file at a time."""
    start = 0
    for n in range(1, len(words) + 1):
        if n == len(words) or lines[n] != lines[start] or labels[n] != labels[start]:
            if labels[start] is None:
                place = document.place(words[start].start)
                yield Unmatched(place, _slice(document.text, words, (start, n)))
            start = n


@dataclass(frozen=True)
class _Hit:
    """Shingle at word ``at`` of the file is the one at word ``place`` of the whole map."""

    at: int
    place: int
    paragraph: int


def _hits(words: Sequence[Word], text_map: TextMap) -> list[_Hit]:
    index: dict[str, list[tuple[int, int]]] = {}
    offset = 0
    for n, paragraph in enumerate(text_map.paragraphs):
        if len(paragraph.prints) != len(kept_offsets(paragraph.words)):
            hint = "make it again from the text: words and prints belong together"
            message = f"¶{paragraph.id} of the map has {len(paragraph.prints)} fingerprints"
            raise SourcebookError(
                f"{message} for {paragraph.words} words", hint, str(text_map.path)
            )
        for at, print_ in zip(kept_offsets(paragraph.words), paragraph.prints, strict=True):
            index.setdefault(print_, []).append((offset + at, n))
        offset += paragraph.words
    forms = [word.form for word in words]
    hits = []
    for at in range(len(forms) - SHINGLE + 1):
        places = index.get(hash_of(forms[at : at + SHINGLE]))
        if places:
            # The highest place first: of one shingle's places a rising chain then takes one.
            hits += [_Hit(at, place, n) for place, n in sorted(places, reverse=True)]
    return hits


def _longest_chain(hits: Sequence[_Hit]) -> list[_Hit]:
    """The longest run of hits that rises in the file and in the map (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, hit in enumerate(hits):
        pile = bisect_left(tails, hit.place)
        before.append(ends[pile - 1] if pile else -1)
        if pile == len(tails):
            tails.append(hit.place)
            ends.append(n)
        else:
            tails[pile], ends[pile] = hit.place, n
    chain = []
    n = ends[-1] if ends else -1
    while n >= 0:
        chain.append(hits[n])
        n = before[n]
    return chain[::-1]


_ENOUGH = 0.3
"""Share of a paragraph's fingerprints that must be in the chain before it counts as found."""


@dataclass
class _Place:
    """Where a paragraph of the map lies in the file: its hits, and the words they promise."""

    paragraph: Paragraph
    hits: list[_Hit]
    first: int
    last: int
    """One past the last word."""
    furniture: set[int] = field(default_factory=set)
    """Words between its own that are not its own."""

    def own(self) -> Iterator[int]:
        """The paragraph's words."""
        return (n for n in range(self.first, self.last) if n not in self.furniture)


def _located(words: Sequence[Word], lines: Sequence[int], text_map: TextMap) -> list[_Place]:
    """Where each paragraph of a map lies in the file, its furniture known."""
    places = _places(_longest_chain(_hits(words, text_map)), text_map, len(words))
    for left, right in pairwise(places):
        _settle(left, right, lines)
    rows = _Rows(words, lines)
    for place in places:
        place.furniture |= _furniture(place, rows)
    return places


def _lines_of(words: Sequence[Word], text: str) -> list[int]:
    """The number of the line each word starts on."""
    lines, line, at = [], 0, 0
    for word in words:
        line += text.count("\n", at, word.start)
        at = word.start
        lines.append(line)
    return lines


def _places(chain: Sequence[_Hit], text_map: TextMap, total: int) -> list[_Place]:
    by_paragraph: dict[int, list[_Hit]] = {}
    for hit in chain:
        by_paragraph.setdefault(hit.paragraph, []).append(hit)
    places = []
    start = 0
    for n, paragraph in enumerate(text_map.paragraphs):
        hits = _together(by_paragraph.get(n, []), paragraph.words)
        if len(hits) >= max(2, _ENOUGH * len(paragraph.prints)):
            head = hits[0].place - start
            tail = start + paragraph.words - hits[-1].place
            first, last = max(0, hits[0].at - head), min(total, hits[-1].at + tail)
            places.append(_Place(paragraph, hits, first, last))
        start += paragraph.words
    return places


def _together(hits: list[_Hit], length: int) -> list[_Hit]:
    """The hits that stand as near each other in the file as in the map: chance ones do not."""
    groups: list[list[_Hit]] = []
    for hit in hits:
        if groups and hit.at - groups[-1][-1].at <= hit.place - groups[-1][-1].place + length + 20:
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return max(groups, key=len, default=[])


_SMALL_GAP = 6
"""Words between two neighbors that an editor may have added to either."""


def _settle(left: _Place, right: _Place, lines: Sequence[int]) -> None:
    """Cut between neighbors where their promises overlap or leave a few words over."""
    low, high = left.hits[-1].at + SHINGLE, right.hits[0].at
    gap = right.first - left.last
    if gap < 0:
        left.last = right.first = _cut(right.first, left.last, low, high, lines)
    elif gap:
        alone = [n for n in range(low, high - gap + 1) if _whole_lines(n, n + gap, lines)]
        if left.last in alone:
            return  # A heading between the two.
        if alone:
            # A page's furniture in the last words of one or the first words of the other.
            owner = left if alone[0] < left.last else right
            owner.furniture.update(range(alone[0], alone[0] + gap))
            left.last = right.first = right.first if owner is left else left.last
        elif gap <= _SMALL_GAP:
            left.last = right.first = _cut(left.last, right.first, low, high, lines)


def _whole_lines(first: int, last: int, lines: Sequence[int]) -> bool:
    """Whether words have their lines to themselves, as a heading or a page number has."""
    return lines[first - 1] != lines[first] and lines[last - 1] != lines[last]


def _cut(a: int, b: int, low: int, high: int, lines: Sequence[int]) -> int:
    """A word boundary between ``a`` and ``b``, at a line's start if there is one."""
    span = range(max(a, low), max(min(b, high), max(a, low)) + 1)
    starts = [n for n in span if 0 < n < len(lines) and lines[n] != lines[n - 1]]
    return starts[-1] if starts else span[-1]


class _Rows:
    """The file's lines as runs of words, and which of them look like a page's furniture."""

    def __init__(self, words: Sequence[Word], lines: Sequence[int]) -> None:
        self.lines = lines
        self.runs = [0, *(n for n in range(1, len(lines)) if lines[n] != lines[n - 1]), len(lines)]
        # A running head comes again, but for the number in it.
        self.forms = [
            tuple(word.form for word in words[a:b] if not word.form.isdigit())
            for a, b in pairwise(self.runs)
        ]
        self.often = Counter(self.forms)

    def whole(self, first: int, last: int) -> list[tuple[int, int, bool]]:
        """Lines that lie between two words: (first word, one past last, furniture's look)."""
        at = bisect_left(self.runs, first)
        found = []
        while at + 1 < len(self.runs) and self.runs[at + 1] <= last:
            form = self.forms[at]
            found.append((self.runs[at], self.runs[at + 1], not form or self.often[form] > 1))
            at += 1
        return found


def _furniture(place: _Place, rows: _Rows) -> set[int]:
    """Page numbers and running heads inside a paragraph: whole lines the map has no room for.

    Lines that look like furniture go first, then whatever whole line fits.
    """
    found: set[int] = set()
    for one, two in pairwise(place.hits):
        extra = (two.at - one.at) - (two.place - one.place)
        lines = rows.whole(one.at + SHINGLE, two.at) if extra > 0 else []
        for first, last, _ in sorted(lines, key=lambda line: not line[2]):
            if last - first <= extra:
                found.update(range(first, last))
                extra -= last - first
    return found
