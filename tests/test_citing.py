"""Citations: each style as its manual has it, files that others can read, what a browser adds."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page
from pybtex.database import parse_string
from test_browser import browser, page  # noqa: F401  (fixtures)
from test_browser_site import QUESTIONS, Host, site, visit  # noqa: F401  (fixtures)

from sourcebook.sharing.citing import Cited, bibtex, csl, page_styles, paragraph_styles, ris
from sourcebook.sharing.record import Name

BODY = (Name("The Rock Society"),)
TWO = (Name.read("Ann Mary Lee"), Name.read("van Dyk, Bo"))
THREE = (*TWO, Name.read("Cy Dow"))
ADDRESS = "https://example.org/c_1/page.html"


def cited(page: str = "The Herring Year", authors: tuple[Name, ...] = BODY) -> Cited:  # noqa: F811
    return Cited(page, "Keeping a Light", authors, "2026", "light-herring-year")


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def said(cited: Cited, address: str = ADDRESS) -> dict[str, str]:
    return {style.name: plain(style.html(address)) for style in page_styles(cited)}


def test_a_page_in_each_style() -> None:
    assert said(cited()) == {
        "Chicago, note": "The Rock Society, “The Herring Year,” in Keeping a Light (2026), "
        f"accessed [day], {ADDRESS}.",
        "Chicago, bibliography": "The Rock Society. “The Herring Year.” In Keeping a Light. 2026. "
        f"Accessed [day]. {ADDRESS}.",
        "MLA": f"The Rock Society. “The Herring Year.” Keeping a Light, 2026, {ADDRESS}. "
        "Accessed [day].",
        "APA": "The Rock Society. (2026). The Herring Year. In Keeping a Light. "
        f"Retrieved [day], from {ADDRESS}",
        "Harvard": "The Rock Society (2026) ‘The Herring Year’, in Keeping a Light. "
        f"Available at: {ADDRESS} (Accessed: [day]).",
    }


@pytest.mark.parametrize(
    ("authors", "beginnings"),
    [
        (
            TWO,
            {
                "Chicago, note": "Ann Mary Lee and Bo van Dyk, “",
                "Chicago, bibliography": "Lee, Ann Mary, and Bo van Dyk. “",
                "MLA": "Lee, Ann Mary, and Bo van Dyk. “",
                "APA": "Lee, A. M., & van Dyk, B. (2026). ",
                "Harvard": "Lee, A. M. and van Dyk, B. (2026) ‘",
            },
        ),
        (
            THREE,
            {
                "Chicago, note": "Ann Mary Lee et al., “",
                "Chicago, bibliography": "Lee, Ann Mary, Bo van Dyk, and Cy Dow. “",
                "MLA": "Lee, Ann Mary, et al. “",
                "APA": "Lee, A. M., van Dyk, B., & Dow, C. (2026). ",
                "Harvard": "Lee, A. M., van Dyk, B. and Dow, C. (2026) ‘",
            },
        ),
        ((), {"Chicago, note": "“The", "MLA": "“The", "APA": "(2026). The", "Harvard": "(2026) ‘"}),
    ],
)
def test_authors_as_each_style_lists_them(
    authors: tuple[Name, ...], beginnings: dict[str, str]
) -> None:
    styles = said(cited(authors=authors))
    for name, beginning in beginnings.items():
        assert styles[name].startswith(beginning), styles[name]


def test_titles_that_end_in_a_mark_and_hold_signs() -> None:
    styles = said(cited("Who <read> “it”?"))
    assert "“Who <read> ‘it’?” in Keeping" in styles["Chicago, note"]
    assert "“Who <read> ‘it’?” Keeping" in styles["MLA"]
    assert " Who <read> “it”? In Keeping" in styles["APA"]
    assert "<read>" not in "".join(x.html("") for x in page_styles(cited("Who <read> “it”?")))


def test_the_whole_course_and_what_has_no_year_or_address() -> None:
    assert said(cited(""))["Chicago, note"].startswith("The Rock Society, Keeping a Light (2026), ")
    timeless = Cited("", "Keeping a Light", BODY, "", "light")
    assert "(n.d.). Keeping a Light." in said(timeless)["APA"]
    for style in page_styles(cited()):
        shown = re.sub(r'<span class="cite-where" hidden>.*', "", style.html(""))
        assert "[day]" not in shown


def test_a_paragraph_of_a_text() -> None:
    styles = paragraph_styles("Ebba Thorne", "The Almanac", "1931", cited(""))
    assert [(s.name, plain(s.html("")), plain(s.inline)) for s in styles[:1]] == [
        (
            "Chicago, note",
            "Ebba Thorne, “The Almanac” (1931), par. {n}, numbered as in Keeping a Light (2026), "
            "accessed [day], .",
            "",
        )
    ]
    assert [plain(style.inline) for style in styles[1:]] == [
        "(Thorne, par. {n})",
        "(Thorne, 1931, para. {n})",
        "(Thorne, 1931, para. {n})",
    ]


def test_files_for_reference_managers_can_be_read() -> None:
    source = cited("Cod & <kelp>", (Name("The Rock Society"), *TWO))
    (entry,) = parse_string(bibtex(source, ADDRESS), "bibtex").entries.values()
    assert entry.type == "incollection"
    assert entry.fields["title"] == r"{Cod \& <kelp>}"
    assert entry.fields["url"] == ADDRESS
    people = [" ".join(p.last_names) for p in entry.persons["author"]]
    assert people == ["{The Rock Society}", "Lee", "Dyk"]
    rows = [line.split("  - ", 1) for line in ris(source, ADDRESS).split("\r\n")[:-1]]
    assert rows[0] == ["TY", "CHAP"] and rows[-1] == ["ER", ""]
    assert ["T2", "Keeping a Light"] in rows and ["UR", ADDRESS] in rows
    (item,) = json.loads(csl(source, ""))
    assert item["author"][0] == {"literal": "The Rock Society"} and "URL" not in item
    assert item["issued"] == {"date-parts": [[2026]]}


# ---- in a browser


def heard(page: Page, pattern: str) -> None:  # noqa: F811
    """Wait until a reader who listens has been told."""
    told = "[...document.querySelectorAll('output')].some(x => RegExp(words).test(x.textContent))"
    page.wait_for_function(f"words => {told}", arg=pattern)


def open_box(page: Page, address: str) -> None:  # noqa: F811
    page.goto(address)
    page.get_by_text("Download this page").locator("..").click()
    page.get_by_role("link", name="Cite this page").click()
    page.locator(".cite-copy").first.wait_for()


def test_a_page_is_cited_with_address_and_day(visit: Any, site: str) -> None:  # noqa: F811
    tab = visit()
    open_box(tab, f"{site}book/herring-year.html")
    year = str(tab.evaluate("new Date().getFullYear()"))
    for text in tab.locator(".citations dd").all_inner_texts():
        assert f"{site}book/herring-year.html" in text
        assert "[day]" not in text and text.count(year) >= 1
    assert tab.evaluate("document.activeElement.textContent") == "Cite this page"
    tab.locator(".cite-copy").first.press("Enter")
    heard(tab, "^Copied: The sourcebook founders, “The Herring Year,” in .*, accessed ")
    with tab.expect_download() as waiting:
        tab.get_by_role("link", name="BibTeX").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    (entry,) = parse_string(text, "bibtex").entries.values()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry.fields["urldate"])
    ris_file = unquote(tab.locator("[data-cite=ris]").get_attribute("href"))
    assert re.search(r"UR  - http.*\r\nY2  - \d{4}/\d\d/\d\d\r\nER  - ", ris_file)
    (item,) = json.loads(
        unquote(tab.locator("[data-cite=json]").get_attribute("href")).split(",", 1)[1]
    )
    assert item["URL"].endswith("herring-year.html") and item["accessed"]["date-parts"][0][0] > 2000


def test_a_paragraph_is_cited(visit: Any, site: str) -> None:  # noqa: F811
    tab = visit()
    tab.goto(f"{site}book/herring-year.html")
    tab.get_by_role("button", name="Cite ¶5").focus()
    tab.keyboard.press("Enter")
    box = tab.get_by_role("dialog", name="Cite ¶5")
    box.wait_for()
    assert (
        box.locator("dd")
        .first.inner_text()
        .startswith(f"Thorne, ¶5, {site}book/herring-year.html#p5")
    )
    assert "par. 5, numbered as in" in box.inner_text()
    box.get_by_role("button", name="Copy: Short").press("Enter")
    heard(tab, "^Copied: Thorne, ¶5, .*#p5$")
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.textContent") == "Cite ¶5"


def test_from_a_folder_no_address_is_made_up(page: Page, student: Path) -> None:  # noqa: F811
    open_box(page, (student / "html" / QUESTIONS).as_uri())
    text = page.locator(".citations").inner_text()
    assert "file:" not in text and "ccessed" not in text and "Retrieved" not in text
    assert "url" not in unquote(page.locator("[data-cite=bib]").get_attribute("href"))


def test_citations_are_there_without_scripts(browser: Browser, student: Path) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((student / "html" / QUESTIONS).as_uri())
    tab.get_by_text("Cite this page").last.click()
    assert "“Questions: The Herring Year.”" in tab.locator(".citations").inner_text()
    assert "[day]" not in tab.locator(".citations").inner_text()
    context.close()
