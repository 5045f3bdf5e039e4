"""`paramedic replay`: repeat a diagnosis from recorded evidence, without AWS."""

import argparse

from bot.commands.report import add_output, output_of
from bot.files import read_text, shown_name
from bot.terminal import show
from diagnostics import evidence
from diagnostics.errors import EvidenceError, UsageError
from diagnostics.replay import replay
from diagnostics.text import clean_line

LONGEST_EVIDENCE_BYTES = 64_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="what diagnose --record wrote; - is standard input"
    )
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report that the evidence amounts to."""
    text = read_text(args.file, LONGEST_EVIDENCE_BYTES)
    try:
        world = evidence.load(text)
    except EvidenceError as error:
        raise UsageError(
            f"{shown_name(args.file)}: {clean_line(str(error)).removesuffix('.')}."
        ) from error
    show(replay(world), output_of(args))
    return 0
