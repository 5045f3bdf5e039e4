"""What the subcommands that print a report share: the forms of output."""

import argparse

from bot.terminal import Output


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=str.lower,
        choices=[form.value for form in Output],
        default=Output.TEXT.value,
        help="how to print the report (default: text)",
    )


def output_of(args: argparse.Namespace) -> Output:
    return Output(args.output)
