"""`paramedic demo`: a diagnosis of a bundled incident; needs nothing, no network."""

import argparse
import sys

from bot.commands.report import add_output, output_of
from bot.config.table import nearest, quoted
from bot.terminal import show
from diagnostics import evidence, incidents
from diagnostics.errors import UsageError
from diagnostics.replay import replay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "incident",
        metavar="INCIDENT",
        nargs="?",
        default=incidents.DEFAULT,
        help=f"which one (default: {incidents.DEFAULT})",
    )
    parser.add_argument("--list", action="store_true", help="list the incidents instead")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report on an incident, or the list of them."""
    if args.list:
        sys.stdout.writelines(f"{name}\t{title}\n" for name, title in incidents.TITLES.items())
        return 0
    if args.incident not in incidents.TITLES:
        hint = nearest(args.incident, incidents.TITLES)
        raise UsageError(f"There is no incident {quoted(args.incident)}; {hint}")
    show(replay(evidence.load(incidents.read(args.incident))), output_of(args))
    return 0
