from typing import Any

import pytest
from botocore.session import Session

from diagnostics.aws.paging import Paging, cap_of, merged, paging_of

NEXT = Paging(asks="NextToken", tells="NextToken", results=("Subnets",))
IAM = Paging(asks="Marker", tells="Marker", results=("PolicyNames",), more="IsTruncated")
METRICS = Paging(asks="NextToken", tells="NextToken", results=("MetricDataResults", "Messages"))


@pytest.mark.parametrize(
    ("op", "paging"),
    [
        ("ec2:DescribeSubnets", NEXT),
        ("iam:ListRolePolicies", IAM),
        ("cloudwatch:GetMetricData", METRICS),
        (
            "dynamodb:ListTables",
            Paging(
                asks="ExclusiveStartTableName",
                tells="LastEvaluatedTableName",
                results=("TableNames",),
            ),
        ),
        (
            "elbv2:DescribeListeners",
            Paging(asks="Marker", tells="NextMarker", results=("Listeners",)),
        ),
        (
            "logs:FilterLogEvents",
            Paging(asks="nextToken", tells="nextToken", results=("events", "searchedLogStreams")),
        ),
        # botocore has no paginator for these; they page all the same.
        (
            "dynamodb:ListContributorInsights",
            Paging(asks="NextToken", tells="NextToken", results=("ContributorInsightsSummaries",)),
        ),
        (
            "cloudwatch:DescribeInsightRules",
            Paging(asks="NextToken", tells="NextToken", results=("InsightRules",)),
        ),
        # Its tokens never end.
        ("logs:GetLogEvents", None),
        ("dynamodb:DescribeTable", None),
        ("dynamodb:DescribeEndpoints", None),
        ("iam:GetAccountSummary", None),
    ],
)
def test_each_operation_pages_as_it_does(op: str, paging: Paging | None) -> None:
    session = Session()
    service, _, name = op.partition(":")
    assert paging_of(session, session.get_service_model(service).operation_model(name)) == paging


@pytest.mark.parametrize(
    ("paging", "page", "token"),
    [
        (NEXT, {"NextToken": "a"}, "a"),
        (NEXT, {"NextToken": ""}, None),
        (NEXT, {"NextToken": None}, None),
        (NEXT, {"NextToken": {"odd": 1}}, None),
        (NEXT, {}, None),
        (IAM, {"IsTruncated": True, "Marker": "a"}, "a"),
        (IAM, {"IsTruncated": False, "Marker": "a"}, None),
        (IAM, {"Marker": "a"}, "a"),
    ],
)
def test_the_next_page_is_asked_for_where_there_is_one(
    paging: Paging, page: dict[str, Any], token: str | None
) -> None:
    assert paging.next(page) == token


@pytest.mark.parametrize(
    ("paging", "pages", "whole"),
    [
        (
            NEXT,
            [{"Subnets": [1], "NextToken": "a"}, {"NextToken": "b"}, {"Subnets": [2, 3]}],
            {"Subnets": [1, 2, 3]},
        ),
        (NEXT, [{"ResponseMetadata": {"RequestId": "x"}}], {}),
        (
            NEXT,
            [{"Subnets": None, "OwnerId": "1"}, {"OwnerId": "2"}],
            {"Subnets": [], "OwnerId": "1"},
        ),
        (
            None,
            [{"Table": {}, "NextToken": "kept", "ResponseMetadata": {}}],
            {"Table": {}, "NextToken": "kept"},
        ),
        (
            IAM,
            [
                {"PolicyNames": ["a"], "IsTruncated": True, "Marker": "m"},
                {"PolicyNames": ["b"], "IsTruncated": False},
            ],
            {"PolicyNames": ["a", "b"]},
        ),
    ],
)
def test_pages_become_one_answer(
    paging: Paging | None, pages: list[dict[str, Any]], whole: dict[str, Any]
) -> None:
    assert merged(paging, pages) == whole


def test_a_metric_spread_over_pages_is_one_metric() -> None:
    def result(name: str, values: list[float], status: str) -> dict[str, Any]:
        return {
            "Id": name,
            "Label": name,
            "Timestamps": values,
            "Values": values,
            "StatusCode": status,
        }

    pages = [
        {"MetricDataResults": [result("a", [1.0], "PartialData"), result("b", [], "PartialData")]},
        {"MetricDataResults": [result("b", [3.0], "Complete"), result("a", [2.0], "Complete")]},
    ]
    assert merged(METRICS, pages) == {
        "MetricDataResults": [
            result("a", [1.0, 2.0], "Complete"),
            result("b", [3.0], "Complete"),
        ],
    }


def test_lookups_stop_after_ten_pages_and_the_rest_after_twenty() -> None:
    assert (cap_of("cloudtrail:LookupEvents"), cap_of("ec2:DescribeSubnets")) == (10, 20)
