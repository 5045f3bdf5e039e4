"""Equal questions asked at the same moment, or soon after, become one."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from diagnostics.errors import AwsError, Throttled, TimedOut

T = TypeVar("T")

Key = tuple[str | None, ...]  # the account first

FOREVER_S = float("inf")


class Flights(Generic[T]):
    """Answers under way, and those that ended lately.

    An answer is kept for `keep_s` seconds after it came; an error is kept as long only
    with `keep_errors`, otherwise who waited gets it and the next one asks again.
    """

    def __init__(self, *, keep_s: float, keep_errors: bool) -> None:
        self._keep_s = keep_s
        self._keep_errors = keep_errors
        self._flights: dict[Key, Future[T]] = {}
        self._landed: list[tuple[float, Key, Future[T]]] = []  # oldest first
        self._lock = threading.Lock()

    def ask(self, key: Key, make: Callable[[], T], *, until: float, says: str) -> T:
        """Return the answer to `key`: a kept one, one under way, or what `make` returns.

        Raises TimedOut with `says` where another's answer has not come by `until`
        (monotonic seconds), and whatever `make` raises. Where another gave up because its
        own time was short, the question is asked again: `make` knows this one's deadline.
        """
        while True:
            flight, mine = self._join(key)
            if mine:
                return self._lead(key, flight, make)
            try:
                return flight.result(timeout=max(0.0, until - time.monotonic()))
            except TimeoutError:
                raise TimedOut(says) from None
            except AwsError as error:
                if self._keep_errors or not _for_lack_of_time(error):
                    raise

    def forget(self, chosen: Callable[[Key], bool]) -> None:
        """Drop every kept answer whose key is chosen."""
        with self._lock:
            for key in [key for key in self._flights if chosen(key)]:
                del self._flights[key]

    def _join(self, key: Key) -> tuple[Future[T], bool]:
        """Return the flight of `key`, and whether the caller must make it."""
        with self._lock:
            self._drop_old()
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Future()
            return flight, True

    def _lead(self, key: Key, flight: Future[T], make: Callable[[], T]) -> T:
        try:
            answer = make()
        except BaseException as error:
            self._land(key, flight, keep=self._keep_errors and isinstance(error, AwsError))
            flight.set_exception(error)
            raise
        self._land(key, flight, keep=True)
        flight.set_result(answer)
        return answer

    def _land(self, key: Key, flight: Future[T], *, keep: bool) -> None:
        with self._lock:
            if not keep:
                self._flights.pop(key, None)
            elif self._keep_s < FOREVER_S:
                self._landed.append((time.monotonic() + self._keep_s, key, flight))

    def _drop_old(self) -> None:
        now = time.monotonic()
        while self._landed and self._landed[0][0] <= now:
            _, key, flight = self._landed.pop(0)
            if self._flights.get(key) is flight:
                del self._flights[key]


def _for_lack_of_time(error: AwsError) -> bool:
    """Return whether the asker's own deadline, not AWS, is behind the error."""
    return isinstance(error, TimedOut) or (isinstance(error, Throttled) and not error.code)
