"""How long finding paragraphs takes, and how much memory, as a text grows: ``make bench``.

Every size is measured in a process of its own, on a made-up text of as many words, whole and
set in lines of 60 columns with page heads.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import textwrap
import time

from sourcebook.prints import count_words, fingerprints
from sourcebook.readers import plain
from sourcebook.splitting import split
from sourcebook.texts import Paragraph, TextMap

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
LETTERS = "etaoinshrdlucmfwypvbgk"


def made_up(words: int) -> list[str]:
    """Paragraphs of 120 words out of a vocabulary of 20,000."""
    chance = random.Random(words)
    vocabulary = ["".join(chance.choices(LETTERS, k=2 + n % 9)) for n in range(20_000)]
    return [" ".join(chance.choices(vocabulary, k=120)) for _ in range(words // 120)]


def map_of(paragraphs: list[str]) -> TextMap:
    """The map of a text."""
    items = tuple(
        Paragraph(str(n), "made-up", count_words(text), "", "", fingerprints(text))
        for n, text in enumerate(paragraphs, 1)
    )
    return TextMap("made-up", "", "A text", "Nobody", "Free.", True, (), items)


def printed(paragraphs: list[str]) -> str:
    """On pages: lines of 60 columns, a head and a number after every fortieth."""
    lines = [row for text in paragraphs for row in [*textwrap.wrap(text, 60), ""]]
    for n in range(len(lines) // 40, 0, -1):
        lines[40 * n : 40 * n] = [f"{n}", "THE RUNNING HEAD"]
    return "\n".join(lines)


def measure(words: int) -> None:
    """One row of the table."""
    paragraphs = made_up(words)
    text_map = map_of(paragraphs)
    row = [f"{words:>9,}"]
    for text in ("\n".join(paragraphs), printed(paragraphs)):
        start = time.perf_counter()
        found = split(plain(text), [text_map])
        seconds = time.perf_counter() - start
        row += [f"{seconds:8.2f}", f"{len(found.paragraphs):>7,} of {len(paragraphs):,}"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(" | ".join([*row, f"{peak:6.0f}"]), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        print("    words | s whole  | paragraphs | s on pages | paragraphs | peak MB", flush=True)
        for size in SIZES:
            subprocess.run([sys.executable, __file__, str(size)], check=True)
