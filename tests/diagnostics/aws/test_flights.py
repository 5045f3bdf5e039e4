import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from diagnostics.aws import flights as module
from diagnostics.aws.flights import FOREVER_S, Flights
from diagnostics.errors import AwsError, Denied, Throttled, TimedOut
from tests.diagnostics.aws.scripted import all_at_once

KEY = ("own", "eu-west-1", "dynamodb:DescribeTable")
LATE = "no answer in time"


def soon() -> float:
    return time.monotonic() + 10


class Source:
    """Counts how often it was asked; waits until it is let go."""

    def __init__(self, said: str | BaseException = "answer", *, held: bool = False) -> None:
        self.said = said
        self.asked = 0
        self.begun, self.let_go = threading.Event(), threading.Event()
        if not held:
            self.let_go.set()

    def __call__(self) -> str:
        self.asked += 1
        self.begun.set()
        self.let_go.wait(10)
        if isinstance(self.said, BaseException):
            raise self.said
        return self.said


class Watched(Future[str]):
    """A flight that tells when somebody waits for it."""

    waited_for = threading.Event()

    def result(self, timeout: float | None = None) -> str:
        self.waited_for.set()
        return super().result(timeout)


def in_thread(run: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_equal_questions_at_the_same_moment_are_one() -> None:
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=False)
    source = Source()
    got = all_at_once(16, lambda: flights.ask(KEY, source, until=soon(), says=LATE))
    assert (got, source.asked) == (["answer"] * 16, 1)


def test_another_question_is_another_flight() -> None:
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=False)
    source = Source()
    for key in (KEY, ("own", "us-east-1", KEY[2])):
        flights.ask(key, source, until=soon(), says=LATE)
    assert source.asked == 2


def test_an_answer_is_kept_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(module, "time", clock)
    flights: Flights[str] = Flights(keep_s=10.0, keep_errors=False)
    source = Source()
    counts = []
    for clock.now in (100.0, 109.9, 110.0, 119.9, 120.0):
        flights.ask(KEY, source, until=1000.0, says=LATE)
        counts.append(source.asked)
    assert counts == [1, 1, 2, 2, 3]


def test_what_was_asked_anew_does_not_end_with_the_old_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(module, "time", clock)
    flights: Flights[str] = Flights(keep_s=10.0, keep_errors=False)
    source = Source()
    flights.ask(KEY, source, until=1000.0, says=LATE)
    flights.forget(lambda _: True)
    for clock.now in (105.0, 112.0):
        flights.ask(KEY, source, until=1000.0, says=LATE)
    assert source.asked == 2


@pytest.mark.parametrize(("keep_errors", "asked"), [(True, 1), (False, 2)])
def test_an_error_is_kept_only_where_asked_for(keep_errors: bool, asked: int) -> None:
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=keep_errors)
    source = Source(Denied("not allowed"))
    for _ in range(2):
        with pytest.raises(Denied, match="not allowed"):
            flights.ask(KEY, source, until=soon(), says=LATE)
    assert source.asked == asked


def test_a_bug_is_never_kept() -> None:
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=True)
    source = Source(LookupError("a bug"))
    for _ in range(2):
        with pytest.raises(LookupError):
            flights.ask(KEY, source, until=soon(), says=LATE)
    assert source.asked == 2


def test_who_waits_waits_no_longer_than_until_the_own_deadline() -> None:
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=False)
    source = Source(held=True)
    leader = in_thread(lambda: flights.ask(KEY, source, until=soon(), says=LATE))
    source.begun.wait(10)
    with pytest.raises(TimedOut, match=LATE):
        flights.ask(KEY, source, until=time.monotonic() + 0.01, says=LATE)
    source.let_go.set()
    leader.join()
    assert source.asked == 1


@pytest.mark.parametrize(
    ("first", "shared"),
    [
        (TimedOut("its deadline"), False),
        (Throttled("its rate"), False),
        (Throttled("AWS's word", code="ThrottlingException"), True),
        (Denied("not allowed"), True),
    ],
)
def test_another_ones_lack_of_time_is_not_ours(
    first: AwsError,
    shared: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "Future", Watched)
    Watched.waited_for.clear()
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=False)
    theirs, ours = Source(first, held=True), Source("ours")

    def lead() -> None:
        with pytest.raises(type(first)):
            flights.ask(KEY, theirs, until=soon(), says=LATE)

    leader = in_thread(lead)
    theirs.begun.wait(10)
    got: list[object] = []

    def join() -> None:
        try:
            got.append(flights.ask(KEY, ours, until=soon(), says=LATE))
        except AwsError as error:
            got.append(error)

    follower = in_thread(join)
    Watched.waited_for.wait(10)
    theirs.let_go.set()
    leader.join()
    follower.join()
    assert got == ([first] if shared else ["ours"])


def test_what_is_forgotten_is_asked_again() -> None:
    flights: Flights[str] = Flights(keep_s=FOREVER_S, keep_errors=False)
    source = Source()
    for key in (("1", "a"), ("2", "a")):
        flights.ask(key, source, until=soon(), says=LATE)
    flights.forget(lambda key: key[0] == "1")
    for key in (("1", "a"), ("2", "a")):
        flights.ask(key, source, until=soon(), says=LATE)
    assert source.asked == 3
