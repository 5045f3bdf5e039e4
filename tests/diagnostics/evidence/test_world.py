"""What a World answers, what AWS would refuse, and what it does not know."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.checks import ALL
from diagnostics.errors import Broken, Denied, Missing, Throttled
from diagnostics.evidence import (
    LogEvent,
    LogGroup,
    Place,
    Recorded,
    Series,
    World,
    WorldReader,
    paging,
)
from diagnostics.evidence.ops import OPERATIONS
from tests.diagnostics.evidence.sample import (
    HOME,
    HOUR,
    LOGS,
    NOW,
    PUTS,
    QUESTIONS,
    REGION,
    ROLE_ARN,
    TABLE,
    TABLE_ARN,
    WINDOW,
    query,
    sample_world,
)


def ask(op: str, world: World | None = None, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's
    return WorldReader(world or sample_world()).read(op, **params)


def here(world: World, **fields: Any) -> World:  # noqa: ANN401 - Place's own fields
    place = replace(world.places[HOME, REGION], **fields)
    return replace(world, places={**world.places, (HOME, REGION): place})


@pytest.mark.parametrize(
    ("op", "params", "code"),
    [
        ("ec2:DescribeSubnets", {"SubnetIds": ["subnet-x"]}, "InvalidSubnetID.NotFound"),
        ("ec2:DescribeSecurityGroups", {"GroupIds": ["sg-x"]}, "InvalidGroup.NotFound"),
        ("ec2:DescribeVpcAttribute", {"VpcId": "vpc-x"}, "InvalidVpcID.NotFound"),
        (
            "ec2:GetManagedPrefixListEntries",
            {"PrefixListId": "pl-x"},
            "InvalidPrefixListID.NotFound",
        ),
        ("dynamodb:DescribeTable", {"TableName": "x"}, "ResourceNotFoundException"),
        ("dynamodb:DescribeTimeToLive", {"TableName": "x"}, "ResourceNotFoundException"),
        ("dynamodb:DescribeContributorInsights", {"TableName": "x"}, "ResourceNotFoundException"),
        ("dynamodb:GetResourcePolicy", {"ResourceArn": "x"}, "PolicyNotFoundException"),
        ("lambda:GetFunctionConfiguration", {"FunctionName": "x"}, "ResourceNotFoundException"),
        (
            "lambda:GetFunctionConfiguration",
            {"FunctionName": "checkout", "Qualifier": "99"},
            "ResourceNotFoundException",
        ),
        ("lambda:ListVersionsByFunction", {"FunctionName": "x"}, "ResourceNotFoundException"),
        (
            "ecs:DescribeServices",
            {"cluster": "x", "services": ["a"]},
            "ClusterNotFoundException",
        ),
        ("ecs:DescribeTaskDefinition", {"taskDefinition": "x"}, "ClientException"),
        ("iam:GetRole", {"RoleName": "x"}, "NoSuchEntity"),
        ("iam:ListAttachedRolePolicies", {"RoleName": "x"}, "NoSuchEntity"),
        (
            "iam:SimulatePrincipalPolicy",
            {"PolicySourceArn": f"{ROLE_ARN}x", "ActionNames": ["a:b"]},
            "NoSuchEntity",
        ),
        ("kms:DescribeKey", {"KeyId": "x"}, "NotFoundException"),
        ("kms:GetKeyPolicy", {"KeyId": "x"}, "NotFoundException"),
        ("logs:FilterLogEvents", {"logGroupName": "/x"}, "ResourceNotFoundException"),
        (
            "logs:GetLogEvents",
            {"logGroupName": "/aws/lambda/checkout", "logStreamName": "x"},
            "ResourceNotFoundException",
        ),
        ("logs:GetQueryResults", {"queryId": "x"}, "ResourceNotFoundException"),
        ("logs:StopQuery", {"queryId": "x"}, "ResourceNotFoundException"),
        ("cloudformation:DescribeStackResources", {"PhysicalResourceId": "x"}, "ValidationError"),
        ("cloudformation:DescribeStackResources", {"StackName": "x"}, "ValidationError"),
        ("cloudformation:DescribeStackEvents", {"StackName": "x"}, "ValidationError"),
        (
            "service-quotas:GetServiceQuota",
            {"ServiceCode": "dynamodb", "QuotaCode": "x"},
            "NoSuchResourceException",
        ),
        ("elbv2:DescribeLoadBalancers", {"Names": ["x"]}, "LoadBalancerNotFound"),
    ],
)
def test_what_is_not_there_is_missing_with_awss_own_code(
    op: str, params: dict[str, Any], code: str
) -> None:
    reader = WorldReader(sample_world())
    with pytest.raises(Missing) as missing:
        reader.read(op, **params)
    assert missing.value.code == code
    assert reader.find(op, **params) is None


@pytest.mark.parametrize(
    ("op", "params"),
    [
        ("ec2:DescribeCarrierGateways", {}),
        ("ec2:DescribeTransitGateways", {"TransitGatewayIds": ["tgw-2"]}),
        ("ec2:DescribeSubnets", {"Filters": [{"Name": "outpost-arn", "Values": ["x"]}]}),
        ("ec2:DescribeSubnets", {"SubnetShape": "round"}),
        ("ec2:DescribeVpcAttribute", {"VpcId": "vpc-1", "Attribute": "mood"}),
        (
            "cloudtrail:LookupEvents",
            {"LookupAttributes": [{"AttributeKey": "Mood", "AttributeValue": "x"}]},
        ),
        ("logs:FilterLogEvents", {"logGroupName": "/ecs/cart", "filterPattern": "{ $.a = 1 }"}),
        (
            "logs:StartQuery",
            {
                "logGroupName": "/ecs/cart",
                "queryString": "dedup x",
                "startTime": 0,
                "endTime": 1,
            },
        ),
        (
            "iam:SimulatePrincipalPolicy",
            {"PolicySourceArn": "arn:aws:iam::1:user/x", "ActionNames": ["a:b"]},
        ),
    ],
)
def test_what_is_not_known_is_never_an_empty_answer(op: str, params: dict[str, Any]) -> None:
    reader = WorldReader(sample_world())
    with pytest.raises(Broken, match="this evidence"):
        reader.find(op, **params)


@pytest.mark.parametrize(
    ("op", "params"), QUESTIONS, ids=[f"{n}-{op}" for n, (op, _) in enumerate(QUESTIONS)]
)
def test_an_empty_place_knows_nothing(op: str, params: dict[str, Any]) -> None:
    places = {(HOME, REGION): Place(), (HOME, "global"): Place()}
    world = replace(sample_world(), places=places)
    if op == "cloudwatch:GetMetricData":
        results = ask(op, world, **params)["MetricDataResults"]
        assert {one["StatusCode"] for one in results} == {"InternalError"}
        return
    with pytest.raises(Broken, match="this evidence"):
        ask(op, world, **params)


def test_an_account_or_region_nobody_looked_at_is_unknown() -> None:
    reader = WorldReader(sample_world())
    with pytest.raises(Broken, match="nothing of account 123456789012 in us-west-2"):
        reader.at(region="us-west-2").read("ec2:DescribeSubnets")
    with pytest.raises(Broken, match="nothing of account 210987654321 in global"):
        reader.at(account="210987654321").read("iam:GetRole", RoleName="checkout")


def test_iam_is_the_same_from_every_region() -> None:
    far = WorldReader(sample_world()).at(region="us-east-1")
    assert far.read("iam:GetRole", RoleName="checkout")["Role"]["Arn"] == ROLE_ARN


@pytest.mark.parametrize("action", ["ec2:DescribeSubnets", "ec2:*"])
def test_a_denied_action_is_denied_and_named(action: str) -> None:
    with pytest.raises(Denied) as denied:
        ask("ec2:DescribeSubnets", sample_world().denying(action))
    assert denied.value.needs == ("ec2:DescribeSubnets",)


def test_a_denial_names_the_action_as_iam_spells_it() -> None:
    with pytest.raises(Denied) as denied:
        ask(
            "elbv2:DescribeListeners",
            sample_world().denying("elasticloadbalancing:DescribeListeners"),
        )
    assert denied.value.needs == ("elasticloadbalancing:DescribeListeners",)


def test_a_recorded_refusal_stands_before_what_is_known() -> None:
    told = Recorded(
        op="dynamodb:ListTables", why="throttled", detail="slow down", code="ThrottlingException"
    )
    with pytest.raises(Throttled, match="slow down"):
        ask("dynamodb:ListTables", here(sample_world(), answers=(told,)))


@pytest.mark.parametrize(
    ("collection", "resource", "op", "params"),
    [
        ("ecs.services", {}, "ecs:ListServices", {}),
        ("cloudtrail.events", {"EventTime": {"$bytes": "x"}}, "cloudtrail:LookupEvents", {}),
        ("cloudwatch.alarms", {"AlarmName": 5}, "cloudwatch:DescribeAlarms", {}),
    ],
)
def test_a_damaged_resource_is_no_bug_of_ours(
    collection: str, resource: dict[str, Any], op: str, params: dict[str, Any]
) -> None:
    world = here(sample_world(), state={collection: (resource,)})
    with pytest.raises(Broken, match=f"holds for {op} is damaged"):
        ask(op, world, **params)


def test_a_run_of_points_reaches_only_into_the_window() -> None:
    """A million periods cost nothing where a window shows two of them."""
    series = Series(
        namespace="AWS/DynamoDB",
        name="X",
        dimensions=TABLE,
        stat="Sum",
        points=((-30_000_000_000, 1.0, 1_000_000),),
    )
    found = metric(
        here(sample_world(), metrics=(series,)),
        StartTime=NOW - timedelta(minutes=2),
        MetricDataQueries=[query("X", "Sum", TABLE)],
    )
    minute = NOW.replace(second=0)
    assert found["Timestamps"] == [minute - timedelta(minutes=n) for n in (0, 1, 2)]


def test_an_exact_question_has_its_exact_answer() -> None:
    found = ask("ec2:DescribeTransitGateways", TransitGatewayIds=["tgw-1"])
    assert found == {"TransitGateways": [{"TransitGatewayId": "tgw-1"}]}


def test_an_operation_that_no_check_declares_is_refused() -> None:
    reader = WorldReader(sample_world(), allowed=frozenset({"dynamodb:DescribeTable"}))
    reader.read("dynamodb:DescribeTable", TableName="orders")
    with pytest.raises(LookupError, match="no check declares dynamodb:ListTables"):
        reader.at(region=REGION).read("dynamodb:ListTables")
    assert reader.asked == {"dynamodb:DescribeTable"}


def test_equal_questions_are_one_call() -> None:
    reader = WorldReader(sample_world())
    first = reader.read("dynamodb:DescribeTable", TableName="orders")
    assert reader.at(region=REGION).read("dynamodb:DescribeTable", TableName="orders") is first
    assert reader.calls == 1


@pytest.mark.parametrize(("op", "params"), QUESTIONS, ids=[op for op, _ in QUESTIONS])
def test_small_pages_say_the_same_in_more_calls(op: str, params: dict[str, Any]) -> None:
    whole, small = WorldReader(sample_world()), WorldReader(sample_world().paged(1))
    assert small.read(op, **params) == whole.read(op, **params)
    assert whole.calls == 1
    assert small.calls >= whole.calls


def test_pages_are_counted() -> None:
    reader = WorldReader(sample_world().paged(1))
    assert len(reader.read("cloudtrail:LookupEvents")["Events"]) == reader.calls == 3


def test_a_list_past_the_cap_is_said_to_be_cut() -> None:
    event = {"EventName": "X", "EventTime": {"$t": -1000}}
    world = here(sample_world(), state={"cloudtrail.events": (event,) * 501})
    answer = WorldReader(world).read("cloudtrail:LookupEvents")
    assert (len(answer["Events"]), answer.capped) == (500, True)


def test_everything_moves_with_now() -> None:
    later = sample_world().at(NOW + timedelta(days=9))
    assert later.request.since == NOW + timedelta(days=9) - HOUR
    reader = WorldReader(later)
    table = reader.read("dynamodb:DescribeTable", TableName="orders")["Table"]
    assert table["CreationDateTime"] == NOW - timedelta(days=391)
    events = reader.read("cloudtrail:LookupEvents", StartTime=NOW)["Events"]
    assert [e["EventId"] for e in events] == ["event-3", "event-2", "event-1"]
    assert '"eventTime": "2026-12-03T11:18:30Z"' in events[-1]["CloudTrailEvent"]
    lines = reader.read("logs:FilterLogEvents", logGroupName="/aws/lambda/checkout")["events"]
    assert lines[0]["timestamp"] == round((NOW.timestamp() + 9 * 86400 - 600) * 1000)
    function = reader.read("lambda:GetFunctionConfiguration", FunctionName="checkout")
    assert function["LastModified"] == "2026-12-03T11:20:30.000+0000"


def metric(world: World | None = None, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's
    asked = {**WINDOW, **params}
    result: dict[str, Any] = ask("cloudwatch:GetMetricData", world, **asked)["MetricDataResults"][0]
    return result


def test_a_stored_run_of_points_is_a_point_a_minute() -> None:
    found = metric(MetricDataQueries=[query("ConsumedWriteCapacityUnits", "Sum", TABLE)])
    assert found["Values"] == [600.0] * 60
    assert found["Timestamps"][0] == NOW.replace(second=0) - timedelta(minutes=1)
    assert found["StatusCode"] == "Complete"


@pytest.mark.parametrize(
    ("stat", "value"), [("Sum", 12.0), ("Maximum", 7.0), ("Minimum", 5.0), ("Average", 6.0)]
)
def test_a_longer_period_is_made_of_minutes(stat: str, value: float) -> None:
    series = Series(
        namespace="AWS/DynamoDB",
        name="X",
        dimensions=TABLE,
        stat=stat,
        points=((-1_800_000, 7.0), (-1_740_000, 5.0)),
    )
    world = here(sample_world(), metrics=(series,))
    assert metric(world, MetricDataQueries=[query("X", stat, TABLE, 3600)])["Values"] == [value]


@pytest.mark.parametrize(
    ("name", "stat", "dimensions", "period", "status"),
    [
        ("SystemErrors", "Sum", PUTS, 60, "Complete"),  # nothing stored: zero of it
        ("WriteThrottleEvents", "Sum", PUTS, 60, "Complete"),  # other dimensions: another metric
        ("WriteThrottleEvents", "Average", TABLE, 60, "InternalError"),  # a statistic not stored
        ("WriteThrottleEvents", "Sum", TABLE, 10, "InternalError"),  # finer than stored
    ],
)
def test_an_empty_series_is_complete_only_where_that_is_known(
    name: str, stat: str, dimensions: dict[str, str], period: int, status: str
) -> None:
    found = metric(MetricDataQueries=[query(name, stat, dimensions, period)])
    assert (found["Values"], found["StatusCode"]) == ([], status)


def test_a_window_that_was_not_recorded_is_unknown() -> None:
    series = Series(
        namespace="A", name="X", dimensions={}, stat="Sum", points=(), covered=((-60_000, 0),)
    )
    world = here(sample_world(), metrics=(series,), complete=frozenset())
    asked = query("X", "Sum", {})
    asked["MetricStat"]["Metric"]["Namespace"] = "A"
    inside = metric(world, StartTime=NOW - timedelta(seconds=30), MetricDataQueries=[asked])
    assert inside["StatusCode"] == "Complete"
    assert metric(world, MetricDataQueries=[asked])["StatusCode"] == "InternalError"


def test_an_expression_is_unknown() -> None:
    found = metric(MetricDataQueries=[{"Id": "e1", "Expression": "FILL(m1, 0)"}])
    assert found["StatusCode"] == "InternalError"


def test_statistics_that_are_not_held_are_unknown() -> None:
    with pytest.raises(Broken, match="Average of WriteThrottleEvents"):
        ask(
            "cloudwatch:GetMetricStatistics",
            Namespace="AWS/DynamoDB",
            MetricName="WriteThrottleEvents",
            Dimensions=[{"Name": "TableName", "Value": "orders"}],
            Period=60,
            Statistics=["Average"],
            **WINDOW,
        )


def test_too_many_queries_are_refused_as_aws_does() -> None:
    queries = [query("X", "Sum", {"TableName": str(n)}) for n in range(501)]
    with pytest.raises(Broken, match="at most 500"):
        metric(MetricDataQueries=queries)


def test_the_list_of_metrics_needs_a_complete_namespace() -> None:
    with pytest.raises(Broken, match="the list of metrics"):
        ask("cloudwatch:ListMetrics", here(sample_world(), complete=frozenset()))
    wanted = [{"Name": "Operation"}, {"Name": "TableName", "Value": "orders"}]
    found = ask("cloudwatch:ListMetrics", Dimensions=wanted)["Metrics"]
    assert [one["MetricName"] for one in found] == ["SuccessfulRequestLatency"]


@pytest.mark.parametrize(
    ("action", "resource", "decision"),
    [
        ("kms:Decrypt", "arn:other", "allowed"),
        ("KMS:decrypt", None, "allowed"),
        ("dynamodb:PutItem", TABLE_ARN, "allowed"),
    ],
)
def test_a_simulation_takes_the_first_rule_that_fits(
    action: str, resource: str | None, decision: str
) -> None:
    resources: dict[str, Any] = {"ResourceArns": [resource]} if resource else {}
    found = ask(
        "iam:SimulatePrincipalPolicy",
        PolicySourceArn=ROLE_ARN,
        ActionNames=[action],
        **resources,
    )
    assert [one["EvalDecision"] for one in found["EvaluationResults"]] == [decision]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"AlarmNames": ["TargetTracking-table/orders-AlarmLow"]}, ["AlarmLow"]),
        ({"StateValue": "ALARM"}, ["AlarmHigh"]),
        ({"ActionPrefix": "arn:aws:autoscaling"}, ["AlarmHigh", "AlarmLow"]),
        ({"ActionPrefix": "arn:aws:sns"}, []),
        ({"AlarmTypes": ["CompositeAlarm"]}, []),
    ],
)
def test_alarms_by_name_state_and_action(params: dict[str, Any], names: list[str]) -> None:
    found = ask("cloudwatch:DescribeAlarms", **params)["MetricAlarms"]
    assert [one["AlarmName"].rpartition("-")[2] for one in found] == names


def test_alarm_history_can_be_read_oldest_first() -> None:
    item = {"AlarmName": "a", "HistoryItemType": "StateUpdate"}
    held = tuple({**item, "Timestamp": {"$t": -minutes * 60_000}} for minutes in (9, 3, 6))
    world = here(sample_world(), state={"cloudwatch.alarm_history": held})
    found = ask("cloudwatch:DescribeAlarmHistory", world, ScanBy="TimestampAscending")
    ages = [(NOW - one["Timestamp"]) // timedelta(minutes=1) for one in found["AlarmHistoryItems"]]
    assert ages == [9, 6, 3]


@pytest.mark.parametrize("token", ["x", "from--1", 5])
def test_a_token_that_no_page_gave_is_refused(token: object) -> None:
    with pytest.raises(Broken, match="not one it gave") as broken:
        paging.page("ec2:DescribeVpcs", {"NextToken": token}, {"Vpcs": []})
    assert broken.value.code == "InvalidNextToken"


def test_a_list_that_names_its_next_page_by_its_last_item() -> None:
    whole = {"TableNames": ["a", "b", "c"]}
    first = paging.page("dynamodb:ListTables", {"Limit": 2}, whole)
    assert first == {"TableNames": ["a", "b"], "LastEvaluatedTableName": "b"}
    rest = paging.page("dynamodb:ListTables", {"ExclusiveStartTableName": "b"}, whole)
    assert rest == {"TableNames": ["c"]}


def test_a_list_that_takes_no_filters_refuses_one() -> None:
    with pytest.raises(Broken, match="parameter Filters"):
        ask("dynamodb:ListTables", Filters=[])


def test_insights_of_all_tables_and_of_another_key() -> None:
    found = ask("dynamodb:ListContributorInsights")["ContributorInsightsSummaries"]
    assert [one["TableName"] for one in found] == ["orders"]


def test_a_policy_by_its_keys_id() -> None:
    policy = ({"_KeyId": "other"}, {"_KeyId": "11111111-2222-4333-8444-555555555555"})
    state = {**sample_world().places[HOME, REGION].state, "kms.key_policies": policy}
    key = "11111111-2222-4333-8444-555555555555"
    found = ask("kms:GetKeyPolicy", here(sample_world(), state=state), KeyId=key)
    assert found == {"PolicyName": "default"}


def test_streams_by_name_oldest_first() -> None:
    found = ask("logs:DescribeLogStreams", logGroupName="/aws/lambda/checkout")["logStreams"]
    assert [one["logStreamName"] for one in found] == ["s1", "s2"]


def test_a_query_reads_its_own_window() -> None:
    reader = WorldReader(sample_world())
    asked = {"logGroupNames": ["/aws/lambda/checkout"], "queryString": "stats count(*) as n"}
    query_id = reader.read("logs:StartQuery", startTime=0, endTime=1, **asked)["queryId"]
    rows = reader.read("logs:GetQueryResults", queryId=query_id)["results"]
    assert rows == [[{"field": "n", "value": "0"}]]


def test_health_events_by_time() -> None:
    inside = {"startTimes": [{"from": NOW - HOUR}]}
    outside = {"startTimes": [{"to": NOW - HOUR}]}
    assert len(ask("health:DescribeEvents", filter=inside)["events"]) == 1
    assert ask("health:DescribeEvents", filter=outside)["events"] == []
    with pytest.raises(Broken, match="parameter mood"):
        ask("health:DescribeEvents", filter={"mood": ["good"]})


def test_health_can_be_closed_to_an_account() -> None:
    told = Recorded(
        op="health:DescribeEvents", why="denied", detail="no such plan", needs=("health:x",)
    )
    world = sample_world()
    world = replace(world, places={**world.places, (HOME, "global"): Place(answers=(told,))})
    with pytest.raises(Denied, match="no such plan"):
        ask("health:DescribeEvents", world, filter={})


def test_a_key_without_a_held_policy_is_unknown() -> None:
    state = {**sample_world().places[HOME, REGION].state, "kms.key_policies": ()}
    with pytest.raises(Broken, match="the policy of key"):
        ask(
            "kms:GetKeyPolicy",
            here(sample_world(), state=state),
            KeyId="11111111-2222-4333-8444-555555555555",
        )


def test_an_identity_that_is_not_held_is_unknown() -> None:
    world = sample_world()
    empty = Place(state={"sts.identity": ()})
    with pytest.raises(Broken, match=r"sts\.identity"):
        ask(
            "sts:GetCallerIdentity",
            replace(world, places={**world.places, (HOME, "global"): empty}),
        )


def test_tasks_that_are_gone_stand_under_failures() -> None:
    found = ask("ecs:DescribeTasks", cluster="shop", tasks=["gone"])
    assert found == {"tasks": [], "failures": [{"arn": "gone", "reason": "MISSING"}]}


def test_an_empty_default_cluster_is_there() -> None:
    assert ask("ecs:ListServices") == {"serviceArns": []}


def test_a_logical_resource_of_a_stack() -> None:
    found = ask(
        "cloudformation:DescribeStackResources", StackName="orders", LogicalResourceId="Role"
    )
    assert [one["PhysicalResourceId"] for one in found["StackResources"]] == ["checkout"]


def test_prefix_lists_need_not_be_held_for_their_entries() -> None:
    world = here(sample_world(), state={"ec2.prefix_list_entries": ()})
    assert ask("ec2:GetManagedPrefixListEntries", world, PrefixListId="pl-9") == {"Entries": []}


def test_a_time_that_is_none_makes_evidence_broken() -> None:
    state = {"cloudtrail.events": ({"EventTime": "yesterday"},)}
    with pytest.raises(Broken, match="a time that is none"):
        ask("cloudtrail:LookupEvents", here(sample_world(), state=state))


GROUP = "/aws/lambda/checkout"


def messages(**params: Any) -> list[str]:  # noqa: ANN401 - AWS's
    found = ask("logs:FilterLogEvents", logGroupName=GROUP, **params)["events"]
    return [one["message"].split()[0] for one in found]


def test_log_lines_by_window_stream_and_order() -> None:
    end = round(NOW.timestamp() * 1000) - 540_000
    assert messages(endTime=end) == ["REPORT", "ReadTimeoutError:"]
    assert messages(startTime=end + 1) == ['{"code":', "Task"]
    assert messages(logStreamNamePrefix="s2") == ['{"code":', "Task"]
    assert messages(startFromHead=False)[0] == "Task"
    assert ask("logs:FilterLogEvents", logGroupIdentifier=f"arn:aws:logs:x:1:log-group:{GROUP}:*")[
        "events"
    ]


def test_the_last_lines_of_a_stream() -> None:
    stream: dict[str, Any] = {"logGroupName": GROUP, "logStreamName": "s1"}
    found = ask("logs:GetLogEvents", **stream, limit=1)
    assert [one["message"][:4] for one in found["events"]] == ["Read"]
    again = ask("logs:GetLogEvents", **stream, nextToken=found["nextBackwardToken"])
    assert again["events"] == []


def test_log_groups_by_name_and_class() -> None:
    logs = {**LOGS, "/rare": LogGroup(about={"logGroupClass": "INFREQUENT_ACCESS"})}
    world = here(sample_world(), logs=logs)
    one = ask("logs:DescribeLogGroups", world, logGroupClass="INFREQUENT_ACCESS")["logGroups"]
    assert [group["logGroupName"] for group in one] == ["/rare"]
    arn = f"arn:aws:logs:{REGION}:{HOME}:log-group:/ecs/cart"
    named = ask("logs:DescribeLogGroups", world, logGroupIdentifiers=[arn])["logGroups"]
    assert [group["logGroupArn"] for group in named] == [arn]
    assert ask("logs:DescribeLogGroups", world, logGroupNamePattern="LAMBDA")["logGroups"]


def test_an_ended_query_cannot_be_stopped() -> None:
    reader = WorldReader(sample_world())
    query_id = reader.read(
        "logs:StartQuery",
        logGroupIdentifiers=[GROUP],
        startTime=0,
        endTime=round(NOW.timestamp()),
        queryString="fields @message | limit 1",
    )["queryId"]
    rows = reader.read("logs:GetQueryResults", queryId=query_id)
    assert rows["results"][0][0] == {
        "field": "@message",
        "value": "Task timed out after 10.01 seconds",
    }
    with pytest.raises(Broken, match="has ended"):
        reader.read("logs:StopQuery", queryId=query_id)


def test_lines_of_one_moment_keep_their_order() -> None:
    events = tuple(LogEvent(at=-5, stream="s", message=str(n)) for n in range(3))
    world = here(sample_world(), logs={"/g": LogGroup(events=events)})
    found = ask("logs:FilterLogEvents", world, logGroupName="/g")["events"]
    assert [one["message"] for one in found] == ["0", "1", "2"]


def test_a_missing_task_definition_is_told_by_its_sentence() -> None:
    with pytest.raises(Missing, match="Unable to describe task definition x"):
        ask("ecs:DescribeTaskDefinition", taskDefinition="x")


def test_every_read_that_a_check_declares_can_be_answered() -> None:
    reads = frozenset[str]().union(*(check.reads for check in ALL))
    assert reads <= set(OPERATIONS)
