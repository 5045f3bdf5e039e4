"""Who wrote a message: the bot itself, a person, Slack, or a program."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from handlers.alerts.model import Me

SLACKBOT = "USLACKBOT"
BOT_KEYS = ("bot_id", "app_id", "bot_profile")

# Subtypes somebody posted under; every other one is Slack telling of a change.
# Source: Slack's "message" event reference, "Message subtypes".
POSTED = frozenset(
    {None, "", "bot_message", "me_message", "file_share", "thread_broadcast", "message_changed"},
)


class Poster(StrEnum):
    """Who wrote a message."""

    OWN = "own"
    PERSON = "person"
    SLACK = "slack"
    PROGRAM = "program"


def poster_of(event: Mapping[str, Any], me: Me | None) -> Poster:
    """Tell who wrote an event's message; by ids alone, since names are free to choose."""
    levels = tuple(_levels(event))
    if me and any(_is_mine(level, me) for level in levels):
        return Poster.OWN
    if not _is_posted(event.get("subtype")):
        return Poster.SLACK
    if any(level.get(key) for level in levels for key in BOT_KEYS):
        return Poster.PROGRAM
    if any(level.get("subtype") == "bot_message" for level in levels):
        return Poster.PROGRAM
    if any(level.get("user") == SLACKBOT for level in levels):
        return Poster.PROGRAM if _has_email(levels) else Poster.SLACK
    return Poster.PERSON if any(level.get("user") for level in levels) else Poster.PROGRAM


def mentions(event: Mapping[str, Any], me: Me | None) -> bool:
    """Whether a message speaks to the bot."""
    if event.get("type") == "app_mention":
        return True
    text = event.get("text")
    return bool(
        me
        and me.user
        and isinstance(text, str)
        and (f"<@{me.user}>" in text or f"<@{me.user}|" in text),
    )


def _levels(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield event
    for key in ("message", "previous_message"):
        inner = event.get(key)
        if isinstance(inner, Mapping):
            yield inner


def _is_mine(level: Mapping[str, Any], me: Me) -> bool:
    profile = level.get("bot_profile")
    inner = profile if isinstance(profile, Mapping) else {}
    claims = (
        (me.user, level.get("user")),
        (me.bot, level.get("bot_id")),
        (me.app, level.get("app_id")),
        (me.bot, inner.get("id")),
        (me.app, inner.get("app_id")),
    )
    return any(mine and mine == theirs for mine, theirs in claims)


def _is_posted(subtype: object) -> bool:
    return subtype is None or (isinstance(subtype, str) and subtype in POSTED)


def _has_email(levels: tuple[Mapping[str, Any], ...]) -> bool:
    files = (level.get("files") for level in levels)
    return any(
        isinstance(file, Mapping) and "email" in (file.get("filetype"), file.get("mode"))
        for items in files
        if isinstance(items, list)
        for file in items
    )
