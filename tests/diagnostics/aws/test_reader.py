import time
from datetime import UTC, datetime
from typing import Any

import pytest

from diagnostics.aws import reader as module
from diagnostics.aws.flights import Flights
from diagnostics.aws.policy import ReadOnlyBreach
from diagnostics.errors import Broken, Denied, Missing, Throttled, TimedOut
from tests.aws_server import Fault, Kind
from tests.aws_server.wire import WireError
from tests.diagnostics.aws.conftest import Serve
from tests.diagnostics.aws.scripted import (
    IDENTITY,
    OTHER,
    OWN,
    REGION,
    Turnstile,
    all_at_once,
    aws_of,
    reader_of,
)

TABLE = "dynamodb:DescribeTable"
SUBNETS = "ec2:DescribeSubnets"
LOOKUP = "cloudtrail:LookupEvents"
ORDERS = {"Table": {"TableName": "orders", "ItemCount": 7}}


def endless(_: dict[str, Any]) -> dict[str, Any]:
    return {"Subnets": [{"SubnetId": "subnet-a"}], "NextToken": "again"}


class Counter:
    """Pages that never end, each with a token of its own."""

    def __init__(self, items: str, item: Any) -> None:  # noqa: ANN401 - AWS's own JSON
        self.items, self.item, self.given = items, item, 0

    def __call__(self, _: dict[str, Any]) -> dict[str, Any]:
        self.given += 1
        return {self.items: [self.item], "NextToken": f"token-{self.given}"}


def test_an_answer_is_aws_own_with_times_in_utc_and_without_metadata(serve: Serve) -> None:
    created = datetime(2026, 11, 1, 12, 0, 0, 123_000, tzinfo=UTC)
    serve({TABLE: {"Table": {"TableName": "orders", "CreationDateTime": created}}})
    answer = reader_of(aws_of(TABLE)).read(TABLE, TableName="orders")
    assert answer == {"Table": {"TableName": "orders", "CreationDateTime": created}}
    assert not answer.capped


def test_the_checks_see_only_what_redaction_leaves(serve: Serve) -> None:
    serve({TABLE: ORDERS})
    aws = aws_of(TABLE, redact=lambda op, answer: {"redacted": op, "had": sorted(answer)})
    assert reader_of(aws).read(TABLE, TableName="orders") == {"redacted": TABLE, "had": ["Table"]}


def test_an_answer_that_redaction_stumbles_over_is_broken_and_not_shown(serve: Serve) -> None:
    def stumble(op: str, answer: dict[str, Any]) -> dict[str, Any]:
        raise TypeError(answer)

    serve({TABLE: ORDERS})
    with pytest.raises(Broken, match="odd shape") as caught:
        reader_of(aws_of(TABLE, redact=stumble)).read(TABLE, TableName="orders")
    assert "orders" not in caught.value.detail


@pytest.mark.parametrize("op", ["dynamodb:GetItem", "dynamodb:UpdateTable", SUBNETS])
def test_what_is_not_a_declared_read_never_leaves(serve: Serve, op: str) -> None:
    _, backend = serve({})
    with pytest.raises(ReadOnlyBreach):
        reader_of(aws_of(TABLE)).read(op)
    with pytest.raises(ReadOnlyBreach):
        reader_of(aws_of(TABLE)).find(op)
    assert backend.asked == []


def test_a_reader_cannot_even_be_made_for_what_no_check_may_ask() -> None:
    with pytest.raises(ReadOnlyBreach, match="dynamodb:Scan"):
        aws_of(TABLE, "dynamodb:Scan")


def test_an_equal_question_is_asked_once_in_a_diagnosis(serve: Serve) -> None:
    _, backend = serve({TABLE: ORDERS})
    reader = reader_of(aws_of(TABLE))
    got = all_at_once(12, lambda: reader.read(TABLE, TableName="orders"))
    assert got == [ORDERS] * 12
    assert (backend.count(TABLE), reader.calls) == (1, 1)


def test_two_diagnoses_at_once_share_an_answer(serve: Serve) -> None:
    _, backend = serve({TABLE: ORDERS})
    aws = aws_of(TABLE)
    readers = [reader_of(aws) for _ in range(8)]
    waiting = iter(readers)
    assert all_at_once(8, lambda: next(waiting).read(TABLE, TableName="orders")) == [ORDERS] * 8
    assert (backend.count(TABLE), sum(reader.calls for reader in readers)) == (1, 1)


