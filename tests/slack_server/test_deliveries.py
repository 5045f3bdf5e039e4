"""What reaches an app over HTTP: signatures, retries, acks and what people see of them."""

import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from tests.slack_server import Channel, Kind, Outcome, SlackServer, User
from tests.slack_server.conftest import Stub
from tests.slack_server.faults import Faults

Answer = Callable[[int], tuple[int, dict[str, str], bytes]]


def always(status: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda _number: (status, headers, body)


def events(slack: SlackServer) -> list[dict[str, Any]]:
    return [delivery.payload["event"] for delivery in slack.deliveries]


def test_events_are_signed_over_their_raw_bytes(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    slack.say(ana, alerts, "größer & <https://a.example|x>")
    slack.settle()
    headers, body = stub.requests[0]
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
    payload = json.loads(body)
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
        "event_callback",
        "T0HOSPITAL",
        "A0PARAMEDIC",
    )
    assert payload["event"]["channel"] == alerts.id
    assert payload["event"]["blocks"][0]["elements"][0]["elements"] == [
        {"type": "text", "text": "größer & "},
        {"type": "link", "url": "https://a.example", "text": "x"},
    ]


def test_a_skewed_clock_makes_signatures_stale(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    slack.clock.advance(-301)
    slack.say(ana, alerts, "late")
    slack.settle()
    headers, body = stub.requests[0]
    assert not SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)


def test_a_mention_arrives_twice(
    slack: SlackServer, stub: Stub, ana: User, alerts: Channel
) -> None:
    message = slack.mention(ana, alerts, "diagnose orders")
    slack.settle()
    assert [(event["type"], event["ts"]) for event in events(slack)] == [
        ("message", message.ts),
        ("app_mention", message.ts),
    ]
    assert len({delivery.id for delivery in slack.deliveries}) == 2


def test_direct_messages_are_no_mentions(slack: SlackServer, stub: Stub, ana: User) -> None:
    direct = slack.workspace.open_direct(ana)
    slack.mention(ana, direct, "help")
    slack.settle()
    assert [(event["type"], event["channel_type"]) for event in events(slack)] == [
        ("message", "im")
    ]


def test_the_app_hears_nothing_of_channels_it_is_not_in(
    slack: SlackServer,
    stub: Stub,
    ana: User,
) -> None:
    elsewhere = slack.workspace.add_channel("elsewhere", ana, with_app=False)
    slack.mention(ana, elsewhere, "can you hear me")
    slack.workspace.join(elsewhere, slack.workspace.me)
    slack.workspace.leave(elsewhere, slack.workspace.me)
    slack.say(ana, elsewhere, "gone again")
    slack.settle()
    assert [event["type"] for event in events(slack)] == ["member_joined_channel"]


def test_edits_unfurls_and_deletions_are_changes_of_a_message(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    message = slack.say(ana, alerts, "see https://a.example")
    slack.unfurl(message, {"from_url": "https://a.example", "title": "A"})
    slack.edit(message, "see nothing")
    slack.delete(message)
    slack.settle()
    changes = events(slack)[1:]
    assert [change["subtype"] for change in changes] == [
        "message_changed",
        "message_changed",
        "message_deleted",
    ]
    assert ["edited" in change["message"] for change in changes[:2]] == [False, True]
    assert {change["hidden"] for change in changes} == {True}


def test_monitors_post_with_and_without_a_user(
    slack: SlackServer,
    stub: Stub,
    alerts: Channel,
) -> None:
    webhook = slack.post_as_bot(alerts, "firing", bot="Alertmanager", attachments=[{"text": "x"}])
    app = slack.post_as_bot(alerts, "firing", bot="Grafana", subtype="")
    again = slack.post_as_bot(alerts, "still firing", bot="Grafana", subtype="")
    slack.settle()
    first, second, _third = events(slack)
    assert (first["subtype"], first["username"], "user" in first) == (
        "bot_message",
        "Alertmanager",
        False,
    )
    assert first["attachments"] == [{"id": 1, "text": "x"}]
    assert ("subtype" in second, second["user"], second["bot_id"]) == (
        False,
        app.user,
        second["bot_profile"]["id"],
    )
    assert webhook.bot is not None
    assert app.bot == again.bot


def test_the_app_hears_its_own_messages(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
) -> None:
    client.chat_postMessage(channel=alerts.id, text=f"I am <@{slack.workspace.me.id}>")
    slack.settle()
    assert [(event["type"], event["bot_id"]) for event in events(slack)] == [
        ("message", slack.workspace.bot.id),
    ]


def test_events_are_tried_four_times_with_the_same_id(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = always(500)
    slack.say(ana, alerts, "hello")
    slack.settle()
    headers = [headers for headers, _body in stub.requests]
    assert [header.get("X-Slack-Retry-Num") for header in headers] == [None, "1", "2", "3"]
    assert {header.get("X-Slack-Retry-Reason") for header in headers[1:]} == {"http_error"}
    assert len({json.loads(body)["event_id"] for _headers, body in stub.requests}) == 1
    assert slack.deliveries[0].outcome is Outcome.GIVEN_UP


def test_a_retry_that_succeeds_is_the_last(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = lambda number: (503 if number == 1 else 200, {}, b"")
    slack.say(ana, alerts, "hello")
    slack.settle()
    assert [attempt.status for attempt in slack.deliveries[0].attempts] == [503, 200]
    assert slack.deliveries[0].acked


def test_an_app_can_ask_for_no_retries(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = lambda _number: (500, {"X-Slack-No-Retry": "1"}, b"")
    slack.say(ana, alerts, "hello")
    slack.settle()
    assert len(stub.requests) == 1


def test_retries_wait_a_minute_and_then_five_scaled(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = always(500)
    slack.time_scale = 0.001
    slack.say(ana, alerts, "hello")
    slack.settle()
    times = [attempt.at for attempt in slack.deliveries[0].attempts]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert [wait >= least for wait, least in zip(waits, (0, 0.06, 0.3), strict=True)] == [True] * 3


def test_a_slow_app_is_a_timeout_and_an_absent_one_a_failed_connection(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    slack.ack_deadline_s = 0.1
    stub.answer = _sleepy
    slack.say(ana, alerts, "hello")
    slack.settle()
    slack.request_url = "http://127.0.0.1:1/slack/events"
    slack.say(ana, alerts, "hello")
    slack.settle()
    assert [delivery.attempts[0].failure for delivery in slack.deliveries] == [
        "http_timeout",
        "connection_failed",
    ]


def _sleepy(_number: int) -> tuple[int, dict[str, str], bytes]:
    time.sleep(0.3)
    return 200, {}, b""


def test_commands_are_forms_and_never_repeated(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = always(500)
    delivery = slack.command(ana, alerts, "/diagnose", "dynamodb 408 table=orders")
    headers, body = stub.requests[0]
    form = parse_qs(body.decode(), keep_blank_values=True)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
    assert (form["command"], form["text"], form["user_id"], form["channel_name"]) == (
        ["/diagnose"],
        ["dynamodb 408 table=orders"],
        [ana.id],
        ["alerts"],
    )
    assert (len(stub.requests), delivery.outcome) == (1, Outcome.HTTP_SERVICE_ERROR)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, Outcome.HTTP_CLIENT_ERROR), (503, Outcome.HTTP_SERVICE_ERROR)],
)
def test_a_failed_command_is_told_to_its_user(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
    status: int,
    outcome: Outcome,
) -> None:
    stub.answer = always(status)
    slack.command(ana, alerts, "/diagnose")
    assert [(seen.via, seen.text) for seen in slack.ephemerals] == [
        ("slackbot", f'/diagnose failed with the error "{outcome}"'),
    ]


def test_a_late_ack_is_an_operation_timeout(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    slack.ack_deadline_s = 0.1
    stub.answer = _sleepy
    delivery = slack.command(ana, alerts, "/diagnose")
    assert (delivery.outcome, delivery.acked) == (Outcome.OPERATION_TIMEOUT, False)
    assert slack.ephemerals[0].text == '/diagnose failed with the error "operation_timeout"'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", []),
        (b"{}", []),
        (b"on it", ["on it"]),
        (b'{"text": "on it"}', ["on it"]),
        (b'{"response_type": "ephemeral", "text": "on it"}', ["on it"]),
    ],
)
def test_the_body_of_an_ack_is_an_ephemeral_answer(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
    body: bytes,
    text: list[str],
) -> None:
    stub.answer = always(200, body)
    assert slack.command(ana, alerts, "/diagnose").acked
    assert [seen.text for seen in slack.ephemerals] == text
    assert slack.messages(alerts) == []


def test_an_ack_may_speak_to_the_channel(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = always(200, b'{"response_type": "in_channel", "text": "on it"}')
    slack.command(ana, alerts, "/diagnose")
    assert [(m.text, m.user) for m in slack.messages(alerts)] == [("on it", slack.workspace.me.id)]


def test_an_ack_that_slack_refuses_is_an_invalid_response(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = always(200, b'{"blocks": [{"type": "nonsense"}]}')
    assert slack.command(ana, alerts, "/diagnose").outcome is Outcome.INVALID_RESPONSE
    assert [seen.via for seen in slack.ephemerals] == ["slackbot"]


def test_private_places_keep_their_names_from_commands(
    slack: SlackServer,
    stub: Stub,
    ana: User,
) -> None:
    secret = slack.workspace.add_channel("war-room", ana, kind=Kind.PRIVATE)
    direct = slack.workspace.open_direct(ana)
    names = [
        slack.command(ana, place, "/diagnose").payload["channel_name"] for place in (secret, direct)
    ]
    assert names == ["privategroup", "directmessage"]


@pytest.mark.parametrize("as_json", [True, False])
def test_the_request_url_is_verified_by_a_challenge(
    slack: SlackServer,
    stub: Stub,
    as_json: bool,
) -> None:
    def answer(_number: int) -> tuple[int, dict[str, str], bytes]:
        challenge = json.loads(stub.requests[-1][1])["challenge"]
        body = json.dumps({"challenge": challenge}) if as_json else challenge
        return 200, {}, body.encode()

    assert not slack.verify_url()
    stub.answer = answer
    assert slack.verify_url()


def test_an_ssl_check_is_a_signed_form(slack: SlackServer, stub: Stub) -> None:
    assert slack.ssl_check().kind == "ssl_check"
    headers, body = stub.requests[0]
    assert parse_qs(body.decode())["ssl_check"] == ["1"]
    assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)


def test_anything_can_be_sent_as_it_is(slack: SlackServer, stub: Stub) -> None:
    attempt = slack.post_raw(b"[", X_Slack_Signature="v0=0", Content_Type="application/json")
    headers, body = stub.requests[0]
    assert (attempt.status, body, headers["X-Slack-Signature"]) == (200, b"[", "v0=0")


def test_events_can_come_twice_late_out_of_order_or_never(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    slack.faults.duplicate_events(copies=2)
    slack.say(ana, alerts, "twice")
    slack.settle()
    slack.faults.drop_events(1)
    slack.say(ana, alerts, "never")
    slack.settle()
    first = slack.deliveries[0]
    attempt = slack.redeliver(first, retry_num=2, reason="http_timeout")
    assert (attempt.retry_num, len(first.attempts)) == (2, 3)
    assert slack.deliveries[1].outcome is Outcome.DROPPED
    texts = [json.loads(body)["event"]["text"] for _headers, body in stub.requests]
    assert texts == ["twice", "twice", "twice"]
    assert stub.requests[-1][0]["X-Slack-Retry-Num"] == "2"


def test_held_events_come_in_reverse() -> None:
    faults, held = Faults(), list[str]()
    faults.reorder_events(3)
    assert [list(faults.released(held, text)) for text in ("one", "two", "three", "four")] == [
        [],
        [],
        ["three", "two", "one"],
        ["four"],
    ]


def test_waiting_tells_what_there_was_instead(
    slack: SlackServer, ana: User, alerts: Channel
) -> None:
    slack.say(ana, alerts, "something else")
    assert slack.wait_for(lambda: slack.messages(alerts))[0].text == "something else"
    with pytest.raises(TimeoutError, match="something else"):
        slack.wait_for(lambda: slack.posted(alerts), timeout=0.05)


def test_payloads_can_be_rewritten_before_they_are_signed(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    slack.rewrite = lambda payload: payload | {"team_id": "T0STRANGER"}
    slack.say(ana, alerts, "hello")
    slack.settle()
    slack.command(ana, alerts, "/diagnose")
    (headers, event), (_headers, command) = stub.requests
    assert SignatureVerifier(slack.signing_secret).is_valid_request(event, headers)
    assert json.loads(event)["team_id"] == "T0STRANGER"
    assert parse_qs(command.decode())["team_id"] == ["T0STRANGER"]


def test_people_of_other_organisations_name_theirs(slack: SlackServer, stub: Stub) -> None:
    partner = slack.workspace.add_user("partner", external=True)
    shared = slack.workspace.add_channel("shared", partner, shared=True)
    slack.say(partner, shared, "hello")
    payload = slack.deliveries[0].payload
    assert payload["is_ext_shared_channel"]
    assert {payload["event"][name] for name in ("team", "user_team", "source_team")} == {
        "T0PARTNERCO",
    }


def test_reactions_and_threads_are_told(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    parent = slack.say(ana, alerts, "<#C1> <!subteam^S1> <!here> <@U1>")
    slack.mention(ana, alerts, "help", parent)
    slack.react(ana, parent, "eyes")
    said, reply, _mention, reaction = events(slack)
    inline = said["blocks"][0]["elements"][0]["elements"]
    assert [item["type"] for item in inline if item["type"] != "text"] == [
        "channel",
        "usergroup",
        "broadcast",
        "user",
    ]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (parent.ts, ana.id)
    assert (reaction["type"], reaction["reaction"], reaction["item"]["ts"]) == (
        "reaction_added",
        "eyes",
        parent.ts,
    )


def test_monitors_edit_their_messages(slack: SlackServer, stub: Stub, alerts: Channel) -> None:
    firing = slack.post_as_bot(alerts, "firing", attachments=[{"color": "danger", "text": "x"}])
    slack.edit(firing, "resolved", attachments=({"color": "good", "text": "x"},))
    change = events(slack)[1]
    assert (change["message"]["text"], change["message"]["attachments"][0]["color"]) == (
        "resolved",
        "good",
    )
    assert slack.messages(alerts)[0].blocks == ()


def test_a_monitor_may_be_named_by_its_bot(slack: SlackServer, alerts: Channel) -> None:
    pager = slack.workspace.add_bot("PagerDuty", app="A0PAGER")
    assert slack.post_as_bot(alerts, "x", bot=pager).as_json()["app_id"] == "A0PAGER"


def test_settling_says_what_is_still_under_way(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    alerts: Channel,
) -> None:
    stub.answer = always(500)
    slack.time_scale = 1.0
    slack.say(ana, alerts, "hello")
    slack.wait_for(lambda: len(stub.requests) == 2)
    with pytest.raises(TimeoutError, match="deliveries under way"):
        slack.settle(0.05)
