"""The maps of the made-up texts in ``cases/``, made from those texts.

Run this file to write them again after a text or a guide line has changed.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from sourcebook.prints import count_words, fingerprints

CASES = Path(__file__).parent / "cases"
SOURCE = CASES / "tiny-course" / "book" / "source"

ALMANAC = {
    "id": "keeper-almanac",
    "prefix": "",
    "title": "The Almanac of Gannet Stack",
    "author": "Ebba Thorne",
    "rights": "Treated as in copyright, for the tests.",
    "publish": False,
    "read_at": ["The library of Saltmere lends it."],
}
LETTER = {
    "id": "sister-letter",
    "prefix": "T",
    "title": "A letter from the keeper’s sister",
    "author": "Ragna Olsey",
    "rights": "Free to copy.",
    "publish": True,
    "read_at": ["It hangs in the bakery."],
}
# Per paragraph: our guide line and the words that find the paragraph.
ALMANAC_GUIDES = (
    ("A woman takes over a light and starts a book.", "eleven years"),
    ("How long the record runs, and who used it.", "beside the tiller"),
    ("The columns, one of them unnamed.", "without a heading"),
    ("A disaster in one line.", "Three days later"),
    ("Two townsmen argue over an entry.", "an adjective"),
    ("Measuring becomes a habit and a curve.", "red ink"),
    ("An office declines to be told.", "leave the ocean"),
    ("A catch convinces where a curve did not.", "largest catch"),
    ("People come with questions.", "toward the middle"),
    ("Forecasts are counted, failures too.", "stiff knee"),
    ("Scholars arrive late.", "folk songs"),
    ("The light goes on without her.", "nobody there"),
)
LETTER_GUIDES = (
    ("Thanks for an instrument.", "tap it"),
    ("News of a quarrel and a roof.", "a flat calm"),
    ("An invitation.", "stove that draws"),
    ("Place and date.", "October 3"),
)


def paragraphs(path: Path) -> list[str]:
    """The numbered paragraphs of a text in ``cases/``: no heading, author or note."""
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line]
    skipped = (ALMANAC["title"], LETTER["title"], "by Ebba Thorne")
    return [line for line in lines if line not in skipped and not line.startswith("Author’s note")]


def map_of(about: dict[str, object], texts: list[str], guides: tuple[tuple[str, str], ...]) -> str:
    """A map as its file has it."""
    items = [
        {
            "id": f"{about['prefix']}{n}",
            "words": count_words(text),
            "guide": guide,
            "cue": cue,
            "prints": " ".join(fingerprints(text)),
        }
        for n, (text, (guide, cue)) in enumerate(zip(texts, guides, strict=True), 1)
    ]
    return yaml.safe_dump({**about, "paragraphs": items}, allow_unicode=True, sort_keys=False)


def maps() -> dict[Path, str]:
    """The two maps of the tiny course: file → what it should hold."""
    almanac = paragraphs(CASES / "sample-text.txt")
    letter = paragraphs(CASES / "sample-letter.txt")
    return {
        SOURCE / "keeper-almanac.yml": map_of(ALMANAC, almanac, ALMANAC_GUIDES),
        SOURCE / "sister-letter.yml": map_of(LETTER, letter, LETTER_GUIDES),
    }


if __name__ == "__main__":
    for path, text in maps().items():
        path.write_text(text, encoding="utf-8")
