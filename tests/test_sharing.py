"""What pages tell those who have not opened them: tags, linked data, cards, files at the root."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import CANARIES, House

from sourcebook.builds import Job, build
from sourcebook.errors import SourcebookError
from sourcebook.sharing.cards import HEAVIEST, HEIGHT, WIDTH, Card, draw, kept
from sourcebook.sharing.record import Name, read_record
from sourcebook.sharing.saying import LONGEST, shorten

ADDRESS = "https://example.org/light"
CHAPTER, QUESTIONS = "book/herring-year", "exercises/herring-year"


class Head(HTMLParser):
    """The tags in a page's head, and its linked data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.data: dict[str, Any] = {}
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "meta" and "content" in said:
            self.tags[said.get("name") or said.get("property") or ""] = said["content"]
        elif tag == "link" and "rel" in said:
            self.links[said["rel"]] = said.get("href", "")
        self._inside = said.get("type") == "application/ld+json"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.data = json.loads(data)


def head(html: Path, page: str) -> Head:
    return Head((html / f"{page}.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hosted(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The student's website of a course that says its address, and who wrote it."""
    root = house.root
    settings = (root / "_config.yml").read_text(encoding="utf-8")
    told = settings.replace("navbar: false\n", f'navbar: false\n  baseurl: "{ADDRESS}"\n', 1)
    told += "    sourcebook_level: for keepers\n"
    (root / "_config.yml").write_text(told, encoding="utf-8")
    (root / "CITATION.cff").write_text(
        "authors:\n- {family-names: Lee, given-names: Ann}\n- name: The Rock Society\n"
        "license: [MIT, CC-BY-SA-4.0]\nversion: 1.2\ndate-released: 2026-11-22\n",
        encoding="utf-8",
    )
    out = tmp_path_factory.mktemp("hosted")
    try:
        assert build(Job(root, formats=("html",), out=out, quiet=True)).warnings == ()
    finally:
        (root / "_config.yml").write_text(settings, encoding="utf-8")
        (root / "CITATION.cff").unlink()
    return out / "student" / "html"


def test_tags_of_a_page(hosted: Path) -> None:
    page = head(hosted, CHAPTER)
    tags = page.tags
    assert tags["description"] == tags["og:description"]
    assert tags["description"].startswith("What do the numbers count? How one entry of an")
    assert tags["og:title"] == tags["citation_title"] == "The Herring Year"
    assert tags["og:type"] == "article" and tags["twitter:card"] == "summary_large_image"
    assert page.links["canonical"] == tags["og:url"] == f"{ADDRESS}/{CHAPTER}.html"
    assert tags["og:image"] == f"{ADDRESS}/cards/herring-year.png"
    assert "1872–73" in tags["og:image:alt"]
    assert head(hosted, "index").links["canonical"] == f"{ADDRESS}/book/index.html"
    # A chapter's questions are shared with its picture.
    assert head(hosted, QUESTIONS).tags["og:image"] == tags["og:image"]
    assert head(hosted, "book/glossary").tags["og:image"] == f"{ADDRESS}/cards/course.png"


def test_linked_data_of_the_course(hosted: Path) -> None:
    data = head(hosted, "book/index").data
    assert data["@context"] == "https://schema.org" and data["@type"] == "Course"
    for key in ("name", "description", "inLanguage", "url"):
        assert data[key] and isinstance(data[key], str)
    assert data["provider"] == {
        "@type": "Person",
        "name": "Ann Lee",
        "givenName": "Ann",
        "familyName": "Lee",
    }
    assert data["author"][1] == {"@type": "Organization", "name": "The Rock Society"}
    assert data["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert data["educationalLevel"] == "for keepers" and data["datePublished"] == "2026-11-22"
    assert [part["position"] for part in data["hasPart"]] == [1, 2, 3]
    assert data["isBasedOn"][0]["name"] == "The Almanac of Gannet Stack"


def test_linked_data_of_the_pages(hosted: Path) -> None:
    chapter = head(hosted, CHAPTER).data
    assert chapter["@type"] == "LearningResource"
    assert chapter["teaches"][0] == "Explain why one entry became a quarrel."
    assert chapter["timeRequired"] == "PT30M" and chapter["temporalCoverage"] == "1872/1873"
    assert chapter["isPartOf"]["@type"] == "Course"
    assert chapter["isPartOf"]["@id"] == head(hosted, "book/index").data["@id"]
    questions = head(hosted, QUESTIONS).data
    assert questions["assesses"] == chapter["teaches"] and "teaches" not in questions
    assert questions["isPartOf"]["@id"] == chapter["@id"]
    notebook = head(hosted, f"{QUESTIONS}-notebook").data
    assert notebook["learningResourceType"] == "computational notebook"
    positions = [page["position"] for page in (chapter, questions, notebook)]
    assert positions == sorted(set(positions))
    assert all(page["inLanguage"] == "en" for page in (chapter, questions, notebook))


def test_site_map_and_robots_name_every_page_once(hosted: Path) -> None:
    root = ET.parse(hosted / "sitemap.xml").getroot()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}urlset"
    assert all([part.tag for part in url] == [f"{space}loc"] for url in root)
    named = [str(url[0].text) for url in root]
    assert len(named) == len(set(named))
    assert all((hosted / name.removeprefix(f"{ADDRESS}/")).is_file() for name in named)
    pages = {path.relative_to(hosted).as_posix() for path in hosted.glob("[be]*/*.html")}
    assert {name.removeprefix(f"{ADDRESS}/") for name in named} == pages
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (hosted / "robots.txt").read_text()


def test_page_for_addresses_that_lead_nowhere(hosted: Path, student: Path) -> None:
    for site, root in ((hosted, "/light/"), (student / "html", "/")):
        page = (site / "404.html").read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="([^"]+)"', page)
        assert len(links) > 8
        for link in links:
            assert link == "data:," or link.startswith(root), link
            assert link == "data:," or (site / link.removeprefix(root).partition("?")[0]).is_file()


