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

made, helps = [], beside.helps
def book(self, *ignored):
    {fault}
printing = TypstBuilder._print
TypstBuilder._print = book
beside.helps = lambda: {alone} and made.append(helps()) is None and made[-1]
code = main(["build", "--strict"])
print(made)
sys.exit(code)
"""


def build(root: Path, alone: bool = False, fault: str = "printing(self, *ignored)") -> str:
    """Build the course; what was said, with the exit code, and whether two were made at a time."""
    code = BUILD.format(alone=not alone, fault=fault)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, encoding="utf-8"
    )
    return f"{done.returncode} {done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_tiny(tmp_path_factory.mktemp("together") / "course")
    said = build(root)
    assert said.startswith("0 ") and "[True]" in said
    assert re.search(
        r"writing the website [\d.]+ s.*\nat the same time .*making the PDF [\d.]+ s", said
    )
    return root


def test_two_at_a_time_are_the_same(together: Path, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path / "course")
    said = build(root, alone=True)
    assert said.startswith("0 ") and "[]" in said
    assert different(together / "_build/student", root / "_build/student") == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("raise BuildError('no paper', 'buy some')", "no paper\n  → buy some"),
        ("raise OSError(28, 'No space left on device', 'book.pdf')", "disk is full"),
        ("{}['paper']", "the build stopped: 'paper'"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended from outside"),
    ],
)
def test_a_book_that_fails_leaves_what_was_there(together: Path, fault: str, told: str) -> None:
    page = together / "book/arrival.md"
    text, before = page.read_text(encoding="utf-8"), content(together / "_build/student")
    page.write_text(text + f"\nOne more, with {len(told)} words.\n", encoding="utf-8")
    said = build(together, fault=fault)
    assert not said.startswith("0 ") and "[True]" in said
    assert told in said and "Traceback" not in said
    assert content(together / "_build/student") == before
    assert left_running(together) == []
    page.write_text(text, encoding="utf-8")
    assert build(together).startswith("0 ")
    assert content(together / "_build/student") == before
