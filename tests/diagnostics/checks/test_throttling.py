"""Which limit throttles, and which do not."""

from dataclasses import replace

import pytest

from diagnostics.checks.throttling import (
    CHECKS,
    KeyReport,
    Throttles,
    cut_below_use,
    gather_keys,
    heavy_hits,
    judge_keys,
    judge_throttles,
)
from diagnostics.facts.metrics import Metrics
from diagnostics.facts.table import Table
from diagnostics.model import Finding, Request, Traffic
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

USED = ("ConsumedWriteCapacityUnits", "Sum", None, None)
USED_INDEX = ("ConsumedWriteCapacityUnits", "Sum", "by-status", None)


def throttle(limit: str, value: float, *, index: str | None = None, start: int = 30) -> Points:
    return {
        (f"Write{limit}ThrottleEvents", "Sum", index, None): minutes(start, 0, value),
        ("WriteThrottleEvents", "Sum", index, None): minutes(start, 0, value),
    }


STEADY: Points = {
    USED: minutes(90, 0, 3000.0),
    USED_INDEX: minutes(90, 0, 300.0),
    **calls("PutItem"),
}


def strengths(table: Table, given: Metrics) -> dict[str, str]:
    said = judge_throttles(Throttles(table=table, metrics=given))
    found: dict[str, str] = {}
    for one in said:
        if isinstance(one, Finding):
            found[one.cause] = one.strength.value
    return found


QUIET = {
    "throttling.hot_key": "against",
    "throttling.on_demand_maximum": "against",
    "throttling.account_quota": "against",
    "throttling.provisioned": "against",
    "throttling.index": "against",
    "throttling.on_demand_ramp": "against",
}


@pytest.mark.parametrize(
    ("points", "changed"),
    [
        ({}, {}),
        (throttle("ProvisionedThroughput", 3.0), {}),  # retries absorb three a minute
        (throttle("ProvisionedThroughput", 55.0), {}),  # under one per cent of 6,000 calls
        (throttle("ProvisionedThroughput", 70.0), {"throttling.provisioned": "proves"}),
        (throttle("KeyRangeThroughput", 70.0), {"throttling.hot_key": "proves"}),
        (throttle("MaxOnDemandThroughput", 70.0), {"throttling.on_demand_maximum": "proves"}),
        (throttle("AccountLimit", 70.0), {"throttling.account_quota": "proves"}),
        (
            throttle("ProvisionedThroughput", 70.0, index="by-status"),
            {"throttling.index": "proves"},
        ),
    ],
)
def test_the_limit_that_cloudwatch_names_is_the_cause(
    points: Points, changed: dict[str, str]
) -> None:
    wanted = {**QUIET, **changed}
    if changed:
        del wanted["throttling.on_demand_ramp"]  # something throttles: nothing is said of it
    assert strengths(TABLE, metrics({**STEADY, **points})) == wanted


def test_a_throttle_before_the_window_says_nothing_of_the_window() -> None:
    early = throttle("ProvisionedThroughput", 900.0)
    for key in early:
        early[key] = minutes(85, 70, 900.0)
    assert strengths(TABLE, metrics({**STEADY, **early})) == QUIET


def test_without_traffic_nothing_is_known() -> None:
    assert strengths(TABLE, metrics({})) == {}


def test_an_incomplete_answer_speaks_against_nothing() -> None:
    assert strengths(TABLE, metrics(STEADY, complete=False)) == {}


def general(value: float) -> Points:
    return {("WriteThrottleEvents", "Sum", None, None): minutes(30, 0, value)}


