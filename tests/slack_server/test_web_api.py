"""The Web API as slack_sdk meets it: answers, errors, limits."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RateLimitErrorRetryHandler

from tests.slack_server import Channel, Kind, SlackServer, User

SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


def error_of(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_auth_test_says_who_the_token_is(slack: SlackServer, client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (
        "T0HOSPITAL",
        slack.workspace.me.id,
        slack.workspace.bot.id,
    )
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: SlackServer, token: str, error: str) -> None:
    given = slack.app_token if token == "xapp" else token
    client = WebClient(given, base_url=slack.api_url)
    assert error_of(client.auth_test) == error


def test_a_revoked_token_is_refused(slack: SlackServer, client: WebClient) -> None:
    slack.api.revoked = "token_revoked"
    assert error_of(client.auth_test) == "token_revoked"


def test_a_method_nobody_knows_is_refused(client: WebClient) -> None:
    assert error_of(lambda: client.api_call("chat.shout")) == "unknown_method"


def test_a_missing_scope_is_named(slack: SlackServer, client: WebClient) -> None:
    slack.api.scopes = frozenset({"commands", "users:read"})
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel="C1", text="hi")
    assert caught.value.response.data == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "commands,users:read",
    }


def test_private_channels_need_the_scope_for_private_channels(
    slack: SlackServer,
    client: WebClient,
) -> None:
    slack.api.scopes = frozenset({"channels:history"})
    secret = slack.workspace.add_channel("war-room", kind=Kind.PRIVATE)
    with pytest.raises(SlackApiError) as caught:
        client.conversations_history(channel=secret.id)
    assert caught.value.response["needed"] == "groups:history"


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({"Content-Type": "application/json"}, b'{"channel": "C1"', "invalid_json"),
        ({"Content-Type": "application/json"}, b"[" * 100_000, "invalid_json"),
        ({"Content-Type": "application/json"}, b"[]", "json_not_object"),
        ({"Content-Type": "application/xml"}, b"<x/>", "invalid_post_type"),
        ({"Content-Type": ""}, b"x=1", "missing_post_type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"\xff", "invalid_form_data"),
        ({"Content-Type": "application/json"}, b'{"token": "xoxb-x"}', "not_authed"),
    ],
)
def test_a_malformed_request_is_refused(
    slack: SlackServer,
    headers: dict[str, str],
    body: bytes,
    error: str,
) -> None:
    request = Request(slack.api_url + "auth.test", body, headers)  # noqa: S310 - loopback
    with urlopen(request) as answer:  # noqa: S310 - loopback
        assert json.load(answer)["error"] == error


def test_json_and_forms_say_the_same(
    slack: SlackServer, client: WebClient, alerts: Channel
) -> None:
    client.api_call("chat.postMessage", json={"channel": alerts.id, "blocks": [SECTION]})
    client.api_call(
        "chat.postMessage",
        params={"channel": alerts.id, "blocks": json.dumps([SECTION])},
    )
    first, second = slack.messages(alerts)
    assert [block["text"] for block in (*first.blocks, *second.blocks)] == [SECTION["text"]] * 2


def test_a_posted_message_is_stored_and_logged(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    metadata = {"event_type": "diagnosis", "event_payload": {"id": "d-1"}}
    answer = client.chat_postMessage(
        channel=alerts.id,
        text="working",
        blocks=[SECTION],
        metadata=metadata,
        unfurl_links=False,
        unfurl_media=False,
    )
    message = slack.message(alerts, answer["ts"])
    assert (message.text, message.metadata, message.parse) == ("working", metadata, "none")
    assert (message.unfurl_links, message.unfurl_media) == (False, False)
    call = slack.calls[-1]
    assert (call.method, call.ok, call.args["metadata"]) == ("chat.postMessage", True, metadata)


def test_history_shows_metadata_only_when_asked(client: WebClient, alerts: Channel) -> None:
    metadata = {"event_type": "diagnosis", "event_payload": {"id": "d-1"}}
    client.chat_postMessage(channel=alerts.id, text="x", metadata=metadata)
    plain = client.conversations_history(channel=alerts.id)["messages"]
    full = client.conversations_history(channel=alerts.id, include_all_metadata=True)["messages"]
    assert ("metadata" in plain[0], full[0]["metadata"]) == (False, metadata)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"blocks": "not json"}, "invalid_blocks_format"),
        ({"blocks": "{}"}, "invalid_blocks_format"),
        ({"attachments": "7"}, "invalid_attachments"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        (
            {"blocks": [SECTION | {"text": {"type": "mrkdwn", "text": "x" * 3_001}}]},
            "invalid_blocks",
        ),
        (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_700}}] * 5},
            "msg_blocks_too_long",
        ),
        ({"text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ({"text": "x", "thread_ts": "1700000000.000001"}, "thread_not_found"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "y" * 8_000}}},
            "metadata_too_large",
        ),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "username": "Somebody else"}, "missing_scope"),
        ({"text": "x", "parse": "some"}, "invalid_arguments"),
        (
            {"blocks": [{"type": "image", "alt_text": "x", "slack_file": {"id": "F0"}}]},
            "invalid_blocks",
        ),
    ],
)
def test_a_message_slack_refuses_is_refused(
    client: WebClient,
    alerts: Channel,
    fields: dict[str, Any],
    error: str,
) -> None:
    sent = {"channel": alerts.id, **fields}
    assert error_of(lambda: client.api_call("chat.postMessage", json=sent)) == error


def test_invalid_blocks_say_what_and_where(client: WebClient, alerts: Channel) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=alerts.id, text="x", blocks=[{"type": "divider"}] * 51)
    assert caught.value.response.data == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": ["no more than 50 items allowed [json-pointer:/blocks]"],
        "response_metadata": {
            "messages": ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"],
        },
    }


def test_markdown_becomes_a_block(slack: SlackServer, client: WebClient, alerts: Channel) -> None:
    ts = client.chat_postMessage(channel=alerts.id, markdown_text="**hi**")["ts"]
    client.chat_update(channel=alerts.id, ts=ts, markdown_text="**bye**")
    assert [block["text"] for block in slack.message(alerts, ts).blocks] == ["**bye**"]


def test_metadata_alone_can_be_updated(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    ts = client.chat_postMessage(channel=alerts.id, text="words", blocks=[SECTION])["ts"]
    metadata = {"event_type": "diagnosis", "event_payload": {"done": True}}
    sent = {"channel": alerts.id, "ts": ts, "metadata": metadata}
    client.api_call("chat.update", json=sent)
    after = slack.message(alerts, ts)
    assert (after.text, len(after.blocks), after.metadata) == ("words", 1, metadata)


def test_nothing_is_updated_in_an_archived_channel(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    ts = client.chat_postMessage(channel=alerts.id, text="x")["ts"]
    slack.workspace.change_channel(alerts, archived=True)
    error = error_of(lambda: client.chat_update(channel=alerts.id, ts=ts, text="y"))
    assert error == "is_inactive"


def test_a_long_text_is_cut(slack: SlackServer, client: WebClient, alerts: Channel) -> None:
    client.chat_postMessage(channel=alerts.id, text="x" * 40_001)
    assert len(slack.messages(alerts)[0].text) == 40_000


def test_where_the_app_may_not_post(slack: SlackServer, client: WebClient, ana: User) -> None:
    elsewhere = slack.workspace.add_channel("elsewhere", ana, with_app=False)
    secret = slack.workspace.add_channel("secret", ana, kind=Kind.PRIVATE, with_app=False)
    closed = slack.workspace.add_channel("closed", ana)
    slack.workspace.change_channel(closed, archived=True)
    errors = [
        error_of(partial(client.chat_postMessage, channel=channel.id, text="x"))
        for channel in (elsewhere, secret, closed)
    ]
    assert errors == ["not_in_channel", "channel_not_found", "is_archived"]


def test_public_channels_are_open_with_the_scope_for_it(
    slack: SlackServer,
    client: WebClient,
) -> None:
    slack.api.scopes |= {"chat:write.public"}
    elsewhere = slack.workspace.add_channel("elsewhere", with_app=False)
    assert client.chat_postMessage(channel="#elsewhere", text="x")["channel"] == elsewhere.id


def test_a_message_to_a_person_opens_a_direct_message(
    slack: SlackServer,
    client: WebClient,
    ana: User,
) -> None:
    first = client.chat_postMessage(channel=ana.id, text="x")["channel"]
    assert first == client.conversations_open(users=ana.id)["channel"]["id"]
    assert [message.text for message in slack.messages(first)] == ["x"]


def test_a_direct_message_is_not_opened_with_somebody_who_left(
    slack: SlackServer,
    client: WebClient,
) -> None:
    gone = slack.workspace.add_user("gone", deactivated=True)
    assert error_of(lambda: client.conversations_open(users=gone.id)) == "user_disabled"
    assert error_of(lambda: client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert error_of(lambda: client.conversations_open(users="")) == "users_list_not_supplied"
    assert error_of(lambda: client.chat_postMessage(channel=gone.id, text="x")) == (
        "channel_not_found"
    )


def test_an_update_replaces_and_leaves_a_trace(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    posted = client.chat_postMessage(channel=alerts.id, text="working", blocks=[SECTION])
    client.chat_update(channel=alerts.id, ts=posted["ts"], text="done", parse="none")
    after = slack.message(alerts, posted["ts"])
    assert (after.text, after.blocks, after.parse) == ("done", (), "none")
    assert [version.text for version in slack.versions(after)] == ["working", "done"]
    events = [delivery.payload["event"] for delivery in slack.deliveries]
    assert [event.get("subtype") for event in events] == [None, "message_changed"]
    assert events[1]["previous_message"]["text"] == "working"


def test_an_update_forgets_parse_unless_told_again(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    posted = client.chat_postMessage(channel=alerts.id, text="x", parse="none")
    client.chat_update(channel=alerts.id, ts=posted["ts"], text="y")
    assert slack.message(alerts, posted["ts"]).parse == "client"


def test_an_update_of_blocks_alone_keeps_the_text(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    posted = client.chat_postMessage(channel=alerts.id, text="words", blocks=[SECTION])
    client.api_call(
        "chat.update",
        json={"channel": alerts.id, "ts": posted["ts"], "blocks": [{"type": "divider"}]},
    )
    after = slack.message(alerts, posted["ts"])
    assert (after.text, [block["type"] for block in after.blocks]) == ("words", ["divider"])


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"ts": "1700000000.000001", "text": "x"}, "message_not_found"),
        ({"text": "x" * 4_001}, "msg_too_long"),
        ({}, "no_text"),
        ({"blocks": []}, "no_text"),
        ({"ts": ""}, "invalid_arguments"),
    ],
)
def test_an_update_slack_refuses_is_refused(
    client: WebClient,
    alerts: Channel,
    fields: dict[str, Any],
    error: str,
) -> None:
    posted = client.chat_postMessage(channel=alerts.id, text="x")
    sent = {"channel": alerts.id, "ts": posted["ts"], **fields}
    assert error_of(lambda: client.api_call("chat.update", json=sent)) == error


def test_what_others_wrote_can_not_be_changed(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    theirs = slack.say(ana, alerts, "mine")
    update = error_of(lambda: client.chat_update(channel=alerts.id, ts=theirs.ts, text="x"))
    delete = error_of(lambda: client.chat_delete(channel=alerts.id, ts=theirs.ts))
    assert (update, delete) == ("cant_update_message", "cant_delete_message")


def test_deleting_a_message_with_replies_leaves_a_tombstone(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    parent = client.chat_postMessage(channel=alerts.id, text="parent")["ts"]
    lonely = client.chat_postMessage(channel=alerts.id, text="lonely")["ts"]
    client.chat_postMessage(channel=alerts.id, text="reply", thread_ts=parent)
    client.chat_delete(channel=alerts.id, ts=parent)
    client.chat_delete(channel=alerts.id, ts=lonely)
    assert [(m.subtype, m.text) for m in slack.messages(alerts)] == [
        ("tombstone", "This message was deleted."),
    ]


def test_threads_hold_replies_and_parents_count_them(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    parent = slack.say(ana, alerts, "it hurts")
    reply = client.chat_postMessage(channel=alerts.id, text="looking", thread_ts=parent.ts)["ts"]
    shown = client.chat_postMessage(
        channel=alerts.id,
        text="found",
        thread_ts=parent.ts,
        reply_broadcast=True,
    )["ts"]
    thread = client.conversations_replies(channel=alerts.id, ts=parent.ts)["messages"]
    history = client.conversations_history(channel=alerts.id)["messages"]
    assert [message["ts"] for message in thread] == [parent.ts, reply, shown]
    assert [message["ts"] for message in history] == [shown, parent.ts]
    assert (history[1]["reply_count"], history[1]["latest_reply"]) == (2, shown)
    assert thread[1]["parent_user_id"] == ana.id
    assert [message.ts for message in slack.thread(alerts, parent)] == [reply, shown]
    nested = error_of(
        lambda: client.chat_postMessage(channel=alerts.id, text="x", thread_ts=reply),
    )
    assert nested == "cannot_reply_to_message"
    missing = error_of(lambda: client.conversations_replies(channel=alerts.id, ts="1.2"))
    assert missing == "thread_not_found"


def test_history_comes_in_pages_between_two_times(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    said = [slack.say(ana, alerts, str(number)) for number in range(5)]
    first = client.conversations_history(channel=alerts.id, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=alerts.id, limit=2, cursor=cursor)
    between = client.conversations_history(
        channel=alerts.id, oldest=said[1].ts, latest=said[3].ts, inclusive=True
    )
    after = client.conversations_history(channel=alerts.id, oldest=said[3].ts)
    texts = [
        [message["text"] for message in page["messages"]]
        for page in (first, second, between, after)
    ]
    assert texts == [["4", "3"], ["2", "1"], ["3", "2", "1"], ["4"]]
    assert (first["has_more"], after["has_more"]) == (True, False)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"limit": 0}, "invalid_limit"),
        ({"limit": "many"}, "invalid_limit"),
        ({"limit": 1_000}, "invalid_limit"),
        ({"cursor": "elsewhere"}, "invalid_cursor"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "-1"}, "invalid_ts_latest"),
    ],
)
def test_history_refuses_bad_ranges(
    client: WebClient,
    alerts: Channel,
    fields: dict[str, Any],
    error: str,
) -> None:
    sent = {"channel": alerts.id, **fields}
    assert error_of(lambda: client.api_call("conversations.history", params=sent)) == error


def test_history_is_for_members(slack: SlackServer, client: WebClient) -> None:
    elsewhere = slack.workspace.add_channel("elsewhere", with_app=False)
    assert error_of(lambda: client.conversations_history(channel=elsewhere.id)) == "not_in_channel"
    slack.workspace.join(elsewhere, slack.workspace.me)
    assert client.conversations_history(channel=elsewhere.id)["messages"] == []


def test_conversations_are_described(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    client.conversations_open(users=ana.id)
    slack.workspace.add_channel("secret", with_app=False, kind=Kind.PRIVATE)
    info = client.conversations_info(channel=alerts.id)["channel"]
    members = client.conversations_members(channel=alerts.id)["members"]
    listed = client.conversations_list(types="public_channel,private_channel,im")["channels"]
    assert (info["name"], info["is_member"], info["is_private"]) == ("alerts", True, False)
    assert members == [ana.id, slack.workspace.me.id]
    assert [channel.get("name") for channel in listed] == ["alerts", None]
    assert error_of(lambda: client.conversations_list(types="rooms")) == "invalid_types"


def test_ephemerals_reach_members_only(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    bob = slack.workspace.add_user("bob")
    client.chat_postEphemeral(channel=alerts.id, user=ana.id, text="for your eyes")
    outside = error_of(
        lambda: client.chat_postEphemeral(channel=alerts.id, user=bob.id, text="x"),
    )
    assert outside == "user_not_in_channel"
    assert [(seen.user, seen.text) for seen in slack.ephemerals] == [(ana.id, "for your eyes")]
    assert slack.messages(alerts) == []


def test_reactions_come_and_go_once(slack: SlackServer, client: WebClient, alerts: Channel) -> None:
    ts = client.chat_postMessage(channel=alerts.id, text="x")["ts"]
    where = {"channel": alerts.id, "timestamp": ts}
    client.reactions_add(name="eyes", **where)
    assert [reaction.name for reaction in slack.message(alerts, ts).reactions] == ["eyes"]
    assert error_of(lambda: client.reactions_add(name="eyes", **where)) == "already_reacted"
    client.reactions_remove(name="eyes", **where)
    assert error_of(lambda: client.reactions_remove(name="eyes", **where)) == "no_reaction"
    assert error_of(lambda: client.reactions_add(name="not a name", **where)) == "invalid_name"
    assert slack.message(alerts, ts).reactions == ()


def test_permalinks_lead_into_threads(client: WebClient, alerts: Channel) -> None:
    ts = client.chat_postMessage(channel=alerts.id, text="x")["ts"]
    reply = client.chat_postMessage(channel=alerts.id, text="x", thread_ts=ts)["ts"]
    links = [
        client.chat_getPermalink(channel=alerts.id, message_ts=each)["permalink"]
        for each in (ts, reply)
    ]
    base = f"https://hospital.example.com/archives/{alerts.id}/p"
    assert links == [
        base + ts.replace(".", ""),
        f"{base}{reply.replace('.', '')}?thread_ts={ts}&cid={alerts.id}",
    ]


def test_people_are_described(slack: SlackServer, client: WebClient) -> None:
    add = slack.workspace.add_user
    people = {
        "boss": add("boss", admin=True),
        "guest": add("guest", guest=True),
        "visitor": add("visitor", single_channel_guest=True),
        "partner": add("partner", external=True),
        "gone": add("gone", deactivated=True),
    }
    shown = {name: client.users_info(user=user.id)["user"] for name, user in people.items()}
    flags = ("is_admin", "is_restricted", "is_ultra_restricted", "is_stranger", "deleted")
    assert {name: [user.get(flag) for flag in flags] for name, user in shown.items()} == {
        "boss": [True, False, False, False, False],
        "guest": [False, True, False, False, False],
        "visitor": [False, True, True, False, False],
        "partner": [False, False, False, True, False],
        "gone": [None, None, None, None, True],
    }
    assert shown["partner"]["team_id"] != shown["boss"]["team_id"]
    assert error_of(lambda: client.users_info(user="U0NOBODY")) == "user_not_found"
    assert len(client.users_list(limit=3)["members"]) == 3


def test_user_groups_are_described(slack: SlackServer, client: WebClient, ana: User) -> None:
    oncall = slack.workspace.add_group("oncall", ana)
    former = slack.workspace.add_group("former")
    slack.workspace.change_group(former, disabled=True)
    listed = client.usergroups_list(include_users=True)["usergroups"]
    assert [(group["handle"], group["users"]) for group in listed] == [("oncall", [ana.id])]
    assert client.usergroups_users_list(usergroup=oncall.id)["users"] == [ana.id]
    gone = error_of(lambda: client.usergroups_users_list(usergroup=former.id))
    assert gone == "no_such_subteam"


def test_team_and_bots_are_described(slack: SlackServer, client: WebClient) -> None:
    assert client.team_info()["team"]["domain"] == "hospital"
    assert client.bots_info(bot=slack.workspace.bot.id)["bot"]["app_id"] == "A0PARAMEDIC"
    assert error_of(lambda: client.bots_info(bot="B0NOBODY")) == "bot_not_found"
    assert error_of(lambda: client.team_info(team="T0OTHER")) == "team_not_found"


def test_channels_take_a_burst_and_then_one_message_a_second(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    for _number in range(4):
        client.chat_postMessage(channel=alerts.id, text="x")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=alerts.id, text="x")
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["retry-after"] == "1"
    other = slack.workspace.add_channel("other")
    client.chat_postMessage(channel=other.id, text="x")
    slack.clock.advance(1)
    client.chat_postMessage(channel=alerts.id, text="x")


def test_each_method_has_the_rate_of_its_tier(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    for _number in range(20):
        client.usergroups_list()
    assert error_of(client.usergroups_list) == "ratelimited"
    client.conversations_info(channel=alerts.id)
    slack.api.rate_limits = False
    client.usergroups_list()


def test_the_sdk_waits_as_long_as_it_is_told(slack: SlackServer, alerts: Channel) -> None:
    patient = WebClient(
        slack.token,
        base_url=slack.api_url,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)],
    )
    slack.faults.add(method="chat.postMessage", kind="429", retry_after=0)
    patient.chat_postMessage(channel=alerts.id, text="x")
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [429, 200]
