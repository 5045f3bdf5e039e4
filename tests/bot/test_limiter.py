"""Rates that all processes share, and what becomes of them without Redis."""

import time
from dataclasses import dataclass, field

import pytest
import redis

from bot import keys
from bot.limiter import SharedBuckets
from bot.redis import Patience, connect
from diagnostics.aws.limits import Limiter

TRAIL = "123456789012:eu-west-1:cloudtrail:LookupEvents"  # two a second
FAR = 10.0


@dataclass(slots=True)
class Slept:
    s: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.s.append(seconds)


@dataclass(slots=True)
class Alone:
    asked: list[tuple[str, float]] = field(default_factory=list)

    def wait(self, key: str, until: float) -> bool:
        self.asked.append((key, until))
        return until > 0


def limiter(client: redis.Redis, slept: Slept) -> Limiter:
    return SharedBuckets(client=client, sleep=slept)


def test_a_burst_is_free_and_the_next_wait_their_turn(client: redis.Redis) -> None:
    slept = Slept()
    processes = [limiter(client, slept) for _ in range(2)]
    until = time.monotonic() + FAR
    assert [processes[n % 2].wait(TRAIL, until) for n in range(6)] == [True] * 6
    assert slept.s[:2] == [0, 0]
    assert slept.s == sorted(slept.s)
    assert slept.s[-1] > slept.s[2] > 0


def test_a_turn_that_comes_too_late_is_refused_and_takes_nothing(client: redis.Redis) -> None:
    slept = Slept()
    shared = limiter(client, slept)
    client.hset(keys.bucket(TRAIL), mapping={"tokens": -1000, "at": int(client.time()[0])})
    before = client.hgetall(keys.bucket(TRAIL))
    assert not shared.wait(TRAIL, time.monotonic() + FAR)
    assert client.hgetall(keys.bucket(TRAIL)) == before
    assert slept.s == []


def test_an_api_without_a_rate_does_not_wait(client: redis.Redis) -> None:
    assert limiter(client, Slept()).wait("1:eu-west-1:dynamodb:DescribeTable", 0)
    assert list(client.scan_iter()) == []


def test_accounts_and_regions_have_rates_of_their_own(client: redis.Redis) -> None:
    slept = Slept()
    shared = limiter(client, slept)
    until = time.monotonic() + FAR
    names = [TRAIL, TRAIL.replace("eu-west-1", "us-east-1"), TRAIL.replace("1234", "9934")]
    assert [shared.wait(name, until) for name in names * 2] == [True] * 6
    assert slept.s == [0] * 6


def test_a_bucket_is_forgotten_when_it_is_full_again(client: redis.Redis) -> None:
    assert limiter(client, Slept()).wait(TRAIL, time.monotonic() + FAR)
    assert client.ttl(keys.bucket(TRAIL)) > 0


def test_without_redis_a_process_keeps_the_rates_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alone = Alone()
    with connect("redis://127.0.0.1:1", Patience.ACK) as nobody:
        shared = SharedBuckets(client=nobody, alone=alone)
        assert [shared.wait(TRAIL, until) for until in (1, 0)] == [True, False]
    assert alone.asked == [(TRAIL, 1), (TRAIL, 0)]
    assert caplog.messages == ["rates are kept by this process alone why=ConnectionError"] * 2
