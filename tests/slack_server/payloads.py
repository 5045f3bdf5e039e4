"""The JSON of what Slack tells an app: events, commands, interactions."""

from typing import Any, Final

from tests.slack_server.model import TEAM, Channel, Ephemeral, Kind, Message, User, View
from tests.slack_server.schema import Json
from tests.slack_server.workspace import APP, Workspace

TOKEN: Final = "legacy-verification-token"
_TEAM: Final = {"id": TEAM, "domain": "hospital"}


def event_callback(workspace: Workspace, event: Json, channel: Channel | None) -> Json:
    """The envelope of an event, as the Events API sends it."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": workspace.me.id,
                "is_bot": True,
                "is_enterprise_install": False,
            },
        ],
        "is_ext_shared_channel": channel is not None and channel.shared,
        "event_context": "4-" + workspace.new_id("ec"),
    }


def slash_command(
    user: User,
    channel: Channel,
    command: str,
    text: str,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """The form fields of a slash command."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "team_domain": "hospital",
        "channel_id": channel.id,
        "channel_name": _shown_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, user: User, **fields: Any) -> Json:  # noqa: ANN401 - JSON of any shape
    """What every interaction tells; `fields` is what this kind adds."""
    common = {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team,
        },
        "api_app_id": APP,
        "token": TOKEN,
        "team": dict(_TEAM),
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return common | fields


def place(workspace: Workspace, where: Message | Ephemeral | View) -> Json:
    """Where an interaction happened: container, and the message or view around it."""
    if isinstance(where, View):
        return {
            "container": {"type": "view", "view_id": where.id},
            "view": where.as_json(workspace.bot),
        }
    channel = workspace.channels[where.channel]
    container: Json = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": channel.id,
        "is_ephemeral": isinstance(where, Ephemeral),
    }
    if where.thread_ts:
        container["thread_ts"] = where.thread_ts
    said: Json = {"container": container, "channel": channel_reference(channel)}
    if isinstance(where, Message):
        said["message"] = message_object(workspace, where)
    return said


def message_object(workspace: Workspace, message: Message) -> Json:
    """A message inside an interaction, which names its channel elsewhere."""
    shown = workspace.to_json(message)
    return {key: item for key, item in shown.items() if not key.startswith("channel")}


def channel_reference(channel: Channel) -> Json:
    return {"id": channel.id, "name": _shown_name(channel)}


def _shown_name(channel: Channel) -> str:
    """Commands and interactions hide the names of private places."""
    hidden = {Kind.DIRECT: "directmessage", Kind.PRIVATE: "privategroup"}
    return hidden.get(channel.kind, channel.name)
