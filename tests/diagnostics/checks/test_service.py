"""AWS itself, access patterns, quotas and load balancers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.checks import access, loadbalancer, quotas, service
from diagnostics.checks.access import Conflicts, Growth, judge_conflicts, judge_growth
from diagnostics.checks.loadbalancer import gather_balancer, judge_balancer
from diagnostics.checks.quotas import TableQuota, Use, judge_table_quota, judge_use
from diagnostics.checks.service import (
    Health,
    Induced,
    Neighbours,
    gather_neighbours,
    judge_errors,
    judge_events,
    judge_induced,
    judge_neighbours,
)
from diagnostics.errors import NotAsked
from diagnostics.facts.table import Table
from diagnostics.model import Finding, Request
from diagnostics.reader import Answer
from tests.diagnostics.checks.metrics import (
    NOW,
    ON_DEMAND,
    SINCE,
    TABLE,
    Points,
    calls,
    metrics,
    minutes,
)
from tests.fakes import FakeReader

REQUEST = Request(region="eu-west-1", since=SINCE, until=NOW, now=NOW, table="orders", lb="front")


def found(said: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any judge's iterator
    return [
        (f.cause, f"{f.strength.value}{' off path' if f.off_path else ''}")
        for f in said
        if isinstance(f, Finding)
    ]


def latency(operation: str, value: float) -> Points:
    return {("SuccessfulRequestLatency", "Average", None, operation): minutes(90, 0, value)}


ERRORS = ("SystemErrors", "Sum", None, "GetItem")
USUAL = metrics({**calls("GetItem"), **latency("GetItem", 4.0)})


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ({**calls("GetItem"), **latency("GetItem", 4.0)}, "against"),
        ({**calls("GetItem"), ERRORS: minutes(10, 9, 900.0)}, "against"),  # two minutes only
        ({**calls("GetItem"), ERRORS: minutes(30, 0, 50.0)}, "against"),  # under one per cent
        ({**calls("GetItem"), ERRORS: minutes(30, 0, 90.0)}, "suggests"),
        ({**calls("GetItem"), **latency("GetItem", 19.0)}, "against"),
        ({**calls("GetItem"), **latency("GetItem", 21.0)}, "suggests"),
        (
            {
                **calls("GetItem"),
                **latency("GetItem", 4.0),
                ("SuccessfulRequestLatency", "Maximum", None, "GetItem"): {20: 5100.0},
            },
            "against",
        ),  # one slow call is the usual tail
    ],
)
def test_an_event_shows_as_many_errors_or_slow_averages(points: Points, wanted: str) -> None:
    health = Health(table="orders", metrics=metrics(points), baselines=(USUAL,))
    assert found(judge_errors(health)) == [("aws.service_event", wanted)]


def test_without_traffic_nothing_is_said_of_dynamodb() -> None:
    health = Health(table="orders", metrics=metrics({}), baselines=(USUAL,))
    assert found(judge_errors(health)) == []


def test_neighbours_count_from_three_heavy_minutes_on() -> None:
    def data(**params: Any) -> Answer:  # noqa: ANN401 - AWS's parameters
        times = [NOW - timedelta(minutes=m) for m in range(4)]
        results = [
            {"Id": q["Id"], "Timestamps": times, "Values": [40.0] * 4}
            for q in params["MetricDataQueries"]
            if q["Id"] in {"n0o0", "n1o1"}
        ]
        return Answer(MetricDataResults=[*results, {"Id": "odd"}])

    reader = FakeReader(
        answers={
            "dynamodb:DescribeTable": {"Table": {"TableName": "orders"}},
            "dynamodb:ListTables": {"TableNames": ["bills", "orders", "users"]},
            "cloudwatch:GetMetricData": data,
        },
    )
    neighbours = gather_neighbours(REQUEST, reader)
    assert sorted(neighbours.failing) == ["bills", "users"]
    assert found(judge_neighbours(neighbours)) == [("aws.service_event", "suggests")]
    quiet = Neighbours(region="eu-west-1", asked=("bills",), failing={})
    assert found(judge_neighbours(quiet)) == []


def test_a_lonely_table_has_no_neighbours() -> None:
    reader = FakeReader(
        answers={
            "dynamodb:DescribeTable": {"Table": {"TableName": "orders"}},
            "dynamodb:ListTables": {"TableNames": ["orders"]},
        },
    )
    with pytest.raises(NotAsked):
        gather_neighbours(REQUEST, reader)


def test_an_open_health_event_is_aws_own_word_and_silence_proves_nothing() -> None:
    event = {"eventTypeCode": "AWS_DYNAMODB_OPERATIONAL_ISSUE", "region": "eu-west-1"}
    (proof,) = [f for f in judge_events((event,)) if isinstance(f, Finding)]
    assert (proof.strength.value, proof.stated_by_aws) == ("proves", True)
    assert list(judge_events(())) == []


def test_health_is_asked_for_the_tables_region() -> None:
    reader = FakeReader(answers={"health:DescribeEvents": {"events": []}})
    assert service.gather_events(REQUEST, reader) == ()
    assert reader.asked[0][1]["filter"]["regions"] == ["eu-west-1"]


def test_an_experiment_announces_itself() -> None:
    running = Induced(table="orders", by_operation=(("GetItem", 40.0, NOW),))
    assert found(judge_induced(running)) == [("experiment.fault_injection", "proves")]
    assert found(judge_induced(Induced(table="orders", by_operation=()))) == []


def growth(items: float, took: float) -> Growth:
    def one(returned: float, latency_ms: float) -> Any:  # noqa: ANN401 - Metrics
        return metrics(
            {
                **calls("Query", 100.0),
                **latency("Query", latency_ms),
                ("ReturnedItemCount", "Sum", None, "Query"): minutes(90, 0, returned),
            },
        )

    return Growth(table="orders", metrics=one(items, took), baselines=(one(1000.0, 15.0),))


@pytest.mark.parametrize(
    ("items", "took", "support"),
    [(1000.0, 15.0, 0), (5000.0, 80.0, 2), (5000.0, 20.0, 0), (1000.0, 80.0, 0), (2900.0, 80.0, 0)],
)
def test_a_query_is_slow_by_its_own_work_only_where_items_and_time_grew(
    items: float, took: float, support: int
) -> None:
    assert len(found(judge_growth(growth(items, took)))) == support


@pytest.mark.parametrize(
    ("total", "worst", "writes", "wanted"),
    [
        (None, 0.0, 100.0, []),
        (0.0, 0.0, 1000.0, ["against"]),
        (900.0, 40.0, 1000.0, ["suggests"]),
        (40.0, 40.0, 100_000.0, ["against"]),
        (60.0, 1.0, 600.0, ["against"]),
    ],
)
def test_conflicts_count_from_a_share_of_the_writes_on(
    total: float | None, worst: float, writes: float, wanted: list[str]
) -> None:
    facts = Conflicts(table="orders", total=total, worst=worst, first_at=None, writes=writes)
    assert [strength for _, strength in found(judge_conflicts(facts))] == wanted


def use(*percents: float) -> Use:
    points = tuple((SINCE + timedelta(minutes=5 * n), p) for n, p in enumerate(percents))
    return Use(region="eu-west-1", points={"AccountProvisionedWriteCapacityUtilization": points})


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (use(), []),
        (use(50.0, 79.0), []),
        (use(70.0, 85.0), ["suggests off path"]),
        (use(100.0, 100.0), ["suggests"]),
    ],
)
def test_a_near_quota_is_a_risk_and_a_full_one_a_cause(given: Use, wanted: list[str]) -> None:
    assert [strength for _, strength in found(judge_use(given))] == wanted


def test_a_growing_use_says_when_the_quota_is_reached() -> None:
    (finding,) = [f for f in judge_use(use(80.0, 82.0, 84.0)) if isinstance(f, Finding)]
    assert "reached in about 0.7 h at this pace" in finding.says


@pytest.mark.parametrize(
    ("table", "limit", "wanted"),
    [
        (TABLE, 1000.0, []),
        (TABLE, 110.0, ["suggests off path", "suggests off path"]),
        (TABLE, 100.0, ["suggests", "suggests"]),
        (ON_DEMAND, 1.0, []),
        (TABLE, 0.0, []),
    ],
)
def test_a_tables_capacity_is_measured_against_its_own_quota(
    table: Table, limit: float, wanted: list[str]
) -> None:
    names = [f"Table-level {side} throughput limit" for side in ("write", "read")]
    names.append("Maximum number of tables")
    facts = TableQuota(table=table, quotas=tuple((n, limit) for n in names))
    assert [strength for _, strength in found(judge_table_quota(facts))] == wanted


BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/1"


def balancer(values: list[float]) -> FakeReader:
    def data(**params: Any) -> Answer:  # noqa: ANN401 - AWS's parameters
        times = [NOW - timedelta(minutes=m) for m in range(len(values))]
        first = params["MetricDataQueries"][0]["Id"]
        return Answer(MetricDataResults=[{"Id": first, "Timestamps": times, "Values": values}])

    described = {"LoadBalancers": [{"LoadBalancerArn": BALANCER, "LoadBalancerName": "front"}]}
    idle = {"Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]}
    return FakeReader(
        answers={
            "elbv2:DescribeLoadBalancers": described,
            "elbv2:DescribeLoadBalancerAttributes": idle,
            "cloudwatch:GetMetricData": data,
        },
    )


@pytest.mark.parametrize(
    ("values", "wanted"),
    [([], []), ([1.0, 4.0], []), ([30.0], [("middlebox.answered", "suggests")])],
)
def test_a_balancer_that_writes_errors_itself_is_suspected(
    values: list[float], wanted: list[tuple[str, str]]
) -> None:
    assert found(judge_balancer(gather_balancer(REQUEST, balancer(values)))) == wanted


def test_a_balancer_is_found_by_arn_too() -> None:
    reader = balancer([])
    gather_balancer(replace(REQUEST, lb=BALANCER), reader)
    assert reader.asked[0][1] == {"LoadBalancerArns": [BALANCER]}


def test_no_balancer_in_the_path_is_no_question() -> None:
    with pytest.raises(NotAsked):
        gather_balancer(replace(REQUEST, lb=None), FakeReader(answers={}))


def test_what_lags_or_costs_is_never_required() -> None:
    every = (*service.CHECKS, *access.CHECKS, *quotas.CHECKS, *loadbalancer.CHECKS)
    assert {c.id for c in every if c.never_required_because} == {
        "service.health",
        "service.experiment",
        "quotas.use",
        "quotas.table",
    }
