"""Notes and highlights on paragraphs: kept in the browser, found again, taken along."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE
from playwright.sync_api import Browser, Locator, Page
from test_browser import NAMES, browser  # noqa: F401  (a fixture)
from test_browser_site import (  # noqa: F401  (fixtures)
    AXE,
    CHAPTER,
    PHONE,
    WCAG,
    site,
    visit,
)

from sourcebook.answers import merge
from sourcebook.splitting import split_files
from sourcebook.texts import TextMap

KEPT = "book/your-answers.html"
HIGHLIGHTS = (
    "[...CSS.highlights.get('own-highlight')]"
    ".map((range) => range.toString().replace(/\\s+/g, ' '))"
)
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def text(sample_maps: list[TextMap]) -> dict[str, str]:
    """The paragraphs of the made-up text."""
    return {p.id: p.text for p in split_files([SAMPLE], sample_maps).paragraphs}


@pytest.fixture
def words(visit: Visit, site: str, text: dict[str, str]) -> Page:  # noqa: F811
    """A chapter that shows the reader's own copy."""
    page = visit(storage_state=own_copy(site, text))
    page.goto(site + CHAPTER)
    return page


def own_copy(site: str, text: dict[str, str]) -> Any:  # noqa: F811
    """A browser that keeps these paragraphs of the text."""
    item = {"name": "sourcebook-texts", "value": json.dumps({"keeper-almanac": text})}
    return {"cookies": [], "origins": [{"origin": site.rstrip("/"), "localStorage": [item]}]}


def open_copy(page: Page, text: dict[str, str]) -> None:
    """Read the chapter with these paragraphs in it."""
    page.evaluate(
        "texts => localStorage.setItem('sourcebook-texts', JSON.stringify(texts))",
        {"keeper-almanac": text},
    )
    page.reload()


def paragraph(page: Page, id: str) -> Locator:
    """A paragraph with what stands at it."""
    return page.locator(f".source-paragraph:has(> #p{id}), .source-paragraph#p{id}")


def kept(page: Page, key: str = "sourcebook-notes") -> Any:
    """What the browser keeps."""
    return json.loads(page.evaluate("key => localStorage.getItem(key)", key) or "{}")


def select(page: Page, id: str, phrase: str) -> None:
    """Select words of a paragraph."""
    paragraph(page, id).locator("p").first.evaluate(
        """(line, phrase) => {
          const node = [...line.childNodes].find((each) => each.data?.includes(phrase));
          const from = node.data.indexOf(phrase);
          getSelection().setBaseAndExtent(node, from, node, from + phrase.length);
        }""",
        phrase,
    )


def highlight(page: Page, id: str, phrase: str) -> None:
    """Highlight words of a paragraph."""
    select(page, id, phrase)
    page.get_by_role("button", name="Highlight", exact=True).click()


def write(page: Page, id: str, note: str) -> None:
    """Write a note at a paragraph."""
    page.get_by_role("button", name=f"Note on ¶{id}").click()
    page.get_by_label(f"Your note on ¶{id}").fill(note)
    page.get_by_role("button", name="Done").click()


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key to the button of this name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


# ---- notes


def test_note_by_keyboard_alone_at_a_guide_line(visit: Visit, site: str) -> None:  # noqa: F811
    page = visit()
    page.goto(site + CHAPTER)
    tab_to(page, "Note on ¶5")
    page.keyboard.press("Enter")
    page.keyboard.type("Who is Mr. Pell?")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Note on ¶5"
    assert page.evaluate("document.activeElement.ariaExpanded") == "false"
    page.reload()
    shown = paragraph(page, "5").locator(".note-text")
    assert shown.inner_text() == "Your note: Who is Mr. Pell?"
    assert page.locator(".note-text:visible").count() == 1
    page.get_by_role("button", name="Note on ¶5").press(" ")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert not shown.is_visible()
    assert kept(page) == {}


