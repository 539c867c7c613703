"""Renders the site's pages: the theme's templates with ours before them, then mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from sphinx.jinja2glue import BuiltinTemplateLoader, SphinxFileSystemLoader
from sphinx.util import logging

from .icons import Icons, icons_of
from .tidy import tidy

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "templates"


def theme_script(dirs: list[str]) -> Path | None:
    """The theme's script that holds its icons."""
    paths = (Path(folder) / "static" / "scripts" / "fontawesome.js" for folder in dirs)
    return next((path for path in paths if path.is_file()), None)


class Bridge(BuiltinTemplateLoader):
    """Sphinx's own loader, for every builder; it does more where a page is to be light."""

    icons: Icons | None = None

    def init(self, builder: Any, theme: Any = None, dirs: list[str] | None = None) -> None:
        """Put our templates before the theme's, where the theme is the book theme."""
        super().init(builder, theme, dirs)
        if not builder.config.sourcebook_light or builder.name not in ("html", "dirhtml"):
            return
        script = theme_script(theme.get_theme_dirs()) if theme else None
        if theme is None or theme.name != "sphinx_book_theme" or script is None:
            return
        self._keep_compiled(Path(builder.doctreedir).parent / "templates")
        self.icons = icons_of(script.read_text(encoding="utf-8"))
        if not self.icons:
            self.icons = None
            logger.warning(
                f"no icons were found in {script.name}: the pages are written as the theme has "
                "them; set sourcebook_light to false if that is meant",
                type="sourcebook",
                subtype="theme",
            )
            return
        self.pathchain.insert(0, str(TEMPLATES))
        self.loaders.insert(0, SphinxFileSystemLoader(str(TEMPLATES)))
        # A name with an exclamation mark begins after our own and the configured folders.
        self.templatepathlen += 1

    def _keep_compiled(self, folder: Path) -> None:
        """Keep the templates as Jinja has translated them: that takes longer than one page."""
        folder.mkdir(exist_ok=True)
        self.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """A page, mended."""
        page = super().render(template, context)
        if self.icons is None or "light" not in context or "<html" not in page:
            return page
        page = self.mended(page, context.get("pagename"))
        for place, words in context["light"].lists.items():
            page = page.replace(place, words)
        return page

    def mended(self, page: str, name: str | None = None) -> str:
        """A page or a part of one without the theme's faults; says what is not understood."""
        page, problems = tidy(page, self.icons) if self.icons else (page, [])
        for problem in problems:
            logger.warning(
                f"{problem}: the theme has changed or a setting is not known here",
                type="sourcebook",
                subtype="theme",
                location=name,
            )
        return page


def bridge_of(builder: Any) -> Bridge | None:
    """The bridge of a build whose pages are light."""
    templates = getattr(builder, "templates", None)
    return templates if isinstance(templates, Bridge) and templates.icons is not None else None
