"""The command `paramedic`: finds the subcommand, runs it, and turns what ends it into a code."""

import argparse
import contextlib
import errno
import importlib
import io
import logging
import os
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol, TextIO

logger = logging.getLogger(__name__)

OURS, USAGE, SETTINGS, INTERRUPTED = 1, 2, 3, 130
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: its name, what it does, and the module that does it."""

    name: str
    does: str
    module: str


# In the order of `paramedic --help`.
COMMANDS = (
    Command("diagnose", "find out why calls to a table fail, reading AWS", "diagnose"),
    Command("replay", "repeat a diagnosis from recorded evidence, without AWS", "replay"),
    Command("demo", "diagnose a bundled incident; needs nothing", "demo"),
    Command("recognise", "read a Slack message as the alert channel would", "recognise"),
    Command("policy", "print the least-privilege IAM policy of a diagnosis", "policy"),
)


class Subcommand(Protocol):
    """What a module of `bot.commands` has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


class CommandLineError(Exception):
    """The command line cannot be understood; the text says why."""


class Parser(argparse.ArgumentParser):
    """argparse that raises one sentence instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        raise CommandLineError(f"{message} (see {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code; never a traceback.

    0 done, whatever was found; 1 our fault; 2 not understood; 3 wrong settings; 130 interrupted.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    _open_closed_streams()
    try:
        code = _closing(_command(argv))
    except KeyboardInterrupt:
        _say("interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        code = 0
    except SystemExit as leaving:  # --help and --version end so
        code = leaving.code if isinstance(leaving.code, int) else 0
    except Exception as error:  # noqa: BLE001 - the program's edge: a person reads a sentence
        code = _bug(error)
    _silence_closed_pipes()
    return code


def _command(argv: list[str]) -> int:
    """Run the subcommand that the command line names."""
    place = next((i for i, word in enumerate(argv) if not word.startswith("-")), len(argv))
    try:
        top = _top_parser()
        debug = top.parse_args(argv[:place]).debug
        _log_to_standard_error(debug=debug)
        command = _named(argv[place] if place < len(argv) else None)
        module: Subcommand = importlib.import_module(f"bot.commands.{command.module}")
        parser = Parser(
            prog=f"paramedic {command.name}",
            description=f"{command.does[0].upper()}{command.does[1:]}.",
            allow_abbrev=False,
        )
        _add_debug(parser)
        module.add_arguments(parser)
        args = _parsed(parser, argv[place + 1 :])
    except CommandLineError as error:
        _say(str(error))
        return USAGE
    _log_to_standard_error(debug=args.debug)
    return _run(module, args)


def _run(module: Subcommand, args: argparse.Namespace) -> int:
    """Run a subcommand and turn what it raises into a sentence and a code."""
    from bot.config import ConfigError
    from bot.files import NotWritableError
    from diagnostics.errors import UsageError

    try:
        return module.run(args)
    except UsageError as error:
        _say(str(error))
        return USAGE
    except ConfigError as error:
        for problem in error.problems:
            _say(problem)
        return SETTINGS
    except NotWritableError as error:
        _say(str(error))
        return OURS


def _top_parser() -> Parser:
    width = max(len(command.name) for command in COMMANDS)
    listed = "\n".join(f"  {command.name.ljust(width)}  {command.does}" for command in COMMANDS)
    parser = Parser(
        prog="paramedic",
        usage="paramedic [-h] [--version] [--debug] COMMAND ...",
        description="Finds out why a call to DynamoDB failed, with evidence.",
        epilog=f"commands:\n{listed}\n\nparamedic COMMAND --help says more about each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="print the version")
    _add_debug(parser)
    return parser


class _Version(argparse.Action):
    """Prints the installed version, which takes a look into the file system, and leaves."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help=str(options["help"]))

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"paramedic {version('paramedic')}")
        parser.exit()


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--debug", action="store_true", help="log to standard error, with tracebacks of bugs"
    )


def _named(word: str | None) -> Command:
    if word is None:
        names = ", ".join(command.name for command in COMMANDS)
        raise CommandLineError(f"say what to do: {names} (see paramedic --help)")
    command = next((command for command in COMMANDS if command.name == word), None)
    if command is not None:
        return command
    raise CommandLineError(f"there is no command {_quoted(word)}; {_nearest(word)}")


def _nearest(word: str) -> str:
    from bot.config.table import nearest

    return nearest(word, [command.name for command in COMMANDS])


def _quoted(word: str) -> str:
    from bot.config.table import quoted

    return quoted(word)


def _parsed(parser: Parser, words: list[str]) -> argparse.Namespace:
    """Return the arguments; options may stand between the words."""
    args, unknown = parser.parse_known_intermixed_args(words)
    if unknown:
        parser.error(f"{_quoted(unknown[0])} is not understood here")
    return args


def _closing(code: int) -> int:
    """Write out what is buffered while an error in it can still be told."""
    sys.stdout.flush()
    return code


def _bug(error: Exception) -> int:
    """Say that something of ours failed, with an id that the log has too."""
    if isinstance(error, OSError) and error.errno in FULL:
        _say(f"standard output cannot be written: {error.strerror}")
        return OURS
    bug = uuid.uuid4().hex[:8]
    logger.error("bug %s", bug, exc_info=error)
    _say(f"this is a bug of paramedic ({type(error).__name__}, {bug}); --debug shows where")
    return OURS


def _say(sentence: str) -> None:
    """Tell a person one sentence on standard error, if anybody still reads it."""
    with contextlib.suppress(OSError, ValueError):
        print(f"paramedic: {sentence}", file=sys.stderr, flush=True)


def _log_to_standard_error(*, debug: bool) -> None:
    """Log for --debug; else nothing, so that a person reads sentences alone."""
    if debug:
        form = "%(asctime)s %(name)s %(message)s"
        logging.basicConfig(level=logging.INFO, format=form, force=True)
        for package in ("bot", "handlers", "diagnostics"):
            logging.getLogger(package).setLevel(logging.DEBUG)
    elif not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())


def _open_closed_streams() -> None:
    """Let what is written to a stream that was closed from the start go nowhere."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _silence_closed_pipes() -> None:
    """Keep Python from complaining at its end about output that nobody takes.

    Source: Python's documentation of the signal module, "Note on SIGPIPE".
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
