"""Tables against their records: what a wrong cell is told, and that a build stops before it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, TINY

from sourcebook.builds import Job, build
from sourcebook.errors import BuildError
from sourcebook.validation import invalid_tables

DATA = ROOT / "book" / "data"
TABLE = "metal-textile-workers.csv"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One table of the course with its record, to spoil."""
    for suffix in (".csv", ".yml"):
        shutil.copy((DATA / TABLE).with_suffix(suffix), tmp_path)
    return tmp_path


def faults_after(folder: Path, old: str, new: str) -> list[str]:
    """What is said of the table when a piece of it is another."""
    path = folder / TABLE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [fault.removeprefix(f"{folder}/") for fault in invalid_tables(folder)]


def test_course_tables_fit_their_records() -> None:
    assert list(invalid_tables(DATA)) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("153,thousand persons", "153,thousand horses", f"{TABLE}:3: column unit: "),
        ("1897,1897,metal", "1997,1997,metal", f"{TABLE}:3: column year: "),
        ("metal,103", "metal,-103", f"{TABLE}:2: column value: "),
        ("1887,1887,textile", ",1887,textile", f"{TABLE}:4: column year: "),
        ("1897,1897,metal", "1887,1887,metal", f"{TABLE}:3: "),
        ("103", "many", f"{TABLE}:2: column value: 'many' is not a number"),
    ],
)
def test_wrong_cell_is_placed(data: Path, old: str, new: str, place: str) -> None:
    (fault,) = faults_after(data, old, new)
    assert fault.startswith(place)


def test_lonely_record_is_named(data: Path) -> None:
    (data / TABLE).unlink()
    (fault,) = invalid_tables(data)
    assert fault.endswith(f"a record without a table → write {TABLE}")


def test_build_stops_before_a_wrong_chart(tmp_path: Path) -> None:
    root = Path(shutil.copytree(TINY, tmp_path / "course", ignore=shutil.ignore_patterns("_build")))
    table = root / "book" / "data" / "sea-temperature.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    with pytest.raises(BuildError) as raised:
        build(Job(root, formats=("html",), quiet=True))
    assert f"book/data/sea-temperature.csv:{len(lines) + 1}: " in raised.value.message
    assert not (root / "_build" / "student").exists()
