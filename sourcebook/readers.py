"""Read the file a teacher has, whatever its format, as words with their places in it.

Plain text, Markdown, a saved web page, Word and EPUB can always be read; a PDF needs the
extra ``sourcebook[pdf]``. Nothing is judged here: menus, page heads and notes are words too,
and ``splitting`` says which of them belong to a paragraph.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import io
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from markdown_it import MarkdownIt

from .errors import SourcebookError

LARGEST = 64_000_000
"""Bytes of a file, pictures and all."""
LONGEST = 16_000_000
"""Characters of its text: more than two million words."""


@dataclass(frozen=True)
class Document:
    """A file's words as one plain text, a block a line or more, and where each block stands."""

    text: str
    starts: tuple[int, ...]
    """Where each block begins in ``text``, rising."""
    places: tuple[str, ...]
    """The same blocks' places in the file: “line 12”, “page 3”."""

    def place(self, offset: int) -> str:
        """Where the words at an offset of the text stand in the file."""
        at = bisect_right(self.starts, offset) - 1
        return self.places[at] if at >= 0 else ""


def document(blocks: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> Document:
    """A document of (place, text) blocks, words broken at a line's end joined again."""
    starts, places, pieces, at = [], [], [], 0
    for place, text in blocks:
        starts.append(at)
        places.append(place)
        pieces.append(text)
        at += len(text) + 1
    # Joining moves a line's end behind a word and keeps every offset.
    return Document(_joined("\n".join(pieces)), tuple(starts), tuple(places))


def plain(text: str) -> Document:
    """Plain text, its places the lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    starts, places, at = [], [], 0
    for n, line in enumerate(text.split("\n"), 1):
        if line and not line.isspace():
            starts.append(at)
            places.append(f"line {n}")
        at += len(line) + 1
    return Document(_joined(text), tuple(starts), tuple(places))


_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)([-\u00ad\u2010])\n([ \t]*)([a-z][^\W\d_]*)(\S*)")
_DASH = re.compile(r"(?<=\w—)\n([ \t]*)(\S+)|(?<=\w)\n([ \t]*)(—\S+)")
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+-[^\W\d_]+")


def _joined(text: str) -> str:
    """Words broken at a line's end made whole, dashes without spaces too; no offset moves.

    A hyphen stays where the file writes the same word with a hyphen inside a line.
    """
    inside = {word.lower() for word in _HYPHENATED.findall(text)}

    def join(match: re.Match[str]) -> str:
        head, _, indent, tail, rest = match.groups()
        keep = f"{head}-{tail}".lower() in inside
        return f"{head}-{tail}{rest}\n{indent}" if keep else f"{head}{tail}{rest} \n{indent}"

    text = _BROKEN.sub(join, text)
    return _DASH.sub(lambda m: f"{m[2] or m[4]}\n{m[1] or m[3] or ''}", text)


def read_file(path: Path) -> Document:
    """The words of the teacher's file; every fault of the file is one ``SourcebookError``."""
    where = str(path)
    if path.is_dir():
        raise SourcebookError("this is a folder", "name the text file inside it", where)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except FileNotFoundError:
        raise SourcebookError("there is no such file", "check its name", where) from None
    except OSError as error:
        hint = "check that you may open it"
        raise SourcebookError(f"the file cannot be read ({error.strerror})", hint, where) from error
    if size > LARGEST:
        message = f"the file has {size // 1_000_000} MB; at most {LARGEST // 1_000_000} are read"
        raise SourcebookError(message, "use a copy of the text without its pictures", where)
    found = _read(data, path.suffix.lower(), where)
    if len(found.text) > LONGEST:
        hint = "cut the text out of it and use that"
        raise SourcebookError(f"the text has more than {LONGEST:,} characters", hint, where)
    if not found.text.strip():
        raise SourcebookError("the file has no words", "save the text into it first", where)
    return found


def _read(data: bytes, suffix: str, where: str) -> Document:
    """Choose the format by what the file says of itself, then by its name."""
    if b"%PDF-" in data[:1024]:
        return document(_pdf(data, where))
    if data.startswith(b"PK"):
        return document(_packed(data, where))
    for signature, kind, hint in _CLOSED:
        if data.startswith(signature):
            raise SourcebookError(f"this is {kind}", hint, where)
    if suffix in {".mht", ".mhtml"}:
        data = _web_archive(data, where)
        suffix = ".html"
    text = _decode(data, where)
    if suffix in {".html", ".htm", ".xhtml"} or re.match(
        r"\s*(<!doctype html|<html\b)", text, re.I
    ):
        return document(_html(_decode(data, where, _declared(data)), where))
    # Markdown's emphasis takes long to find in a block that is longer than any paragraph.
    longest = max(map(len, text.split("\n\n")))
    if suffix in {".md", ".markdown"} and longest < 20_000:
        return document(_markdown(text))
    # Longer than is read: not worth taking apart.
    return plain(text) if len(text) <= LONGEST else Document(text, (), ())


_CLOSED = (
    (b"{\\rtf", "a rich-text file, which is not read", "save it as Word (.docx) or as plain text"),
    (b"\xd0\xcf\x11\xe0", "an old or an encrypted Word file", "save it as .docx, no password"),
    (b"\x1f\x8b", "a compressed file", "unpack it and name the file inside"),
)


def _decode(data: bytes, where: str, encoding: str = "") -> str:
    """Text of bytes: as declared, UTF-16 or UTF-8 by their marks, or else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        hint = "save the text as plain text (.txt), Word (.docx), a web page, EPUB or PDF"
        raise SourcebookError("this is a binary file of no known format", hint, where)
    if encoding:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _declared(data: bytes) -> str:
    """The encoding a web page declares, where Python knows it and it is not plainly UTF-8."""
    match = re.search(rb"charset\s*=\s*[\"']?([\w.:-]+)", data[:4096], re.I)
    try:
        name = codecs.lookup(match[1].decode("ascii")).name if match else ""
        return "" if name in {"", "utf-8", "iso8859-1", "ascii"} else name
    except LookupError:
        return ""


def _markdown(text: str) -> Iterator[tuple[str, str]]:
    """A Markdown file's words, a block at a time."""
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "inline":
            breaks = ("softbreak", "hardbreak")
            words = "".join(
                "\n" if part.type in breaks else part.content for part in token.children or []
            )
        elif token.type in {"code_block", "fence", "html_block"}:
            words = token.content
            if token.type == "html_block":
                words = "\n".join(block for _, block in _html(words))
        else:
            continue
        yield f"line {token.map[0] + 1}" if token.map else "", words


_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q "
    "rp rt ruby s samp small span strike strong sub time tt u var wbr"
)


