from datetime import UTC, datetime
from typing import Any

import pytest

from diagnostics.aws.answers import UnreadableAnswer, moment, refuse_empty


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (1764000000, datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        (1764000000.123, datetime(2025, 11, 24, 16, 0, 0, 123_000, tzinfo=UTC)),
        ("1764000000.5", datetime(2025, 11, 24, 16, 0, 0, 500_000, tzinfo=UTC)),
        ("2025-11-24T16:00:00Z", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("2025-11-24T16:00:00.123999Z", datetime(2025, 11, 24, 16, 0, 0, 123_000, tzinfo=UTC)),
        ("2025-11-24T17:00:00+01:00", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("2025-11-24T16:00:00.000+0000", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        ("Mon, 24 Nov 2025 16:00:00 GMT", datetime(2025, 11, 24, 16, 0, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_of_any_form_is_utc_in_milliseconds(told: object, at: datetime) -> None:
    assert moment(told) == at
    assert moment(told).utcoffset() == at.utcoffset()


@pytest.mark.parametrize(
    "told", ["", "soon", "nan", "inf", float("nan"), 1e300, "9" * 5000, None, []]
)
def test_what_is_no_time_is_an_error_that_the_reader_knows(told: object) -> None:
    with pytest.raises((ValueError, OverflowError, TypeError)):
        moment(told)


def received(
    body: bytes, parsed: dict[str, Any], status: int = 200, length: str | None = None
) -> None:
    context = {"operation_name": "DescribeTable"}
    headers = {} if length is None else {"content-length": length}
    response = {"status_code": status, "headers": headers, "body": body, "context": context}
    refuse_empty(response, {**parsed, "ResponseMetadata": {}}, exception=None)


@pytest.mark.parametrize(
    ("body", "parsed", "status"),
    [
        (b"{}", {}, 200),
        (b' {"Unknown": 1} ', {}, 200),
        (b"<DescribeTableResponse/>", {}, 200),
        (b'<?xml version="1.0"?>\n<DescribeTableResponse xmlns="x"><a/>', {}, 200),
        (b'{"Items": []}', {"Items": []}, 200),
        (b"<html>", {"Error": {"Code": "503"}}, 503),
        (b"<html>", {}, 400),
        (b'{"Tab', {"Table": {"TableName": "orders"}}, 200),
    ],
)
def test_an_answer_that_says_there_is_nothing_passes(
    body: bytes, parsed: dict[str, Any], status: int
) -> None:
    received(body, parsed, status)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b'{"Tab',
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"<html><body>Sign in to the airport's network</body></html>",
        b"<!DOCTYPE html><html></html>",
        b"<?xml version='1.0'?><ListTablesResponse/>",
        b"\xff\xfe",
        b"<" * 100_000,
        b" " * 100_000 + b"<",
    ],
)
def test_a_body_that_is_no_answer_is_not_taken_for_nothing(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them: json's, the codec's, ours
        received(body, {})


@pytest.mark.parametrize("length", ["3", "-1", "many", "9" * 5000])
def test_an_answer_cut_short_is_not_taken_for_nothing(length: str) -> None:
    received(b"{}", {}, length=" 2")
    with pytest.raises(UnreadableAnswer, match="2 bytes of"):
        received(b"{}", {}, length=length)


def test_the_sentence_names_what_came_instead() -> None:
    with pytest.raises(UnreadableAnswer, match="<html>"):
        received(b"<html></html>", {})


def test_no_answer_at_all_is_not_ours_to_judge() -> None:
    refuse_empty(None, None, exception=OSError())
