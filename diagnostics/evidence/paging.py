"""How AWS cuts long lists into pages, for every list a World can answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics.errors import Broken

TOKEN = re.compile(r"from-(\d{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The list that is cut, and how the next page is asked for."""

    result: str
    cursor: str = "NextToken"  # the parameter that asks for a page, and its field in the answer
    size: str = "MaxResults"
    default: int = 100
    next: str | None = None  # the answer's name for it, where it differs
    by_item: bool = False  # the token is the last item itself
    more: str | None = None  # a flag that says whether there is more


def _ec2(result: str) -> Paging:
    return Paging(result=result, default=1000)


def _iam(result: str) -> Paging:
    return Paging(
        result=result, cursor="Marker", next="Marker", size="MaxItems", more="IsTruncated"
    )


def _lower(result: str, **fields: Any) -> Paging:  # noqa: ANN401 - Paging's own fields
    return Paging(result=result, cursor="nextToken", **{"size": "maxResults", **fields})


def _marker(result: str, size: str) -> Paging:
    return Paging(result=result, cursor="Marker", next="NextMarker", size=size)


# Which list, token and size parameter: botocore's paginators (a test compares). The
# default sizes: each operation's API reference, where it says one.
PAGES: Mapping[str, Paging] = {
    "ec2:DescribeSubnets": _ec2("Subnets"),
    "ec2:DescribeRouteTables": _ec2("RouteTables"),
    "ec2:DescribeVpcEndpoints": _ec2("VpcEndpoints"),
    "ec2:DescribeSecurityGroups": _ec2("SecurityGroups"),
    "ec2:DescribeSecurityGroupRules": _ec2("SecurityGroupRules"),
    "ec2:DescribeNetworkAcls": _ec2("NetworkAcls"),
    "ec2:DescribeNatGateways": _ec2("NatGateways"),
    "ec2:DescribeVpcs": _ec2("Vpcs"),
    "ec2:DescribeDhcpOptions": _ec2("DhcpOptions"),
    "ec2:DescribeNetworkInterfaces": _ec2("NetworkInterfaces"),
    "ec2:DescribeInternetGateways": _ec2("InternetGateways"),
    "ec2:DescribeManagedPrefixLists": _ec2("PrefixLists"),
    "ec2:DescribePrefixLists": _ec2("PrefixLists"),
    "ec2:GetManagedPrefixListEntries": _ec2("Entries"),
    "ec2:DescribeFlowLogs": _ec2("FlowLogs"),
    "ec2:DescribeInstances": _ec2("Reservations"),
    "dynamodb:ListTables": Paging(
        result="TableNames",
        cursor="ExclusiveStartTableName",
        next="LastEvaluatedTableName",
        size="Limit",
        by_item=True,
    ),
    "lambda:ListVersionsByFunction": Paging(
        result="Versions", cursor="Marker", next="NextMarker", size="MaxItems", default=50
    ),
    "lambda:ListAliases": Paging(
        result="Aliases", cursor="Marker", next="NextMarker", size="MaxItems", default=50
    ),
    "ecs:ListServices": _lower("serviceArns", default=10),
    "ecs:ListTasks": _lower("taskArns"),
    "iam:ListAttachedRolePolicies": _iam("AttachedPolicies"),
    "iam:ListRolePolicies": _iam("PolicyNames"),
    "iam:ListPolicyVersions": _iam("Versions"),
    "iam:SimulatePrincipalPolicy": _iam("EvaluationResults"),
    "kms:ListGrants": Paging(
        result="Grants",
        cursor="Marker",
        next="NextMarker",
        size="Limit",
        default=50,
        more="Truncated",
    ),
    "application-autoscaling:DescribeScalableTargets": Paging(result="ScalableTargets", default=50),
    "application-autoscaling:DescribeScalingPolicies": Paging(result="ScalingPolicies", default=50),
    "application-autoscaling:DescribeScalingActivities": Paging(
        result="ScalingActivities", default=50
    ),
    "application-autoscaling:DescribeScheduledActions": Paging(
        result="ScheduledActions", default=50
    ),
    "cloudwatch:DescribeAlarms": Paging(result="MetricAlarms", size="MaxRecords"),
    "cloudwatch:DescribeAlarmHistory": Paging(result="AlarmHistoryItems", size="MaxRecords"),
    "cloudwatch:GetMetricData": Paging(
        result="MetricDataResults", size="MaxDatapoints", default=500
    ),
    "cloudwatch:ListMetrics": Paging(result="Metrics", size="", default=500),
    "cloudwatch:DescribeInsightRules": Paging(result="InsightRules", default=500),
    "logs:DescribeLogGroups": _lower("logGroups", size="limit", default=50),
    "logs:DescribeLogStreams": _lower("logStreams", size="limit", default=50),
    "logs:FilterLogEvents": _lower("events", size="limit", default=10_000),
    "cloudtrail:LookupEvents": Paging(result="Events", default=50),
    "cloudformation:DescribeStacks": Paging(result="Stacks", size=""),
    "cloudformation:DescribeStackEvents": Paging(result="StackEvents", size=""),
    "codedeploy:ListApplications": _lower("applications", size=""),
    "codedeploy:ListDeploymentGroups": _lower("deploymentGroups", size=""),
    "codedeploy:ListDeployments": _lower("deployments", size=""),
    "elbv2:DescribeLoadBalancers": _marker("LoadBalancers", "PageSize"),
    "elbv2:DescribeTargetGroups": _marker("TargetGroups", "PageSize"),
    "elbv2:DescribeListeners": _marker("Listeners", "PageSize"),
    "service-quotas:ListServiceQuotas": Paging(result="Quotas"),
    "service-quotas:ListAWSDefaultServiceQuotas": Paging(result="Quotas"),
    "health:DescribeEvents": _lower("events"),
    "dax:DescribeClusters": Paging(result="Clusters"),
    "eks:ListClusters": _lower("clusters"),
    "eks:ListPodIdentityAssociations": _lower("associations"),
    "fis:ListExperiments": _lower("experiments"),
    "dynamodb:ListContributorInsights": Paging(result="ContributorInsightsSummaries"),
}


