"""What may go to a web host, and where it is put."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SAMPLE

from sourcebook.cli import main

Said = pytest.CaptureFixture[str]


def test_site_and_book_are_put_in_the_folder(in_tiny: Path, tmp_path: Path, capsys: Said) -> None:
    place = tmp_path / "site"
    (place / ".git").mkdir(parents=True)
    (place / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    (place / "CNAME").write_text("course.example", encoding="utf-8")
    assert main(["publish", str(place)]) == 0
    assert (place / "book" / "index.html").is_file()
    assert list(place.glob("*.pdf"))
    assert (place / ".nojekyll").is_file()
    assert (place / ".git" / "HEAD").read_text(encoding="utf-8") == "ref"
    # Again, over what was published: a page that is gone is gone there, too.
    (place / "old-page.html").write_text("old", encoding="utf-8")
    assert main(["publish", str(place)]) == 0
    assert not (place / "old-page.html").exists()
    assert (place / "CNAME").read_text(encoding="utf-8") == "course.example"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["course", "site"]


def test_class_copy_is_refused(in_tiny: Path, tmp_path: Path, capsys: Said) -> None:
    assert main(["text", "add", str(SAMPLE)]) == 0
    assert main(["publish", str(tmp_path / "site")]) == 2
    said = capsys.readouterr().err
    assert "“The Almanac of Gannet Stack”" in said
    assert "which is in copyright" in said
    assert "sourcebook text remove" in said
    assert not (tmp_path / "site").exists()
    assert not (in_tiny / "_build").exists()


def test_folder_with_something_else_is_left_alone(
    in_tiny: Path, tmp_path: Path, capsys: Said
) -> None:
    place = tmp_path / "documents"
    place.mkdir()
    (place / "letter.txt").write_text("mine", encoding="utf-8")
    assert main(["publish", str(place)]) == 2
    assert "there is something else at this place" in capsys.readouterr().err
    assert [p.name for p in place.iterdir()] == ["letter.txt"]


def test_build_with_warnings_is_not_published(in_tiny: Path, tmp_path: Path, capsys: Said) -> None:
    page = in_tiny / "book" / "visitors.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n{doc}`no-such-page`\n", encoding="utf-8")
    assert main(["publish", str(tmp_path / "site")]) == 1
    assert "not published: 1 warnings" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
