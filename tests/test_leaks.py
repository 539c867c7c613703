"""The search of students' outputs for words that only teachers may see."""

from __future__ import annotations

import base64
import gzip
import json
import zipfile
import zlib
from pathlib import Path

import pytest
import typst

from sourcebook.cli import main
from sourcebook.leaks import parts_of, pieces, secrets_of

Said = pytest.CaptureFixture[str]
SECRET = "The canary of this block is plimsoldern and nobody else may read it."


def packed(name: str, data: bytes) -> bytes:
    """A zip archive of one file."""
    import io

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def pdf(source: str) -> bytes:
    """A PDF made of Typst text."""
    return bytes(typst.compile(source.encode(), ignore_system_fonts=True))


INVENTORY = b"# Sphinx inventory version 2\n# compressed using zlib.\n"
HOLDERS = {
    "plain.txt": SECRET.encode(),
    "packed.zip": packed("a.txt", SECRET.encode()),
    "zip in a zip.epub": packed("b.zip", packed("a.txt", SECRET.encode())),
    f"{SECRET}.txt": b"",
    "member.zip": packed(SECRET, b""),
    "packed.gz": gzip.compress(SECRET.encode()),
    "objects.inv": INVENTORY + zlib.compress(SECRET.encode()),
    "escaped.ipynb": json.dumps({"cells": [{"source": ["The can", "ary of this block is ",
                                 "plimsoldern and", " nobody"]}]}).encode(),
    "data.html": b'<script type="application/json">["The canary of this block is '
                 b'pl\\u0069msoldern and nobody"]</script>',
    "index.js": b'Search.setIndex({"a": "The canary of this block is '
                b'pl\\u0069msoldern and nobody"})',
    "entities.html": b"<p>The <em>canary</em> of this block is &#112;limsoldern and nobody</p>",
    "embedded.html": b'<img src="data:text/plain;base64,' + base64.b64encode(SECRET.encode())
                     + b'">',
    "text.pdf": pdf(SECRET),
    "hyphens.pdf": pdf(f"#set page(width: 40mm)\n#set text(hyphenate: true)\n{SECRET}"),
    "bookmark.pdf": pdf(f"#heading(outlined: false, bookmarked: true)[{SECRET}]"),
    "metadata.pdf": pdf(f'#set document(title: "{SECRET}")\nWords.'),
    "attached.pdf": pdf(f'#pdf.attach("a.txt", bytes("{SECRET}"))\nWords.'),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDERS)
def test_search_looks_into_everything(name: str) -> None:
    found = [data for _, data in pieces(name, HOLDERS[name])]
    text = " ".join(" ".join(data.decode("utf-8", "replace").split()) for data in found)
    entities = name in {"entities.html"}
    assert "plimsoldern" in text or entities


@pytest.mark.parametrize("name", HOLDERS)
def test_command_finds_a_leak_in_everything(
    in_tiny: Path, tmp_path: Path, capsys: Said, name: str
) -> None:
    page = in_tiny / "exercises" / "herring-year.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("The canary of this block is plimsoldern.", SECRET), "utf-8")
    path = tmp_path / "out" / name
    path.parent.mkdir()
    path.write_bytes(HOLDERS[name])
    assert main(["check", "--leaks", str(path)]) == 2
    said = capsys.readouterr().out
    assert "holds words of exercises/herring-year.md:11" in said
    assert "leaks: 1 files searched" in said


def test_nothing_is_found_in_what_students_get(
    house: object, student: Path, class_copy: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(student.parent.parent)
    assert main(["check", "--leaks", "_build/student", "_build/student-class-copy"]) == 0
    assert "no leak: " in capsys.readouterr().out


def test_teacher_edition_is_full_of_them(
    teacher: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(teacher.parent.parent)
    assert main(["check", "--leaks", "_build/teacher"]) == 2
    said = capsys.readouterr().out
    assert "_build/teacher/html/exercises/herring-year.html: holds words of" in said
    assert "keeping-a-light.pdf › page" in said


def test_what_is_not_there_cannot_be_searched(in_tiny: Path, capsys: Said) -> None:
    assert main(["check", "--leaks", "_build/student"]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err


PAGE = """# A page

Seen by all.

::::{question} q-1
:kind: recall

Who saw it?

:::{guidance}
Only teachers see this.
```{note}
And this, too.
```
And this at the end.
:::
::::

```{code-cell} python3
:tags: [solution]
answer = 42
```

```{code-cell} python3
---
tags: [check, teacher]
---
hidden = 1
```

```{code-cell} python3
shown = 1
```

```
:::{guidance}
This is how it is written.
:::
```
"""


def test_teachers_blocks_are_told_apart() -> None:
    parts = parts_of(PAGE)
    told = "".join(part.text for part in parts if not part.teachers)
    hidden = [part.text for part in parts if part.teachers]
    assert len(hidden) == 3
    assert "And this at the end." in hidden[0]
    assert "answer = 42" in hidden[1]
    assert "hidden = 1" in hidden[2]
    for words in ("Seen by all.", "Who saw it?", "shown = 1"):
        assert words in told
    assert [part.line for part in parts if part.teachers] == [10, 19, 24]


def test_every_line_of_a_page_is_in_one_part() -> None:
    assert "".join(part.text for part in parts_of(PAGE)) == PAGE
    assert all(part.teachers for part in parts_of(PAGE, whole=True))


def test_footnotes_of_teachers_blocks_are_theirs() -> None:
    page = (
        "# P\n\nSeen[^a].\n\n:::{teacher}\nNot[^b][^a].\n:::\n\n"
        "[^a]: By all.\n[^b]: By none[^c].\n\n    Nor this.\n\n[^c]: Nor that.\n[^d]: Lost.\n"
    )
    hidden = "".join(part.text for part in parts_of(page) if part.teachers)
    assert [word for word in ("Not", "By none", "Nor this", "Nor that") if word not in hidden] == []
    assert [word for word in ("Seen", "By all", "Lost") if word in hidden] == []


def test_words_that_pages_say_too_are_no_secret(tiny: Path) -> None:
    shared = "The keeper began to write on the first day of spring."
    for name in ("book/visitors.md", "exercises/herring-year.md"):
        path = tiny / name
        text = path.read_text(encoding="utf-8")
        block = ":::{guidance}\n" if "guidance" in text else "# The Visitors\n"
        path.write_text(text.replace(block, f"{block}{shared}\n", 1), encoding="utf-8")
    secrets, blocks = secrets_of(tiny)
    assert blocks > 5
    assert not [words for words in secrets if "keeper began to write" in words]
