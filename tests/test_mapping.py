"""The first map of a new text, and numbers that stay once published."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SAMPLE
from sample_maps import paragraphs
from test_splitting import texts

from sourcebook.cli import main
from sourcebook.errors import SourcebookError
from sourcebook.mapping import LOCK, new_map, paragraphs_of
from sourcebook.readers import plain, read_file
from sourcebook.splitting import split
from sourcebook.texts import read_map

Said = pytest.CaptureFixture[str]
NEW = """Three boats came in.

Nobody asked them where they had been.

What the Harbor Knew

It rained.
"""


def test_map_of_a_new_text_finds_it_again(tmp_path: Path) -> None:
    path = tmp_path / "almanac.yml"
    text, count, left_out = new_map(read_file(SAMPLE), "almanac", "")
    path.write_text(text, encoding="utf-8")
    text_map = read_map(path)
    assert count == len(text_map.paragraphs)
    found = texts(split(read_file(SAMPLE), [text_map]))
    assert set(paragraphs(SAMPLE)) <= set(found.values())
    assert left_out == ["The Almanac of Gannet Stack", "by Ebba Thorne"]


def test_paragraphs_of_wrapped_text() -> None:
    wrapped = "One two three\nfour five.\n\nSix seven\neight nine.\n\nTen eleven\ntwelve.\n"
    numbered, _ = paragraphs_of(plain(wrapped))
    assert numbered == ["One two three four five.", "Six seven eight nine.", "Ten eleven twelve."]


def test_short_lines_without_an_end_are_headings() -> None:
    numbered, left_out = paragraphs_of(plain(NEW))
    assert left_out == ["What the Harbor Knew", "It rained."]
    assert len(numbered) == 2


def test_command_writes_a_map_to_fill_in(in_tiny: Path, tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "boats.txt"
    file.write_text(NEW, encoding="utf-8")
    assert main(["text", "map", str(file), "--id", "boats", "--prefix", "B"]) == 0
    said = capsys.readouterr().out
    assert "wrote book/source/boats.yml: 2 paragraphs" in said
    assert "left out as a heading: What the Harbor Knew" in said
    text_map = read_map(in_tiny / "book" / "source" / "boats.yml")
    assert [(p.id, p.words, p.guide) for p in text_map.paragraphs] == [("B1", 4, ""), ("B2", 7, "")]
    assert not text_map.publish
    # A map that somebody has filled in is not written over.
    assert main(["text", "map", str(file), "--id", "boats"]) == 2
    assert "there is a map of this name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--id", "My Text"], "cannot name a text"), (["--id", "x", "--prefix", "ab"], "a prefix")],
)
def test_map_names(in_tiny: Path, capsys: Said, arguments: list[str], message: str) -> None:
    assert main(["text", "map", str(SAMPLE), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert len(list((in_tiny / "book" / "source").glob("*.yml"))) == 2


def locked(course: Path) -> Path:
    """A tiny course whose numbers are published."""
    assert main(["text", "lock"]) == 0
    return course / LOCK


def edit(path: Path, old: str, new: str) -> None:
    """Change a file of the course."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_lock_is_written_once(in_tiny: Path, capsys: Said) -> None:
    rows = locked(in_tiny).read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("# ")
    assert len(rows) == 17
    assert rows[1].split()[:2] == ["1", "arrival"]
    assert "16 paragraphs added" in capsys.readouterr().out
    before = (in_tiny / LOCK).read_bytes()
    assert main(["text", "lock"]) == 0
    assert (in_tiny / LOCK).read_bytes() == before
    assert "0 paragraphs added" in capsys.readouterr().out


MOVES = {
    "gone from the map": "¶12 was published, and no map has it",
    "another text": "¶1 was published, and now another paragraph has this number",
    "another chapter": "¶4 was published in herring-year and is now in arrival",
}


@pytest.mark.parametrize("kind", MOVES)
def test_published_number_cannot_move(in_tiny: Path, capsys: Said, kind: str) -> None:
    locked(in_tiny)
    source = in_tiny / "book" / "source" / "keeper-almanac.yml"
    if kind == "gone from the map":
        edit(source, "id: '12'", "id: '13'")
    elif kind == "another text":
        edit(source, "- id: '1'\n", "- id: '0'\n")
        edit(source, "- id: '2'\n", "- id: '1'\n")
        edit(source, "- id: '0'\n", "- id: '2'\n")
    else:
        edit(in_tiny / "book" / "arrival.md", "passages: 1-3", "passages: 1-4")
        edit(in_tiny / "book" / "herring-year.md", "passages: 4-8", "passages: 5-8")
    capsys.readouterr()
    for command in (["build", "html"], ["text", "lock"], ["check"]):
        assert main(command) != 0
        said = capsys.readouterr()
        assert MOVES[kind] in said.out + said.err
    assert not list((in_tiny / "_build").glob("student*"))


def test_damaged_lock_names_its_line(in_tiny: Path, capsys: Said) -> None:
    path = locked(in_tiny)
    path.write_text(path.read_text(encoding="utf-8") + "17\n", encoding="utf-8")
    assert main(["build", "html"]) == 2
    assert f"{LOCK}:18: the line is incomplete" in capsys.readouterr().err


def test_nothing_to_number() -> None:
    assert new_map(plain("A heading"), "x", "")[1] == 0
    with pytest.raises(SourcebookError):
        split(plain(""), [read_map(Path("no-such-map.yml"))])
