"""From outcomes to a report: conclusion, headline, changes told once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from diagnostics.diagnosis import conclude, diagnose
from diagnostics.model import (
    Answered,
    Asker,
    Change,
    Check,
    CheckRun,
    Conclusion,
    EmittedBy,
    Finding,
    NotApplicable,
    Outcome,
    Partial,
    Report,
    Request,
    Said,
    Sighting,
    Strength,
    SymptomClass,
    Traffic,
    Unanswered,
    Why,
)
from tests.fakes import FakeReader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIVE = Request(
    region="eu-west-1", since=NOW - timedelta(hours=1), until=NOW, now=NOW, table="orders"
)
SETTLED = Request(
    region="eu-west-1",
    since=NOW - timedelta(hours=2),
    until=NOW - timedelta(hours=1),
    now=NOW,
    table="orders",
)
DENIED = Unanswered(why=Why.DENIED, detail="not allowed", needs=("x:Y",))


def nothing(_facts: Any) -> Iterator[Said]:  # noqa: ANN401 - any facts
    yield from ()


def check(name: str, finds: str) -> Check[Any]:
    return Check(
        id=name,
        asks="?",
        reads=frozenset(),
        finds=frozenset(finds.split()),
        gather=lambda _request, _reader: None,
        judge=nothing,
    )


def report(
    outcome: Outcome, *, request: Request = SETTLED, finds: str = "aws.service_event"
) -> Report:
    checks = [check("c", finds)]
    runs = [CheckRun(id="c", asks="?", outcome=outcome, took_ms=3)]
    return conclude(request, checks, runs, took_ms=9, aws_calls=2)


def answered(*said: Said) -> Answered:
    return Answered(said=said)


def proof(cause: str, **more: Any) -> Finding:  # noqa: ANN401 - Finding's fields
    return Finding(cause=cause, strength=Strength.PROVES, says=f"{cause} it is", **more)


@pytest.mark.parametrize(
    ("outcome", "request_", "conclusion", "headline"),
    [
        (answered(), SETTLED, "clear", "Nothing is wrong that the checks can see."),
        (answered(), LIVE, "inconclusive", "ask again in 5 min"),
        (answered(Traffic(answered=9.0, fresh=True)), LIVE, "clear", "Nothing is wrong"),
        (NotApplicable(because="no"), SETTLED, "clear", "Nothing is wrong"),
        (DENIED, SETTLED, "inconclusive", "1 of 1 required checks could not look"),
        (
            answered(Partial(why=Why.THROTTLED, detail="more lines than are read")),
            SETTLED,
            "inconclusive",
            "1 of 1 required checks did not see everything: this is not an all-clear.",
        ),
        (
            answered(Finding(cause="aws.service_event", strength=Strength.HINTS, says="?")),
            SETTLED,
            "inconclusive",
            "The best lead so far: DynamoDB, or what it stands on",
        ),
        (answered(proof("aws.service_event")), SETTLED, "cause", "aws.service_event it is."),
    ],
)
def test_the_conclusion_follows_from_what_was_seen_and_what_was_not(
    outcome: Outcome, request_: Request, conclusion: str, headline: str
) -> None:
    made = report(outcome, request=request_)
    assert made.conclusion.value == conclusion
    assert headline in made.headline


def test_noise_is_said_with_its_measured_rate() -> None:
    seen = Sighting(
        symptom_class=SymptomClass.READ, emitted_by=EmittedBy.CLIENT, says="timeouts", count=5
    )
    made = report(answered(seen, Traffic(answered=5_000_000.0, fresh=True)))
    assert made.conclusion is Conclusion.CLEAR
    assert "5 failures beside 5,000,000 answered calls are 0.0001 %" in made.headline


def test_what_lies_behind_aws_own_word_is_said_to_be_unknown() -> None:
    checks = [check("a", "throttling.provisioned"), check("b", "scaling.failed")]
    stated = proof("throttling.provisioned", stated_by_aws=True)
    runs = [
        CheckRun(id="a", asks="?", outcome=answered(stated), took_ms=1),
        CheckRun(id="b", asks="?", outcome=DENIED, took_ms=1),
    ]
    made = conclude(SETTLED, checks, runs, took_ms=1, aws_calls=1)
    assert made.conclusion is Conclusion.CAUSE
    assert "What is behind it is unknown." in made.headline


def test_two_causes_stand_beside_each_other() -> None:
    made = report(
        answered(proof("throttling.provisioned"), proof("client.timeout_budget")),
        finds="throttling.provisioned client.timeout_budget",
    )
    assert "Beside it: " in made.headline


def change(source: str, minutes: int = 0, resource: str = "checkout") -> Change:
    return Change(
        at=NOW + timedelta(minutes=minutes),
        what="released",
        event="UpdateFunctionCode",
        source=source,
        kind="function",
        resource=resource,
    )


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (change("lambda:GetFunctionConfiguration"), 1),
        (change("lambda:GetFunctionConfiguration", 2), 1),
        (change("lambda:GetFunctionConfiguration", 5), 2),
        (change("lambda:GetFunctionConfiguration", 0, "other"), 2),
        (change("cloudtrail:LookupEvents"), 2),
    ],
)
def test_a_change_that_two_sources_tell_of_stands_once(second: Change, told: int) -> None:
    made = report(answered(change("cloudtrail:LookupEvents"), second))
    assert len(made.changes) == told


def test_an_answer_that_does_not_reach_far_enough_is_listed() -> None:
    made = report(answered(Partial(why=Why.THROTTLED, detail="back to 11:00 only")))
    assert [(line.check, line.detail) for line in made.unanswered] == [("c", "back to 11:00 only")]
    assert made.checks[0].outcome == "ok"


@pytest.mark.parametrize(
    ("outcome", "wanted"),
    [
        (DENIED, "unanswered"),
        (NotApplicable(because="no"), "not_applicable"),
        (answered(), "ok"),
        (answered(proof("aws.service_event")), "problem"),
        (answered(proof("aws.service_event", off_path=True)), "ok"),
    ],
)
def test_each_check_has_its_line(outcome: Outcome, wanted: str) -> None:
    (line,) = report(outcome).checks
    assert (line.id, line.required, line.outcome, line.took_ms) == ("c", True, wanted, 3)


def test_the_account_that_was_read_is_filled_in() -> None:
    made = report(answered(Asker(account="123456789012", arn="arn")))
    assert made.request.account == "123456789012"


def test_a_diagnosis_counts_the_calls_and_tells_its_progress() -> None:
    told: list[str] = []
    made = diagnose(
        SETTLED,
        FakeReader(answers={}),
        checks=[check("c", "aws.service_event")],
        on_progress=lambda line: told.append(line.id),
    )
    assert (made.conclusion, made.aws_calls, told) == (Conclusion.CLEAR, 0, ["c"])
