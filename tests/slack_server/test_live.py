"""What is alive in a message, and what only looks so."""

from typing import Any

import pytest

from tests.slack_server.live import LiveToken, live_in_text, live_tokens
from tests.slack_server.model import Message


@pytest.mark.parametrize(
    ("text", "kind", "target", "label"),
    [
        ("<!here>", "broadcast", "here", ""),
        ("<!channel|channel>", "broadcast", "channel", "channel"),
        ("<!everyone>", "broadcast", "everyone", ""),
        ("<!subteam^S0ONCALL|@oncall>", "group", "S0ONCALL", "@oncall"),
        ("<@U0ANA>", "user", "U0ANA", ""),
        ("<@U0ANA|ana>", "user", "U0ANA", "ana"),
        ("<#C0ALERTS|alerts>", "channel", "C0ALERTS", "alerts"),
        ("<https://evil.example|approve>", "link", "https://evil.example", "approve"),
        ("<https://evil.example|ap\nprove>", "link", "https://evil.example", "ap\nprove"),
        ("<mailto:a@evil.example>", "link", "mailto:a@evil.example", ""),
        ("<slack://open|x>", "link", "slack://open", "x"),
        ("<evil.example|approve>", "link", "evil.example", "approve"),
        (
            "<!date^1700000000^{date}^https://evil.example|today>",
            "date",
            "https://evil.example",
            "today",
        ),
        ("<!unknown|x>", "special", "unknown", "x"),
        ("`<!here>`", "broadcast", "here", ""),
        ("<<!here>>", "broadcast", "here", ""),
        ("see https://example.com/a now", "auto_link", "https://example.com/a", ""),
    ],
)
def test_a_token_in_mrkdwn_is_alive(text: str, kind: str, target: str, label: str) -> None:
    assert live_in_text(text) == [LiveToken(kind, target, label, "text")]


@pytest.mark.parametrize(
    "text",
    [
        "&lt;!here&gt;",
        "&lt;//example|x&gt;",
        "a < b and c > d",
        "<div>",
        "<>",
        "@here and #general",
        "@channel",
        "1 <2> 3",
    ],
)
def test_plain_words_are_dead(text: str) -> None:
    assert live_in_text(text) == []


def test_a_link_tells_whether_it_hides_its_target() -> None:
    hidden, shown = live_in_text("<https://a.example|b> <https://a.example|https://a.example>")
    assert (hidden.hides_target, shown.hides_target) == (True, False)


