"""Reading maps and the teacher's file, and what is said when they cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import CASES, SAMPLE, TINY, expected_in

from sourcebook.errors import SourcebookError
from sourcebook.readers import plain, read_file
from sourcebook.splitting import split
from sourcebook.texts import read_map, read_maps


def test_map_is_read() -> None:
    letter = read_map(TINY / "book" / "source" / "sister-letter.yml")
    assert (letter.id, letter.prefix, letter.publish) == ("sister-letter", "T", True)
    assert letter.read_at == ("It hangs in the bakery.",)
    assert [p.id for p in letter.paragraphs] == ["T1", "T2", "T3", "T4"]
    last = letter.paragraphs[-1]
    assert (last.text_id, last.words, last.cue) == ("sister-letter", 4, "October 3")
    assert len(last.prints) == 2


def test_maps_come_by_file_name() -> None:
    assert [m.id for m in read_maps(TINY / "book" / "source")] == [
        "keeper-almanac",
        "sister-letter",
    ]


@pytest.mark.parametrize("path", sorted(CASES.glob("bad-maps/*.yml")), ids=lambda path: path.stem)
def test_bad_map(path: Path) -> None:
    with pytest.raises(SourcebookError) as caught:
        split(plain("Some words of a file."), [read_map(path)])
    assert caught.value.where == str(path)
    assert caught.value.exit_code == 2
    for part in expected_in(path):
        assert part in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourcebookError, match="there is no such file"):
        read_file(tmp_path / "copy.txt")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(SourcebookError, match="this is a folder"):
        read_file(tmp_path)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(SAMPLE.read_bytes())
    path.chmod(0)
    with pytest.raises(SourcebookError, match="the file cannot be read"):
        read_file(path)


def test_unreadable_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "copy.txt").write_text("Some words.", encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(SourcebookError) as caught:
        read_file(tmp_path / "copy.txt")
    assert caught.value.message == "the file cannot be read (Permission denied)"
    assert caught.value.where == str(tmp_path / "copy.txt")
