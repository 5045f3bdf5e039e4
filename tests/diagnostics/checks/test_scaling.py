"""Auto scaling: what it did, what it could not, and what it is not guilty of."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.checks import scaling
from diagnostics.checks.scaling import (
    Activity,
    Alarms,
    Pressure,
    Registered,
    ScalingRole,
    Target,
    Tried,
    dimension_of,
    gather_activities,
    gather_alarms,
    gather_pressure,
    gather_role,
    gather_targets,
    judge_activities,
    judge_alarms,
    judge_role,
    judge_targets,
)
from diagnostics.errors import NotAsked
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

REQUEST = Request(region="eu-west-1", since=SINCE, until=NOW, now=NOW, table="orders")
WRITES = dimension_of("orders", None, "Write")
INDEX_WRITES = dimension_of("orders", "by-status", "Write")
AT = NOW - timedelta(minutes=30)
USED = ("ConsumedWriteCapacityUnits", "Sum", None, None)
FULL: Points = {USED: minutes(90, 0, 6000.0), **calls("PutItem")}
TABLE_ALONE = replace(TABLE, indexes=())


def pressure(*throttled: scaling.Dimension, points: Points = FULL) -> Pressure:
    return Pressure(
        table=TABLE_ALONE,
        metrics=metrics(points, table=TABLE_ALONE),
        throttled={f"{d.resource} {d.name}": AT for d in throttled},
    )


def target(**more: Any) -> Target:  # noqa: ANN401 - Target's fields
    given: dict[str, Any] = {
        "dimension": WRITES,
        "least": 10,
        "most": 1000,
        "out_suspended": False,
        "role_arn": None,
    }
    return Target(**(given | more))


def found(said: Any) -> dict[str, str]:  # noqa: ANN401 - any judge's iterator
    """Return cause -> strength, marked where it is off the path."""
    return {
        f.cause: f"{f.strength.value}{' off path' if f.off_path else ''}"
        for f in said
        if isinstance(f, Finding)
    }


HALF = metrics({USED: minutes(90, 0, 3000.0)}, table=TABLE_ALONE)
PINNED = metrics({USED: minutes(90, 0, 6000.0)}, table=TABLE_ALONE)
FALLEN: Points = {
    **FULL,
    ("ProvisionedWriteCapacityUnits", "Average", None, None): {
        **minutes(90, 31, 400.0),
        **minutes(30, 0, 100.0),
    },
}


CUT: Points = {
    **FALLEN,
    ("ProvisionedWriteCapacityUnits", "Average", None, None): {
        **minutes(90, 31, 400.0),
        **minutes(30, 0, 90.0),
    },
}


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (
            Registered(
                pressure=pressure(WRITES, points=CUT),
                targets=(target(out_suspended=True),),
                baselines=(),
            ),
            {"scaling.suspended": "hints"},
        ),
        (
            Registered(
                pressure=pressure(WRITES, points={USED: minutes(90, 0, 3000.0)}),
                targets=(target(most=100, out_suspended=True),),
                baselines=(),
            ),
            {"scaling.suspended": "hints", "scaling.at_maximum": "hints"},
        ),
        (
            Registered(
                pressure=pressure(
                    WRITES,
                    points={
                        USED: minutes(90, 0, 3000.0),
                        ("WriteProvisionedThroughputThrottleEvents", "Sum", None, None): minutes(
                            30, 0, 70.0
                        ),
                    },
                ),
                targets=(target(most=100, out_suspended=True),),
                baselines=(),
            ),
            {"scaling.suspended": "proves", "scaling.at_maximum": "proves"},
        ),
        (
            Registered(
                pressure=pressure(points=CUT), targets=(target(out_suspended=True),), baselines=()
            ),
            {
                "scaling.suspended": "proves off path",
                "scaling.at_maximum": "against",
                "scaling.not_configured": "against",
            },
        ),
        (
            Registered(pressure=pressure(WRITES), targets=(target(),), baselines=()),
            {"scaling.suspended": "against"},
        ),
        (
            Registered(
                pressure=pressure(WRITES), targets=(target(out_suspended=True),), baselines=()
            ),
            {"scaling.suspended": "proves"},
        ),
        (
            Registered(pressure=pressure(), targets=(target(out_suspended=True),), baselines=()),
            {
                "scaling.suspended": "proves off path",
                "scaling.at_maximum": "against",
                "scaling.not_configured": "against",
            },
        ),
        (
            Registered(pressure=pressure(WRITES), targets=(target(most=100),), baselines=()),
            {"scaling.suspended": "against", "scaling.at_maximum": "proves"},
        ),
        (
            Registered(
                pressure=pressure(WRITES, points=FALLEN), targets=(target(most=100),), baselines=()
            ),
            {"scaling.suspended": "against"},
        ),
        (
            Registered(pressure=pressure(WRITES), targets=(), baselines=(HALF,)),
            {"scaling.not_configured": "proves"},
        ),
        (
            Registered(pressure=pressure(WRITES), targets=(), baselines=(PINNED,)),
            {"scaling.not_configured": "proves off path"},
        ),
        (
            Registered(pressure=pressure(WRITES), targets=(), baselines=()),
            {"scaling.not_configured": "proves off path"},
        ),
    ],
)
def test_a_target_is_a_cause_only_where_its_capacity_was_throttled(
    facts: Registered, wanted: dict[str, str]
) -> None:
    assert found(judge_targets(facts)) == wanted


def activity(status: str, *reasons: str, dimension: scaling.Dimension = WRITES) -> Activity:
    return Activity(dimension=dimension, at=AT, status=status, message="no", reasons=reasons)


@pytest.mark.parametrize(
    ("tried", "wanted"),
    [
        (Tried(pressure=pressure(WRITES), activities=()), {"scaling.failed": "against"}),
        (
            Tried(pressure=pressure(WRITES), activities=(activity("Successful"),)),
            {"scaling.failed": "against"},
        ),
        (
            Tried(pressure=pressure(WRITES), activities=(activity("Failed"),)),
            {"scaling.failed": "proves"},
        ),
        (
            Tried(pressure=pressure(), activities=(activity("Failed"),)),
            {"scaling.failed": "proves off path"},
        ),
        (
            Tried(
                pressure=pressure(WRITES),
                activities=(activity("Failed", dimension=INDEX_WRITES),),
            ),
            {"scaling.failed": "proves off path"},
        ),
        (
            Tried(pressure=pressure(WRITES), activities=(activity("", "AlreadyAtMaxCapacity"),)),
            {"scaling.at_maximum": "proves", "scaling.failed": "against"},
        ),
    ],
)
def test_an_activity_is_judged_by_its_outcome_and_its_capacity(
    tried: Tried, wanted: dict[str, str]
) -> None:
    assert found(judge_activities(tried)) == wanted


@pytest.mark.parametrize(
    ("present", "throttled", "wanted"),
    [
        ({"high": {"ActionsEnabled": True}}, True, "against"),
        ({"high": {}}, True, "against"),
        ({}, True, "proves"),
        ({"high": {"ActionsEnabled": False}}, True, "proves"),
        ({}, False, "proves off path"),
    ],
)
def test_an_alarm_must_be_there_and_act(
    present: dict[str, dict[str, Any]],
    throttled: bool,
    wanted: str,
) -> None:
    facts = Alarms(
        pressure=pressure(*([WRITES] if throttled else [])),
        wanted=((WRITES, "high"),),
        present=present,
    )
    assert found(judge_alarms(facts)) == {"scaling.alarms_missing": wanted}


@pytest.mark.parametrize(
    ("exists", "denied", "throttled", "wanted"),
    [
        (True, (), True, {}),
        (False, (), True, {"scaling.failed": "suggests"}),
        (True, ("dynamodb:UpdateTable",), True, {"scaling.failed": "suggests"}),
        (False, (), False, {"scaling.failed": "suggests off path"}),
    ],
)
def test_the_role_must_exist_and_may_act(
    exists: bool,
    denied: tuple[str, ...],
    throttled: bool,
    wanted: dict[str, str],
) -> None:
    facts = ScalingRole(
        pressure=pressure(*([WRITES] if throttled else [])),
        role_arn="arn:aws:iam::123456789012:role/scale",
        exists=exists,
        denied=denied,
    )
    assert found(judge_role(facts)) == wanted


DESCRIBED = {
    "Table": {
        "TableName": "orders",
        "TableArn": TABLE.arn,
        "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
    },
}
TARGET = {
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    "MinCapacity": 5,
    "MaxCapacity": 50,
    "RoleARN": "arn:aws:iam::123456789012:role/scale",
}
FOREIGN = {**TARGET, "ResourceId": "table/orders-archive"}


def reader(**answers: Any) -> FakeReader:  # noqa: ANN401 - answers by operation
    given: dict[str, Any] = {
        "dynamodb:DescribeTable": DESCRIBED,
        "cloudwatch:GetMetricData": {"MetricDataResults": []},
        "application-autoscaling:DescribeScalableTargets": {"ScalableTargets": [TARGET, FOREIGN]},
    }
    return FakeReader(answers=given | {k.replace("__", ":"): v for k, v in answers.items()})


def test_targets_of_other_tables_are_left_out() -> None:
    (only,) = gather_targets(REQUEST, reader()).targets
    assert only == target(least=5, most=50, role_arn=TARGET["RoleARN"])


@pytest.mark.parametrize(
    "gather", [gather_pressure, gather_targets, gather_activities, gather_alarms, gather_role]
)
def test_an_on_demand_table_has_no_capacity_to_scale(gather: Any) -> None:  # noqa: ANN401 - gathers
    billing = {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
    described = {"Table": {"TableName": "orders", **billing}}
    with pytest.raises(NotAsked):
        gather(REQUEST, FakeReader(answers={"dynamodb:DescribeTable": described}))
    assert ON_DEMAND.on_demand


def test_activities_of_the_window_are_kept_in_order() -> None:
    def activities(**_params: Any) -> Answer:  # noqa: ANN401 - AWS's parameters
        key = {k: TARGET[k] for k in ("ResourceId", "ScalableDimension")}
        return Answer(
            ScalingActivities=[
                {**key, "ActivityId": "2", "StartTime": AT, "StatusCode": "Failed"},
                {**key, "ActivityId": "1", "StartTime": SINCE, "StatusCode": "Successful"},
                {**key, "ActivityId": "0", "StartTime": SINCE - timedelta(days=1)},
                {**key, "ResourceId": "table/bills", "ActivityId": "9", "StartTime": AT},
            ],
        )

    given = reader(**{"application-autoscaling__DescribeScalingActivities": activities})
    tried = gather_activities(REQUEST, given)
    assert [a.status for a in tried.activities] == ["Successful", "Failed"]


def test_alarms_come_from_the_policies_of_this_table() -> None:
    policies = {
        "ScalingPolicies": [
            {**TARGET, "Alarms": [{"AlarmName": "high"}]},
            {**FOREIGN, "Alarms": [{"AlarmName": "other"}]},
        ],
    }
    given = reader(
        **{
            "application-autoscaling__DescribeScalingPolicies": policies,
            "cloudwatch__DescribeAlarms": {"MetricAlarms": [{"AlarmName": "high"}]},
        },
    )
    facts = gather_alarms(REQUEST, given)
    assert facts.wanted == ((WRITES, "high"),)
    assert list(facts.present) == ["high"]


def test_a_table_without_policies_has_no_alarms_to_look_for() -> None:
    none = reader(**{"application-autoscaling__DescribeScalingPolicies": {"ScalingPolicies": []}})
    with pytest.raises(NotAsked):
        gather_alarms(REQUEST, none)


def test_a_custom_role_is_simulated_and_a_missing_one_is_not() -> None:
    denial = {
        "EvaluationResults": [
            {"EvalActionName": "dynamodb:UpdateTable", "EvalDecision": "implicitDeny"},
            {"EvalActionName": "dynamodb:DescribeTable", "EvalDecision": "allowed"},
        ],
    }
    there = reader(iam__GetRole={"Role": {}}, iam__SimulatePrincipalPolicy=denial)
    assert gather_role(REQUEST, there).denied == ("dynamodb:UpdateTable",)
    gone = reader(iam__GetRole=None)
    assert gather_role(REQUEST, gone).exists is False
    assert "iam:SimulatePrincipalPolicy" not in {op for op, _ in gone.asked}


def test_a_table_that_is_not_registered_has_no_scaling_role() -> None:
    none = reader(**{"application-autoscaling__DescribeScalableTargets": {"ScalableTargets": []}})
    with pytest.raises(NotAsked):
        gather_role(REQUEST, none)
