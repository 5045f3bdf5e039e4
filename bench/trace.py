"""Which call to AWS could only be made after which answer, and how long that takes at least.

A diagnosis asks questions; a question is one or more calls, page after page, each of which
may first wait for its turn in its API's rate. Who asks a question has read others before,
in the same line of work: a check's own thread, or a branch of a `side_by_side` with all that
was read before it, and after it what every branch read. Only these are its conditions; what
another check happened to read earlier is none.

Several checks ask the same question, and AWS is asked once. It could have been asked as soon
as the first of its askers had its answers, whoever came first in fact.

The critical path is the longest chain of such calls and waits. A wait counts as it was, a call
as the time that the server gives every call: what our own machine, threads and SDK add to it
is no part of what AWS takes. The chain is never longer than the sum over all levels of the
slowest call of each, so a limit on it is the stricter one.
"""

import contextvars
import functools
import json
import math
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from diagnostics import reader as door
from diagnostics.aws.asking import Asked, Asker
from diagnostics.aws.limits import TokenBuckets
from diagnostics.aws.reader import NEVER_REMEMBERED
from diagnostics.reader import Answer, Reader

T = TypeVar("T")

# Less than this in the limiter is its own work, not a wait.
LEAST_WAIT_S = 0.001


@dataclass(slots=True, eq=False, kw_only=True)
class Step:
    """One call to AWS, or one wait for an API's rate (`op` is None)."""

    op: str | None = None
    region: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    waited_s: float = 0.0


@dataclass(slots=True, eq=False, kw_only=True)
class Question:
    """One question: what each of its askers had read before, and what asking it took."""

    asked_after: list[frozenset["Question"]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


Key = tuple[str | None, ...]
NOTHING: frozenset[Question] = frozenset()
_read_before: contextvars.ContextVar[frozenset[Question]] = contextvars.ContextVar("read_before")
_question: contextvars.ContextVar[Question] = contextvars.ContextVar("question")


class Trace:
    """The questions of one diagnosis, in the order in which they were first asked."""

    def __init__(self) -> None:
        self._questions: dict[Key, Question] = {}
        self._lock = threading.Lock()

    @property
    def questions(self) -> Collection[Question]:
        return self._questions.values()

    @property
    def calls(self) -> int:
        return sum(step.op is not None for q in self.questions for step in q.steps)

    def ask(self, key: Key, *, again: bool) -> Question:
        """Note that a question is asked now; `again`: an equal one before is another."""
        with self._lock:
            if again:
                key = (*key, str(len(self._questions)))
            question = self._questions.setdefault(key, Question())
            question.asked_after.append(_read_before.get(NOTHING))
            return question

    def critical_path_s(self, call_s: float) -> float:
        """Return the longest chain of waits, and of calls of `call_s` each, in seconds."""

        def takes(question: Question) -> float:
            return sum(call_s if step.op else step.waited_s for step in question.steps)

        return max(_ends(self.questions, takes).values(), default=0.0)

    def levels(self) -> int:
        """Return how many calls and waits follow one another at least."""
        return round(max(_ends(self.questions, lambda q: len(q.steps)).values(), default=0))

    def plan(self) -> list[tuple[Question, frozenset[Question]]]:
        """Return each question and the answers it needs, earlier levels first.

        Of several askers the one counts who could have come first.
        """
        ends = _ends(self.questions, lambda q: len(q.steps))

        def ready(read: frozenset[Question]) -> float:
            return max((ends[p] for p in read), default=0.0)

        order = sorted(self.questions, key=ends.__getitem__)
        return [(q, min(q.asked_after, key=ready)) for q in order]


def _ends(
    questions: Collection[Question], takes: Callable[[Question], float]
) -> dict[Question, float]:
    """Return when each answer can be there at the earliest.

    What an asker had read before was first asked earlier, so one pass finds an end for each;
    further passes find the earliest, where another asker could have come first.
    """
    ends = dict.fromkeys(questions, math.inf)
    while True:
        before = dict(ends)
        for q in questions:
            ends[q] = takes(q) + min(
                max((ends[p] for p in read), default=0.0) for read in q.asked_after
            )
        if ends == before:
            return ends


class TracedReader:
    """A Reader that notes who asks what, after which answers."""

    def __init__(self, reader: Reader, trace: Trace) -> None:
        self._reader = reader
        self._trace = trace

    @property
    def region(self) -> str:
        return self._reader.region

    @property
    def account(self) -> str | None:
        return self._reader.account

    @property
    def calls(self) -> int:
        return self._reader.calls

    def at(self, *, region: str | None = None, account: str | None = None) -> "TracedReader":
        return TracedReader(self._reader.at(region=region, account=account), self._trace)

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's own JSON
        return self._noted(op, params, functools.partial(self._reader.read, op, **params))

    def find(self, op: str, /, **params: Any) -> Answer | None:  # noqa: ANN401 - as above
        return self._noted(op, params, functools.partial(self._reader.find, op, **params))

    def _noted(self, op: str, params: Mapping[str, Any], ask: Callable[[], T]) -> T:
        told = json.dumps(params, sort_keys=True, default=str)
        key = (self.account, self.region, op, told)
        question = self._trace.ask(key, again=op in NEVER_REMEMBERED)
        token = _question.set(question)
        try:
            return ask()
        finally:
            _question.reset(token)
            _read_before.set(_read_before.get(NOTHING) | {question})


def side_by_side(*asks: Callable[[], Any]) -> tuple[Any, ...]:
    """Do what the engine's does; afterwards, what every branch has read was read before."""
    read: list[frozenset[Question]] = []

    def noting(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is asked for
        try:
            return ask()
        finally:
            read.append(_read_before.get(NOTHING))

    try:
        return door.side_by_side(*(functools.partial(noting, ask) for ask in asks))
    finally:
        _read_before.set(NOTHING.union(*read))


class TracedBuckets(TokenBuckets):
    """The engine's own limiter, whose waits are noted."""

    def wait(self, key: str, until: float) -> bool:
        started = time.perf_counter()
        turn = TokenBuckets.wait(self, key, until)
        waited_s = time.perf_counter() - started
        if waited_s >= LEAST_WAIT_S and turn:
            _question.get().steps.append(Step(waited_s=waited_s))
        return turn


class TracedAsker(Asker):
    """The engine's own Asker, whose calls are noted."""

    def call(self, asked: Asked, params: Mapping[str, Any]) -> dict[str, Any]:
        step = Step(op=asked.op, region=asked.question.region, params=dict(params))
        _question.get().steps.append(step)
        return super().call(asked, params)
