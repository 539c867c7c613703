"""Files packed into one zip file, the same bytes for the same files."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)


def write_zip(folder: Path, path: Path) -> Path:
    """Pack a folder, under the zip file's name: a website to send, or for a memory stick."""
    files = (file for file in folder.rglob("*") if file.is_file())
    names = {f"{path.stem}/{file.relative_to(folder).as_posix()}": file for file in files}
    return write_files(path, {name: file.read_bytes() for name, file in names.items()})


def write_files(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a zip file that holds these, whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    with zipfile.ZipFile(fresh, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            # The same on every system: a file that all may read.
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return fresh.replace(path)
