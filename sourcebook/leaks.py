"""Search what students get for what only teachers may see.

Every byte of an output is looked at, unpacked: members of e-books and zips, the inventory of
labels, a PDF's text, bookmarks, metadata and attachments, a notebook's strings, files inside
pages. What is searched for are the words of the teacher's blocks themselves, eight in a row.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .chapters import read_chapter, read_toc
from .errors import SourcebookError
from .fences import is_teachers
from .places import Page

SPAN = 8
"""Words in a row that give a block away. Fewer can be a phrase that a page quotes, too."""


@dataclass(frozen=True)
class Leak:
    """Words of a teacher's block in something that students get."""

    place: str
    """The file, and the member of it, that holds them."""
    origin: str
    """Where they were written: file and line."""
    words: str


def find_leaks(root: Path, outputs: Sequence[Path]) -> tuple[list[Leak], int, int]:
    """The leaks in files and folders, one a place and block; files and teacher's blocks searched.

    Raises where an output is not there.
    """
    secrets, blocks = secrets_of(root)
    leaks: dict[tuple[str, str], Leak] = {}
    files = 0
    for path in _files(outputs):
        files += 1
        for place, data in pieces(path.name, path.read_bytes()):
            for shingle in _shingles(words_of(_as_text(data))):
                origin = secrets.get(shingle)
                if origin:
                    where = place.replace(path.name, str(path), 1)
                    leaks.setdefault((where, origin), Leak(where, origin, shingle))
    return list(leaks.values()), files, blocks


def _files(outputs: Iterable[Path]) -> Iterator[Path]:
    for output in outputs:
        if not output.exists():
            hint = "name what a build has made, such as _build/student"
            raise SourcebookError("there is no such file or folder", hint, str(output))
        found = sorted(output.rglob("*")) if output.is_dir() else [output]
        yield from (path for path in found if path.is_file())


# ---- what an output holds


