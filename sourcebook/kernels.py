"""Kernels that start warm: each notebook's is a copy of one process that has its imports done.

A kernel takes a second or two to import what cells need, and a course has many. Here one
process imports it once, without running anything, and forks for each notebook: its process and
names are as fresh as a stock kernel's. Where processes cannot fork safely (anywhere but on
Linux) stock kernels run.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import psutil

from . import drawing

CAN_FORK = sys.platform == "linux"
NAME = "sourcebook-warm"
"""As the package's entry point names the provisioner."""
_SETTING = "JUPYTER_DEFAULT_PROVISIONER_NAME"
LAUNCHER = "ipykernel_launcher"
WARM = ("ipykernel.ipkernel", "IPython.core.completer", "sourcebook.charts", "sourcebook.exercises")
"""What is imported before any fork; none of it may start a thread."""


class Nursery:
    """The process that kernels are forked from; started when first asked, or ahead of time."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.drawings: Path | None = None
        """Where drawings are kept from build to build."""
        self._asked = Lock()

    def start(self) -> subprocess.Popen[str]:
        """The running process; it imports while its caller goes on."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sourcebook.kernels"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, drawing.KEPT: str(self.drawings or "")},
            )
        return self.process

    def fork(self, arguments: list[str], cwd: str | None, env: dict[str, str]) -> int:
        """Start a kernel; its process id."""
        job = {"arguments": arguments, "cwd": cwd or str(Path.cwd()), "env": env}
        with self._asked:
            process = self.start()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(f"{json.dumps(job)}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

    def stop(self) -> None:
        """End the process, and kernels that still run: a build was cut off."""
        if self.process is not None:
            with contextlib.suppress(psutil.Error):
                for kernel in psutil.Process(self.process.pid).children():
                    kernel.kill()
            self.process.kill()
            self.process.communicate()
            self.process = None


NURSERY = Nursery()


@contextlib.contextmanager
def warm(*, ahead: bool, drawings: Path | None = None) -> Iterator[None]:
    """Kernels started within are forked; ``ahead`` where some are sure to be needed.

    ``drawings`` is a folder of charts: what is there, of the same data, is not drawn again.
    """
    if not CAN_FORK or _SETTING in os.environ or not _is_named():
        yield
        return
    os.environ[_SETTING] = NAME
    NURSERY.drawings = drawings
    if ahead:
        NURSERY.start()
    try:
        yield
    finally:
        del os.environ[_SETTING]
        NURSERY.stop()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends a build at once, while a notebook runs, too.

    The notebook's client takes the signal for itself otherwise: it stops the kernel, and the
    build goes on to fail over a cell that never ended. Nor has it anything to do at the exit:
    a kernel ends when the process ends that it belongs to.
    """
    client: Any = import_module("nbclient.client")
    kind: Any = asyncio.SelectorEventLoop
    own, at_exit = kind.add_signal_handler, client.atexit

    def refuse(*ignored: Any) -> None:
        raise RuntimeError("signals are for the build")

    kind.add_signal_handler = refuse
    client.atexit = SimpleNamespace(register=lambda deed: None, unregister=lambda deed: None)
    try:
        yield
    finally:
        client.atexit = at_exit
        kind.add_signal_handler = own


@cache
def _is_named() -> bool:
    """An installation from before this module was there does not name the provisioner."""
    return bool(entry_points(group="jupyter_client.kernel_provisioners", name=NAME))


class Forked:
    """A forked kernel, as far as Jupyter uses ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs. How it ended is not known: the nursery lets it go."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int | None:
        """Jupyter has seen it end."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def main() -> None:
    """The nursery: import, then fork for each line of the standard input until it ends."""
    for name in WARM:
        import_module(name)
    try_a_chart()
    # Ended kernels leave nothing to collect; an interrupt is for the build, which ends them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    drawing.start()
    nursery = os.getpid()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become_kernel(json.loads(line), nursery)
        print(pid, flush=True)


def try_a_chart() -> None:
    """Let Altair read its schema, which it does for the first chart."""
    import altair

    data = altair.Data(values=[{"a": 1}])
    altair.Chart(data).mark_point().encode(x="a:Q").to_dict()


def _become_kernel(job: dict[str, Any], nursery: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.chdir(job["cwd"])
    place = os.environ[drawing.PLACE]
    os.environ.clear()
    os.environ.update({**job["env"], drawing.PLACE: place})
    sys.argv = [LAUNCHER, *job["arguments"]]
    sys.path[0] = ""
    try:
        # It ends itself when its parent does.
        IPKernelApp.launch_instance(parent_handle=nursery)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