def test_guide_for_language_models(hosted: Path) -> None:
    lines = (hosted / "llms.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Keeping a Light") and lines[2].startswith("> ")
    rows = [re.fullmatch(r"- \[(.+?)\]\((\S+)\)(: .+)?", x) for x in lines if x.startswith("- ")]
    assert len(rows) > 8 and all(rows)
    assert all(row and row[2].startswith(f"{ADDRESS}/") for row in rows)
    assert "## The Two Counts" in lines


def test_nothing_is_invented_where_no_address_is_known(student: Path) -> None:
    html = student / "html"
    assert not (html / "sitemap.xml").exists() and not (html / "robots.txt").exists()
    page = head(html, CHAPTER)
    assert "canonical" not in page.links and "og:url" not in page.tags
    assert page.tags["og:image"] == "../cards/herring-year.png"
    assert "http" not in json.dumps(page.data).replace("https://schema.org", "")
    assert (html / "book" / page.tags["og:image"]).is_file()


def test_only_the_open_edition_is_to_be_found(teacher: Path, class_copy: Path) -> None:
    for edition in (teacher, class_copy):
        page = head(edition / "html", CHAPTER)
        assert page.tags["robots"] == "noindex"
        assert not page.data and "og:title" not in page.tags
        for name in ("llms.txt", "sitemap.xml", "robots.txt"):
            assert not (edition / "html" / name).exists()
        assert not list((edition / "html" / "cards").glob("*"))


def test_nothing_of_the_source_or_the_teachers_is_told(hosted: Path) -> None:
    told = (hosted / "llms.txt").read_text(encoding="utf-8")
    for path in hosted.glob("[be]*/*.html"):
        page = Head(path.read_text(encoding="utf-8"))
        told += json.dumps([page.tags, page.data], ensure_ascii=False)
    assert not [word for word in CANARIES.values() if word in told]
    assert "Look for" not in told


# ---- cards