def section(text: str, **fields: object) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, **fields}}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "<!here>"}, [("broadcast", "text")]),
        ({"text": "<!here>", "blocks": [section("dead")]}, [("broadcast", "text")]),
        ({"text": "https://a.example"}, []),
        ({"text": "https://a.example", "parse": "client"}, [("auto_link", "text")]),
        ({"text": "@here #general", "parse": "full"}, [("auto_mention", "text")] * 2),
        ({"text": "@here", "link_names": True}, [("auto_mention", "text")]),
        ({"text": "@here", "link_names": "1"}, [("auto_mention", "text")]),
        ({"markdown_text": "<@U1>"}, [("user", "markdown_text")]),
        ({"blocks": [section("<@U1>")]}, [("user", "blocks/0/text/text")]),
        ({"blocks": [section("https://a.example")]}, [("auto_link", "blocks/0/text/text")]),
        ({"blocks": [section("#general")]}, [("auto_mention", "blocks/0/text/text")]),
        ({"blocks": [section("https://a.example #x", verbatim=True)]}, []),
        ({"blocks": [section("<!here>", verbatim=True)]}, [("broadcast", "blocks/0/text/text")]),
        (
            {"blocks": [{"type": "section", "text": {"type": "plain_text", "text": "<!here>"}}]},
            [],
        ),
        (
            {"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "<@U1>"}]}]},
            [("user", "blocks/0/fields/0/text")],
        ),
        (
            {"blocks": [{"type": "markdown", "text": "[ok](https://a.example) <!here>"}]},
            [
                ("broadcast", "blocks/0/text"),
                ("auto_link", "blocks/0/text"),
                ("link", "blocks/0/text"),
            ],
        ),
        (
            {"blocks": [{"type": "markdown", "text": "![x](//a.example/p.png)"}]},
            [("link", "blocks/0/text")],
        ),
        (
            {"blocks": [{"type": "markdown", "text": "[a [b]](//a.example)"}]},
            [("link", "blocks/0/text")],
        ),
        (
            {"blocks": [{"type": "markdown", "text": "[ok][1]\n\n[1]: //a.example"}]},
            [("link", "blocks/0/text")],
        ),
        ({"blocks": [{"type": "markdown", "text": r"\[ok\](//a.example)"}]}, []),
        (
            {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "<!here>"}]]}]},
            [],
        ),
        (
            {"blocks": [{"type": "image", "image_url": "https://a.example/p.png"}]},
            [("url", "blocks/0/image_url")],
        ),
        (
            {
                "blocks": [
                    {
                        "type": "actions",
                        "elements": [{"type": "button", "url": "https://a.example"}],
                    },
                ],
            },
            [("url", "blocks/0/elements/0/url")],
        ),
        (
            {"attachments": [{"text": "<!here>", "fields": [{"title": "t", "value": "<@U1>"}]}]},
            [("broadcast", "attachments/0/text"), ("user", "attachments/0/fields/0/value")],
        ),
        (
            {"attachments": [{"fallback": "<!here>", "title_link": "https://a.example"}]},
            [("broadcast", "attachments/0/fallback"), ("url", "attachments/0/title_link")],
        ),
        (
            {"attachments": [{"blocks": [section("<@U1>")]}]},
            [("user", "attachments/0/blocks/0/text/text")],
        ),
        ({"attachments": ["nonsense"]}, []),
        (
            {
                "type": "modal",
                "title": {"type": "plain_text", "text": "<!here>"},
                "blocks": [section("<!here>")],
            },
            [("broadcast", "blocks/0/text/text")],
        ),
    ],
)
def test_every_part_of_a_message_is_read(
    message: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    assert [(token.kind, token.at) for token in live_tokens(message)] == expected


def test_rich_text_is_alive_by_type_and_never_by_text() -> None:
    elements: list[dict[str, Any]] = [
        {"type": "text", "text": "<!here> https://a.example [x](//b.example)"},
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "link", "url": "https://a.example", "text": "x"},
        {"type": "date", "timestamp": 1, "format": "{date}", "url": "https://b.example"},
        {"type": "emoji", "name": "fire"},
    ]
    inside = {"type": "rich_text_section", "elements": elements}
    tokens = live_tokens({"blocks": [{"type": "rich_text", "elements": [inside]}]})
    assert [(token.kind, token.target, token.label) for token in tokens] == [
        ("user", "U1", ""),
        ("group", "S1", ""),
        ("channel", "C1", ""),
        ("broadcast", "here", ""),
        ("link", "https://a.example", "x"),
        ("date", "https://b.example", ""),
    ]


def test_stored_messages_can_be_read_as_they_are() -> None:
    message = Message(channel="C1", ts="1.2", text="@here", parse="full")
    assert [token.target for token in live_tokens(message)] == ["@here"]


@pytest.mark.parametrize(
    ("piece", "alive"),
    [
        ("<", 0),
        ("[", 0),
        ("](", 25_000),
        ("](a", 16_667),
        ("<!", 0),
        ("<a|", 0),
        ("`<", 0),
        ("@", 0),
        ("https://", 1),
        ("[x]: ", 1),
    ],
)
def test_hostile_text_is_read_to_its_end(piece: str, alive: int) -> None:
    tokens = live_tokens({"markdown_text": piece * (100_000 // len(piece))})
    assert len(tokens) == alive
