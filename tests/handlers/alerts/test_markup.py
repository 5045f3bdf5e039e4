import pytest

from handlers.alerts.markup import Link, label_of, read_markup
from handlers.alerts.message import Tone, first_line, query_of, tone_of


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("*bold* `code` _italic_ a_b_c", "bold code italic a_b_c"),
        ("a &lt;b&gt; &amp;lt; c", "a <b> &lt; c"),
        ("<https://a.dev|label> and <https://b.dev>", "label and https://b.dev"),
        ("<@U1> <@U2|lee> <#C1|ops> <!here>", "@U1 lee ops here"),
        ("<!date^1^Started {date}|on Monday>", "on Monday"),
        ("<lambda> <mailto:a@b.dev|a@b.dev>", "<lambda> a@b.dev"),
        (
            ":fire: hot :x: arn:aws:sns:eu-west-1:1:x 07:42:31",
            "hot arn:aws:sns:eu-west-1:1:x 07:42:31",
        ),
        ("\U0001f534 Down \u2192 up \u26a0\ufe0f", "Down \u2192 up"),
        ("a\u00a0b\r\nc\rd", "a b\nc\nd"),
        ("a\u202eb\u200bc\x07d\ud800", "abcd\ufffd"),
        ("> quoted", "quoted"),
    ],
)
def test_markup_becomes_plain_text(raw: str, plain: str) -> None:
    assert read_markup(raw).plain == plain


def test_links_and_emoji_are_kept_beside_the_text() -> None:
    marked = read_markup("*<https://a.dev/?x=1&amp;y=2|:fire: Slow>* see https://b.dev/c.")
    assert marked.links == (
        Link("https://a.dev/?x=1&y=2", ":fire: Slow"),
        Link("https://b.dev/c", ""),
    )
    assert marked.emoji == ("fire",)


def test_a_label_stands_on_one_line() -> None:
    assert label_of("*a*\n  b ") == "a b"


def test_the_first_line_has_something_on_it() -> None:
    assert first_line("\n  \n a \nb") == "a"
    assert first_line("") == ""


@pytest.mark.parametrize(
    ("colour", "tone"),
    [
        ("danger", Tone.RED),
        ("a30200", Tone.RED),
        ("#D63232", Tone.RED),
        ("#e01e5a", Tone.RED),
        ("warning", Tone.YELLOW),
        ("daa038", Tone.YELLOW),
        ("FFC300", Tone.YELLOW),
        ("E97659", Tone.YELLOW),
        ("good", Tone.GREEN),
        ("2eb886", Tone.GREEN),
        ("36a64f", Tone.GREEN),
        ("009900", Tone.GREEN),
        ("1E90FF", None),
        ("999999", None),
        ("6f42c1", None),
        ("300000", None),
        ("no colour", None),
        ("", None),
    ],
)
def test_a_colour_hints_by_its_hue(colour: str, tone: Tone | None) -> None:
    assert tone_of(colour) is tone


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("https://a.dev/x?Group_By=1&b=2&b=3", {"groupby": "1", "b": "2"}),
        ("https://a.dev", {}),
        ("http://[broken", {}),
        ("https://a.dev?" + "&".join(f"a{n}=1" for n in range(200)), {}),
    ],
)
def test_a_query_is_read_or_empty(url: str, query: dict[str, str]) -> None:
    assert query_of(url) == query
