"""A file cut into what everybody sees and what only teachers do, so that it can be joined again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml

from ..chapters import TOC
from ..errors import SourcebookError
from ..fences import is_teachers
from ..places import PLACES, Page, words_for
from .fragments import fragment_spot
from .pages import FOR_QUESTION


@dataclass(frozen=True)
class Cut:
    """A page in two."""

    left: list[str]
    """The lines that stay."""
    runs: list[range]
    """Those that go, as they were."""
    text: str
    """Those that go, as a page of an overlay."""
    blocks: int


def cut_page(lines: Sequence[str], name: str) -> Cut:
    """Cut a page at its teacher's blocks and at the footnotes of these alone."""
    page = Page(lines)
    blocks = [fence for fence in page.fences if is_teachers(fence, lines)]
    hidden = {n for block in blocks for n in block.lines}
    hidden |= page.footnotes_of(hidden)
    runs = _runs(page, hidden, name)
    gone = {n for run in runs for n in run}
    left = [line for n, line in enumerate(lines) if n not in gone]
    return Cut(left, runs, _as_overlay(lines, left, runs, name), len(blocks))


def _runs(page: Page, hidden: Iterable[int], name: str) -> list[range]:
    """Hidden lines that stand together, with the blank lines between and below them."""
    lines = page.lines
    runs: list[range] = []
    for n in sorted(hidden):
        between = range(runs[-1].stop, n) if runs else range(0)
        if runs and not any(lines[m].strip() for m in between):
            runs[-1] = range(runs[-1].start, n + 1)
        else:
            runs.append(range(n, n + 1))
    return [_with_blanks(page, run, name) for run in runs]


def _with_blanks(page: Page, run: range, name: str) -> range:
    lines, stop = page.lines, run.stop
    above = lines[run.start - 1].strip() if run.start else ""
    if not above:
        while stop < len(lines) and not lines[stop].strip():
            stop += 1
    elif stop < len(lines) and lines[stop].strip():
        apart = re.compile(r"[:`~]{3,}|\[\^|---$")
        if not apart.match(above) and not apart.match(lines[stop].strip()):
            hint = "put a blank line before or after the block"
            where = f"{name}:{run.start + 1}"
            raise SourcebookError("the lines around this block would become one", hint, where)
    return range(run.start, stop)


def _as_overlay(lines: Sequence[str], left: list[str], runs: list[range], name: str) -> str:
    page = Page(left)
    parts: list[tuple[str, str]] = []
    taken = 0
    for run in runs:
        at = run.start - taken
        taken += len(run)
        text = "".join(lines[n] for n in run)
        if not text.endswith("\n"):
            hint = "end the file with a line break"
            raise SourcebookError("the page's last line has no end", hint, name)
        inside = [f for f in page.questions.values() if f.first < at <= f.last]
        if not inside or at != inside[0].last:
            scope = inside[0].inner if inside else page.body
            text = _place(page, scope, at, text, f"{name}:{run.start + 1}")
        id = inside[0].words if inside else ""
        if parts and id and parts[-1][0] == id:
            parts[-1] = id, parts[-1][1] + text
        else:
            parts.append((id, text))
    return "\n".join(_fence(FOR_QUESTION, id, text) if id else text for id, text in parts)


def _place(page: Page, scope: range, at: int, text: str, where: str) -> str:
    """Lines with the words after which they stand."""
    near = at > 0 and bool(page.lines[at - 1].strip())
    for place in PLACES[1::2] if near else PLACES[::2]:
        for n in range(at - 1, scope.start - 1, -1):
            words = words_for(page.lines, scope, n)
            if words and page.spot(scope, words, place) == at:
                return _fence(place, words, text)
    hint = "put a line of words before it"
    raise SourcebookError("the place of this could not be found again", hint, where)


def _fence(name: str, words: str, text: str) -> str:
    longest = max(
        (len(signs) for signs in re.findall(r"^\s*(:{3,})", text, re.MULTILINE)), default=3
    )
    signs = ":" * (longest + 1)
    return f"{signs}{{{name}}} {words}\n{text}{signs}\n"


# ---- files that are no pages


def cut_lines(lines: Sequence[str], runs: Iterable[range], name: str) -> tuple[list[str], str]:
    """Cut lines out of the order of pages or a list of works: what stays, and the overlay's."""
    gone = {n for run in runs for n in run}
    left = [line for n, line in enumerate(lines) if n not in gone]
    sign = "#" if name == TOC else "%"
    text, at = "", 0
    for n, line in enumerate(lines):
        if n not in gone:
            at += 1
            continue
        if n - 1 not in gone:
            text += f"{sign} {_mark(left, at, name)}\n"
        text += line
    return left, text


def _mark(left: Sequence[str], at: int, name: str) -> str:
    everything = range(len(left))
    for side, near in (("after", range(at - 1, -1, -1)), ("before", range(at, len(left)))):
        for n in near:
            # A work is named by the line with its key.
            known = name == TOC or left[n].startswith("@")
            words = words_for(left, everything, n) if known else None
            try:
                if words and fragment_spot(name, left, side, words) == at:
                    return f"{side}: {words}"
            except SourcebookError:
                continue
    hint = "write one page a line" if name == TOC else "write one work below the other"
    raise SourcebookError("what teachers alone have in it could not be brought back", hint, name)


def cut_toc(lines: Sequence[str], gone: set[str]) -> list[range]:
    """The lines of an order of pages that name these pages, and of parts that hold no other."""
    order = yaml.compose("".join(lines), yaml.SafeLoader)
    return _Toc(gone).cuts(order) if order else []


class _Toc:
    """Finds the lines to cut in an order of pages."""

    def __init__(self, gone: set[str]) -> None:
        self.gone = gone

    def cuts(self, node: yaml.Node) -> list[range]:
        """The lines of a list or an entry that go, where not all of it does."""
        if isinstance(node, yaml.SequenceNode):
            found = [
                [_span(each, each)] if self.goes(each) else self.cuts(each) for each in node.value
            ]
            return [run for runs in found for run in runs]
        found = []
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(value, yaml.SequenceNode):
                all_go = all(self.goes(each) for each in value.value)
                found.append([_span(key, value)] if all_go else self.cuts(value))
        return [run for runs in found for run in runs]

    def goes(self, node: yaml.Node) -> bool:
        """Whether nothing is left of an entry or a part."""
        if not isinstance(node, yaml.MappingNode):
            return False
        values = {key.value: value for key, value in node.value}
        inner = [
            each
            for value in values.values()
            if isinstance(value, yaml.SequenceNode)
            for each in value.value
        ]
        file = values.get("file")
        if file is not None and file.value.removesuffix(".md") not in self.gone:
            return False
        return (file is not None or bool(inner)) and all(self.goes(each) for each in inner)


def _span(first: yaml.Node, last: yaml.Node) -> range:
    """The lines from one node's to another's last word."""
    while not isinstance(last, yaml.ScalarNode):
        last = last.value[-1] if isinstance(last, yaml.SequenceNode) else last.value[-1][1]
    return range(first.start_mark.line, last.end_mark.line + 1)
