"""Tables as a notebook's cell reads them, and what is said of a table that does not fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CASES, TINY

from sourcebook.errors import SourcebookError
from sourcebook.tables import Table, read_table, table


@pytest.fixture
def sea() -> Table:
    """The tiny course's one table."""
    return read_table(TINY / "book" / "data" / "sea-temperature.csv")


def test_cells_have_their_types(sea: Table) -> None:
    assert sea[0] == {
        "year": 1894, "series": "landing step", "value": 8.25, "unit": "degrees",
        "source": "thorne1961keeper", "note": "",
    }  # fmt: skip
    assert isinstance(sea[1]["value"], int), "8 and not 8.0"


def test_empty_number_is_none(tmp_path: Path) -> None:
    (tmp_path / "gaps.csv").write_text("year,value\n1900,\n", encoding="utf-8")
    record = "schema: {fields: [{name: year, type: integer}, {name: value, type: number}]}"
    (tmp_path / "gaps.yml").write_text(record, encoding="utf-8")
    assert list(read_table(tmp_path / "gaps.csv")) == [{"year": 1900, "value": None}]


def test_where(sea: Table) -> None:
    assert [row["year"] for row in sea.where(series="harbor board")] == [1897]
    assert len(sea.where(year=[1894, 1897])) == 3
    assert len(sea.where(year=range(1895, 1901), series="landing step")) == 2
    assert len(sea.where(series="nobody")) == 0


def test_where_names_the_columns_there_are(sea: Table) -> None:
    with pytest.raises(SourcebookError) as caught:
        sea.where(city="Saltmere")
    assert str(caught.value) == (
        "table sea-temperature has no column city\n"
        "  → its columns are: year, series, value, unit, source, note"
    )


def test_since(sea: Table) -> None:
    assert [row["year"] for row in sea.since(1900)] == [1900, 1903]
    assert [row["year"] for row in sea.since(1894, 1897)] == [1894, 1897, 1897]


def test_sources_are_those_of_the_rows(sea: Table) -> None:
    assert sea.sources == [
        "Thorne, The Keeper and the Current",
        "Pell, Six Lectures against Prophecy",
    ]
    assert sea.where(series="harbor board").sources == ["Pell, Six Lectures against Prophecy"]


def test_computed_rows_say_so(sea: Table) -> None:
    more = sea.plus([{"year": 1904, "value": 7, "unit": "degrees"}])
    assert len(more) == len(sea) + 1
    assert more[-1]["note"] == "computed in the notebook"
    assert more[-1]["source"] is None
    assert len(sea) == 5, "the table itself stays as it is"


def test_units_of_one_thing(sea: Table) -> None:
    persons = sea.plus([{"year": 1900, "value": 2.5, "unit": "thousand persons"}])
    only = persons.where(unit="thousand persons")
    assert only.to("persons")[0]["value"] == 2500
    assert only.to("million persons")[0] | {"note": ""} == only[0] | {
        "note": "", "value": 0.0025, "unit": "million persons",
    }  # fmt: skip
    with pytest.raises(SourcebookError, match="'degrees' cannot become 'persons'"):
        persons.to("persons")


def test_found_from_a_folder_below() -> None:
    assert len(table("sea-temperature", TINY / "exercises")) == 5


def test_unknown_table_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(SourcebookError) as caught:
        table("tides", tmp_path)
    assert "there is no table 'tides'" in str(caught.value)
    assert "book/data/tides.csv" in str(caught.value)


@pytest.mark.parametrize(
    "path", sorted(CASES.glob("bad-tables/*.expects")), ids=lambda path: path.stem
)
def test_bad_table(path: Path) -> None:
    with pytest.raises(SourcebookError) as caught:
        read_table(path.with_suffix(".csv"))
    assert path.stem in caught.value.where
    for part in path.read_text(encoding="utf-8").strip().split("|"):
        assert part in str(caught.value)


def test_every_bad_table_has_its_message() -> None:
    folder = CASES / "bad-tables"
    assert {p.stem for p in folder.glob("*.csv")} == {p.stem for p in folder.glob("*.expects")}


@pytest.mark.parametrize(
    "module", ["tables", "charts", "texts", "splitting", "chapters", "errors", "cli"]
)
def test_core_imports_no_sphinx(module: str) -> None:
    code = (
        f"import sys, sourcebook.{module}; print('sphinx' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
