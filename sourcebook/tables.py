"""Data tables with their records, as plain rows: what a notebook's cell reads.

A table is ``<name>.csv`` and its record ``<name>.yml`` beside it (a Frictionless data
resource: title, columns with meaning and unit, sources, caveats, licence). One fact a row;
``series`` keeps unlike things apart. Imports no Sphinx and no pandas, so that cells can run
wherever Python does.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from . import yamls
from .errors import SourcebookError

FOLDERS = ("book/data", "data")
"""Where tables lie, seen from a folder of the course or of the downloaded notebooks."""

Row = dict[str, Any]

_TYPES: dict[str, Callable[[str], Any]] = {"integer": int, "number": float, "year": int}


_SCALE = {"thousand": 1_000, "million": 1_000_000}


def _scale(unit: str) -> tuple[int, str]:
    """A unit's factor and the thing it counts: thousand persons is 1,000 and persons."""
    first, _, rest = unit.partition(" ")
    return (_SCALE[first], rest) if first in _SCALE else (1, unit)


def _convert(row: Row, unit: str, name: str) -> Row:
    (old, thing), (new, wanted) = _scale(row["unit"]), _scale(unit)
    if thing != wanted:
        hint = "choose the rows of one kind with where(unit=…) first"
        raise SourcebookError(f"table {name}: {row['unit']!r} cannot become {unit!r}", hint)
    value = round(row["value"] * old / new, 6)
    return {**row, "unit": unit, "value": int(value) if value == int(value) else value}


@dataclass(frozen=True)
class Table(Sequence[Row]):
    """Rows of a table, or some of them, with the record that says what they are.

    Years are whole numbers, values are numbers in the unit of their row.
    """

    name: str
    record: dict[str, Any]
    rows: tuple[Row, ...]

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, **wanted: Any) -> Table:
        """Only the rows whose columns have these values; a list means any of them.

        >>> table("workers").where(year=[1887, 1897])  # doctest: +SKIP
        """
        unknown = [column for column in wanted if column not in self.columns]
        if unknown:
            hint = f"its columns are: {', '.join(self.columns)}"
            raise SourcebookError(f"table {self.name} has no column {', '.join(unknown)}", hint)
        rows = self.rows
        for column, value in wanted.items():
            values = value if isinstance(value, list | tuple | set | range) else [value]
            rows = tuple(row for row in rows if row[column] in values)
        return replace(self, rows=rows)

    def since(self, first: int, last: int = 9999) -> Table:
        """Only the rows of the years from ``first`` to ``last``, both included."""
        return replace(self, rows=tuple(r for r in self.rows if first <= r["year"] <= last))

    def to(self, unit: str) -> Table:
        """The same facts in one unit of the same thing: persons, thousand or million persons."""
        return replace(self, rows=tuple(_convert(row, unit, self.name) for row in self.rows))

    def plus(self, rows: Iterable[Row]) -> Table:
        """With rows a cell has computed; columns they leave out are empty."""
        blank: Row = dict.fromkeys(self.columns)
        more = tuple({**blank, "note": "computed in the notebook", **row} for row in rows)
        return replace(self, rows=self.rows + more)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [field["name"] for field in self.record["schema"]["fields"]]

    @property
    def sources(self) -> list[str]:
        """Titles of the works these rows come from, in the record's order."""
        used = {key for row in self.rows for key in str(row.get("source") or "").split(";")}
        return [s["title"] for s in self.record.get("sources", []) if s.get("key") in used]


def table(name: str, start: Path | None = None) -> Table:
    """Read a table of the course by name, from the notebook's folder upward."""
    return read_table(find_table(name, start or Path.cwd()))


def find_table(name: str, start: Path) -> Path:
    """The table's CSV file, looked for from ``start`` upward."""
    for folder in (start.resolve(), *start.resolve().parents):
        for data in FOLDERS:
            path = folder / data / f"{name}.csv"
            if path.is_file():
                return path
    hint = f"its file would be {FOLDERS[0]}/{name}.csv"
    raise SourcebookError(f"there is no table {name!r}", hint, str(start))


def read_table(path: Path) -> Table:
    """Read a CSV by its record, every cell in the type the record gives its column."""
    record = read_record(path.with_suffix(".yml"))
    fields = record["schema"]["fields"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return Table(path.stem, record, tuple(_rows(csv.reader(file), fields, path)))
        except UnicodeDecodeError as error:
            raise SourcebookError(
                "the table is not UTF-8", "save it as UTF-8", str(path)
            ) from error


def read_record(path: Path) -> dict[str, Any]:
    """The record of a table."""
    if not path.is_file():
        hint = f"write {path.name} beside the CSV: title, sources, schema"
        raise SourcebookError("the table has no record", hint, str(path))
    try:
        record = yamls.load(path.read_text(encoding="utf-8"))
        record["schema"]["fields"][0]["name"]
    except (yaml.YAMLError, TypeError, KeyError, IndexError) as error:
        hint = "a record has name, title, sources and schema: {fields: […]}"
        raise SourcebookError(f"the record cannot be read: {error}", hint, str(path)) from error
    return dict(record)


def _rows(lines: Any, fields: list[dict[str, Any]], path: Path) -> Iterator[Row]:
    names = [field["name"] for field in fields]
    header: list[str] = next(lines, [])
    if header != names:
        hint = f"the record gives: {', '.join(names)}"
        raise SourcebookError(
            f"the columns are {', '.join(header) or 'missing'}", hint, f"{path}:1"
        )
    for cells in lines:
        where = f"{path}:{lines.line_num}"
        if len(cells) != len(names):
            raise SourcebookError(f"{len(cells)} cells for {len(names)} columns", "", where)
        yield {
            field["name"]: _cell(text, field, where)
            for field, text in zip(fields, cells, strict=True)
        }


def _cell(text: str, field: dict[str, Any], where: str) -> Any:
    convert = _TYPES.get(field.get("type", "string"))
    if convert is None:
        return text
    if not text:
        return None
    try:
        value = convert(text)
    except ValueError:
        hint = "put remarks into the note column"
        message = f"column {field['name']}: {text!r} is not a number"
        raise SourcebookError(message, hint, where) from None
    return int(value) if isinstance(value, float) and value.is_integer() else value
