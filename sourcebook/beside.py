"""A second process, which makes some outputs while the first makes others.

It is forked before anything is read, waits until it is told to go, and ends with its parent,
however that ends. Where a process cannot be forked safely there is none, and all is made in turn.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

import psutil

from .errors import BuildError, SourcebookError
from .kernels import CAN_FORK

T = TypeVar("T")


def helps() -> bool:
    """Whether a second process can be had, and has a processor to run on."""
    # What another thread holds when a process is forked stays held in the copy for ever; and
    # Typst, once it has run, has threads that Python does not know of.
    return CAN_FORK and psutil.Process().num_threads() == 1 and len(os.sched_getaffinity(0)) > 1


class Beside(Generic[T]):
    """Work done in a process of its own. Close it in any case: unfinished work ends there.

    The work is given a function to call where it waits to be told that something is there.
    """

    def __init__(self, work: Callable[[Callable[[], None]], T]) -> None:
        context = multiprocessing.get_context("fork")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(work, theirs, self._ours), daemon=True)
        self._process.start()
        theirs.close()

    def tell(self) -> None:
        """Let the work go on where it waits, or will."""
        # Who has ended early hears nothing; why it did is its result.
        with contextlib.suppress(OSError):
            self._ours.send(True)

    def is_done(self) -> bool:
        """Whether the result is there, or never comes."""
        return self._ours.poll()

    def result(self) -> T:
        """Wait for what the work gives; raises what it has raised."""
        try:
            found: T | Exception = self._ours.recv()
        except (EOFError, ConnectionError):
            raise BuildError(
                "a process of the build was ended from outside",
                "there may have been too little memory: build one format at a time",
            ) from None
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        """End the process, if it has not ended."""
        self._process.kill()
        self._process.join()
        self._ours.close()


def _work(work: Callable[[Callable[[], None]], Any], theirs: Connection, ours: Connection) -> None:
    ours.close()
    # An interrupt is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        theirs.send(work(lambda: theirs.recv()))
    except (SourcebookError, OSError) as error:
        theirs.send(error)
    except Exception as error:  # It may hold what cannot be sent.
        theirs.send(BuildError(f"the build stopped: {error}", "report it"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
