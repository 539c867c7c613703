"""The forms the course is printed in: paper, sides, size of type, color.

One record says all of a form; the template reads it and nothing else decides measures.
Imports no Sphinx.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from sourcebook.errors import SourcebookError

PAPERS = {
    "a4": (210.0, 297.0),
    "letter": (215.9, 279.4),
    "a3": (297.0, 420.0),
    "tabloid": (279.4, 431.8),
}
"""Width and height in millimeters; the two large ones are sheets for booklets only."""

_BOOK_BODY, _BOOK_LINE = 10.5, 104.0
# Characters of the table face on the book's line, at the size of a usual table, of a narrow
# one, and of a chart's data.
_NORMAL, _SMALL, _DATA = 70, 86, 82


@dataclass(frozen=True)
class Form:
    """How a book is printed; lengths in millimeters, type in points."""

    name: str
    width: float
    height: float
    line: float
    """The text's width: about 65 characters."""
    inner: float
    """The margin at the binding, or at the left of a one-sided book."""
    top: float
    bottom: float
    body: float = _BOOK_BODY
    least: float = 0
    """No letter is smaller."""
    chart: float = 88
    """A chart's width; its letters are a 35th of it."""
    two_sided: bool = True
    clear: bool = False
    """For readers who see little: sans serif, ragged, no italics, numbers in the line."""
    grey: bool = False
    gathering: int = 0
    """Pages that are folded into one another; 0 where sheets are not folded."""
    suffix: str = ""
    """What the file's name says of the form."""

    @property
    def scale(self) -> float:
        """How much larger than the book all type is."""
        return self.body / _BOOK_BODY

    def characters(self, kind: str) -> int:
        """How many characters of a table's face fit the line, by the kind of table."""
        book = {"normal": _NORMAL, "small": _SMALL, "data": _DATA}[kind]
        points = {"normal": 8.6, "small": 7.2, "data": 7.5}[kind]
        size = max(points * self.scale, self.least)
        return int(book * (self.line / _BOOK_LINE) * (points / size))

    def typst(self) -> str:
        """The form as the template reads it."""
        rows = asdict(self) | {"scale": round(self.scale, 4)}
        lines = "".join(f"  {key.replace('_', '-')}: {_value(x)},\n" for key, x in rows.items())
        return f"// Written by forms.py.\n#let form = (\n{lines})\n"


def _value(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower()


def form_of(name: str = "book", paper: str = "a4") -> Form:
    """The form of this name on this paper."""
    known = [paper for paper in PAPERS if name == "booklet" or paper in ("a4", "letter")]
    if name not in _SHAPES:
        raise SourcebookError(
            f"there is no form {name!r}", f"choose from {', '.join(_SHAPES)}", "--form"
        )
    if paper not in known:
        raise SourcebookError(
            f"a {name} is not printed on {paper!r}", f"choose from {', '.join(known)}", "--paper"
        )
    shape = _SHAPES[name](*PAPERS[paper])
    parts = ["" if name == "book" else f"-{name}", "" if paper == "a4" else f"-{paper}"]
    return replace(shape, name=name, suffix="".join(parts))


def _book(width: float, height: float) -> Form:
    # The binding takes less than the outer margin, where the source's numbers stand.
    inner = 40 if width < 215 else 43
    return Form("book", width, height, _BOOK_LINE, inner, top=27, bottom=33)


def _screen(width: float, height: float) -> Form:
    inner = (width - _BOOK_LINE) / 2 - 4
    return replace(_book(width, height), inner=inner, two_sided=False)


def _large(width: float, height: float) -> Form:
    # 174 mm is the least on which a chart's letters have 14 points.
    line = 174.0
    inner = (width - line) / 2
    return Form(
        "large", width, height, line, inner, top=22, bottom=24, body=18, least=14,
        chart=line, two_sided=False, clear=True,
    )  # fmt: skip


def _grey(width: float, height: float) -> Form:
    return replace(_book(width, height), grey=True)


def _booklet(width: float, height: float) -> Form:
    """Half a sheet a page: two pages stand side by side on the sheet."""
    wide, high = height / 2, width
    if wide > 180:
        return replace(_book(wide, high), gathering=32)
    inner = 0.44 * (wide - _BOOK_LINE)
    return Form("booklet", wide, high, _BOOK_LINE, inner, top=17, bottom=19, chart=80, gathering=32)


_SHAPES = {
    "book": _book,
    "screen": _screen,
    "large": _large,
    "grey": _grey,
    "booklet": _booklet,
}
FORMS = tuple(_SHAPES)