def test_note_is_saved_while_it_is_written(visit: Visit, site: str) -> None:  # noqa: F811
    page = visit()
    page.goto(site + CHAPTER)
    page.get_by_role("button", name="Note on ¶4").click()
    page.get_by_label("Your note on ¶4").press_sequentially("Half a thou")
    page.get_by_text("Saved.").wait_for()
    page.get_by_label("Your note on ¶4").press_sequentially("ght")
    page.goto(site + KEPT)
    assert kept(page)["keeper-almanac 4"]["note"] == "Half a thought"


def test_what_is_not_kept_is_said(visit: Visit, site: str) -> None:  # noqa: F811
    page = visit()
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    page.goto(site + CHAPTER)
    page.get_by_role("button", name="Note on ¶4").click()
    page.get_by_label("Your note on ¶4").fill("Lost?")
    page.get_by_text("Not saved: this browser keeps nothing").wait_for()


def test_a_page_left_open_undoes_no_note(visit: Visit, site: str) -> None:  # noqa: F811
    first = visit()
    first.goto(site + CHAPTER)
    second = first.context.new_page()
    second.goto(site + CHAPTER)
    write(second, "4", "Written here.")
    second.close()
    assert paragraph(first, "4").locator(".note-text").inner_text() == "Your note: Written here."
    first.goto(site + KEPT)
    assert kept(first)["keeper-almanac 4"]["note"] == "Written here."


def test_notes_work_where_nothing_can_be_highlighted(
    visit: Visit,  # noqa: F811
    site: str,  # noqa: F811
    text: dict[str, str],
) -> None:
    page = visit(storage_state=own_copy(site, text))
    page.add_init_script("delete globalThis.Highlight")
    page.goto(site + CHAPTER)
    write(page, "4", "Still here.")
    select(page, "4", "herring fleet")
    assert page.locator(".highlight-button").count() == 0
    assert paragraph(page, "4").locator(".note-text").is_visible()


def test_without_scripts_nothing_is_shown(browser: Browser, site: str) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + CHAPTER)
    assert page.locator(".paragraph-tools, .note, .note-text, .highlight-button").count() == 0
    context.close()


def test_print_has_the_notes_and_no_buttons(words: Page) -> None:
    write(words, "5", "For the essay.")
    words.get_by_role("button", name="Note on ¶5").click()
    select(words, "4", "herring fleet")
    words.emulate_media(media="print")
    assert words.locator(".note-text:visible").inner_text() == "Your note: For the essay."
    assert words.locator(":is(.paragraph-tools, .note, .highlight-button):visible").count() == 0


# ---- highlights


def test_highlight_is_drawn_kept_and_removed_by_the_same_button(words: Page) -> None:
    line = paragraph(words, "4").locator("p").first
    before = line.evaluate("line => line.outerHTML")
    highlight(words, "4", "days later the herr")
    assert words.evaluate(HIGHLIGHTS) == ["days later the herring"], "whole words"
    assert line.evaluate("line => line.outerHTML") == before, "the page stays as it is"
    words.reload()
    assert words.evaluate(HIGHLIGHTS) == ["days later the herring"]
    highlight(words, "4", "herring fleet was")
    assert words.evaluate(HIGHLIGHTS) == ["days later the herring fleet was"], "they join"
    # A click on highlighted words, without a selection.
    line.evaluate("line => getSelection().collapse(line.lastChild, 14)")
    words.get_by_role("button", name="Remove highlight").click()
    assert words.evaluate(HIGHLIGHTS) == []
    assert kept(words) == {}


