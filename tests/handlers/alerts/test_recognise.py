"""Who wrote it, what comes of it, and what a bot gets to work with."""

from dataclasses import fields

import pytest

from handlers.alerts import Alert, Basis, Delivery, Me, recognise, to_json
from tests.handlers.alerts.messages import Json, attachment, edit, post, reply

ME = Me(user="U0PARAMED1", bot="B0PARAMED1", app="A0PARAMED1")
PERSON: Json = {"type": "message", "user": "U0LEE", "channel": "C1", "ts": "1.0"}


@pytest.mark.parametrize(
    "own",
    [
        {"user": "U0PARAMED1"},
        {"bot_id": "B0PARAMED1"},
        {"app_id": "A0PARAMED1"},
        {"bot_profile": {"id": "B0PARAMED1"}},
        {"bot_profile": {"app_id": "A0PARAMED1"}},
        {"message": {"bot_id": "B0PARAMED1"}, "subtype": "message_changed"},
        {"previous_message": {"bot_id": "B0PARAMED1"}, "subtype": "message_deleted"},
    ],
)
def test_any_of_the_bots_ids_makes_a_message_its_own(own: Json) -> None:
    event = {"type": "message", "text": "ALARM", **own}
    assert (recognise(event, ME).kind, recognise(event, ME).source) == ("own", "own-bot")
    assert recognise(event).kind != "own"


def test_an_id_the_bot_does_not_know_of_itself_matches_nothing() -> None:
    assert recognise({"type": "message", "user": "U0LEE", "text": "x"}, Me()).kind == "chatter"


@pytest.mark.parametrize("text", ["<@U0PARAMED1> help", "ask <@U0PARAMED1|paramedic> about it"])
def test_a_person_who_names_the_bot_speaks_to_it(text: str) -> None:
    assert recognise({**PERSON, "text": text}, ME).action == "command"
    assert recognise({**PERSON, "text": text}).action == "ignore"


def test_a_mention_event_is_a_command_without_any_id() -> None:
    assert recognise({**PERSON, "type": "app_mention", "text": "<@U1> hi"}).action == "command"


def test_a_program_that_names_the_bot_gives_no_command() -> None:
    event = post("<@U0PARAMED1> till is DOWN", type="app_mention")
    assert recognise(event, ME).action == "ignore"
    assert recognise({**event, "type": "message"}, ME).action == "open"


@pytest.mark.parametrize(
    ("event", "source"),
    [
        (
            {"type": "message", "subtype": "channel_topic", "user": "U0LEE", "text": "x"},
            "slack-system",
        ),
        ({"type": "message", "user": "USLACKBOT", "text": "Reminder: ALARM"}, "slack-system"),
        ({"type": "reaction_added", "user": "U0LEE"}, "slack-system"),
        ({"type": "message", "subtype": "message_deleted", "previous_message": PERSON}, "human"),
        (
            {"type": "message", "subtype": "message_deleted", "previous_message": {"bot_id": "B1"}},
            "unknown",
        ),
        ({"type": "message", "subtype": "message_deleted"}, "slack-system"),
        ({**PERSON, "subtype": "file_share", "files": [{"filetype": "png"}]}, "human"),
        ({"type": "message"}, "unknown"),
    ],
)
def test_what_nobody_posted_as_an_alert_is_chatter(event: Json, source: str) -> None:
    alert = recognise(event)
    assert (alert.kind, alert.action, alert.source) == ("chatter", "ignore", source)


def test_the_bot_gets_where_the_message_stands() -> None:
    alert = recognise(reply(post("till is DOWN", name="pinger")))
    assert (alert.channel, alert.ts, alert.thread_ts, alert.delivery, alert.sender) == (
        "C0ALERTS99",
        "1790000000.000100",
        "1789999999.000100",
        Delivery.REPLY,
        "pinger",
    )


def test_an_edit_keeps_the_messages_own_time() -> None:
    before = post("till is DOWN")
    alert = recognise(edit(post("till is UP"), before))
    assert (alert.ts, alert.delivery) == ("1790000000.000100", Delivery.EDIT)


def test_a_threads_first_message_is_no_reply() -> None:
    event = post("till is DOWN", thread_ts="1790000000.000100")
    assert (recognise(event).thread_ts, recognise(event).delivery) == (None, Delivery.POST)


def test_a_broadcast_reply_is_told_as_such() -> None:
    event = reply(post("till is DOWN", subtype="thread_broadcast"))
    assert recognise(event).delivery is Delivery.BROADCAST


def test_a_resource_read_out_of_a_name_is_told_as_such() -> None:
    named = recognise(post("stock-ReadThrottleEvents state is now ALARM: Threshold Crossed"))
    stated = recognise(
        post(
            "*ERROR* `till` (table=stock): An error occurred (408) when calling "
            "the GetItem operation: "
        )
    )
    assert (named.resource, named.facts.basis) == ("stock", Basis.NAMED)
    assert (stated.resource, stated.facts.basis) == ("stock", Basis.STATED)


def test_the_bot_gets_dimensions_operation_and_links() -> None:
    text = "GetItem on stock is slow: <https://runbook.dev/x>"
    event = post(
        "",
        attachment(
            "Slow",
            text,
            fields={
                "TableName": "stock",
                "Operation": "GetItem",
                "GlobalSecondaryIndexName": "by-user",
                "State": "firing",
            },
        ),
    )
    alert = recognise(event)
    assert alert.facts.dimensions == (
        ("TableName", "stock"),
        ("Operation", "GetItem"),
        ("GlobalSecondaryIndexName", "by-user"),
    )
    assert (alert.facts.operation, alert.facts.index) == ("GetItem", "by-user")
    assert alert.links == ("https://runbook.dev/x",)


def test_the_bot_gets_the_errors_own_words() -> None:
    alert = recognise(
        post(
            "[error] till: x\n```An error occurred (408) when calling the Query "
            "operation: ```\nmore"
        )
    )
    assert alert.facts.error_text == (
        "An error occurred (408) when calling the Query operation:\nmore"
    )


def test_what_is_printed_are_the_first_fields_in_their_order() -> None:
    names = [field.name for field in fields(Alert)]
    assert list(to_json(recognise({"type": "message"}))) == names[:15]


def test_what_is_printed_is_text_or_nothing() -> None:
    printed = to_json(recognise(post("till is DOWN")))
    assert all(value is None or isinstance(value, str) for value in printed.values())
