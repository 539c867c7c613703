"""One process that draws the charts of all notebooks of a build.

The engine takes most of a second to start, and every kernel is a process of its own. A cell
that finds no such process draws for itself, to the same drawing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
import time
from importlib.metadata import version
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

PLACE = "SOURCEBOOK_DRAWING"
"""The environment variable that tells a kernel where the process listens."""
KEPT = "SOURCEBOOK_DRAWINGS"
"""The one that tells the process in which folder drawings are kept for the next build."""


def draw(spec: dict[str, Any]) -> str:
    """A Vega-Lite chart as SVG; ``ValueError`` where it is none."""
    import vl_convert

    # What cannot be drawn there fails here again, and says why.
    return elsewhere(spec) or vl_convert.vegalite_to_svg(spec)


def elsewhere(spec: dict[str, Any]) -> str:
    """A chart as the process draws it; nothing where there is none, or it cannot."""
    if PLACE in os.environ:
        with contextlib.suppress(OSError, EOFError), Client(_address()) as link:
            link.send_bytes(json.dumps(spec).encode())
            return link.recv_bytes().decode()
    return ""


def _address() -> str:
    # Linux alone has addresses without a file, which begin so.
    return f"\0sourcebook-{os.environ[PLACE]}"


def start() -> None:
    """Fork the process, and let the kernels that are forked after it know of it."""
    os.environ[PLACE] = secrets.token_hex(16)
    parent, listener = os.getpid(), Listener(_address(), "AF_UNIX", backlog=8)
    if os.fork() == 0:
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()
        with contextlib.suppress(BaseException):
            draw_for_others(listener)
        os._exit(0)
    listener.close()


def draw_for_others(listener: Listener) -> None:
    """Draw what is asked for, one chart at a time, for ever."""
    import vl_convert

    vl_convert.vegalite_to_svg({"data": {"values": [{"a": 1}]}, "mark": "point"})
    while True:
        with contextlib.suppress(OSError, EOFError, ValueError), listener.accept() as link:
            link.send_bytes(_drawn_or_kept(link.recv_bytes()))


def _drawn_or_kept(spec: bytes) -> bytes:
    import vl_convert

    folder = os.environ.get(KEPT)
    if not folder:
        return vl_convert.vegalite_to_svg(json.loads(spec)).encode()
    made_of = hashlib.sha256(f"{version('vl-convert-python')}\n".encode() + spec)
    kept = Path(folder) / f"{made_of.hexdigest()}.svg"
    # A file that was cut off by a failing machine is empty.
    if not kept.is_file() or not kept.stat().st_size:
        drawn = vl_convert.vegalite_to_svg(json.loads(spec))
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".new")
        fresh.write_text(drawn, encoding="utf-8")
        fresh.replace(kept)
    return kept.read_bytes()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
