"""The one style sheet of a site, made of the theme's and the course's own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from html import unescape

from .icons import Icons
from .styles import Rule, read, selectors, subset, without_unused, write

_ADDRESS = re.compile(r"""url\((["']?)(?!data:|[a-z]+:|#|/)([^)"']+)\1\)""")
_GLYPH = re.compile(r"""["']([\ue000-\uf8ff])["']""")
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_MASK = {"width": "1em", "height": "1em", "display": "inline-block"}
_DARK = re.compile(r"""html\[data-theme=["']?dark["']?\]""")


def site_sheet(
    sheets: Mapping[str, str],
    names: Collection[str],
    words: Collection[str],
    styles: Iterable[str],
    icons: Icons,
) -> str:
    """The rules that apply where these names occur.

    ``sheets`` are style sheets by their path beside the result, ``words`` the properties and
    fonts that pages and scripts name, ``styles`` the style attributes that pages had.
    """
    named = frozenset(names), frozenset(words), frozenset(styles)
    return _made(tuple(sheets.items()), *named, icons)


@lru_cache(maxsize=2)  # A preview makes the same again and again.
def _made(
    sheets: tuple[tuple[str, str], ...],
    names: frozenset[str],
    words: frozenset[str],
    styles: frozenset[str],
    icons: Icons,
) -> str:
    rules: list[Rule] = []
    for path, css in sheets:
        rules += subset(read(_moved(css, posixpath.dirname(path))), names)
    rules += [_attribute(style) for style in sorted(styles)]
    rules += _dark_without_scripts(rules)
    rules = [rule for rule in _drawn(rules, icons) if not rule.head.startswith("@charset")]
    return '@charset "utf-8";\n' + write(without_unused(rules, words)) + "\n"


def whole_sheet(paths: Iterable[str], styles: Iterable[str]) -> str:
    """All rules of the sheets at these places, and of the style attributes that pages had."""
    imports = "".join(f'@import "{path}";\n' for path in paths)
    return imports + write(_attribute(style) for style in sorted(styles))


def _moved(css: str, folder: str) -> str:
    """A style sheet with addresses that hold from the place of the result."""

    def move(found: re.Match[str]) -> str:
        return f'url("{posixpath.normpath(posixpath.join(folder, found[2]))}")'

    return _ADDRESS.sub(move, css)


def _attribute(style: str) -> Rule:
    parts = [part.partition(":") for part in unescape(style).split(";") if ":" in part]
    pairs = [(name.strip(), value.strip()) for name, _, value in parts]
    return Rule(f'[data-style="{unescape(style)}"]', pairs)


def _dark_without_scripts(rules: Iterable[Rule]) -> list[Rule]:
    """The dark colors for readers without scripts, whose system is dark."""
    dark = []
    for rule in rules:
        heads = [head for head in selectors(rule.head) if _DARK.match(head)]
        if heads and rule.rules is None:
            plain = ",".join(_DARK.sub("html:not([data-theme])", head) for head in heads)
            dark.append(Rule(plain, rule.declarations))
    return [Rule("@media (prefers-color-scheme:dark)", rules=dark)] if dark else []


def _drawn(rules: list[Rule], icons: Icons) -> list[Rule]:
    """The rules with characters of the icon font as drawings, so that no font is loaded."""
    properties = {n: v for rule in rules for n, v in rule.declarations if n.startswith("--")}
    return [_draw(rule, properties, icons) for rule in rules]


def _draw(rule: Rule, properties: Mapping[str, str], icons: Icons) -> Rule:
    if rule.rules is not None:
        return Rule(rule.head, rules=[_draw(each, properties, icons) for each in rule.rules])
    content = dict(rule.declarations).get("content", "")
    for _ in range(5):
        content = _VARIABLE.sub(lambda found: properties.get(found[1], ""), content)
    found = _GLYPH.search(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), content))
    icon = icons.of_character(found[1]) if found else None
    if icon is None:
        return rule
    mask = f"{icon.address()} center/contain no-repeat"
    kept = [(n, v) for n, v in rule.declarations if n not in ("content", "font", "font-family")]
    drawn = [*_MASK.items(), ("content", '""'), ("background", "currentColor"), ("mask", mask)]
    return Rule(rule.head, [*drawn, *kept])
