"""What running cells in a browser takes: Python for browsers, a drawing engine, Altair.

``sourcebook live fetch`` gets all of it once, with npm and pip, into a folder that git ignores;
builds take it from there and need no network. Versions are said here alone.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import files, version
from pathlib import Path

from ..archives import write_files
from ..errors import SourcebookError

FOLDER = "_build/live"
STAMP = "versions.json"
NPM = {
    "pyodide": ("314.0.7", ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm",
                            "python_stdlib.zip", "pyodide-lock.json"]),
    "vega": ("6.2.0", ["build/vega.min.js"]),
    "vega-lite": ("6.4.1", ["build/vega-lite.min.js"]),
    "vega-interpreter": ("2.2.1", ["build/vega-interpreter.js"]),
}  # fmt: skip
"""npm packages with the files of them that pages load. Vega and Vega-Lite are those that
vl-convert draws with, so that a chart looks the same on a page and in a reader's cell."""
INSTALLED = ("altair", "attrs", "jinja2", "markupsafe", "narwhals", "packaging", "pyyaml",
             "typing_extensions")  # fmt: skip
"""Python packages that are taken as they are installed here: of each, what is Python."""
WHEELS = {"jsonschema": "4.17.3", "pyrsistent": "0.20.0"}
"""Altair checks charts with jsonschema, which since 4.18 needs compiled code: the last before."""
OWN = ("__init__", "charts", "diagrams", "drawing", "errors", "exercises", "tables", "yamls",
       "live/__init__", "live/cells")  # fmt: skip
"""Our own modules that cells import."""
_NAMELESS = re.compile(r"""^import (\{[^}]*\}) from ['"]vega-util['"]""", re.MULTILINE)
_COMPILED = (".pyc", ".so", ".pyd", ".dylib")
_APART = ("/tests/", "/benchmarks/")
_LICENSE = re.compile(r"\.dist-info/.*(LICEN[CS]E|COPYING)", re.IGNORECASE)


def wanted() -> dict[str, str]:
    """Every package with the version that a build of now takes."""
    return (
        {name: number for name, (number, _) in NPM.items()}
        | {name: version(name) for name in INSTALLED}
        | WHEELS
    )


def fetched(folder: Path) -> Path | None:
    """The folder with all that is needed, where it is there and of these versions."""
    stamp = folder / STAMP
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == wanted():
        return folder
    return None


def fetch(root: Path) -> Path:
    """Get everything into the folder, whole or not at all, unless it is there."""
    place = root / FOLDER
    if fetched(place):
        return place
    fresh, store = (place.with_name(f".live-{part}") for part in ("new", "store"))
    for leftover in (fresh, store):
        shutil.rmtree(leftover, ignore_errors=True)
        leftover.mkdir(parents=True)
    try:
        licenses = _from_npm(store, fresh)
        packed, more = _from_python(store)
        write_files(fresh / "packages.zip", packed)
        said = "\n\n".join([*licenses, *more])
        (fresh / "LICENSES.txt").write_text(said, encoding="utf-8")
        (fresh / STAMP).write_text(json.dumps(wanted(), indent=1), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
    finally:
        for leftover in (fresh, store):
            shutil.rmtree(leftover, ignore_errors=True)
    return place


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        why = said[0] if said else "it does not say why"
        raise SourcebookError(f"{what} could not be fetched: {why}", "it needs the network, once")


def _from_npm(store: Path, fresh: Path) -> list[str]:
    """The files of the npm packages; their licenses."""
    npm = shutil.which("npm")
    if npm is None:
        hint = "install Node.js, which brings it; without it the pages have no Run buttons"
        raise SourcebookError("npm is not there", hint)
    licenses = []
    for name, (number, paths) in NPM.items():
        target = ["--pack-destination", str(store)]
        _run([npm, "pack", "--silent", f"{name}@{number}", *target], name)
        with tarfile.open(store / f"{name}-{number}.tgz") as archive:

            def read(path: str, archive: tarfile.TarFile = archive) -> bytes:
                member = archive.extractfile(f"package/{path}")
                assert member is not None
                return member.read()

            for path in paths:
                (fresh / Path(path).name).write_bytes(read(path))
            about = json.loads(read("package.json"))
            own = "package/LICENSE" in archive.getnames()
            text = read("LICENSE").decode() if own else str(about.get("homepage", ""))
        licenses.append(f"{name} {number}: {about['license']}\n\n{text.strip()}")
    _name_import(fresh / "vega-interpreter.js")
    return licenses


def _name_import(path: Path) -> None:
    """Let a browser find what the interpreter imports: Vega, which the page has loaded."""
    text, found = _NAMELESS.subn(r"const \1 = globalThis.vega", path.read_text(encoding="utf-8"))
    if not found:
        raise SourcebookError(f"{path.name} is not as expected", "report it: its version is fixed")
    path.write_text(text, encoding="utf-8")


def _from_python(store: Path) -> tuple[dict[str, bytes], list[str]]:
    """What is Python in the Python packages; their licenses."""
    packed: dict[str, bytes] = {}
    for name in INSTALLED:
        for path in files(name) or ():
            if ".." not in path.parts and _kept(path.as_posix()):
                packed[path.as_posix()] = Path(str(path.locate())).read_bytes()
    pinned = [f"{name}=={number}" for name, number in WHEELS.items()]
    pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--no-deps", *pure, "--dest", str(store), *pinned], " and ".join(WHEELS))
    for wheel in store.glob("*-none-any.whl"):
        with zipfile.ZipFile(wheel) as archive:
            packed |= {name: archive.read(name) for name in archive.namelist() if _kept(name)}
    licenses = filter(_LICENSE.search, sorted(packed))
    return packed, [f"{name}\n\n{packed[name].decode()}" for name in licenses]


def _kept(name: str) -> bool:
    if ".dist-info/" in name:
        return name.endswith("/METADATA") or bool(_LICENSE.search(name))
    return not name.endswith(_COMPILED) and not any(part in name for part in _APART)


def own_modules() -> dict[str, bytes]:
    """Our own modules that cells import, under the names they are imported by."""
    package = Path(__file__).parents[1]
    return {f"sourcebook/{name}.py": (package / f"{name}.py").read_bytes() for name in OWN}
