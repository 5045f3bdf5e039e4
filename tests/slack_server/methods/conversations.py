"""conversations.*: channels, who is in them, and what was said."""

import re
from typing import Final

from tests.slack_server.calls import SCOPE_OF_KIND, Call, page
from tests.slack_server.errors import ApiError
from tests.slack_server.model import Kind, Message
from tests.slack_server.schema import Json

_TS: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_TYPES: Final = {
    "public_channel": Kind.PUBLIC,
    "private_channel": Kind.PRIVATE,
    "im": Kind.DIRECT,
    "mpim": Kind.GROUP_DIRECT,
}


def info(call: Call) -> Json:
    return {"channel": call.readable("read").as_json(call.workspace.me.id)}


def members(call: Call) -> Json:
    channel = call.readable("read")
    shown, metadata = page(list(channel.members), call, default=100, most=1_000)
    return {"members": shown, "response_metadata": metadata}


def list_all(call: Call) -> Json:
    wanted = [name.strip() for name in (call.text("types") or "public_channel").split(",")]
    if unknown := set(wanted) - _TYPES.keys():
        raise ApiError("invalid_types", unknown=sorted(unknown))
    kinds = {_TYPES[name] for name in wanted}
    for kind in kinds:
        call.need(f"{SCOPE_OF_KIND[kind]}:read")
    me = call.workspace.me.id
    channels = [
        channel.as_json(me)
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind is Kind.PUBLIC or me in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]
    shown, metadata = page(channels, call, default=100, most=1_000)
    return {"channels": shown, "response_metadata": metadata}


def open_direct(call: Call) -> Json:
    users = [user for user in call.text("users").split(",") if user]
    if call.text("channel"):
        channel = call.channel()
        return {"channel": {"id": channel.id}}
    if not users:
        raise ApiError("users_list_not_supplied")
    call.need("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        if user not in call.workspace.users:
            raise ApiError("user_not_found")
        if call.workspace.users[user].deactivated:
            raise ApiError("user_disabled")
    return {"channel": {"id": call.workspace.open_direct(*users).id}}


def history(call: Call) -> Json:
    channel = call.readable("history")
    stored = call.workspace.messages(channel)
    visible = [m for m in stored if not m.is_reply or m.subtype == "thread_broadcast"]
    newest_first = _between(call, visible)[::-1]
    shown, metadata = page(newest_first, call, default=100, most=999)
    return {"messages": _as_json(call, shown), **_more(metadata), "pin_count": 0}


def replies(call: Call) -> Json:
    channel = call.readable("history")
    try:
        found = call.workspace.find(channel.id, call.required("ts"))
    except ApiError as error:
        raise ApiError("thread_not_found") from error
    parent = call.workspace.find(channel.id, found.thread_ts) if found.is_reply else found
    thread = [parent, *_between(call, call.workspace.replies(parent))]
    shown, metadata = page(thread, call, default=1_000, most=1_000)
    return {"messages": _as_json(call, shown), **_more(metadata)}


def _as_json(call: Call, messages: list[Message]) -> list[Json]:
    with_metadata = call.flag("include_all_metadata")
    shown = [call.workspace.to_json(message, metadata=with_metadata) for message in messages]
    for message in shown:
        del message["channel"], message["channel_type"]
    return shown


def _more(metadata: Json) -> Json:
    if not metadata["next_cursor"]:
        return {"has_more": False}
    return {"has_more": True, "response_metadata": metadata}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those after `oldest` and before `latest`; `inclusive` takes in the ends."""
    oldest = _time(call, "oldest", "0")
    latest = _time(call, "latest", "999999999999")
    if call.flag("inclusive"):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


def _time(call: Call, name: str, default: str) -> float:
    value = call.text(name) or default
    if not _TS.fullmatch(value):
        raise ApiError(f"invalid_ts_{name}")
    return float(value)
