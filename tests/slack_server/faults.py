"""Switches that make this server fail, for tests that want to see what happens then."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

_T = TypeVar("_T")


class Kind(StrEnum):
    """How a call fails. Those with `after_accept` do the work first and lose the answer."""

    RATE_LIMITED = "429"
    SERVER_ERROR = "500"
    UNAVAILABLE = "503"
    GARBAGE = "garbage"  # 200 with HTML, as proxies answer
    HANG = "hang"  # nothing is done, nothing is answered for `seconds`
    SLOW = "slow"  # works, `seconds` late
    RESET = "reset"  # the connection is cut before anything is done
    RESET_AFTER_ACCEPT = "reset_after_accept"
    SERVER_ERROR_AFTER_ACCEPT = "500_after_accept"
    HALF_OPEN = "half_open"  # the work is done, the connection stays, no answer ever comes
    ERROR = "error"  # error:<name>: `ok: false` with that error


AFTER_ACCEPT: Final = frozenset(
    {Kind.RESET_AFTER_ACCEPT, Kind.SERVER_ERROR_AFTER_ACCEPT, Kind.HALF_OPEN, Kind.SLOW},
)


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong, for which method, and how often still."""

    method: str  # "*": every method
    kind: Kind
    error: str
    times: int
    seconds: float
    retry_after: int


class Faults:
    """The faults to come. Web API calls take theirs in the order they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._copies: list[int] = []
        self._drops = 0
        self._hold = 0

    def add(
        self,
        *,
        method: str = "*",
        kind: str,
        times: int = 1,
        seconds: float = 30.0,
        retry_after: int = 1,
    ) -> None:
        """Let the next `times` calls of `method` fail; `kind` is a Kind, or error:<name>.

        Beside the methods of the Web API: `upload` (the bytes of a file), `response_url`.
        """
        name, _, error = kind.partition(":")
        fault = Fault(
            method=method,
            kind=Kind(name),
            error=error,
            times=times,
            seconds=seconds,
            retry_after=retry_after,
        )
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Everything works again; events that were held back are not sent by this."""
        with self._lock:
            self._faults, self._copies = [], []
            self._drops = self._hold = 0

    def duplicate_events(self, times: int = 1, copies: int = 2) -> None:
        """Send each of the next `times` events `copies` times, as Slack now and then does."""
        with self._lock:
            self._copies += [copies] * times

    def drop_events(self, times: int = 1) -> None:
        """Never send the next `times` events: an outage on Slack's side."""
        with self._lock:
            self._drops += times

    def reorder_events(self, count: int) -> None:
        """Hold the next `count` events back, and send them in reverse when all are there."""
        with self._lock:
            self._hold = count

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if there is one."""
        with self._lock:
            for fault in self._faults:
                if fault.method in {method, "*"}:
                    fault.times -= 1
                    self._faults = [other for other in self._faults if other.times > 0]
                    return fault
        return None

    def take_copies(self) -> int:
        """How many times to send the next event: 0, 1 or more."""
        with self._lock:
            if self._drops:
                self._drops -= 1
                return 0
            return self._copies.pop(0) if self._copies else 1

    def released(self, held: list[_T], new: _T) -> Iterable[_T]:
        """What to send now that `new` has come; `held` keeps what waits."""
        with self._lock:
            if not self._hold:
                return (new,)
            held.append(new)
            if len(held) < self._hold:
                return ()
            self._hold = 0
            released = held[::-1]
            held.clear()
            return released
