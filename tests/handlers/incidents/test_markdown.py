import pytest

from handlers.incidents.markdown import escaped, fenced, row


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("orders is slow, 42 % of 1,000 calls", "orders is slow, 42 % of 1,000 calls"),
        ("*bold* _it_ ~no~ `code`", r"\*bold\* \_it\_ \~no\~ \`code\`"),
        ("[click](http://evil.example)", r"\[click\](http\://evil.example)"),
        ("![x](y)", r"!\[x\](y)"),
        ("<script>alert(1)</script> & more", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"),
        ("<!channel> @here @org/team", "&lt;!channel&gt; @\u200bhere @\u200borg/team"),
        ("www.evil.example a@b.example", "www\\.evil.example a@\u200bb.example"),
        ("# no heading", r"\# no heading"),
        ("> no quote", "&gt; no quote"),
        ("- no list", r"\- no list"),
        ("+ no list", r"\+ no list"),
        ("1. no list", r"1\. no list"),
        ("23) no list", r"23\) no list"),
        ("2026-09-14 is a day", "2026-09-14 is a day"),
        ("=== no heading", r"\=== no heading"),
        ("a | b", r"a \| b"),
        ("\\", r"\\"),
        ("$x$", r"\$x\$"),
        ("two\n\n# lines", "two # lines"),
        ("&lt;", "&amp;lt;"),
        ("", ""),
        ("{0.__class__} %(x)s ${x}", r"{0.\_\_class\_\_} %(x)s \${x}"),
    ],
)
def test_text_shows_as_typed_and_does_nothing(text: str, markdown: str) -> None:
    assert escaped(text) == markdown


@pytest.mark.parametrize("piece", ["[", "`", "<", "1", "www.", "://", "@", "\\", " \n", "-"])
def test_hostile_text_is_escaped_in_linear_time(piece: str) -> None:
    assert len(escaped(piece * (100_000 // len(piece)))) <= 500_000


def test_a_fence_is_longer_than_any_inside() -> None:
    assert fenced("aws dynamodb\n", "sh") == "```sh\naws dynamodb\n```"
    assert fenced("a ```` b") == "`````\na ```` b\n`````"


def test_a_row_has_bars() -> None:
    assert row("a", "b") == "| a | b |"
