"""The printed book: what is in it, what it looks like to a machine, and what goes wrong aloud."""

from __future__ import annotations

import re
import shutil
import sys

import pytest
import typst
from docutils import nodes
from printing import CASES, SETTINGS, Made, outline, small
from sphinx.transforms.post_transforms import SphinxPostTransform

from sourcebook.errors import SourcebookError
from sourcebook.pdf import press


@pytest.fixture(scope="module")
def shapes():
    """The course's own shapes as an extension any build here may load."""
    sys.path.insert(0, str(CASES))
    yield
    sys.path.remove(str(CASES))


@pytest.fixture(scope="module")
def book(tmp_path_factory, shapes) -> Made:
    """The book that holds one of everything."""
    root = tmp_path_factory.mktemp("book")
    shutil.copytree(CASES / "book", root / "source")
    return Made(root / "source", root / "out", **SETTINGS)


# ---- the whole book


def test_everything_prints_without_a_warning(book):
    assert book.warnings == ""


@pytest.mark.parametrize(
    "words",
    (CASES / "expected-words.txt").read_text(encoding="utf-8").splitlines(),
)
def test_words_are_printed(book, words):
    assert words in book.text


def test_hidden_things_are_not_printed(book):
    for words in ('print("hidden")', "<svg", "an HTML comment", "a comment"):
        assert words not in book.text.replace("# comment", "")


def test_bookmarks_follow_parts_chapters_and_sections(book):
    marks = outline(book.reader)
    first = marks.index("The First Part")
    assert "Prologue: before anything else" in marks
    chapters = marks[first + 1]
    assert chapters[0].endswith("Alpha & its #1 ways")
    assert "Lists" in chapters[1]
    assert "Questions: Alpha" in chapters[1]
    assert marks[-1] == "Index"


def test_folios_are_roman_then_arabic_and_the_book_begins_on_a_right_hand_page(book):
    labels = book.reader.page_labels
    start = labels.index("1")
    assert labels[:3] == ["i", "ii", "iii"]
    assert start % 2 == 0
    assert "Prologue: before anything else" in book.pages[start]


def test_it_is_tagged_and_says_its_language_title_and_author(book):
    root = book.reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert book.reader.metadata.title == "A Little Book: Everything it can hold"
    assert book.reader.metadata.author == "A. Writer"


def test_charts_have_words_for_those_who_cannot_see_them(book):
    assert 'alt: "A chart of a dot"' in book.typ.read_text(encoding="utf-8")


def test_fonts_are_those_the_book_brings(book):
    names = set()
    for page in book.reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            names.add(font.get_object()["/BaseFont"].split("+")[1])
    families = {re.match(r"/?([A-Za-z]+)", name)[1] for name in names}
    assert families == {"LibertinusSerif", "SourceSansPro", "DejaVuSansMono"}


def test_the_class_copy_line_is_on_every_page(book):
    assert all("Class copy: for this class only" in page for page in book.pages)


def test_chapter_and_figure_numbers_are_sphinxs_own(book):
    assert "Fig. 1.1 The caption of the dot." in book.text
    assert "See Table 1.1, Fig. 1.1" in book.text
    assert re.search(r"1 Alpha & its #1 ways", book.text)


def test_a_reference_says_the_page_where_its_chapter_begins(book):
    beta = book.reader.page_labels[book.page_with("Back to Alpha")]
    alpha = book.reader.page_labels[book.page_with("Text with emphasis")]
    assert f"the second chapter (p. {beta})" in book.text
    assert f"Back to Alpha & its #1 ways (p. {alpha})" in book.text


def test_contents_name_the_pages(book):
    contents = next(page for page in book.pages if page.startswith("Contents"))
    beta = book.reader.page_labels[book.page_with("Back to Alpha")]
    assert f"Beta {beta}" in contents
    assert "Lists" not in contents


def test_paragraphs_and_index_lead_to_pages(book):
    labels = book.reader.page_labels
    assert f"¶1 {labels[book.page_with('The first paragraph of the source')]}" in book.text
    index = book.pages[-1]
    glossary = labels[book.page_with("A policy of 1921.")]
    alpha = labels[book.page_with("Text with emphasis")]
    assert f"NEP, {alpha}, {glossary}" in index
    assert "revolution of 1905," in index


def test_two_compilations_are_the_same_file(book):
    before = book.pdf.read_bytes()
    press.press(book.typ, book.out / "fonts")
    assert book.pdf.read_bytes() == before


