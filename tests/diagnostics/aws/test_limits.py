from dataclasses import dataclass, field

import pytest

from diagnostics.aws import limits
from diagnostics.aws.limits import Rate, TokenBuckets, rate_of
from tests.diagnostics.aws.scripted import all_at_once

LOOKUP = "111122223333:eu-west-1:cloudtrail:LookupEvents"


@dataclass(slots=True)
class Clock:
    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("op", "rate"),
    [
        ("cloudtrail:LookupEvents", Rate(per_s=2, burst=2)),
        ("logs:FilterLogEvents", Rate(per_s=5, burst=5)),
        ("application-autoscaling:DescribeScalingPolicies", Rate(per_s=5, burst=8)),
        ("ec2:DescribeSubnets", None),
    ],
)
def test_each_api_has_its_rate(op: str, rate: Rate | None) -> None:
    assert rate_of(op) == rate


def test_a_burst_passes_and_then_two_a_second(clock: Clock) -> None:
    buckets = TokenBuckets()
    assert [buckets.wait(LOOKUP, 1000.0) for _ in range(5)] == [True] * 5
    assert clock.slept == pytest.approx([0.5, 0.5, 0.5])


def test_a_rest_fills_no_more_than_the_burst(clock: Clock) -> None:
    buckets = TokenBuckets()
    for _ in range(2):
        buckets.wait(LOOKUP, 1000.0)
    clock.now += 3600
    for _ in range(3):
        buckets.wait(LOOKUP, 10_000.0)
    assert clock.slept == pytest.approx([0.5])


def test_a_turn_after_the_deadline_is_refused_at_once_and_costs_nothing(clock: Clock) -> None:
    buckets = TokenBuckets()
    for _ in range(2):
        assert buckets.wait(LOOKUP, clock.now + 0.1)
    assert not buckets.wait(LOOKUP, clock.now + 0.1)
    assert clock.slept == []
    assert buckets.wait(LOOKUP, clock.now + 0.5)
    assert clock.slept == pytest.approx([0.5])


def test_another_region_and_an_api_without_a_rate_do_not_wait(clock: Clock) -> None:
    buckets = TokenBuckets()
    keys = [LOOKUP, LOOKUP.replace("eu-west-1", "us-east-1")] * 2
    keys += ["111122223333:eu-west-1:ec2:DescribeSubnets"] * 50
    assert all(buckets.wait(key, clock.now) for key in keys)
    assert clock.slept == []


def test_threads_share_one_rate(clock: Clock) -> None:
    buckets = TokenBuckets()
    assert sum(all_at_once(16, lambda: buckets.wait(LOOKUP, clock.now))) == 2
