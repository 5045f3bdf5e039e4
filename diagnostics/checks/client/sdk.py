"""The SDK a function uses, as far as its runtime tells, and how long one call may take."""

from collections.abc import Mapping
from dataclasses import dataclass

# The SDKs' defaults for retries changed with the versions of this day.
# Source: AWS developer tools blog, "Updated default retry behavior for AWS SDKs and tools".
CHANGED = "10 November 2026"
LEGACY = "legacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The longest that one DynamoDB call may block under an SDK's settings."""

    sdk: str  # "botocore, legacy retries"
    attempts: int
    attempt_s: float | None  # None: an attempt has no timeout at all
    backoff_s: float  # all waits between attempts together, at their longest

    @property
    def worst_s(self) -> float | None:
        """Attempts times their timeout plus the backoff; None: without bound."""
        return None if self.attempt_s is None else self.attempts * self.attempt_s + self.backoff_s

    def arithmetic(self) -> str:
        """Return the sum in words: "10 attempts x 60 s + 25.6 s backoff = 625.6 s"."""
        if self.attempt_s is None:
            return (
                f"{self.attempts} attempts without a timeout + up to {self.backoff_s:g} s backoff, "
                "which has no bound"
            )
        return (
            f"{self.attempts} attempts x {self.attempt_s:g} s + up to {self.backoff_s:g} s backoff "
            f"= {self.worst_s:g} s"
        )


def budget_of(runtime: str | None, environment: Mapping[str, str]) -> Budget | None:
    """Return the shortest budget the runtime's SDK has by default; None: the SDK is not known.

    Where the defaults depend on a version that AWS does not show, the smaller number of
    attempts counts. Code may set its own: then these numbers do not hold.
    """
    name = (runtime or "").lower()
    attempts = _attempts(environment)
    if name.startswith("python"):
        return _botocore(environment, attempts)
    if name.startswith("nodejs"):
        return _javascript(name, attempts)
    if name.startswith("java"):
        return _java(attempts)
    return None


def _attempts(environment: Mapping[str, str]) -> int | None:
    given = environment.get("AWS_MAX_ATTEMPTS", "")
    return int(given) if given.isdigit() and 0 < int(given) <= 100 else None  # noqa: PLR2004 - sane


def _botocore(environment: Mapping[str, str], attempts: int | None) -> Budget:
    """Return botocore's: 10 attempts in legacy mode, 4 since its version 1.44.

    Sources: botocore's _retry.json and retries/standard.py; read timeout 60 s from Config's
    documentation; backoff measured, 2026-11.
    """
    mode = environment.get("AWS_RETRY_MODE", "").lower()
    if mode == LEGACY:
        number = attempts or 10
        waits = sum(min(0.05 * 2**n, 20) for n in range(number - 1))
        return Budget(
            sdk="botocore, legacy retries",
            attempts=number,
            attempt_s=60,
            backoff_s=round(waits, 1),
        )
    number = attempts or 4
    return Budget(
        sdk="botocore, standard retries" if mode else f"botocore, defaults since {CHANGED}",
        attempts=number,
        attempt_s=60,
        backoff_s=_standard_backoff(number),
    )


def _javascript(runtime: str, attempts: int | None) -> Budget:
    """Return the JavaScript SDK's: version 2 up to nodejs16.x, version 3 from nodejs18.x.

    Sources: Lambda developer guide, "Runtime-included SDK versions"; aws-sdk-js's
    documentation of Config (timeout 120 s, 10 retries for DynamoDB); smithy-typescript's
    node-http-handler (no request timeout by default).
    """
    major = "".join(c for c in runtime.removeprefix("nodejs").partition(".")[0] if c.isdigit())
    if major and int(major) < 18:  # noqa: PLR2004 - the first runtime with version 3
        return Budget(
            sdk="the JavaScript SDK v2",
            attempts=11,
            attempt_s=120,
            backoff_s=round(sum(0.05 * 2**n for n in range(10)), 1),
        )
    number = attempts or 3
    return Budget(
        sdk="the JavaScript SDK v3",
        attempts=number,
        attempt_s=None,
        backoff_s=_standard_backoff(number),
    )


def _java(attempts: int | None) -> Budget:
    """Return the Java SDK v2's: 8 retries for DynamoDB from 25 ms on, 30 s to read.

    Source: aws-sdk-java-v2's DynamoDbRetryPolicy and SdkHttpConfigurationOption.
    """
    number = attempts or 9
    return Budget(
        sdk="the Java SDK v2",
        attempts=number,
        attempt_s=30,
        backoff_s=round(sum(min(0.025 * 2**n, 20) for n in range(number - 1)), 1),
    )


def _standard_backoff(attempts: int) -> float:
    """Return the longest waits of standard mode: up to 1 s, doubled, 20 s at most.

    Source: SDKs and tools reference guide, "Retry behavior", standard mode.
    """
    return float(sum(min(2**n, 20) for n in range(attempts - 1)))
