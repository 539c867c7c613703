"""Notebooks that run while pages are read: their outputs are there when their pages' turn comes.

Some run at a time, each in a kernel of its own as ever, and pages with notebooks are read last.
A page that Sphinx comes to see otherwise than it stands in its file is run when it is read.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .exercises import WITHOUT_SOLUTIONS
from .fences import has_answers
from .kernels import NURSERY

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

AT_ONCE = (os.cpu_count() or 1) + 1
"""One more than can run: a kernel waits now and then for what it is told next."""
_SWITCH = 0.0001
"""Seconds until who talks to the kernels gets its turn from who reads; Python's own is 0.005."""
CELL = "{code-cell}"
"""What makes a page a notebook."""
Execute = Callable[..., Any]


class Ahead:
    """The notebooks that run, by what they hold and how they are to be run."""

    def __init__(self, stock: Execute) -> None:
        self.stock = stock
        self.pool = ThreadPoolExecutor(AT_ONCE)
        self.running: dict[str, Future[Any]] = {}

    def begin(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Start what will be read, and let it be read last."""
        config: Any = getattr(env, "mystnb_config", None)
        if config is None or config.execution_mode not in ("auto", "force"):
            return
        texts = {name: Path(env.doc2path(name)).read_text("utf-8", "replace") for name in docnames}
        notebooks = [name for name in docnames if CELL in texts[name]]
        docnames[:] = [name for name in docnames if name not in notebooks] + notebooks
        # Where a kernel's folder is made when it starts, nothing can be run ahead.
        if not config.execution_in_temp:
            for name in notebooks:
                self._begin_page(Path(env.doc2path(name)), texts[name], env, config)

    def _begin_page(self, path: Path, text: str, env: Any, config: Any) -> None:
        reader = import_module("myst_nb.core.read").create_nb_reader(
            str(path), env.myst_config, config, text
        )
        excluded = any(path.match(pattern) for pattern in config.execution_excludepatterns)
        if reader is None or excluded:
            return
        try:
            notebook = reader.read(text)
        except Exception:
            return  # What is wrong with it is said when its turn comes.
        self.start(
            notebook,
            variables_of(text),
            cwd=str(path.parent),
            timeout=config.execution_timeout,
            allow_errors=config.execution_allow_errors,
            meta_override=True,
        )

    def execute(self, notebook: Any, **options: Any) -> Any:
        """Run a notebook, in place; what it prints is the same however fast it was."""
        result = self.stock(notebook, **options)
        for cell in result.nb.cells:
            if cell.cell_type == "code":
                cell.outputs = _joined(cell.outputs)
        return result

    def start(self, notebook: Any, variables: dict[str, str], **options: Any) -> None:
        """Run a notebook as soon as there is a place for it, with these variables set."""
        key, kernels = _key(notebook, options), _kernels_with({**os.environ, **variables})
        self.running[key] = self.pool.submit(
            self.execute, notebook, kernel_manager_class=kernels, **options
        )

    def run(self, notebook: Any, **options: Any) -> Any:
        """What the notebook gave or, where it was not run ahead, gives now; changed in place."""
        ahead = self.running.pop(_key(notebook, options), None)
        if ahead is None:
            return self.execute(notebook, **options)
        result = ahead.result()
        notebook.update(result.nb)
        result.nb = notebook
        return result


def variables_of(text: str) -> dict[str, str]:
    """What a page tells its cells: whether its answers have been moved out of the tree."""
    return {} if has_answers(text) else {WITHOUT_SOLUTIONS: "1"}


def _joined(outputs: list[Any]) -> list[Any]:
    """Lines printed one after the other as one output: Jupyter cuts them by the clock.

    nbclient can join them, too, but takes them out of their order among charts.
    """
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and output["name"] == last.get("name"):
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def _key(notebook: Any, options: dict[str, Any]) -> str:
    # A cell's id is drawn by lot.
    cells = [{**cell, "id": ""} for cell in notebook["cells"]]
    return json.dumps([cells, notebook["metadata"], options], sort_keys=True, default=str)


def _kernels_with(environment: dict[str, str]) -> type[Any]:
    """Kernels that do not get what is set just then, which is for the page that is read."""
    manager: Any = import_module("jupyter_client.manager").AsyncKernelManager

    class Kernels(manager):
        async def start_kernel(self, **options: Any) -> None:
            await super().start_kernel(env=environment, **options)

    return Kernels


@contextlib.contextmanager
def notebooks_ahead() -> Iterator[Ahead]:
    """Let notebooks that pages ask for be those that were begun."""
    direct: Any = import_module("myst_nb.core.execute.direct")
    ahead = Ahead(direct.single_nb_execution)
    direct.single_nb_execution = ahead.run
    switch = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        yield ahead
    except BaseException:
        # What still runs would be waited for.
        ahead.pool.shutdown(wait=False, cancel_futures=True)
        NURSERY.stop()
        raise
    finally:
        sys.setswitchinterval(switch)
        direct.single_nb_execution = ahead.stock
        ahead.pool.shutdown(cancel_futures=True)