def test_two_builds_in_two_places_are_the_same_file(tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(
            small(tmp_path / name, "# Chapter\n\nA {index}`word`, a note.[^a]\n\n[^a]: N.\n")
        )
    assert made[0].pdf.read_bytes() == made[1].pdf.read_bytes()


# ---- what goes wrong, aloud


def test_an_error_of_typst_names_the_chapter_and_line(tmp_path):
    text = "# Chapter\n\nFine.\n\n```{raw} typst\n#nonsense()\n```\n\nAlso fine.\n"
    with pytest.raises(Exception) as caught:
        small(tmp_path, text)
    error = caught.value
    assert isinstance(error, SourcebookError)
    assert error.where == "chapter.md:5"
    assert "nonsense" in error.message


def test_a_character_without_a_font_is_named_with_its_place(tmp_path):
    with pytest.raises(SourcebookError) as caught:
        small(tmp_path, "# Chapter\n\nFine.\n\nNot fine: 漢.\n")
    assert caught.value.where == "chapter.md:5"
    assert "漢" in caught.value.message


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="1e308"/>', "SVG"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">'
            '<text x="9" y="50">漢</text></svg>',
            "漢",
        ),
    ],
)
def test_an_error_in_a_drawing_names_its_place(tmp_path, drawing, reason):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "bad.svg").write_text(drawing, encoding="utf-8")
    with pytest.raises(SourcebookError) as caught:
        small(tmp_path, "# Chapter\n\nFine.\n\n```{image} bad.svg\n:alt: A drawing\n```\n")
    assert caught.value.where == "chapter.md:5 (images/001-bad.svg)"
    assert reason in caught.value.message


class Unknown(nodes.General, nodes.Element):
    """A node no builder has heard of."""


def test_an_unknown_node_warns_and_its_text_is_printed(tmp_path):
    class Insert(SphinxPostTransform):
        default_priority = 1

        def run(self, **kwargs):
            for paragraph in list(self.document.findall(nodes.paragraph)):
                unknown = Unknown("", paragraph.deepcopy())
                unknown.line = paragraph.line
                paragraph.replace_self(unknown)

    made = small(
        tmp_path, "# Chapter\n\nStill here.\n", hook=lambda app: app.add_post_transform(Insert)
    )
    assert "chapter.md:3: WARNING: the PDF knows no 'Unknown'" in made.warnings
    assert "Still here." in made.text


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("<p>lost</p>", "HTML that stands alone"),
        ("```{math}\n\\frac{a\n```", "prints a formula as its LaTeX text: it is no LaTeX"),
        ("```{image} dot.svg\n```", "needs a text"),
        ("```{image} dot.pdf\n:alt: a\n```", "image not printed"),
    ],
)
def test_what_cannot_be_printed_as_it_is_warns(tmp_path, text, warning):
    (tmp_path / "source").mkdir()
    for name in ("dot.svg", "dot.pdf"):
        shutil.copyfile(CASES / "book" / "book" / "dot.svg", tmp_path / "source" / name)
    made = small(tmp_path, f"# Chapter\n\n{text}\n")
    assert warning in made.warnings
    assert "chapter.md" in made.warnings


def test_formulas_are_drawings_with_a_spoken_text(tmp_path):
    text = "The sum {math}`a^2 + b^2` is\n\n```{math}\n\\frac{c}{\\sqrt{2}}\n```\n\nand no more.\n"
    made = small(tmp_path, f"# Chapter\n\n{text}")
    assert not made.warnings
    assert made.typ.read_text(encoding="utf-8").count("images/formula-") == 2
    objects = (made.reader.get_object(n) for n in range(1, len(made.reader.xref[0]) + 1))
    spoken = {str(o["/Alt"]) for o in objects if isinstance(o, dict) and "/Alt" in o}
    assert spoken == {"formula: a^2 + b^2", r"formula: \frac{c}{\sqrt{2}}"}


