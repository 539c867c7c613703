"""The command line: its messages, its exit codes, its JSON, its help, and that it is documented."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import LETTER, ROOT, SAMPLE, TINY, MakeProject
from sample_maps import paragraphs

from sourcebook import exercises
from sourcebook.chapters import KNOWN_KEYS, KNOWN_MINUTES
from sourcebook.cli import main, parser

Said = pytest.CaptureFixture[str]


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command for real."""
    return subprocess.run(
        [sys.executable, "-m", "sourcebook.cli", *arguments],
        cwd=folder, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


BAD_FILES = {
    "missing": (None, "there is no such file"),
    "empty": (b"", "the file has no words"),
    "binary": (bytes(range(256)), "this is a binary file"),
    "PDF": (b"%PDF-1.7\nIn the spring of 1891", "the PDF is damaged"),
    "another text": (b"Flour, water, salt and time. " * 99, "no paragraph of “The Almanac of"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("command", ["text split", "text split --json", "text add", "build --text"])
def test_bad_text(in_tiny: Path, tmp_path: Path, capsys: Said, kind: str, command: str) -> None:
    data, message = BAD_FILES[kind]
    path = tmp_path / "copy.txt"
    if data is not None:
        path.write_bytes(data)
    assert main([*command.split(), str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: {path}: {message}")
    assert len(said.err.splitlines()) == 2, "what is wrong, and what to do"
    assert said.err.splitlines()[1].startswith("  → ")
    assert not (in_tiny / "_build").exists()
    assert not list((in_tiny / "book" / "source").glob("*.txt"))


def test_folder_for_a_text(in_tiny: Path, capsys: Said) -> None:
    assert main(["text", "split", "book"]) == 2
    assert capsys.readouterr().err.startswith("error: book: this is a folder")


def test_bad_map(in_tiny: Path, capsys: Said) -> None:
    (in_tiny / "book" / "source" / "broken.yml").write_text("id: [", encoding="utf-8")
    assert main(["text", "split", str(SAMPLE)]) == 2
    said = capsys.readouterr().err
    assert "broken.yml: the map cannot be read" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"Flour, water, salt and time. " * 99])
def test_bad_text_for_real(tiny: Path, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(data)
    done = run("text", "split", str(path), folder=tiny)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {path}: ")
    assert "Traceback" not in done.stderr


def test_failed_build_for_real(tiny: Path) -> None:
    page = tiny / "exercises" / "herring-year-notebook.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("print(len(landing)", "print(len(no_such)"), encoding="utf-8")
    done = run("build", "html", "--quiet", folder=tiny)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.splitlines()[-2:] == [
        "error: exercises/herring-year-notebook.md: a cell raised "
        "NameError: name 'no_such' is not defined",
        "  → mend the cell or its table",
    ]
    assert not (tiny / "_build" / "student").exists()


def test_no_course_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["build"], ["notebooks"], ["text", "remove"]):
        assert main(command) == 2
        assert "no course here" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["build", "word"], ["build", "--edition", "parent"]])
def test_what_cannot_be_built(in_tiny: Path, capsys: Said, arguments: list[str]) -> None:
    assert main(arguments) == 2
    assert f"{arguments[-1]!r} cannot be built" in capsys.readouterr().err


def test_split_as_json(in_tiny: Path, capsys: Said) -> None:
    assert main(["text", "split", str(SAMPLE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["paragraphs", "missing", "unmatched"]
    assert found["paragraphs"][3] == {
        "id": "4", "text_id": "keeper-almanac", "chapter": "herring-year",
        "place": "line 11", "words": 8, "words_of_map": 8, "agreement": 1.0,
        "text": "Three days later the herring fleet was lost.",
    }  # fmt: skip
    assert [p["text"] for p in found["paragraphs"]] == paragraphs(SAMPLE)
    assert found["missing"] == ["T1", "T2", "T3", "T4"]
    assert found["unmatched"][:2] == [
        {"place": "line 1", "text": "The Almanac of Gannet Stack"},
        {"place": "line 3", "text": "by Ebba Thorne"},
    ]
    assert all(list(run) == ["place", "text"] for run in found["unmatched"])


def test_split_in_words(in_tiny: Path, capsys: Said) -> None:
    assert main(["text", "split", str(SAMPLE)]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [re.sub(r" +", " ", row).strip() for row in rows[:6]] == [
        "3 of 3 paragraphs The Arrival",
        "5 of 5 paragraphs The Herring Year",
        "4 of 8 paragraphs The Visitors",
        "12 of 16 in all",
        "missing: ¶T1–T4",
        "unmatched (headings, notes and whatever is no paragraph of the text):",
    ]
    assert "line 1: The Almanac of Gannet Stack" in rows[6]


def test_split_stores_nothing(in_tiny: Path) -> None:
    before = sorted(in_tiny.rglob("*"))
    assert main(["text", "split", str(SAMPLE), str(LETTER)]) == 0
    assert sorted(in_tiny.rglob("*")) == before


def test_text_is_kept_until_removed(in_tiny: Path, capsys: Said) -> None:
    source = in_tiny / "book" / "source"
    assert main(["text", "add", str(SAMPLE), str(LETTER)]) == 0
    said = capsys.readouterr().out
    assert "16 of 16 in all" in said
    assert "sourcebook text remove" in said
    assert [path.name for path in sorted(source.glob("*.txt"))] == [
        "keeper-almanac.txt", "sister-letter.txt",
    ]  # fmt: skip
    kept = (source / "keeper-almanac.txt").read_text(encoding="utf-8")
    assert kept == "\n\n".join(paragraphs(SAMPLE)) + "\n"
    assert main(["text", "split", str(source / "keeper-almanac.txt"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unmatched"] == []
    assert main(["text", "remove"]) == 0
    assert not list(source.glob("*.txt"))
    assert main(["text", "remove"]) == 0
    assert "no text was kept" in capsys.readouterr().out


def test_kept_texts_are_ignored_by_git() -> None:
    assert "book/source/*.txt" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_check_of_a_good_and_a_bad_course(in_tiny: Path, capsys: Said) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"
    toc = in_tiny / "_toc.yml"
    toc.write_text(toc.read_text(encoding="utf-8").replace("visitors", "guests"), encoding="utf-8")
    assert main(["check"]) == 2
    said = capsys.readouterr().out
    assert "_toc.yml:12: book/guests is named, but there is no such page" in said
    assert said.endswith("1 problems\n")


def test_build_says_where_the_book_lies(in_tiny: Path, capsys: Said, tmp_path: Path) -> None:
    arguments = ["build", "--quiet", "--strict", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    rows = capsys.readouterr().out.splitlines()
    place = tmp_path / "out" / "student"
    assert rows[-5:-2] == [
        f"website  {place / 'html' / 'index.html'}",
        f"book     {place / 'keeping-a-light.pdf'}",
        f"e-book   {place / 'keeping-a-light.epub'}",
    ]
    assert re.fullmatch(r"student edition, 0 warnings, \d+\.\d s", rows[-2])
    assert rows[-1] == "It carries no source text: guide lines stand in its place."


def test_strict_build_fails_on_a_warning(in_tiny: Path, capsys: Said) -> None:
    page = in_tiny / "book" / "index.md"
    page.write_text("# Welcome\n\n{term}`nothing`\n", encoding="utf-8")
    assert main(["build", "html", "--quiet"]) == 0
    assert "book/index.md:3: WARNING: term not in glossary" in capsys.readouterr().err
    page.write_text("# Welcome\n\n{term}`nothing at all`\n", encoding="utf-8")
    assert main(["build", "html", "--quiet", "--strict"]) == 1


def commands(
    one: argparse.ArgumentParser, name: str = "sourcebook"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser: ``sourcebook text add`` and so on."""
    inner = [a for a in one._actions if isinstance(a, argparse._SubParsersAction)]
    if not inner:
        yield name, one
    for action in inner:
        for word, below in action.choices.items():
            yield from commands(below, f"{name} {word}")


COMMANDS = dict(commands(parser()))


def test_commands_are_those_promised() -> None:
    promised = {"build", "text add", "text remove", "text split", "text map", "text lock"}
    promised |= {"notebooks", "check", "serve", "publish"}
    assert {f"sourcebook {name}" for name in promised} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str, capsys: Said) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*name.split()[1:], "--help"])
    assert caught.value.code == 0
    said = capsys.readouterr().out
    example = said.split("Example:\n  ")[1].splitlines()[0]
    assert example.startswith(name)
    # The example is a command that the parser takes.
    assert parser().parse_args(example.split()[1:]).run
    for action in COMMANDS[name]._actions:
        assert action.help or not action.option_strings, f"{name} {action.option_strings}"


def test_version(capsys: Said) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert re.fullmatch(r"sourcebook \d+\.\d+\.\d+\n", capsys.readouterr().out)


def page(name: str) -> str:
    """A page of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_documented(name: str) -> None:
    assert name in page("book/authoring.md")


def registered() -> tuple[set[str], set[str]]:
    """Directives and roles that the package adds."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "sourcebook").rglob("*.py"))
    return (
        set(re.findall(r'add_directive\(\s*"([\w-]+)"', text)),
        set(re.findall(r'add_role\(\s*"([\w-]+)"', text)),
    )


def test_directives_and_roles_are_those_promised() -> None:
    found, roles = registered()
    assert {"objectives", "passage", "question", "guidance", "scoring", "teacher"} <= found
    assert {"para", "claim"} <= roles
    assert "rubric" not in found


@pytest.mark.parametrize("name", sorted(registered()[0]))
def test_directive_is_documented(name: str) -> None:
    assert re.search(rf"(?:^|`) *:::+\{{{name}\}}", page("book/authoring.md"), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(registered()[1]))
def test_role_is_documented(name: str) -> None:
    assert re.search(rf"\{{{name}\}}`+[^`]+`", page("book/authoring.md"))


@pytest.mark.parametrize("key", [*KNOWN_KEYS, *KNOWN_MINUTES])
def test_front_matter_key_is_documented(key: str) -> None:
    assert f"`{key}`" in page("book/authoring.md")


def test_cell_tags_are_documented() -> None:
    assert "tagged `solution` or `teacher`" in page("book/authoring.md")


def test_question_kinds_and_skills_are_documented() -> None:
    from sourcebook.questions import KINDS, SKILLS

    text = page("book/authoring.md")
    assert [word for word in (*KINDS, *SKILLS) if word not in text] == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "book/authoring.md", "book/teaching.md", "book/about-the-source.md", "Makefile",
     "book/index.md", ".github/CONTRIBUTING.md"],
)  # fmt: skip
def test_every_command_that_is_named_exists(name: str) -> None:
    known = {word for command in COMMANDS for word in (command, " ".join(command.split()[:2]))}
    # In code, or at the start of a line of a code block; Makefile's have a path before them.
    found = re.findall(r"(?:`|^ *|^\$ |/)(sourcebook (?:text )?[a-z]+)", page(name), re.MULTILINE)
    assert [command for command in found if command not in known] == []
    options = re.findall(r"(?:`|^|/)sourcebook (\w+(?: \w+)?)[^`\n]*?(--[\w-]+)", page(name), re.M)
    for words, option in options:
        command = next(c for c in COMMANDS if c.startswith(f"sourcebook {words.split()[0]}"))
        matching = [c for c in COMMANDS if c == f"sourcebook {words}"] or [command]
        flags = [flag for a in COMMANDS[matching[0]]._actions for flag in a.option_strings]
        assert option in [*flags, "--help", "--version"], f"{words} {option}"


def test_readme_names_the_two_commands() -> None:
    text = page("README.md")
    for words in ("make book", "make test", "sourcebook build", "pip install"):
        assert words in text


def examples(language: str) -> list[str]:
    """What the authoring page shows in blocks of a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", page("book/authoring.md"), re.M | re.DOTALL)
    return [str(block) for block in found]


@pytest.mark.parametrize("block", examples("markdown"))
def test_shown_pages_are_read(project: MakeProject, block: str) -> None:
    text = block if block.startswith("---") else f"# A page\n\n{block}"
    built = project({"page.md": text}, course=ROOT)
    # The one thing that a block by itself lacks is the chapter that sets its paragraphs.
    assert [w for w in built.warnings if "which is cited here" not in w] == []
    assert len(built.doctree("page").astext()) > 30


@pytest.mark.parametrize("block", examples("python"))
def test_shown_cells_run(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "exercises")
    # A block may check a number that a reader has just worked out: here a wrong one.
    wrong = pytest.raises(exercises.NotYet) if "exercises" in block else contextlib.nullcontext()
    with wrong:
        exec(compile(block, "authoring.md", "exec"), {"growth": -1})


def test_there_are_examples() -> None:
    assert len(examples("markdown")) >= 2
    assert len(examples("python")) >= 1


def test_tiny_course_uses_everything() -> None:
    """What the package adds stands in the second course too, so that its tests reach it."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TINY.rglob("*.md"))
    found, roles = registered()
    assert [name for name in found | roles if f"{{{name}}}" not in pages] == []


def test_output_that_is_cut_off_is_no_error(tiny: Path) -> None:
    """As when a teacher pipes a long report into head."""
    command = f"{sys.executable} -m sourcebook.cli text split {SAMPLE} --json | head -c 1"
    done = subprocess.run(
        command, shell=True, cwd=tiny, capture_output=True, text=True, check=False
    )
    assert done.stdout == "{"
    assert done.stderr == ""