def test_a_later_diagnosis_asks_again(serve: Serve) -> None:
    _, backend = serve({TABLE: ORDERS})
    aws = aws_of(TABLE)
    aws.answers = Flights(keep_s=0.0, keep_errors=False)
    for _ in range(2):
        reader_of(aws).read(TABLE, TableName="orders")
    assert (backend.count(TABLE), module.SHARED_S) == (2, 10.0)


@pytest.mark.parametrize(
    "params",
    [
        {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]},
        {"Filters": [{"Name": "vpc-id", "Values": ["vpc-2"]}]},
        {"SubnetIds": ["subnet-a"]},
    ],
    ids=str,
)
def test_other_parameters_are_another_question(serve: Serve, params: dict[str, Any]) -> None:
    _, backend = serve({SUBNETS: {"Subnets": []}})
    reader = reader_of(aws_of(SUBNETS))
    reader.read(SUBNETS)
    reader.read(SUBNETS, **params)
    reader.at(region="us-east-1").read(SUBNETS, **params)
    assert backend.count(SUBNETS) == 3


def test_equal_times_make_an_equal_question(serve: Serve) -> None:
    _, backend = serve({LOOKUP: {"Events": []}})
    reader = reader_of(aws_of(LOOKUP))
    for minute in (1, 1, 2):
        reader.read(LOOKUP, StartTime=datetime(2026, 11, 24, 12, minute, tzinfo=UTC))
    assert backend.count(LOOKUP) == 2


def test_iam_is_one_for_all_regions(serve: Serve) -> None:
    _, backend = serve({"iam:ListRolePolicies": {"PolicyNames": ["a"], "IsTruncated": False}})
    reader = reader_of(aws_of("iam:ListRolePolicies"))
    for region in ("eu-west-1", "us-east-1", "ap-south-1"):
        reader.at(region=region).read("iam:ListRolePolicies", RoleName="checkout")
    assert backend.count("iam:ListRolePolicies") == 1


def test_an_error_is_remembered_in_its_diagnosis_alone(serve: Serve) -> None:
    _, backend = serve({TABLE: WireError("AccessDeniedException", "no")})
    aws = aws_of(TABLE)
    for reader in (reader_of(aws), reader_of(aws)):
        for _ in range(3):
            with pytest.raises(Denied):
                reader.read(TABLE, TableName="orders")
    assert backend.count(TABLE) == 2


def test_a_query_of_logs_is_polled_until_it_is_done(serve: Serve) -> None:
    states = iter(["Scheduled", "Running", "Complete"])
    ops = ("logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery")
    _, backend = serve(
        {
            "logs:StartQuery": {"queryId": "q-1"},
            "logs:GetQueryResults": lambda _: {"status": next(states), "results": []},
            "logs:StopQuery": {"success": True},
        }
    )
    aws = aws_of(*ops)
    reader = reader_of(aws)
    question = {"logGroupName": "/aws/lambda/x", "startTime": 1, "endTime": 2, "queryString": "f"}
    for _ in range(2):
        query = reader.read("logs:StartQuery", **question)["queryId"]
    polled = [reader.read("logs:GetQueryResults", queryId=query)["status"] for _ in range(3)]
    reader.read("logs:StopQuery", queryId=query)
    reader_of(aws).read("logs:StartQuery", **question)
    assert polled == ["Scheduled", "Running", "Complete"]
    assert [backend.count(op) for op in ops] == [2, 3, 1]


def test_find_tells_absence_from_everything_else(serve: Serve) -> None:
    serve(
        {
            TABLE: WireError("ResourceNotFoundException", "not found"),
            SUBNETS: WireError("InvalidSubnetID.NotFound", "not found"),
            "health:DescribeEvents": WireError("SubscriptionRequiredException", "no plan"),
        }
    )
    reader = reader_of(aws_of(TABLE, SUBNETS, "health:DescribeEvents"))
    assert reader.find(TABLE, TableName="orders") is None
    assert reader.find(SUBNETS, SubnetIds=["subnet-a"]) is None
    with pytest.raises(Missing, match="there is no such thing"):
        reader.read(TABLE, TableName="orders")
    with pytest.raises(Missing, match="support plan"):
        reader.find("health:DescribeEvents")


