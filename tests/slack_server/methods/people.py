"""auth.*, users.*, usergroups.*, bots.* and team.*: who is who."""

from tests.slack_server.calls import Call, page
from tests.slack_server.errors import ApiError
from tests.slack_server.model import TEAM
from tests.slack_server.schema import Json


def auth_test(call: Call) -> Json:
    me, bot = call.workspace.me, call.workspace.bot
    return {
        "url": "https://hospital.example.com/",
        "team": "Hospital",
        "user": me.name,
        "team_id": TEAM,
        "user_id": me.id,
        "bot_id": bot.id,
        "is_enterprise_install": False,
    }


def user_info(call: Call) -> Json:
    user = call.workspace.users.get(call.required("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user.as_json()}


def user_list(call: Call) -> Json:
    users = [user.as_json() for user in call.workspace.users.values()]
    shown, metadata = page(users, call, default=1_000, most=1_000)
    return {
        "members": shown,
        "cache_ts": int(call.platform.clock.now()),
        "response_metadata": metadata,
    }


def group_list(call: Call) -> Json:
    groups = [
        group.as_json() | ({"users": list(group.users)} if call.flag("include_users") else {})
        for group in call.workspace.groups.values()
        if not group.disabled or call.flag("include_disabled")
    ]
    return {"usergroups": groups}


def group_users(call: Call) -> Json:
    group = call.workspace.groups.get(call.required("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}


def bot_info(call: Call) -> Json:
    bot = call.workspace.bots.get(call.text("bot") or call.workspace.bot.id)
    if bot is None:
        raise ApiError("bot_not_found")
    return {"bot": bot.as_json()}


def team_info(call: Call) -> Json:
    wanted = call.text("team") or TEAM
    if wanted != TEAM:
        raise ApiError("team_not_found")
    team = {"id": TEAM, "name": "Hospital", "domain": "hospital", "email_domain": "example.com"}
    return {"team": team | {"icon": {"image_default": True}}}
