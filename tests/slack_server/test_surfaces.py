"""Modals, Home tabs, buttons, response URLs and files, from both sides."""

import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.slack_server import Channel, Delivery, Kind, Outcome, SlackServer, User
from tests.slack_server.conftest import Stub
from tests.slack_server.test_blocks import actions, asks, button, modal, option, plain, select

Json = dict[str, Any]


def error_of(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def trigger(slack: SlackServer, user: User) -> str:
    return slack.triggers.issue(user.id)


# Modals


def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackServer,
    client: WebClient,
    ana: User,
) -> None:
    first, late = trigger(slack, ana), trigger(slack, ana)
    opened = client.views_open(trigger_id=first, view=modal(callback_id="diagnose"))["view"]
    current = slack.modal(ana)
    assert current is not None
    assert (current.id, current.callback_id) == (opened["id"], "diagnose")
    again = error_of(lambda: client.views_open(trigger_id=first, view=modal()))
    slack.clock.advance(3.1)
    expired = error_of(lambda: client.views_open(trigger_id=late, view=modal()))
    invalid = error_of(lambda: client.views_open(trigger_id="1.2.3", view=modal()))
    assert (again, expired, invalid) == (
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_arguments",
    )


def test_a_wrong_view_says_what_is_wrong(
    slack: SlackServer,
    client: WebClient,
    ana: User,
) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=trigger(slack, ana), view=modal(title=plain("x" * 25)))
    assert caught.value.response.data == {
        "ok": False,
        "error": "invalid_arguments",
        "errors": ["must be less than 25 characters [json-pointer:/view/title/text]"],
        "response_metadata": {
            "messages": ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"],
        },
    }


@pytest.mark.parametrize("view", ["not json", "[]", "", '{"type": "home", "blocks": []}'])
def test_what_is_no_modal_is_not_opened(
    slack: SlackServer,
    client: WebClient,
    ana: User,
    view: str,
) -> None:
    sent = {"trigger_id": trigger(slack, ana), "view": view}
    assert error_of(lambda: client.api_call("views.open", params=sent)) == "invalid_arguments"


def test_modals_stack_three_deep(slack: SlackServer, client: WebClient, ana: User) -> None:
    nothing = error_of(lambda: client.views_push(trigger_id=trigger(slack, ana), view=modal()))
    root = client.views_open(trigger_id=trigger(slack, ana), view=modal())["view"]
    for _number in range(2):
        top = client.views_push(trigger_id=trigger(slack, ana), view=modal())["view"]
    deep = error_of(lambda: client.views_push(trigger_id=trigger(slack, ana), view=modal()))
    assert (nothing, deep, top["root_view_id"]) == ("not_found", "push_limit_reached", root["id"])
    slack.close_view(ana)
    slack.close_view(ana)
    below = slack.modal(ana)
    assert below is not None
    assert below.id == root["id"]


def test_a_stale_hash_does_not_overwrite(slack: SlackServer, client: WebClient, ana: User) -> None:
    view = client.views_open(trigger_id=trigger(slack, ana), view=modal(external_id="d-1"))["view"]
    changed = client.views_update(external_id="d-1", view=modal(), hash=view["hash"])["view"]
    stale = error_of(
        lambda: client.views_update(view_id=view["id"], view=modal(), hash=view["hash"]),
    )
    gone = error_of(lambda: client.views_update(view_id="V0", view=modal()))
    unnamed = error_of(lambda: client.api_call("views.update", json={"view": modal()}))
    assert (stale, gone, unnamed) == ("hash_conflict", "not_found", "invalid_arguments")
    assert changed["id"] == view["id"]


def test_an_external_id_names_one_view(slack: SlackServer, client: WebClient, ana: User) -> None:
    client.views_open(trigger_id=trigger(slack, ana), view=modal(external_id="d-1"))
    again = error_of(
        lambda: client.views_push(trigger_id=trigger(slack, ana), view=modal(external_id="d-1")),
    )
    assert again == "duplicate_external_id"


