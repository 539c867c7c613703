"""The website as one file, to send, to upload or to carry on a memory stick."""

from __future__ import annotations

import zipfile
from pathlib import Path

_DATE = (1980, 1, 1, 0, 0, 0)


def write_zip(folder: Path, path: Path) -> Path:
    """Pack a folder, under the zip file's name, always into the same bytes."""
    fresh = path.with_name(f".{path.name}.new")
    with zipfile.ZipFile(fresh, "w") as archive:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"{path.stem}/{file.relative_to(folder).as_posix()}", _DATE)
            # The same on every system: a file that all may read.
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return fresh.replace(path)
