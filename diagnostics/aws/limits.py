"""How often each API may be asked, so that a diagnosis never is the throttling it looks for."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Limiter(Protocol):
    """Shares an API's rate among everybody who asks it."""

    def wait(self, key: str, until: float) -> bool:
        """Return True once one more call may be made; False where that is after `until`.

        `key` is "account:region:service:Operation"; `until` is on the monotonic clock, in
        seconds. False comes at once, without waiting.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Calls a second in the long run, and how many may come at once."""

    per_s: float
    burst: int


# Below AWS's own limits, since others share them.
RATES: Mapping[str, Rate] = {
    # API reference, "LookupEvents": two requests a second, account and Region.
    "cloudtrail:LookupEvents": Rate(per_s=2, burst=2),
    # CloudWatch user guide, "CloudWatch service quotas": 50, 400, 25, 9, 20 and 20 a second.
    "cloudwatch:GetMetricData": Rate(per_s=25, burst=25),
    "cloudwatch:GetMetricStatistics": Rate(per_s=50, burst=50),
    "cloudwatch:ListMetrics": Rate(per_s=12, burst=12),
    "cloudwatch:DescribeAlarms": Rate(per_s=5, burst=9),
    "cloudwatch:DescribeAlarmHistory": Rate(per_s=2, burst=3),
    "cloudwatch:GetInsightRuleReport": Rate(per_s=10, burst=20),
    # CloudWatch Logs user guide, "CloudWatch Logs quotas"; FilterLogEvents and StartQuery
    # differ by Region, so the lowest of them.
    "logs:FilterLogEvents": Rate(per_s=5, burst=5),
    "logs:GetLogEvents": Rate(per_s=5, burst=10),
    "logs:DescribeLogStreams": Rate(per_s=5, burst=5),
    "logs:DescribeLogGroups": Rate(per_s=5, burst=10),
    "logs:StartQuery": Rate(per_s=5, burst=5),
    "logs:GetQueryResults": Rate(per_s=5, burst=5),
    # Not published; single-digit rates are what operators report.
    "application-autoscaling:*": Rate(per_s=5, burst=8),
    "service-quotas:*": Rate(per_s=4, burst=6),
    "fis:*": Rate(per_s=4, burst=8),
    "codedeploy:*": Rate(per_s=5, burst=10),
    "health:*": Rate(per_s=2, burst=4),
    # Shared with consoles and people; IAM is one for the whole account.
    "iam:*": Rate(per_s=15, burst=30),
    "cloudformation:*": Rate(per_s=5, burst=10),
}


def rate_of(op: str) -> Rate | None:
    """Return the rate of "service:Operation"; None: nothing to respect."""
    return RATES.get(op) or RATES.get(f"{op.partition(':')[0]}:*")


@dataclass(slots=True)
class _Bucket:
    """What is left of one API's rate; `tokens` below zero are calls already promised."""

    tokens: float
    at: float


@dataclass(slots=True, kw_only=True)
class TokenBuckets:
    """A Limiter for the threads of one process."""

    buckets: dict[str, _Bucket] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, until: float) -> bool:
        """Wait for this call's turn; False where it comes after `until`."""
        rate = rate_of(":".join(key.split(":")[2:]))
        if rate is None:
            return True
        delay_s = self._take(key, rate, until)
        if delay_s is None:
            return False
        if delay_s > 0:
            time.sleep(delay_s)
        return True

    def _take(self, key: str, rate: Rate, until: float) -> float | None:
        """Return the seconds until this call's turn; None, and nothing taken, if too late."""
        with self.lock:
            now = time.monotonic()
            bucket = self.buckets.setdefault(key, _Bucket(tokens=rate.burst, at=now))
            refilled = bucket.tokens + (now - bucket.at) * rate.per_s
            tokens = min(float(rate.burst), refilled) - 1
            delay_s = max(0.0, -tokens / rate.per_s)
            if now + delay_s > until:
                return None
            bucket.tokens, bucket.at = tokens, now
            return delay_s