@pytest.mark.parametrize("title", ["Cod", "The testament of a keeper who wrote " * 4, "Źdźbło"])
def test_a_card_is_a_picture_of_fitting_size_and_weight(title: str) -> None:
    card = Card(title, "Keeping a Light", "1887–96", "The almanac " * 9, "en", (1887, 1896))
    png = draw(card)
    assert png.startswith(b"\x89PNG") and struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
    assert len(png) <= HEAVIEST
    assert png == draw(card)


def test_a_card_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept(Card("Cod"), tmp_path)
    monkeypatch.setattr("sourcebook.sharing.cards.draw", lambda card: pytest.fail("drawn again"))
    assert kept(Card("Cod"), tmp_path) == first
    with pytest.raises(pytest.fail.Exception):
        kept(Card("Kelp"), tmp_path)


# ---- words


def test_a_description_is_whole_sentences_without_works_cited() -> None:
    text = "In St. Petersburg they met (Pell 1896). It was “cold.” " + "So it went on and on " * 12
    assert shorten(text) == "In St. Petersburg they met. It was “cold.”"
    long = shorten("herring and cod, " * 30)
    assert long.endswith("herring and …") and len(long) <= LONGEST + 2
    assert shorten("It rose (November 7, 1917) (¶3).") == "It rose (November 7, 1917)."
    assert shorten("") == ""


def settings(**changes: Any) -> Any:
    known = {
        "author": "unknown",
        "copyright": "",
        "html_title": "Light",
        "project": "",
        "language": "pt_BR",
        "html_baseurl": "",
        "sourcebook_level": "",
    }
    return SimpleNamespace(**(known | changes))


def test_a_course_without_a_citation_file(tmp_path: Path) -> None:
    record = read_record(tmp_path, settings(author="Ann Lee and others", copyright="2019–2026"))
    assert record.authors == (Name("Ann Lee and others"),) and record.year == "2019"
    assert record.language == "pt-BR" and record.license_address == ""
    bare = read_record(tmp_path, settings())
    assert bare.authors == () and bare.year == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a list\n", "CITATION.cff:1: the citation file is no list of keys"),
        ("title: Light\nauthors: [Ann]\n", "CITATION.cff:2: an author in the citation file has"),
        ("authors: [{given-names: Ann}]\n", "has no name"),
        ("title: [\n", "this is not YAML"),
    ],
)
def test_a_wrong_citation_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "CITATION.cff").write_text(text, encoding="utf-8")
    with pytest.raises(SourcebookError) as raised:
        read_record(tmp_path, settings())
    assert said in str(raised.value)


# ---- paper


def test_pages_lead_to_their_chapter_on_paper(student: Path) -> None:
    html = student / "html"
    for page in (CHAPTER, QUESTIONS, f"{QUESTIONS}-notebook"):
        text = (html / f"{page}.html").read_text(encoding="utf-8")
        (link,) = re.findall(r'href="([^"]+\.pdf)">.*?This chapter as PDF', text)
        assert (html / page).parent.joinpath(link).resolve().is_file()
        assert "Print this page" in text
    text = (html / "book" / "glossary.html").read_text(encoding="utf-8")
    assert "This chapter as PDF" not in text and "../keeping-a-light.pdf" in text
    assert (html / "keeping-a-light.pdf").read_bytes() == (
        student / "keeping-a-light.pdf"
    ).read_bytes()


def test_a_chapters_pdf_holds_the_chapter_alone_and_nothing_of_teachers(student: Path) -> None:
    from pypdf import PdfReader

    path = student / "html" / "pdf" / "keeping-a-light-herring-year.pdf"
    reader = PdfReader(path)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "The Herring Year" in text and "The Red Curve" in text
    assert "A keeper came to the rock" not in text
    assert not [word for word in CANARIES.values() if word in text]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_website_alone_has_no_link_to_what_is_not_there(hosted: Path) -> None:
    assert not list(hosted.rglob("*.pdf"))
    assert '.pdf"' not in (hosted / f"{CHAPTER}.html").read_text(encoding="utf-8")
