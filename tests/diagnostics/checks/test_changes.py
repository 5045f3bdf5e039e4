"""CloudTrail, releases and stacks: what was changed, and in which direction."""

import json
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.checks.changes import (
    SCALING_SERVICE,
    gather_stack,
    gather_trail,
    judge_stack,
    judge_trail,
)
from diagnostics.checks.deployments import gather_releases, judge_releases
from diagnostics.errors import Missing, NotAsked
from diagnostics.model import Change, Finding, OnPath, Partial, Request
from diagnostics.reader import Answer
from tests.diagnostics.checks.metrics import NOW, SINCE
from tests.fakes import FakeReader

REQUEST = Request(
    region="eu-west-1", since=SINCE, until=NOW, now=NOW, table="orders", function="checkout"
)
AT = NOW - timedelta(minutes=40)


def event(name: str, record: dict[str, Any] | str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Event's fields
    given: dict[str, Any] = {
        "EventId": f"{name}-1",
        "EventName": name,
        "EventTime": AT,
        "ReadOnly": "false",
        "Username": "dana",
        "CloudTrailEvent": record if isinstance(record, str) else json.dumps(record),
    }
    return given | more


def trail(*events: dict[str, Any], capped: bool = False) -> list[Any]:
    def lookup(**_params: Any) -> Answer:  # noqa: ANN401 - AWS's parameters
        answer = Answer(Events=list(events))
        answer.capped = capped
        return answer

    reader = FakeReader(answers={"cloudtrail:LookupEvents": lookup})
    return list(judge_trail(gather_trail(REQUEST, reader)))


def changes(*events: dict[str, Any]) -> list[Change]:
    return [said for said in trail(*events) if isinstance(said, Change)]


def update(old: Any, new: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's JSON
    return event(
        "UpdateTable",
        {
            "requestParameters": {"tableName": "orders", "provisionedThroughput": new},
            "responseElements": {"tableDescription": {"provisionedThroughput": old}},
        },
    )


def units(read: int, write: int) -> dict[str, int]:
    return {"readCapacityUnits": read, "writeCapacityUnits": write}


@pytest.mark.parametrize(
    ("given", "what", "causes", "harmless"),
    [
        (
            update(units(5, 400), units(5, 10)),
            "UpdateTable: write capacity 400 -> 10",
            ("throttling.provisioned",),
            None,
        ),
        (
            update(units(5, 10), units(5, 400)),
            "UpdateTable: write capacity 10 -> 400",
            (),
            "it raised the capacity",
        ),
        (
            update(units(9, 10), units(5, 400)),
            "UpdateTable: read capacity 9 -> 5, write capacity 10 -> 400",
            ("throttling.provisioned",),
            None,
        ),
        (
            update({}, {"writeCapacityUnits": 10}),
            "UpdateTable: write capacity to 10",
            ("throttling.provisioned",),
            None,
        ),
        (
            event(
                "UpdateTable",
                {
                    "requestParameters": {
                        "tableName": "orders",
                        "globalSecondaryIndexUpdates": [
                            {
                                "update": {
                                    "indexName": "by-status",
                                    "provisionedThroughput": units(5, 1),
                                },
                            },
                        ],
                    },
                    "responseElements": {
                        "tableDescription": {
                            "globalSecondaryIndexes": [
                                {"indexName": "by-status", "provisionedThroughput": units(5, 9)},
                            ],
                        },
                    },
                },
            ),
            "UpdateTable: index by-status write capacity 9 -> 1",
            ("throttling.index",),
            None,
        ),
    ],
)
def test_a_capacity_change_is_read_with_its_direction(
    given: dict[str, Any], what: str, causes: tuple[str, ...], harmless: str | None
) -> None:
    (change,) = changes(given)
    assert (change.what, change.causes, change.harmless_because) == (what, causes, harmless)
    assert (change.kind, change.resource) == ("table", "orders")


def test_api_dates_are_cut_from_event_names() -> None:
    (change,) = changes(
        event(
            "UpdateFunctionCode20150331v2",
            {
                "requestParameters": {"functionName": "checkout"},
                "userIdentity": {"arn": "arn:aws:sts::123456789012:assumed-role/deploy/ci"},
                "userAgent": "APN/1.0 HashiCorp/1.0 Terraform/1.13.4",
            },
        ),
    )
    assert (change.event, change.resource, change.who) == (
        "UpdateFunctionCode",
        "checkout",
        "deploy with Terraform",
    )


def test_a_nested_request_names_its_resource_too() -> None:
    record = {"requestParameters": {"ModifyVpcEndpointRequest": {"vpcEndpointId": "vpce-1"}}}
    (change,) = changes(event("ModifyVpcEndpoint", record))
    assert change.resource == "vpce-1"


@pytest.mark.parametrize(
    "given",
    [
        event("DescribeTable", {"readOnly": True}),
        event("UpdateTable", {}, ReadOnly="true"),
        event("UpdateTable", "{not json"),
        event("RunInstances", {}),
    ],
)
def test_reads_unreadable_records_and_unrelated_kinds_are_no_changes(
    given: dict[str, Any],
) -> None:
    assert changes(given) == []


def test_the_same_event_is_told_once() -> None:
    given = update(units(5, 400), units(5, 10))
    assert len(changes(given, given)) == 1


def test_a_refused_update_by_auto_scaling_is_evidence_and_no_change() -> None:
    refused = event(
        "UpdateTable",
        {
            "userIdentity": {"invokedBy": SCALING_SERVICE},
            "errorCode": "AccessDenied",
            "requestParameters": {"tableName": "orders"},
        },
    )
    said = trail(refused)
    assert [f.cause for f in said if isinstance(f, Finding)] == ["scaling.failed"]
    assert [c for c in said if isinstance(c, Change)] == []


def test_at_the_cap_it_says_how_far_back_it_saw_and_asks_by_name() -> None:
    said = trail(event("RunInstances", {}), capped=True)
    partials = [p.detail for p in said if isinstance(p, Partial)]
    assert "read back to 11:20 UTC only" in partials[0]


def test_a_window_that_just_ended_may_miss_the_newest_changes() -> None:
    (partial,) = [said for said in trail() if isinstance(said, Partial)]
    assert "15 min late" in partial.detail


def test_iam_is_asked_where_it_writes_its_events() -> None:
    reader = FakeReader(answers={"cloudtrail:LookupEvents": {"Events": []}})
    gather_trail(REQUEST, reader)
    assert {region for region, _ in reader.places} == {"eu-west-1", "us-east-1"}


STACK = {"StackResources": [{"StackName": "shop"}]}


def stack_event(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - StackEvent's fields
    given: dict[str, Any] = {
        "StackName": "shop",
        "StackId": "arn:shop",
        "PhysicalResourceId": "arn:shop",
        "ResourceStatus": "UPDATE_IN_PROGRESS",
        "Timestamp": AT,
    }
    return given | more


def stacks(owner: Any, *events: dict[str, Any]) -> list[str]:  # noqa: ANN401 - AWS's JSON
    reader = FakeReader(
        answers={
            "cloudformation:DescribeStackResources": owner,
            "cloudformation:DescribeStackEvents": {"StackEvents": list(events)},
        },
    )
    said = judge_stack(gather_stack(REQUEST, reader))
    return [one.what for one in said if isinstance(one, Change)]


def test_only_the_stacks_own_updates_are_changes() -> None:
    assert stacks(
        STACK,
        stack_event(),
        stack_event(ResourceStatus="UPDATE_ROLLBACK_IN_PROGRESS"),
        stack_event(ResourceStatus="UPDATE_COMPLETE"),
        stack_event(PhysicalResourceId="orders"),
        stack_event(Timestamp=SINCE - timedelta(days=1)),
    ) == [
        "CloudFormation stack shop: UPDATE_IN_PROGRESS",
        "CloudFormation stack shop: UPDATE_ROLLBACK_IN_PROGRESS",
    ]


def test_a_table_without_a_stack_has_no_stack_updates() -> None:
    assert stacks(None) == []


def test_a_stack_cannot_be_looked_up_without_a_table() -> None:
    with pytest.raises(Missing):
        gather_stack(Request(region="r", since=SINCE, until=NOW, now=NOW), FakeReader(answers={}))


def released(modified: str) -> list[Any]:
    answer = {"FunctionName": "checkout", "LastModified": modified}
    reader = FakeReader(answers={"lambda:GetFunctionConfiguration": answer})
    return list(judge_releases(gather_releases(REQUEST, reader)))


def test_a_function_changed_in_reach_of_the_window_was_released() -> None:
    said = released("2026-11-20T11:20:00.000+0000")
    assert [c.at for c in said if isinstance(c, Change)] == [AT]
    assert any(isinstance(s, OnPath) and s.kind == "function" for s in said)
    assert not any(isinstance(s, Change) for s in released("2026-10-20T11:20:00.000+0000"))


def test_an_ecs_service_tells_its_deployments() -> None:
    service = {
        "serviceName": "api",
        "serviceArn": "arn:aws:ecs:eu-west-1:1:service/prod/api",
        "taskDefinition": "api:7",
        "deployments": [
            {"taskDefinition": "x/api:7", "createdAt": AT, "rolloutState": "COMPLETED"},
            {"taskDefinition": "x/api:6", "createdAt": AT - timedelta(days=9)},
        ],
    }
    reader = FakeReader(
        answers={
            "ecs:DescribeServices": {"services": [service]},
            "ecs:DescribeTaskDefinition": {"taskDefinition": {}},
        },
    )
    request = Request(region="r", since=SINCE, until=NOW, now=NOW, ecs="prod/api")
    said = judge_releases(gather_releases(request, reader))
    assert [c.what for c in said if isinstance(c, Change)] == [
        "service api: deployment of api:7 (COMPLETED)"
    ]


def test_a_bare_role_does_not_tell_when_it_was_released() -> None:
    request = Request(region="r", since=SINCE, until=NOW, now=NOW, role="app")
    with pytest.raises(NotAsked):
        gather_releases(request, FakeReader(answers={}))
