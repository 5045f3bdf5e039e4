"""The client's budget, its attempts and its CPU."""

from datetime import timedelta

import pytest

from diagnostics.checks.client.attempts import (
    Latency,
    Retries,
    gather_latency,
    gather_retries,
    judge_latency,
    judge_retries,
    judge_timeouts,
)
from diagnostics.checks.client.budget import (
    CutOff,
    Deadline,
    gather_cut_off,
    gather_deadline,
    judge_cut_off,
    judge_deadline,
)
from diagnostics.checks.client.cpu import (
    Cpu,
    Starved,
    gather_cpu,
    gather_starved,
    judge_cpu,
    judge_starved,
)
from diagnostics.checks.client.sdk import Budget, budget_of
from diagnostics.errors import NotAsked
from diagnostics.facts.metrics import Metrics, Series
from diagnostics.facts.workload import Kind, Workload
from diagnostics.model import Finding, Said, Strength
from tests.diagnostics.checks.log_lines import (
    GROUP,
    NOW,
    SINCE,
    client_error,
    events,
    failures,
    line,
    request,
)
from tests.fakes import FakeReader

TIMED_OUT = "2026-11-20T10:00:00Z 8d4b2f60 Task timed out after 6.00 seconds"
READ_TIMEOUT = 'ReadTimeoutError: Read timeout on endpoint URL: "https://dynamodb.eu-west-1.x/"'
JS_TIMEOUT = "DynamoDB TimeoutError: Request exceeded the configured 50 ms requestTimeout"
FUNCTION = {
    "FunctionName": "checkout",
    "Timeout": 6,
    "Runtime": "python3.13",
    "Environment": {"Variables": {"AWS_MAX_ATTEMPTS": "1"}},
}


def strengths(found: list[Said]) -> list[tuple[Strength, bool]]:
    return [(one.strength, one.off_path) for one in found if isinstance(one, Finding)]


@pytest.mark.parametrize(
    ("runtime", "environment", "worst_s", "arithmetic"),
    [
        (
            "python3.11",
            {"AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "10"},
            625.6,
            "10 attempts x 60 s + up to 25.6 s backoff = 625.6 s",
        ),
        ("python3.13", {}, 247.0, "4 attempts x 60 s + up to 7 s backoff = 247 s"),
        (
            "python3.13",
            {"AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "2"},
            121.0,
            "2 attempts x 60 s + up to 1 s backoff = 121 s",
        ),
        (
            "python3.13",
            {"AWS_MAX_ATTEMPTS": "many"},
            247.0,
            "4 attempts x 60 s + up to 7 s backoff = 247 s",
        ),
        (
            "nodejs16.x",
            {},
            1371.2,
            "11 attempts x 120 s + up to 51.2 s backoff = 1371.2 s",
        ),
        (
            "nodejs22.x",
            {},
            None,
            "3 attempts without a timeout + up to 3 s backoff, which has no bound",
        ),
        ("java21", {}, 276.4, "9 attempts x 30 s + up to 6.4 s backoff = 276.4 s"),
    ],
)
def test_the_budget_of_an_sdk_is_shown_as_a_sum(
    runtime: str, environment: dict[str, str], worst_s: float | None, arithmetic: str
) -> None:
    budget = budget_of(runtime, environment)
    assert budget is not None
    assert (budget.worst_s, budget.arithmetic()) == (worst_s, arithmetic)


@pytest.mark.parametrize("runtime", [None, "provided.al2023", "go1.x", "ruby3.4", "dotnet8"])
def test_an_sdk_that_the_runtime_does_not_tell_has_no_budget(runtime: str | None) -> None:
    assert budget_of(runtime, {}) is None


def deadline(timeout_s: int, attempt_s: float | None = 1.0, *, known: bool = True) -> Deadline:
    budget = Budget(sdk="an SDK", attempts=3, attempt_s=attempt_s, backoff_s=1.0)
    return Deadline(
        function="checkout",
        timeout_s=timeout_s,
        runtime="python3.13",
        budget=budget if known else None,
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (deadline(4), [(Strength.AGAINST, False)]),
        (deadline(3), [(Strength.SUGGESTS, True)]),
        (deadline(900, attempt_s=None), [(Strength.SUGGESTS, True)]),
        (deadline(3, known=False), []),
    ],
)
def test_a_budget_alone_is_prevention_or_fits(
    facts: Deadline, expected: list[tuple[Strength, bool]]
) -> None:
    assert strengths(list(judge_deadline(facts))) == expected


def test_a_long_deadline_names_the_gateway_before_it() -> None:
    found = list(judge_deadline(deadline(29, attempt_s=60)))
    assert isinstance(found[0], Finding)
    assert "API Gateway before it gives up after 29 s" in found[0].says
    assert found[0].values == {
        "function": "checkout",
        "fitting_attempts": "4",
        "near_timeout_ms": "23200",
    }


LIKELY = [(Strength.SUGGESTS, False), (Strength.SUGGESTS, False)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CutOff(deadline=deadline(3), failures=failures((TIMED_OUT, 30))), LIKELY),
        (CutOff(deadline=deadline(3, known=False), failures=failures((TIMED_OUT, 30))), LIKELY[1:]),
        (CutOff(deadline=deadline(9), failures=failures((TIMED_OUT, 30))), []),
        (CutOff(deadline=deadline(3), failures=failures((READ_TIMEOUT, 30))), []),
        (CutOff(deadline=deadline(3), failures=failures((TIMED_OUT, 5), step_s=600)), []),
        (
            CutOff(deadline=deadline(3), failures=failures((TIMED_OUT, 30), (READ_TIMEOUT, 30))),
            [],
        ),
    ],
)
def test_silent_deadlines_blame_the_budget(
    facts: CutOff, expected: list[tuple[Strength, bool]]
) -> None:
    assert strengths(list(judge_cut_off(facts))) == expected


