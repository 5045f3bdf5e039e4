"""The state of a workspace: people, channels and messages, and the events their changes cause."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from tests.slack_server.clock import Clock
from tests.slack_server.errors import ApiError
from tests.slack_server.model import (
    OTHER_TEAM,
    TEAM,
    Bot,
    Channel,
    Ephemeral,
    File,
    Group,
    Kind,
    Message,
    Reaction,
    User,
)
from tests.slack_server.schema import Json

APP: Final = "A0PARAMEDIC"
_PREFIXES: Final = {
    Kind.PUBLIC: "C",
    Kind.PRIVATE: "C",  # new private channels have ids with C, not G
    Kind.DIRECT: "D",
    Kind.GROUP_DIRECT: "G",
}


class Workspace:
    """Everything that is stored. Its methods may be called from any thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)  # notified after every change
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, Group] = {}
        self.bots: dict[str, Bot] = {}
        self.files: dict[str, File] = {}
        self.ephemerals: list[Ephemeral] = []
        self.versions: list[Message] = []  # every message as posted, and again after each edit
        self.on_event: Callable[[Json, Channel], None] = lambda _event, _channel: None
        self._messages: dict[str, dict[str, Message]] = {}
        self._threads: dict[tuple[str, str], list[str]] = {}  # channel and parent -> replies
        self._ids = 0
        self._last_ts = 0
        self.me = self.add_user("paramedic", bot=True)
        self.bot = self.add_bot("Paramedic", app=APP, user=self.me.id)

    # People and places

    def add_user(self, name: str, **flags: Any) -> User:  # noqa: ANN401 - the flags of User
        """A person; flags: admin, guest, single_channel_guest, external, deactivated, bot."""
        team = OTHER_TEAM if flags.get("external") else TEAM
        words = {"real_name": name.title(), "team": team, **flags}
        with self.lock:
            user = User(id=self.new_id("U"), name=name, **words)
            self.users[user.id] = user
        return user

    def change_user(self, user: User | str, **flags: Any) -> User:  # noqa: ANN401 - the flags of User
        with self.lock:
            changed = replace(self.users[id_of(user)], **flags)
            self.users[changed.id] = changed
        return changed

    def add_bot(self, name: str, *, app: str = "", user: str = "") -> Bot:
        with self.lock:
            bot = Bot(id=self.new_id("B"), app=app, name=name, user=user)
            self.bots[bot.id] = bot
        return bot

    def add_group(self, handle: str, *users: User | str) -> Group:
        with self.lock:
            members = tuple(id_of(user) for user in users)
            group = Group(id=self.new_id("S"), handle=handle, users=members)
            self.groups[group.id] = group
        return group

    def change_group(self, group: Group, **fields: Any) -> Group:  # noqa: ANN401 - fields of Group
        with self.lock:
            self.groups[group.id] = replace(self.groups[group.id], **fields)
            return self.groups[group.id]

    def add_channel(
        self,
        name: str,
        *members: User | str,
        kind: Kind = Kind.PUBLIC,
        with_app: bool = True,
        shared: bool = False,
    ) -> Channel:
        """A channel with these members, and the app under test unless `with_app` is false."""
        with self.lock:
            inside = tuple(id_of(user) for user in members)
            channel = Channel(
                id=self.new_id(_PREFIXES[kind]),
                name=name,
                kind=kind,
                members=inside + ((self.me.id,) if with_app else ()),
                shared=shared,
            )
            self.channels[channel.id] = channel
            self._messages[channel.id] = {}
        return channel

    def open_direct(self, *users: User | str) -> Channel:
        """The conversation of the app with these people, made when there is none."""
        members = (*(id_of(user) for user in users), self.me.id)
        kind = Kind.DIRECT if len(users) == 1 else Kind.GROUP_DIRECT
        with self.lock:
            for channel in self.channels.values():
                if channel.kind is kind and set(channel.members) == set(members):
                    return channel
            return self.add_channel("-".join(members), *members[:-1], kind=kind)

    def change_channel(self, channel: Channel | str, **fields: Any) -> Channel:  # noqa: ANN401 - fields of Channel
        with self.lock:
            changed = replace(self.channels[id_of(channel)], **fields)
            self.channels[changed.id] = changed
            self.changed.notify_all()
        return changed

    def join(self, channel: Channel | str, user: User | str) -> Channel:
        with self.lock:
            members = self.channels[id_of(channel)].members
            joined = self.change_channel(channel, members=(*members, id_of(user)))
            event = {
                "type": "member_joined_channel",
                "user": id_of(user),
                "channel": joined.id,
                "channel_type": joined.id[0],
                "team": TEAM,
            }
            self.emit(event, joined)
        return joined

    def leave(self, channel: Channel | str, user: User | str) -> Channel:
        with self.lock:
            members = self.channels[id_of(channel)].members
            left = tuple(member for member in members if member != id_of(user))
            return self.change_channel(channel, members=left)

    # Messages

    def post(self, channel: Channel | str, **fields: Any) -> Message:  # noqa: ANN401 - fields of Message
        """Store a message and tell who listens; `fields` are those of Message, less the ts."""
        with self.lock:
            place = self.channels[id_of(channel)]
            blocks = tuple(self._with_ids(fields.pop("blocks", ())))
            message = Message(channel=place.id, ts=self.new_ts(), blocks=blocks, **fields)
            self._store(message)
            if message.is_reply:
                self._threads.setdefault((place.id, message.thread_ts), []).append(message.ts)
            self.emit(self.to_json(message) | {"event_ts": message.ts}, place)
            self._mention(message, place)
        return message

    def edit(self, message: Message, *, by: str, **fields: Any) -> Message:  # noqa: ANN401 - fields of Message
        """Store a new version. `by` is the editor; "" for changes Slack makes, such as unfurls."""
        with self.lock:
            before = self.find(message.channel, message.ts)
            if "blocks" in fields:
                fields["blocks"] = tuple(self._with_ids(fields["blocks"]))
            if by:
                fields["edited"] = {"user": by, "ts": self.new_ts()}
            after = replace(before, **fields)
            self._store(after)
            self._tell_change(before, after, "message_changed")
        return after

    def delete(self, message: Message) -> None:
        """Remove a message; one with replies leaves a tombstone."""
        with self.lock:
            before = self.find(message.channel, message.ts)
            if self.replies(before):
                grave = replace(
                    before,
                    subtype="tombstone",
                    text="This message was deleted.",
                    user="USLACKBOT",
                    blocks=(),
                    attachments=(),
                )
                self._store(grave)
                self._tell_change(before, grave, "message_changed")
                return
            del self._messages[message.channel][message.ts]
            self._tell_change(before, None, "message_deleted")

    def react(self, message: Message, name: str, user: str, *, add: bool) -> Message:
        """Put an emoji under a message, or take it away.

        Raises:
            ApiError: already_reacted, no_reaction.
        """
        with self.lock:
            before = self.find(message.channel, message.ts)
            users = {reaction.name: reaction.users for reaction in before.reactions}
            if add == (user in users.get(name, ())):
                raise ApiError("already_reacted" if add else "no_reaction")
            mine = (*users.get(name, ()), user)
            users[name] = mine if add else tuple(other for other in mine if other != user)
            kept = tuple(Reaction(name=n, users=u) for n, u in users.items() if u)
            after = replace(before, reactions=kept)
            self._store(after)
            event = {
                "type": "reaction_added" if add else "reaction_removed",
                "user": user,
                "reaction": name,
                "item_user": before.user,
                "item": {"type": "message", "channel": before.channel, "ts": before.ts},
            }
            self.emit(event, self.channels[before.channel])
        return after

    def whisper(self, channel: Channel | str, user: User | str, **fields: Any) -> Ephemeral:  # noqa: ANN401 - fields of Ephemeral
        """Show something to one person only."""
        with self.lock:
            blocks = tuple(self._with_ids(fields.pop("blocks", ())))
            ephemeral = Ephemeral(
                channel=id_of(channel),
                user=id_of(user),
                ts=self.new_ts(),
                blocks=blocks,
                **fields,
            )
            self.ephemerals.append(ephemeral)
            self.changed.notify_all()
        return ephemeral

    def change_ephemeral(self, ephemeral: Ephemeral, **fields: Any) -> Ephemeral:  # noqa: ANN401 - fields of Ephemeral
        with self.lock:
            after = replace(ephemeral, **fields)
            self.ephemerals = [
                after if seen.ts == ephemeral.ts else seen for seen in self.ephemerals
            ]
            self.changed.notify_all()
        return after

    # Reading

    def find(self, channel: str, ts: str) -> Message:
        """Raise ApiError message_not_found when there is none."""
        with self.lock:
            if message := self._messages.get(channel, {}).get(ts):
                return message
        raise ApiError("message_not_found")

    def messages(self, channel: Channel | str) -> list[Message]:
        """Every message of a channel, replies included, oldest first."""
        with self.lock:
            return list(self._messages[id_of(channel)].values())

    def replies(self, parent: Message) -> list[Message]:
        with self.lock:
            stored = self._messages[parent.channel]
            thread = self._threads.get((parent.channel, parent.ts), ())
            return [stored[ts] for ts in thread if ts in stored]

    def to_json(self, message: Message, *, metadata: bool = False) -> Json:
        """A message as the Web API shows it, with what its thread adds, and its channel."""
        answer = message.as_json(metadata=metadata)
        place = self.channels[message.channel]
        answer |= {"channel": place.id, "channel_type": str(place.kind)}
        author = self.users.get(message.user)
        if author is not None and author.external:
            answer |= dict.fromkeys(("team", "user_team", "source_team"), author.team)
        if message.is_reply:
            parent = self._messages[message.channel].get(message.thread_ts)
            return answer | {"parent_user_id": parent.user if parent else ""}
        if replies := self.replies(message):
            users = list(dict.fromkeys(reply.user for reply in replies if reply.user))
            answer |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users": users,
                "reply_users_count": len(users),
                "latest_reply": replies[-1].ts,
                "subscribed": self.me.id in {*users, message.user},
            }
        return answer

    # Shared ground

    def emit(self, event: Json, channel: Channel) -> None:
        """Tell who listens about an event in a channel; the lock is held."""
        self.on_event({"event_ts": self.new_ts(), **event}, channel)
        self.changed.notify_all()

    def new_id(self, prefix: str) -> str:
        with self.lock:
            self._ids += 1
            return f"{prefix}0{self._ids:08d}"

    def new_ts(self) -> str:
        """A message id: seconds and microseconds, never the same twice."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _store(self, message: Message) -> None:
        self._messages[message.channel][message.ts] = message
        self.versions.append(message)
        self.changed.notify_all()

    def _with_ids(self, blocks: Any) -> Iterator[Json]:  # noqa: ANN401 - any sequence of blocks
        """Slack gives each block an id that the app did not."""
        for block in blocks:
            yield block if block.get("block_id") else {**block, "block_id": self.new_id("b")}

    def _mention(self, message: Message, channel: Channel) -> None:
        """The second event of a message that names the app, outside of direct messages."""
        named = f"<@{self.me.id}>" in message.text or f"<@{self.me.id}|" in message.text
        if not named or message.user == self.me.id or channel.kind is Kind.DIRECT:
            return
        event = self.to_json(message) | {"type": "app_mention", "event_ts": message.ts}
        event.pop("channel_type")
        self.emit(event, channel)

    def _tell_change(self, before: Message, after: Message | None, subtype: str) -> None:
        channel = self.channels[before.channel]
        ts = self.new_ts()
        event: Json = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": str(channel.kind),
            "ts": ts,
            "event_ts": ts,
            "previous_message": before.as_json(),
        }
        event |= {"message": self._inner(after)} if after else {"deleted_ts": before.ts}
        self.emit(event, channel)

    def _inner(self, message: Message) -> Json:
        inner = self.to_json(message)
        return {key: item for key, item in inner.items() if not key.startswith("channel")}


def id_of(thing: User | Channel | Group | Bot | Message | str) -> str:
    """The id of a person, channel, group or bot; the ts of a message."""
    if isinstance(thing, str):
        return thing
    return thing.ts if isinstance(thing, Message) else thing.id