def test_selecting_with_the_mouse_offers_it_when_the_button_is_let_go(words: Page) -> None:
    line = paragraph(words, "4").locator("p").first
    line.scroll_into_view_if_needed()
    button = words.locator(".highlight-button")
    x, y, end = line.evaluate(
        """(line) => { const range = new Range(); range.selectNodeContents(line.lastChild);
          const box = range.getClientRects()[0];
          return [box.left + 8, (box.top + box.bottom) / 2, box.right - 2]; }"""
    )
    words.mouse.move(x, y)
    words.mouse.down()
    words.mouse.move(end, y)
    assert not button.is_visible()
    words.mouse.up()
    button.click()
    button.wait_for(state="hidden")
    assert words.evaluate(HIGHLIGHTS) == ["Three days later the herring fleet was lost."]
    # A triple click ends in what follows the paragraph.
    words.mouse.click(x, y, click_count=3)
    words.get_by_role("button", name="Remove highlight").click()
    assert words.evaluate(HIGHLIGHTS) == []
    # Words of our own are not offered.
    for place in ("section > p:not([class])", ".passage-credit"):
        words.locator(place).first.evaluate("place => getSelection().selectAllChildren(place)")
        words.wait_for_timeout(30)
        assert not button.is_visible()


@pytest.fixture
def reading_with_a_caret(browser: Browser, site: str, text: dict[str, str]) -> Iterator[Page]:  # noqa: F811
    """A reader who moves a caret through the text with the arrow keys (F7)."""
    path = next(filter(None, map(shutil.which, NAMES)))
    args = ["--no-sandbox", "--blink-settings=caretBrowsingEnabled=true"]
    launched = browser.browser_type.launch(executable_path=path, args=args)
    page = launched.new_page(storage_state=own_copy(site, text))
    page.goto(site + CHAPTER)
    yield page
    launched.close()


def test_highlight_by_keyboard_alone(reading_with_a_caret: Page) -> None:
    page = reading_with_a_caret
    tab_to(page, "4")
    for key in 4 * ["ArrowRight"] + 3 * ["Control+Shift+ArrowRight"]:
        page.keyboard.press(key)
    page.get_by_role("button", name="Highlight", exact=True).wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Highlight"
    page.keyboard.press("Enter")
    assert page.evaluate(HIGHLIGHTS) == ["Three days later"], "whole words"
    assert page.evaluate("document.activeElement.textContent") == "Remove highlight"
    page.keyboard.press(" ")
    assert page.evaluate(HIGHLIGHTS) == []


LONG = "the keeper had foreseen the storm and should have rung"


OTHER_EDITIONS: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "moved": (lambda text: f"In that year, {text}", [LONG, "adjective."]),
    "spelled otherwise": (
        lambda text: text.replace("the keeper", "The warden"),
        [LONG.replace("the keeper", "The warden"), "adjective."],
    ),
    "changed inside": (
        lambda text: text.replace("the storm", "this storm"),
        [LONG.replace("the storm", "this storm"), "adjective."],
    ),
    "one gone": (lambda text: text.replace(LONG, "said so"), ["adjective."]),
    "all gone": (lambda text: "Another text altogether.", []),
}


def test_highlight_keeps_eight_words_and_is_found_in_another_edition(
    words: Page, text: dict[str, str]
) -> None:
    highlight(words, "5", LONG)
    highlight(words, "5", "adjective")
    before = kept(words)
    first, second = before["keeper-almanac 5"]["highlights"]
    assert first["words"] == "the keeper had foreseen … and should have rung"
    assert first["to"] - first["from"] == len(LONG.split()) > 8
    assert second["words"] == "adjective."
    for name, (change, found) in OTHER_EDITIONS.items():
        open_copy(words, {**text, "5": change(text["5"])})
        assert [each.rstrip(";") for each in words.evaluate(HIGHLIGHTS)] == found, name
    words.goto(words.url.replace(CHAPTER, KEPT))
    assert "the keeper had foreseen … and should have rung" in words.inner_text(".own-answers")
    assert kept(words) == before


def test_build_with_the_text_shows_what_was_highlighted_in_an_own_copy(
    browser: Browser,  # noqa: F811
    student: Path,
    class_copy: Path,
    text: dict[str, str],
) -> None:
    """And all of it from a memory stick."""
    page = browser.new_context().new_page()
    page.goto((student / "html" / CHAPTER).as_uri())
    open_copy(page, text)
    highlight(page, "4", "herring fleet")
    page.goto((class_copy / "html" / CHAPTER).as_uri())
    assert page.evaluate(HIGHLIGHTS) == ["herring fleet"]
    page.context.close()


