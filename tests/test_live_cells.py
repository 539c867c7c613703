"""Cells that run in a reader's browser: what they say, what they need, and what a reader sees."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARIES, CASES, ROOT, TINY, copy_tiny
from playwright.sync_api import Browser, Locator, Page
from test_browser import browser  # noqa: F401  (a fixture)
from test_browser_site import AXE, WCAG

from sourcebook import charts
from sourcebook.builds import Job, build
from sourcebook.chapters import read_chapter
from sourcebook.charts import amount, article, lines, show, year
from sourcebook.cli import main
from sourcebook.downloads import packed_notebook
from sourcebook.errors import BuildError
from sourcebook.live import kit
from sourcebook.live.cells import MOST, Cells
from sourcebook.live.kit import FOLDER, fetched, own_modules
from sourcebook.tables import read_table

Said = pytest.CaptureFixture[str]


class Told:
    """What a page would be told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.cells = Cells(lambda kind, content: self.heard.append((kind, content)))

    def run(self, source: str) -> list[tuple[str, str]]:
        """What a cell says."""
        self.heard.clear()
        self.cells.run(source, "<cell 1>")
        return list(self.heard)


@pytest.fixture
def notebook() -> Told:
    """A page with cells."""
    return Told()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", []),
        ("# nothing", []),
        ("a = 1", []),
        ("1 + 1", [("text", "2\n")]),
        ("None", []),
        ("print('a')\n'b'", [("text", "a\n"), ("text", "'b'\n")]),
        ("print('a', end='')", [("text", "a")]),
        ("import sys; print('x', file=sys.stderr)", [("text", "x\n")]),
        ("if True:\n    5", []),
    ],
)
def test_cell_says_what_a_notebook_would(
    notebook: Told, source: str, said: list[tuple[str, str]]
) -> None:
    assert notebook.run(source) == said


def test_cells_share_their_names(notebook: Told) -> None:
    notebook.run("def double(n):\n    return 2 * n\nfour = double(2)")
    assert notebook.run("double(four)") == [("text", "8\n")]


def test_error_is_its_last_line_and_the_readers_own_lines(notebook: Told) -> None:
    ((kind, content),) = notebook.run("def f():\n    return 1 / 0\nf()")
    said = json.loads(content)
    assert kind == "error"
    assert said["line"] == "ZeroDivisionError: division by zero"
    assert 'File "<cell 1>", line 3' in said["whole"]
    assert "return 1 / 0" in said["whole"]
    assert "cells.py" not in said["whole"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a = (", "SyntaxError: '(' was never closed (<cell 1>, line 1)"),
        ("raise SystemExit", "SystemExit"),
        ("missing", "NameError: name 'missing' is not defined"),
    ],
)
def test_every_error_is_said(notebook: Told, source: str, line: str) -> None:
    ((_, content),) = notebook.run(source)
    assert json.loads(content)["line"] == line
    assert "cells.py" not in json.loads(content)["whole"]


def test_check_advises_and_shows_no_traceback(notebook: Told) -> None:
    source = "from sourcebook.exercises import check\ncheck('a', ..., 'x', hint='Divide.')"
    assert notebook.run(source) == [("advice", "Not yet: a is still empty. Divide.")]
    notebook.run("from sourcebook.exercises import digest")
    assert notebook.run("check('a', 2, digest(2), hint='')") == [("text", "Right: a is 2.\n")]


def test_endless_output_ends(notebook: Told) -> None:
    said = notebook.run(f"for n in range({MOST}):\n    print('many words')")
    assert sum(len(content) for _, content in said) < MOST + 100
    assert said[-1][1].endswith("… and more, not shown\n")


def test_chart_without_its_words_is_no_drawing(notebook: Told) -> None:
    source = "import altair\naltair.Chart(altair.Data(values=[{'a': 1}])).mark_point()"
    assert notebook.run(source) == [("advice", "A chart is drawn with show(chart, rows, alt=…).")]


