"""Failing log lines for the tests of what reads them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from diagnostics.facts.logs import Failures, Line
from diagnostics.model import Request
from diagnostics.symptom import read_error

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)
GROUP = "/aws/lambda/checkout"
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
USER = "arn:aws:sts::123456789012:assumed-role/checkout-role/checkout"


def request(**given: Any) -> Request:  # noqa: ANN401 - any field of a request
    fields: dict[str, Any] = {
        "region": "eu-west-1",
        "since": SINCE,
        "until": NOW,
        "now": NOW,
        "table": "orders",
    }
    return Request(**(fields | given))


def client_error(code: str, message: str, operation: str = "PutItem") -> str:
    return f"An error occurred ({code}) when calling the {operation} operation: {message}"


def denied(reason: str, *, action: str = "dynamodb:GetItem", resource: str = TABLE_ARN) -> str:
    return client_error(
        "AccessDeniedException",
        f"User: {USER} is not authorized to perform: {action} on resource: {resource} {reason}",
        "GetItem",
    )


def line(text: str, at: datetime = NOW, stream: str = "a") -> Line:
    reading = read_error(text)
    assert reading is not None
    return Line(at=at, group=GROUP, stream=stream, reading=reading, text=text)


def failures(*spread: tuple[str, int], step_s: float = 30, **given: Any) -> Failures:  # noqa: ANN401 - any field
    """Return the texts, each so many times, a step apart from the window's start."""
    lines = [
        line(text, SINCE + timedelta(seconds=step_s * number))
        for text, count in spread
        for number in range(count)
    ]
    fields: dict[str, Any] = {
        "since": SINCE,
        "until": NOW,
        "table": "orders",
        "groups": (GROUP,),
        "lines": tuple(sorted(lines, key=lambda one: one.at)),
    }
    return Failures(**(fields | given))


def events(texts: Iterable[str], *, step_s: float = 30, stream: str = "a") -> Mapping[str, Any]:
    start = round(SINCE.timestamp() * 1000)
    return {
        "events": [
            {
                "timestamp": start + round(number * step_s * 1000),
                "message": text,
                "logStreamName": stream,
            }
            for number, text in enumerate(texts)
        ],
    }
