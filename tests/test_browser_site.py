"""The pages in a real browser: weight, accessibility, reading, under the strict policy we state."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from conftest import ROOT
from playwright.sync_api import Browser, Page
from test_browser import browser  # noqa: F401  (a fixture)

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (320, 360, 768, 1100, 1280, 1920)
PHONE = {"width": 360, "height": 740}
CHAPTER, NOTEBOOK = "book/herring-year.html", "exercises/herring-year-notebook.html"
QUESTIONS = "exercises/herring-year.html"


def stated_policy() -> str:
    """The content security policy that the page for builders states."""
    text = (ROOT / "book" / "authoring.md").read_text(encoding="utf-8")
    (policy,) = re.findall(r"^Content-Security-Policy: (.+)$", text, re.MULTILINE)
    return str(policy)


class Host(SimpleHTTPRequestHandler):
    """A web host that compresses as they do, and sends the policy."""

    policy = ""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Security-Policy", self.policy)
        if path.suffix in (".html", ".css", ".js", ".svg", ".json"):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(student: Path) -> Iterator[str]:
    """The address of the built site on a web host."""
    Host.policy = stated_policy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=student / "html"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def pages(student: Path) -> list[str]:
    """Every page of the site."""
    html = student / "html"
    found = sorted(path.relative_to(html).as_posix() for path in html.rglob("*.html"))
    return [name for name in found if name != "index.html"]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:  # noqa: F811
    """Opens a tab as some reader has it; an error in it, or a broken policy, fails the test."""
    contexts, errors = [], []

    def tab(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.message))
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        return page

    yield tab
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize(
    ("name", "most"), [(CHAPTER, 150_000), (QUESTIONS, 150_000), (NOTEBOOK, 210_000)]
)
def test_a_page_is_light_and_asks_no_other_host(
    visit: Any, site: str, name: str, most: int
) -> None:
    page = visit()
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(site + name)
    page.wait_for_load_state("networkidle")
    assert len(answers) <= 10
    assert all(answer.url.startswith(site) for answer in answers)
    assert all(answer.ok for answer in answers)
    weight = sum(
        sum(answer.request.sizes()[k] for k in ("responseBodySize", "responseHeadersSize"))
        for answer in answers
    )
    assert weight <= most


@pytest.mark.parametrize(
    "form",
    [{}, {"color_scheme": "dark"}, {"viewport": PHONE}],
    ids=["light", "dark", "phone"],
)
def test_no_violation_of_wcag(
    visit: Any, site: str, pages: list[str], form: dict[str, Any]
) -> None:
    page = visit(**form)
    found = {}
    for name in pages:
        page.goto(site + name)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)
        said = [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in result["violations"]]
        if said:
            found[name] = said
    assert found == {}


def test_no_page_scrolls_sideways(visit: Any, site: str, pages: list[str]) -> None:
    page = visit()
    wide = []
    for name in pages:
        page.goto(site + name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((name, width))
    assert wide == []


@pytest.mark.parametrize(("width", "size"), [(320, "150%"), (640, "200%"), (1280, "200%")])
def test_larger_text_reflows(visit: Any, site: str, width: int, size: str) -> None:
    page = visit(viewport={"width": width, "height": 800})
    for name in (CHAPTER, NOTEBOOK):
        page.goto(site + name)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name


def test_lines_have_60_to_75_characters(visit: Any, site: str) -> None:
    page = visit(viewport={"width": 1280, "height": 900})
    page.goto(site + CHAPTER)
    longest = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll("section > p:not([class])")].map((p) => {
          const brush = document.createElement("canvas").getContext("2d");
          const style = getComputedStyle(p);
          brush.font = `${style.fontSize} ${style.fontFamily}`;
          const letter = brush.measureText("the quick brown fox jumps over").width / 30;
          return p.getBoundingClientRect().width / letter;
        }))"""
    )
    assert 60 <= longest <= 75


def test_nothing_moves_while_a_page_loads(visit: Any, site: str) -> None:
    page = visit()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const e of list.getEntries())"
        " window.moved += e.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    for name in (CHAPTER, NOTEBOOK, "exercises/herring-year.html", "book/numbers.html"):
        page.goto(site + name)
        page.wait_for_timeout(200)
        assert page.evaluate("window.moved") < 0.01, name
    page.goto(site + CHAPTER)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.goto(site + "book/index.html")
    assert page.locator(".course-place a").is_visible()
    page.wait_for_timeout(200)
    assert page.evaluate("window.moved") < 0.01


def test_first_tab_skips_to_the_text(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + CHAPTER)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")


def test_every_stop_of_the_keyboard_can_be_seen(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + CHAPTER)
    for _ in range(40):
        page.keyboard.press("Tab")
        unseen = page.evaluate(
            """() => { const e = document.activeElement;
              if (e === document.body) return null;
              const boxes = [e, ...e.querySelectorAll("*")].map((x) => getComputedStyle(x));
              return boxes.some((s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 1)
                ? null : e.outerHTML.slice(0, 200); }"""
        )
        assert unseen is None


def test_targets_of_the_furniture_are_44_pixels(visit: Any, site: str) -> None:
    page = visit(viewport=PHONE, has_touch=True)
    page.goto(site + CHAPTER)
    page.locator(".primary-toggle").tap()
    small = page.evaluate(
        """() => [...document.querySelectorAll(`.bd-header-article .btn, dialog[open] a,
            dialog[open] .toctree-toggle, .prev-next-area a`)]
          .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
          .filter(([, b]) => b.width && (b.width < 44 || b.height < 44))
          .map(([text, b]) => `${text} ${b.width} ${b.height}`)"""
    )
    # The title of the course is a line of text, not a button.
    assert [each for each in small if not each.startswith("Keeping a Light")] == []


