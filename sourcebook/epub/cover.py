"""The cover, drawn from the course itself: a line for each paragraph of the source.

A paragraph's line is as long as the paragraph, and the lines stand together chapter by
chapter: the shape of the text that the course reads.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

import vl_convert as vlc

from sourcebook.charts import COLORS, FONT

WIDTH, HEIGHT = 1200, 1600
_EDGE = 110
_GROUND, _LETTERS, _SOFT = "#fbf8f1", "#1f2328", "#57606a"


@dataclass(frozen=True)
class Cover:
    """What the cover says and shows."""

    title: str
    subtitle: str
    author: str
    lines: Sequence[str]
    """Which edition it is, and whether it is a class copy."""
    chapters: Sequence[Sequence[int]]
    """For each chapter, how long its paragraphs of the source are, in words."""

    @property
    def words(self) -> str:
        """The cover for those who cannot see it."""
        said = [part for part in (self.title, self.subtitle, *self.lines, self.author) if part]
        return f"Cover. {'. '.join(part.rstrip('.') for part in said)}."

    def png(self) -> bytes:
        """The cover as an image, since few shelves show a drawing."""
        return bytes(vlc.svg_to_png(self.svg()))

    def svg(self) -> str:
        """The cover as a drawing."""
        below, parts = 290, []
        for text, size, step, color in (
            (self.title, 104, 116, _LETTERS),
            (self.subtitle, 50, 66, _SOFT),
            *((line, 44, 56, COLORS[1]) for line in self.lines),
        ):
            for words in textwrap.wrap(text, int((WIDTH - 2 * _EDGE) / (size * 0.47))):
                parts.append(_text(words, below, size, color))
                below += step
            below += 24
        lowest = HEIGHT - 190
        parts += self._paragraphs(min(below + 10, lowest - 200), lowest)
        parts.append(_text(self.author, HEIGHT - 90, 40, _SOFT))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}"><rect width="100%" height="100%" fill="{_GROUND}"/>'
            f"{''.join(parts)}</svg>"
        )

    def _paragraphs(self, top: float, bottom: float) -> list[str]:
        """The lines, spread over the room that the words leave."""
        chapters = [lengths for lengths in self.chapters if lengths]
        if not chapters:
            return []
        # A gap of one line between chapters.
        step = (bottom - top) / (sum(len(c) + 1 for c in chapters) - 1)
        longest = max(max(lengths) for lengths in chapters)
        drawn, y = [], top
        for color, lengths in zip(cycle(COLORS[:3]), chapters, strict=False):
            for length in lengths:
                across = max(8.0, (WIDTH - 2 * _EDGE) * length / longest)
                high = min(step * 0.6, 16)
                drawn.append(
                    f'<rect x="{_EDGE}" y="{y:.1f}" width="{across:.1f}" height="{high:.1f}" '
                    f'fill="{color}"/>'
                )
                y += step
            y += step
        return drawn


def _text(words: str, y: float, size: int, color: str) -> str:
    weight = 600 if size > 100 else 400
    return (
        f'<text x="{_EDGE}" y="{y}" font-family="{FONT}" font-size="{size}" '
        f'font-weight="{weight}" fill="{color}">{html.escape(words)}</text>'
    )
