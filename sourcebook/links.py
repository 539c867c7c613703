"""The links that lead out of the course: which of them still lead somewhere."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from .caches import caches_of, using
from .errors import BuildError
from .locks import building
from .running import run_sphinx

_OUTSIDE = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"\b(https?)://([\w.-]+)(?::(\d+))?")
# A host that answers no machine is not a page that is gone.
_REFUSED = re.compile(r"\b(401|403|405|406|429|503)\b")


def check_links(root: Path) -> tuple[list[str], str]:
    """What is wrong with the outside links, and in a sentence how many were looked at."""
    tried = _unreached(root)
    if tried:
        return [], (
            f"there is no network, for none of {', '.join(tried)} answers: "
            "outside links were NOT checked"
        )
    links = [link for link in _looked_at(root) if _OUTSIDE.match(link["uri"])]
    count = len({link["uri"] for link in links})
    broken = [link for link in links if link["status"] in ("broken", "timeout")]
    refused = [link for link in broken if _REFUSED.search(link["info"])]
    lines = [_line(link) for link in broken if link not in refused]
    more = f"; {len({x['uri'] for x in refused})} let no machine in" if refused else ""
    return lines, f"{count} outside links were checked{more}"


def _unreached(root: Path) -> list[str]:
    """The hosts the course links to most, where none of them can be reached at all."""
    found: Counter[tuple[str, int]] = Counter()
    for path in [*root.glob("book/*.md"), *root.glob("book/*.bib"), *root.glob("exercises/*.md")]:
        for scheme, host, port in _HOST.findall(path.read_text(encoding="utf-8")):
            found[host, int(port or (443 if scheme == "https" else 80))] += 1
    tried = [place for place, _ in found.most_common(3)]
    # Behind a proxy this computer need not know where a host is.
    if getproxies() or any(_answers(*place) for place in tried):
        return []
    return [host for host, _ in tried]


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


def _line(link: dict[str, Any]) -> str:
    return f"{link['filename']}:{link['lineno']}: {link['uri']} does not answer: {link['info']}"


def _looked_at(root: Path) -> Iterator[dict[str, Any]]:
    """Every link with what Sphinx's own link checker found, in the order of the pages."""
    cache = caches_of(root)
    found = cache / "links" / "output.json"
    found.unlink(missing_ok=True)
    doctrees = cache / "plain" / "doctrees"
    with building(root, print), using(cache / "plain", doctrees, found.parent):
        try:
            run_sphinx(
                root,
                found.parent,
                builder="linkcheck",
                doctrees=doctrees,
                config={
                    "sourcebook_text_files": [],
                    "nb_execution_raise_on_error": True,
                    "linkcheck_timeout": 15,
                    # An anchor that a script writes cannot be found in a page's text.
                    "linkcheck_anchors": False,
                },
                quiet=True,
            )
        except BuildError:
            # A broken link fails Sphinx's build; it is for us to say which.
            if not found.is_file():
                raise
    rows = [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()]
    yield from sorted(rows, key=lambda row: (row["filename"], row["lineno"], row["uri"]))
