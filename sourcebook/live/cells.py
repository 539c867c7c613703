"""Runs a page's cells where the page is: one namespace a page, as a notebook has.

Python in the reader's browser imports this module; what a cell says goes to the page piece by
piece. Imports nothing that is not in Python itself.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import sys
import traceback
from collections.abc import Callable
from typing import Any

Say = Callable[[str, str], None]
"""Called with a kind of output and its content: text, chart (JSON), advice or error (JSON)."""
CHART = "application/vnd.sourcebook.chart+json"
MOST = 50_000
"""Signs that a cell may print: a loop without an end is not to fill the page."""


class Printed(io.TextIOBase):
    """What a cell prints, line by line, and not more than a reader can want."""

    def __init__(self, say: Say) -> None:
        self.say, self.left, self.line = say, MOST, ""

    def write(self, text: str) -> int:
        if self.left <= 0:
            return len(text)
        self.line += text
        if "\n" in text or len(self.line) > self.left:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self.line = self.line[: self.left], ""
        self.left -= len(text)
        if text:
            self.say("text", text if self.left > 0 else f"{text}\n… and more, not shown\n")


class Cells:
    """The cells of one page with the names they have made."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.names: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}

    def run(self, source: str, name: str) -> bool:
        """Run one cell; whether it came to its end."""
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        printed = Printed(self.say)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                self._show(self._value(source, name))
            except BaseException as error:
                printed.flush()
                self._explain(error, name)
                return False
            printed.flush()
        return True

    def _value(self, source: str, name: str) -> Any:
        """Run the lines; the value of the last, where that is an expression."""
        tree = ast.parse(source, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), self.names)
        if not isinstance(last, ast.Expr):
            return None
        return eval(compile(ast.Expression(last.value), name, "eval"), self.names)

    def _show(self, value: Any) -> None:
        if value is None:
            return
        bundle: Callable[[], dict[str, str]] = getattr(value, "_repr_mimebundle_", dict)
        altair = sys.modules.get("altair")
        if altair and isinstance(value, altair.TopLevelMixin):
            self.say("advice", "A chart is drawn with show(chart, rows, alt=…).")
        elif CHART in (data := bundle()):
            self.say("chart", data[CHART])
        else:
            print(repr(value))

    def _explain(self, error: BaseException, name: str) -> None:
        """The last line of an error, and all of it from the reader's own cell on."""
        friendly = getattr(error, "_render_traceback_", None)
        if friendly:
            self.say("advice", "\n".join(friendly()))
            return
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename != name:
            frames = frames.tb_next
        whole = "".join(traceback.format_exception(error.with_traceback(frames)))
        line = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self.say("error", json.dumps({"line": line, "whole": whole}))