def test_a_home_tab_is_published_for_one_person(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    ana: User,
) -> None:
    home = {"type": "home", "blocks": [actions(button(action_id="refresh"))]}
    slack.open_home(ana)
    first = client.views_publish(user_id=ana.id, view=home)["view"]
    second = client.views_publish(user_id=ana.id, view=home, hash=first["hash"])["view"]
    stale = error_of(
        lambda: client.views_publish(user_id=ana.id, view=home, hash=first["hash"]),
    )
    nobody = error_of(lambda: client.views_publish(user_id="U0NOBODY", view=home))
    slack.open_home(ana)
    slack.settle()
    shown = [delivery.payload["event"].get("view", {}).get("id") for delivery in slack.deliveries]
    assert (stale, nobody) == ("hash_conflict", "invalid_arguments")
    assert shown == [None, second["id"]]
    published = slack.home(ana)
    assert published is not None
    assert slack.click(ana, published, "refresh").payload["view"]["id"] == second["id"]


@pytest.fixture
def form(slack: SlackServer, client: WebClient, ana: User) -> Json:
    """A modal with one input of a kind, open in front of Ana."""
    blocks = [
        asks() | {"block_id": "table"},
        asks(**select(action_id="region", options=[option(1), option(2)])) | {"block_id": "region"},
        asks(type="checkboxes", action_id="flags", options=[option(1), option(2)])
        | {"block_id": "flags", "optional": True},
        asks(type="users_select", action_id="who", initial_user=ana.id) | {"block_id": "who"},
    ]
    view = modal(blocks=blocks, submit=plain("Go"), notify_on_close=True, private_metadata="p")
    opened: Json = client.views_open(trigger_id=trigger(slack, ana), view=view)["view"]
    return opened


def test_a_submission_holds_what_was_filled_in(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    form: Json,
) -> None:
    delivery = slack.submit_view(ana, {"table": "orders", "region": "v2", "flags": ["v1"]})
    view = delivery.payload["view"]
    assert (delivery.kind, view["id"], view["private_metadata"]) == (
        "view_submission",
        form["id"],
        "p",
    )
    assert view["state"]["values"] == {
        "table": {"a": {"type": "plain_text_input", "value": "orders"}},
        "region": {"region": {"type": "static_select", "selected_option": option(2)}},
        "flags": {"flags": {"type": "checkboxes", "selected_options": [option(1)]}},
        "who": {"who": {"type": "users_select", "selected_user": ana.id}},
    }
    assert slack.modal(ana) is None


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"region": "v1"}, ValueError, "table/a is required"),
        ({"table": "x", "region": "v9"}, ValueError, "does not offer 'v9', only: v1, v2"),
        ({"table": "x", "region": "v1", "typo": "x"}, LookupError, "no such inputs: typo"),
        ({"table": "x" * 3_001, "region": "v1"}, ValueError, "0 to 3000 characters"),
    ],
)
def test_nobody_can_submit_what_the_form_does_not_take(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    form: Json,
    values: Json,
    error: type[Exception],
    says: str,
) -> None:
    with pytest.raises(error, match=says):
        slack.submit_view(ana, values)
    assert stub.requests == []


def submit(slack: SlackServer, stub: Stub, user: User, ack: Json) -> Delivery:
    stub.answer = lambda _number: (200, {}, json.dumps(ack).encode())
    return slack.submit_view(user, {"table": "orders", "region": "v1"})


def test_the_ack_of_a_submission_decides_what_comes_next(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    form: Json,
) -> None:
    errors = submit(slack, stub, ana, {"response_action": "errors", "errors": {"table": "unknown"}})
    kept = slack.modal(ana)
    submit(slack, stub, ana, {"response_action": "push", "view": modal(callback_id="next")})
    pushed = slack.modal(ana)
    assert kept is not None
    assert pushed is not None
    assert (errors.acked, kept.id, pushed.callback_id) == (True, form["id"], "next")
    stub.answer = lambda _number: (200, {}, json.dumps(update).encode())
    update = {"response_action": "update", "view": modal(callback_id="changed")}
    slack.submit_view(ana)
    changed = slack.modal(ana)
    assert changed is not None
    assert (changed.id, changed.callback_id) == (pushed.id, "changed")
    update = {"response_action": "clear"}
    slack.submit_view(ana)
    assert slack.modal(ana) is None


