"""The few icons of the theme that a course shows, as small drawings in the page.

The theme carries a script of 1.5 MB that draws 2,000 icons in the reader's browser. It holds
every icon's outline, so the ones that occur are taken from it when the course is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

_OUTLINE = re.compile(
    r'"?(?P<name>[a-z][a-z0-9-]*)"?:\[(?P<width>\d+),(?P<height>\d+),'
    r'\[(?P<other>[^\]]*)\],"(?P<code>[0-9a-f]+)","(?P<path>[^"]+)"\]'
)
_TAG = re.compile(r'<(i|span)\s+class="(?P<classes>[^"]*\bfa-[^"]*)"(?P<rest>[^>]*)>\s*</\1>')
_FAMILY = re.compile(r"fa[srb]|fa-(?:solid|regular|brands)")
_SIZE = re.compile(r"(?:lg|fw|sm|xs|\d+x|spin|solid|regular|brands)")


@dataclass(frozen=True)
class Icon:
    """One outline."""

    width: int
    height: int
    path: str

    def drawing(self, classes: str = "", rest: str = "") -> str:
        """The icon inside a line of text, in its color; never spoken."""
        names = f"icon {classes}".strip()
        return (
            f'<svg class="{names}"{rest} aria-hidden="true" focusable="false" '
            f'viewBox="0 0 {self.width} {self.height}">'
            f'<path fill="currentColor" d="{self.path}"></path></svg>'
        )

    def address(self) -> str:
        """The icon as an address that a style sheet can use as a mask."""
        svg = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {self.width} {self.height}'>"
            f"<path d='{self.path}'/></svg>"
        )
        return f'url("data:image/svg+xml,{quote(svg, safe=" =:/")}")'.replace('"', "'")


class Icons:
    """The icons that a theme's script holds, by name and by character."""

    def __init__(self, script: str) -> None:
        self._named: dict[str, Icon] = {}
        self._coded: dict[str, Icon] = {}
        # The solid set stands last in the script: of two icons of one name it is the one kept.
        for found in _OUTLINE.finditer(script):
            icon = Icon(int(found["width"]), int(found["height"]), found["path"])
            others = re.findall(r'"([a-z][a-z0-9-]*)"', found["other"])
            for name in (found["name"], *others):
                self._named[name] = icon
            self._coded[chr(int(found["code"], 16))] = icon

    @classmethod
    def of_theme(cls, static: Path) -> Icons:
        """The icons in the theme's files as they were copied to the site."""
        return cls((static / "scripts" / "fontawesome.js").read_text(encoding="utf-8"))

    def __bool__(self) -> bool:
        return bool(self._named)

    def named(self, name: str) -> Icon | None:
        """The icon of a name such as ``bars``."""
        return self._named.get(name)

    def of_character(self, character: str) -> Icon | None:
        """The icon that the theme's icon font draws for a character."""
        return self._coded.get(character)

    def draw(self, page: str) -> tuple[str, set[str]]:
        """A page with its icons as drawings, and the names of icons that are not known."""
        unknown: set[str] = set()

        def replace(found: re.Match[str]) -> str:
            names = found["classes"].split()
            wanted = [n.removeprefix("fa-") for n in names if n.startswith("fa-")]
            wanted = [n for n in wanted if not _SIZE.fullmatch(n)]
            icon = self.named(wanted[0]) if wanted else None
            if icon is None:
                unknown.update(wanted or names)
                return found[0]
            kept = [n for n in names if not _FAMILY.fullmatch(n)]
            # A title inside a button would add to the button's name.
            rest = re.sub(r'\s*\btitle="[^"]*"', "", found["rest"]).rstrip()
            return icon.drawing(" ".join(kept), re.sub(r"\s+", " ", rest))

        return _TAG.sub(replace, page), unknown


@lru_cache(maxsize=2)
def icons_of(script: str) -> Icons:
    """The icons of a script, looked for once in a process."""
    return Icons(script)
