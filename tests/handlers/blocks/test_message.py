"""A message, its fallback text, the ladder to plainer ones, and inert text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks import Button, Message, inert, plainer
from handlers.blocks.elements import (
    Copyable,
    Style,
    actions,
    address,
    bullet,
    button,
    context,
    header,
    person,
    rich_text,
    sentence,
    words,
)
from handlers.blocks.limits import LIMITS
from handlers.blocks.message import message, text_length
from tests.handlers.blocks.hostile import PINGS, TEXTS, alive, refused
from tests.slack_server import LIMITS as ENFORCED
from tests.slack_server import live_in_text

BUTTONS = actions(button(Button.HELPED, "This helped", "dg_1"))
SAMPLE = message(
    *header("Cause found"),
    *rich_text(
        [
            sentence(words("One", Style.BOLD), words(""), words("<two>")),
            sentence(person("U0ANN"), person("Ann & Bob"), address("https://aws.amazon.com/x")),
            bullet(words("a")),
            bullet(words("b")),
            bullet(words("deeper"), indent=20),
            Copyable(text="aws s3 ls\naws s3 ls"),
            Copyable(text="two"),
        ],
    ),
    *context("1.9 s"),
    *BUTTONS,
)


def test_the_text_tells_what_the_blocks_show() -> None:
    assert SAMPLE.text == (
        "Cause found\n"
        "One &lt;two&gt;\n"
        "U0ANN Ann &amp; Bob https: //aws.amazon.com/x\n"
        "• a\n"
        "• b\n"
        "                • deeper\n"
        "aws s3 ls\n"
        "aws s3 ls\n"
        "two\n"
        "1.9 s"
    )
    assert refused(SAMPLE) == []


def test_the_plainer_message_keeps_words_and_buttons() -> None:
    plain = plainer(SAMPLE)

    assert [block["type"] for block in plain.blocks] == ["section", "actions"]
    assert plain.blocks[0]["text"] == {
        "type": "plain_text",
        "text": (
            "Cause found\nOne <two>\nU0ANN Ann & Bob https://aws.amazon.com/x\n• a\n• b\n"
            "                • deeper\naws s3 ls\naws s3 ls\ntwo\n1.9 s"
        ),
        "emoji": False,
    }
    assert plain.blocks[1:] == BUTTONS
    assert plain.text == SAMPLE.text


def test_the_last_step_is_text_alone_and_ends_the_ladder() -> None:
    last = plainer(plainer(SAMPLE))

    assert last == Message(text=SAMPLE.text)
    assert plainer(last) == last


def test_sections_are_cut_between_lines() -> None:
    lines = [bullet(words(f"{number} {'x' * 900}")) for number in range(12)]
    long = message(*rich_text(lines))

    texts = [block["text"]["text"] for block in plainer(long).blocks]

    assert all(text.startswith("• ") for text in texts)
    assert "\n".join(texts).count("• ") == 12
    assert refused(long) == []


def test_one_endless_line_is_cut_anywhere() -> None:
    long = message(*rich_text([Copyable(text="y" * 12_000)]))

    assert [len(block["text"]["text"]) for block in plainer(long).blocks] == [3_000] * 4


def test_a_message_of_nothing_still_has_words() -> None:
    assert message(*rich_text([sentence(words("\u200b"))])) == Message(text="(nothing to show)")


def test_slack_is_told_not_to_read_or_unfurl_it() -> None:
    assert Message(text="a").updated == {
        "text": "a",
        "blocks": [],
        "parse": "none",
        "link_names": False,
    }
    assert Message(text="a").posted == {
        **Message(text="a").updated,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_value_slack_would_refuse_is_our_fault() -> None:
    with pytest.raises(ValueError, match="the value of feedback_helped has 2001 characters"):
        button(Button.HELPED, "Yes", "x" * 2_001)


def test_no_block_is_made_of_nothing() -> None:
    assert (header(" "), context("\n"), actions(), rich_text([sentence()])) == ((), (), (), ())


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("  a\r\n b\tc\u2028d ", 20, "a b c d"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("a\u202eb\x1b[0m\u200bc\ud800", 20, "ab[0mc"),
        ("\u200b\u3164", 20, ""),
    ],
)
def test_a_line_is_one_line_without_hidden_characters(text: str, limit: int, shown: str) -> None:
    assert inert.line(text, limit) == shown


def test_code_keeps_lines_and_tabs() -> None:
    assert inert.code("\r\na\r\n\tb\u202e\x00\n\n") == "a\n\tb"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("a & <b>", 50, "a &amp; &lt;b&gt;"),
        ("&lt;!here&gt;", 50, "&amp;lt;!here&amp;gt;"),
        ("<<<<", 9, "&lt;&lt;…"),
        ("<<<<", 10, "&lt;&lt;…"),
        ("ab<", 6, "ab&lt;"),
        ("see https://evil.example", 50, "see https: //evil.example"),
        (":tada: arn:aws:s3 10:20:30", 50, "tada arn:aws:s3 10:20:30"),
    ],
)
def test_mrkdwn_shows_the_text_and_does_nothing(text: str, limit: int, shown: str) -> None:
    assert inert.mrkdwn(text, limit) == shown


@given(text=TEXTS, limit=st.integers(min_value=1, max_value=300))
def test_no_cut_brings_mrkdwn_to_life(text: str, limit: int) -> None:
    shown = inert.mrkdwn(text, limit)

    assert len(shown) <= limit
    assert live_in_text(shown) == []


@pytest.mark.parametrize("text", [ping * 40_000 for ping in ("<!", ":a", "&", "\u200b ", "://")])
def test_long_hostile_text_is_read_in_linear_time(text: str) -> None:
    assert len(inert.mrkdwn(text, 4_000)) <= 4_000
    assert len(inert.line(text, 1_000)) <= 1_000
    assert len(inert.code(text)) <= len(text)


@pytest.mark.parametrize("ping", PINGS)
def test_a_ping_is_inert_in_every_place(ping: str) -> None:
    made = message(
        *header(ping),
        *rich_text([sentence(words(ping)), bullet(person(ping), address(ping))]),
        *rich_text([Copyable(text=inert.code(ping) or "x")]),
        *context(ping),
        *actions(button(Button.HELPED, ping or "x", "dg_1")),
    )

    if made.blocks[-1]["elements"][0]["text"]["text"]:  # a button of ours always has words
        assert refused(made) == []
    assert alive(made) == []


def test_the_limits_are_no_wider_than_the_ones_slack_enforces() -> None:
    ours = {
        "message.blocks": "message.blocks",
        "message.text": "message.update_text",
        "message.block_text": "message.block_text",
        "view.button": "view.submit",
        "input.value": "plain_text_input.length",
    }
    wider = [
        name
        for name, limit in LIMITS.items()
        if name != "list.indent" and limit.most > ENFORCED[ours.get(name, name)].most
    ]

    assert wider == []
    assert all(limit.source for limit in LIMITS.values())


def test_the_text_of_a_link_counts_for_nothing() -> None:
    assert text_length(rich_text([sentence(words("ab"), address("https://aws.amazon.com/x"))])) == 3