@pytest.mark.parametrize(
    "ack",
    [
        {"response_action": "explode"},
        {"response_action": "errors"},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
def test_an_ack_slack_does_not_understand_leaves_the_modal_open(
    slack: SlackServer,
    stub: Stub,
    ana: User,
    form: Json,
    ack: Json,
) -> None:
    assert submit(slack, stub, ana, ack).outcome is Outcome.INVALID_RESPONSE
    assert slack.modal(ana) is not None


def test_closing_is_told_to_views_that_asked(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    ana: User,
    form: Json,
) -> None:
    told = slack.close_view(ana)
    assert told is not None
    assert (told.kind, told.payload["view"]["id"]) == ("view_closed", form["id"])
    client.views_open(trigger_id=trigger(slack, ana), view=modal())
    assert slack.close_view(ana) is None
    with pytest.raises(LookupError, match="ana has no modal open"):
        slack.close_view(ana)


# Buttons and selects


def test_a_click_tells_what_was_pressed_and_where(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    parent = slack.say(ana, alerts, "it hurts")
    ts = client.chat_postMessage(
        channel=alerts.id,
        text="report",
        thread_ts=parent.ts,
        blocks=[actions(button(action_id="again", value="d-1")) | {"block_id": "row"}],
    )["ts"]
    delivery = slack.click(ana, slack.message(alerts, ts), "again")
    payload = delivery.payload
    assert (delivery.kind, delivery.acked, payload["user"]["id"]) == ("block_actions", True, ana.id)
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": alerts.id,
        "is_ephemeral": False,
        "thread_ts": parent.ts,
    }
    done = payload["actions"][0]
    assert {key: done[key] for key in ("type", "action_id", "block_id", "value", "text")} == {
        "type": "button",
        "action_id": "again",
        "block_id": "row",
        "value": "d-1",
        "text": plain("Run"),
    }
    assert (payload["channel"], payload["message"]["ts"]) == (
        {"id": alerts.id, "name": "alerts"},
        ts,
    )
    client.views_open(trigger_id=payload["trigger_id"], view=modal())
    assert slack.modal(ana) is not None


def test_a_pick_tells_the_option_and_keeps_it_in_the_state(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    elements = [
        select(action_id="cause", options=[option(1), option(2)]),
        {"type": "overflow", "action_id": "more", "options": [option(3)]},
        {"type": "datepicker", "action_id": "day"},
    ]
    ts = client.chat_postMessage(
        channel=alerts.id,
        text="x",
        blocks=[actions(*elements) | {"block_id": "row"}],
    )["ts"]
    message = slack.message(alerts, ts)
    picked = slack.click(ana, message, "cause", "v2").payload
    more = slack.click(ana, message, "more", "v3").payload
    assert picked["actions"][0]["selected_option"] == option(2)
    assert picked["state"]["values"]["row"] == {
        "cause": {"type": "static_select", "selected_option": option(2)},
        "day": {"type": "datepicker", "selected_date": None},
    }
    assert more["actions"][0]["selected_option"] == option(3)


def test_nobody_can_press_what_is_not_there(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    row = actions(button(action_id="again"))
    ts = client.chat_postMessage(channel=alerts.id, text="x", blocks=[row])["ts"]
    message = slack.message(alerts, ts)
    with pytest.raises(LookupError, match="no element 'stop' here; there are: again"):
        slack.click(ana, message, "stop")
    client.chat_update(channel=alerts.id, ts=ts, text="done")
    with pytest.raises(LookupError, match="there are: none"):
        slack.click(ana, message, "again")


def test_buttons_in_attachments_and_ephemerals_work_too(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    row = actions(button(action_id="go"))
    ts = client.chat_postMessage(channel=alerts.id, text="x", attachments=[{"blocks": [row]}])["ts"]
    client.chat_postEphemeral(channel=alerts.id, user=ana.id, text="x", blocks=[row])
    inside = slack.click(ana, slack.message(alerts, ts), "go").payload
    hidden = slack.click(ana, slack.ephemerals[0], "go").payload
    assert [place["container"]["is_ephemeral"] for place in (inside, hidden)] == [False, True]
    assert "message" not in hidden


def test_external_selects_ask_the_app(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    row = actions({"type": "external_select", "action_id": "table", "placeholder": plain("Table")})
    ts = client.chat_postMessage(channel=alerts.id, text="x", blocks=[row])["ts"]
    message = slack.message(alerts, ts)
    empty = slack.options(ana, message, "table", "ord")
    stub.answer = lambda _number: (200, {}, json.dumps({"options": [option()]}).encode())
    filled = slack.options(ana, message, "table", "ord")
    assert (filled.payload["value"], filled.json) == ("ord", {"options": [option()]})
    assert (empty.outcome, filled.outcome) == (Outcome.INVALID_RESPONSE, Outcome.ACKED)


def test_shortcuts_carry_their_message(
    slack: SlackServer,
    stub: Stub,
    alerts: Channel,
    ana: User,
) -> None:
    message = slack.say(ana, alerts, "it hurts")
    on_message = slack.shortcut(ana, "diagnose_this", message).payload
    anywhere = slack.shortcut(ana, "declare").payload
    assert (on_message["type"], on_message["message"]["text"], on_message["message_ts"]) == (
        "message_action",
        "it hurts",
        message.ts,
    )
    assert (anywhere["type"], anywhere["callback_id"], "channel" in anywhere) == (
        "shortcut",
        "declare",
        False,
    )


# Response URLs


def test_a_response_url_works_five_times_within_half_an_hour(
    slack: SlackServer,
    stub: Stub,
    alerts: Channel,
    ana: User,
) -> None:
    first, second = (
        WebhookClient(slack.command(ana, alerts, "/diagnose").payload["response_url"])
        for _number in range(2)
    )
    answers = [first.send(text=str(number)) for number in range(6)]
    slack.clock.advance(1_801)
    late = second.send(text="late")
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert ["used_url" in answers[-1].body, "expired_url" in late.body] == [True, True]
    assert [seen.text for seen in slack.ephemerals] == ["0", "1", "2", "3", "4"]


def test_a_response_may_go_to_the_channel_and_its_thread(
    slack: SlackServer,
    stub: Stub,
    alerts: Channel,
    ana: User,
) -> None:
    message = slack.say(ana, alerts, "it hurts")
    url = slack.command(ana, alerts, "/diagnose").payload["response_url"]
    WebhookClient(url).send_dict(
        {"text": "found", "response_type": "in_channel", "thread_ts": message.ts},
    )
    assert [reply.text for reply in slack.thread(alerts, message)] == ["found"]


def test_a_response_replaces_or_deletes_what_was_clicked(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    row = actions(button(action_id="go"))
    ts = client.chat_postMessage(channel=alerts.id, text="before", blocks=[row])["ts"]
    url = WebhookClient(slack.click(ana, slack.message(alerts, ts), "go").payload["response_url"])
    url.send(text="after", replace_original=True)
    assert [(m.text, m.blocks) for m in slack.messages(alerts)] == [("after", ())]
    url.send(delete_original=True)
    assert slack.messages(alerts) == []


def test_a_response_replaces_or_deletes_an_ephemeral(
    slack: SlackServer,
    stub: Stub,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    row = actions(button(action_id="go"))
    client.chat_postEphemeral(channel=alerts.id, user=ana.id, text="before", blocks=[row])
    clicked = slack.click(ana, slack.ephemerals[0], "go")
    url = WebhookClient(clicked.payload["response_url"])
    url.send(text="after", replace_original=True)
    assert [seen.text for seen in slack.ephemerals] == ["after"]
    url.send(delete_original=True)
    assert slack.ephemerals == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"not json", 400, "invalid_payload"),
        (b"[]", 400, "invalid_payload"),
        (b"{}", 400, "no_text"),
        (b'{"blocks": [{"type": "nonsense"}]}', 400, "invalid_blocks"),
    ],
)
def test_a_response_slack_refuses_is_no_use_of_the_url(
    slack: SlackServer,
    stub: Stub,
    alerts: Channel,
    ana: User,
    body: bytes,
    status: int,
    error: str,
) -> None:
    url = slack.command(ana, alerts, "/diagnose").payload["response_url"]
    for _number in range(6):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(url, body, {"Content-Type": "application/json"}))  # noqa: S310 - loopback
        with caught.value:
            assert caught.value.code == status
            assert json.load(caught.value)["error"] == error
    assert WebhookClient(url).send(text="x").status_code == 200


def test_a_response_may_be_a_form(
    slack: SlackServer,
    stub: Stub,
    alerts: Channel,
    ana: User,
) -> None:
    url = slack.command(ana, alerts, "/diagnose").payload["response_url"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with urlopen(Request(url, b"payload=%7B%22text%22%3A%22hi%22%7D", form)) as answer:  # noqa: S310 - loopback
        assert answer.read() == b"ok"
    assert [seen.text for seen in slack.ephemerals] == ["hi"]


# Files


def test_a_file_goes_up_in_three_steps(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
    ana: User,
) -> None:
    parent = slack.say(ana, alerts, "show me")
    client.files_upload_v2(
        channel=alerts.id,
        thread_ts=parent.ts,
        content=b"\x89PNG",
        filename="chart.png",
        title="Throttles",
        alt_txt="Throttled reads over an hour",
        initial_comment="Here",
    )
    file = slack.files[0]
    assert (file.content, file.title, file.alt_text, file.shares) == (
        b"\x89PNG",
        "Throttles",
        "Throttled reads over an hour",
        ((alerts.id, parent.ts),),
    )
    shared = slack.thread(alerts, parent)[0]
    assert (shared.subtype, shared.text, shared.files[0]["id"]) == ("file_share", "Here", file.id)
    download = Request(file.url, headers={"Authorization": f"Bearer {slack.token}"})  # noqa: S310 - loopback
    with urlopen(download) as answer:  # noqa: S310 - loopback
        assert (answer.headers["Content-Type"], answer.read()) == ("image/png", b"\x89PNG")


def test_a_finished_file_can_stand_in_a_block(
    slack: SlackServer,
    client: WebClient,
    alerts: Channel,
) -> None:
    file_id = client.files_upload_v2(content=b"\x89PNG", filename="a.png", title="a")["file"]["id"]
    picture = {"type": "image", "alt_text": "a", "slack_file": {"id": file_id}}
    client.chat_postMessage(channel=alerts.id, text="x", blocks=[picture])
    assert slack.messages(alerts)[0].blocks[0]["slack_file"] == {"id": file_id}


def test_an_upload_of_another_length_is_refused(client: WebClient) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.txt", length=3)
    for url, status in ((ticket["upload_url"], 400), (ticket["upload_url"] + "0", 404)):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(url, b"four"))  # noqa: S310 - loopback
        with caught.value:
            assert caught.value.code == status
    incomplete = error_of(
        lambda: client.files_completeUploadExternal(
            files=[{"id": ticket["file_id"], "title": "a"}]
        ),
    )
    assert incomplete == "file_not_found"


def test_an_upload_may_be_a_multipart_form(slack: SlackServer, client: WebClient) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.txt", length=5)
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        b"a\r\nbc\r\n--edge--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    with urlopen(Request(ticket["upload_url"], body, headers)) as answer:  # noqa: S310 - loopback
        assert answer.read() == b"OK - 5"
    client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "a"}])
    assert slack.files[0].content == b"a\r\nbc"


@pytest.mark.parametrize(
    ("method", "fields", "error"),
    [
        ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "missing_argument"),
        ("files.getUploadURLExternal", {"length": 1}, "invalid_arguments"),
        (
            "files.getUploadURLExternal",
            {"filename": "a", "length": 1, "alt_txt": "x" * 1_001},
            "alt_txt_too_large",
        ),
        ("files.completeUploadExternal", {"files": "x"}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [], "channel_id": "C0"}, "invalid_channel"),
        ("files.completeUploadExternal", {"files": [], "thread_ts": "1.2"}, "invalid_arguments"),
    ],
)
def test_a_wrong_upload_is_refused(
    client: WebClient,
    method: str,
    fields: Json,
    error: str,
) -> None:
    assert error_of(lambda: client.api_call(method, json=fields)) == error


def test_files_are_not_shared_where_the_app_is_not(slack: SlackServer, client: WebClient) -> None:
    elsewhere = slack.workspace.add_channel("elsewhere", kind=Kind.PRIVATE, with_app=False)
    denied = error_of(
        lambda: client.files_completeUploadExternal(files=[], channel_id=elsewhere.id),
    )
    assert denied == "posting_to_channel_denied"
