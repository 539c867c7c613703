"""The light page: icons, the subset of styles, what is mended in a page. No Sphinx is needed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sourcebook.builds import Job, build
from sourcebook.web import menu
from sourcebook.web.icons import Icons
from sourcebook.web.sheet import site_sheet
from sourcebook.web.styles import (
    UnknownStyle,
    names_in_page,
    read,
    subset,
    without_unused,
    words_in_script,
    write,
)
from sourcebook.web.tidy import styles_in, tidy

SCRIPT = (
    'var a={"lamp":[448,512,["light"],"f0c9","M0 1z"]},'
    'b={lamp:[384,512,["light",8593],"f0c9","M2 3z"],"gull-wing":[10,20,[],"f1aa","M4 5z"]}'
)


@pytest.fixture
def icons() -> Icons:
    return Icons(SCRIPT)


def test_icons_become_drawings_of_the_solid_set(icons: Icons) -> None:
    page, unknown = icons.draw('<i class="fa-solid fa-lamp fa-lg" title="Lamp" data-x="1"></i>')
    assert page == (
        '<svg class="icon fa-lamp fa-lg" data-x="1" aria-hidden="true" focusable="false" '
        'viewBox="0 0 384 512"><path fill="currentColor" d="M2 3z"></path></svg>'
    )
    assert not unknown


def test_other_names_of_an_icon_and_unknown_ones(icons: Icons) -> None:
    page, unknown = icons.draw('<span class="fas fa-light"></span><i class="fas fa-kraken"></i>')
    assert "M2 3z" in page
    assert '<i class="fas fa-kraken"></i>' in page
    assert unknown == {"kraken"}


def test_real_theme_has_the_icons_of_our_templates() -> None:
    import pydata_sphinx_theme

    import sourcebook.web.bridge as bridge

    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
    script = bridge.theme_script([str(theme)])
    assert script is not None
    real = Icons(script.read_text(encoding="utf-8"))
    for template in sorted(bridge.TEMPLATES.rglob("*.html")):
        _, unknown = real.draw(
            template.read_text(encoding="utf-8").replace("{{ button.icon }}", "fa-font")
        )
        assert not unknown, template.name
    assert real.named("moon") != real.named("sun")


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".gull{a:b}", ".gull{a:b}"),
        (".kraken{a:b}", ""),
        ("#kraken .gull{a:b}", ""),
        ("table.gull{a:b}", ""),
        ("P.gull{a:b}", "P.gull{a:b}"),
        (".kraken,.gull>p{a:b}", ".gull>p{a:b}"),
        (".gull:not(.kraken){a:b}", ".gull:not(.kraken){a:b}"),
        (":is(.kraken,.gull){a:b}", ":is(.kraken,.gull){a:b}"),
        (".gull:hover::before{a:b}", ".gull:hover::before{a:b}"),
        ('html[data-theme="dark"] .gull{a:b}', 'html[data-theme="dark"] .gull{a:b}'),
        ("@media print{.kraken{a:b}}", ""),
        ("@media print{.kraken{a:b}.gull{a:b}}", "@media print{.gull{a:b}}"),
        ("/* words */ .gull { a : b ; c: d !important }", ".gull{a:b;c:d!important}"),
        ("@page{margin:1cm}", "@page{margin:1cm}"),
    ],
)
def test_only_rules_that_can_apply(css: str, kept: str) -> None:
    assert write(subset(read(css), {"html", "p", "gull"})) == kept


def test_unused_properties_motions_and_fonts_go() -> None:
    css = (
        ":root{--a:1;--b:var(--c);--c:2;--d:3}p{x:var(--a)}"
        "@keyframes turn{from{x:0}to{x:1}}@keyframes fall{from{x:0}to{x:1}}q{animation:turn 1s}"
        '@font-face{font-family:"Gannet";src:x}@font-face{font-family:"Kraken";src:y}r{font:Gannet}'
        '@font-face{font-family:"Sea Gull";src:z}'
    )
    left = write(without_unused(read(css), {"--d", "Sea Gull"}))
    assert ":root{--a:1;--d:3}" in left
    assert "turn" in left and "fall" not in left
    assert "Gannet" in left and "Sea Gull" in left and "Kraken" not in left


def test_what_is_not_understood_is_said() -> None:
    with pytest.raises(UnknownStyle):
        read(".gull{a:b}}}")


def test_names_of_pages_and_scripts() -> None:
    page = '<DIV class="a b" data-x="<p>" id=c><svg viewBox="0"><path d="M"/></svg></DIV>'
    assert {"div", "a", "svg", "path"} <= names_in_page(page)
    assert {"course-menu", "add"} <= words_in_script('x.classList.add("course-menu")')


def test_one_sheet(icons: Icons) -> None:
    sheets = {
        "styles/theme.css": (
            '@charset "x";@font-face{font-family:Signs;src:url(../vendor/signs.woff2)}'
            ':root{--sign:"\\f0c9"}p::after{content:var(--sign);font:900 1em Signs;color:red}'
            "html[data-theme=dark] p:not(.a,.b){color:white}p{background:url(ground.png)}"
        )
    }
    css = site_sheet(sheets, {"html", "p"}, {"--width"}, ["--width:3px"], icons)
    assert "vendor/signs.woff2" not in css and "--sign" not in css
    assert "mask:url(" in css and "color:red" in css
    assert 'url("styles/ground.png")' in css
    assert "@media (prefers-color-scheme:dark){html:not([data-theme]) p:not(.a,.b)" in css
    assert '[data-style="--width:3px"]{' in css
    assert css == site_sheet(sheets, {"p", "html"}, {"--width"}, ["--width:3px"], icons)


def test_a_page_is_mended(icons: Icons) -> None:
    page = (
        '<meta name="viewport" content="a" /><meta name="viewport" content="b" />'
        '<div id="pst-primary-sidebar" class="x"><a class="reference internal" href="#">'
        'Eggs</a><a class="reference internal" href="#">'
        "Herring &amp; <em>gulls</em></a><details><summary><i></i></summary></details></div>"
        '<svg style="--chart-width:3px"></svg><p>style="no tag"</p>'
        '<div role="doc-biblioentry"></div>'
    )
    mended, said = tidy(page, icons)
    assert said == []
    assert '<summary aria-label="Pages under Herring &amp; gulls">' in mended
    assert mended.count("viewport") == 1
    assert styles_in(mended) == {"--chart-width:3px"}
    assert '<p>style="no tag"</p>' in mended
    assert 'role="navigation" aria-label="Course"' in mended
    assert 'role="listitem"' in mended


def test_scripts_inside_tags_are_said(icons: Icons) -> None:
    _, said = tidy('<button class="a" onclick="print()">x</button><a data-on="x">y</a>', icons)
    assert len(said) == 1 and "onclick" in said[0]


def test_stock_theme_on_request(tiny: Path) -> None:
    """The theme as it is, with its own scripts, for those who ask for it."""
    config = tiny / "_config.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}    sourcebook_light: false\n", encoding="utf-8")
    built = build(Job(tiny, formats=("html",), quiet=True))
    assert built.warnings == ()
    html = tiny / "_build" / "student" / "html"
    page = (html / "book" / "arrival.html").read_text(encoding="utf-8")
    assert "pydata-sphinx-theme.js" in page and "site.css" not in page
    assert "furniture.js" not in page
    assert (html / "_static" / "scripts" / "fontawesome.js").is_file()


def test_setting_that_needs_the_theme_s_scripts_is_said(tiny: Path) -> None:
    config = tiny / "_config.yml"
    text = config.read_text(encoding="utf-8")
    asked = "html_theme_options:\n      announcement: https://example.org/news.html"
    config.write_text(text.replace("html_theme_options:", asked), encoding="utf-8")
    built = build(Job(tiny, formats=("html",), quiet=True))
    assert any("announcement in html_theme_options needs" in said for said in built.warnings)
    page = (tiny / "_build/student/html/book/arrival.html").read_text(encoding="utf-8")
    assert "pydata-sphinx-theme.js" in page


def test_second_build_gives_the_same_site(tiny: Path) -> None:
    html = tiny / "_build" / "student" / "html"
    seen = []
    for _ in range(2):
        build(Job(tiny, formats=("html",), quiet=True))
        files = sorted(path for path in html.rglob("*") if path.suffix in (".html", ".css"))
        seen.append({path: path.read_bytes() for path in files})
    assert seen[0] == seen[1]
    chapter = tiny / "book" / "arrival.md"
    chapter.write_text(
        chapter.read_text(encoding="utf-8").replace("reading: ", "reading: 9"), encoding="utf-8"
    )
    build(Job(tiny, formats=("html",), quiet=True))
    beside = (html / "book" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"prev-next-facts\">Source: ¶[^<]+reading 9\d", beside)


def test_styles_that_are_not_understood_stay_whole(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> str:
        raise UnknownStyle("a kraken")

    monkeypatch.setattr("sourcebook.web.light.site_sheet", fail)
    built = build(Job(tiny, formats=("html",), quiet=True))
    assert [said for said in built.warnings if "not understood (a kraken)" in said]
    static = tiny / "_build" / "student" / "html" / "_static"
    css = (static / "site.css").read_text(encoding="utf-8")
    imported = re.findall(r'@import "(.+)";', css)
    assert {"styles/pydata-sphinx-theme.css", "course.css"} <= set(imported)
    assert all((static / path).is_file() for path in imported)


def test_menu_is_what_the_theme_makes_for_each_page(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(Job(tiny, formats=["html"], quiet=True))
    site = tiny / "_build/student/html"
    ours = {path: path.read_bytes() for path in site.rglob("*.html")}
    asked = []
    monkeypatch.setattr(menu, "_made", lambda *ignored: asked.append(1))
    (tiny / "_build/student/html/index.html").unlink()
    shutil.rmtree(tiny / "_build/.cache/plain/student")
    build(Job(tiny, formats=["html"], quiet=True))
    assert asked, "the theme was asked for each page"
    assert [path for path in site.rglob("*.html") if path.read_bytes() != ours.get(path)] == []
    assert any(b'class="current nav bd-sidenav"' in page for page in ours.values())
    assert any(b"current active has-children" in page for page in ours.values())
