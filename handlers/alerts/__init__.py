"""Reads what monitors post to Slack: is it an alert, of what, and what is to be done about it?

`recognise` is the face. It keeps no state and asks nobody: one event in, one `Alert` out, for any
input at all. What it reads is untrusted text.
"""

from collections.abc import Mapping
from typing import Any

from handlers.alerts.decide import decide
from handlers.alerts.envelope import UnreadableEventError, inner_event
from handlers.alerts.model import (
    Action,
    Alert,
    Basis,
    Delivery,
    Facts,
    Kind,
    Me,
    Severity,
    State,
)
from handlers.alerts.monitors import RECOGNISERS
from handlers.alerts.normalise import message_of
from handlers.alerts.poster import Poster, mentions, poster_of
from handlers.alerts.reading import UNKNOWN_SOURCE, Reading

__all__ = [
    "Action",
    "Alert",
    "Basis",
    "Delivery",
    "Facts",
    "Kind",
    "Me",
    "Severity",
    "State",
    "UnreadableEventError",
    "inner_event",
    "recognise",
    "to_json",
]

# The fields `paramedic recognise` prints, in this order.
PRINTED = (
    "kind",
    "action",
    "source",
    "state",
    "severity",
    "alarm",
    "service",
    "resource_type",
    "resource",
    "region",
    "account",
    "metric",
    "error_code",
    "fingerprint",
    "why",
)


def recognise(event: Mapping[str, Any], me: Me | None = None) -> Alert:
    """Return what a Slack event says; without `me`, nothing is the bot's own."""
    message = message_of(event)
    reading = _of_poster(event, me)
    if reading is None:
        found = (recognise_one(message) for recognise_one in RECOGNISERS)
        reading = next(filter(None, found), None)
    return decide(message, reading or _silence(message.pieces))


def to_json(alert: Alert) -> dict[str, str | None]:
    """Return the reading as `paramedic recognise --output json` prints it."""
    return {name: getattr(alert, name) for name in PRINTED}


def _of_poster(event: Mapping[str, Any], me: Me | None) -> Reading | None:
    """Read an event whose poster settles it; None: a program wrote it, so its words count."""
    poster = poster_of(event, me)
    if poster is Poster.OWN:
        return Reading(source="own-bot", why="the bot's own message", kind=Kind.OWN)
    if event.get("type") not in (None, "message", "app_mention"):
        return Reading(source="slack-system", why="not a message", kind=Kind.CHATTER)
    if poster is Poster.SLACK:
        return _of_slack(event)
    if poster is Poster.PROGRAM and event.get("type") == "app_mention":
        return Reading(
            source=UNKNOWN_SOURCE,
            why="a program names the bot; its message is read when it comes as one",
            kind=Kind.CHATTER,
        )
    if poster is Poster.PROGRAM:
        return None
    if mentions(event, me):
        return Reading(source="human", why="a person speaks to the bot", kind=Kind.COMMAND)
    return Reading(source="human", why="a person wrote it", kind=Kind.CHATTER)


def _of_slack(event: Mapping[str, Any]) -> Reading:
    subtype = event.get("subtype")
    before = event.get("previous_message")
    if subtype == "message_deleted" and isinstance(before, Mapping):
        source = "human" if poster_of(before, None) is Poster.PERSON else UNKNOWN_SOURCE
        return Reading(source=source, why="a message was deleted", kind=Kind.CHATTER)
    return Reading(source="slack-system", why="Slack's own message", kind=Kind.CHATTER)


def _silence(pieces: tuple[object, ...]) -> Reading:
    why = "nothing in it says alert" if pieces else "there is nothing to read in it"
    return Reading(source=UNKNOWN_SOURCE, why=why, kind=Kind.CHATTER)
