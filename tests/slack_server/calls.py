"""One call of the Web API: its arguments, who makes it, and what it works on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.slack_server.clock import Clock
from tests.slack_server.errors import ApiError, invalid
from tests.slack_server.model import Channel, Kind
from tests.slack_server.schema import Json
from tests.slack_server.socket_mode import SocketMode
from tests.slack_server.triggers import Triggers
from tests.slack_server.views import Views
from tests.slack_server.workspace import Workspace

_TRUE: Final = frozenset({"1", "true", "True", True})
SCOPE_OF_KIND: Final = {
    Kind.PUBLIC: "channels",
    Kind.PRIVATE: "groups",
    Kind.DIRECT: "im",
    Kind.GROUP_DIRECT: "mpim",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The parts of this server that methods work on."""

    workspace: Workspace
    views: Views
    triggers: Triggers
    sockets: SocketMode
    clock: Clock
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A method's arguments, spelled as JSON or as form fields, and the token's scopes."""

    platform: Platform
    method: str
    args: Mapping[str, Any]
    scopes: frozenset[str]

    @property
    def workspace(self) -> Workspace:
        return self.platform.workspace

    def text(self, name: str) -> str:
        """The argument, or "" without it."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        if value := self.text(name):
            return value
        raise invalid("invalid_arguments", [f"missing required field: {name}"])

    def flag(self, name: str) -> bool:
        value = self.args.get(name)
        return isinstance(value, str | int) and value in _TRUE

    def maybe_flag(self, name: str) -> bool | None:
        """None where the caller did not say."""
        return self.flag(name) if name in self.args else None

    def number(self, name: str, default: int, most: int) -> int:
        value = self.text(name) or str(default)
        if not value.isascii() or not value.isdigit() or not 0 < int(value) <= most:
            raise ApiError("invalid_limit" if name == "limit" else "invalid_arguments")
        return int(value)

    def json(self, name: str, error: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """An argument that is JSON, which forms carry as a string; None without it."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as problem:
            raise ApiError(error) from problem

    def need(self, scope: str) -> None:
        """Raise missing_scope unless the token has this scope."""
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise ApiError("missing_scope", needed=scope, provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation an argument names by id; private ones only from inside."""
        channel = self.workspace.channels.get(self.required(name))
        if channel is None:
            raise ApiError("channel_not_found")
        if channel.kind is not Kind.PUBLIC and self.workspace.me.id not in channel.members:
            raise ApiError("channel_not_found")
        return channel

    def readable(self, what: str) -> Channel:
        """The channel, once the token may read its `history` (from inside) or `read` it."""
        channel = self.channel()
        self.need(f"{SCOPE_OF_KIND[channel.kind]}:{what}")
        if what == "history" and self.workspace.me.id not in channel.members:
            raise ApiError("not_in_channel")
        return channel


def page(items: list[Any], call: Call, *, default: int, most: int) -> tuple[list[Any], Json]:
    """One page of a list and the `response_metadata` that leads to the next."""
    limit = call.number("limit", default, most)
    cursor = call.text("cursor")
    start = int(cursor.removeprefix("next:")) if cursor.startswith("next:") else 0
    if cursor and (start == 0 or start >= len(items)):
        raise ApiError("invalid_cursor")
    following = start + limit
    next_cursor = f"next:{following}" if following < len(items) else ""
    return items[start:following], {"next_cursor": next_cursor}
