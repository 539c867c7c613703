"""Words as texts of one work share them, and the fingerprints a map keeps of its paragraphs.

A fingerprint is a short hash of three words in a row; a map keeps a sample of them.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

SHINGLE = 3
"""Words in a shingle."""
STRIDE = 8
"""Words from one kept shingle to the next. Five of eight words are in none, so that hashes
and guesses together do not give a sentence back; the authoring page says why."""
HEX_DIGITS = 5
"""20 bits: a hash fits thousands of word triples, so it finds a place but does not tell it."""

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
"""What may stand inside a word unseen: combining accents, soft hyphens, zero-width signs."""
_LETTERS = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*")
_UNSEEN = re.compile(f"[{_MARKS}]")


@dataclass(frozen=True)
class Word:
    """A word of a file: the form in which its spellings meet, and where it stands."""

    form: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def normal_form(word: str) -> str:
    """The form in which spellings of one word meet: labour, labor; ﬁrst, first; Łódź, Łodz."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", word.lower())).replace("’", "'")
    return re.sub(r"is(e[sd]?|ing|ation)$", r"iz\1", plain.replace("our", "or"))


def words_of(text: str) -> list[Word]:
    """Every word of a text, in order."""
    return [Word(normal_form(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def hash_of(forms: Sequence[str]) -> str:
    """The first 20 bits of a CRC-32: as good as any hash this short, and everywhere at hand."""
    return f"{zlib.crc32(' '.join(forms).encode()):08x}"[:HEX_DIGITS]


def kept_offsets(length: int) -> list[int]:
    """Offsets of the shingles a map keeps: the first, one every STRIDE words, the last."""
    if length < SHINGLE:
        return []
    last = length - SHINGLE
    return sorted({*range(0, last + 1, STRIDE), last})


def fingerprints(paragraph: str) -> tuple[str, ...]:
    """The hashes a map keeps of a paragraph (5 hexadecimal digits each, in order)."""
    forms = [word.form for word in words_of(paragraph)]
    return tuple(hash_of(forms[at : at + SHINGLE]) for at in kept_offsets(len(forms)))


def count_words(paragraph: str) -> int:
    """Words of a paragraph as maps count them."""
    return len(words_of(paragraph))