@pytest.mark.parametrize(
    ("table", "used", "found"),
    [
        (TABLE, minutes(90, 0, 5900.0), {"throttling.provisioned": "proves"}),
        (
            TABLE,
            minutes(90, 0, 1800.0),
            {"throttling.provisioned": "hints", "throttling.hot_key": "hints"},
        ),
        (ON_DEMAND, minutes(90, 0, 5900.0), {"throttling.hot_key": "hints"}),
        (
            ON_DEMAND,
            {**minutes(90, 31, 1000.0), **minutes(30, 0, 9000.0)},
            {"throttling.on_demand_ramp": "suggests"},
        ),
    ],
)
def test_an_unnamed_limit_is_read_from_how_full_and_how_fast_it_was(
    table: Table, used: dict[int, float], found: dict[str, str]
) -> None:
    given = metrics({**STEADY, **general(500.0), USED: used}, table=table)
    assert strengths(table, given) == found


def test_a_warm_throughput_below_the_demand_suggests_the_ramp_a_second_time() -> None:
    table = replace(ON_DEMAND, warm_write_units=100)
    used = {**minutes(90, 31, 1000.0), **minutes(30, 0, 9000.0)}
    given = metrics({**STEADY, **general(500.0), USED: used}, table=table)
    said = list(judge_throttles(Throttles(table=table, metrics=given)))
    sources = [f.evidence[0].source for f in said if isinstance(f, Finding)]
    assert sources == ["cloudwatch:GetMetricData", "dynamodb:DescribeTable"]


def test_a_capacity_that_fell_is_told_with_its_numbers() -> None:
    provisioned: Points = {("ProvisionedWriteCapacityUnits", "Average", None, None):
                   {**minutes(90, 31, 400.0), **minutes(30, 0, 10.0)}}  # fmt: skip
    used: Points = {USED: {**minutes(90, 31, 12000.0), **minutes(30, 0, 600.0)}}
    given = metrics({**STEADY, **throttle("ProvisionedThroughput", 900.0), **provisioned, **used})
    (proof,) = [
        f
        for f in judge_throttles(Throttles(table=TABLE, metrics=given))
        if isinstance(f, Finding) and f.strength.value == "proves"
    ]
    assert "The busiest minute used 10.0 of 10 WCU (100 %)." in proof.says
    assert "fell from 400 to 10 about 11:30 UTC" in proof.says
    assert int(proof.values["target_write_units"]) >= 400


def test_answered_calls_are_told_as_traffic() -> None:
    said = judge_throttles(Throttles(table=TABLE, metrics=metrics(STEADY)))
    assert [s for s in said if isinstance(s, Traffic)] == [
        Traffic(answered=61 * 6000.0, fresh=True)
    ]


@pytest.mark.parametrize(
    ("report", "found"),
    [
        (KeyReport(table="orders", enabled=False, total=0, top_key=None, top=0), []),
        (KeyReport(table="orders", enabled=True, total=0, top_key=None, top=0), []),
        (KeyReport(table="orders", enabled=True, total=9, top_key="k1", top=9), []),
        (KeyReport(table="orders", enabled=True, total=100, top_key="k1", top=49), []),
        (KeyReport(table="orders", enabled=True, total=100, top_key="k1", top=80), ["suggests"]),
        (KeyReport(table="orders", enabled=True, total=0, top_key="k1", top=80), []),
    ],
)
def test_a_key_is_hot_from_half_of_the_throttled_calls_on(
    report: KeyReport, found: list[str]
) -> None:
    assert [f.strength.value for f in judge_keys(report) if isinstance(f, Finding)] == found


REQUEST = Request(region="eu-west-1", since=SINCE, until=NOW, now=NOW, table="orders")
DESCRIBED = {"Table": {"TableName": "orders", "TableArn": TABLE.arn}}


