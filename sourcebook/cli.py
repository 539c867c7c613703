"""The command line: thin commands over the course's own functions."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .chapters import find_course
from .errors import SourcebookError
from .live.commands import add_live_commands
from .overlay.commands import add_answers_commands, add_overlay_option, staged
from .packs.commands import add_pack_commands
from .terminal import add_command, short
from .text_commands import add_text_commands

KINDS = {".html": "website", ".epub": "e-book", ".zip": "packed"}
"""What a build made, by the ending of its file's name, where it is not the book."""


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
    add_text_commands(commands)
    _notebooks(commands)
    _answers(commands)
    _check(commands)
    _serve(commands)
    _publish(commands)
    add_pack_commands(commands)
    add_live_commands(commands)
    return top


def _build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "build",
        "build the course as a website (html), a book (pdf) and an e-book (epub)",
        "sourcebook build pdf --text my-copy.txt",
    )
    command.add_argument(
        "formats",
        nargs="*",
        metavar="html|pdf|epub|zip",
        help="website, book and e-book unless told; zip: the website as one file",
    )
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
    add_overlay_option(command)
    command.add_argument(
        "--no-keys", action="store_true", help="a student edition whose quizzes have no answers"
    )
    command.add_argument("--strict", action="store_true", help="a warning fails the build")
    command.add_argument("--quiet", action="store_true", help="no progress, only the result")
    command.add_argument("--verbose", action="store_true", help="everything that Sphinx says")
    command.set_defaults(run=build)


def build(arguments: argparse.Namespace) -> int:
    """``sourcebook build``."""
    from .builds import EDITIONS, FORMATS, ZIP, Job
    from .builds import build as build_course

    for value, known in [(f, (*FORMATS, ZIP)) for f in arguments.formats] + [
        (arguments.edition, EDITIONS)
    ]:
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
        overlays=arguments.overlay,
        verbose=arguments.verbose,
    )
    # A finished build need not be taken apart, object by object, before the command ends.
    atexit.register(gc.freeze)
    built = build_course(job)
    for warning in built.warnings:
        print(warning, file=sys.stderr)
    print()
    for path in built.outputs:
        same = " (unchanged)" if path in built.unchanged else ""
        print(f"{KINDS.get(path.suffix, 'book'):7}  {short(path)}{same}")
    if not job.quiet and built.times:
        print(_in_words(built.times))
        if built.beside:
            print(f"at the same time {_in_words(built.beside)}")
    print(f"{arguments.edition} edition, {len(built.warnings)} warnings, {built.seconds:.1f} s")
    print(f"It carries {built.text}.")
    for folder in arguments.overlay:
        print(f"It has the overlay {folder}.")
    return 1 if arguments.strict and built.warnings else 0


def _in_words(times: dict[str, float]) -> str:
    return ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in times.items())


def _notebooks(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
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
        print(f"notebook {short(path)}")
    return 0


def _answers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    answers = add_command(
        commands,
        "answers",
        "the answers that students exported, and those that teachers keep",
        "sourcebook answers merge anna.json ben.json",
    )
    inner = answers.add_subparsers(metavar="merge|detach|attach", required=True)
    add_answers_commands(inner)
    command = add_command(
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
        print(f"wrote {short(path)}")
    print(f"{count} answers from {len(arguments.files)} files")
    return 0


def _check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
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
    add_overlay_option(command)
    command.set_defaults(run=check)


def check(arguments: argparse.Namespace) -> int:
    """``sourcebook check``."""
    from .check import check as check_course

    if arguments.leaks:
        return _leaks(arguments.leaks, arguments.overlay)
    root = find_course(Path.cwd())
    with staged(root, arguments.overlay) as source:
        problems = [source.locate(problem) for problem in check_course(source.root)]
    if arguments.links:
        from .links import check_links

        broken, said = check_links(root)
        problems += broken
        print(said)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "nothing is wrong")
    return 2 if problems else 0


def _leaks(outputs: Sequence[Path], overlays: Sequence[Path]) -> int:
    """``sourcebook check --leaks``."""
    from .leaks import find_leaks

    with staged(find_course(Path.cwd()), overlays) as source:
        leaks, files, blocks = find_leaks(source.root, outputs)
    for leak in leaks:
        origin = source.locate(leak.origin)
        print(f"{short(Path(leak.place))}: holds words of {origin}: “{leak.words} …”")
    found = f"{len(leaks)} leaks" if leaks else "no leak"
    print(f"{found}: {files} files searched for the words of {blocks} teacher's blocks")
    return 2 if leaks else 0


def _serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
        commands,
        "serve",
        "show the website in a browser and build again on every save",
        "sourcebook serve --port 8000",
    )
    command.add_argument("--port", type=int, default=8000, help="8000 unless told")
    command.set_defaults(run=serve)


def serve(arguments: argparse.Namespace) -> int:
    """``sourcebook serve``."""
    from .serving import serve as serve_course

    serve_course(find_course(Path.cwd()), arguments.port)
    return 0


def _publish(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = add_command(
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
    print(f"published in {short(place)}: copy it to your web host, or commit it there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
