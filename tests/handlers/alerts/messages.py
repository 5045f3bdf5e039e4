"""Builds Slack events as programs post them."""

from collections.abc import Mapping
from typing import Any

RED, GREEN, YELLOW = "a30200", "2eb886", "daa038"

Json = dict[str, Any]


def post(text: str = "", *attachments: Json, name: str = "robot", **more: object) -> Json:
    """Return the event of a program's message."""
    event: Json = {
        "type": "message",
        "subtype": "bot_message",
        "text": text,
        "username": name,
        "bot_id": "B0ROBOT001",
        "channel": "C0ALERTS99",
        "ts": "1790000000.000100",
    }
    if attachments:
        event["attachments"] = list(attachments)
    return {**event, **more}


def attachment(
    title: str = "",
    text: str = "",
    *,
    color: str = RED,
    fields: Mapping[str, str] | None = None,
    **more: object,
) -> Json:
    """Return a legacy attachment; Slack adds the fallback where nobody gave one."""
    listed = [{"title": key, "value": value} for key, value in (fields or {}).items()]
    parts: Json = {"title": title, "text": text, "color": color, "fields": listed}
    return {"fallback": "[no preview available]", **parts, **more}


def section(text: str, *fields: str) -> Json:
    block: Json = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    if fields:
        block["fields"] = [{"type": "mrkdwn", "text": field} for field in fields]
    return block


def header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def context(*texts: str) -> Json:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": text} for text in texts],
    }


def blocks(*items: Json, text: str = "", name: str = "robot", **more: object) -> Json:
    return post(text, name=name, blocks=list(items), **more)


def edit(after: Json, before: Json) -> Json:
    """Return the event of a message's change."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": after["channel"],
        "ts": "1790000090.000900",
        "message": _without_channel(after),
        "previous_message": _without_channel(before),
    }


def reply(event: Json, thread_ts: str = "1789999999.000100") -> Json:
    return {**event, "thread_ts": thread_ts}


def _without_channel(event: Json) -> Json:
    return {key: value for key, value in event.items() if key != "channel"}
