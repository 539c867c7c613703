"""Tables: header rows that repeat, widths from what the columns hold, wide ones turned."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import truediv

from docutils import nodes

from sourcebook.pdf.base import Base, classes
from sourcebook.pdf.markup import array, call, literal

_NUMERIC = re.compile(r"^[\s\d.,:%±~<>+()−–—*†$£€/-]*$")
# From the text of one column to that of the next, in characters.
_GAP = 3
# A row with more in a cell may break at a page's foot; and so many rows are worth two columns.
_LONG, _MANY = 700, 12
# As many rows as tell how a table's text is spread.
_SAMPLE = 40


@dataclass
class Column:
    """What a column holds, measured in characters."""

    longest: int = 1
    word: int = 1
    numeric: bool = True
    lengths: dict[int, int] = field(default_factory=dict)
    """How long the text of each row is."""

    def note(self, text: str, is_head: bool, row: int) -> None:
        """Take a cell's text into account."""
        self.lengths[row] = len(text)
        lines = text.split("\n") or [""]
        self.longest = max(self.longest, *(len(line) for line in lines))
        self.word = max(self.word, *(len(word) for word in text.split() or [""]))
        if not is_head:
            self.numeric = self.numeric and bool(_NUMERIC.match(text))

    @property
    def narrowest(self) -> int:
        """The least a column can do with: its longest word, or a readable measure."""
        return max(self.word, min(self.longest, 14))


class TableMixin(Base):
    """Tables as Typst tables."""

    def on_table(self, node: nodes.Element) -> str:
        """A table with its caption above; it may break across pages, its header repeats."""
        with self.within("table"):
            body, named = self._grid(node)
        title = next(node.findall(nodes.title), None)
        data = "chart-data" in self.state
        caption = "none"
        if title is not None:
            with self.within("caption"):
                caption = f"[{self.inside(title)}]"
        label = None if "heading" in self.state else self.labels.take(self.leaf.docname, node)
        markup = call(
            "data-table" if data else "table-block",
            caption,
            number=f"[{self.number(node, 'table')}]",
            place=literal(label) if label else "none",
            **named,
            body=body,
        )
        return self.block(node, markup)

    def _grid(self, node: nodes.Element) -> tuple[str, dict[str, str]]:
        """The table itself, and how the template is to set it."""
        group = next(node.findall(nodes.tgroup))
        specs = list(group.findall(nodes.colspec))
        columns = self._measure(group, len(specs))
        # A head that repeats is no place for links: PDF forbids them where nothing is read aloud.
        with self.within("heading"):
            head = self._rows(group, nodes.thead, columns)
        body = self._rows(group, nodes.tbody, columns)
        noted = any(next(x.findall(nodes.footnote_reference), None) for x in _heads(group))
        once = "repeat: false, " if noted else ""
        inner = f"table.header({once}{', '.join(head)}), head-rule, " if head else ""
        given = [spec.get("colwidth", 1) for spec in specs]
        size, limit = self._size(node, columns)
        widths = _widths(columns, given if "colwidths-given" in classes(node) else None, limit)
        long = any(length > _LONG for column in columns for length in column.lengths.values())
        may_break = "#set table.cell(breakable: true);" if long else ""
        cells = "".join(f"{cell}, " for cell in body)
        grid = f"#table(columns: {array(widths)}, outer-rule, {inner}{cells}outer-rule);"
        named = {"size": literal(size)}
        if "chart-data" in self.state:
            needed = 2 * sum(column.longest + _GAP for column in columns)
            narrow = needed <= limit and len(columns[0].lengths) > _MANY
            named["paired"] = "true" if narrow else "false"
        return may_break + grid, named

    def _size(self, node: nodes.Element, columns: list[Column]) -> tuple[str, int]:
        """The table's size and the characters that fit; what is too wide is turned on its side."""
        form = self.builder.form
        if "chart-data" in self.state:
            return "normal", form.characters("data")
        needed = sum(column.narrowest + _GAP for column in columns)
        for size in ("normal", "small"):
            if needed <= form.characters(size):
                return size, form.characters(size)
        if _may_turn(node):
            return "turned", int(form.characters("normal") * (form.height - 52) / form.line)
        return "tiny", form.characters("small")

    def _measure(self, group: nodes.Element, count: int) -> list[Column]:
        columns = [Column() for _ in range(count)]
        for number, (row, is_head) in enumerate(_all_rows(group)):
            for index, entry in _placed(row, count):
                if not entry.get("morecols"):
                    columns[index].note(entry.astext(), is_head, number)
        return columns

    def _rows(
        self, group: nodes.Element, kind: type[nodes.Element], columns: list[Column]
    ) -> list[str]:
        cells = []
        for part in group.findall(kind):
            for row in part.children:
                if isinstance(row, nodes.row):
                    cells += [self._cell(e, c, columns) for c, e in _placed(row, len(columns))]
        return cells

    def _cell(self, entry: nodes.Element, index: int, columns: list[Column]) -> str:
        named = {}
        for key, name in (("morecols", "colspan"), ("morerows", "rowspan")):
            if entry.get(key):
                named[name] = str(entry[key] + 1)
        align = _alignment(entry, columns[index])
        if align:
            named["align"] = align
        content = f"[{self.anchor(entry)}{self.inside(entry).strip()}]"
        if isinstance(entry.parent.parent, nodes.thead) or _is_stub(entry, index):
            content = f"[{call('strong', body=content[1:-1])}]"
        if not named:
            return content
        options = ", ".join(f"{key}: {value}" for key, value in named.items())
        return f"table.cell({options}){content}"


