"""Reading the file a teacher has: every format, and whatever can be wrong with it."""

from __future__ import annotations

import random
import re
import resource
import sys
import time
from collections import Counter
from pathlib import Path

import formats
import pytest
from conftest import LETTER, ROOT, SAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st
from test_splitting import Subject, subject, texts

from sourcebook import readers
from sourcebook.errors import SourcebookError
from sourcebook.readers import document, plain, read_file
from sourcebook.splitting import split, split_files
from sourcebook.texts import TextMap, read_maps


@pytest.fixture(scope="module", params=["sample", "real"])
def text(request: pytest.FixtureRequest, sample_maps: list[TextMap]) -> Subject:
    """The made-up texts, and the real one where it is there."""
    if request.param == "sample":
        both = f"{SAMPLE.read_text(encoding='utf-8')}\n{LETTER.read_text(encoding='utf-8')}"
        return subject(both, sample_maps)
    path: Path = request.getfixturevalue("real_text")
    return subject(path.read_text(encoding="utf-8"), read_maps(ROOT / "book" / "source"))


def letters(text: str) -> Counter[str]:
    """A text's letters and digits, counted."""
    return Counter(sign for sign in text if sign.isalnum())


def without(line: str, sign: str) -> str:
    """A line without a sign."""
    return line.replace(sign, "") if sign else line


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_paragraph_is_in_every_format(text: Subject, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(formats.FORMATS[name](text.lines))
    read = read_file(path)
    found = split(read, text.maps)
    assert found.missing == ()
    # Letters, not words: a word that a page's end breaks comes out whole.
    pieces = [p.text for p in found.paragraphs] + [u.text for u in found.unmatched]
    assert letters(read.text) == letters("".join(pieces))
    # A hyphen at a line's end may have been the word's own: nothing in a PDF tells.
    drop = "-" if path.suffix == ".pdf" else ""
    whole = {id: without(line, drop) for id, line in text.paragraphs.items()}
    assert {id: without(line, drop) for id, line in texts(found).items()} == whole


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("copy.md", "line 1"),
        ("copy.html", "line 1"),
        ("copy.docx", "paragraph 1"),
        ("copy.epub", "c0.xhtml, line 1"),
        ("copy.pdf", "page 1"),
    ],
)
def test_place_is_named_as_the_format_has_it(
    text: Subject, name: str, place: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(formats.FORMATS[name](text.lines))
    assert split(read_file(path), text.maps).unmatched[0].place == place


def test_menus_scripts_and_notes_are_in_no_paragraph(text: Subject, tmp_path: Path) -> None:
    path = tmp_path / "copy.html"
    path.write_bytes(formats.web_page(text.lines))
    found = split(read_file(path), text.maps)
    rest = [run.text for run in found.unmatched]
    assert {"Item 0", "Sign up", "Our newsletter"} <= set(rest)
    assert not any("Never shown" in run or "color" in run for run in rest)
    assert not re.search(r"\[\d+\]", "".join(texts(found).values()))


def test_the_format_is_read_from_the_file_not_from_its_name(text: Subject, tmp_path: Path) -> None:
    for make in (formats.word, formats.epub, formats.pdf, formats.web_page):
        path = tmp_path / "copy.txt"
        path.write_bytes(make(text.lines))
        assert split(read_file(path), text.maps).missing == ()


def test_declared_encoding_is_heeded(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page = "<html><head><meta charset='koi8-r'></head><p>Лев Троцкий</p></html>"
    path.write_bytes(page.encode("koi8-r"))
    assert read_file(path).text == "Лев Троцкий"


def test_texts_in_two_files(sample_maps: list[TextMap], tmp_path: Path) -> None:
    one, two = tmp_path / "one.docx", tmp_path / "two.html"
    one.write_bytes(formats.word(SAMPLE.read_text(encoding="utf-8").splitlines()))
    two.write_bytes(formats.web_page(LETTER.read_text(encoding="utf-8").splitlines()))
    found = split_files([one, two], sample_maps)
    assert found.missing == ()
    assert found.unmatched[0].place == "one.docx, paragraph 1"
    assert found.unmatched[-1].place.startswith("two.html, line ")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("the revolu-\ntion came", "the revolution \n came"),
        ("a self-\nmade man, self-made", "a self-made\n man, self-made"),
        ("the year 1917-\n18", "the year 1917-\n18"),
        ("Anglo-\nFrench", "Anglo-\nFrench"),
        ("peasants—\nhad been", "peasants—had\n been"),
        ("peasants\n—had been", "peasants—had\n been"),
        ("a soft\u00ad\nware", "a software \n"),
    ],
)
def test_words_broken_at_a_line_are_joined(broken: str, whole: str) -> None:
    assert plain(broken).text == whole
    assert len(plain(broken).text) == len(broken)


def test_places_of_offsets() -> None:
    read = document([("page 1", "one two"), ("page 2", "three")])
    assert [read.place(at) for at in (0, 6, 8, 12)] == ["page 1", "page 1", "page 2", "page 2"]


