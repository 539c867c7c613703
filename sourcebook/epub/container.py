"""The e-book's file: its members in a fixed order, with no clock in it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MEDIA_TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".ncx": "application/x-dtbncx+xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".woff2": "font/woff2",
}
"""What a member may be, by its ending."""

_CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
_FIRST = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}


def write_container(path: Path, members: Mapping[str, bytes]) -> None:
    """Write the members into one file, the same bytes wherever and whenever it is made."""
    with zipfile.ZipFile(path, "w") as container:
        for name, data in [*_FIRST.items(), *sorted(members.items())]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            # Readers know the kind of file by its first bytes: they are never packed.
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            container.writestr(entry, data, packed)
