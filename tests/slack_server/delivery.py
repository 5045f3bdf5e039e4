"""Deliveries to the app: signed HTTP or Socket Mode, three seconds each, events with retries."""

import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from tests.slack_server.clock import Clock
from tests.slack_server.faults import Faults
from tests.slack_server.schema import Json
from tests.slack_server.socket_mode import SocketMode

# docs.slack.dev/apis/events-api, error handling: nearly at once, after one minute, after five.
RETRY_DELAYS_S: Final = (0.0, 60.0, 300.0)
_WORKERS: Final = 16


class Surface(StrEnum):
    """How a delivery is spelled: the envelope types of Socket Mode name them."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"


class Outcome(StrEnum):
    """How a delivery ended, in the words that people see in Slack."""

    PENDING = "pending"
    ACKED = "acked"
    OPERATION_TIMEOUT = "operation_timeout"  # no ack within three seconds
    DISPATCH_FAILED = "dispatch_failed"  # the app could not be reached
    HTTP_CLIENT_ERROR = "http_client_error"  # it answered 3xx or 4xx
    HTTP_SERVICE_ERROR = "http_service_error"  # it answered 5xx
    INVALID_RESPONSE = "invalid_response"  # the ack holds something Slack refuses
    GIVEN_UP = "given_up"  # an event, after all its retries
    DROPPED = "dropped"  # an event that a fault swallowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver, and what came back."""

    at: float
    took_s: float
    status: int = 0  # 0: no answer
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""  # http_timeout, http_error, connection_failed; "" for an ack
    retry_num: int = 0
    retry_reason: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """Something the app is told, and how that went."""

    id: str  # the event_id of events
    surface: Surface
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = Outcome.PENDING

    @property
    def kind(self) -> str:
        """message, app_mention, block_actions, view_submission, …, or the command itself."""
        inner = self.payload.get("event") or self.payload
        return str(inner.get("type") or inner.get("command") or "ssl_check")

    @property
    def acked(self) -> bool:
        return self.outcome is Outcome.ACKED

    @property
    def took_s(self) -> float:
        """Seconds from the last attempt's start to its answer, or to giving up."""
        return self.attempts[-1].took_s

    @property
    def status(self) -> int:
        return self.attempts[-1].status

    @property
    def body(self) -> str:
        """The text of the ack."""
        return self.attempts[-1].body.decode(errors="replace")

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON of any shape
        """The ack as JSON; None where it is none."""
        try:
            return json.loads(self.attempts[-1].body)
        except (ValueError, RecursionError):
            return None