class _Page(HTMLParser):
    """Collects a web page's words: a line a block, nothing of scripts and styles."""

    INLINE = frozenset(_INLINE.split())
    SILENT = frozenset({"script", "style", "template"})
    NOTE = re.compile(r"\s*[\[(]?(\d{1,3}|[*†‡§]+)[\])]?\s*")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.line = 1
        self.silent = ""
        self.raised = -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SILENT:
            self.silent = tag
        elif tag == "sup":
            self.raised = len(self.words)
        elif tag not in self.INLINE:
            self.end_block()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE | self.SILENT:
            self.end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""
        elif tag == "sup" and 0 <= self.raised <= len(self.words):
            note = "".join(self.words[self.raised :])
            if self.NOTE.fullmatch(note):
                # The sign of a note is no word of the sentence: it gets a line to itself.
                self.words[self.raised :] = [f"\n{note.strip()}\n"]
            self.raised = -1
        elif tag not in self.INLINE:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            if not self.words:
                self.line = self.getpos()[0]
            self.words.append(re.sub(r"\s+", " ", data))

    def end_block(self) -> None:
        """Close the block at hand."""
        text = "".join(self.words).strip()
        if text:
            self.blocks.append((f"line {self.line}", text))
        self.words = []
        self.raised = -1


_CHUNK, _LONGEST_TAG, _LONGEST_END = 1_000_000, 8_000_000, 20_000


def _html(text: str, where: str = "") -> list[tuple[str, str]]:
    """A web page's words, a block at a time."""
    page = _Page()
    for at in range(0, len(text), _CHUNK):
        page.feed(text[at : at + _CHUNK])
        # The parser keeps what it cannot finish: a picture in a tag is long, a broken page longer.
        last = at + _CHUNK >= len(text)
        if len(page.rawdata) > (_LONGEST_END if last else _LONGEST_TAG):
            hint = "save the page again, or save its text as plain text (.txt)"
            raise SourcebookError("the page has a tag without an end", hint, where)
    page.close()
    page.end_block()
    return page.blocks


