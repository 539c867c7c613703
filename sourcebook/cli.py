"""The command line: thin commands over the course's own functions."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .chapters import Chapter, find_course, read_chapter, read_toc
from .errors import SourcebookError
from .mapping import LOCK, lock, write_map
from .readers import read_file
from .reports import as_data, as_lines
from .splitting import Split, split_files
from .texts import SOURCE, TextMap, read_maps, stored_texts


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a user's error is one message and exit code 2 (a failed build: 1)."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except SourcebookError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever reads the output, such as head, has read enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stopped; the last finished output is untouched", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Every command with its help and an example."""
    top = argparse.ArgumentParser(
        prog="sourcebook",
        description="Build a course out of source texts: a website and a book, for students or "
        "for the teacher, with or without the text you supply.",
        epilog="Run a command with --help for its example. Start with: sourcebook build",
    )
    top.add_argument("--version", action="version", version=f"sourcebook {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _build(commands)
    _text(commands)
    _notebooks(commands)
    _answers(commands)
    _check(commands)
    _serve(commands)
    _publish(commands)
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help: str,
    example: str,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=help,
        description=f"{help[:1].upper()}{help[1:]}.",
        epilog=f"Example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands,
        "build",
        "build the course as a website (html) and a book (pdf)",
        "sourcebook build pdf --text my-copy.txt",
    )
    command.add_argument("formats", nargs="*", metavar="html|pdf", help="which; both unless told")
    command.add_argument(
        "--edition", default="student", metavar="student|teacher", help="student unless told"
    )
    command.add_argument(
        "--text",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="source text, this build only",
    )
    command.add_argument(
        "--form", default="book", metavar="NAME", help="book, screen, large, grey or booklet (pdf)"
    )
    command.add_argument(
        "--paper", default="a4", metavar="a4|letter", help="paper of the pdf; a4 unless told"
    )
    command.add_argument(
        "--chapter", default="", metavar="NAME", help="this chapter alone, with its work (pdf)"
    )
    command.add_argument("--out", type=Path, metavar="DIR", help="where (_build unless told)")
    command.add_argument(
        "--no-keys", action="store_true", help="a student edition whose quizzes have no answers"
    )
    command.add_argument("--strict", action="store_true", help="a warning fails the build")
    command.add_argument("--quiet", action="store_true", help="no progress, only the result")
    command.set_defaults(run=build)


def build(arguments: argparse.Namespace) -> int:
    """``sourcebook build``."""
    from .builds import EDITIONS, FORMATS, Job
    from .builds import build as build_course

    for value, known in [(f, FORMATS) for f in arguments.formats] + [(arguments.edition, EDITIONS)]:
        if value not in known:
            raise SourcebookError(f"{value!r} cannot be built", f"choose from {', '.join(known)}")
    # A single chapter is a thing of print.
    usual = ("pdf",) if arguments.chapter else FORMATS
    job = Job(
        find_course(Path.cwd()),
        arguments.edition,
        arguments.formats or usual,
        arguments.text,
        arguments.out,
        arguments.quiet,
        not arguments.no_keys,
        arguments.form,
        arguments.paper,
        arguments.chapter,
    )
    built = build_course(job)
    for warning in built.warnings:
        print(warning, file=sys.stderr)
    print()
    for path in built.outputs:
        print(f"{'website' if path.suffix == '.html' else 'book'}  {_short(path)}")
    print(f"{arguments.edition} edition, {len(built.warnings)} warnings, {built.seconds:.1f} s")
    print(f"It carries {built.text}.")
    return 1 if arguments.strict and built.warnings else 0


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _text(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = _command(
        commands, "text", "your copy of the source text", "sourcebook text add my-copy.txt"
    )
    inner = text.add_subparsers(metavar="add|remove|split|map|lock", required=True)
    add = _command(
        inner, "add", "keep a source text for all later builds", "sourcebook text add my-copy.txt"
    )
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.set_defaults(run=text_add)
    remove = _command(inner, "remove", "forget the text that was added", "sourcebook text remove")
    remove.set_defaults(run=text_remove)
    split = _command(
        inner,
        "split",
        "show what a file holds, without keeping it",
        "sourcebook text split my-copy.txt --json",
    )
    split.add_argument("files", nargs="+", type=Path, metavar="FILE")
    split.add_argument("--json", action="store_true", help="as one JSON object")
    split.set_defaults(run=text_split)
    first = _command(
        inner,
        "map",
        "write the first map of a new text, for a writer to fill in",
        "sourcebook text map letter.docx --id sister-letter --prefix S",
    )
    first.add_argument("file", type=Path, metavar="FILE")
    first.add_argument("--id", required=True, metavar="NAME", help="the map's file name")
    first.add_argument("--prefix", default="", metavar="LETTER", help="before each number")
    first.set_defaults(run=text_map)
    keep = _command(
        inner,
        "lock",
        "record the published paragraph numbers; a build fails when one moves",
        "sourcebook text lock",
    )
    keep.set_defaults(run=text_lock)


def text_add(arguments: argparse.Namespace) -> int:
    """``sourcebook text add``."""
    root = find_course(Path.cwd())
    maps = read_maps(root / SOURCE)
    found = split_files(arguments.files, maps)
    for text_map in maps:
        words = [p.text for p in found.paragraphs if p.text_id == text_map.id]
        if words:
            path = root / SOURCE / f"{text_map.id}.txt"
            fresh = path.with_suffix(".new")
            fresh.write_text("\n\n".join(words) + "\n", encoding="utf-8")
            fresh.replace(path)
            print(f"kept {_short(path)} (git ignores it; it is for your own builds)")
    _report(root, maps, found)
    print("All later builds use it, until: sourcebook text remove")
    return 0


def text_remove(arguments: argparse.Namespace) -> int:
    """``sourcebook text remove``."""
    root = find_course(Path.cwd())
    texts = stored_texts(root / SOURCE)
    for path in texts:
        path.unlink()
        print(f"removed {_short(path)}")
    if not texts:
        print("no text was kept")
    return 0


def text_split(arguments: argparse.Namespace) -> int:
    """``sourcebook text split``."""
    root = find_course(Path.cwd())
    maps = read_maps(root / SOURCE)
    found = split_files(arguments.files, maps)
    if arguments.json:
        print(json.dumps(as_data(found, maps, _chapters(root)), ensure_ascii=False, indent=1))
    else:
        _report(root, maps, found)
    return 0


def text_map(arguments: argparse.Namespace) -> int:
    """``sourcebook text map``."""
    root = find_course(Path.cwd())
    path, count, left_out = write_map(
        root, read_file(arguments.file), arguments.id, arguments.prefix
    )
    print(f"wrote {_short(path)}: {count} paragraphs")
    for line in left_out:
        print(f"  left out as a heading: {line[:70]}")
    print("Look through it: take out what is no paragraph and number again. Then fill in title,")
    print("author, rights, read_at, and for each paragraph a guide line in your own words and a")
    print("cue of two or three words; give each its chapter; and: sourcebook text lock")
    return 0


def text_lock(arguments: argparse.Namespace) -> int:
    """``sourcebook text lock``."""
    root = find_course(Path.cwd())
    chapters = _chapters(root)
    holders = {id: chapter.stem for chapter in chapters for id in chapter.passages}
    added = lock(root, read_maps(root / SOURCE), holders)
    print(f"{added} paragraphs added to {LOCK}; a build fails when one of its numbers moves")
    return 0


def _chapters(root: Path) -> list[Chapter]:
    chapters = [read_chapter(root, page.docname) for page in read_toc(root)]
    return [chapter for chapter in chapters if chapter.passages]


def _report(root: Path, maps: Sequence[TextMap], found: Split) -> None:
    for line in as_lines(found, maps, _chapters(root)):
        print(line)


def _notebooks(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands,
        "notebooks",
        "write the student notebooks with their tables, for Jupyter",
        "sourcebook notebooks my-notebooks",
    )
    command.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="_build/notebooks")
    command.set_defaults(run=notebooks)


