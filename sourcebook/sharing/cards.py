"""The picture that stands beside a shared link: title, years, and the chapter's place in time.

Typst draws it in the course's own faces, the same bytes for the same words. A card that has
been drawn is kept and not drawn again. Imports no Sphinx.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typst

WIDTH, HEIGHT = 1200, 630
"""Pixels, as the sites that show such pictures ask for."""
HEAVIEST = 60_000
"""Bytes of a picture: letters make it heavy."""
_LENGTHS = (80, 60, 40, 25)

_HERE = Path(__file__).parent
_FONTS = _HERE.parent / "fonts"


@dataclass(frozen=True)
class Card:
    """What a picture says."""

    title: str
    above: str = ""
    below: str = ""
    foot: str = ""
    language: str = "en"
    years: tuple[int, int] | None = None
    """The chapter's own years."""
    others: tuple[tuple[int, int], ...] = ()
    """The years of all chapters."""

    @property
    def alt(self) -> str:
        """The picture for those who cannot see it."""
        said = (
            part.rstrip(".") for part in (self.above, self.title, self.below, self.foot) if part
        )
        return f"{'. '.join(said)}."

    def facts(self) -> str:
        """What the drawing reads."""
        said: dict[str, Any] = {
            key: value for key, value in vars(self).items() if key not in ("years", "others")
        }
        ends = [year for span in self.others for year in span]
        said["axis"] = None
        if ends and min(ends) < max(ends):
            said["axis"] = {
                "first": min(ends),
                "last": max(ends),
                "spans": self.others,
                "marked": [self.years] if self.years else [],
            }
        return json.dumps(said, ensure_ascii=False)


def draw(card: Card) -> bytes:
    """The picture as PNG; what says more than a picture can weigh is said more shortly."""
    drawn = b""
    for length in _LENGTHS:
        drawn = _draw(
            replace(
                card,
                title=_cut(card.title, length),
                above=_cut(card.above, length),
                foot=_cut(card.foot, length),
            )
        )
        if len(drawn) <= HEAVIEST:
            break
    return drawn


def _cut(text: str, length: int) -> str:
    return textwrap.shorten(text, length, placeholder="\u00a0…")


def _draw(card: Card) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(_HERE / "card.typ", Path(folder) / "card.typ")
        (Path(folder) / "card.json").write_text(card.facts(), encoding="utf-8")
        # A point is a pixel.
        drawn = typst.compile(
            str(Path(folder) / "card.typ"),
            root=folder,
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            format="png",
            ppi=72,
        )
    if not isinstance(drawn, bytes):
        raise TypeError("a card has one page")
    return drawn


def kept(card: Card, folder: Path) -> Path:
    """The picture from the folder of those that have been drawn, drawn if it is not there."""
    state = hashlib.sha256((_HERE / "card.typ").read_bytes() + card.facts().encode())
    path = folder / f"{state.hexdigest()[:24]}.png"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(draw(card))
        fresh.replace(path)
    return path


def write_cards(cards: dict[str, Card], place: Path, folder: Path) -> None:
    """Put every card into a finished site under its name, and nothing else there."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name, card in cards.items():
        shutil.copyfile(kept(card, folder), place / f"{name}.png")
