"""Whatever the page's shape and whatever a writer writes: a PDF, or a message with its place."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from conftest import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printing import CASES, small
from test_pdf_forms import printed

from sourcebook.errors import SourcebookError
from sourcebook.pdf.forms import form_of
from sourcebook.pdf.press import press

GEOMETRIES = 36


def test_nothing_floats():
    for path in (Path(press.__code__.co_filename).parent).glob("*.typ"):
        assert not re.search(r"float:\s*true|placement:", path.read_text(encoding="utf-8")), path


def test_pages_of_any_shape_are_tagged(house: House, tmp_path):
    printed(house, form="book")
    made = house.root / "_build" / ".cache" / "plain" / "student" / "pdf"
    shutil.copytree(made, tmp_path / "pdf")
    source = tmp_path / "pdf" / "keeping-a-light.typ"
    rng = random.Random(1905)
    for _ in range(GEOMETRIES):
        width, height = rng.uniform(80, 300), rng.uniform(70, 400)
        form = replace(
            form_of(rng.choice(["book", "screen", "large", "grey"])),
            width=width,
            height=height,
            line=width * rng.uniform(0.5, 0.9),
            inner=width * 0.05,
            top=height * 0.1,
            bottom=height * 0.1,
            body=rng.uniform(7, 20),
        )
        (tmp_path / "pdf" / "form.typ").write_text(form.typst(), encoding="utf-8")
        reader = pypdf.PdfReader(press(source, tmp_path / "pdf" / "fonts"))
        assert "/StructTreeRoot" in reader.trailer["/Root"], form
        assert abs(float(reader.pages[0].mediabox.width) - width * 72 / 25.4) < 1


# ---- random documents of every construct

WORDS = st.text(
    st.sampled_from("abc XYZ #$@*_~<>`\\[]{}()|:;.,!?&%^=+-/\"'éжλ—…\u00a0"), max_size=40
)


def fenced(name: str, argument: str = "") -> st.SearchStrategy[str]:
    return BLOCKS.map(lambda body: f"::::::{{{name}}} {argument}\n{body}\n::::::")


def items(mark: str) -> st.SearchStrategy[str]:
    return st.lists(WORDS, min_size=1, max_size=4).map(
        lambda lines: "\n".join(f"{mark} {line.strip() or 'x'}" for line in lines)
    )


def table_of(rows: list[list[str]]) -> str:
    cells = [[cell.replace("|", "").strip() or "x" for cell in row] for row in rows]
    head, *rest = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *rest])


TABLES = st.integers(1, 9).flatmap(
    lambda width: st.lists(
        st.lists(WORDS, min_size=width, max_size=width), min_size=1, max_size=6
    ).map(table_of)
)
BLOCKS = st.deferred(
    lambda: st.one_of(
        WORDS,
        WORDS.map(lambda words: f"A note[^a], {words.replace('`', '')}\n\n[^a]: With words."),
        items("-"),
        items("1."),
        TABLES,
        st.sampled_from(FIXED),
        st.sampled_from(
            ["note", "admonition", "epigraph", "dropdown", "card", "sidebar", "topic"]
        ).flatmap(lambda name: fenced(name, "" if name in ("note", "epigraph") else "Title")),
    )
)
FIXED = [
    "> A quotation\n>\n> -- Somebody",
    "```python\nprint('a line that is much too long for the page' * 2)  # " + "x" * 90 + "\n```",
    "Term\n: Definition\n\n    - nested",
    "```{image} dot.svg\n:alt: A dot\n```",
    "```{figure} dot.svg\n:alt: A dot\n:width: 40%\n\nA caption.\n```",
    "```{math}\na^2\n```",
    "<div>html</div>",
    "***",
    "https://example.org/" + "long/" * 30,
    "```{eval-rst}\n| verse\n|   set in\n```",
    "```{eval-rst}\n+---+---+\n| both  |\n+---+---+\n| c | d |\n+---+---+\n```",
    "- a\n\n  - b\n\n    1. c\n\n       d",
    "{index}`word` {sub}`2` {sup}`3` {kbd}`Enter` {abbr}`SR (Socialist Revolutionary)`",
    "## Heading\n\n#### Deep heading",
    "::::{tab-set}\n:::{tab-item} One\nA\n:::\n:::{tab-item} Two\nB\n:::\n::::",
    "::::{grid} 2\n:::{grid-item-card} One\nA\n:::\n:::{grid-item}\nB\n:::\n::::",
    "```{list-table}\n:header-rows: 1\n:stub-columns: 1\n\n* - A\n  - B\n* - c\n  - d\n```",
]  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(BLOCKS, min_size=1, max_size=12))
def test_any_document_is_printed_or_named(tmp_path_factory, blocks):
    folder = tmp_path_factory.mktemp("random")
    (folder / "source").mkdir()
    shutil.copyfile(CASES / "book" / "book" / "dot.svg", folder / "source" / "dot.svg")
    text = "# Chapter\n\n" + "\n\n".join(blocks) + "\n"
    extensions = ["myst_nb", "sphinx_design", "sourcebook.pdf"]
    try:
        made = small(
            folder,
            text,
            extensions=extensions,
            myst_enable_extensions=["colon_fence", "deflist", "attrs_inline"],
        )
    except SourcebookError as error:
        assert error.where.startswith("chapter.md:"), error
        return
    assert len(made.pages) >= 3
    assert "NO TAGS" not in made.warnings
    assert "knows no" not in made.warnings


# ---- links, scripts, time


def named_places(reader: pypdf.PdfReader) -> set[str]:
    return set(reader.named_destinations)


def links_of(reader: pypdf.PdfReader):
    for page in reader.pages:
        for annotation in page.get("/Annots", ()):
            link = annotation.get_object()
            if link["/Subtype"] == "/Link":
                yield link


@pytest.mark.parametrize("way", [{"form": "book"}, {"form": "screen"}, {"chapter": "herring-year"}])
def test_every_link_within_the_book_lands_on_one_of_its_pages(house, way):
    reader = pypdf.PdfReader(printed(house, **way))
    pages = {page.indirect_reference.idnum for page in reader.pages}
    names = named_places(reader)
    inside = 0
    for link in links_of(reader):
        action = link.get("/A", {})
        where = link.get("/Dest", action.get("/D"))
        if where is None:
            assert str(action["/URI"]).startswith(("http", "mailto:"))
            continue
        inside += 1
        if isinstance(where, str):
            assert where in names
        else:
            assert where[0].indirect_reference.idnum in pages
    assert inside > 10


def test_cyrillic_and_greek_are_set_and_read(tmp_path):
    words = ("Вся власть советам", "Правда", "ἱστορία", "Θουκυδίδης")
    text = f"# {words[1]}\n\n{words[0]}, *{words[2]}*, **{words[3]}**, `{words[1]}`.\n\n"
    text += f"| {words[0]} |\n|---|\n| Θουκυδίδης |\n"
    for form in ("book", "large"):
        made = small(tmp_path, text, sourcebook_pdf_form=form)
        assert made.warnings == ""
        for word in words:
            assert word in made.text


def test_two_folders_give_the_same_bytes_and_the_epoch_is_obeyed(tmp_path, monkeypatch):
    text = "# Chapter\n\nA {index}`word`, a note.[^a]\n\n[^a]: N.\n"
    made = {}
    for name, epoch in (("one", "1700000000"), ("two", "1700000000"), ("three", "1000000000")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        (tmp_path / name).mkdir()
        made[name] = small(tmp_path / name, text)
    data = {name: book.pdf.read_bytes() for name, book in made.items()}
    assert data["one"] == data["two"]
    assert data["one"] != data["three"]
    assert made["one"].reader.metadata.creation_date.year == 2023
    assert made["three"].reader.metadata.creation_date.year == 2001


def test_a_booklet_is_the_same_file_twice(tmp_path):
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        text = "# Chapter\n\n" + "Some words of text. " * 900
        files.append(small(tmp_path / name, text, sourcebook_pdf_form="booklet").pdf.read_bytes())
    assert files[0] == files[1]