def test_chart_for_a_page_has_its_letters_and_its_ink(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read_table(TINY / "book" / "data" / "sea-temperature.csv")
    monkeypatch.setattr(charts, "ON_PAGE", True)
    drawn = show(
        lines(rows, year(), amount("degrees")) + article(1903, 7, "¶6"), rows, alt="Falls."
    )
    data = json.loads(drawn._repr_mimebundle_()[charts.MIME])
    assert data["svg"] == ""
    assert (data["alt"], data["header"][0], len(data["cells"])) == ("Falls.", "Year", len(rows))
    spec = json.dumps(data["spec"])
    assert charts.FONT not in spec and charts.INK not in spec
    assert "Course Sans" in spec and "currentColor" in spec


# ---- what is fetched and packed


def test_cells_import_nothing_that_is_not_packed(tmp_path: Path) -> None:
    for name, content in own_modules().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    names = [name.removesuffix(".py").replace("/", ".") for name in own_modules()]
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        + "".join(f"import {name.removesuffix('.__init__')}\n" for name in names)
        + "print({m.split('.')[0] for m in sys.modules} & {'sphinx', 'docutils', 'myst_nb'})"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def stamped(course: Path) -> Path:
    """The folder of what is fetched, with nothing in it but its versions."""
    folder = course / FOLDER
    folder.mkdir(parents=True)
    (folder / kit.STAMP).write_text(json.dumps(kit.wanted()), encoding="utf-8")
    return folder


def test_kit_of_other_versions_is_none(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetched(tiny / FOLDER) is None
    folder = stamped(tiny)
    assert fetched(folder) == folder
    monkeypatch.setitem(kit.WHEELS, "pyrsistent", "0.0.1")
    assert fetched(folder) is None


def test_missing_npm_is_said(in_tiny: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (in_tiny / FOLDER).mkdir(parents=True)
    (in_tiny / FOLDER / "kept").touch()
    assert main(["live", "fetch"]) == 2
    assert "npm is not there" in capsys.readouterr().err
    assert [p.name for p in (in_tiny / "_build").iterdir()] == ["live"], "nothing half done"
    assert (in_tiny / FOLDER / "kept").exists(), "what was there stays"


def test_failure_of_npm_is_said(in_tiny: Path, tmp_path: Path, capsys: Said,
                                monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(npm))
    assert main(["live", "fetch"]) == 2
    said = capsys.readouterr().err
    assert "pyodide could not be fetched: npm error code ENOTFOUND" in said
    assert "it needs the network, once" in said


def test_site_without_the_kit_has_no_buttons(student: Path) -> None:
    html = student / "html"
    assert not (html / "live").exists()
    pages = [path.read_text(encoding="utf-8") for path in html.rglob("*.html")]
    assert not [page for page in pages if "live-cells.js" in page]


def test_buttons_come_and_go_with_the_kit(tiny: Path) -> None:
    """With an overlay, too, whose pages are read from another folder."""
    html = tiny / "_build" / "student" / "html"
    page = html / "exercises" / "herring-year-notebook.html"
    stamped(tiny)
    for overlays in ((), (CASES / "own-overlay",)):
        build(Job(tiny, formats=("html",), quiet=True, overlays=overlays))
        assert "live-cells.js" in page.read_text(encoding="utf-8")
        assert "live-cells.js" not in (html / "book" / "arrival.html").read_text("utf-8")
        there = sorted(path.name for path in (html / "live").iterdir())
        assert there == ["course.zip", "live-worker.js"]
    shutil.rmtree(tiny / FOLDER)
    build(Job(tiny, formats=("html",), quiet=True))
    assert "live-cells.js" not in page.read_text(encoding="utf-8")
    assert not (html / "live").exists()


def test_asked_for_and_missing_is_a_warning(tiny: Path) -> None:
    config = tiny / "_config.yml"
    config.write_text(config.read_text("utf-8") + "    sourcebook_live: 'on'\n", "utf-8")
    (warning,) = build(Job(tiny, formats=("html",), quiet=True)).warnings
    assert "get it with: sourcebook live fetch" in warning


# ---- the notebook to take away


def test_notebook_is_taken_away_with_all_it_needs(student: Path, tmp_path: Path) -> None:
    page = (student / "html" / "exercises" / "herring-year-notebook.html").read_text("utf-8")
    assert 'href="../notebooks/herring-year-notebook.zip" download' in page
    shutil.unpack_archive(student / "html" / "notebooks" / "herring-year-notebook.zip", tmp_path)
    notebook = json.loads((tmp_path / "herring-year-notebook.ipynb").read_text("utf-8"))
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    script = "\n".join([*code, "import sourcebook; print(sourcebook.__file__)"])
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True,
                          text=True)  # fmt: skip
    assert done.stdout == f"4 means\n{tmp_path / 'sourcebook' / '__init__.py'}\n", done.stderr
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert not [word for word in CANARIES.values() if word.encode() in everything]


def test_notebook_file_is_the_same_every_time(tiny: Path) -> None:
    chapter = read_chapter(tiny, "exercises/herring-year-notebook")
    assert packed_notebook(tiny, chapter) == packed_notebook(tiny, chapter)


def test_launch_links_are_what_the_course_says(tiny: Path) -> None:
    config = tiny / "_config.yml"
    given = config.read_text("utf-8")
    launch = "    sourcebook_launch: {Our Hub: 'https://hub.example/?a=1&file={notebook}.ipynb'}\n"
    config.write_text(given + launch, "utf-8")
    assert build(Job(tiny, formats=("html",), quiet=True)).warnings == ()
    html = tiny / "_build" / "student" / "html" / "exercises"
    page = (html / "herring-year-notebook.html").read_text("utf-8")
    address = "https://hub.example/?a=1&amp;file=herring-year-notebook.ipynb"
    assert f'<a href="{address}">Open it in Our Hub</a>' in page
    assert "hub.example" not in (html / "herring-year.html").read_text("utf-8")
    config.write_text(given + "    sourcebook_launch: {Hub: 'https://hub.example/'}\n", "utf-8")
    with pytest.raises(BuildError, match="Hub names no notebook"):
        build(Job(tiny, formats=("html",), quiet=True))


# ---- in a browser


class Host(SimpleHTTPRequestHandler):
    """A web host with the policy that the page for builders states for pages with cells."""

    policy = ""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course's site with Run buttons, and an exercise."""
    kit_there = fetched(ROOT / FOLDER)
    if kit_there is None:
        pytest.skip("needs what cells run on: sourcebook live fetch")
    root = copy_tiny(tmp_path_factory.mktemp("live") / "course")
    shutil.copytree(kit_there, root / FOLDER)
    path = root / "exercises" / "herring-year-notebook.md"
    with path.open("a", encoding="utf-8") as page:
        page.write(
            "\n```{code-cell} python3\n:tags: [exercise]\nfall = ...\n```\n"
            "\n```{code-cell} python3\n:tags: [solution]\nfall = 1\n```\n"
            "\n```{code-cell} python3\n:tags: [check]\n"
            "from sourcebook.exercises import check, digest\n"
            "check('fall', fall, digest(1), hint='Take the last from the first.')\n```\n"
            "\n```{code-cell} python3\nprint(len(landing) + 38)\n```\n"
        )
    assert build(Job(root, formats=("html",), quiet=True)).warnings == ()
    return root / "_build" / "student"


@pytest.fixture
def host(live: Path) -> Iterator[ThreadingHTTPServer]:
    """A web host that has the site."""
    text = (ROOT / "book" / "authoring.md").read_text(encoding="utf-8")
    (policy,) = re.findall(r"^Content-Security-Policy: (.+)$", text, re.MULTILINE)
    (word,) = re.findall(r"add `('wasm-unsafe-eval')` to `script-src`", text)
    Host.policy = policy.replace("script-src 'self'", f"script-src 'self' {word}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=live / "html"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def notebook_page(browser: Browser, host: ThreadingHTTPServer) -> Iterator[Page]:  # noqa: F811
    """The notebook's page on a web host; an error in a script, or a broken policy, fails."""
    context = browser.new_context()
    page, errors = context.new_page(), []
    page.set_default_timeout(120_000)
    page.on("pageerror", lambda error: errors.append(error.message))
    page.on("console", lambda said: said.type == "error" and errors.append(said.text))
    page.goto(f"http://127.0.0.1:{host.server_port}/exercises/herring-year-notebook.html")
    yield page
    context.close()
    assert errors == []


def said(page: Page, number: int, words: str) -> Locator:
    """Wait until the line beside a cell says this."""
    line = page.locator(".cell", has=page.get_by_role("button", name=f"cell {number}")).locator(
        ".live-said", has_text=re.compile(words)
    )
    line.wait_for(state="attached")
    return line


def test_nothing_is_loaded_before_run_is_pressed(notebook_page: Page) -> None:
    asked: list[str] = []
    notebook_page.on("request", lambda request: asked.append(request.url))
    notebook_page.reload()
    notebook_page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/live/" in url]


def output(page: Page, number: int) -> Locator:
    """What a cell said when the reader ran it."""
    return page.get_by_role("group", name=f"Your output of cell {number}")


def button(page: Page, name: str) -> Locator:
    """A button of a cell, by its whole name."""
    return page.get_by_role("button", name=name, exact=True)


def test_reader_runs_changes_fails_stops_and_resets(notebook_page: Page) -> None:
    """One way through a page: loading Python is dear."""
    chart_runs_what_it_needs_first(notebook_page)
    check_advises_and_holds_up_nothing(notebook_page)
    code_is_changed_and_kept(notebook_page)
    endless_loop_is_stopped_and_reset(notebook_page)


def chart_runs_what_it_needs_first(page: Page) -> None:
    """By keyboard; the drawing is the page's own, and has its words and its table."""
    button(page, "Run cell 2").focus()
    page.keyboard.press("Enter")
    said(page, 2, "^Done in")
    assert said(page, 1, "a later cell needs it").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Run cell 2"
    drawing = output(page, 2).locator("svg[role=graphics-document]")
    words = "The mean falls from 8.25 degrees in 1894 to 7.25 in 1903."
    assert drawing.get_attribute("aria-label") == words
    static = page.locator(".cell_output svg").first
    assert drawing.locator("text").all_text_contents() == static.locator("text").all_text_contents()
    assert static.is_hidden()
    output(page, 2).get_by_text("The data:").click()
    assert output(page, 2).get_by_role("row").count() == 5
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)["violations"] == []


def check_advises_and_holds_up_nothing(page: Page) -> None:
    """A check that is not answered yet, then one that is."""
    button(page, "Run cell 5").click()
    said(page, 5, "^Done in")
    assert output(page, 5).inner_text().strip() == "42"
    assert output(page, 4).count() == 0
    button(page, "Run cell 4").click()
    said(page, 4, "Not yet: fall is still empty. Take the last from the first.")
    box = page.get_by_role("textbox", name="Code of cell 3")
    box.fill("fall = 1")
    box.press("Control+Enter")
    said(page, 3, "^Done in")
    button(page, "Run cell 4").click()
    said(page, 4, "^Done in")
    assert "Right: fall is 1." in output(page, 4).inner_text()


def code_is_changed_and_kept(page: Page) -> None:
    """Tab indents; Escape and Tab lead out; an error is said; what was written stays."""
    button(page, "Change cell 1").click()
    box = page.get_by_role("textbox", name="Code of cell 1")
    box.fill("if True:\n")
    box.press("Tab")
    page.keyboard.type("print(1 / 0)")
    assert box.input_value() == "if True:\n    print(1 / 0)"
    box.press("Escape")
    box.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run cell 1"
    page.keyboard.press("Enter")
    said(page, 1, "Stopped by an error: ZeroDivisionError: division by zero")
    page.get_by_text("The whole message").click()
    assert 'File "<cell 1>", line 2' in output(page, 1).inner_text()
    button(page, "Run cell 2").click()
    said(page, 2, "Not run: cell 1, which comes before, stopped")
    page.reload()
    assert box.input_value() == "if True:\n    print(1 / 0)"


def endless_loop_is_stopped_and_reset(page: Page) -> None:
    """The page answers while a cell runs; the page's own code comes back."""
    box = page.get_by_role("textbox", name="Code of cell 1")
    box.fill("while True:\n    pass")
    button(page, "Run cell 1").click()
    said(page, 1, "^Running")
    button(page, "Stop cell 1").click()
    said(page, 1, "^Stopped. ")
    button(page, "Reset cell 1").click()
    assert box.count() == 0
    name = "exercises/herring-year-notebook.html 3"
    kept = json.loads(page.evaluate("localStorage.getItem('sourcebook-cells')"))
    assert kept == {name: {"given": "fall = ...", "text": "fall = 1"}}
    button(page, "Run cell 1").click()
    said(page, 1, "^Done in")
    assert output(page, 1).inner_text().strip() == "4 means"


def test_cell_runs_without_a_connection_where_it_has_run(
    notebook_page: Page, host: ThreadingHTTPServer
) -> None:
    page = notebook_page
    page.evaluate(
        "new Promise((done) => navigator.serviceWorker.controller ? done()"
        " : navigator.serviceWorker.addEventListener('controllerchange', done))"
    )
    for visit in range(2):
        button(page, "Run cell 2").click()
        said(page, 2, "^Done in")
        assert output(page, 2).locator("svg[role=graphics-document]").is_visible()
        if visit == 0:
            host.shutdown()
            host.server_close()
            page.reload()


def test_folder_says_why_it_cannot(browser: Browser, live: Path) -> None:  # noqa: F811
    page = browser.new_page()
    page.goto((live / "html" / "exercises" / "herring-year-notebook.html").as_uri())
    button(page, "Run cell 1").click()
    assert said(page, 1, "runs on a page from a web server").is_visible()
    page.close()


def test_nothing_of_the_teachers_is_packed(live: Path, capsys: Said,
                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    for path in (live / "html" / "live").glob("*.zip"):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            text = b"".join(map(archive.read, archive.namelist()))
        assert not [word for word in CANARIES.values() if word.encode() in text]
    monkeypatch.chdir(live.parent.parent)
    assert main(["check", "--leaks", str(live)]) == 0
    assert "no leak" in capsys.readouterr().out


def test_worker_keeps_python_only_when_it_is_asked_for(live: Path) -> None:
    text = (live / "html" / "sw.js").read_text(encoding="utf-8")
    (found,) = re.findall(r"^const FILES = (.*);$", text, re.MULTILINE)
    files = json.loads(found)
    assert not [name for name in files["kept"] if name.startswith("live/")]
    assert "live/pyodide.asm.wasm" in files["later"]
