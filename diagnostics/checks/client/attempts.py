"""One attempt: is its timeout long enough, and are there attempts after it?"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics.checks.logs.counted import evidence, of_all
from diagnostics.errors import NotAsked
from diagnostics.facts import logs, workload
from diagnostics.facts import metrics as metric_facts
from diagnostics.facts.logs import Failures, Line, gather_failures, is_noise
from diagnostics.facts.metrics import Metrics, gather_metrics
from diagnostics.facts.workload import Workload, gather_workload
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength, SymptomClass
from diagnostics.reader import Reader, side_by_side
from diagnostics.symptom.codes import RETRYABLE

GET_METRIC_DATA = "cloudwatch:GetMetricData"
TIMEOUT, POLICY = "client.attempt_timeout", "client.retry_policy"
AFTER = re.compile(
    r"(?:within|after|configured|configuration:|timeout of|timeout=)\s{0,3}(\d{1,6})\s{0,3}"
    r"(ms|millis|milliseconds|s|seconds)\b",
    re.IGNORECASE,
)
# This share of the read timeouts must come after one and the same time. Engineering judgement.
SAME_SHARE = 0.8
# Healthy calls need a timeout of several times their average; the slowest of an ordinary
# minute that reaches the timeout shows that it is too short. As above.
TIMES_AVERAGE = 4.0
USUAL_SHARE = 0.5  # of the minutes
# DynamoDB itself asks a second node after this long. Source: AWS re:Post knowledge center,
# "Why is my DynamoDB maximum latency metric high when the average latency is normal?".
SERVER_TIMEOUT_MS = 5_000
SINGLE = "1"
FAILS_OVER = frozenset({SymptomClass.CONNECT, SymptomClass.READ, SymptomClass.RESET})


def same_timeout(failures: Failures) -> tuple[int | None, tuple[Line, ...]]:
    """Return the milliseconds after which the attempts were given up, with their lines."""
    read = tuple(
        line for line in failures.failed() if line.reading.symptom_class is SymptomClass.READ
    )
    told = Counter(ms for line in read if (ms := _milliseconds(line.text)) is not None)
    if not told or is_noise(read):
        return None, ()
    timeout, count = told.most_common(1)[0]
    if count < SAME_SHARE * len(read) or timeout >= SERVER_TIMEOUT_MS:
        return None, ()
    return timeout, tuple(line for line in read if _milliseconds(line.text) == timeout)


def _milliseconds(text: str) -> int | None:
    match = AFTER.search(text[:4000])
    if match is None:
        return None
    number = int(match.group(1))
    return number if match.group(2).lower().startswith("m") else number * 1000


def judge_timeouts(failures: Failures) -> Iterator[Said]:
    """Say whether the attempts are given up after one set time."""
    timeout, lines = same_timeout(failures)
    if timeout is None:
        return
    yield Finding(
        cause=TIMEOUT,
        strength=Strength.SUGGESTS,
        says=f"{of_all(lines, failures)} gave up after exactly {timeout} ms: the client's own "
        "setting.",
        evidence=(evidence(lines),),
        scope=lines[0].group,
        first_at=lines[0].at,
        values={"attempt_timeout_ms": str(timeout)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """The client's timeout beside what DynamoDB took."""

    failures: Failures
    metrics: Metrics


def gather_latency(request: Request, aws: Reader) -> Latency:
    """Return the failing lines and the table's latency."""
    failures, metrics = side_by_side(
        lambda: gather_failures(request, aws), lambda: gather_metrics(request, aws)
    )
    return Latency(failures=failures, metrics=metrics)


def judge_latency(latency: Latency) -> Iterator[Said]:
    """Say whether healthy calls need longer than the timeout."""
    timeout, _ = same_timeout(latency.failures)
    if timeout is None:
        return
    metrics = latency.metrics
    for series in metrics.series:
        if series.name != "SuccessfulRequestLatency" or series.stat != "Average":
            continue
        points = series.within(metrics.since, metrics.until)
        slow = [(at, ms) for at, ms in points if ms * TIMES_AVERAGE >= timeout]
        if not points or len(slow) < USUAL_SHARE * len(points):
            continue
        mean = sum(ms for _, ms in points) / len(points)
        yield Finding(
            cause=TIMEOUT,
            strength=Strength.SUGGESTS,
            says=f"{series.operation} takes {mean:.1f} ms on average, too close to an attempt's "
            f"timeout of {timeout} ms.",
            evidence=(
                Evidence(
                    source=GET_METRIC_DATA,
                    reading=f"SuccessfulRequestLatency {series.operation}: Average = {mean:.1f} ms",
                    at=slow[0][0],
                ),
            ),
            scope=latency.failures.table,
        )
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """The caller's retry settings beside what failed."""

    caller: Workload
    failures: Failures


def gather_retries(request: Request, aws: Reader) -> Retries:
    """Return the settings; raises NotAsked where the environment switches no retries off."""
    caller, failures = side_by_side(
        lambda: gather_workload(request, aws), lambda: gather_failures(request, aws)
    )
    if caller.environment.get("AWS_MAX_ATTEMPTS") != SINGLE:
        raise NotAsked("the caller's environment does not switch retries off")
    return Retries(caller=caller, failures=failures)


def judge_retries(retries: Retries) -> Iterator[Said]:
    """Say whether failures came through that one retry would have hidden."""
    lines = tuple(line for line in retries.failures.failed() if _retryable(line))
    noise = is_noise(lines)
    source = (
        "lambda:GetFunctionConfiguration"
        if retries.caller.timeout_s
        else ("ecs:DescribeTaskDefinition")
    )
    yield Finding(
        cause=POLICY,
        strength=Strength.SUGGESTS,
        says=f"AWS_MAX_ATTEMPTS is 1 in the environment of {retries.caller.name}: the SDK does "
        "not retry.",
        evidence=(Evidence(source=source, reading="AWS_MAX_ATTEMPTS = 1"),),
        scope=retries.caller.name,
        off_path=noise,
    )
    if not noise:
        yield Finding(
            cause=POLICY,
            strength=Strength.SUGGESTS,
            says=f"{of_all(lines, retries.failures)} are failures that SDKs retry by default.",
            evidence=(evidence(lines),),
            scope=lines[0].group,
            first_at=lines[0].at,
        )


def _retryable(line: Line) -> bool:
    return line.reading.code in RETRYABLE or line.reading.symptom_class in FAILS_OVER


CHECKS = (
    Check(
        id="client.attempt_timeout",
        asks="Are attempts given up after one set time?",
        reads=logs.READS,
        finds=frozenset({TIMEOUT}),
        gather=gather_failures,
        judge=judge_timeouts,
        needs_caller=True,
    ),
    Check(
        id="client.attempt_latency",
        asks="Do healthy calls need longer than an attempt may take?",
        reads=logs.READS | metric_facts.READS,
        finds=frozenset({TIMEOUT}),
        gather=gather_latency,
        judge=judge_latency,
        needs_caller=True,
    ),
    Check(
        id="client.retries",
        asks="Does the caller retry what passes by itself?",
        reads=logs.READS | workload.READS,
        finds=frozenset({POLICY}),
        gather=gather_retries,
        judge=judge_retries,
        needs_caller=True,
    ),
)