def test_keys_are_asked_for_only_where_contributor_insights_is_on() -> None:
    off = FakeReader(
        answers={
            "dynamodb:DescribeTable": DESCRIBED,
            "dynamodb:DescribeContributorInsights": {"ContributorInsightsStatus": "DISABLED"},
        },
    )
    assert gather_keys(REQUEST, off).enabled is False
    on = FakeReader(
        answers={
            "dynamodb:DescribeTable": DESCRIBED,
            "dynamodb:DescribeContributorInsights": {
                "ContributorInsightsStatus": "ENABLED",
                "ContributorInsightsRuleList": ["DynamoDBContributorInsights-PKT-orders-1"],
            },
            "cloudwatch:GetInsightRuleReport": {
                "AggregateValue": 100.0,
                "Contributors": [
                    {"Keys": ["k1"], "ApproximateAggregateValue": 90.0},
                    {"Keys": ["k2"], "ApproximateAggregateValue": 10.0},
                ],
            },
        },
    )
    assert gather_keys(REQUEST, on) == KeyReport(
        table="orders", enabled=True, total=100.0, top_key="k1", top=90.0
    )


def test_contributor_insights_is_never_required() -> None:
    assert {c.id: bool(c.never_required_because) for c in CHECKS} == {
        "throttling.metrics": False,
        "throttling.keys": True,
    }


@pytest.mark.parametrize(
    ("own", "limits"),
    [
        ({"max_write_units": 500}, {"max_read_units": "-1", "max_write_units": "1000"}),
        (
            {"max_read_units": 40, "warm_read_units": 12000, "warm_write_units": 4000},
            {
                "max_read_units": "80",
                "max_write_units": "-1",
                "warm_read_units": "12000",
                "warm_write_units": "4000",
            },
        ),
    ],
)
def test_an_advised_limit_never_lowers_the_side_that_has_none(
    own: dict[str, int], limits: dict[str, str]
) -> None:
    points = metrics({**STEADY, **throttle("MaxOnDemandThroughput", 70.0)})
    said = judge_throttles(Throttles(table=replace(ON_DEMAND, **own), metrics=points))  # type: ignore[arg-type]  # only numbers are named
    values = [f.values for f in said if isinstance(f, Finding) and f.strength == "proves"]
    assert [
        {n: v for n, v in one.items() if n.startswith(("max_read", "max_write", "warm"))}
        for one in values
    ] == [limits]


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ({}, []),
        (throttle("ProvisionedThroughput", 70.0), [None]),
        (throttle("ProvisionedThroughput", 70.0, index="by-status"), ["by-status"]),
        (throttle("KeyRangeThroughput", 70.0), []),
        (throttle("AccountLimit", 70.0), []),
        ({("WriteThrottleEvents", "Sum", None, None): minutes(30, 0, 70.0)}, [None]),
        (
            throttle("KeyRangeThroughput", 70.0)
            | throttle("ProvisionedThroughput", 70.0, index="by-status"),
            ["by-status"],
        ),
    ],
    ids=[
        "quiet",
        "the table",
        "an index",
        "a hot key",
        "the account",
        "no limit is named",
        "a hot key beside an index",
    ],
)
def test_only_what_lacked_capacity_is_auto_scalings_business(
    points: Points, wanted: list[str | None]
) -> None:
    found = list(heavy_hits(TABLE, metrics(STEADY | points)))
    assert [(index, side) for index, side, _ in found] == [(index, "Write") for index in wanted]


def provisioned(before: float, after: float, *, since: int = 30) -> Points:
    return {
        ("ProvisionedWriteCapacityUnits", "Average", None, None): {
            **minutes(90, since + 1, before),
            **minutes(since, 0, after),
        },
    }


@pytest.mark.parametrize(
    ("points", "cut"),
    [
        (STEADY, False),
        (STEADY | provisioned(400.0, 40.0), True),  # 50 a second were used
        (STEADY | provisioned(400.0, 50.0), True),
        (STEADY | provisioned(400.0, 70.0), False),  # what auto scaling itself does
        (STEADY | provisioned(40.0, 400.0), False),
        (STEADY | provisioned(400.0, 40.0, since=70), False),  # before the window
        (provisioned(400.0, 40.0), False),  # nobody knows what was used
    ],
)
def test_a_cut_below_use_is_told_from_scaling_in(points: Points, *, cut: bool) -> None:
    assert cut_below_use(metrics(points), "Write", None) is cut
