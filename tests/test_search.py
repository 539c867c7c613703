"""Search: what its index holds, and what a reader sees who types, by keyboard and from a file."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import LETTER, SAMPLE, MakeProject
from playwright.sync_api import Browser, Page
from test_browser import browser, choose, page, site  # noqa: F401  (fixtures)

from sourcebook.entries import Entry, page_entries

PAGE = """# Page

Opening *words*[^n].

[^n]: A note.

## Part

A part. See {para}`1`.

:::{quiz} q
1. A?
   - [x] B — A wrong track.
   - [ ] C — Another.
:::

### Inner

Inner words.

:::{glossary}
lamp
  It *burns* & glows.
:::

::::{question} page-1
:kind: recall
:paragraphs: 1
:skill: argument
:minutes: 5

What burns?

:::{guidance}
The lamp does.
:::
::::
"""


def entries(project: MakeProject, tags: tuple[str, ...] = ()) -> list[Entry]:
    """What is found on the page."""
    return list(page_entries(project({"page.md": PAGE}, tags=tags).resolved("page")))


def test_page_is_taken_apart(project: MakeProject) -> None:
    found = entries(project)
    assert [(e.kind, e.title, e.text) for e in found] == [
        ("page", "Page", "Opening words."),
        ("section", "Part", "A part. See ¶1."),
        ("section", "Inner", "Inner words."),
        ("question", "Question 1", "What burns?"),
        ("term", "lamp", "It burns & glows."),
        ("note", "", "A note."),
    ]
    assert found[0].anchor == ""
    assert found[1].anchor == "part"
    assert found[4].markup == "It <i>burns</i> &amp; glows."


def test_teachers_find_what_they_see(project: MakeProject) -> None:
    assert "The lamp does." in entries(project, tags=("teacher",))[3].text


def index(folder: Path, name: str = "search-index") -> Any:
    """A data file of the built site."""
    text = (folder / "html" / "_static" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.partition("] = ")[2].rstrip(";\n"))


def test_index_holds_every_page_and_kind(student: Path) -> None:
    pages = index(student)
    assert {title for title, _, _ in pages} >= {"The Arrival", "Glossary", "References"}
    kinds = {kind for _, _, found in pages for kind, *_ in found}
    assert kinds == {"page", "section", "question", "term", "guide", "claim", "work", "note"}
    assert len(index(student, "paragraphs")) == 16
    assert index(student, "terms")["term-almanac"][0] == "almanac"


def test_index_holds_the_text_in_a_class_copy_alone(student: Path, class_copy: Path) -> None:
    words = "Three days later the herring fleet was lost."
    assert words in json.dumps(index(class_copy))
    assert words not in json.dumps(index(student))
    assert words in index(class_copy, "paragraphs")["4"]


def test_quiz_is_not_found(student: Path) -> None:
    assert "The fifth is the one" not in json.dumps(index(student))


def test_nothing_of_the_stock_search_is_made(student: Path) -> None:
    assert not (student / "html" / "searchindex.js").exists()
    assert not (student / "html" / ".entries").exists()
    assert (student / "html" / "search.html").is_file()


@pytest.fixture
def chapter(page: Page, student: Path) -> Page:  # noqa: F811
    """A chapter, as opened from a memory stick."""
    page.goto(site(student, "herring-year"))
    return page


def typed(page: Page, query: str) -> list[str]:  # noqa: F811
    """What search shows for words typed one letter at a time."""
    page.locator("#search-words").fill("")
    page.locator("#search-words").press_sequentially(query)
    page.wait_for_timeout(350)  # it is said when the typing rests
    page.locator(".search-said", has_text=re.compile("result|found")).wait_for()
    return page.locator(".search-results li").all_inner_texts()


def test_index_is_loaded_when_search_opens(chapter: Page) -> None:
    asked: list[str] = []
    chapter.on("request", lambda request: asked.append(request.url))
    chapter.keyboard.press("Control+k")
    assert chapter.get_by_role("dialog", name="Search").is_visible()
    typed(chapter, "almanac")
    assert [url.rsplit("/", 1)[-1] for url in asked] == ["search-index.js"]


def test_theme_button_opens_it_and_escape_closes(chapter: Page) -> None:
    button = chapter.locator(".search-button__button:visible").first
    button.press("Enter")
    assert chapter.evaluate("document.activeElement.id") == "search-words"
    assert chapter.locator("dialog[open]").count() == 1
    chapter.keyboard.press("Escape")
    assert chapter.locator("dialog[open]").count() == 0
    assert button.evaluate("e => e === document.activeElement")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("almanac", "almanac"),
        ("ALMANACS", "almanac"),
        ("álmanac", "almanac"),
        ("alamnac", "almanac"),
        ("алманак", "almanac"),
        ("¶5", "¶5"),
        ("5", "¶5"),
        ("t3", "¶T3"),
        ("¶4–6", "¶4"),
        ("argument settled catch", "Summary"),
        ("schoolmaster hold keeper", "Question 1"),
    ],
)
def test_first_result_is_the_one_meant(chapter: Page, query: str, first: str) -> None:
    chapter.keyboard.press("Control+k")
    assert typed(chapter, query)[0].startswith(first)


def test_results_are_walked_and_opened_by_keyboard(chapter: Page) -> None:
    chapter.keyboard.press("Control+k")
    found = typed(chapter, "argument settled catch")
    assert chapter.locator(".search-results mark").all_inner_texts()[:1] == ["argument"]
    assert "was settled by a catch" in found[0]
    assert chapter.locator(".search-said").inner_text() == "1 result"
    chapter.keyboard.press("ArrowDown")
    assert chapter.evaluate("document.activeElement.matches('.search-results a')")
    chapter.keyboard.press("ArrowUp")
    assert chapter.evaluate("document.activeElement.id") == "search-words"
    chapter.keyboard.press("Enter")
    chapter.wait_for_url("**/book/herring-year.html#summary")
    assert chapter.locator("dialog[open]").count() == 0


def test_nothing_found_is_said(chapter: Page) -> None:
    chapter.keyboard.press("Control+k")
    assert typed(chapter, "qqqqq") == []
    assert "Nothing was found" in chapter.inner_text(".search-said")
    found = typed(chapter, "qqqqq almanac")
    assert found
    assert "Not all words" in chapter.inner_text(".search-said")


def test_readers_own_copy_is_searched_too(chapter: Page, student: Path) -> None:
    chapter.goto(site(student, "your-copy"))
    choose(chapter, SAMPLE, LETTER)
    chapter.goto(site(student, "arrival"))
    chapter.keyboard.press("Control+k")
    assert typed(chapter, "herring fleet was lost")[0].startswith("¶4")


def test_search_page_answers_an_address(page: Page, student: Path) -> None:  # noqa: F811
    page.goto((student / "html" / "search.html").as_uri() + "?q=almanac")
    page.wait_for_selector(".search-results li")
    assert page.locator(".search-results a").first.get_attribute("href").endswith("#term-almanac")  # type: ignore[union-attr]


def test_without_scripts_other_ways_are_shown(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site(student, "herring-year"))
    tab.get_by_role("link", name="Find something").click()
    ways = tab.locator("noscript a").all_inner_texts()
    assert ways == ["Glossary", "The Numbers", "Index"]
    tab.get_by_role("link", name="Index").click()
    assert "almanac" in tab.inner_text("main")
    context.close()


@pytest.fixture
def strict_host(student: Path) -> Iterator[str]:
    """A web host that lets a page run nothing but files of its own."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", "script-src 'self'; connect-src 'none'")
            super().end_headers()

        def log_message(self, *_: object) -> None: ...

    handler = functools.partial(Handler, directory=str(student / "html"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_strict_policy_stops_nothing_of_ours(page: Page, strict_host: str) -> None:  # noqa: F811
    page.goto(f"{strict_host}/exercises/herring-year.html")
    assert page.get_by_role("button", name="Check").count() == 5
    page.locator("main a.para").first.hover()
    page.get_by_role("tooltip").wait_for()
    page.keyboard.press("Control+k")
    assert typed(page, "almanac")[0].startswith("almanac")
