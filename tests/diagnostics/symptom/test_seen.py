from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from diagnostics.model import EmittedBy, Request, Sighting, Symptom, SymptomClass
from diagnostics.symptom import read_error, sighting_of, symptom_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REQUEST = Request(
    region="eu-north-1", since=NOW - timedelta(hours=1), until=NOW, now=NOW, error="Timeout"
)


def sighting(
    symptom_class: str, count: int, *, minute: int | None = None, code: str = "X"
) -> Sighting:
    return Sighting(
        symptom_class=SymptomClass(symptom_class),
        emitted_by=EmittedBy.CLIENT,
        says=f"{count} times {code}",
        code=code,
        count=count,
        first_at=None if minute is None else NOW - timedelta(minutes=60 - minute),
    )


def test_a_reading_is_counted_in_words() -> None:
    reading = read_error(
        'Read timeout on endpoint URL: "https://dynamodb.eu-north-1.amazonaws.com"'
    )

    assert reading is not None
    assert sighting_of(reading, 7, NOW) == Sighting(
        symptom_class=SymptomClass.READ,
        emitted_by=EmittedBy.CLIENT,
        says="7 times botocore's ReadTimeoutError on dynamodb.eu-north-1.amazonaws.com "
        "(no answer came in time)",
        code="ReadTimeoutError",
        count=7,
        first_at=NOW,
    )


def test_a_bare_status_is_counted_with_what_it_lacks() -> None:
    reading = read_error("An error occurred (502) when calling the GetItem operation: ")

    assert reading is not None
    assert sighting_of(reading, 1, None).says == (
        "once HTTP 502 without an AWS request id in GetItem"
    )


def test_a_deadline_is_counted_with_its_seconds() -> None:
    reading = read_error("Task timed out after 3.00 seconds")

    assert reading is not None
    assert "Task timed out after 3 s" in sighting_of(reading, 2, None).says


@pytest.mark.parametrize(
    ("sightings", "leads", "count", "minute"),
    [
        ([sighting("read", 3, minute=20), sighting("connect", 5, minute=30)], "connect", 5, 30),
        ([sighting("read", 3, minute=20), sighting("connect", 3, minute=10)], "connect", 3, 10),
        ([sighting("read", 3), sighting("connect", 3, minute=10)], "connect", 3, 10),
        (
            [sighting("read", 2, minute=20), sighting("read", 2, minute=9), sighting("reset", 3)],
            "read",
            4,
            9,
        ),
        ([sighting("unknown", 90), sighting("reset", 1)], "reset", 1, None),
        (
            [sighting("refused", 90, code="ConditionalCheckFailedException"), sighting("read", 1)],
            "read",
            1,
            None,
        ),
        (
            [sighting("refused", 90, code="ConditionalCheckFailedException")],
            "refused",
            90,
            None,
        ),
    ],
)
def test_the_most_frequent_leads_then_the_earliest(
    sightings: list[Sighting], leads: str, count: int, minute: int | None
) -> None:
    symptom = symptom_of(REQUEST, tuple(sightings))

    first = None if minute is None else NOW - timedelta(minutes=60 - minute)
    assert (symptom.symptom_class, symptom.count, symptom.first_at) == (leads, count, first)


def test_the_text_speaks_where_the_logs_are_silent() -> None:
    request = replace(REQUEST, text="Error: socket hang up at @aws-sdk/client-dynamodb")

    assert symptom_of(request, ()) == Symptom(
        symptom_class=SymptomClass.RESET,
        emitted_by=EmittedBy.CLIENT,
        says="The text given shows the JavaScript SDK v3's socket hang up "
        "(the connection was closed before an answer).",
    )


@pytest.mark.parametrize(
    ("error", "speaker"),
    [("Timeout", "unknown"), ("ThrottlingException", "aws"), ("ReadTimeoutError", "client"),
     ("408", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_a_typed_word_alone_is_unknown(error: str | None, speaker: str) -> None:
    symptom = symptom_of(replace(REQUEST, error=error), ())

    assert (symptom.symptom_class, symptom.emitted_by) == ("unknown", speaker)
    assert (symptom.count, symptom.first_at) == (None, None)


@pytest.mark.parametrize(
    ("request_", "sightings", "says"),
    [
        (replace(REQUEST, error="408"), (), "documents no 408"),
        (REQUEST, (sighting("answered", 2, code="408"),), "documents no 408"),
        (replace(REQUEST, text="HTTP 408 from somewhere"), (), "documents no 408"),
        (replace(REQUEST, text="our 408 again"), (), "documents no 408"),
    ],
)
def test_a_408_is_said_not_to_be_dynamodbs(
    request_: Request, sightings: tuple[Sighting, ...], says: str
) -> None:
    assert says in symptom_of(request_, sightings).says


@pytest.mark.parametrize(
    ("request_", "sightings"),
    [
        (replace(REQUEST, text="order 14080 is slow"), ()),
        (REQUEST, (sighting("read", 2),)),
    ],
)
def test_without_a_408_nothing_is_said_of_it(
    request_: Request, sightings: tuple[Sighting, ...]
) -> None:
    assert "408" not in symptom_of(request_, sightings).says.replace("14080", "")
