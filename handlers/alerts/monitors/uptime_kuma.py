"""Uptime Kuma's monitors."""

import re

from handlers.alerts.facts import Scope, read_facts
from handlers.alerts.markup import SHORTCODE
from handlers.alerts.message import Message, Place
from handlers.alerts.model import Facts, Kind, State
from handlers.alerts.reading import Reading

SOURCE = "uptime-kuma"

# "[name] [(emoji) Down] message". Source: Uptime Kuma's server/notification-providers/slack.js.
LINE = re.compile(
    r"^\[([^\n]{1,200}?)\] \[\s?(Down|Up|Pending|Maintenance)\]\s*(.*)$", re.MULTILINE
)
TEST = re.compile(r"^Uptime Kuma Slack testing\b|\bSlack Testing\b", re.IGNORECASE)
CERTIFICATE = re.compile(
    r"^\[([^\n]{1,200}?)\]\[[^\n]{1,200}\] .{0,40}certificate .{0,200} will be expired",
    re.MULTILINE,
)
STATES = {"Down": State.FIRING, "Up": State.RESOLVED, "Pending": State.UNKNOWN}


def recognise_uptime_kuma(message: Message) -> Reading | None:
    """Read a monitor's change by its line."""
    text = SHORTCODE.sub("", "\n".join(message.at(Place.TEXT, Place.BODY, Place.FIELD)))
    match = LINE.search(text)
    if match is None:
        is_test = "uptime kuma" in (message.sender or "").lower() and TEST.search(text)
        return (
            Reading(source=SOURCE, why="Uptime Kuma tests its channel", kind=Kind.NOTICE)
            if is_test
            else None
        )
    name, word, says = match.groups()
    if word == "Maintenance":
        return Reading(source=SOURCE, why="a monitor in maintenance", kind=Kind.NOTICE)
    known = Facts(resource=name, resource_type="monitor")
    scope = Scope(message=message, alarm=name, text=f"{name}\n{says}", errors=word != "Up")
    return Reading(
        source=SOURCE,
        why="an Uptime Kuma monitor's change",
        state=STATES[word],
        alarm=name,
        key=("uptime-kuma", name),
        facts=read_facts(scope, known),
    )
