"""The same course is the same bytes, wherever, whenever and by whomever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import copy_tiny
from test_warm import content, different

BUILD = """
import datetime, sys, time
ahead = {ahead}
clock = time.time
time.time = lambda: clock() + ahead
for name in ("localtime", "gmtime"):
    def shifted(seconds=None, real=getattr(time, name)):
        return real(time.time() if seconds is None else seconds)
    setattr(time, name, shifted)
strftime = time.strftime
time.strftime = lambda form, moment=None: strftime(form, moment or time.localtime())
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
    utcnow = today = now
class LaterDay(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(time.time())
datetime.datetime, datetime.date = Later, LaterDay
from sourcebook.cli import main
sys.exit(max(main(order.split()) for order in sys.argv[1:]))
"""
"""Commands, by a clock that is so many seconds ahead."""
STUDENT = ("build html pdf epub zip --quiet --strict", "notebooks", "pack herring-year")
TEACHER = ("build pdf epub --quiet --strict --edition teacher",)


def built(folder: Path, ahead: int, orders: Sequence[str], **settings: str) -> Path:
    """What is made in a clone of the course, with settings of the machine."""
    root = copy_tiny(folder)
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        [sys.executable, "-c", BUILD.replace("{ahead}", str(ahead)), *orders],
        cwd=root, env=kept | settings, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "_build"


def outputs(folder: Path) -> Path:
    """A build without its cache."""
    shutil.rmtree(folder / ".cache")
    (folder / ".lock").unlink()
    return folder


@pytest.mark.parametrize(
    ("orders", "moment"), [(STUDENT, {}), (TEACHER, {"SOURCE_DATE_EPOCH": "1700000000"})]
)
def test_two_clones_are_the_same(
    tmp_path: Path, orders: Sequence[str], moment: dict[str, str]
) -> None:
    one = built(
        tmp_path / "one", 0, orders, TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1", **moment
    )
    other = built(
        tmp_path / "another place, é" / "course", 400 * 86_400, orders, TZ="Asia/Tokyo",
        LC_ALL="de_DE.UTF-8", LANG="tr_TR.UTF-8", PYTHONHASHSEED="2", **moment,
    )  # fmt: skip
    found = different(outputs(one), outputs(other))
    assert found == [], f"{len(found)} files differ; the first is {found[0]}"
    kinds = {Path(name).suffix for name in content(one)}
    assert {".pdf", ".epub"} <= kinds
    assert moment or {".html", ".js", ".zip", ".ipynb"} <= kinds


def test_no_output_names_the_folder_it_was_built_in(student: Path) -> None:
    place = str(student.parents[2]).encode()
    holding = [name for name, data in content(student).items() if place in data]
    assert holding == []
