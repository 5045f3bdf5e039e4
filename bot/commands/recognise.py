"""`paramedic recognise`: read a Slack message as the alert channel would."""

import argparse
import json
import re
import sys

from bot.files import read_text, shown_name
from diagnostics.errors import UsageError
from diagnostics.text import clean_line
from handlers.alerts import Me, UnreadableEventError, inner_event, recognise, to_json

# Slack's own limit of a message with its blocks and attachments is far below.
LONGEST_EVENT_BYTES = 16_000_000
# The bot's own ids: user, bot, app. Source: Slack's reference of users.info and bots.info.
OWN_IDS = (
    ("user", re.compile(r"[UW]\w+")),
    ("bot", re.compile(r"B\w+")),
    ("app", re.compile(r"A\w+")),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a Slack event as JSON; - is standard input")
    parser.add_argument("--me", metavar="USER,BOT,APP", help="the bot's own Slack ids")
    parser.add_argument(
        "--output", type=str.lower, choices=["text", "json"], default="text", help="default: text"
    )


def run(args: argparse.Namespace) -> int:
    """Print what the message says, and what would be done about it."""
    me = _me(args.me)
    reading = to_json(recognise(_event(args.file), me))
    if args.output == "json":
        sys.stdout.write(f"{json.dumps(reading, indent=2)}\n")
        return 0
    width = max(len(name) for name in reading)
    for name, value in reading.items():
        shown = "-" if value is None else clean_line(value)
        sys.stdout.write(f"{name.ljust(width)}  {shown}\n")
    return 0


def _event(name: str) -> dict[str, object]:
    shown, text = shown_name(name), read_text(name, LONGEST_EVENT_BYTES)
    try:
        return dict(inner_event(json.loads(text)))
    except UnreadableEventError as error:
        raise UsageError(f"{shown}: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{shown}: this is nested too deeply for a Slack event.") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{shown}: this is not JSON: {error}.") from error
    except ValueError as error:
        raise UsageError(f"{shown}: a number in it is too long for any JSON of Slack's.") from error


def _me(given: str | None) -> Me | None:
    """Return the bot's own ids; any of the three may be left empty."""
    if given is None:
        return None
    ids = [part.strip() for part in given.split(",")]
    fits = len(ids) == len(OWN_IDS) and all(
        not own or shape.fullmatch(own) for own, (_, shape) in zip(ids, OWN_IDS, strict=True)
    )
    if not fits or not any(ids):
        raise UsageError(
            f'--me "{clean_line(given)[:60]}" is not understood: it is three ids, '
            "such as --me U0123ABCD,B0123ABCD,A0123ABCD."
        )
    return Me(user=ids[0] or None, bot=ids[1] or None, app=ids[2] or None)