def pieces(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file's name, its bytes, and whatever they hold packed, each with its place."""
    yield place, place.encode()
    yield place, data
    for unpack in (_zip, _gzip, _inventory, _pdf, _json, _embedded):
        yield from unpack(place, data)


def _zip(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield place, archive.comment
            for name in archive.namelist():
                yield from pieces(f"{place} › {name}", archive.read(name))


def _gzip(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"\x1f\x8b"):
        yield from pieces(f"{place} › unpacked", gzip.decompress(data))


def _inventory(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    head, mark, packed = data.partition(b"zlib.\n")
    if mark and head.startswith(b"# Sphinx inventory"):
        yield f"{place} › unpacked", zlib.decompress(packed)


def _pdf(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Text, bookmarks, metadata and attachments."""
    if not data.startswith(b"%PDF-"):
        return
    try:
        import pypdfium2
    except ModuleNotFoundError:
        hint = "install what reads it: pip install 'sourcebook[pdf]'"
        raise SourcebookError("searching a PDF needs pypdfium2", hint, place) from None
    with pypdfium2.PdfDocument(data) as pdf:
        for n, page in enumerate(pdf, 1):
            text = page.get_textpage().get_text_range()
            # PDFium marks a hyphen at a line's end with a sign of its own.
            whole = re.sub(r"(?:\x02|\ufffe|-|\u00ad)\r?\n?", "", text)
            yield f"{place} › page {n}", f"{text}\n{whole}".encode()
            page.close()
        titles = [bookmark.get_title() for bookmark in pdf.get_toc()]
        yield f"{place} › bookmarks", "\n".join(titles).encode()
        yield f"{place} › metadata", "\n".join(pdf.get_metadata_dict().values()).encode()
        for n in range(pdf.count_attachments()):
            attached = pdf.get_attachment(n)
            yield from pieces(f"{place} › {attached.get_name()}", bytes(attached.get_data()))


def _json(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Strings without their escapes: of notebooks, data blocks and the search index."""
    bodies = [data] if data[:1] in b"{[" and data else []
    bodies += re.findall(rb"<script[^>]*json[^>]*>(.*?)</script>", data, re.DOTALL)
    bodies += re.findall(rb"\A[\w.]+(?: = |\()(\{.*\})\)?;?\s*\Z", data, re.DOTALL)
    for body in bodies:
        try:
            strings = "\n".join(_strings(json.loads(body)))
        except (ValueError, RecursionError):
            continue
        yield f"{place} › strings", strings.encode()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        # A cell's lines are a list of strings.
        yield "".join(inner for inner in value if isinstance(inner, str))
        for inner in value:
            if not isinstance(inner, str):
                yield from _strings(inner)


def _embedded(place: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Files written into a page or a notebook."""
    for n, packed in enumerate(re.findall(rb";base64,([A-Za-z0-9+/=\s]+)", data), 1):
        try:
            inner = base64.b64decode(packed)
        except binascii.Error:
            continue
        yield from pieces(f"{place} › embedded {n}", inner)


def _as_text(data: bytes) -> str:
    text = data.decode("utf-8", errors="replace")
    return html.unescape(re.sub(r"<[^<>]*>", " ", text)) if "<" in text else text


# ---- what must not be in it


def words_of(text: str) -> list[str]:
    """Words as they are compared: without case, marks and punctuation."""
    return re.findall(r"[^\W_]+", text.replace("\u00ad", "").casefold())


def _shingles(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[n : n + SPAN]) for n in range(len(words) - SPAN + 1))


def secrets_of(root: Path) -> tuple[dict[str, str], int]:
    """Every run of words that stands in teacher's blocks alone → where; the number of blocks."""
    secret: dict[str, str] = {}
    told: set[str] = set()
    blocks = 0
    for page in read_toc(root):
        chapter = read_chapter(root, page.docname)
        text = chapter.path.read_text(encoding="utf-8")
        for part in parts_of(text, whole=chapter.edition == "teacher"):
            blocks += part.teachers
            for run in _runs(part.text):
                for shingle in _shingles(run):
                    if part.teachers:
                        secret.setdefault(shingle, f"{page.docname}.md:{part.line}")
                    else:
                        told.add(shingle)
    for path in sorted(root.glob("book/**/*")):
        if path.suffix in {".csv", ".yml", ".bib"}:
            told.update(_shingles(words_of(path.read_text(encoding="utf-8"))))
    return {shingle: at for shingle, at in secret.items() if shingle not in told}, blocks


@dataclass
class Part:
    """A stretch of a page that is for teachers, or one that is for everybody."""

    line: int
    teachers: bool
    text: str


def parts_of(text: str, *, whole: bool = False) -> list[Part]:
    """A page's source cut at its teacher's blocks and at the footnotes of these alone.

    All of it is the teacher's where it is a teacher's page.
    """
    lines = text.splitlines()
    page = Page(lines)
    blocks = [fence for fence in page.fences if is_teachers(fence, lines)]
    starts = {block.first for block in blocks}
    hidden = {n for block in blocks for n in block.lines}
    hidden |= page.footnotes_of(hidden)
    parts: list[Part] = []
    for n, line in enumerate(lines):
        teachers = whole or n in hidden
        # A teacher's page is many parts, so that a leak names its line.
        opens = n in starts or (whole and not line.strip())
        if not parts or parts[-1].teachers != teachers or opens:
            parts.append(Part(n + 1, teachers, ""))
        parts[-1].text += f"{line}\n"
    return parts


_ROLE = re.compile(r"\{(?P<role>[\w:-]+)\}`(?P<words>[^`]*)`")
_SHOWN = {"para", "term"}
"""Roles that show their words; others show something else, at which a run of words ends."""


def _runs(text: str) -> Iterator[list[str]]:
    """The sentences of a page's source as an output has them, cut where words are not known."""

    def shown(match: re.Match[str]) -> str:
        return match["words"].split("<")[0] if match["role"] in _SHOWN else "\x00"

    text = re.sub(r"^\s*[:`~]{3,}.*$", "\x00", _ROLE.sub(shown, text), flags=re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    # A page may have two sentences in another order, and headings one below the other.
    for run in re.split(r"[\x00.;:!?“”\"|]", text):
        yield words_of(run)
