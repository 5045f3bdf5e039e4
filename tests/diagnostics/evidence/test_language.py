"""The small languages: globs, filter patterns, Logs Insights."""

import time
from datetime import datetime

import pytest

from diagnostics.evidence import LogEvent, insights, log_patterns
from diagnostics.evidence.globs import matches
from diagnostics.evidence.times import epoch_ms


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("", "", True),
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "abbd", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*.dynamodb", "com.amazonaws.eu-west-1.dynamodb", True),
        ("dynamodb:*Item", "dynamodb:PutItem", True),
        ("[a]", "a", False),
        ("a", "ab", False),
        ("a**", "a", True),
    ],
)
def test_globs(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_a_hostile_glob_ends_soon() -> None:
    began = time.process_time()
    assert not matches("*a" * 50 + "b", "a" * 2000)
    assert time.process_time() - began < 5


LINE = 'ERROR ReadTimeoutError: Read timeout on "orders" (408)'


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("", True),
        ("ReadTimeoutError", True),
        ("ReadTimeoutError Throttling", False),
        ("?Throttling ?ReadTimeoutError", True),
        ("?Throttling ?Refused", False),
        ('?"Read timeout" ?x', True),
        ('"Read timeout"', True),
        (r'"on \"orders\""', True),
        ("ERROR -ReadTimeoutError", False),
        ("ERROR -Throttling", True),
        ("ERROR ?Throttling", True),  # alternatives are ignored beside plain words
        ('?"(408)"', True),
    ],
)
def test_filter_patterns(pattern: str, fits: bool) -> None:
    parsed = log_patterns.parsed(pattern)
    assert parsed is not None
    assert parsed(LINE) is fits


@pytest.mark.parametrize("pattern", ["{ $.code = 408 }", "[a, b]", "%re%", "x" * 1025])
def test_other_filter_patterns_are_not_understood(pattern: str) -> None:
    assert log_patterns.parsed(pattern) is None


ROWS = [
    insights.row(epoch_ms(datetime.fromisoformat(at)), "1:/g", LogEvent(at=0, stream=s, message=m))
    for at, s, m in (
        ("2026-11-24T11:50:00Z", "a", "OK 12 ms"),
        ("2026-11-24T11:51:10.500Z", "a", "ReadTimeoutError: no answer"),
        ("2026-11-24T11:51:20Z", "b", "ThrottlingException: slow 200 ms"),
        ("2026-11-24T11:56:00Z", "b", "ReadTimeoutError: no answer"),
    )
]


def rows(text: str, limit: int | None = None) -> list[dict[str, str]]:
    query = insights.parsed(text)
    assert query is not None, text
    return [
        {name: value for name, value in one.items() if name != "@ptr"} for one in query(ROWS, limit)
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("fields @timestamp, @message", 4),
        ("fields @message | limit 2", 2),
        ("filter @message like /(?i)readtimeout/", 2),
        ("filter @message like 'ReadTimeout'", 2),
        ("filter @message not like /Read/", 2),
        ("filter @message =~ /Read|Throttling/ and @logStream = 'b'", 2),
        ("filter not (@logStream = 'a' or @logStream = 'b')", 0),
        ("filter @logStream in ['a', 'c']", 2),
        ("filter @logStream not in ['a', 'c']", 2),
        ("filter @logStream != 'a'", 2),
        (r"parse @message /(?<ms>\d+) ms/ | filter ms > 100", 1),
        (r"parse @message /(?<ms>\d+) ms/ | filter ms <= 12.0", 1),
        (r"parse @message /(?<ms>\d+) ms/ | filter ms >= 12 and ms < 200", 1),
        (r"parse @message /(?<ms>\d+) ms/ | filter ms != 'x'", 2),
        ("# a comment\nfilter nothing = 1", 0),
    ],
)
def test_rows_that_pass_a_filter(text: str, count: int) -> None:
    assert len(rows(text)) == count


def test_failures_counted_per_code_and_five_minutes() -> None:
    found = rows(
        r"filter @message like /Error|Exception/"
        r" | parse @message /(?<code>[A-Z][A-Za-z]+(?:Exception|Error))/"
        r" | stats count(*) as n, earliest(@timestamp) as first by code, bin(5m) as at"
        r" | sort first asc"
    )
    assert found == [
        {
            "code": "ReadTimeoutError",
            "at": "2026-11-24 11:50:00.000",
            "n": "1",
            "first": "2026-11-24 11:51:10.500",
        },
        {
            "code": "ThrottlingException",
            "at": "2026-11-24 11:50:00.000",
            "n": "1",
            "first": "2026-11-24 11:51:20.000",
        },
        {
            "code": "ReadTimeoutError",
            "at": "2026-11-24 11:55:00.000",
            "n": "1",
            "first": "2026-11-24 11:56:00.000",
        },
    ]


@pytest.mark.parametrize(
    ("function", "value"),
    [
        ("count()", "4"),
        ("count(ms)", "2"),
        ("count_distinct(@logStream)", "2"),
        ("sum(ms)", "212"),
        ("avg(ms)", "106"),
        ("min(ms)", "12"),
        ("max(ms)", "200"),
        ("latest(@logStream)", "b"),
        ("earliest(@logStream)", "a"),
    ],
)
def test_statistics(function: str, value: str) -> None:
    found = rows(rf"parse @message /(?<ms>\d+) ms/ | stats {function}")
    assert found == [{function: value}]


def test_statistics_of_nothing() -> None:
    assert rows("stats count(*) as n, avg(ms), min(ms), latest(ms), earliest(ms)") == [{"n": "4"}]
    assert rows("filter ms = 1 | stats count(*) by @logStream as s") == []


def test_newest_first_unless_sorted_and_no_more_than_the_limit() -> None:
    assert [one["@message"][:2] for one in rows("fields @message", 2)] == ["Re", "Th"]
    found = rows("fields @logStream, @message | sort @logStream desc, @message asc")
    assert [one["@logStream"] + one["@message"][0] for one in found] == ["bR", "bT", "aO", "aR"]


def test_rows_without_the_field_are_sorted_first() -> None:
    found = rows(r"parse @message /(?<ms>\d+) ms/ | sort ms | fields ms")
    assert found == [{}, {}, {"ms": "12"}, {"ms": "200"}]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dedup @message",
        "fields",
        "fields /x/",
        "filter",
        "filter @message like",
        "filter @message like 5",
        "filter @message ~ 'x'",
        "filter @message like /(/",
        "filter (@message = 'x'",
        "filter @a in ['x'",
        "fields @message ; limit 1",
        "fields @message limit 1",
        "limit many",
        "stats median(x)",
        "stats count(*) by bin(5y)",
        "stats count(*) by bin(xm)",
        "fields x" + "x" * 10_000,
    ],
)
def test_other_queries_are_not_understood(text: str) -> None:
    assert insights.parsed(text) is None