# ---- the page where they are kept


def test_notes_are_listed_and_deleted_one_by_one(words: Page, site: str) -> None:  # noqa: F811
    write(words, "5", "Who is Mr. Pell?")
    highlight(words, "5", "ever since")
    highlight(words, "4", "herring fleet")
    words.goto(site + KEPT)
    box = words.locator(".own-answers")
    assert "Kept in this browser: 1 note and 2 highlights." in box.inner_text()
    assert words.locator(".own-answers h3").all_inner_texts() == ["The Herring Year"]
    items = words.locator(".kept-note > span").all_inner_texts()
    assert items == ["¶4 herring fleet", "¶5 Who is Mr. Pell?", "¶5 ever since."]
    words.once("dialog", lambda dialog: dialog.dismiss())
    words.get_by_role("button", name="Delete the note on ¶5").press("Enter")
    assert words.locator(".kept-note").count() == 3
    for name, left in (("note on ¶5", 2), ("highlight “ever since.” in ¶5", 1)):
        words.once("dialog", lambda dialog: dialog.accept())
        words.get_by_role("button", name=f"Delete the {name}").press("Enter")
        assert words.locator(".kept-note").count() == left
    assert list(kept(words)) == ["keeper-almanac 4"]
    words.get_by_role("link", name="¶4").click()
    words.wait_for_url(f"**/{CHAPTER}#p4")
    assert words.evaluate(HIGHLIGHTS) == ["herring fleet"]
    words.go_back()
    words.once("dialog", lambda dialog: dialog.accept())
    words.get_by_role("button", name="Delete all notes and highlights").click()
    assert "No note is kept" in box.inner_text()
    assert kept(words) == {}


def test_notes_are_taken_along(words: Page, site: str, visit: Visit, tmp_path: Path) -> None:  # noqa: F811
    write(words, "5", "Who is\nMr. Pell?")
    highlight(words, "5", LONG)
    words.goto(site + KEPT)
    saved = {}
    for name, label in (("ada.json", "data"), ("ada.md", "read"), ("hand-in.json", "data")):
        if name == "hand-in.json":
            words.get_by_label("With my notes and highlights").uncheck()
        with words.expect_download() as download:
            words.get_by_role("button", name=label).click()
        saved[name] = tmp_path / name
        download.value.save_as(saved[name])
    data = json.loads(saved["ada.json"].read_text(encoding="utf-8"))
    assert (data["version"], data["answers"]) == (2, [])
    (note,) = data["notes"]
    assert (note["paragraph"], note["note"]) == ("5", "Who is\nMr. Pell?")
    assert "foreseen the storm" not in saved["ada.json"].read_text(encoding="utf-8")
    assert json.loads(saved["hand-in.json"].read_text(encoding="utf-8"))["notes"] == []
    assert (
        "## The Herring Year: notes\n\n**¶5** Who is\nMr. Pell?\n\n"
        "> the keeper had foreseen … and should have rung\n"
    ) in saved["ada.md"].read_text(encoding="utf-8")
    assert merge([saved["ada.json"]]) == [], "the teacher's table holds answers alone"

    other = visit()
    other.goto(site + KEPT)
    for said in ("2 notes and highlights", "0 notes and highlights"):
        other.set_input_files("#answers-file", saved["ada.json"])
        other.get_by_text(f"0 answers were taken from the file, and {said};").wait_for()
    assert kept(other) == kept(words)


