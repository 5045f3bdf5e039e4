"""The event inside whatever is wrapped around it."""

import pytest

from handlers.alerts import UnreadableEventError, inner_event

EVENT = {"type": "message", "text": "x"}


@pytest.mark.parametrize(
    "given",
    [
        EVENT,
        {"type": "event_callback", "event": EVENT},
        {
            "type": "events_api",
            "envelope_id": "1",
            "payload": {"type": "event_callback", "event": EVENT},
        },
        {"id": "a file of ours", "event": EVENT, "expected": {}},
    ],
)
def test_the_event_is_found(given: object) -> None:
    assert inner_event(given) == EVENT


@pytest.mark.parametrize(
    "given", [{"text": "x"}, {"attachments": []}, {"blocks": []}, {"type": "app_rate_limited"}]
)
def test_a_bare_event_is_enough(given: object) -> None:
    assert inner_event(given) == given


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([EVENT], "A Slack event is a JSON object, but this is a list."),
        ("x", "A Slack event is a JSON object, but this is a string."),
        (None, "A Slack event is a JSON object, but this is null."),
        (True, "A Slack event is a JSON object, but this is a boolean."),
        (4, "A Slack event is a JSON object, but this is a number."),
        (object(), "A Slack event is a JSON object, but this is something else."),
        ({"event": None}, "A Slack event is a JSON object, but this is null."),
        (
            {},
            (
                'This object holds no Slack event: it has neither "event" nor "type", "text", '
                '"attachments" or "blocks".'
            ),
        ),
        (
            {"type": "block_actions", "message": EVENT},
            'This is an interaction ("block_actions"), not a message event.',
        ),
        (
            {"type": ["x"], "payload": {"type": "view_submission"}},
            'This is an interaction ("view_submission"), not a message event.',
        ),
        (
            {"event": {"event": {"event": {"event": {"event": {"event": {"event": EVENT}}}}}}},
            "The event is wrapped more than 6 times.",
        ),
    ],
)
def test_what_holds_no_event_is_refused_in_one_sentence(given: object, says: str) -> None:
    with pytest.raises(UnreadableEventError) as refused:
        inner_event(given)
    assert str(refused.value) == says
    assert isinstance(refused.value, ValueError)
