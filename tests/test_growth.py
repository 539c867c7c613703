"""A large course: the tiny one made larger, as ``tests/bench`` has it, and what it costs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sourcebook.builds import Job, build
from sourcebook.once import once
from sourcebook.web import light

BENCH = Path(__file__).with_name("bench")


def test_once_for_each_output() -> None:
    asked = []

    @once
    def find(app: Any) -> int:
        asked.append(app)
        return len(asked)

    website, book = (SimpleNamespace(builder=SimpleNamespace()) for _ in range(2))
    assert [find(website), find(website), find(book), find(website)] == [1, 1, 2, 1]
    assert find.__name__ == "find"


def test_course_of_twice_the_size_is_whole_and_gone_through_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    import growth

    root = growth.grow(tmp_path / "course", 2)
    calls: Counter[str] = Counter()

    def count(place: str) -> None:
        module, _, name = place.rpartition(".")
        stock = getattr(__import__(module, fromlist=[name]), name)

        def counted(*args: Any) -> Any:
            calls[place] += "bd-sidenav" in args[0] if name == "tidy" else 1
            return stock(*args)

        monkeypatch.setattr(place, counted)

    few = {
        "sourcebook.pages.read_toc": 2,  # Once more for the timetable.
        "sourcebook.sharing.pages.read_toc": 1,
        "sourcebook.sharing.prints.printed": 1,
        "sourcebook.web.bridge.tidy": 1,
    }
    for place in few:
        count(place)
    made = build(Job(root, formats=["html", "pdf"], quiet=True))
    assert not made.warnings
    written = {path.stem for path in (root / "_build/student/html/book").glob("*.html")}
    assert {"arrival", "arrival-1", "herring-year-1", "visitors-1"} <= written
    assert calls == few


def test_what_stands_on_every_page_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    stock: Callable[[str], frozenset[str]] = light.names_in_page

    def names(part: str) -> frozenset[str]:
        read.append(part)
        return stock(part)

    monkeypatch.setattr(light, "names_in_page", names)
    page = (
        '<link href="_static/site.css"><ul>\n<li class="gull"><a href="#">Gulls</a></li>'
        '\n<li class="tern" data-style="--wing:1">Terns</li>\n<li id="end"></ul><p class="{}">'
    )
    for name in ("auk", "skua"):
        (tmp_path / f"{name}.html").write_text(page.format(name), encoding="utf-8")
    (tmp_path / "other.html").write_text('<p class="kraken">', encoding="utf-8")
    script = tmp_path / "own.js"
    script.write_text('"petrel--sea"', encoding="utf-8")
    used = light._used(sorted(tmp_path.glob("*.html")), [script])
    assert [path.stem for path in used.pages] == ["auk", "skua"]
    assert {"link", "ul", "li", "a", "p", "gull", "tern", "end", "auk", "skua"} <= used.names
    assert "petrel--sea" in used.names and "kraken" not in used.names
    assert used.styles == {"--wing:1"} and used.words == {"--wing", "--sea"}
    assert sum(len(re.findall("gull", part)) for part in read) == 1
