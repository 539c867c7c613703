"""Two outputs at a time are the same as one after the other, also when something goes wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import copy_tiny
from test_robust import left_running
from test_warm import content, different

from sourcebook.kernels import CAN_FORK

pytestmark = pytest.mark.skipif(
    not CAN_FORK or len(os.sched_getaffinity(0)) < 2, reason="a second process has no processor"
)

# A process of its own: whatever runs tests has threads, and then nothing is made beside.
BUILD = """
import os, signal, sys
from sourcebook import beside
from sourcebook.cli import main
from sourcebook.errors import BuildError
from sourcebook.pdf.builder import TypstBuilder
from sphinx.builders.html import StandaloneHTMLBuilder

made, helps = [], beside.helps
def book(self, *ignored):
    {book}
    printing(self, *ignored)
def site(self):
    {site}
    finish(self)
printing, finish = TypstBuilder._print, StandaloneHTMLBuilder.finish
TypstBuilder._print, StandaloneHTMLBuilder.finish = book, site
beside.helps = lambda: {alone} and made.append(helps()) is None and made[-1]
code = main(["build", "--strict"])
print(made)
sys.exit(code)
"""


def build(root: Path, alone: bool = False, book: str = "pass", site: str = "pass") -> str:
    """Build the course; what was said, with the exit code, and whether two were made at a time."""
    code = BUILD.format(alone=not alone, book=book, site=site)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, encoding="utf-8"
    )
    return f"{done.returncode} {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_tiny(tmp_path_factory.mktemp("together") / "course")
    said = build(root)
    assert said.startswith("0 ") and "[True, True]" in said, "the tables, then the outputs"
    assert re.search(
        r"making the PDF [\d.]+ s.*\nat the same time .*writing the website [\d.]+ s", said
    )
    return root


def test_two_at_a_time_are_the_same(together: Path, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path / "course")
    said = build(root, alone=True)
    assert said.startswith("0 ") and "[]" in said
    assert different(together / "_build/student", root / "_build/student") == []


@pytest.mark.parametrize(
    ("place", "fault", "told"),
    [
        ("book", "raise BuildError('no paper', 'buy some')", "no paper\n  → buy some"),
        ("book", "raise OSError(28, 'No space left on device', 'book.pdf')", "disk is full"),
        ("site", "raise BuildError('no paper', 'buy some')", "no paper\n  → buy some"),
        ("site", "raise OSError(28, 'No space left on device', 'page')", "disk is full"),
        ("site", "{}['paper']", "the build stopped: 'paper'"),
        ("site", "os.kill(os.getpid(), signal.SIGKILL)", "ended from outside"),
    ],
)
def test_what_fails_leaves_what_was_there(
    together: Path, place: str, fault: str, told: str
) -> None:
    page = together / "book/arrival.md"
    text, before = page.read_text(encoding="utf-8"), content(together / "_build/student")
    page.write_text(f"{text}\nOne more, with {len(place + told)} words.\n", encoding="utf-8")
    said = build(together, **{place: fault})  # type: ignore[arg-type]
    assert not said.startswith("0 ") and "[True]" in said
    assert told in said and "Traceback" not in said
    assert content(together / "_build/student") == before
    assert left_running(together) == []
    page.write_text(text, encoding="utf-8")
    assert build(together).startswith("0 ")
    assert content(together / "_build/student") == before