def test_import_loses_nothing_and_takes_no_nonsense(
    words: Page,
    site: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    write(words, "5", "Newer.")
    highlight(words, "5", "ever since")
    before = kept(words)["keeper-almanac 5"]
    at = before["highlights"][0]["from"]
    words.goto(site + KEPT)
    path = tmp_path / "x.json"

    def take(**data: Any) -> None:
        path.write_text(json.dumps({"format": "sourcebook-answers", "answers": [], **data}))
        words.locator(".own-answers [role=status]").evaluate("said => said.replaceChildren()")
        words.set_input_files("#answers-file", path)
        words.locator(".own-answers [role=status]:not(:empty)").wait_for()

    row = {"text": "keeper-almanac", "paragraph": "5", "note": "Old.", "changed": "2020"}
    nonsense = [None, 1, {"from": -1, "to": 2, "words": "x"}, {"from": 3, "to": 2, "words": "x"}]
    over = {"from": at, "to": at + 9, "words": "over it"}
    beside = {"from": 0, "to": 1, "words": "Readers"}
    take(notes=[{**row, "highlights": [*nonsense, over, beside]}])
    words.get_by_text("and 1 note or highlight;").wait_for()
    after = kept(words)["keeper-almanac 5"]
    assert after == {**before, "highlights": [beside, *before["highlights"]]}
    take(notes=[{**row, "paragraph": "__proto__", "changed": "2999"}])
    words.get_by_text("and 0 notes and highlights;").wait_for()
    for notes in ("many", [1], {}):
        take(notes=notes)
        words.get_by_text("This file is no export").wait_for()
    take(version=1)
    words.get_by_text("0 answers were taken from the file; what").wait_for()
    assert kept(words) == {"keeper-almanac 5": after}


# ---- as light, steady and accessible as the page was


def faults(page: Page, least: int) -> list[Any]:
    """What axe finds at the passages and in the list, and buttons that are too small."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run('.passage, .own-answers', {runOnly: tags})", WCAG)
    small = page.evaluate(
        """least => [...document.querySelectorAll(`.paragraph-tools button, .note button,
            .highlight-button, .kept-note button`)]
          .map((button) => [button.textContent, button.getBoundingClientRect()])
          .filter(([, box]) => box.width && Math.min(box.width, box.height) < least)
          .map(([text]) => text)""",
        least,
    )
    return [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] + small


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_no_violation_of_wcag_with_notes(
    visit: Visit,  # noqa: F811
    site: str,  # noqa: F811
    text: dict[str, str],
    phone: bool,
) -> None:
    form = {"viewport": PHONE, "has_touch": True, "is_mobile": True} if phone else {}
    page = visit(**form, storage_state=own_copy(site, text))
    page.goto(site + CHAPTER)
    write(page, "5", "Who is Mr. Pell?")
    highlight(page, "5", "ever since")
    page.get_by_role("button", name="Note on ¶4").click()
    select(page, "5", "the keeper")
    page.locator(".highlight-button").wait_for()
    for name in (CHAPTER, KEPT):
        if name == KEPT:
            page.goto(site + name)
        assert faults(page, 44 if phone else 24) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    if not phone:
        page.emulate_media(color_scheme="dark")
        page.goto(site + CHAPTER)
        page.get_by_role("button", name="Note on ¶4").click()
        assert faults(page, 24) == []


def contrast(page: Page) -> float:
    """Of highlighted words with their ground."""
    colors = page.evaluate(
        """() => { const line = document.querySelector(".source-paragraph p");
          const style = getComputedStyle(line, "::highlight(own-highlight)");
          return [style.color, style.backgroundColor]; }"""
    )

    def light(color: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted(map(light, colors))
    return (high + 0.05) / (low + 0.05)


def test_highlighted_words_stand_out(words: Page) -> None:
    seen = set()
    for form in ({}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
        words.emulate_media(**form)  # type: ignore[arg-type]
        if "color_scheme" in form:
            words.locator("html[data-theme=dark]").wait_for()
        seen.add(contrast(words))
        assert min(seen) >= 7, form
    assert len(seen) == 3


def test_nothing_moves_where_notes_are(words: Page) -> None:
    write(words, "4", "A note of\nthree\nlines.")
    highlight(words, "5", LONG)
    words.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const e of list.getEntries())"
        " window.moved += e.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    words.reload()
    words.evaluate("document.querySelector('.source-paragraph').scrollIntoView()")
    words.wait_for_timeout(200)
    select(words, "5", "ever since")
    words.locator(".highlight-button").wait_for()
    words.wait_for_timeout(100)
    assert words.evaluate("window.moved") < 0.01
