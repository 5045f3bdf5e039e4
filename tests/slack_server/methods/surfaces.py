"""views.*, files.* and apps.*: modals, Home tabs, uploads, Socket Mode."""

import json
from dataclasses import replace
from typing import Any

from tests.slack_server.calls import Call
from tests.slack_server.errors import ApiError, invalid
from tests.slack_server.model import File, View
from tests.slack_server.schema import Json


def open_view(call: Call) -> Json:
    json_view = _view(call)
    user = call.platform.triggers.exchange(call.required("trigger_id"))
    return _shown(call, call.platform.views.open(user, json_view))


def push_view(call: Call) -> Json:
    json_view = _view(call)
    user = call.platform.triggers.exchange(call.required("trigger_id"))
    return _shown(call, call.platform.views.push(user, json_view))


def update_view(call: Call) -> Json:
    json_view = _view(call)
    if not (call.text("view_id") or call.text("external_id")):
        raise invalid("invalid_arguments", ["missing required field: view_id or external_id"])
    view = call.platform.views.update(
        json_view,
        view_id=call.text("view_id"),
        external_id=call.text("external_id"),
        expected_hash=call.text("hash"),
    )
    return _shown(call, view)


def publish_view(call: Call) -> Json:
    user = call.required("user_id")
    if user not in call.workspace.users:
        raise invalid("invalid_arguments", ["invalid `user_id`"])
    return _shown(call, call.platform.views.publish(user, _view(call), call.text("hash")))


def upload_url(call: Call) -> Json:
    name = call.required("filename")
    length = call.text("length")
    if not length.isascii() or not length.isdigit() or int(length) == 0:
        raise ApiError("missing_argument")
    if len(call.text("alt_txt")) > 1_000:
        raise ApiError("alt_txt_too_large")
    workspace, base = call.workspace, call.platform.base_url
    file_id = workspace.new_id("F")
    file = File(
        id=file_id,
        name=name,
        length=int(length),
        user=workspace.me.id,
        created=int(call.platform.clock.now()),
        alt_text=call.text("alt_txt"),
        url=f"{base}/files-pri/{file_id}",
    )
    with workspace.lock:
        workspace.files[file.id] = file
    return {"upload_url": f"{base}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    wanted = call.json("files", "invalid_arguments")
    if not isinstance(wanted, list) or not all(isinstance(item, dict) for item in wanted):
        raise ApiError("invalid_arguments")
    channels = [c for c in (call.text("channel_id") or call.text("channels")).split(",") if c]
    thread_ts = call.text("thread_ts")
    if thread_ts and len(channels) != 1:
        raise ApiError("invalid_arguments")
    for channel in channels:
        _refuse_channel(call, channel, thread_ts)
    workspace = call.workspace
    with workspace.lock:
        completed = tuple(_complete(call, item, channels) for item in wanted)
        for channel in channels:
            workspace.post(
                channel,
                user=workspace.me.id,
                bot=workspace.bot,
                text=call.text("initial_comment"),
                thread_ts=thread_ts,
                subtype="file_share",
                files=tuple(file.as_json() for file in completed),
            )
    return {"files": [file.as_json() for file in completed]}


def open_connection(call: Call) -> Json:
    return {"url": call.platform.sockets.issue_url()}


def _complete(call: Call, item: Json, channels: list[str]) -> File:
    file = call.workspace.files.get(str(item.get("id")))
    if file is None or file.content is None or file.completed:
        raise ApiError("file_not_found")
    shares = tuple((channel, call.text("thread_ts")) for channel in channels)
    title = str(item.get("title") or file.name)
    done = replace(file, title=title, completed=True, shares=shares)
    call.workspace.files[file.id] = done
    return done


def _refuse_channel(call: Call, channel_id: str, thread_ts: str) -> None:
    workspace = call.workspace
    channel = workspace.channels.get(channel_id)
    if channel is None:
        raise ApiError("invalid_channel")
    if workspace.me.id not in channel.members or channel.archived:
        raise ApiError("posting_to_channel_denied")
    if thread_ts:
        workspace.find(channel_id, thread_ts)


def _view(call: Call) -> Json:
    try:
        view: Any = call.json("view", "invalid_arguments")
    except ApiError as error:
        raise invalid("invalid_arguments", ["view is not valid JSON"]) from error
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["missing required field: view"])
    return view


def _shown(call: Call, view: View) -> Json:
    shown: Json = json.loads(json.dumps(view.as_json(call.workspace.bot)))
    return {"view": shown}
