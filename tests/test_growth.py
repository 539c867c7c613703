"""A large course: the tiny one made larger, as ``tests/bench`` has it, and what it costs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sourcebook.builds import Job, build
from sourcebook.once import once

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
            calls[place] += 1
            return stock(*args)

        monkeypatch.setattr(place, counted)

    few = {
        "sourcebook.pages.read_toc": 2,  # Once more for the timetable.
        "sourcebook.sharing.pages.read_toc": 1,
        "sourcebook.sharing.prints.printed": 1,
    }
    for place in few:
        count(place)
    made = build(Job(root, formats=["html", "pdf"], quiet=True))
    assert not made.warnings
    written = {path.stem for path in (root / "_build/student/html/book").glob("*.html")}
    assert {"arrival", "arrival-1", "herring-year-1", "visitors-1"} <= written
    assert calls == few