def test_an_error_of_another_run_does_not_break_the_silence() -> None:
    early = line(READ_TIMEOUT, SINCE - timedelta(minutes=1))
    facts = failures((TIMED_OUT, 30))
    beside = line(READ_TIMEOUT, SINCE, stream="b")
    lines = (early, beside, *facts.lines)
    cut_off = CutOff(deadline=deadline(3), failures=failures(lines=lines))
    assert strengths(list(judge_cut_off(cut_off))) == LIKELY


def test_a_function_is_read_with_its_logs() -> None:
    reader = FakeReader(
        answers={
            "lambda:GetFunctionConfiguration": FUNCTION,
            "logs:FilterLogEvents": events([TIMED_OUT]),
        },
    )
    asked = request(function="checkout")
    found = gather_cut_off(asked, reader)
    assert found.deadline == gather_deadline(asked, reader)
    assert [one.reading.code for one in found.failures.lines] == ["Task timed out"]
    assert gather_retries(asked, reader).failures == found.failures


def test_a_caller_without_a_deadline_is_not_asked_about() -> None:
    with pytest.raises(NotAsked):
        gather_deadline(request(log_groups=(GROUP,)), FakeReader(answers={}))


@pytest.mark.parametrize(
    ("text", "count", "timeout"),
    [
        (JS_TIMEOUT, 30, "50"),
        (JS_TIMEOUT, 2, None),
        (JS_TIMEOUT.replace("50 ms", "6 s"), 30, None),
        (READ_TIMEOUT, 30, None),
    ],
)
def test_attempts_given_up_after_one_time_are_told(
    text: str, count: int, timeout: str | None
) -> None:
    found = [f for f in judge_timeouts(failures((text, count))) if isinstance(f, Finding)]
    assert [f.values["attempt_timeout_ms"] for f in found] == ([timeout] if timeout else [])


def test_timeouts_after_many_different_times_are_nobodys_setting() -> None:
    spread = [(JS_TIMEOUT.replace("50", str(50 + number)), 2) for number in range(20)]
    assert list(judge_timeouts(failures(*spread))) == []


def latency(milliseconds: float) -> Metrics:
    points = tuple((SINCE + timedelta(minutes=n), milliseconds) for n in range(60))
    series = Series(
        name="SuccessfulRequestLatency",
        stat="Average",
        index=None,
        operation="Query",
        complete=True,
        points=points,
    )
    other = Series(
        name="UserErrors", stat="Sum", index=None, operation=None, complete=True, points=()
    )
    return Metrics(since=SINCE, until=NOW, now=NOW, series=(other, series))