def test_all_pages_are_one_answer_and_counted(serve: Serve) -> None:
    pages: dict[str | None, dict[str, Any]] = {
        None: {"Subnets": [{"SubnetId": "subnet-a"}], "NextToken": "two"},
        "two": {"Subnets": [], "NextToken": "three"},
        "three": {"Subnets": [{"SubnetId": "subnet-b"}]},
    }
    serve({SUBNETS: lambda params: pages[params.get("NextToken")]})
    reader = reader_of(aws_of(SUBNETS))
    answer = reader.read(SUBNETS)
    assert answer == {"Subnets": [{"SubnetId": "subnet-a"}, {"SubnetId": "subnet-b"}]}
    assert (answer.capped, reader.calls) == (False, 3)


@pytest.mark.parametrize(
    ("op", "items", "item", "cap"),
    [
        (LOOKUP, "Events", {"EventId": "1"}, 10),
        (SUBNETS, "Subnets", {"SubnetId": "subnet-a"}, 20),
        (
            "dynamodb:ListContributorInsights",
            "ContributorInsightsSummaries",
            {"TableName": "t"},
            20,
        ),
    ],
)
def test_a_list_without_end_stops_at_its_cap_and_says_so(
    serve: Serve, op: str, items: str, item: dict[str, str], cap: int
) -> None:
    serve({op: Counter(items, item)})
    reader = reader_of(aws_of(op))
    answer = reader.read(op)
    assert (answer, answer.capped, reader.calls) == ({items: [item] * cap}, True, cap)


def test_a_token_that_comes_again_ends_the_list(serve: Serve) -> None:
    serve({SUBNETS: endless})
    reader = reader_of(aws_of(SUBNETS))
    answer = reader.read(SUBNETS)
    assert (len(answer["Subnets"]), answer.capped, reader.calls) == (2, True, 2)


def test_who_gives_a_token_turns_the_pages(serve: Serve) -> None:
    serve({SUBNETS: endless})
    answer = reader_of(aws_of(SUBNETS)).read(SUBNETS, NextToken="mine")
    assert answer == {"Subnets": [{"SubnetId": "subnet-a"}], "NextToken": "again"}
    assert not answer.capped


def test_each_call_takes_its_turn_in_the_rate_of_account_region_and_api(serve: Serve) -> None:
    serve({SUBNETS: endless, "iam:ListRolePolicies": {"PolicyNames": []}})
    turnstile = Turnstile()
    reader = reader_of(aws_of(SUBNETS, "iam:ListRolePolicies", limiter=turnstile))
    reader.read(SUBNETS)
    reader.at(region="eu-north-1").read("iam:ListRolePolicies", RoleName="checkout")
    assert turnstile.keys == [
        "own:eu-west-1:ec2:DescribeSubnets",
        "own:eu-west-1:ec2:DescribeSubnets",
        "own:us-east-1:iam:ListRolePolicies",
    ]


def test_a_rate_without_room_is_throttling_and_no_call(serve: Serve) -> None:
    _, backend = serve({LOOKUP: {"Events": []}})
    reader = reader_of(aws_of(LOOKUP, limiter=Turnstile(passes=0)))
    with pytest.raises(Throttled, match="no room before the deadline") as caught:
        reader.read(LOOKUP)
    assert (caught.value.code, backend.asked, reader.calls) == ("", [], 0)


def test_a_rate_that_ends_between_pages_caps_the_answer(serve: Serve) -> None:
    serve({LOOKUP: Counter("Events", {"EventId": "1"})})
    answer = reader_of(aws_of(LOOKUP, limiter=Turnstile(passes=3))).read(LOOKUP)
    assert (len(answer["Events"]), answer.capped) == (3, True)


def test_nothing_is_asked_after_the_deadline(serve: Serve) -> None:
    _, backend = serve({TABLE: ORDERS})
    with pytest.raises(TimedOut, match="the diagnosis's own deadline"):
        reader_of(aws_of(TABLE), seconds=0.0).read(TABLE, TableName="orders")
    assert backend.asked == []


def test_a_hanging_api_is_left_at_the_deadline_and_others_still_answer(serve: Serve) -> None:
    server, _ = serve({TABLE: ORDERS, SUBNETS: {"Subnets": []}})
    server.faults.add(Fault(op=TABLE, kind=Kind.HANG))
    aws = aws_of(TABLE, SUBNETS)
    began = time.monotonic()
    with pytest.raises(TimedOut, match=TABLE):
        reader_of(aws, seconds=0.3).read(TABLE, TableName="orders")
    # Botocore itself would wait for 8 s, twice.
    assert time.monotonic() - began < 6
    assert reader_of(aws).read(SUBNETS) == {"Subnets": []}