def _web_archive(data: bytes, where: str) -> bytes:
    """The page in a web archive (.mhtml), as a browser saves it in one file."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise SourcebookError("the web archive holds no page", "save the page as HTML", where)


def _packed(data: bytes, where: str) -> Iterator[tuple[str, str]]:
    """A Word file or an EPUB, both of which are zip archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename: info.file_size for info in archive.infolist()}
            if sum(names.values()) > 4 * LARGEST or len(names) > 10_000:
                hint = "use a copy of the text without its pictures"
                raise SourcebookError("the file unpacks to more than can be read", hint, where)
            if names.get("word/document.xml", 0) > LONGEST:
                raise SourcebookError(
                    "the Word file holds more than a text", "save its text as plain text", where
                )
            if "word/document.xml" in names:
                yield from _word(data, where)
            elif "META-INF/container.xml" in names:
                yield from _epub(archive, where)
            else:
                hint = "name the file inside it, or save the text as .docx, EPUB or .txt"
                raise SourcebookError("this is a zip archive of no known format", hint, where)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        hint = "copy it again from where you have it, without a password"
        raise SourcebookError(f"the file is damaged or locked: {error}", hint, where) from error


def _word(data: bytes, where: str) -> Iterator[tuple[str, str]]:
    """A Word file's words, insertions accepted and deletions left out, as Mammoth reads it."""
    import mammoth

    try:
        without_pictures = mammoth.images.img_element(lambda image: {"src": ""})
        page = mammoth.convert_to_html(io.BytesIO(data), convert_image=without_pictures).value
    except SourcebookError:
        raise
    except Exception as error:  # whatever a damaged file makes Mammoth or its XML parser raise
        hint = "open it in Word or LibreOffice and save it again"
        raise SourcebookError("the Word file is damaged", hint, where) from error
    for n, (_, text) in enumerate(_html(page, where), 1):
        yield f"paragraph {n}", text


_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_PACKAGE = "{http://www.idpf.org/2007/opf}"


def _epub(archive: zipfile.ZipFile, where: str) -> Iterator[tuple[str, str]]:
    """An EPUB's words in reading order; a place names the file inside the book."""
    try:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        opf = next(container.iter(f"{_CONTAINER}rootfile")).attrib["full-path"]
        package = ElementTree.fromstring(archive.read(opf))
        files = {item.attrib["id"]: item.attrib["href"] for item in package.iter(f"{_PACKAGE}item")}
        spine = [files[ref.attrib["idref"]] for ref in package.iter(f"{_PACKAGE}itemref")]
        folder = opf.rpartition("/")[0]
        chapters = [f"{folder}/{href}" if folder else href for href in spine]
        pages = [(name, archive.read(name)) for name in chapters]
    except (ElementTree.ParseError, StopIteration, KeyError) as error:
        hint = "open it in a reader program, and save or fetch it again"
        raise SourcebookError("the EPUB is damaged", hint, where) from error
    for name, data in pages:
        for place, text in _html(_decode(data, where), where):
            yield f"{name.rpartition('/')[2]}, {place}", text


def _pdf(data: bytes, where: str) -> Iterator[tuple[str, str]]:
    """A PDF's text layer, a page at a time."""
    try:
        import pypdfium2
    except ModuleNotFoundError:
        hint = "install what reads it: pip install 'sourcebook[pdf]', or save the text as .docx"
        raise SourcebookError("reading a PDF needs pypdfium2", hint, where) from None
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            pages = []
            for page in pdf:
                pages.append(page.get_textpage().get_text_range())
                page.close()
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        message = "the PDF is locked by a password" if locked else "the PDF is damaged"
        hint = (
            "save a copy without a password" if locked else "copy it again from where you have it"
        )
        raise SourcebookError(message, hint, where) from error
    if not "".join(pages).strip():
        hint = "it is a scan: have its text recognized (OCR), or use another copy"
        raise SourcebookError("the PDF has no text layer", hint, where)
    for n, text in enumerate(pages, 1):
        # PDFium marks a hyphen at a line's end with a sign of its own.
        clean = text.replace("\r\n", "\n").replace("\x02", "-\n").replace("\ufffe", "-\n")
        yield f"page {n}", clean
