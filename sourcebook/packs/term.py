"""A term: a folder of saved packs, and the timetable of the days they are due."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import SourcebookError
from .pack import Pack, day_of, read_pack

TIMETABLE = "term.ics"


def read_term(folder: Path) -> list[tuple[str, Pack]]:
    """Every pack of a folder with its place, by file name."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".yml", ".yaml"))
    if not paths:
        hint = "save one first: sourcebook pack CHAPTER --save packs/week-1.yml"
        raise SourcebookError("there is no saved pack in this folder", hint, str(folder))
    names = [path.stem for path in paths]
    for path in paths:
        if names.count(path.stem) > 1:
            raise SourcebookError("two packs have this name", "rename one of them", str(path))
    return [(str(path), read_pack(path)) for path in paths]


def timetable(course: str, packs: Sequence[Pack], contents: Sequence[str]) -> bytes:
    """The days on which packs are due, for any calendar; ``contents`` says what each holds."""
    from icalendar import Calendar, Event  # slow to import: only for a timetable

    calendar = Calendar()
    calendar.add("prodid", "-//sourcebook//packs//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", course)
    for pack, holds in zip(packs, contents, strict=True):
        day = day_of(pack)
        if day is None:
            continue
        event = Event()
        # The same for the same pack, so that a changed date moves the entry and adds none.
        event.add("uid", f"{pack.name}@packs.sourcebook")
        event.add("dtstamp", _now())
        event.add("dtstart", day)
        event.add("dtend", day + datetime.timedelta(days=1))
        who = f" ({pack.group})" if pack.group else ""
        event.add("summary", f"Due: {holds}{who}")
        event.add("description", "\n".join(filter(None, (pack.instructions, f"Pack: {pack.name}"))))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _now() -> datetime.datetime:
    """When the timetable was made: calendars take a later one for a correction."""
    moment = os.environ.get("SOURCE_DATE_EPOCH")
    if moment:
        return datetime.datetime.fromtimestamp(int(moment), datetime.UTC)
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
