"""Kernels that start warm are as fresh as stock ones, and none is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from sourcebook import drawing
from sourcebook.builds import Job, build
from sourcebook.kernels import CAN_FORK, NAME, NURSERY, WARM, Forked, warm

pytestmark = [
    pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux alone"),
    pytest.mark.usefixtures("own_nursery"),
]


def run(folder: Path, *cells: str) -> str:
    """What a notebook's last cell prints."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook).execute(cwd=str(folder))
    return "".join(out.get("text", "") for out in notebook.cells[-1].outputs)


TRACES = """
import os, sys, altair, sourcebook.charts, warnings
left = 1
altair.left_in_altair = 1
sourcebook.charts.INK = "left"
sys.path.append("left")
os.environ["LEFT"] = "left"
os.chdir("/")
warnings.simplefilter("ignore")
"""
LOOK = """
import os, sys, altair, sourcebook.charts, warnings
print("left" in globals(), hasattr(altair, "left_in_altair"), sourcebook.charts.INK == "left",
      "left" in sys.path, "LEFT" in os.environ, os.getcwd(),
      ("ignore", None, Warning, None, 0) in warnings.filters)
"""


def test_each_notebook_has_a_kernel_of_its_own(tmp_path: Path) -> None:
    with warm(ahead=True):
        assert os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] == NAME
        run(tmp_path, TRACES)
        seen = run(tmp_path, LOOK)
        processes = {run(tmp_path, "import os; print(os.getpid(), os.getppid())") for _ in "ab"}
    assert seen.split() == ["False"] * 5 + [str(tmp_path), "False"]
    assert len({line.split()[0] for line in processes}) == 2
    assert len({line.split()[1] for line in processes}) == 1, "forked from one process"


def test_a_cell_that_raises_says_so(tmp_path: Path) -> None:
    with warm(ahead=False), pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(tmp_path, "1 / 0")


def test_a_kernel_that_dies_is_noticed(tmp_path: Path) -> None:
    from nbclient.exceptions import DeadKernelError

    with warm(ahead=False), pytest.raises(DeadKernelError):
        run(tmp_path, "import os; os._exit(1)")


def ended(pid: int) -> bool:
    """Whether a process is gone, soon."""
    for _ in range(100):
        if Forked(pid).poll() is not None:
            return True
        time.sleep(0.1)
    return False


def test_nothing_is_left_running(tmp_path: Path) -> None:
    with warm(ahead=True):
        kernel, nursery = map(
            int, run(tmp_path, "import os; print(os.getpid(), os.getppid())").split()
        )
        lost = NURSERY.fork(["-f", str(tmp_path / "lost.json")], None, dict(os.environ))
    assert ended(kernel)
    assert ended(nursery)
    assert ended(lost), "a kernel ends when the process it came from does"
    assert "JUPYTER_DEFAULT_PROVISIONER_NAME" not in os.environ


def test_imports_start_no_thread() -> None:
    """A thread that is running when a process forks is lost in the copy."""
    code = (
        "import importlib, psutil, sourcebook.kernels\n"
        f"for name in {WARM!r}: importlib.import_module(name)\n"
        "sourcebook.kernels.try_a_chart()\n"
        "print(psutil.Process().num_threads())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_a_reader_s_own_setting_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "local-provisioner")
    with warm(ahead=True):
        assert os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] == "local-provisioner"
        assert NURSERY.process is None


def test_pages_are_the_same_as_with_stock_kernels(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {}
    for kind in ("warm", "stock"):
        if kind == "stock":
            monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "local-provisioner")
        build(Job(tiny, formats=("html",), quiet=True, out=tmp_path / kind))
        html = tmp_path / kind / "student" / "html"
        pages[kind] = {
            path.relative_to(html).as_posix(): path.read_bytes() for path in html.rglob("*.html")
        }
        build_cache = tiny / "_build"
        subprocess.run(["rm", "-rf", str(build_cache)], check=True)
    assert pages["warm"] == pages["stock"]


CHART = """
import vl_convert
from sourcebook import drawing
from sourcebook.builds import Job, build
spec = {"data": {"values": [{"a": 1}, {"a": 2}]}, "mark": "point"}
there, here = drawing.elsewhere(spec), vl_convert.vegalite_to_svg(spec)
print(there == here == drawing.draw(spec))
"""


def test_one_process_draws_for_all(tmp_path: Path) -> None:
    with warm(ahead=True):
        assert run(tmp_path, CHART).split() == ["True"]
        # What is no chart is said as ever, and the next is drawn.
        with pytest.raises(CellExecutionError, match="ValueError"):
            run(tmp_path, CHART, "drawing.draw({'mark': {'type': 3}})")
        assert run(tmp_path, CHART).split() == ["True"]


def test_a_chart_that_did_not_change_is_not_drawn_again(tmp_path: Path) -> None:
    kept, other = tmp_path / "kept", CHART.replace("2}", "3}")
    with warm(ahead=True, drawings=kept):
        assert run(tmp_path, CHART).split() == ["True"]
        (drawn,) = kept.iterdir()
        drawn.write_text("<svg>as it was</svg>", encoding="utf-8")
        assert run(tmp_path, CHART).split() == ["False"], "it was taken from there"
        drawn.write_text("", encoding="utf-8")
        assert run(tmp_path, CHART).split() == ["True"]
        assert run(tmp_path, other).split() == ["True"]
    assert len(list(kept.iterdir())) == 2


def test_who_finds_no_drawing_process_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = {"data": {"values": [{"a": 1}]}, "mark": "point"}
    drawn = drawing.draw(spec)
    assert drawn.startswith("<svg")
    monkeypatch.setenv(drawing.PLACE, "nowhere")
    assert drawing.elsewhere(spec) == ""
    assert drawing.draw(spec) == drawn
