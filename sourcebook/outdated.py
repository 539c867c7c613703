"""Which pages of a website are made again: those that changed, and those that show it.

Sphinx writes a page again when it has read it in this run. But a page may have been read for
another output (the book, the other edition), and it may show what stands on another page: its
title, its number, a term. So each website keeps which reading of a page it was written from,
and a digest of everything that pages take from one another.
"""

from __future__ import annotations

import hashlib
import json
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .caches import PACKAGE

RECORD = ".written"
_APART = ("index", "cite")
"""The index is written in every build; works have a digest of their own."""
_PLACES = ("line", "lineno")


def reread(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Pages to read again though they have not changed: the last build warned of them."""
    return str(app.config.sourcebook_reread).split()


def rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages to write again though this run has not read them."""
    if app.builder.name not in ("html", "dirhtml"):
        return []
    now: dict[str, Any] = {"shared": shared(app), "pages": dict(_readings(app))}
    record = Path(app.outdir) / RECORD
    try:
        before: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {"shared": "", "pages": {}}
    # It holds when the website is finished, see ``written``.
    record.with_suffix(".new").write_text(json.dumps(now), encoding="utf-8")
    record.unlink(missing_ok=True)
    if before["shared"] != now["shared"]:
        return sorted(env.found_docs)
    return [name for name, state in now["pages"].items() if before["pages"].get(name) != state]


def written(app: Sphinx, exception: Exception | None) -> None:
    """The website is what ``rewrite`` has noted."""
    record = Path(app.outdir) / RECORD
    if exception is None and record.with_suffix(".new").is_file():
        record.with_suffix(".new").replace(record)


def _readings(app: Sphinx) -> Iterator[tuple[str, int]]:
    """Each page with the time at which its content, as it was read, was saved."""
    for name in sorted(app.env.found_docs):
        path = Path(app.doctreedir) / f"{name}.doctree"
        yield name, path.stat().st_mtime_ns if path.is_file() else 0


def shared(app: Sphinx) -> str:
    """A digest of what pages take from one another, from the settings and from static files."""
    env = app.env
    data = {name: value for name, value in env.domaindata.items() if name not in _APART}
    works = env.domaindata.get("cite", {}).get("set_for")
    order = [env.titles, env.tocs, env.toc_secnumbers, env.toc_fignumbers, env.toctree_includes]
    # A page's words are counted there; no other page says how many.
    facts = {name: {**data, "wordcount": 0} for name, data in env.metadata.items()}
    files = [dict(env.images), env.dlfiles, list(_static(app))]
    state = json.dumps(_plain([data, works, order, facts, files]))
    return hashlib.sha256(state.encode()).hexdigest()


def _static(app: Sphinx) -> Iterator[tuple[str, int]]:
    """Style sheets, scripts and templates of the course and of this package, for every page."""
    config, installed = app.config, Path(sysconfig.get_path("purelib"))
    named = {Path(app.srcdir, x) for x in (*config.html_static_path, *config.templates_path)}
    # Themes add folders of their own, and not at the same time in every build.
    theirs = {x for x in named if x.is_relative_to(installed) and not x.is_relative_to(PACKAGE)}
    for folder in sorted((named - theirs) | {PACKAGE / "web" / "templates"}):
        for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
            if path.is_file() and path.suffix != ".pyc":
                yield str(path), path.stat().st_mtime_ns


def _plain(value: Any) -> Any:
    """A value as JSON has it, always in the same order, without where in a file it stands."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, nodes.Node):
        return value.pformat()
    if isinstance(value, dict):
        return sorted(([_plain(key), _plain(inner)] for key, inner in value.items()), key=repr)
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value), key=repr)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        named = zip(value._fields, value, strict=True)
        return [_plain(inner) for name, inner in named if name not in _PLACES]
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return _plain(vars(value)) if hasattr(value, "__dict__") else repr(value)


def setup(app: Sphinx) -> None:
    """Register what is read and written again."""
    app.add_config_value("sourcebook_reread", "", "", types=frozenset({str}))
    app.connect("env-get-outdated", reread)
    # When all has been numbered and formatted.
    app.connect("env-get-updated", rewrite, priority=900)
    # When all has been written.
    app.connect("build-finished", written, priority=990)
