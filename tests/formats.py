"""The files teachers have of a text, made from its lines at test time."""

from __future__ import annotations

import email.message
import io
import zipfile
from collections.abc import Callable, Sequence
from html import escape

import typst

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)


def packed(files: dict[str, str]) -> bytes:
    """A zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def markdown(lines: Sequence[str]) -> bytes:
    """With headings, quotations, emphasis and links."""
    body = []
    for n, line in enumerate(lines):
        words = line.split(" ")
        words[len(words) // 2] = f"*{words[len(words) // 2]}*"
        words[-1] = f"[{words[-1]}](#note)"
        body.append(("> " if n % 5 == 4 else "") + " ".join(words))
    return ("# My copy\n\n" + "\n\n".join(body)).encode()


def web_page(lines: Sequence[str]) -> bytes:
    """Saved with its menus, scripts, a newsletter box, notes and a footer."""
    menu = "".join(f"<li><a href='#'>Item {n}</a></li>" for n in range(12))
    body = []
    for n, line in enumerate(lines):
        words = escape(line).split(" ")
        if len(words) > 30:
            words[10] = f"<em>{words[10]}</em>"
            words[20] = f"{words[20]}<sup><a href='#n'>[{n}]</a></sup>"
            words[15] = f"<a\nhref='x'>{words[15]}</a>"
        body.append("<p>" + " ".join(words))
        if n % 6 == 3:
            body.append("<aside><h3>Sign up</h3><form>Our newsletter <input></form></aside>")
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>A page</title>"
        f"<style>p {{ color: red }}</style></head><body><nav><ul>{menu}</ul></nav>"
        f"<script>const box = '<p>Never shown</p>';</script><main>{''.join(body)}</main>"
        f"<footer>© Somebody</footer></body></html>"
    ).encode()


def web_archive(lines: Sequence[str]) -> bytes:
    """The same page in one file, as a phone saves it."""
    message = email.message.EmailMessage()
    message["Subject"] = "A page"
    message.set_content(web_page(lines).decode(), subtype="html", cte="quoted-printable")
    message.make_related()
    return bytes(message)


def word(lines: Sequence[str]) -> bytes:
    """Typed in Word with changes tracked: half of each line an insertion, and a deletion."""
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line[: len(line) // 2])}</w:t></w:r>'
        f"<w:del><w:r><w:delText>struck out</w:delText></w:r></w:del>"
        f'<w:ins><w:r><w:t xml:space="preserve">{escape(line[len(line) // 2 :])}</w:t></w:r>'
        f"</w:ins></w:p>"
        for line in lines
    )
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{paragraphs}'
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS,
            "word/document.xml": f"{document}</w:body></w:document>",
        }
    )


def epub(lines: Sequence[str]) -> bytes:
    """An e-book of four files."""
    size = len(lines) // 4 + 1
    parts = [lines[n : n + size] for n in range(0, len(lines), size)]
    items = "".join(f'<item id="c{n}" href="c{n}.xhtml"/>' for n in range(len(parts)))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(parts)))
    package = f"<manifest>{items}</manifest><spine>{spine}</spine>"
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": f'<package xmlns="http://www.idpf.org/2007/opf">{package}</package>',
    }
    for n, part in enumerate(parts):
        body = "\n".join(f"<p>{escape(line)}</p>" for line in part)
        files[f"OPS/c{n}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title>Part</title></head><body>{body}</body></html>"
        )
    return packed(files)


def pdf(lines: Sequence[str], columns: int = 1) -> bytes:
    """Typeset on small pages: hyphens at line ends, a running head and a number on each page."""
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    source = (
        f'#set page(paper: "a5", columns: {columns}, header: [RUNNING HEAD], '
        "footer: context counter(page).display())\n"
        '#set text(lang: "en", size: 9pt, font: "Libertinus Serif")\n'
        "#set par(justify: true, first-line-indent: 1em)\n"
    ) + "\n\n".join(f'#"{line}"' for line in quoted)
    return bytes(typst.compile(source.encode(), ignore_system_fonts=True))


def in_columns(lines: Sequence[str]) -> bytes:
    """A PDF of two columns."""
    return pdf(lines, 2)


FORMATS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "copy.md": markdown,
    "copy.html": web_page,
    "copy.mhtml": web_archive,
    "copy.docx": word,
    "copy.epub": epub,
    "copy.pdf": pdf,
    "columns.pdf": in_columns,
}
