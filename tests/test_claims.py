"""The ledger's figures in the text."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path

import pytest
from conftest import TINY, House, MakeProject, words_of_pdf
from docutils import nodes

from sourcebook.claims import figure_of, read_ledger
from sourcebook.datapackage import write_package

DATA = TINY / "book" / "data"


def test_ledger_is_read_by_id() -> None:
    ledger = read_ledger(DATA)
    assert list(ledger) == ["C1", "C2", "C3", "C4", "C5", "C6"]
    assert ledger["C2"]["verdict"] == "disputed"


@pytest.mark.parametrize(
    ("claim", "figure"),
    [("C1", "9,412"), ("C2", "8"), ("C3", "1891"), ("C4", "two in three"), ("C6", "2.75")],
)
def test_figure_as_readers_write_it(claim: str, figure: str) -> None:
    assert figure_of(read_ledger(DATA)[claim]) == figure


@pytest.mark.parametrize(
    ("figure", "written"),
    [("1240000", "1,240,000"), ("57.5", "57.5"), ("12345.5", "12,345.5"), ("1;2", "1;2")],
)
def test_figures_of_every_size(figure: str, written: str) -> None:
    assert figure_of({"figure": figure, "unit": "persons"}) == written


def test_role_sets_the_figure(project: MakeProject) -> None:
    built = project({"page.md": "# Page\n\nIt ran for {claim}`C1` nights.\n"})
    assert built.warnings == []
    assert "It ran for 9,412 nights." in built.doctree("page").astext()


def test_page_depends_on_the_ledger(project: MakeProject) -> None:
    built = project({"page.md": "# Page\n\n{claim}`C1`\n", "other.md": "# Other\n"})
    depends = built.app.env.dependencies
    assert any(Path(path).name == "claims.csv" for path in depends["page"])
    assert not depends.get("other")


@pytest.mark.parametrize(
    ("claim", "message"),
    [("C99", "there is no claim C99"), ("C5", "no figure has the claim C5")],
)
def test_no_such_figure(project: MakeProject, claim: str, message: str) -> None:
    built = project({"page.md": f"# Page\n\nIt ran for {{claim}}`{claim}` nights.\n"})
    (warning,) = built.warnings
    assert warning.startswith("page.md:3: ERROR: ")
    assert f"{message}: see book/data/claims.csv" in warning


def test_ledger_has_every_claim_in_the_chapters_order(student: Path, house: House) -> None:
    doctrees = house.root / "_build" / ".cache" / "plain" / "doctrees"
    tree = pickle.loads((doctrees / "book" / "numbers.doctree").read_bytes())
    rows = [n for n in tree.findall(nodes.container) if "ledger-row" in n["classes"]]
    ids = [row.astext().split()[0] for row in rows]
    assert ids == ["C1", "C3", "C6", "C2", "C5", "C4"]
    verdicts = [row["classes"][-1] for row in rows]
    assert verdicts[3] == "verdict-disputed"
    assert "Others count six." in rows[3].astext()


def test_figure_leads_to_its_row(student: Path) -> None:
    page = (student / "html" / "book" / "herring-year.html").read_text(encoding="utf-8")
    assert 'href="numbers.html#claim-C1"' in page
    numbers = (student / "html" / "book" / "numbers.html").read_text(encoding="utf-8")
    assert 'id="claim-C1"' in numbers


def test_ledger_of_a_chapter_and_a_verdict(project: MakeProject) -> None:
    text = "# Page\n\n:::{ledger} arrival\n:verdict: confirmed\n:::\n"
    text += "\n:::{passage} 1-12\n:::\n"
    built = project({"page.md": text})
    # The project has no bibliography for the ledger's citations.
    assert not [w for w in built.warnings if "cite" not in w]
    tree = built.doctree("page")
    rows = [n for n in tree.findall(nodes.container) if "ledger-row" in n["classes"]]
    assert [row.astext().split()[0] for row in rows] == ["C1", "C3", "C6"]


def test_unknown_verdict(project: MakeProject) -> None:
    pages = {
        "_toc.yml": "format: jb-book\nroot: index\nchapters: [{file: page}]\n",
        "index.md": "# Index\n\n```{toctree}\npage\n```\n",
        "page.md": "# Page\n\n:::{ledger}\n:verdict: doubtful\n:::\n",
    }
    built = project(pages)
    assert "doubtful" in " ".join(built.warnings)


def test_data_package_holds_every_table(student: Path) -> None:
    with zipfile.ZipFile(student / "html" / "data-package.zip") as package:
        names = package.namelist()
        descriptor = json.loads(package.read("datapackage.json"))
        table = package.read("data/sea-temperature.csv")
    assert names == [
        "README.md", "data/claims.csv", "data/claims.yml", "data/sea-temperature.csv",
        "data/sea-temperature.yml", "datapackage.json",
    ]  # fmt: skip
    assert [r["path"] for r in descriptor["resources"]] == names[1:4:2]
    assert table == (DATA / "sea-temperature.csv").read_bytes()
    page = (student / "html" / "book" / "numbers.html").read_text(encoding="utf-8")
    assert 'href="../data-package.zip"' in page


def test_data_package_is_the_same_twice(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_package(DATA, tmp_path / name, "A title")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_chapter_shows_its_rows_and_paper_prints_them_once(student: Path) -> None:
    page = (student / "html" / "book" / "arrival.html").read_text(encoding="utf-8")
    assert page.count('class="ledger-row') == 3
    printed = words_of_pdf(student)
    assert printed.count("C3·") == 1
    assert printed.count("Withverdictandevidencetheystandin") == 1
