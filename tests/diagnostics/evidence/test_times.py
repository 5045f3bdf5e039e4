from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics.evidence.times import mark, resolve

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=1, milliseconds=7)


@pytest.mark.parametrize(
    ("value", "marked"),
    [
        (BEFORE, {"$t": -60_007}),
        (
            {"a": [BEFORE, "x", 5, None, 1.5, True]},
            {"a": [{"$t": -60_007}, "x", 5, None, 1.5, True]},
        ),
        (b"\x00\xff", {"$bytes": "AP8="}),
        ({"$t": "mine"}, {"$raw": {"$t": "mine"}}),
        ({"$json": 5, "b": 1}, {"$raw": {"$json": 5, "b": 1}}),
        ({"$raw": BEFORE}, {"$raw": {"$raw": {"$t": -60_007}}}),
    ],
)
def test_marked_values_mean_what_they_were(value: Any, marked: Any) -> None:  # noqa: ANN401 - any JSON
    assert mark(value, NOW) == marked
    assert resolve(marked, NOW) == value


@pytest.mark.parametrize(
    ("marked", "meaning"),
    [
        ({"$t": -60_007, "as": "iso"}, "2026-11-24T11:58:59Z"),
        ({"$t": -60_007, "as": "iso_ms"}, "2026-11-24T11:58:59.993Z"),
        ({"$t": -60_007, "as": "lambda"}, "2026-11-24T11:58:59.993+0000"),
        ({"$t": -60_007, "as": "ms"}, 1_795_521_539_993),
        ({"$t": -60_007, "as": "s"}, 1_795_521_539),
        ({"$json": {"at": {"$t": 0, "as": "iso"}}}, '{"at": "2026-11-24T12:00:00Z"}'),
        ({"$json": [{"$t": 0}]}, '["2026-11-24 12:00:00+00:00"]'),
        ({"$t": -5, "as": "mood"}, {"$t": -5, "as": "mood"}),
    ],
)
def test_a_mark_is_written_as_aws_writes_it(marked: Any, meaning: Any) -> None:  # noqa: ANN401 - any JSON
    assert resolve(marked, NOW) == meaning
    assert mark(mark(marked, NOW), NOW) == mark(marked, NOW)


def test_marks_given_by_a_builder_stay() -> None:
    given = {"a": {"$json": {"t": {"$t": -5, "as": "iso"}, "u": BEFORE}}}
    assert mark(given, NOW) == {
        "a": {"$json": {"t": {"$t": -5, "as": "iso"}, "u": {"$t": -60_007}}}
    }


def test_times_are_cut_to_milliseconds() -> None:
    fine = NOW + timedelta(microseconds=1999)
    assert resolve(mark(fine, NOW), NOW) == NOW + timedelta(milliseconds=1)
    assert resolve({"$t": 0}, fine) == NOW + timedelta(milliseconds=1)
