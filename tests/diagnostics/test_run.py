"""Every check ends as answered, not applicable or unanswered, and none costs the others."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from diagnostics.errors import (
    AwsError,
    Broken,
    Denied,
    Missing,
    NotAsked,
    Throttled,
    TimedOut,
    Unreachable,
)
from diagnostics.model import (
    Answered,
    Check,
    CheckRun,
    Finding,
    NotApplicable,
    Request,
    Said,
    Strength,
    Traffic,
    Unanswered,
    Why,
)
from diagnostics.reader import Reader, side_by_side
from diagnostics.run import answer, run
from tests.fakes import FakeReader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = Request(region="eu-west-1", since=NOW, until=NOW, now=NOW)
READER = FakeReader(answers={})
TRAFFIC = Traffic(answered=1.0, fresh=True)


def check(name: str, outcome: Exception | Said | None = TRAFFIC, **more: Any) -> Check[Any]:  # noqa: ANN401 - Check's fields
    def gather(_request: Request, _reader: Reader) -> Said | None:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def judge(said: Said | None) -> Iterator[Said]:
        if said is not None:
            yield said

    return Check(
        id=name,
        asks="?",
        reads=frozenset(),
        finds=frozenset({"a.cause"}),
        gather=gather,
        judge=judge,
        **more,
    )


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        (Denied("no", needs=("x:Y",)), Why.DENIED),
        (Throttled("no"), Why.THROTTLED),
        (Missing("no"), Why.MISSING),
        (Unreachable("no"), Why.UNREACHABLE),
        (TimedOut("no"), Why.TIMED_OUT),
        (Broken("no"), Why.BROKEN),
    ],
)
def test_what_aws_withholds_is_unanswered(raised: AwsError, why: Why) -> None:
    outcome = answer(check("c", raised), REQUEST, READER)
    assert outcome == Unanswered(why=why, detail="no", needs=raised.needs)


def test_a_question_that_does_not_arise_is_not_applicable() -> None:
    outcome = answer(check("c", NotAsked("no lb")), REQUEST, READER)
    assert outcome == NotApplicable(because="no lb")


def test_a_bug_is_logged_once_and_said_by_its_id(caplog: pytest.LogCaptureFixture) -> None:
    outcome = answer(check("c", ZeroDivisionError("secret")), REQUEST, READER)
    assert isinstance(outcome, Unanswered)
    assert outcome.why is Why.BROKEN
    assert "secret" not in outcome.detail
    (record,) = caplog.records
    assert record.exc_info is not None
    assert outcome.detail.split()[-1] in record.getMessage()


def test_a_cause_that_a_check_does_not_declare_is_a_bug() -> None:
    stray = Finding(cause="a.other", strength=Strength.PROVES, says="")
    assert isinstance(answer(check("c", stray), REQUEST, READER), Unanswered)


def test_without_a_caller_a_check_that_needs_one_says_how_to_name_it() -> None:
    outcome = answer(check("c", needs_caller=True), REQUEST, READER)
    assert outcome == Unanswered(
        why=Why.MISSING, detail="say who calls: function=, ecs=, role= or log-group="
    )


def test_outcomes_come_in_the_order_of_the_checks_and_each_is_told_once() -> None:
    told: list[str] = []
    checks = [check("a"), check("b", Denied("no")), check("c")]
    runs = run(checks, REQUEST, READER, deadline_s=5, on_progress=lambda line: told.append(line.id))
    assert [line.id for line in runs] == ["a", "b", "c"]
    assert runs[0].outcome == Answered(said=(TRAFFIC,))
    assert sorted(told) == ["a", "b", "c"]


def test_what_is_late_is_timed_out_and_the_rest_is_answered() -> None:
    release = threading.Event()

    def hang(_request: Request, _reader: Reader) -> None:
        release.wait(30)

    slow: Check[Any] = Check(
        id="slow",
        asks="?",
        reads=frozenset(),
        finds=frozenset(),
        gather=hang,
        judge=lambda _facts: iter(()),
    )
    runs = run([slow, check("quick")], REQUEST, READER, deadline_s=0.3)
    release.set()
    assert runs[0].outcome == Unanswered(
        why=Why.TIMED_OUT, detail="no answer within the diagnosis's 0.3 s"
    )
    assert runs[1].outcome == Answered(said=(TRAFFIC,))


def test_no_checks_are_no_outcomes() -> None:
    nothing: tuple[CheckRun, ...] = run([], REQUEST, READER, deadline_s=1)
    assert nothing == ()


def test_asks_run_side_by_side_and_answer_in_order() -> None:
    barrier = threading.Barrier(3, timeout=10)

    def ask(value: int) -> int:
        barrier.wait()
        return value

    assert side_by_side(lambda: ask(1), lambda: ask(2), lambda: ask(3)) == (1, 2, 3)
    assert side_by_side() == ()


def test_the_first_error_in_order_is_raised_after_all_have_ended() -> None:
    ended: list[int] = []

    def fail(number: int) -> int:
        ended.append(number)
        raise Missing(f"{number}")

    with pytest.raises(Missing, match="1"):
        side_by_side(lambda: fail(1), lambda: fail(2), lambda: ended.append(3))
    assert sorted(ended) == [1, 2, 3]
