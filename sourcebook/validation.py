"""Tables checked against their records by Frictionless: types, units, keys, ranges.

Runs before a build and in ``sourcebook check``, so that no wrong chart is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .errors import SourcebookError
from .tables import read_record, read_table


def invalid_tables(folder: Path) -> Iterator[str]:
    """Every fault of every table in ``folder``, one line each: file, line, column, what."""
    from frictionless import Resource  # slow to import: only when tables are checked

    stems = sorted({path.stem for path in (*folder.glob("*.csv"), *folder.glob("*.yml"))})
    for stem in stems:
        csv = folder / f"{stem}.csv"
        if not csv.is_file():
            yield f"{folder / stem}.yml:1: a record without a table → write {stem}.csv"
            continue
        try:
            read_table(csv)  # our own words for what has no row: columns, encoding, the record
            record = read_record(csv.with_suffix(".yml"))
        except SourcebookError as error:
            yield str(error).replace("\n  → ", " → ")
            continue
        report = Resource.from_descriptor(record, basepath=str(folder)).validate()
        for row, column, note in report.flatten(["rowNumber", "fieldName", "note"]):
            place = f"{csv}:{row}" if row else str(csv)
            yield f"{place}: {f'column {column}: ' if column else ''}{note}"
