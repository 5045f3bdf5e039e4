"""Slack's size limits that these messages and views live by, one row each, with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass

BLOCKS = "Slack Block Kit reference, blocks"
ELEMENTS = "Slack Block Kit reference, block elements"
OBJECTS = "Slack Block Kit reference, composition objects"
METHODS = "Slack Web API reference, methods"
VIEWS = "Slack reference, views"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many Unicode code points or items."""

    most: int
    source: str


LIMITS: Mapping[str, Limit] = {
    "message.blocks": Limit(50, f"{BLOCKS}, introduction"),
    # chat.update refuses more (msg_too_long); chat.postMessage asks for no more.
    "message.text": Limit(4_000, f"{METHODS}, chat.update, errors"),
    # Undocumented: 13,172 characters passed and 13,297 were refused (msg_blocks_too_long).
    "message.block_text": Limit(12_000, "github.com/slackapi/bolt-js/issues/2509, with a margin"),
    "view.blocks": Limit(100, f"{BLOCKS}, introduction"),
    "view.title": Limit(24, f"{VIEWS}, modals"),
    "view.button": Limit(24, f"{VIEWS}, modals"),
    "view.private_metadata": Limit(3_000, f"{VIEWS}, modals"),
    "header.text": Limit(150, f"{BLOCKS}, header block"),
    "section.text": Limit(3_000, f"{BLOCKS}, section block"),
    "context.text": Limit(3_000, f"{OBJECTS}, text object"),
    "actions.elements": Limit(25, f"{BLOCKS}, actions block"),
    "input.label": Limit(2_000, f"{BLOCKS}, input block"),
    "input.hint": Limit(2_000, f"{BLOCKS}, input block"),
    "input.value": Limit(3_000, f"{ELEMENTS}, plain-text input"),
    "button.text": Limit(75, f"{ELEMENTS}, button"),
    "button.value": Limit(2_000, f"{ELEMENTS}, button"),
    "option.text": Limit(75, f"{OBJECTS}, option object"),
    "list.indent": Limit(8, f"{BLOCKS}, rich text block, list element"),
}


def most(name: str) -> int:
    """Return the limit of this name; raises KeyError for a name the table does not hold."""
    return LIMITS[name].most
