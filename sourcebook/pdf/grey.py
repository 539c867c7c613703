"""A drawing without color, for a printer that has none."""

from __future__ import annotations

import re

from tinycss2.color3 import parse_color

_PAINT = re.compile(
    r"""((?:fill|stroke|stop-color|flood-color|lighting-color|(?<=[\s"';{])color)"""
    r"""\s*[:=]\s*["']?\s*)([^;"'<>}]+)"""
)


def grey_svg(svg: str) -> str:
    """The drawing with every color as the grey that is as light."""
    return _PAINT.sub(lambda found: found[1] + _grey(found[2]), svg)


def _grey(color: str) -> str:
    parsed = parse_color(color.strip())
    # None, or a word that is no color: "none", "url(#gradient)", "currentColor".
    if parsed is None or isinstance(parsed, str):
        return color
    light = round(255 * (0.299 * parsed.red + 0.587 * parsed.green + 0.114 * parsed.blue))
    if parsed.alpha < 1:
        return f"rgba({light},{light},{light},{parsed.alpha:g})"
    return f"#{light:02x}{light:02x}{light:02x}"
