"""The methods of the Web API that this server knows, with what each needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.slack_server.calls import Call
from tests.slack_server.methods import chat, conversations, people, surfaces
from tests.slack_server.rates import SPECIAL, TIER_2, TIER_3, TIER_4, Rate
from tests.slack_server.schema import Json


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its code, its rate, and any one of the scopes that open it."""

    run: Callable[[Call], Json]
    rate: Rate
    scopes: tuple[str, ...] = ()
    app_token: bool = False


_READ: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")
_WRITE: Final = ("chat:write",)

METHODS: Final[Mapping[str, Method]] = {
    "apps.connections.open": Method(
        surfaces.open_connection, TIER_3, ("connections:write",), app_token=True
    ),
    "auth.test": Method(people.auth_test, SPECIAL),
    "bots.info": Method(people.bot_info, TIER_3, ("users:read",)),
    "chat.delete": Method(chat.delete, TIER_3, _WRITE),
    "chat.getPermalink": Method(chat.get_permalink, SPECIAL),
    "chat.postEphemeral": Method(chat.post_ephemeral, TIER_4, _WRITE),
    "chat.postMessage": Method(chat.post_message, SPECIAL, _WRITE),
    "chat.update": Method(chat.update, TIER_3, _WRITE),
    "conversations.history": Method(conversations.history, TIER_3, _HISTORY),
    "conversations.info": Method(conversations.info, TIER_3, _READ),
    "conversations.list": Method(conversations.list_all, TIER_2, _READ),
    "conversations.members": Method(conversations.members, TIER_4, _READ),
    "conversations.open": Method(conversations.open_direct, TIER_3, ("im:write", "mpim:write")),
    "conversations.replies": Method(conversations.replies, TIER_3, _HISTORY),
    "files.completeUploadExternal": Method(surfaces.complete_upload, TIER_4, ("files:write",)),
    "files.getUploadURLExternal": Method(surfaces.upload_url, TIER_4, ("files:write",)),
    "reactions.add": Method(chat.add_reaction, TIER_3, ("reactions:write",)),
    "reactions.remove": Method(chat.remove_reaction, TIER_2, ("reactions:write",)),
    "team.info": Method(people.team_info, TIER_3, ("team:read",)),
    "usergroups.list": Method(people.group_list, TIER_2, ("usergroups:read",)),
    "usergroups.users.list": Method(people.group_users, TIER_2, ("usergroups:read",)),
    "users.info": Method(people.user_info, TIER_4, ("users:read",)),
    "users.list": Method(people.user_list, TIER_2, ("users:read",)),
    "views.open": Method(surfaces.open_view, TIER_4),
    "views.publish": Method(surfaces.publish_view, TIER_4),
    "views.push": Method(surfaces.push_view, TIER_4),
    "views.update": Method(surfaces.update_view, TIER_4),
}
