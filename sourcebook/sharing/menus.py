"""The menu over a page in which the theme has its downloads."""

from __future__ import annotations

from typing import Any


def downloads(context: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The buttons of that menu, where a page has it."""
    groups = context.get("header_buttons") or ()
    return next((g["buttons"] for g in groups if g.get("label") == "download-buttons"), None)


def link(said: str, address: str, icon: str) -> dict[str, Any]:
    """A button that leads somewhere, as the theme has it."""
    return {"type": "link", "url": address, "text": said, "tooltip": said, "icon": icon}
