"""The people, places and messages of a workspace: values, and how the Web API spells them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from tests.slack_server.schema import Json

TEAM: Final = "T0HOSPITAL"
OTHER_TEAM: Final = "T0PARTNERCO"  # where Slack Connect users come from


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or a bot user."""

    id: str
    name: str
    real_name: str
    team: str = TEAM
    admin: bool = False
    guest: bool = False  # multi-channel guest
    single_channel_guest: bool = False
    external: bool = False  # from another organisation, through Slack Connect
    deactivated: bool = False
    bot: bool = False
    tz: str = "Europe/Berlin"

    def as_json(self) -> Json:
        answer: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.deactivated,
            "real_name": self.real_name,
            "tz": self.tz,
            "profile": {
                "real_name": self.real_name,
                "display_name": self.name,
                "team": self.team,
            },
            "is_bot": self.bot,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        if self.deactivated:  # Slack leaves the roles of deactivated people out
            return answer
        return answer | {
            "is_admin": self.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.guest or self.single_channel_guest,
            "is_ultra_restricted": self.single_channel_guest,
            "is_stranger": self.external,
        }


class Kind(StrEnum):
    """What sort of conversation a channel is, as `channel_type` spells it."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"
    GROUP_DIRECT = "mpim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation and who is in it."""

    id: str
    name: str
    kind: Kind = Kind.PUBLIC
    members: tuple[str, ...] = ()
    archived: bool = False
    shared: bool = False  # with another organisation
    topic: str = ""
    created: int = 1_700_000_000

    def as_json(self, me: str) -> Json:
        if self.kind is Kind.DIRECT:
            other = next((member for member in self.members if member != me), me)
            return {"id": self.id, "created": self.created, "is_im": True, "user": other}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": self.created,
            "context_team_id": TEAM,
            "is_channel": self.kind is Kind.PUBLIC,
            "is_group": self.kind is Kind.PRIVATE,
            "is_im": False,
            "is_mpim": self.kind is Kind.GROUP_DIRECT,
            "is_private": self.kind is not Kind.PUBLIC,
            "is_archived": self.archived,
            "is_general": False,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_org_shared": False,
            "is_member": me in self.members,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A user group, such as @oncall."""

    id: str
    handle: str
    users: tuple[str, ...]
    disabled: bool = False

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "team_id": TEAM,
            "is_usergroup": True,
            "name": self.handle,
            "handle": self.handle,
            "is_external": False,
            "date_delete": 1_700_000_000 if self.disabled else 0,
            "user_count": len(self.users),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """What posts for an app: the app under test, or a monitor."""

    id: str
    app: str
    name: str
    user: str = ""  # "" for webhooks and classic integrations

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "app_id": self.app,
            "deleted": False,
            "name": self.name,
            "updated": 1_700_000_000,
            "icons": {},
            **({"user_id": self.user} if self.user else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An emoji under a message, and who put it there."""

    name: str
    users: tuple[str, ...]

    def as_json(self) -> Json:
        return {"name": self.name, "users": list(self.users), "count": len(self.users)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it stands, or stood; an edit makes a new value."""

    channel: str
    ts: str
    text: str = ""
    user: str = ""  # "" for webhooks and classic integrations
    bot: Bot | None = None
    subtype: str = ""
    username: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str = ""  # of the parent, on a reply
    metadata: Json | None = None
    files: tuple[Json, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    edited: Json | None = None
    parse: str = "none"
    link_names: bool = False
    unfurl_links: bool | None = None  # None: not said, so Slack decides
    unfurl_media: bool | None = None
    client_msg_id: str = ""

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def as_json(self, *, metadata: bool = False) -> Json:
        """The message object of the Web API, thread counts left out."""
        said: dict[str, Any] = {
            "subtype": self.subtype,
            "user": self.user,
            "username": self.username,
            "blocks": list(self.blocks),
            "attachments": list(self.attachments),
            "thread_ts": self.thread_ts,
            "files": list(self.files),
            "reactions": [reaction.as_json() for reaction in self.reactions],
            "edited": self.edited,
            "client_msg_id": self.client_msg_id,
            "metadata": self.metadata if metadata else None,
        }
        answer = {"type": "message", "ts": self.ts, "text": self.text, "team": TEAM}
        return {**answer, **{key: item for key, item in said.items() if item}, **self._bot()}

    def _bot(self) -> Json:
        if self.bot is None:
            return {}
        if self.subtype == "bot_message":
            return {"bot_id": self.bot.id, **({"app_id": self.bot.app} if self.bot.app else {})}
        profile = {**self.bot.as_json(), "team_id": TEAM}
        profile.pop("user_id", None)
        return {"bot_id": self.bot.id, "app_id": self.bot.app, "bot_profile": profile}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ephemeral:
    """Something only one person saw; Slack keeps no copy."""

    channel: str
    user: str
    ts: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str = ""
    via: str = "chat.postEphemeral"  # or ack, response_url, slackbot
    deleted: bool = False
    parse: str = "none"
    link_names: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An uploaded file; `content` is None until its bytes have arrived."""

    id: str
    name: str
    length: int
    user: str
    created: int
    url: str  # where it is downloaded
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    completed: bool = False
    shares: tuple[tuple[str, str], ...] = field(default=())  # (channel, thread_ts or "")

    def as_json(self) -> Json:
        kind = self.name.rpartition(".")[2].lower()
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "alt_txt": self.alt_text,
            "mimetype": _MIME_TYPES.get(kind, "application/octet-stream"),
            "filetype": kind,
            "user": self.user,
            "size": self.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "url_private": self.url,
            "url_private_download": self.url,
            "channels": [channel for channel, _thread in self.shares],
        }


_MIME_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "png": "image/png",
    "txt": "text/plain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal or Home tab as Slack keeps it."""

    id: str
    user: str
    json: Json  # as the app sent it
    hash: str
    root_id: str
    previous_id: str = ""
    state: Json = field(default_factory=dict)  # block_id -> action_id -> what was filled in

    @property
    def callback_id(self) -> str:
        return str(self.json.get("callback_id", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.json["blocks"])

    def as_json(self, bot: Bot) -> Json:
        defaults = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **defaults,
            **self.json,
            "id": self.id,
            "team_id": TEAM,
            "state": {"values": self.state},
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id or None,
            "app_id": bot.app,
            "app_installed_team_id": TEAM,
            "bot_id": bot.id,
        }
