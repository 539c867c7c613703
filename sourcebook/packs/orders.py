"""From what was ordered to the hand-outs, for every builder of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .catalog import read_catalog
from .handout import Handout, pack_handout
from .pack import order_from
from .paper_test import tests
from .shelf import Shelf
from .worksheet import worksheet

KINDS = {
    "pack": "",
    "worksheet": "Worksheet",
    "answers": "Teacher sheet",
    "test": "Test",
    "key": "Key of the test",
}
"""What is made of a pack → the word over its title."""


def handouts(builder: Any) -> Iterator[Handout]:
    """Every hand-out that is ordered, in its edition."""
    edition = "teacher" if builder.app.tags.has("teacher") else "student"
    shelf = Shelf(builder, read_catalog(Path(builder.srcdir), edition))
    for plain in builder.config.sourcebook_orders:
        order = order_from(plain)
        if order.kind == "worksheet":
            yield worksheet(shelf, order.pack)
        elif order.kind == "test":
            yield from tests(shelf, order)
        else:
            yield pack_handout(shelf, order.pack)
