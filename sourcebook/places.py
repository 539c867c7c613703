"""Places in a page, named by words of a line, so that they hold when other lines change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .errors import SourcebookError, nearest
from .fences import fences_in

PLACES = ("after", "right-after", "below", "right-below")
_NOTE = re.compile(r"\[\^([^\]]+)\]:")


class Page:
    """A page's lines with what stands where."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.fences = fences_in(lines)
        self.body = range(_front(lines), len(lines))
        self.questions = {f.words: f for f in self.fences if f.name == "question"}

    def spot(self, scope: range, words: str, place: str) -> int:
        """The line before which something stands that has its place after these words.

        ``after`` is below the block with them, a paragraph or an outermost fence, and the blank
        lines that follow; ``below`` is below their line and the blank lines; ``right-after``
        and ``right-below`` pass no blank line.
        """
        n = find_line(self.lines, scope, words)
        around = [f for f in self.fences if n in f.lines and f.first in scope and f.last in scope]
        if place.endswith("below"):
            n += 1
        else:
            n = around[0].last + 1 if around else self._paragraph(scope, n)
        while not place.startswith("right") and n < scope.stop and not self.lines[n].strip():
            n += 1
        return n

    def _paragraph(self, scope: range, n: int) -> int:
        begins = {f.first for f in self.fences}
        n += 1
        while n < scope.stop and self.lines[n].strip():
            if n in begins or _NOTE.match(self.lines[n]):
                break
            n += 1
        return n

    def footnotes(self) -> list[tuple[str, range]]:
        """The page's footnotes: label and lines."""
        code = {n for f in self.fences if f.holds_code() for n in f.lines}
        found = []
        for n in self.body:
            match = _NOTE.match(self.lines[n])
            if match and n not in code:
                found.append((match[1], range(n, self._note_end(n))))
        return found

    def _note_end(self, n: int) -> int:
        end = self._paragraph(self.body, n)
        rest = end
        # Further paragraphs of a note are set in.
        while rest < self.body.stop and (
            not self.lines[rest].strip() or self.lines[rest][0] == " "
        ):
            rest += 1
            end = rest if self.lines[rest - 1].strip() else end
        return end

    def footnotes_of(self, hidden: set[int]) -> set[int]:
        """The lines of the footnotes that only hidden lines refer to, and footnotes of these."""
        notes = self.footnotes()
        spans = {n for _, span in notes for n in span}
        told = self._reached(notes, {n for n in self.body if n not in hidden | spans})
        return self._reached(notes, hidden) - hidden - told

    def _reached(self, notes: list[tuple[str, range]], lines: set[int]) -> set[int]:
        """Lines, with those of the footnotes that they refer to and that these refer to."""
        found = set(lines)
        while True:
            text = "".join(self.lines[n] for n in found)
            more = {n for label, span in notes if f"[^{label}]" in text for n in span}
            if more <= found:
                return found
            found |= more


def _front(lines: Sequence[str]) -> int:
    """The line after the front matter."""
    if not lines or lines[0].strip() != "---":
        return 0
    return next((n for n, line in enumerate(lines[1:], 2) if line.strip() == "---"), 0)


def find_line(lines: Sequence[str], scope: Iterable[int], words: str) -> int:
    """The line that holds these words; ``(2) words`` is the second of several.

    Raises where no line does, or several do and none is meant.
    """
    which = re.match(r"\((\d+)\) (.+)", words)
    wanted = plain(which[2] if which else words)
    hits = [n for n in scope if wanted in plain(lines[n])]
    if len(hits) == 1 and not which:
        return hits[0]
    if which and 0 < int(which[1]) <= len(hits):
        return hits[int(which[1]) - 1]
    if hits:
        places = ", ".join(str(n + 1) for n in hits[:5])
        hint = f"give more words, or say which: (1) {wanted} (lines {places})"
        raise SourcebookError(f"“{words}” stands in {len(hits)} lines", hint)
    heads = [" ".join(plain(lines[n]).split()[: len(wanted.split()) + 2]) for n in scope]
    raise SourcebookError(f"no line has “{words}”", nearest(wanted, heads, "lines"))


def plain(line: str) -> str:
    """A line as it is compared: without fence signs, a list's dash and doubled spaces."""
    return re.sub(r"^[:`~]{3,}|^- ", "", " ".join(line.split())).strip()


def words_for(lines: Sequence[str], scope: range, n: int) -> str | None:
    """Words by which a line is found: its beginning, six words or more, and which one it is."""
    words = plain(lines[n]).split()
    whole = " ".join(words)
    if not re.search(r"\w", whole):
        return None
    for count in range(min(6, len(words)), len(words) + 1):
        start = " ".join(words[:count])
        if sum(start in plain(lines[m]) for m in scope) == 1:
            return start
    return f"({1 + sum(whole in plain(lines[m]) for m in scope if m < n)}) {whole}"