def test_formulas_without_their_program_stay_latex(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ziamath", None)
    made = small(tmp_path, "# Chapter\n\nThe sum {math}`a^2`.\n")
    assert "pip install 'sourcebook[math]'" in made.warnings
    assert "a^2" in made.text


@pytest.fixture
def untaggable(monkeypatch):
    """Typst as it is where it cannot tag a book."""
    compile_once = typst.compile_with_warnings

    def failing(*args, **kwargs):
        if kwargs["pdf_tags"]:
            error = typst.TypstError("internal error: tags weren't properly closed")
            error.message, error.diagnostic = str(error), ""
            raise error
        return compile_once(*args, **kwargs)

    monkeypatch.setattr(press.typst, "compile_with_warnings", failing)


def test_book_that_cannot_be_tagged_is_printed_and_says_so(tmp_path, untaggable, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    made = small(tmp_path, "# Chapter\n\nText.\n")
    assert "the PDF has NO TAGS" in made.warnings
    assert "/StructTreeRoot" not in made.reader.trailer["/Root"]


def test_checking_run_takes_no_book_without_tags(tmp_path, untaggable, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SourcebookError, match="the PDF has no tags, and a checking run") as raised:
        small(tmp_path, "# Chapter\n\nText.\n")
    assert raised.value.exit_code == 2
    assert (tmp_path / "out" / "book.pdf").is_file()


# ---- shapes of page and table


def test_letter_paper_and_no_numbers_without_a_numbered_toc(tmp_path):
    made = small(tmp_path, "# Chapter\n\nText.\n", sourcebook_pdf_paper="letter")
    assert [float(x) for x in made.reader.pages[0].mediabox[2:]] == [612, 792]
    assert "Chapter" in outline(made.reader)
    assert made.warnings == ""


def test_a_wide_table_gets_a_turned_page_but_not_within_a_box(tmp_path):
    row = "| " + " | ".join(f"{'word' * 3}{n}" for n in range(9)) + " |"
    table = f"{row}\n{'|---' * 9}|\n{row}\n"
    text = f"# Chapter\n\n{table}\n\n:::{{note}}\n{table}\n:::\n"
    made = small(tmp_path, text)
    turned = [page for page in made.reader.pages if page.mediabox[2] > page.mediabox[3]]
    assert len(turned) == 1
    assert made.warnings == ""


def test_spans_and_long_tables_repeat_their_head(tmp_path):
    rows = "\n".join(f"   * - {n}\n     - row {n}" for n in range(120))
    text = "# Chapter\n\n```{eval-rst}\n.. list-table:: Long\n   :header-rows: 1\n\n"
    text += f"   * - Number\n     - Meaning\n{rows}\n\n"
    text += "+---+---+\n| spanned |\n+---+---+\n| c | d |\n+---+---+\n```\n".replace(
        "+---+---+\n| spanned |", "+-------+\n| span  |", 1
    )
    made = small(tmp_path, text)
    assert sum("Number Meaning" in page for page in made.pages) >= 3
    assert "colspan: 2" in made.typ.read_text(encoding="utf-8")


def test_links_and_notes_in_a_head_that_repeats_are_no_fault(tmp_path):
    rows = "| a | b |\n" * 90
    text = f"# Chapter\n\n| [Here](https://example.org) | {{doc}}`index` |\n|---|---|\n{rows}\n"
    text += f"| A note[^n] | b |\n|---|---|\n{rows}\n[^n]: Said once.\n"
    made = small(tmp_path, text)
    assert made.warnings == ""
    assert sum("Here Book" in page for page in made.pages) > 1
    assert made.text.count("Said once.") == 1


def test_heads_and_captions_never_stand_alone_at_a_foot(tmp_path):
    parts = ["# Chapter"]
    for n in range(60):
        parts.append("A filler line of text.\n\n" * (1 + n * 7 % 11))
        parts.append(f"## Heading{n}.\n\nFollowing{n}. The text goes on.")
        parts.append(f":::{{list-table}} Caption{n}.\n:header-rows: 1\n\n* - Head\n  - Cell{n}.")
        parts.append("* - a\n  - b\n" * 4 + ":::")
        parts.append(f":::{{note}}\nBoxed{n}. Text in a box.\n:::")
    made = small(tmp_path, "\n\n".join(parts).replace("\n\n* - a", "\n* - a"))
    assert made.warnings == ""
    for first, then in (("Heading", "Following"), ("Caption", "Cell")):
        for n in range(60):
            assert made.page_with(f"{first}{n}.") == made.page_with(f"{then}{n}."), (first, n)
    notes = [page for page in made.pages if re.search(r"Note \d*$", page)]
    assert not notes


def test_the_index_names_only_what_is_printed(tmp_path):
    class Remove(SphinxPostTransform):
        default_priority = 2

        def run(self, **kwargs):
            for note in list(self.document.findall(nodes.note)):
                note.parent.remove(note)

    text = "# Chapter\n\n{index}`shown`\n\n:::{note}\n{index}`secret` [^s]\n:::\n\n[^s]: Canary.\n"
    made = small(tmp_path, text, hook=lambda app: app.add_post_transform(Remove))
    assert "shown" in made.pages[-1]
    whole = made.text + made.typ.read_text(encoding="utf-8")
    assert "secret" not in whole
    assert "Canary" not in whole
