"""What every printed or packed book of the course says of itself: its titles and its date."""

from __future__ import annotations

import os
from typing import Any

_EPOCH = 1_600_000_000


def titles(config: Any) -> tuple[str, str]:
    """Title and subtitle; a colon in the title parts them where no subtitle is set."""
    # Jupyter Book leaves ``project`` unset and puts the title into ``html_title``.
    title = str(config.html_title or config.project)
    if not config.sourcebook_subtitle and ": " in title:
        title, _, subtitle = title.partition(": ")
        return title, subtitle[:1].upper() + subtitle[1:]
    return title, str(config.sourcebook_subtitle)


def moment() -> int:
    """One time for all builds: the same book must be the same file, byte for byte."""
    return int(os.environ.get("SOURCE_DATE_EPOCH", _EPOCH))
