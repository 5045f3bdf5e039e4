"""The threads in which calls are under way."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class CallPool:
    """Runs calls, at most `size` at a time, in threads that do not outlive the program.

    The standard library's pool would keep an interrupted program alive until its last
    call has timed out.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None]
        self._waiting = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._threads = 0

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Return the future of `call`; cancelled before its turn, it is not made."""
        future: Future[T] = Future()
        self._waiting.put((future, call))
        if not self._idle.acquire(blocking=False):
            self._grow()
        return future

    def close(self) -> None:
        """Let every thread end after the call it has."""
        with self._lock:
            for _ in range(self._threads):
                self._waiting.put(None)
            self._threads = 0

    def _grow(self) -> None:
        with self._lock:
            if self._threads == self._size:
                return
            self._threads += 1
            name = f"aws-call-{self._threads}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        while (task := self._waiting.get()) is not None:
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 - the pool's edge: handed to the asker
                    future.set_exception(error)
            del task, future, call
            self._idle.release()