class Transport(Protocol):
    """A way to the app."""

    def deliver(self, delivery: Delivery, retry_num: int, reason: str) -> Attempt: ...


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The X-Slack-Signature of a request: docs.slack.dev, verifying requests from Slack."""
    base = b":".join((b"v0", timestamp.encode(), body))
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of a delivery over HTTP, and its content type."""
    form = "application/x-www-form-urlencoded"
    if delivery.surface is Surface.EVENT:
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.surface is Surface.INTERACTIVE:
        return urlencode({"payload": json.dumps(delivery.payload)}).encode(), form
    return urlencode(delivery.payload).encode(), form


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTransport:
    """Signed requests to the app's request URL."""

    url: str
    secret: str
    clock: Clock
    deadline_s: float

    def deliver(self, delivery: Delivery, retry_num: int, reason: str) -> Attempt:
        body, content_type = encoded(delivery)
        timestamp = str(int(self.clock.now()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.secret, timestamp, body),
        }
        if retry_num:
            headers |= {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": reason}
        return self.post(body, headers, retry_num, reason)

    def post(
        self,
        body: bytes,
        headers: Mapping[str, str],
        retry_num: int = 0,
        reason: str = "",
    ) -> Attempt:
        """One request with these very headers, however wrong they are."""
        to = urlsplit(self.url)
        started, at = time.monotonic(), self.clock.now()
        connection = http.client.HTTPConnection(to.netloc, timeout=self.deadline_s)
        status, answer, answered, failure = 0, b"", {}, ""
        try:
            connection.request("POST", to.path or "/", body, dict(headers))
            response = connection.getresponse()
            answer, status = response.read(), response.status
            answered = {name.lower(): value for name, value in response.getheaders()}
        except TimeoutError:
            failure = "http_timeout"
        except (OSError, http.client.HTTPException):
            failure = "connection_failed"
        finally:
            connection.close()
        took_s = time.monotonic() - started
        if not failure and took_s > self.deadline_s:
            failure = "http_timeout"
        if not failure and not 200 <= status < 300:
            failure = "http_error"
        return Attempt(
            at=at,
            took_s=took_s,
            status=status,
            headers=answered,
            body=answer,
            failure=failure,
            retry_num=retry_num,
            retry_reason=reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketTransport:
    """Envelopes through the app's WebSockets."""

    sockets: SocketMode
    clock: Clock
    deadline_s: float
    new_id: Callable[[str], str]

    def deliver(self, delivery: Delivery, retry_num: int, reason: str) -> Attempt:
        envelope = {
            "envelope_id": self.new_id("E"),
            "type": str(delivery.surface),
            "payload": delivery.payload,
            "accepts_response_payload": delivery.surface is not Surface.EVENT,
        }
        if delivery.surface is Surface.EVENT:
            envelope |= {"retry_attempt": retry_num, "retry_reason": reason}
        started, at = time.monotonic(), self.clock.now()
        ack = self.sockets.send(envelope, self.deadline_s)
        body = b"" if ack.payload is None else json.dumps(ack.payload).encode()
        failures = {"timeout": "http_timeout", "no_connection": "connection_failed"}
        return Attempt(
            at=at,
            took_s=time.monotonic() - started,
            status=200 if ack.acked else 0,
            body=body,
            failure=failures.get(ack.reason, ""),
            retry_num=retry_num,
            retry_reason=reason,
        )


class Deliveries:
    """Every delivery so far, and as many threads as it takes to bring events to the app."""

    def __init__(
        self,
        transport: Callable[[], Transport],
        faults: Faults,
        changed: threading.Condition,
        time_scale: float,
    ) -> None:
        self.log: list[Delivery] = []
        self.rewrite: Callable[[Json], Json] = lambda payload: payload
        self.time_scale = time_scale  # of the delays between retries; 1.0 is Slack's own
        self._transport = transport
        self._faults = faults
        self._changed = changed  # the workspace's: told when a delivery has ended
        self._due: list[tuple[float, int, Delivery, int, str]] = []
        self._wake = threading.Condition()
        self._numbers = itertools.count()
        self._held: list[Delivery] = []
        self._busy = 0
        self._stopped = False
        self._threads: list[threading.Thread] = []

    def stop(self) -> None:
        """Send nothing more; attempts under way end by themselves."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(timeout=0.1)

    def now(self, delivery: Delivery) -> Delivery:
        """Deliver something that Slack never repeats, and wait for how it ends."""
        self._note(delivery)
        attempt = self._transport().deliver(delivery, 0, "")
        delivery.attempts.append(attempt)
        self._end(delivery, _ended(attempt))
        return delivery

    def later(self, delivery: Delivery) -> Delivery:
        """Deliver an event from another thread, with its retries."""
        self._note(delivery)
        for released in self._faults.released(self._held, delivery):
            copies = self._faults.take_copies()
            if copies == 0:
                self._end(released, Outcome.DROPPED)
            for _copy in range(copies):
                self._schedule(released, 0.0, 0, "")
        return delivery

    def again(self, delivery: Delivery, retry_num: int, reason: str) -> Attempt:
        """Deliver the same thing once more, now, as a retry would."""
        attempt = self._transport().deliver(delivery, retry_num, reason)
        delivery.attempts.append(attempt)
        return attempt

    def settle(self, timeout_s: float) -> None:
        """Return when no event is under way or waiting for a retry; else TimeoutError."""
        with self._wake:
            if not self._wake.wait_for(lambda: not (self._busy or self._due), timeout_s):
                raise TimeoutError(f"{self._busy} deliveries under way, {len(self._due)} waiting")

    def _note(self, delivery: Delivery) -> None:
        delivery.payload = self.rewrite(delivery.payload)
        with self._changed:
            self.log.append(delivery)

    def _end(self, delivery: Delivery, outcome: Outcome) -> None:
        with self._changed:
            delivery.outcome = outcome
            self._changed.notify_all()

    def _schedule(self, delivery: Delivery, delay_s: float, retry_num: int, reason: str) -> None:
        at = time.monotonic() + delay_s
        with self._wake:
            heapq.heappush(self._due, (at, next(self._numbers), delivery, retry_num, reason))
            self._wake.notify()
            waiting = len(self._threads) - self._busy
            if len(self._due) > waiting and len(self._threads) < _WORKERS and not self._stopped:
                thread = threading.Thread(target=self._work, daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self) -> None:
        while (work := self._next()) is not None:
            delivery, retry_num, reason = work
            try:
                self._attempt(delivery, retry_num, reason)
            finally:
                with self._wake:
                    self._busy -= 1
                    self._wake.notify_all()

    def _next(self) -> tuple[Delivery, int, str] | None:
        with self._wake:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    _at, _number, delivery, retry_num, reason = heapq.heappop(self._due)
                    self._busy += 1
                    return delivery, retry_num, reason
                self._wake.wait(wait)
        return None

    def _attempt(self, delivery: Delivery, retry_num: int, reason: str) -> None:
        attempt = self._transport().deliver(delivery, retry_num, reason)
        delivery.attempts.append(attempt)
        if not attempt.failure:
            self._end(delivery, Outcome.ACKED)
        elif retry_num < len(RETRY_DELAYS_S) and attempt.headers.get("x-slack-no-retry") != "1":
            delay_s = RETRY_DELAYS_S[retry_num] * self.time_scale
            self._schedule(delivery, delay_s, retry_num + 1, attempt.failure)
        else:
            self._end(delivery, Outcome.GIVEN_UP)


def _ended(attempt: Attempt) -> Outcome:
    match attempt.failure:
        case "":
            return Outcome.ACKED
        case "http_timeout":
            return Outcome.OPERATION_TIMEOUT
        case "connection_failed":
            return Outcome.DISPATCH_FAILED
        case _:
            late = attempt.status >= 500
            return Outcome.HTTP_SERVICE_ERROR if late else Outcome.HTTP_CLIENT_ERROR