def test_drawer_of_chapters_by_keyboard(visit: Any, site: str) -> None:
    page = visit(viewport=PHONE)
    page.goto(site + CHAPTER)
    chapters = page.get_by_role("link", name="The Visitors", exact=True).first
    assert not chapters.is_visible()
    page.locator(".primary-toggle").press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.wait_for_function("document.activeElement.classList.contains('primary-toggle')")
    page.locator(".secondary-toggle").press(" ")
    page.locator("dialog[open] nav a").first.press("Enter")
    page.wait_for_url("**#*")
    page.get_by_role("dialog").wait_for(state="hidden")


def test_column_of_chapters_folds_on_a_wide_screen(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + CHAPTER)
    column = page.locator("#pst-primary-sidebar")
    assert column.is_visible()
    page.locator(".primary-toggle").click()
    column.wait_for(state="hidden")
    page.locator(".primary-toggle").click()
    column.wait_for(state="visible")


def test_menus_close_with_escape(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + CHAPTER)
    page.locator(".course-menu summary").first.press("Enter")
    entry = page.get_by_role("button", name="Print this page")
    assert entry.is_visible()
    page.evaluate("window.print = () => { document.title = 'printed' }")
    entry.press("Enter")
    assert page.title() == "printed"
    page.keyboard.press("Escape")
    assert not entry.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_colors_follow_the_system_and_the_reader(visit: Any, site: str) -> None:
    page = visit(color_scheme="dark")
    page.goto(site + CHAPTER)
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.emulate_media(color_scheme="light")
    page.locator("html[data-theme=light]").wait_for(state="attached")
    button = page.locator(".theme-switch-button")
    button.press("Enter")
    assert "dark" in button.inner_text()
    page.goto(site + NOTEBOOK)
    assert page.evaluate(theme) == "dark"


def test_index_of_search_loads_when_someone_searches(visit: Any, site: str) -> None:
    page = visit()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(site + CHAPTER)
    page.wait_for_load_state("networkidle")
    assert not any("search-index" in url for url in loaded)
    page.locator(".search-button-field").press(" ")
    page.get_by_role("dialog", name="Search").get_by_role("searchbox").fill("herring")
    page.get_by_role("dialog").get_by_role("link").first.wait_for()
    assert any("search-index" in url for url in loaded)


def test_type_is_as_the_reader_chose_it(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + CHAPTER)
    font = "getComputedStyle(document.querySelector('section > p:not([class])'))"
    before = page.evaluate(f"parseFloat({font}.fontSize)")
    page.locator(".course-reading summary").press("Enter")
    page.get_by_label("Very large").check()
    page.get_by_label("Wide").check()
    page.get_by_label("Plain sans").check()
    page.goto(site + NOTEBOOK)
    assert page.evaluate(f"parseFloat({font}.fontSize)") > 1.4 * before
    assert page.evaluate(f"{font}.letterSpacing") != "normal"
    assert "Verdana" in page.evaluate(f"{font}.fontFamily")
    page.locator(".course-reading summary").press("Enter")
    assert page.get_by_label("Very large").is_checked()
    page.locator("input[name=size][value='']").check()
    assert page.evaluate(f"parseFloat({font}.fontSize)") == before


def test_reading_goes_on_where_it_stopped(visit: Any, site: str) -> None:
    page = visit(viewport=PHONE)
    page.goto(site + "book/index.html")
    assert not page.locator(".course-place").is_visible()
    page.goto(site + CHAPTER)
    assert page.locator(".course-progress").count() == 1
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".course-progress[style*='scaleX(1)']").wait_for(state="attached")
    page.goto(site + "book/index.html")
    link = page.locator(".course-place a")
    assert "The Herring Year" in link.inner_text()
    link.click()
    page.wait_for_url(f"**/{CHAPTER}*")
    page.goto(site + "book/index.html")
    page.get_by_role("button", name="Forget").click()
    assert not page.locator(".course-place").is_visible()
    page.reload()
    assert not page.locator(".course-place").is_visible()


def test_address_of_the_site_leads_to_the_welcome_page(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + "index.html")
    page.wait_for_url("**/book/index.html")


def test_no_page_lets_the_browser_ask_for_an_icon(student: Path, pages: list[str]) -> None:
    for name in [*pages, "index.html"]:
        assert '<link rel="icon"' in (student / "html" / name).read_text(), name


def test_next_says_what_comes(visit: Any, site: str) -> None:
    page = visit()
    page.goto(site + "book/index.html")
    said = page.locator(".right-next").inner_text()
    assert re.search(r"Next\n.+\nSource: ¶.+ minutes", said)


def test_without_scripts_all_is_there(browser: Browser, site: str) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, color_scheme="dark")
    page = context.new_page()
    page.goto(site + CHAPTER)
    assert page.locator("#pst-primary-sidebar nav a").first.is_visible()
    assert not page.locator(".course-reading").is_visible()
    assert not page.locator(".theme-switch-button").is_visible()
    page.locator(".course-menu summary").first.click()
    background = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", background)[:3])) < 200
    context.close()


def test_print_has_no_furniture(visit: Any, site: str) -> None:
    page = visit(color_scheme="dark")
    page.goto(site + CHAPTER)
    page.emulate_media(media="print")
    furniture = (
        ".bd-header-article, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-footer, "
        ".course-progress, #pst-skip-link, .bd-footer-content"
    )
    assert page.locator(f":is({furniture}):visible").count() == 0
    assert page.locator("h1:visible").count() == 1
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_forced_colors_leave_icons_and_focus(visit: Any, site: str) -> None:
    page = visit(forced_colors="active", viewport=PHONE)
    page.goto(site + CHAPTER)
    icon = page.locator(".primary-toggle path")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert icon.evaluate("e => getComputedStyle(e).fill") != ground
