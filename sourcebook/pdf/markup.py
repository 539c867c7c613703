"""How words and names are written so that Typst prints them and never obeys them."""

from __future__ import annotations

import re

# Every ASCII character that means something in Typst markup, anywhere or at a line's start.
# "(", ";", "." and "[" are here because they would bind to a function call just before them.
_SPECIAL = re.compile(r"([\\#$@*_~<>`\"'/\[\]=+\-.;({}])")
# Typst ends a line, and two lines a paragraph, at any of these. NBSP is not one of them.
_SPACE = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_URL = re.compile(r"https?://\S+")
# A line may break after these, and in what no reader reads as a word.
_BREAKS = re.compile(r"(//|[/.\-_?&=#+%~]|\w{16})(?!/)")


def escape(text: str) -> str:
    """Text as it stands in the book: no character of it is mark-up."""
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", _CONTROL.sub("", text)))


def literal(text: str) -> str:
    """A Typst string: for labels, file names, addresses and code."""
    quoted = _CONTROL.sub("", text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + quoted.replace("\r", "").replace("\n", "\\n").replace("\t", "\\t") + '"'


def address(url: str) -> str:
    """A web address with places where a line may break, as readers expect to see it."""
    shown = url.removeprefix("mailto:")
    return escape(_BREAKS.sub("\\1\u200b", shown))


def break_urls(text: str) -> str:
    """Text in which web addresses may break at a line's end."""
    return _URL.sub(lambda found: _BREAKS.sub("\\1\u200b", found[0]), text)


def call(name: str, *arguments: str, body: str | None = None, **named: str) -> str:
    """A call of a template function; ``;`` ends it, so that no text can bind to it."""
    parts = [*arguments, *(f"{key.replace('_', '-')}: {value}" for key, value in named.items())]
    inner = f"({', '.join(parts)})" if parts or body is None else ""
    return f"#{name}{inner}" + (f"[{body}]" if body is not None else "") + ";"


def array(items: list[str]) -> str:
    """A Typst array; one item needs its comma, or it would be a bracketed value."""
    return "(" + "".join(f"{item}, " for item in items) + ")"