BAD = {
    "an empty file": (b"", "the file has no words"),
    "white space": (b" \r\n\t\n", "the file has no words"),
    "a program": (b"\x7fELF\x02\x00\x00\x01", "a binary file of no known format"),
    "rich text": (b"{\\rtf1\\ansi text}", "a rich-text file"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or an encrypted Word file"),
    "a zip of something": (formats.packed({"a.txt": "words"}), "a zip archive of no known format"),
    "half a zip": (formats.epub(["Some words."])[:90], "damaged or locked"),
    "a Word file with bad XML": (formats.packed({"word/document.xml": "<w:"}), "damaged"),
    "an EPUB without a book": (
        formats.packed({"META-INF/container.xml": formats.CONTAINER}),
        "the EPUB is damaged",
    ),
    "half a PDF": (b"%PDF-1.7\n1 0 obj", "the PDF is damaged"),
    "a page that breaks off": (b"<html>" + b"<a " * 90_000, "a tag without an end"),
    "more than is read": (b"word " * 4_000_000, "more than 16,000,000 characters"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_file_has_one_clear_message(kind: str, tmp_path: Path) -> None:
    data, message = BAD[kind]
    path = tmp_path / "copy"
    path.write_bytes(data)
    with pytest.raises(SourcebookError) as caught:
        read_file(path)
    assert message in caught.value.message
    assert caught.value.where == str(path)
    assert caught.value.hint


def blank_pdf() -> bytes:
    """A scan, as far as its text layer goes."""
    import typst

    return bytes(typst.compile(b"#rect(width: 3cm, height: 3cm)", ignore_system_fonts=True))


def test_pdf_without_a_text_layer(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(blank_pdf())
    with pytest.raises(SourcebookError, match="the PDF has no text layer"):
        read_file(path)


def test_locked_pdf(tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(SourcebookError, match="locked by a password"):
        read_file(path)


def test_pdf_without_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    path = tmp_path / "copy.pdf"
    path.write_bytes(formats.pdf(["Some words."]))
    with pytest.raises(SourcebookError) as caught:
        read_file(path)
    assert "needs pypdfium2" in caught.value.message
    assert "sourcebook[pdf]" in caught.value.hint


def test_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LARGEST", 1000)
    path = tmp_path / "copy.txt"
    path.write_text("word " * 300, encoding="utf-8")
    with pytest.raises(SourcebookError, match="at most"):
        read_file(path)


def test_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(
        formats.packed({"word/document.xml": "a" * 20_000_000, "x": "a" * 250_000_000})
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourcebookError, match="unpacks to more than can be read"):
        read_file(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kB"


PATHOLOGICAL = {
    "tags.html": "<html>" + "<p>x</p><div>" * 60_000,
    "nested.html": "<html>" + "<div>" * 100_000 + "words",
    "signs.html": "<html>" + "<" * 60_000,
    "comments.html": "<html>" + "<!--" * 60_000,
    "raised.html": "<html>" + "<sup>" * 60_000,
    "attribute.html": "<html><a " + 'x="' * 60_000,
    "links.md": "[[[[(((" * 30_000,
    "stars.md": "*a **b " * 30_000,
    "one-word.txt": "a" * 2_000_000,
    "hyphens.txt": ("a" * 100 + "-\n") * 10_000,
    "lines.txt": "\n" * 2_000_000 + "word",
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_reading_takes_bounded_time(name: str, tmp_path: Path, sample_maps: list[TextMap]) -> None:
    path = tmp_path / name
    path.write_text(PATHOLOGICAL[name], encoding="utf-8")
    start = time.perf_counter()
    with pytest.raises(SourcebookError):
        split_files([path], sample_maps)
    assert time.perf_counter() - start < 15, "seconds; each takes less than two here"


@pytest.mark.parametrize("name", [*formats.FORMATS, "copy.txt"])
def test_damaged_files_raise_nothing_else(
    name: str, tmp_path: Path, sample_maps: list[TextMap]
) -> None:
    """Bytes changed at random, and the file cut off: read, or one clear message."""
    chance = random.Random(name)
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    make = formats.FORMATS.get(name)
    whole = make(lines) if make else "\n".join(lines).encode()
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / name
        path.write_bytes(data[: chance.randint(len(data) // 4, len(data))])
        try:
            split_files([path], sample_maps)
        except SourcebookError as error:
            assert error.message
            assert error.hint


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    path = Path(__import__("tempfile").gettempdir()) / "sourcebook-any-bytes"
    path.write_bytes(data)
    try:
        assert read_file(path).text.strip()
    except SourcebookError as error:
        assert error.hint
    finally:
        path.unlink()


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_each_word_is_in_one_place(data: st.DataObject) -> None:
    """Whatever is cut out of a text, put into it or written around it."""
    maps = read_maps(ROOT / "tests" / "cases" / "tiny-course" / "book" / "source")
    lines = [line for line in SAMPLE.read_text(encoding="utf-8").split("\n") if line]
    drawn: list[str] = []
    for line in data.draw(st.lists(st.sampled_from(lines), max_size=8)):
        at = line.split(" ")
        low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(at))] * 2)))
        strange = data.draw(words)
        joint = data.draw(st.sampled_from([" ", "\n", "\n\n", "-\n", "—\n", "\u00ad", "  "]))
        drawn.append(joint.join([" ".join(at[:low]), strange, " ".join(at[low:high])]))
    text = data.draw(st.sampled_from([" ", "\n", "\n\n"])).join(drawn)
    read = plain(text)
    found = split(read, maps)
    pieces = [p.text for p in found.paragraphs] + [u.text for u in found.unmatched]
    assert letters(read.text) == letters("".join(pieces))
    ids = [p.id for p in found.paragraphs]
    assert len(ids) == len(set(ids))
