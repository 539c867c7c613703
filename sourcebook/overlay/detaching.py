"""All answers moved out of the tree into a folder of the teacher's own, and back.

What is moved is a private overlay (``course``): the course is built with it as it was
before, and attaching it gives every file back byte by byte. That is tried before anything is
moved.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..caches import caches_of
from ..chapters import CONFIG, TOC, read_chapter, read_toc, read_yaml
from ..errors import SourcebookError
from ..leaks import secrets_of
from .course import FORMAT, SETTINGS, merge, read_lines, read_overlay
from .cutting import cut_lines, cut_page, cut_toc
from .fragments import works_in
from .moving import move_all
from .staging import files_of

_SETTINGS = f"""\
# Taken out by `sourcebook answers detach`; `sourcebook answers attach` brings it back.
format: {FORMAT}
detached: true
"""
_PATH = re.compile(r"[^\s()<>`\"'\[\]{}]+\.\w+")


@dataclass
class Plan:
    """What a tree and a folder hold afterwards; ``None`` is a file that goes."""

    tree: dict[str, str | None] = field(default_factory=dict)
    folder: dict[str, bytes] = field(default_factory=dict)
    secret: list[tuple[str, str]] = field(default_factory=list)
    """Words that only teachers see, each with its page."""
    public: str = ""
    blocks: int = 0


def detach(root: Path, folder: Path) -> Plan:
    """Move everything that only teachers may see into ``folder``, all or nothing."""
    _look_outside(root, folder)
    plan = _plan(root)
    if not plan.folder:
        raise SourcebookError("there is nothing to detach", "the course has no teacher's blocks")
    plan.folder[SETTINGS] = _SETTINGS.encode()
    for name, data in plan.folder.items():
        path = folder / name
        if path.exists() and (path.is_dir() or path.read_bytes() != data):
            hint = "name another folder, or move this file away"
            raise SourcebookError("there is another file at this place", hint, str(path))
    _try(root, plan)
    writes = {folder / name: data for name, data in plan.folder.items()}
    writes |= {root / name: text.encode() for name, text in plan.tree.items() if text is not None}
    move_all(writes, [root / name for name, text in plan.tree.items() if text is None])
    # It has read the answers.
    shutil.rmtree(caches_of(root), ignore_errors=True)
    return plan


def attach(root: Path, folder: Path) -> list[str]:
    """Bring back what was detached; the files that changed. The folder stays as it is."""
    _look_outside(root, folder)
    if not read_overlay(folder).detached:
        hint = "a school's own overlay stays outside: sourcebook build --edition teacher --overlay"
        raise SourcebookError("nothing was detached into this folder", hint, str(folder))
    course = merge(root, [folder])
    writes = {
        root / name: "".join(line.text for line in lines).encode()
        for name, lines in course.changed.items()
    }
    writes |= {root / name: path.read_bytes() for name, path in course.added.items()}
    move_all(writes)
    return sorted([*course.changed, *course.added])


def _look_outside(root: Path, folder: Path) -> None:
    """Refuse a folder that whoever has the repository would have, too."""
    top = next((path for path in (root, *root.parents) if (path / ".git").exists()), root)
    if folder.resolve().is_relative_to(top.resolve()):
        hint = "name a folder beside it, such as ../answers"
        raise SourcebookError("this folder is inside the repository", hint, str(folder))


def _plan(root: Path) -> Plan:
    plan = Plan()
    gone: list[str] = []
    for page in read_toc(root):
        name = f"{page.docname}.md"
        lines = read_lines(root / name)
        if read_chapter(root, page.docname).edition == "teacher":
            gone.append(page.docname)
            plan.folder[name], plan.tree[name] = (root / name).read_bytes(), None
            plan.secret.append((name, "".join(lines)))
            plan.blocks += 1
            continue
        cut = cut_page(lines, name)
        plan.public += "".join(cut.left)
        if cut.runs:
            plan.tree[name] = "".join(cut.left)
            plan.folder[name] = cut.text.encode()
            plan.secret.append((name, cut.text))
            plan.blocks += cut.blocks
    if gone:
        _plan_lines(plan, root, TOC, cut_toc(read_lines(root / TOC), set(gone)))
    plan.public += "".join(_public_files(root))
    for name in (read_yaml(root / CONFIG) or {}).get("bibtex_bibfiles") or []:
        _plan_works(plan, root, name)
    _plan_files(plan, root)
    return plan


def _public_files(root: Path) -> Iterator[str]:
    """What other files say: they may name a work or a file that pages do not."""
    for name in files_of(root):
        if name.endswith((".csv", ".yml")) or ("/" not in name and name.endswith(".md")):
            yield (root / name).read_text(encoding="utf-8", errors="replace")


def _plan_lines(plan: Plan, root: Path, name: str, runs: Sequence[range]) -> None:
    lines = read_lines(root / name)
    left, text = cut_lines(lines, runs, name)
    plan.tree[name], plan.folder[name] = "".join(left), text.encode()


def _plan_works(plan: Plan, root: Path, name: str) -> None:
    """Works that only teacher's blocks cite; none where a page lists all there are."""
    if ":all:" in plan.public or not (root / name).is_file():
        return
    lines = read_lines(root / name)
    works = works_in(lines)
    secret = "\n".join(words for _, words in plan.secret)

    def only_teachers(key: str) -> bool:
        word = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
        if not word.search(secret) or word.search(plan.public):
            return False
        others = (span for other, span in works.items() if other != key)
        return not any(word.search(lines[n]) for span in others for n in span)

    runs = [span for key, span in works.items() if only_teachers(key)]
    if runs:
        _plan_lines(plan, root, name, runs)