@pytest.mark.parametrize(
    ("average_ms", "text", "expected"),
    [
        (20.0, JS_TIMEOUT, [(Strength.SUGGESTS, False)]),
        (4.0, JS_TIMEOUT, []),
        (20.0, READ_TIMEOUT, []),
    ],
)
def test_a_timeout_near_the_average_is_too_short(
    average_ms: float, text: str, expected: list[tuple[Strength, bool]]
) -> None:
    facts = Latency(failures=failures((text, 30)), metrics=latency(average_ms))
    assert strengths(list(judge_latency(facts))) == expected


def test_latency_is_read_beside_the_logs() -> None:
    reader = FakeReader(
        answers={
            "dynamodb:DescribeTable": {"Table": {"TableName": "orders"}},
            "cloudwatch:GetMetricData": {"MetricDataResults": []},
            "logs:FilterLogEvents": {"events": []},
        },
    )
    found = gather_latency(request(log_groups=(GROUP,)), reader)
    assert found.failures.lines == ()


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        (client_error("ThrottlingException", "slow down"), 30, LIKELY),
        (READ_TIMEOUT, 30, LIKELY),
        (client_error("ValidationException", "no"), 30, [(Strength.SUGGESTS, True)]),
        (READ_TIMEOUT, 2, [(Strength.SUGGESTS, True)]),
    ],
)
def test_a_single_attempt_matters_where_a_retry_would_have_helped(
    text: str, count: int, expected: list[tuple[Strength, bool]]
) -> None:
    caller = Workload(kind=Kind.ECS, name="prod/orders", region="eu-west-1", account=None)
    facts = Retries(caller=caller, failures=failures((text, count)))
    assert strengths(list(judge_retries(facts))) == expected


def test_a_caller_that_retries_is_not_asked_about() -> None:
    with pytest.raises(NotAsked):
        gather_retries(
            request(log_groups=(GROUP,)), FakeReader(answers={"logs:FilterLogEvents": {}})
        )


def cpu(percent: float, minutes: int = 60) -> Cpu:
    points = tuple((SINCE + timedelta(minutes=n), percent) for n in range(minutes))
    return Cpu(cluster="prod", service="orders", average=points, maximum=points)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (cpu(95), [(Strength.SUGGESTS, False)]),
        (cpu(95, minutes=2), []),
        (cpu(80), []),
        (cpu(35), [(Strength.AGAINST, False)]),
        (cpu(35, minutes=0), []),
    ],
)
def test_cpu_is_blamed_cleared_or_left_open(
    facts: Cpu, expected: list[tuple[Strength, bool]]
) -> None:
    assert strengths(list(judge_cpu(facts))) == expected


@pytest.mark.parametrize(
    ("facts", "text", "expected"),
    [
        (cpu(95), READ_TIMEOUT, [(Strength.SUGGESTS, False)]),
        (cpu(35), READ_TIMEOUT, []),
        (cpu(95), client_error("ThrottlingException", "slow down"), []),
        (cpu(95), "Timeout waiting for connection from pool", []),
    ],
)
def test_timeouts_in_starved_minutes_blame_the_cpu(
    facts: Cpu, text: str, expected: list[tuple[Strength, bool]]
) -> None:
    starved = Starved(cpu=facts, failures=failures((text, 30)))
    assert strengths(list(judge_starved(starved))) == expected


def test_the_cpu_of_a_service_is_read() -> None:
    reader = FakeReader(
        answers={
            "ecs:DescribeServices": {"services": [{"taskDefinition": "orders:1"}]},
            "ecs:DescribeTaskDefinition": {"taskDefinition": {}},
            "cloudwatch:GetMetricData": {
                "MetricDataResults": [
                    {"Id": "average", "Timestamps": [SINCE], "Values": [91]},
                    {"Id": "maximum", "Timestamps": [SINCE], "Values": [99]},
                    {"Id": "other", "Timestamps": [SINCE], "Values": [1]},
                ],
            },
            "logs:FilterLogEvents": {"events": []},
        },
    )
    asked = request(ecs="prod/orders", log_groups=(GROUP,))
    found = gather_cpu(asked, reader)
    assert (found.average, found.maximum) == (((SINCE, 91.0),), ((SINCE, 99.0),))
    assert gather_starved(asked, reader).cpu == found


def test_the_cpu_of_others_is_not_asked_about() -> None:
    with pytest.raises(NotAsked):
        gather_cpu(request(log_groups=(GROUP,)), FakeReader(answers={}))
