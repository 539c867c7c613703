"""The site without a connection: kept by a browser after a first visit, and as one zip file."""

from __future__ import annotations

import json
import re
import shutil
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import House
from playwright.sync_api import Browser, Page
from test_browser import browser, page, site  # noqa: F401  (fixtures)

from sourcebook.archives import write_zip
from sourcebook.builds import Job, build
from sourcebook.cli import main
from sourcebook.offline import WORKER, site_files, write_worker


class Host:
    """A web host that can be stopped, and that knows what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, []
        asked: list[str] = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                super().do_GET()

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        handler = partial(Handler, directory=folder)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Go away; a browser that asks again is refused."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host(tmp_path: Path, student: Path) -> Iterator[Host]:
    """The course in a folder of a host, which has other folders, too."""
    shutil.copytree(student / "html", tmp_path / "host" / "course")
    host = Host(tmp_path / "host")
    yield host
    host.stop()


KEPT = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const cache = await caches.open("sourcebook " + new URL(registration.scope).pathname);
  return (await cache.keys()).map((request) => new URL(request.url).pathname);
}"""
REGISTERED = "async () => (await navigator.serviceWorker.getRegistrations()).length"


def until_registered(page: Page, number: int) -> None:  # noqa: F811
    """Wait until the browser has so many workers of this host."""
    for _ in range(100):
        if page.evaluate(REGISTERED) == number:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.evaluate(REGISTERED)} workers")


def visit(page: Page, address: str) -> list[str]:  # noqa: F811
    """A first visit, until the browser has kept what it keeps; what that is."""
    page.goto(address)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    found: list[str] = page.evaluate(KEPT)
    return found


def test_every_page_opens_when_the_host_is_gone(page: Page, host: Host) -> None:  # noqa: F811
    kept = visit(page, f"{host.address}/course/book/arrival.html")
    assert "/course/data-package.zip" not in kept
    host.stop()
    page.goto(f"{host.address}/course/exercises/herring-year-notebook.html")
    assert page.locator(".chart svg").is_visible()
    for address in ("/course/", "/course/book/herring-year"):
        page.goto(host.address + address)
        page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("Control+k")
    page.locator("#search-words").press_sequentially("almanac")
    page.locator(".search-results li").first.wait_for()


def test_what_was_not_kept_is_said_and_kept_when_opened(
    browser: Browser,  # noqa: F811
    host: Host,
) -> None:
    context = browser.new_context()
    page = context.new_page()  # noqa: F811
    visit(page, f"{host.address}/course/book/numbers.html")
    get = "async (name) => { const a = await fetch(name); return [a.status, await a.text()]; }"
    assert page.evaluate(get, "../data-package.zip")[0] == 200
    host.stop()
    assert page.evaluate(get, "../data-package.zip")[0] == 200
    status, said = page.evaluate(get, "../objects.inv")
    assert status == 503
    assert "objects.inv is kept once you have opened it" in said
    context.close()


def change(host: Host) -> None:
    """Put a new version of one page on the host."""
    path = host.folder / "course" / "book" / "arrival.html"
    path.write_text(path.read_text("utf-8").replace("<h1>", "<h1>Newly: "), "utf-8")
    write_worker(host.folder / "course")


def test_new_version_is_offered_and_takes_what_changed(
    page: Page,  # noqa: F811
    host: Host,
) -> None:
    address = f"{host.address}/course/book/arrival.html"
    visit(page, address)
    change(host)
    host.asked.clear()
    page.reload()
    bar = page.get_by_role("complementary", name="New version")
    assert "There is a new version" in bar.get_by_text("There is").inner_text()
    assert bar.get_by_role("status").count() == 1
    assert not page.get_by_role("heading", level=1).inner_text().startswith("Newly")
    assert [path for path in host.asked if WORKER not in path] == ["/course/book/arrival.html"]
    show = bar.get_by_role("button", name="Show it")
    show.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Newly")
    assert bar.count() == 0
    kept = page.evaluate(KEPT)
    assert len(kept) == len(set(kept)), "nothing of the old version is left"


def test_new_version_waits_for_a_reader_who_wants_it_later(
    page: Page,  # noqa: F811
    host: Host,
) -> None:
    address = f"{host.address}/course/book/arrival.html"
    visit(page, address)
    change(host)
    page.reload()
    bar = page.get_by_role("complementary", name="New version")
    bar.get_by_role("button", name="Later").click()
    assert bar.count() == 0
    page.reload()
    page.wait_for_timeout(500)
    assert bar.count() == 0
    assert not page.get_by_role("heading", level=1).inner_text().startswith("Newly")


def test_switched_off_it_leaves_nothing(page: Page, host: Host) -> None:  # noqa: F811
    address = f"{host.address}/course/book/arrival.html"
    visit(page, address)
    for path in (host.folder / "course").rglob("*.html"):
        text = re.sub(r"<script[^>]*offline\.js[^>]*></script>", "", path.read_text("utf-8"))
        path.write_text(text.replace("<h1>", "<h1>Newly: "), "utf-8")
    write_worker(host.folder / "course", on=False)
    page.reload()
    until_registered(page, 0)
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Newly")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate(REGISTERED) == 0


