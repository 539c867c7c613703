"""Tables: header rows that repeat, widths from what the columns hold, wide ones turned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docutils import nodes

from sourcebook.pdf.base import Base, classes
from sourcebook.pdf.markup import array, call, literal

_NUMERIC = re.compile(r"^[\s\d.,:%±~<>+()−–—*†$£€/-]*$")
# Characters of the table face that fit the text's width, by size; more is turned on its side.
_FIT = (("normal", 70), ("small", 86))
_DATA_FIT = 82
_GAP = 3


@dataclass
class Column:
    """What a column holds, measured in characters."""

    longest: int = 1
    word: int = 1
    total: int = 0
    cells: int = 0
    numeric: bool = True

    def note(self, text: str, is_head: bool) -> None:
        """Take a cell's text into account."""
        lines = text.split("\n") or [""]
        self.longest = max(self.longest, *(len(line) for line in lines))
        self.word = max(self.word, *(len(word) for word in text.split() or [""]))
        self.total += len(text)
        self.cells += 1
        if not is_head:
            self.numeric = self.numeric and bool(_NUMERIC.match(text))

    @property
    def mean(self) -> float:
        """How much a usual cell holds: the column's share of the width."""
        return self.total / max(self.cells, 1)

    @property
    def narrowest(self) -> int:
        """The least a column can do with: its longest word, or a readable measure."""
        return max(self.word, min(self.longest, 14))


class TableMixin(Base):
    """Tables as Typst tables."""

    def on_table(self, node: nodes.Element) -> str:
        """A table with its caption above; it may break across pages, its header repeats."""
        with self.within("table"):
            body, size = self._grid(node)
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
            size=literal(size),
            place=literal(label) if label else "none",
            body=body,
        )
        return self.block(node, markup)

    def _grid(self, node: nodes.Element) -> tuple[str, str]:
        group = next(node.findall(nodes.tgroup))
        specs = list(group.findall(nodes.colspec))
        columns = self._measure(group, len(specs))
        head = self._rows(group, nodes.thead, columns)
        body = self._rows(group, nodes.tbody, columns)
        inner = f"table.header({', '.join(head)}), head-rule, " if head else ""
        given = [spec.get("colwidth", 1) for spec in specs]
        limit = _DATA_FIT if "chart-data" in self.state else _FIT[0][1]
        widths = _widths(columns, given if "colwidths-given" in classes(node) else None, limit)
        cells = "".join(f"{cell}, " for cell in body)
        markup = f"#table(columns: {array(widths)}, outer-rule, {inner}{cells}outer-rule);"
        needed = sum(column.narrowest + _GAP for column in columns)
        size = next((name for name, limit in _FIT if needed <= limit), "")
        if not size:
            size = "turned" if _may_turn(node) else "tiny"
        return markup, size

    def _measure(self, group: nodes.Element, count: int) -> list[Column]:
        columns = [Column() for _ in range(count)]
        for row, is_head in _all_rows(group):
            for index, entry in _placed(row, count):
                if not entry.get("morecols"):
                    columns[index].note(entry.astext(), is_head)
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
    return "right" if column.numeric and column.total else ""


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
    """Short columns take what they need; long ones share the rest by their text."""
    if given:
        return [f"{width}fr" for width in given]
    if sum(column.longest + _GAP for column in columns) <= limit:
        return ["auto"] * len(columns)
    short: set[int] = set()
    left = limit * 0.45
    for index in sorted(range(len(columns)), key=lambda i: columns[i].longest):
        left -= columns[index].longest + _GAP
        if left < 0 or columns[index].longest > 26:
            break
        short.add(index)
    weights = [max(c.word, c.mean, 0.8 * min(c.longest, 24)) for c in columns]
    room = limit - sum(columns[index].longest + _GAP for index in short)
    whole = sum(weight for index, weight in enumerate(weights) if index not in short)

    def width(index: int) -> str:
        if index in short:
            return "auto"
        # A share that is narrower than its longest word would print over its neighbor.
        needed = columns[index].word + _GAP
        tight = room * weights[index] / whole < needed
        return f"{0.56 * needed:.1f}em" if tight else f"{weights[index]:.1f}fr"

    return [width(index) for index in range(len(columns))]
