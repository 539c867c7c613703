"""What runs in a reader's browser, in a real one: Chromium, where there is one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import formats
import pytest
import test_splitting as cases
from conftest import LETTER, ROOT, SAMPLE
from playwright.sync_api import Browser, Page, sync_playwright

from sourcebook import splitting
from sourcebook.readers import plain, read_file
from sourcebook.texts import TextMap, read_maps

STATIC = ROOT / "sourcebook" / "static"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("needs Chromium: install it to test what runs in a browser")
    with sync_playwright() as playwright:
        # Not as root's own browser: there is nothing but our pages in it.
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor; an error in a script fails the test."""
    context = browser.new_context()
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(error.message))
    yield tab
    context.close()
    assert errors == []


@pytest.fixture(scope="module", params=["sample", "real"])
def given(request: pytest.FixtureRequest, sample_maps: list[TextMap]) -> cases.Subject:
    """The made-up texts, and the real one where it is there."""
    if request.param == "sample":
        both = f"{SAMPLE.read_text(encoding='utf-8')}\n{LETTER.read_text(encoding='utf-8')}"
        return cases.subject(both, sample_maps)
    path: Path = request.getfixturevalue("real_text")
    return cases.subject(path.read_text(encoding="utf-8"), read_maps(ROOT / "book" / "source"))


def as_data(found: splitting.Split, *, places: bool = True) -> dict[str, Any]:
    """A split as the browser gives it."""
    paragraphs = [{"id": p.id, "agreement": p.agreement, "text": p.text} for p in found.paragraphs]
    unmatched = [{"place": u.place if places else "", "text": u.text} for u in found.unmatched]
    return {"paragraphs": paragraphs, "missing": list(found.missing), "unmatched": unmatched}


def for_browser(maps: list[TextMap]) -> list[dict[str, Any]]:
    """Maps as a page carries them."""
    return [
        {
            "id": m.id,
            "paragraphs": [
                {"id": p.id, "words": p.words, "prints": list(p.prints)} for p in m.paragraphs
            ],
        }
        for m in maps
    ]


def every_form(given: cases.Subject) -> dict[str, str]:
    """A text in every layout, spelling and accident that the splitter is tested with."""
    forms = {"as it is": given.text}
    forms |= {name: change(given.text) for name, change in cases.LAYOUTS.items()}
    forms |= {name: change(given.text) for name, change in cases.SPELLINGS.items()}
    forms["page furniture"] = cases.with_furniture(given.text)
    forms["hyphens"] = cases.hyphenated(given.text)
    forms |= {f"accident {seed}": cases.mutated(given.lines, seed) for seed in range(12)}
    forms["another text"] = "Flour, water, salt and time. " * 50
    forms["accents"] = (
        "Łódź naı\u0308ve ﬁrst co\u00adoperate 1917–18 ½ ² Ⅳ Троцкий 東京 'tis rock’n’roll"
    )
    return forms


def test_browser_splits_as_python_does(page: Page, given: cases.Subject) -> None:
    page.goto("about:blank")
    page.add_script_tag(path=STATIC / "splitting.js")
    maps = for_browser(list(given.maps))
    script = "([text, maps]) => sourcebookSplitting.split(sourcebookSplitting.plain(text), maps)"
    for name, text in every_form(given).items():
        here = as_data(splitting.split(plain(text), given.maps))
        assert page.evaluate(script, [text, maps]) == here, name


def test_browser_reads_a_web_page_as_python_does(
    page: Page, given: cases.Subject, tmp_path: Path
) -> None:
    path = tmp_path / "copy.html"
    path.write_bytes(formats.web_page(given.lines))
    page.goto("about:blank")
    page.add_script_tag(path=STATIC / "splitting.js")
    script = "([text, maps]) => sourcebookSplitting.split(sourcebookSplitting.page(text), maps)"
    there = page.evaluate(script, [path.read_text(encoding="utf-8"), for_browser(list(given.maps))])
    there["unmatched"] = [{**run, "place": ""} for run in there["unmatched"]]
    assert there == as_data(splitting.split(read_file(path), given.maps), places=False)


def site(student: Path, name: str) -> str:
    """The address of a page of the built site, as on a memory stick."""
    return (student / "html" / "book" / f"{name}.html").as_uri()


def choose(page: Page, *files: Path) -> str:
    """Open files on the page for one's own copy; what the page says then."""
    page.set_input_files("#own-copy-file", [str(file) for file in files])
    page.wait_for_function(
        "!/^Reading/.test(document.querySelector('.own-copy-report').textContent)"
    )
    return page.inner_text(".own-copy-report")


def test_own_copy_stands_in_every_chapter_until_it_is_forgotten(page: Page, student: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site(student, "your-copy"))
    said = choose(page, SAMPLE, LETTER)
    assert "16 paragraphs" in said
    assert "The Herring Year: 5 of 5 paragraphs" in said
    page.get_by_text("lines of your file belong to no paragraph").click()
    assert "The Almanac of Gannet Stack" in page.inner_text(".own-copy-report details")

    page.goto(site(student, "herring-year"))
    shown = page.locator(".source-paragraph.own")
    assert shown.count() == 5
    assert "Three days later the herring fleet was lost." in shown.first.inner_text()
    assert page.locator(".passage-where:visible").count() == 0
    assert "kept in this browser only" in page.inner_text(".passage-own")

    page.get_by_role("link", name="Your copy").first.click()
    page.get_by_role("button", name="Forget it").click()
    assert "nothing of your file is left" in page.inner_text(".own-copy-report")
    assert page.evaluate("localStorage.length") == 0 or "sourcebook-texts" not in json.loads(
        page.evaluate("JSON.stringify({...localStorage})")
    )
    page.goto(site(student, "herring-year"))
    assert page.locator(".source-paragraph.own").count() == 0
    assert all(url.startswith(("file:", "data:")) for url in asked), "nothing is sent anywhere"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("other.txt", b"Flour, water, salt and time. " * 50, "No paragraph of “The Almanac"),
        ("copy.docx", formats.word(["Words."]), "Save it as plain text"),
        ("copy.pdf", b"%PDF-1.7", "Save it as plain text"),
        ("program.txt", b"\x00\x01\x02", "This file is no text"),
    ],
)
def test_what_cannot_be_opened_is_said(
    page: Page, student: Path, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    page.goto(site(student, "your-copy"))
    assert said in choose(page, path)


def test_bad_file_loses_nothing(page: Page, student: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("Flour, water, salt and time. " * 50, encoding="utf-8")
    page.goto(site(student, "your-copy"))
    choose(page, SAMPLE)
    choose(page, bad)
    page.goto(site(student, "arrival"))
    assert page.locator(".source-paragraph.own").count() == 3


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_own_copy_in_other_encodings(
    page: Page, student: Path, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "copy.txt"
    path.write_bytes(SAMPLE.read_text(encoding="utf-8").encode(encoding))
    page.goto(site(student, "your-copy"))
    choose(page, path)
    page.goto(site(student, "arrival"))
    assert (
        "’" in page.locator(".source-paragraph.own").nth(0).inner_text()
        or page.locator(".source-paragraph.own").count() == 3
    )


def test_pages_read_without_scripts(browser: Browser, student: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site(student, "your-copy"))
    assert "Scripts are needed" in page.inner_text(".own-copy")
    page.goto(site(student, "herring-year"))
    assert page.locator(".source-paragraph.guide").count() == 5
    assert page.locator(".copy-citation").count() == 0
    context.close()