def _plan_files(plan: Plan, root: Path) -> None:
    """Pictures and downloads that only teacher's blocks show."""
    files = {(root / name).resolve(): name for name in files_of(root)}
    for page, words in plan.secret:
        for found in _PATH.findall(words):
            base = root if found.startswith("/") else (root / page).parent
            name = files.get((base / found.lstrip("/")).resolve())
            if not name or name.endswith((".md", ".bib", ".yml")) or name in plan.folder:
                continue
            # A table with a record is data of the course; cells name it without its ending.
            table = (root / name).with_suffix(".yml").is_file()
            if not table and Path(name).name not in plan.public:
                plan.tree[name], plan.folder[name] = None, (root / name).read_bytes()


def _try(root: Path, plan: Plan) -> None:
    """Detach and attach a copy, and look whether all is as it was."""
    with tempfile.TemporaryDirectory() as scratch:
        tree, folder = Path(scratch) / "tree", Path(scratch) / "folder"
        after = {name: (root / name).read_bytes() for name in files_of(root)}
        after |= {name: (text or "").encode() for name, text in plan.tree.items()}
        for place, files in ((tree, after), (folder, plan.folder)):
            for name, data in files.items():
                if place == folder or plan.tree.get(name, "") is not None:
                    (place / name).parent.mkdir(parents=True, exist_ok=True)
                    (place / name).write_bytes(data)
        left, _ = secrets_of(tree)
        for origin in left.values():
            raise SourcebookError("this would stay in the tree", "move it by hand", origin)
        try:
            course = merge(tree, [folder])
        except SourcebookError as error:
            # It names a line of the scratch folder.
            name = error.where.removeprefix(f"{folder}/").rpartition(":")[0]
            what = f"this file could not be brought back: {error.message}"
            raise SourcebookError(what, error.hint, name) from error
        back = {
            name: "".join(line.text for line in lines).encode()
            for name, lines in course.changed.items()
        }
        back |= {name: path.read_bytes() for name, path in course.added.items()}
        for name in plan.tree:
            if back.get(name) != (root / name).read_bytes():
                hint = "put blank lines around its teacher's blocks, one entry a line"
                raise SourcebookError("this file could not be brought back as it is", hint, name)