def test_with_every_slot_taken_by_hanging_calls_the_next_is_late_not_lost(serve: Serve) -> None:
    server, backend = serve({TABLE: ORDERS, SUBNETS: {"Subnets": []}})
    server.faults.add(Fault(op=TABLE, kind=Kind.HANG))
    aws = aws_of(TABLE, SUBNETS, calls_under_way=1)
    aws.warm(["dynamodb", "ec2"], REGION)
    for op, params in ((TABLE, {"TableName": "orders"}), (SUBNETS, {})):
        with pytest.raises(TimedOut, match=op):
            reader_of(aws, seconds=0.5).read(op, **params)
    assert backend.count(SUBNETS) == 0


def test_the_own_account_is_known_once_anybody_asked(serve: Serve) -> None:
    _, backend = serve({"sts:GetCallerIdentity": IDENTITY, TABLE: ORDERS})
    aws = aws_of("sts:GetCallerIdentity", TABLE)
    reader = reader_of(aws)
    accounts = [reader.account]
    assert reader.read("sts:GetCallerIdentity") == IDENTITY
    accounts.append(reader.account)
    assert accounts == [None, OWN]
    there = reader.at(account=OWN)
    assert (there.read(TABLE, TableName="orders"), there.account) == (ORDERS, OWN)
    assert reader_of(aws).at(account=OWN).read(TABLE, TableName="orders") == ORDERS
    assert (backend.count("sts:GetCallerIdentity"), backend.count(TABLE)) == (1, 1)


def test_an_account_that_is_not_configured_says_what_to_add(serve: Serve) -> None:
    _, backend = serve({"sts:GetCallerIdentity": IDENTITY})
    with pytest.raises(Missing) as caught:
        reader_of(aws_of(TABLE), account=OTHER).find(TABLE, TableName="orders")
    assert caught.value.detail == (
        f'account {OTHER} is not configured: add [accounts.NAME] with id = "{OTHER}" and '
        f'role_arn = "arn:aws:iam::{OTHER}:role/ROLE" to paramedic.toml'
    )
    assert [op for op, _ in backend.asked] == ["sts:GetCallerIdentity"]


@pytest.mark.parametrize("told", [{}, {"Account": ""}])
def test_an_identity_without_an_account_is_broken(serve: Serve, told: dict[str, Any]) -> None:
    serve({"sts:GetCallerIdentity": {"UserId": "x", **told}})
    with pytest.raises(Broken, match="which account"):
        reader_of(aws_of(TABLE), account=OTHER).read(TABLE, TableName="orders")


def test_a_reader_turned_elsewhere_keeps_what_it_is_not_told(serve: Serve) -> None:
    reader = reader_of(aws_of(TABLE), account=OTHER)
    turned = reader.at(region="us-east-1")
    assert (turned.region, turned.account) == ("us-east-1", OTHER)
    assert (reader.region, reader.at(account=OWN).account) == (REGION, OWN)


def test_aws_sees_who_asks(serve: Serve) -> None:
    _, backend = serve({TABLE: ORDERS})
    reader_of(aws_of(TABLE)).read(TABLE, TableName="orders")
    (agent,) = backend.agents
    assert agent.startswith("Botocore/")
    assert agent.endswith(" paramedic/1.2.3")


def test_clients_can_be_made_ahead_of_time(serve: Serve) -> None:
    _, backend = serve({})
    aws = aws_of(TABLE)
    aws.warm(["dynamodb", "ec2"], REGION)
    aws.warm(["dynamodb"], REGION)
    aws.close()
    assert backend.asked == []


@pytest.mark.parametrize(
    ("op", "params", "says"),
    [
        (TABLE, {"Table": "orders"}, "refuses the question before it is sent"),
        (TABLE, {}, "refuses the question before it is sent"),
        ("dynamodb:DescribeWeather", {}, "refuses the question before it is sent"),
    ],
)
def test_a_question_the_sdk_does_not_know_is_broken_not_a_crash(
    serve: Serve, op: str, params: dict[str, Any], says: str
) -> None:
    serve({})
    with pytest.raises(Broken, match=says):
        reader_of(aws_of(op)).read(op, **params)
