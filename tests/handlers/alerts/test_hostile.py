"""Nothing that arrives makes the reading raise, hang, or trust what is hidden."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.alerts import Me, UnreadableEventError, inner_event, recognise, to_json
from handlers.alerts.decide import MAX_NAME
from handlers.alerts.markup import MAX_CHARS
from handlers.alerts.normalise import MAX_PIECES, MAX_TOTAL_CHARS, message_of
from handlers.alerts.pairs import MAX_PAIRS
from tests.handlers.alerts.messages import Json, attachment, post

ME = Me(user="U0PARAMED1", bot="B0PARAMED1", app="A0PARAMED1")

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
KEYS = (
    "type subtype text attachments blocks user bot_id app_id username bot_profile ts thread_ts "
    "channel message previous_message files root fields title value color fallback title_link "
    "elements url from_url actions footer author_name pretext subject plain_text filetype rows"
)
EVENTS = st.dictionaries(st.sampled_from(KEYS.split()), VALUES, max_size=8)
WORDS = st.text(alphabet=st.characters(codec=None), max_size=200)
FRAGMENTS = (
    "[FIRING:1] x",
    'ALARM: "x" in EU (Ireland)',
    "An error occurred (",
    "operation error ",
    "*a:*",
    "<https://a.dev|",
    '```{"a":',
    "Threshold Crossed: ",
    "arn:aws:dynamodb:eu-west-1:",
    "\u202e",
    "(Service: ",
    "Resolved in 5m: ",
    " is DOWN",
    "table ",
    "P1 ",
    "%n%s{0}{}",
    "\x00",
    "\ud800",
)
LONG = 100_000
REPEATED = (
    "<",
    "<a|",
    "*",
    "`",
    "&lt;",
    "a:",
    "a=",
    "[a] ",
    "[FIRING:1",
    "(",
    "{",
    '{"a":',
    "[[",
    "\n- a = ",
    "is down ",
    "An error occurred (",
    "operation error ",
    "arn:aws:",
    "https://a/",
    "123456789012 ",
    "us-east-1 ",
    "_a",
    ":a:",
    "x on a:b,",
    "aA",
    "state is now ",
    " alarm a b ",
    "from a to ",
    "Task ",
    " - ",
    "alert for ",
    "build failed ",
    "Aa.",
    'File "a", line 1\n',
    "\tat a.b(",
    "AError: ",
    "table ",
    "Lambda a ",
    "no longer ",
    "\u202e",
    "\U0001f525",
    "status code: ",
    "RequestID: ",
)
NAUGHTY = (
    "",
    " ",
    "\x00",
    "\u202eMRALA",
    "\u200b\u200b",
    "\ufeff",
    "\ud800",
    "%s%n",
    "{0.__class__}",
    "${7*7}",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "../../etc/passwd",
    "\U0001f469\u200d\U0001f4bb",
    "Ω≈ç√",
    "<!channel> <!here> <@U1>",
    "null",
    "None",
    "NaN",
    "-1",
    "1e309",
    "\r\n\r\n",
    "]]>",
    "\\",
    '"',
)


@given(event=EVENTS)
def test_no_shape_makes_it_raise(event: Json) -> None:
    alert = recognise(event, ME)
    assert alert.why
    json.dumps(to_json(alert)).encode()


@given(text=WORDS, fragment=st.sampled_from(FRAGMENTS))
def test_no_text_makes_it_raise(text: str, fragment: str) -> None:
    event = post(text + fragment + text, attachment(fragment + text, text, fields={text: fragment}))
    json.dumps(to_json(recognise(event)), ensure_ascii=False).encode()


@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], {"a": {}}, ["x"], 1.5])
@pytest.mark.parametrize("key", KEYS.split())
def test_wrong_types_are_read_as_absent(key: str, value: object) -> None:
    event: Json = {**post("nothing to see"), key: value}
    assert recognise(event).action == "ignore"


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_are_only_words(text: str) -> None:
    alert = recognise(post(f"{text} is DOWN", attachment(text, text, fields={text: text})))
    assert alert.kind in {"alert", "chatter"}
    assert "\u202e" not in (alert.alarm or "")


@pytest.mark.parametrize("piece", REPEATED)
def test_long_repeated_text_stays_within_bounds(piece: str) -> None:
    text = (piece * (LONG // len(piece) + 1))[:LONG]
    event = post(
        text,
        attachment(text, text, fields={text: text}),
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
    )
    message = message_of(event)
    assert len(message.pieces) <= MAX_PIECES
    assert len(message.pairs) <= MAX_PAIRS
    assert sum(len(one.plain) for one in message.pieces) <= MAX_TOTAL_CHARS + MAX_CHARS
    assert recognise(event).why


def test_a_megabyte_is_cut() -> None:
    message = message_of(post("x" * 1_000_000))
    assert len(message.pieces[0].plain) == MAX_CHARS


def test_many_pieces_are_cut() -> None:
    event = post("", *(attachment(f"title {n}", f"text {n}") for n in range(1_000)))
    assert len(message_of(event).pieces) == MAX_PIECES


def nested(depth: int) -> Json:
    block: Json = {"type": "rich_text_section", "elements": [{"type": "text", "text": "deep"}]}
    for _ in range(depth):
        block = {"type": "rich_text_list", "elements": [block]}
    return block


def test_deep_nesting_ends() -> None:
    rich: Json = {"type": "rich_text", "elements": [nested(500)]}
    plain: Json = {"type": "actions", "elements": [nested(500)]}
    assert recognise(post("", blocks=[rich, plain])).kind == "chatter"


def test_deep_json_in_a_text_ends() -> None:
    text = '{"a":' * 50_000 + "1" + "}" * 50_000
    assert recognise(post(text)).action == "ignore"
    assert recognise(post('{"Message": "{\\"a\\": [' + "[" * 5_000 + '"}')).action == "ignore"


def test_names_are_cut() -> None:
    alert = recognise(post("", attachment("[FIRING:1] " + "x" * 5_000)))
    assert alert.alarm == "x" * MAX_NAME


def test_hidden_characters_are_not_in_what_is_read() -> None:
    alert = recognise(post("", attachment("[FIRING:1] sto\u202eck\u200b-\u00adlow\x07 (x)")))
    assert alert.alarm == "stock-low"


def test_half_a_character_is_replaced() -> None:
    alert = recognise(post("", attachment("[FIRING:1] stock\ud800")))
    assert alert.alarm == "stock\ufffd"


def test_a_format_string_is_a_name() -> None:
    alert = recognise(post("", attachment("[FIRING:1] {0.__class__} %s (x)")))
    assert alert.alarm == "{0.__class__} %s"


@given(value=VALUES)
def test_any_json_is_an_event_or_refused(value: object) -> None:
    said = ""
    try:
        said = recognise(inner_event(value)).why
    except UnreadableEventError as refused:
        said = str(refused)
    assert re.fullmatch(r"[^\n]+", said)
