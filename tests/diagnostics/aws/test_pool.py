import threading
import time

import pytest

from diagnostics.aws.pool import CallPool


def test_a_call_gives_its_result_or_its_error() -> None:
    pool = CallPool(2)
    assert pool.submit(lambda: 7).result(10) == 7
    with pytest.raises(ValueError, match="seven"):
        pool.submit(lambda: int("seven")).result(10)
    pool.close()


def test_no_more_calls_are_under_way_than_the_pool_is_large() -> None:
    pool = CallPool(3)
    under_way, most, lock = 0, 0, threading.Lock()

    def call() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.005)
        with lock:
            under_way -= 1

    for future in [pool.submit(call) for _ in range(20)]:
        future.result(10)
    pool.close()
    assert most == 3


def test_a_call_cancelled_before_its_turn_is_not_made() -> None:
    pool = CallPool(1)
    gate, made = threading.Event(), []
    first = pool.submit(gate.wait)
    second = pool.submit(lambda: made.append("second"))
    assert second.cancel()
    gate.set()
    first.result(10)
    pool.submit(lambda: made.append("third")).result(10)
    pool.close()
    assert made == ["third"]


def test_closing_ends_the_threads_and_later_calls_still_run() -> None:
    pool = CallPool(2)
    names = {pool.submit(threading.current_thread).result(10) for _ in range(3)}
    pool.close()
    for thread in names:
        thread.join(10)
    assert not any(thread.is_alive() for thread in names)
    assert all(thread.daemon for thread in names)
