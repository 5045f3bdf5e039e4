"""One question to AWS, from its client to its answer, page after page."""

import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name

from diagnostics.aws import clients as made
from diagnostics.aws import paging
from diagnostics.aws.accounts import Place
from diagnostics.aws.clients import ClientKey, Clients
from diagnostics.aws.limits import Limiter
from diagnostics.aws.paging import Paging
from diagnostics.aws.policy import session_of
from diagnostics.aws.pool import CallPool
from diagnostics.aws.translate import CAUGHT, UNREADABLE, Question, translated, unusable
from diagnostics.errors import Broken, Throttled, TimedOut
from diagnostics.reader import Answer

Redact = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one diagnosis may spend, and has spent."""

    until: float  # monotonic seconds
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def left_s(self) -> float:
        """Seconds until the deadline, never below zero."""
        return max(0.0, self.until - time.monotonic())

    def count(self) -> None:
        with self.lock:
            self.calls += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, the place it goes to, and the client that carries it."""

    question: Question
    place: Place
    client: Any  # botocore's clients have no type
    budget: Budget

    @property
    def op(self) -> str:
        return self.question.op


class Asker:
    """Asks AWS with what the process shares: clients, threads, rates, redaction."""

    def __init__(
        self, *, clients: Clients, pool: CallPool, limiter: Limiter, redact: Redact
    ) -> None:
        self.clients = clients
        self.pool = pool
        self._limiter = limiter
        self._redact = redact
        self._pagings: dict[str, Paging | None] = {}

    def client(self, key: ClientKey, question: Question, session: Any = None) -> Any:  # noqa: ANN401 - botocore has no types
        """Return the shared client for a question. Raises an AwsError."""
        try:
            return self.clients.get(key, session)
        except CAUGHT as error:
            if type(error) is ValueError:  # botocore's word for an endpoint that is no URL
                raise unusable(question, error) from error
            raise translated(error, question) from error

    def answer(self, asked: Asked, params: Mapping[str, Any]) -> Answer:
        """Return AWS's answer, all pages together, redacted.

        At the cap of pages, at a token that comes again, and where a further page's turn
        comes too late, the answer is what was read so far, `capped`. Raises an AwsError.
        """
        if not self._turn(asked):
            raise Throttled(
                f"{asked.question}: this API's rate, which others share, leaves no room before "
                "the deadline; ask again in a minute",
            )
        cut = self._paging(asked)
        if cut is not None and cut.asks in params:
            cut = None  # the asker turns the pages
        pages = [self.call(asked, params)]
        seen: set[str] = set()
        while cut is not None and (token := cut.next(pages[-1])) is not None:
            if token in seen or len(pages) == paging.cap_of(asked.op) or not self._turn(asked):
                return self._finished(asked, cut, pages, capped=True)
            seen.add(token)
            pages.append(self.call(asked, {**params, cut.asks: token}))
        return self._finished(asked, cut, pages, capped=False)

    def call(self, asked: Asked, params: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call and return its bare answer. Raises an AwsError."""
        if asked.budget.left_s <= 0:
            raise late(asked.question)
        flight = self.pool.submit(functools.partial(_sent, asked, params))
        try:
            return flight.result(timeout=asked.budget.left_s)
        except TimeoutError:
            flight.cancel()
            raise late(asked.question) from None

    def _turn(self, asked: Asked) -> bool:
        """Wait for this call's turn in its API's rate; False: it comes after the deadline."""
        account = asked.place.account or "own"
        region = made.region_of(asked.op.partition(":")[0], asked.question.region)
        return self._limiter.wait(f"{account}:{region}:{asked.op}", asked.budget.until)

    def _paging(self, asked: Asked) -> Paging | None:
        if asked.op not in self._pagings:
            try:
                model = asked.client.meta.service_model.operation_model(asked.op.partition(":")[2])
                self._pagings[asked.op] = paging.paging_of(self.clients.own, model)
            except CAUGHT as error:
                raise translated(error, asked.question) from error
        return self._pagings[asked.op]

    def _finished(
        self,
        asked: Asked,
        cut: Paging | None,
        pages: Sequence[Mapping[str, Any]],
        *,
        capped: bool,
    ) -> Answer:
        try:
            answer = Answer(self._redact(asked.op, paging.merged(cut, pages)))
        except UNREADABLE as error:
            # Redaction knows AWS's shapes; what it stumbles over must not be shown.
            kind = type(error).__name__
            raise Broken(f"{asked.question}: AWS's answer has an odd shape ({kind})") from error
        answer.capped = capped
        return answer


def late(question: object) -> TimedOut:
    """Return what to say where the deadline comes before AWS's answer."""
    return TimedOut(f"{question}: no answer before the diagnosis's own deadline")


def client_key(place: Place, op: str, region: str) -> ClientKey:
    """Return the key of the client that asks `op`."""
    service = op.partition(":")[0]
    session = session_of(op) if place.role_arn else ""
    return (place.account, session, made.region_of(service, region), service)


def _sent(asked: Asked, params: Mapping[str, Any]) -> dict[str, Any]:
    asked.budget.count()
    name = xform_name(asked.op.partition(":")[2])
    try:
        answer: dict[str, Any] = getattr(asked.client, name)(**params)
    except CAUGHT as error:
        raise translated(error, asked.question) from error
    return answer