def notebooks(arguments: argparse.Namespace) -> int:
    """``sourcebook notebooks``."""
    from .notebooks import write_notebooks

    root = find_course(Path.cwd())
    for path in write_notebooks(root, arguments.folder or root / "_build" / "notebooks"):
        print(f"notebook {_short(path)}")
    return 0


def _answers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    answers = _command(
        commands,
        "answers",
        "the answers that students exported",
        "sourcebook answers merge anna.json ben.json",
    )
    inner = answers.add_subparsers(metavar="merge", required=True)
    command = _command(
        inner,
        "merge",
        "one table of a class out of the files of its students, as CSV and HTML",
        "sourcebook answers merge anna.json ben.json --out class-7b",
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="this folder")
    command.set_defaults(run=answers_merge)


def answers_merge(arguments: argparse.Namespace) -> int:
    """``sourcebook answers merge``."""
    from .answers import write_table

    made, count = write_table(arguments.files, arguments.out)
    for path in made:
        print(f"wrote {_short(path)}")
    print(f"{count} answers from {len(arguments.files)} files")
    return 0


def _check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands,
        "check",
        "say everything that is wrong in the course's own files",
        "sourcebook check --leaks _build/student",
    )
    command.add_argument(
        "--leaks",
        nargs="+",
        type=Path,
        metavar="DIR|FILE",
        help="search what students get for words that only teachers may see",
    )
    command.add_argument(
        "--links",
        action="store_true",
        help="ask each outside link whether it still leads somewhere",
    )
    command.set_defaults(run=check)


def check(arguments: argparse.Namespace) -> int:
    """``sourcebook check``."""
    from .check import check as check_course

    if arguments.leaks:
        return _leaks(arguments.leaks)
    root = find_course(Path.cwd())
    problems = check_course(root)
    if arguments.links:
        from .links import check_links

        broken, said = check_links(root)
        problems += broken
        print(said)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "nothing is wrong")
    return 2 if problems else 0


def _leaks(outputs: Sequence[Path]) -> int:
    """``sourcebook check --leaks``."""
    from .leaks import find_leaks

    leaks, files, blocks = find_leaks(find_course(Path.cwd()), outputs)
    for leak in leaks:
        print(f"{_short(Path(leak.place))}: holds words of {leak.origin}: “{leak.words} …”")
    found = f"{len(leaks)} leaks" if leaks else "no leak"
    print(f"{found}: {files} files searched for the words of {blocks} teacher's blocks")
    return 2 if leaks else 0


def _serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands,
        "serve",
        "show the website in a browser and build again on every save",
        "sourcebook serve --port 8000",
    )
    command.add_argument("--port", type=int, default=8000, help="8000 unless told")
    command.set_defaults(run=serve)


def serve(arguments: argparse.Namespace) -> int:
    """``sourcebook serve``."""
    from .builds import serve as serve_course

    serve_course(find_course(Path.cwd()), arguments.port)
    return 0


def _publish(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(
        commands,
        "publish",
        "build the student site and book and put them into a folder for a web host",
        "sourcebook publish ../my-course-site",
    )
    command.add_argument("folder", type=Path, metavar="DIR")
    command.set_defaults(run=publish)


def publish(arguments: argparse.Namespace) -> int:
    """``sourcebook publish``."""
    from .publishing import publish as publish_course

    place = publish_course(find_course(Path.cwd()), arguments.folder)
    print(f"published in {_short(place)}: copy it to your web host, or commit it there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
