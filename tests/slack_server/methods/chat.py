"""chat.* and reactions.*: what an app says."""

import json
import re
from typing import Any, Final

from tests.slack_server.blocks import validate_message
from tests.slack_server.calls import Call
from tests.slack_server.errors import ApiError, refuse
from tests.slack_server.limits import LIMITS
from tests.slack_server.model import Channel, Kind, Message
from tests.slack_server.schema import Json

_TS: Final = re.compile(r"[0-9]{10}\.[0-9]{6}")
_PARSES: Final = frozenset({"none", "full", "client"})


def post_message(call: Call) -> Json:
    channel = _destination(call)
    content = _content(call)
    thread_ts = _thread(call, channel)
    subtype = "thread_broadcast" if thread_ts and call.flag("reply_broadcast") else ""
    if call.text("username") or call.text("icon_emoji") or call.text("icon_url"):
        call.need("chat:write.customize")
    message = call.workspace.post(
        channel,
        user=call.workspace.me.id,
        bot=call.workspace.bot,
        username=call.text("username"),
        thread_ts=thread_ts,
        subtype=subtype,
        metadata=_metadata(call),
        parse=_parse(call, "none"),
        link_names=call.flag("link_names"),
        unfurl_links=call.maybe_flag("unfurl_links"),
        unfurl_media=call.maybe_flag("unfurl_media"),
        **content,
    )
    shown = message.as_json(metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    if call.workspace.me.id not in channel.members:
        raise ApiError("not_in_channel")
    user = call.required("user")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    seen = call.workspace.whisper(
        channel,
        user,
        thread_ts=_thread(call, channel),
        parse=_parse(call, "none"),
        link_names=call.flag("link_names"),
        **_content(call),
    )
    return {"message_ts": seen.ts}


def update(call: Call) -> Json:
    message = _own(call, "cant_update_message")
    if call.channel().archived:
        raise ApiError("is_inactive")
    content = _content(call, update=True)
    given = {name for name in ("text", "blocks", "attachments") if name in call.args}
    if "markdown_text" in call.args:
        given = {"text", "blocks"}
    # docs.slack.dev/reference/methods/chat.update: blocks go when a text comes without them.
    kept = {name for name in ("text", "blocks", "attachments") if name not in given}
    if "text" in given and "blocks" in kept:
        kept.discard("blocks")
    changes: dict[str, Any] = {name: item for name, item in content.items() if name not in kept}
    if "metadata" in call.args:
        changes["metadata"] = _metadata(call)
    after = call.workspace.edit(
        message,
        by=call.workspace.me.id,
        parse=_parse(call, "client"),
        link_names=call.flag("link_names"),
        **changes,
    )
    return {
        "channel": after.channel,
        "ts": after.ts,
        "text": after.text,
        "message": after.as_json(metadata=True),
    }


def delete(call: Call) -> Json:
    message = _own(call, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.required("message_ts")
    message = call.workspace.find(channel.id, ts)
    link = f"https://hospital.example.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(call: Call) -> Json:
    return _react(call, add=True)


def remove_reaction(call: Call) -> Json:
    return _react(call, add=False)


def _react(call: Call, *, add: bool) -> Json:
    channel = call.channel()
    name = call.required("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ApiError("invalid_name")
    message = call.workspace.find(channel.id, call.required("timestamp"))
    call.workspace.react(message, name, call.workspace.me.id, add=add)
    return {}


def _destination(call: Call) -> Channel:
    """Where to post: a channel's id or name, or a person's id, which opens a direct message."""
    workspace = call.workspace
    wanted = call.required("channel")
    if wanted in workspace.users:
        if workspace.users[wanted].deactivated:
            raise ApiError("channel_not_found")
        return workspace.open_direct(wanted)
    named = [c for c in workspace.channels.values() if c.name == wanted.removeprefix("#")]
    channel = workspace.channels.get(wanted) or (named[0] if named else None)
    if channel is None:
        raise ApiError("channel_not_found")
    if channel.archived:
        raise ApiError("is_archived")
    if workspace.me.id in channel.members:
        return channel
    if channel.kind is not Kind.PUBLIC:
        raise ApiError("channel_not_found")
    if "chat:write.public" not in call.scopes:
        raise ApiError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return ""
    if not _TS.fullmatch(thread_ts):
        raise ApiError("invalid_thread_ts")
    try:
        parent = call.workspace.find(channel.id, thread_ts)
    except ApiError as error:
        raise ApiError("thread_not_found") from error
    if parent.is_reply:
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def _content(call: Call, *, update: bool = False) -> dict[str, Any]:
    """Text, blocks and attachments, once Slack would take them; too long a text is cut."""
    text = call.text("text")
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    if blocks is not None and not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if attachments is not None and not isinstance(attachments, list):
        raise ApiError("invalid_attachments")
    if markdown := call.text("markdown_text"):
        if text or blocks:
            raise ApiError("markdown_text_conflict")
        blocks = [{"type": "markdown", "text": markdown}]
    contents = call.args.keys() & {"text", "blocks", "attachments", "markdown_text"}
    if contents or not (update and "metadata" in call.args):
        refuse(validate_message(blocks, text, attachments=attachments, update=update))
    _refuse_unknown_files(call, blocks or [])
    return {
        "text": text[: LIMITS["message.text"].most],
        "blocks": tuple(blocks or ()),
        "attachments": tuple(_numbered(attachments or [])),
    }


def _numbered(attachments: list[Json]) -> list[Json]:
    """Slack numbers attachments and fills in the fallback that notifications show."""
    return [
        {"id": number, "fallback": "[no preview available]", **attachment}
        for number, attachment in enumerate(attachments, 1)
    ]


def _refuse_unknown_files(call: Call, blocks: list[Json]) -> None:
    for block in blocks:
        wanted = block.get("slack_file") or {}
        files = call.workspace.files.values()
        known = [
            f for f in files if f.completed and wanted.get("id", wanted.get("url")) in (f.id, f.url)
        ]
        if wanted and not known:
            raise ApiError("invalid_blocks", errors=["invalid slack file"])


def _metadata(call: Call) -> Json | None:
    metadata = call.json("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata)) > LIMITS["message.metadata"].most:
        raise ApiError("metadata_too_large")
    return metadata


def _parse(call: Call, default: str) -> str:
    parse = call.text("parse") or default
    if parse not in _PARSES:
        raise ApiError("invalid_arguments")
    return parse


def _own(call: Call, otherwise: str) -> Message:
    channel = call.channel()
    ts = call.required("ts")
    message = call.workspace.find(channel.id, ts)
    if message.user != call.workspace.me.id or message.subtype == "tombstone":
        raise ApiError(otherwise)
    return message
