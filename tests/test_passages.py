"""``{passage}`` sets the source's paragraphs, ``{para}`` cites them."""

from __future__ import annotations

import pickle
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import LETTER, SAMPLE, House, MakeProject
from docutils import nodes
from sample_maps import paragraphs

PAGES = {
    "one.md": "# One\n\n:::{passage} 1-2\n:::\n\nSee {para}`2`, {para}`T1-T3` and {para}`1, T2`.\n",
    "two.md": "# Two\n\n:::{passage} T1-T3\n:::\n\nSee {para}`1`.\n",
}


def of_class(tree: nodes.Element, name: str) -> list[nodes.Element]:
    """Elements of a class."""
    return [n for n in tree.findall(nodes.Element) if name in n.get("classes", ())]


def test_guides_stand_in_place_of_the_text(project: MakeProject) -> None:
    built = project(PAGES)
    assert built.warnings == []
    (passage,) = of_class(built.doctree("one"), "passage")
    credit, first, second, where = passage.children
    assert credit.astext() == "Ebba Thorne, “The Almanac of Gannet Stack,” ¶1–2"
    assert first.astext().strip() == (
        "1 A woman takes over a light and starts a book. Look for “eleven years”."
    )
    assert second.astext().strip().startswith("2 How long the record runs")
    assert where.astext() == (
        "This edition does not carry the text. Treated as in copyright, for the tests. "
        "The library of Saltmere lends it."
    )
    assert "guide" in first["classes"]


def test_paragraphs_have_permanent_links(project: MakeProject) -> None:
    doctree = project(PAGES).doctree("two")
    holders = of_class(doctree, "source-paragraph")
    ids = [[id for n in holder.findall(nodes.Element) for id in n["ids"]] for holder in holders]
    assert ids == [["pT1"], ["pT2"], ["pT3"]]
    numbers = of_class(doctree, "paragraph-number")
    assert [(n.astext(), n[0]["refid"]) for n in numbers] == [
        ("T1", "pT1"), ("T2", "pT2"), ("T3", "pT3"),
    ]  # fmt: skip


def test_domain_knows_each_paragraphs_page(project: MakeProject) -> None:
    domain = project(PAGES).app.env.get_domain("source")
    assert domain.data["paragraphs"] == {
        "1": "one", "2": "one", "T1": "two", "T2": "two", "T3": "two",
    }  # fmt: skip
    assert ("T1", "¶T1", "paragraph", "two", "pT1", -1) in list(domain.get_objects())


def test_citations_lead_to_the_first_paragraph(project: MakeProject) -> None:
    built = project(PAGES, builder="html")
    links = [
        (link.astext(), link.get("refuri") or f"#{link.get('refid')}")
        for link in built.resolved("one").findall(nodes.reference)
        if "para" in link["classes"]
    ]
    assert links == [("¶2", "#p2"), ("¶T1–T3", "two.html#pT1"), ("¶1, T2", "#p1")]
    (link,) = [n for n in built.resolved("two").findall(nodes.reference) if "para" in n["classes"]]
    assert link["refuri"] == "one.html#p1"
    assert link["reftitle"] == "A woman takes over a light and starts a book."


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# P\n\nSee {para}`13`.\n", 3, "no chapter sets ¶13, which is cited here"),
        ("# P\n\n\nSee {para}`T1-T9`.\n", 4, "no chapter sets ¶T4–T9"),
        ("# P\n\nSee {para}`x`.\n", 3, "'x' names no paragraphs"),
        ("# P\n\nSee {para}`5-2`.\n", 3, "'5-2' names no paragraphs"),
        ("# P\n\nSee {para}` `.\n", 3, ""),
        ("# P\n\n:::{passage} 12-14\n:::\n", 3, "no source has paragraph 13, 14"),
        ("# P\n\n:::{passage} soon\n:::\n", 3, "'soon' names no paragraphs"),
        ("# P\n\n:::{passage}\n:::\n", 3, "1 argument"),
    ],
)
def test_unknown_paragraph(project: MakeProject, text: str, line: int, message: str) -> None:
    built = project({"page.md": text, "two.md": "# Two\n\n:::{passage} T1-T3\n:::\n"})
    warning = " ".join(built.warnings)
    assert warning.startswith(f"page.md:{line}: ")
    assert message in warning


def test_unset_paragraph_cannot_be_cited(project: MakeProject) -> None:
    """¶12 is in the map, but no page sets it: a link would lead nowhere."""
    built = project({"page.md": "# P\n\nSee {para}`12`.\n"}, builder="html")
    assert any(warning.startswith("page.md:3: WARNING") for warning in built.warnings)


def test_paragraph_set_twice(project: MakeProject) -> None:
    again = "# Again\n\n:::{passage} 2-3\n:::\n"
    (warning,) = project({**PAGES, "zwei.md": again}).warnings
    assert warning == "zwei.md:3: WARNING: ¶2 stands in one already: take it out here"


def test_same_number_in_two_texts_is_two_paragraphs(project: MakeProject) -> None:
    built = project({"page.md": "# P\n\n:::{passage} 1\n:::\n\n:::{passage} T1\n:::\n"})
    assert built.warnings == []


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.add(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.add(str(found["href"]))


def anchors(page: Path) -> _Anchors:
    """A page's ids and links."""
    parser = _Anchors()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


def test_pages_keep_the_numbers_as_anchors(student: Path) -> None:
    page = anchors(student / "html" / "book" / "visitors.html")
    assert {"p9", "p10", "p11", "p12", "pT1", "pT2", "pT3", "pT4"} <= page.ids
    assert {"#p9", "#pT4"} <= page.links
    assert "herring-year.html" in {link.split("#")[0] for link in page.links}


def test_pages_link_each_other_by_paragraph(student: Path) -> None:
    page = anchors(student / "html" / "exercises" / "visitors.html")
    assert "../book/visitors.html#p9" in page.links


def test_every_link_inside_the_course_leads_somewhere(student: Path) -> None:
    html = student / "html"
    pages = {path.resolve(): anchors(path) for path in html.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"\w+:|//", link) or "?" in link:
                continue
            name, _, anchor = link.partition("#")
            # The page for lost readers is shown at any address: its links begin at the root.
            start = html if name.startswith("/") else path.parent
            target = (start / name.lstrip("/")).resolve() if name else path
            assert target.exists(), f"{path.name}: {link}"
            if anchor and target in pages:
                assert anchor in pages[target].ids, f"{path.name}: {link}"


def test_class_copy_carries_the_files_words(class_copy: Path, house: House) -> None:
    doctrees = house.root / "_build" / ".cache" / "with-text" / "doctrees"
    tree = pickle.loads((doctrees / "book" / "visitors.doctree").read_bytes())
    found = [p.astext().partition(" ")[2] for p in of_class(tree, "source-paragraph")]
    # Quotes and apostrophes stay as the file has them.
    assert found == paragraphs(SAMPLE)[8:] + paragraphs(LETTER)
    assert not of_class(tree, "guide")
    assert not of_class(tree, "passage-where")
