"""A real Bolt app behind a WSGI server, driven by people in Slack over signed HTTP."""

import json
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_sdk import WebClient

from tests.slack_server import Channel, Outcome, SlackServer, User
from tests.slack_server.test_blocks import actions, asks, button, modal, plain

Json = dict[str, Any]


def test_bolt_takes_the_challenge_and_ssl_checks(slack: SlackServer, bolt_http: App) -> None:
    assert slack.verify_url()
    assert slack.ssl_check().acked


def test_a_mention_is_answered_in_its_thread(
    slack: SlackServer,
    bolt_http: App,
    ana: User,
    alerts: Channel,
) -> None:
    @bolt_http.event("app_mention")
    def on_mention(event: Json, say: Say) -> None:
        say(text="looking", thread_ts=event["ts"])

    message = slack.mention(ana, alerts, "diagnose dynamodb 408")
    slack.wait_for(lambda: slack.thread(alerts, message))
    slack.settle()
    assert [(m.text, m.user) for m in slack.thread(alerts, message)] == [
        ("looking", slack.workspace.me.id),
    ]


def test_a_command_is_acked_answered_and_finished(
    slack: SlackServer,
    bolt_http: App,
    ana: User,
    alerts: Channel,
) -> None:
    @bolt_http.command("/diagnose")
    def on_diagnose(ack: Ack, respond: Respond, command: Json, client: WebClient) -> None:
        ack("working")
        respond("half way")
        posted = client.chat_postMessage(channel=command["channel_id"], text="report")
        client.chat_update(channel=posted["channel"], ts=posted["ts"], text="done", parse="none")

    delivery = slack.command(ana, alerts, "/diagnose", "dynamodb 408")
    slack.wait_for(lambda: [m for m in slack.messages(alerts) if m.text == "done"])
    assert (delivery.acked, delivery.body) == (True, "working")
    assert {(seen.via, seen.text) for seen in slack.ephemerals} == {
        ("ack", "working"),
        ("response_url", "half way"),
    }


def test_a_button_opens_a_modal_and_its_submission_posts(
    slack: SlackServer,
    bolt_http: App,
    client: WebClient,
    ana: User,
    alerts: Channel,
) -> None:
    @bolt_http.action("declare")
    def on_declare(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        view = modal(callback_id="incident", blocks=[asks()], submit=plain("Declare"))
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt_http.view("incident")
    def on_submit(ack: Ack, view: Json, client: WebClient) -> None:
        title = view["state"]["values"]["b"]["a"]["value"]
        if title == "x":
            ack(response_action="errors", errors={"b": "too short"})
            return
        ack()
        client.chat_postMessage(channel=alerts.id, text=f"declared: {title}")

    row = actions(button(action_id="declare"))
    ts = client.chat_postMessage(channel=alerts.id, text="report", blocks=[row])["ts"]
    slack.click(ana, slack.message(alerts, ts), "declare")
    slack.wait_for(lambda: slack.modal(ana))
    refused = slack.submit_view(ana, {"a": "x"})
    assert refused.json == {"response_action": "errors", "errors": {"b": "too short"}}
    slack.submit_view(ana, {"a": "checkout is down"})
    posted = slack.wait_for(lambda: slack.messages(alerts)[1:])
    assert ([m.text for m in posted], slack.modal(ana)) == (["declared: checkout is down"], None)


def test_shortcuts_and_options_reach_their_listeners(
    slack: SlackServer,
    bolt_http: App,
    client: WebClient,
    ana: User,
    alerts: Channel,
) -> None:
    seen: list[str] = []

    @bolt_http.shortcut("diagnose_this")
    def on_shortcut(ack: Ack, shortcut: Json) -> None:
        ack()
        seen.append(shortcut["type"])

    @bolt_http.options("table")
    def on_options(ack: Ack, payload: Json) -> None:
        ack(options=[{"text": plain(payload["value"]), "value": payload["value"]}])

    slack.shortcut(ana, "diagnose_this", slack.say(ana, alerts, "it hurts"))
    slack.shortcut(ana, "diagnose_this")
    assert seen == ["message_action", "shortcut"]
    row = actions({"type": "external_select", "action_id": "table", "placeholder": plain("Table")})
    ts = client.chat_postMessage(channel=alerts.id, text="x", blocks=[row])["ts"]
    offered = slack.options(ana, slack.message(alerts, ts), "table", "orders")
    assert offered.json == {"options": [{"text": plain("orders"), "value": "orders"}]}


def test_what_nobody_listens_to_is_a_failure_people_see(
    slack: SlackServer,
    bolt_http: App,
    ana: User,
    alerts: Channel,
) -> None:
    delivery = slack.command(ana, alerts, "/unknown")
    assert (delivery.status, delivery.outcome) == (404, Outcome.HTTP_CLIENT_ERROR)


def test_another_secret_is_refused(
    slack: SlackServer,
    bolt_http: App,
    ana: User,
    alerts: Channel,
) -> None:
    slack.signing_secret = "somebody else's"
    delivery = slack.command(ana, alerts, "/diagnose")
    assert (delivery.status, json.loads(delivery.body)) == (401, {"error": "invalid request"})
