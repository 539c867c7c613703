"""Links that lead out of the course, asked one by one, at a web server of the test's own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sourcebook.cli import main


class Site(BaseHTTPRequestHandler):
    """Has one page, lets nobody into another, and knows of no third."""

    def do_GET(self) -> None:
        codes = {"/here": 200, "/members": 403}
        self.send_response(codes.get(self.path, 404))
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """A test's output is its own."""


@pytest.fixture
def site():
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def add_line(course: Path, text: str) -> int:
    """Add a line to the course's first page; the number it has there."""
    page = course / "book" / "index.md"
    lines = page.read_text(encoding="utf-8").rstrip("\n").split("\n")
    page.write_text("\n".join([*lines, "", text, ""]), encoding="utf-8")
    return len(lines) + 2


@pytest.fixture
def alone(in_tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny course that links to nothing outside."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return in_tiny


def test_a_link_that_leads_nowhere_is_said_with_its_place(alone, site, capsys):
    line = add_line(alone, f"[a]({site}/here), [b]({site}/gone), [c]({site}/members).")
    assert main(["check", "--links"]) == 2
    said = capsys.readouterr().out
    assert f"book/index.md:{line}: {site}/gone does not answer: 404" in said
    assert f"{site}/here" not in said
    assert f"{site}/members" not in said
    assert "3 outside links were checked; 1 let no machine in" in said


def test_without_a_network_nothing_is_said_to_be_broken(alone, capsys):
    add_line(alone, "[a](http://127.0.0.1:9/discard)")
    assert main(["check", "--links"]) == 0
    said = capsys.readouterr().out
    assert "there is no network" in said
    assert "NOT checked" in said