def _heads(group: nodes.Element) -> list[nodes.thead]:
    return list(group.findall(nodes.thead))


def _may_turn(node: nodes.Element) -> bool:
    """A page of its own is only for a table that stands in no box, list or quotation."""
    plain = (nodes.section, nodes.document, nodes.container)
    parent = node.parent
    while isinstance(parent, plain):
        if {"passage", "question", "chart-data", "sd-card"} & set(classes(parent)):
            return False
        parent = parent.parent
    return parent is None


def _alignment(entry: nodes.Element, column: Column) -> str:
    for name in classes(entry):
        if name in ("text-right", "text-center", "text-left"):
            return name.removeprefix("text-")
    return "right" if column.numeric and any(column.lengths.values()) else ""


def _is_stub(entry: nodes.Element, index: int) -> bool:
    """A row's own heading, where the table says its first columns are that."""
    group = entry.parent.parent.parent
    specs = [x for x in group.children if isinstance(x, nodes.colspec)]
    return index < len(specs) and bool(specs[index].get("stub"))


def _all_rows(group: nodes.Element) -> list[tuple[nodes.Element, bool]]:
    rows: list[tuple[nodes.Element, bool]] = []
    for row in group.findall(nodes.row):
        rows.append((row, isinstance(row.parent, nodes.thead)))
    return rows


def _placed(row: nodes.Element, count: int) -> list[tuple[int, nodes.Element]]:
    """A row's cells with the column each begins in, as far as the row itself can tell."""
    placed: list[tuple[int, nodes.Element]] = []
    index = 0
    for entry in row.children:
        if isinstance(entry, nodes.entry):
            placed.append((min(index, count - 1), entry))
            index += int(entry.get("morecols", 0)) + 1
    return placed


def _widths(columns: list[Column], given: list[int] | None, limit: int) -> list[str]:
    """Columns take what they need where that fits, and else what makes the table shortest."""
    if given:
        return [f"{width}fr" for width in given]
    if sum(column.longest + _GAP for column in columns) <= limit:
        return ["auto"] * len(columns)
    return [f"{width}fr" for width in shares(columns, limit)]


def shares(columns: Sequence[Column], limit: int) -> list[int]:
    """Widths in characters: each its longest word, the rest where it saves most lines.

    Lines are counted smoothly, or a step that saves none by itself would never be taken.
    """
    numbers = sorted({row for column in columns for row in column.lengths})
    picked = numbers[:: len(numbers) // _SAMPLE + 1]
    rows = [[column.lengths.get(row, 0) for column in columns] for row in picked]
    widths = [column.word for column in columns]

    def height(widths: Sequence[int]) -> float:
        return sum(math.hypot(*map(truediv, row, widths)) for row in rows)

    for _ in range(limit - sum(widths) - _GAP * len(columns)):
        tried = [
            [*widths[:n], widths[n] + 1, *widths[n + 1 :]]
            for n, column in enumerate(columns)
            if widths[n] < column.longest
        ]
        if not tried:
            break
        widths = min(tried, key=height)
    return [width + _GAP for width in widths]