def names(op: str) -> frozenset[str]:
    """Return the parameters of `op` that only choose a page."""
    paging = PAGES.get(op)
    return frozenset() if paging is None else frozenset({paging.cursor, paging.size}) - {""}


def page(
    op: str,
    params: Mapping[str, Any],
    whole: Mapping[str, Any],
    limit: int | None = None,
) -> dict[str, Any]:
    """Return the page of `whole` that `params` ask for, with what AWS says of a next one.

    `limit` is the largest page the World allows; None: AWS's own.
    Raises Broken for a token that no page gave.
    """
    paging = PAGES.get(op)
    items = whole.get(paging.result) if paging else None
    if paging is None or not isinstance(items, list):
        return dict(whole)
    start = _start(paging, params.get(paging.cursor), items, op)
    end = start + _size(paging, params, limit)
    answer = {**whole, paging.result: items[start:end]}
    if start:
        # What is not the list itself comes once, with the first page.
        answer = {
            key: value if key == paging.result else _rest(value) for key, value in answer.items()
        }
    has_more = end < len(items)
    if paging.more:
        answer[paging.more] = has_more
    if has_more:
        answer[paging.next or paging.cursor] = items[end - 1] if paging.by_item else f"from-{end}"
    return answer


def token_of(op: str, answer: Mapping[str, Any]) -> str | None:
    """Return what an answer says of the next page, or None where it is the last."""
    paging = PAGES.get(op)
    found = answer.get(paging.next or paging.cursor) if paging else None
    return found if isinstance(found, str) and found else None


def merged(op: str, pages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return all pages as one answer, without the words that only speak of pages."""
    paging = PAGES.get(op)
    answer = dict(pages[0])
    if paging is None:
        return answer
    if len(pages) > 1:
        answer[paging.result] = [item for one in pages for item in one.get(paging.result, ())]
    for name in (paging.next or paging.cursor, paging.more):
        answer.pop(name or "", None)
    return answer


def _rest(value: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    return [] if isinstance(value, list) else value


def _size(paging: Paging, params: Mapping[str, Any], limit: int | None) -> int:
    asked = params.get(paging.size) if paging.size else None
    # MaxDatapoints counts points, not results: it does not cut the list itself.
    counts = isinstance(asked, int) and asked > 0 and paging.size != "MaxDatapoints"
    sizes = [paging.default, asked if counts else None, limit]
    return max(1, min(size for size in sizes if isinstance(size, int)))


def _start(paging: Paging, token: Any, items: list[Any], op: str) -> int:  # noqa: ANN401 - as above
    if token is None or token == "":
        return 0
    if paging.by_item and token in items:
        return items.index(token) + 1
    match = TOKEN.fullmatch(token) if isinstance(token, str) else None
    if match is None:
        raise Broken(
            f"{op}: the token for the next page is not one it gave", code="InvalidNextToken"
        )
    return int(match[1])
