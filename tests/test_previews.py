"""Previews of links: on hover, focus and tap, kept under the pointer, closed by Escape."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import LETTER, SAMPLE
from playwright.sync_api import Browser, Locator, Page
from test_browser import browser, choose, page, site  # noqa: F401  (fixtures)

LINKS = {
    "paragraphs": ("herring-year", "a.para:has-text('¶3–5')", "¶3"),
    "work": ("herring-year", ".bibtex-citation a", "Six Lectures against Prophecy"),
    "note": ("herring-year", "a.footnote-reference", "The price of herring"),
    "term": ("arrival", "a[href*='#term-']", "A book of days; here, the keeper"),
}


def link(tab: Page, student: Path, kind: str) -> Locator:
    """A link of a kind, on its page."""
    name, selector, _ = LINKS[kind]
    tab.goto(site(student, name))
    return tab.locator(f"main {selector}").first


@pytest.mark.parametrize("kind", LINKS)
def test_hover_shows_and_the_way_to_it_is_free(
    page: Page,  # noqa: F811
    student: Path,
    kind: str,
) -> None:
    asked = link(page, student, kind)
    asked.hover()
    shown = page.get_by_role("tooltip")
    shown.wait_for()
    assert LINKS[kind][2] in shown.inner_text()
    assert "¶3 " in shown.inner_text() or kind != "paragraphs"
    assert asked.get_attribute("title") is None, "no second tooltip over it"
    shown.hover()
    page.wait_for_timeout(500)
    assert shown.is_visible()
    page.mouse.move(0, 0)
    shown.wait_for(state="hidden")


@pytest.mark.parametrize("kind", LINKS)
def test_focus_shows_describes_and_escape_closes(
    page: Page,  # noqa: F811
    student: Path,
    kind: str,
) -> None:
    asked = link(page, student, kind)
    page.keyboard.press("Tab")  # a reader who uses the keyboard
    asked.focus()
    shown = page.get_by_role("tooltip")
    shown.wait_for()
    assert asked.evaluate("e => document.getElementById(e.getAttribute('aria-describedby')).id")
    page.wait_for_timeout(600)
    assert shown.is_visible(), "it stays until the reader moves on"
    page.keyboard.press("Escape")
    assert not shown.is_visible()
    assert asked.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")


def test_range_shows_each_paragraph(page: Page, student: Path) -> None:  # noqa: F811
    link(page, student, "paragraphs").hover()
    page.get_by_role("tooltip").wait_for()
    heads = page.locator("#preview b").all_inner_texts()
    assert [head.strip() for head in heads] == ["¶3", "¶4", "¶5"]


def test_class_copy_shows_the_words(page: Page, class_copy: Path) -> None:  # noqa: F811
    link(page, class_copy, "paragraphs").hover()
    page.get_by_role("tooltip").wait_for()
    assert "the herring fleet was lost" in page.inner_text("#preview")


def test_own_copy_shows_the_words(page: Page, student: Path) -> None:  # noqa: F811
    page.goto(site(student, "your-copy"))
    choose(page, SAMPLE, LETTER)
    link(page, student, "paragraphs").hover()
    page.get_by_role("tooltip").wait_for()
    assert "the herring fleet was lost" in page.inner_text("#preview")


def test_nothing_is_loaded_before_a_reader_asks(page: Page, student: Path) -> None:  # noqa: F811
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    term = link(page, student, "term")
    assert "terms.js" not in asked
    term.hover()
    page.get_by_role("tooltip").wait_for()
    assert "terms.js" in asked
    assert "search-index.js" not in asked


def test_first_tap_shows_and_second_goes(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 640})
    tab = context.new_page()
    asked = link(tab, student, "term")
    start = tab.url
    asked.tap()
    shown = tab.get_by_role("tooltip")
    shown.wait_for()
    assert "Tap the link again" in shown.inner_text()
    box = shown.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert tab.url == start
    asked.tap()
    tab.wait_for_url("**/glossary.html#term-almanac")
    context.close()


def test_tap_elsewhere_closes(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(has_touch=True)
    tab = context.new_page()
    link(tab, student, "term").tap()
    tab.get_by_role("tooltip").wait_for()
    tab.locator("article h1").tap()
    assert not tab.get_by_role("tooltip").is_visible()
    context.close()


def test_without_scripts_the_link_leads_there(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    link(tab, student, "term").click()
    assert tab.url.endswith("glossary.html#term-almanac")
    context.close()