def test_two_courses_of_one_host_keep_out_of_each_others_way(
    page: Page,  # noqa: F811
    host: Host,
    class_copy: Path,
) -> None:
    shutil.copytree(class_copy / "html", host.folder / "class")
    words = "Three days later the herring fleet was lost."
    visit(page, f"{host.address}/course/book/herring-year.html")
    visit(page, f"{host.address}/class/book/herring-year.html")
    assert page.evaluate(REGISTERED) == 2
    write_worker(host.folder / "course", on=False)
    page.goto(f"{host.address}/course/book/herring-year.html")
    until_registered(page, 1)
    host.stop()
    page.goto(f"{host.address}/class/book/herring-year.html")
    assert words in page.inner_text("main")


def test_a_folder_asks_for_no_worker(page: Page, student: Path) -> None:  # noqa: F811
    page.goto(site(student, "arrival"))
    page.wait_for_timeout(300)
    assert page.locator(".new-version").count() == 0
    assert page.evaluate("navigator.serviceWorker?.controller ?? null") is None


def files_of(worker: Path) -> dict[str, dict[str, str]]:
    """The files that a service worker names."""
    (found,) = re.findall(r"^const FILES = (.*);$", worker.read_text("utf-8"), re.MULTILINE)
    return dict(json.loads(found))


def test_worker_names_every_file_of_the_finished_site(student: Path) -> None:
    html = student / "html"
    files = files_of(html / WORKER)
    assert files == site_files(html)
    there = {p.relative_to(html).as_posix() for p in html.rglob("*") if p.is_file()}
    assert {*files["kept"], *files["later"], WORKER} == there
    assert "data-package.zip" in files["later"]
    assert "data/sea-temperature.csv" in files["kept"]


def test_only_what_a_reader_needs_is_kept_at_once(tmp_path: Path) -> None:
    for name in ("a.html", "live/core.js", ".cache/b.html", "c.pdf", "d é.svg", WORKER):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    files = site_files(tmp_path)
    assert list(files["kept"]) == ["a.html", "d é.svg"]
    assert list(files["later"]) == ["c.pdf", "live/core.js"]
    (tmp_path / "a.html").write_text("other", encoding="utf-8")
    assert site_files(tmp_path)["kept"]["a.html"] != files["kept"]["a.html"]


def test_setting_switches_it_off(tiny: Path) -> None:
    build(Job(tiny, formats=("html",), quiet=True, offline=False))
    html = tiny / "_build" / "student" / "html"
    assert "unregister" in (html / WORKER).read_text(encoding="utf-8")
    assert "offline.js" not in (html / "book" / "arrival.html").read_text(encoding="utf-8")


def test_published_book_is_kept_when_it_is_opened(in_tiny: Path, tmp_path: Path) -> None:
    assert main(["publish", str(tmp_path / "site")]) == 0
    files = files_of(tmp_path / "site" / WORKER)
    assert "keeping-a-light.pdf" in files["later"]
    assert ".nojekyll" not in files["later"]


def test_zip_is_the_site_and_the_same_every_time(house: House, student: Path) -> None:
    first = build(Job(house.root, formats=("html", "pdf", "zip"), quiet=True)).outputs
    path = student / "keeping-a-light.zip"
    assert (first[0], first[-1]) == (student / "html" / "index.html", path)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = {name.removeprefix("keeping-a-light/") for name in archive.namelist()}
        assert archive.testzip() is None
    html = student / "html"
    assert names == {p.relative_to(html).as_posix() for p in html.rglob("*") if p.is_file()}
    assert write_zip(html, path).read_bytes() == data
    path.unlink()


def test_unpacked_zip_does_all_without_a_host(
    page: Page,  # noqa: F811
    student: Path,
    tmp_path: Path,
) -> None:
    path = write_zip(student / "html", tmp_path / "course on a stick.zip")
    shutil.unpack_archive(path, tmp_path / "stick é")
    root = tmp_path / "stick é" / "course on a stick"
    page.goto((root / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    page.keyboard.press("Control+k")
    page.locator("#search-words").press_sequentially("almanac")
    page.locator(".search-results li").first.wait_for()
    page.goto((root / "exercises" / "herring-year-notebook.html").as_uri())
    assert page.locator(".chart svg").is_visible()
    page.goto((root / "exercises" / "herring-year.html").as_uri())
    page.locator(".answer textarea").first.fill("My own words.")
    page.locator(".answer textarea").first.blur()
    page.reload()
    assert page.locator(".answer textarea").first.input_value() == "My own words."


def test_command_makes_a_zip(in_tiny: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "zip", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "packed   _build/student/keeping-a-light.zip" in said
    assert not list((in_tiny / "_build" / "student").glob("*.pdf"))
