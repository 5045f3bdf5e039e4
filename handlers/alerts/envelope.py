"""Finds the event in whatever Slack, a file or a test wraps around it."""

from collections.abc import Mapping
from typing import Any

MAX_WRAPPERS = 6  # envelope, callback, a file's own object: three in practice
WRAPPER_KEYS = ("event", "payload")
EVENT_KEYS = frozenset({"type", "text", "attachments", "blocks", "message"})

# Interaction payloads also carry a `message`, but nobody posted it now.
# Source: Slack's "Interaction payloads" reference, and the Socket Mode envelope types.
INTERACTIONS = frozenset(
    {
        "block_actions",
        "block_suggestion",
        "interactive",
        "interactive_message",
        "message_action",
        "shortcut",
        "slash_commands",
        "view_closed",
        "view_submission",
    },
)


class UnreadableEventError(ValueError):
    """What was given holds no Slack event; the text says why, for the person who gave it."""


def inner_event(given: object) -> Mapping[str, Any]:
    """Return the event inside an event callback, a Socket Mode envelope or any such object.

    Raises:
        UnreadableEventError: there is no event in it.
    """
    for _ in range(MAX_WRAPPERS):
        if not isinstance(given, Mapping):
            raise UnreadableEventError(
                f"A Slack event is a JSON object, but this is {_name_of(given)}.",
            )
        kind = given.get("type")
        if isinstance(kind, str) and kind in INTERACTIONS:
            raise UnreadableEventError(f'This is an interaction ("{kind}"), not a message event.')
        wrapper = next((key for key in WRAPPER_KEYS if key in given), None)
        if wrapper is None:
            return _event(given)
        given = given[wrapper]
    raise UnreadableEventError(f"The event is wrapped more than {MAX_WRAPPERS} times.")


def _event(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if EVENT_KEYS.isdisjoint(given):
        raise UnreadableEventError(
            'This object holds no Slack event: it has neither "event" nor "type", "text", '
            '"attachments" or "blocks".',
        )
    return given


def _name_of(given: object) -> str:
    names = {list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(
        type(given), "a number" if isinstance(given, int | float) else "something else"
    )
