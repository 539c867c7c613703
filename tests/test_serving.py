"""The preview: what was saved is shown, where the reader was."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import copy_tiny
from test_browser import browser  # noqa: F401

pytest.importorskip("livereload")


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A course with its preview running; the address of its site."""
    root = copy_tiny(tmp_path / "course")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sourcebook.cli", "serve", "--port", str(port)],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Serving on" in line:
            break
    assert "built in" in said
    yield root, f"http://127.0.0.1:{port}/"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert "Traceback" not in said


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_saved_page_is_shown_where_the_reader_was(
    browser: Any,  # noqa: F811
    preview: tuple[Path, str],
) -> None:
    root, address = preview
    tab = browser.new_page(viewport={"width": 360, "height": 500})
    tab.goto(f"{address}book/herring-year.html")
    tab.wait_for_function("window.LiveReload && LiveReload.connector")
    tab.evaluate("scrollTo({top: 900, behavior: 'instant'})")
    page = root / "book" / "herring-year.md"
    text = page.read_text(encoding="utf-8")
    saved = time.perf_counter()
    page.write_text(f"{text}\n\nA sentence that was saved.\n", encoding="utf-8")
    tab.get_by_text("A sentence that was saved.").wait_for(state="attached", timeout=20_000)
    print(f"shown {time.perf_counter() - saved:.2f} s after the save")
    assert abs(tab.evaluate("scrollY") - 900) < 40
    # A second save, however soon, is shown, too; a fault is said, and mending it is shown.
    page.write_text(f"{text}\n\nAnother that was saved.\n", encoding="utf-8")
    tab.get_by_text("Another that was saved.").wait_for(state="attached", timeout=20_000)
    table = root / "book" / "data" / "sea-temperature.csv"
    good = table.read_text(encoding="utf-8")
    table.write_text(re.sub(r"\d+\.\d+", "warm", good, count=1), encoding="utf-8")
    time.sleep(2)
    assert tab.get_by_text("Another that was saved.").count() == 1
    table.write_text(good, encoding="utf-8")
    page.write_text(f"{text}\n\nA third.\n", encoding="utf-8")
    tab.get_by_text("A third.").wait_for(state="attached", timeout=20_000)
    tab.close()
