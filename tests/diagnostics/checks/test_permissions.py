import json
from typing import Any

import pytest

from diagnostics.checks.permissions import (
    failing_action,
    gather_endpoint_policies,
    gather_simulation,
    gather_table_policy,
    judge_endpoint_policies,
    judge_simulation,
    judge_table_policy,
)
from diagnostics.errors import Missing, NotAsked
from diagnostics.model import Finding
from tests.diagnostics.checks import scene
from tests.diagnostics.checks.network import ground
from tests.diagnostics.checks.scene import ROLE, TABLE, ask, aws, findings
from tests.fakes import Given

FREE = [("iam.identity_policy", "against"), ("iam.permissions_boundary", "against")]
BASIC = ("GetItem", "PutItem", "UpdateItem", "Query")
DENIED = [("iam.identity_policy", "proves")]


def simulator(*denied: str, on: str = "", **more: Any) -> Given:  # noqa: ANN401 - AWS's JSON
    """Return a simulator that denies these actions on resources that end in `on`."""

    def answer(**asked: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's own JSON
        results = []
        for action in asked["ActionNames"]:
            for resource in asked["ResourceArns"]:
                no = action.partition(":")[2] in denied and resource.endswith(on)
                result = {
                    "EvalActionName": action,
                    "EvalResourceName": resource,
                    "EvalDecision": "implicitDeny" if no else "allowed",
                }
                results.append({**result, **more} if no else result)
        return {"EvaluationResults": results}

    return answer


NOT_BOUND: dict[str, Any] = {
    "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}
}
NOT_ORG: dict[str, Any] = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
UNSURE: dict[str, Any] = {"MissingContextValues": ["aws:SourceVpce"]}
PUT = "User: x is not authorized to perform: dynamodb:PutItem on resource: orders"
QUERY = "An error occurred (AccessDeniedException) when calling the Query operation"


@pytest.mark.parametrize(
    ("answer", "more", "expected"),
    [
        (simulator(), {}, FREE),
        (simulator(*BASIC), {}, DENIED),
        (simulator(*BASIC, **NOT_BOUND), {}, [("iam.permissions_boundary", "proves")]),
        (simulator(*BASIC, **NOT_ORG), {}, [("iam.organization_policy", "proves")]),
        (simulator(*BASIC, **UNSURE), {}, []),
        (simulator("Scan", "DeleteItem", on="orders"), {}, FREE),
        (simulator("PutItem"), {}, []),
        (simulator("PutItem"), {"text": PUT}, DENIED),
        (simulator("Scan", on="orders"), {"text": PUT}, FREE),
        (simulator("PutItem", **UNSURE), {"text": PUT}, []),
        (simulator("Query", on="by-customer"), {}, []),
        (simulator("Query", on="by-customer"), {"text": QUERY, "index": "by-customer"}, DENIED),
        (simulator("Query", on="orders"), {"text": QUERY, "index": "by-customer"}, []),
    ],
    ids=[
        "allowed",
        "every basic action denied",
        "by the boundary",
        "by the organisation",
        "a condition nobody knows",
        "what the workload may never use",
        "one action, not known to fail",
        "the action that failed",
        "another than the one that failed",
        "the failing one is not conclusive",
        "an index, not known to be used",
        "the index that failed",
        "the table instead of the index",
    ],
)
def test_simulation(answer: Given, more: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    reader = aws({"iam:SimulatePrincipalPolicy": answer})
    assert findings(tuple(judge_simulation(gather_simulation(ask(**more), reader)))) == expected


def test_a_denial_says_what_the_simulation_cannot_see_and_fills_the_remedy() -> None:
    reader = aws({"iam:SimulatePrincipalPolicy": simulator("PutItem")})
    said = judge_simulation(gather_simulation(ask(text=PUT), reader))
    [finding] = [s for s in said if isinstance(s, Finding)]
    assert finding.says.startswith(
        "Role checkout may not PutItem on table/orders: its own policies"
    )
    assert "does not see endpoint" in finding.says
    assert finding.values == {
        "role": "checkout",
        "role_arn": ROLE,
        "table": "orders",
        "table_arn": TABLE,
        "action": "dynamodb:PutItem",
    }


def test_a_role_that_is_gone_cannot_be_simulated() -> None:
    with pytest.raises(NotAsked, match="no role checkout"):
        gather_simulation(ask(), aws({"iam:SimulatePrincipalPolicy": None}))


def test_without_a_role_nothing_can_be_simulated() -> None:
    with pytest.raises(Missing, match="role="):
        gather_simulation(ask(function=None, log_groups=("/app",)), aws({}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PUT, "PutItem"),
        (QUERY, "Query"),
        ("operation error DynamoDB: UpdateItem, https response error", "UpdateItem"),
        ("dynamodb:DescribeTable and then dynamodb:GetItem", "GetItem"),
        ("Task timed out", None),
        ("calling the DescribeTable operation", None),
        (None, None),
        ("dynamodb:" * 11_000, None),
    ],
    ids=[
        "IAM",
        "Python",
        "Go",
        "the first data action",
        "none",
        "no data action",
        "no text",
        "hostile",
    ],
)
def test_the_action_that_failed(text: str | None, expected: str | None) -> None:
    assert failing_action(ask(text=text)) == expected


def policy(effect: str, principal: str = "*", action: Any = "dynamodb:*") -> str:  # noqa: ANN401
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"}
    return json.dumps({"Statement": [statement]})


FAR = TABLE.replace("123456789012", "999999999999")


@pytest.mark.parametrize(
    ("document", "table", "expected"),
    [
        (None, TABLE, "against"),
        (None, FAR, "proves"),
        (policy("Deny"), TABLE, "proves"),
        (policy("Allow"), TABLE, "against"),
        (policy("Allow"), FAR, "against"),
        (policy("Allow", action="dynamodb:GetItem"), FAR, None),
        (policy("Deny", action="dynamodb:DeleteTable"), TABLE, "against"),
        ("not json", TABLE, None),
    ],
)
def test_the_tables_own_policy(document: str | None, table: str, expected: str | None) -> None:
    reader = aws(
        {
            "dynamodb:DescribeTable": scene.described(TableArn=table),
            "dynamodb:GetResourcePolicy": None if document is None else {"Policy": document},
        },
    )
    said = tuple(judge_table_policy(gather_table_policy(ask(), reader)))
    assert findings(said) == ([("iam.resource_policy", expected)] if expected else [])


@pytest.mark.parametrize(
    ("document", "more", "expected"),
    [
        (policy("Allow"), {}, "against"),
        (policy("Deny"), {}, "proves"),
        ('{"Statement":[]}', {}, "proves"),
        (policy("Allow", action="s3:*"), {}, "proves"),
        (policy("Allow", action="dynamodb:GetItem"), {}, None),
        (policy("Allow", action="dynamodb:GetItem"), {"text": PUT}, "proves"),
        (None, {}, None),
    ],
    ids=["allows", "only a Deny", "empty", "another service", "some", "not this one", "not told"],
)
def test_the_endpoints_policy(
    document: str | None, more: dict[str, Any], expected: str | None
) -> None:
    endpoint = {**ground.GATEWAY, "RouteTableIds": ["rtb-main"], "PolicyDocument": document}
    reader = ground.aws(
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [endpoint]},
        dynamodb_DescribeTable=scene.described(),
    )
    said = tuple(judge_endpoint_policies(gather_endpoint_policies(ask(**more), reader)))
    assert findings(said) == ([("iam.endpoint_policy", expected)] if expected else [])


@pytest.mark.parametrize(
    ("route", "expected"),
    [(ground.TO_NAT, [("iam.endpoint_policy", "against")]), (ground.TO_TGW, [])],
)
def test_an_endpoint_that_is_not_on_the_way(
    route: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    shut = {**ground.GATEWAY, "PolicyDocument": policy("Deny")}
    reader = ground.aws(
        ec2_DescribeRouteTables={"RouteTables": [ground.table("rtb-main", route)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [shut]},
        dynamodb_DescribeTable=scene.described(),
    )
    assert findings(tuple(judge_endpoint_policies(gather_endpoint_policies(ask(), reader)))) == (
        expected
    )


def test_a_table_without_indexes_is_simulated_in_one_call() -> None:
    reader = aws(
        {
            "dynamodb:DescribeTable": scene.described(GlobalSecondaryIndexes=[]),
            "iam:SimulatePrincipalPolicy": simulator(),
        },
    )
    assert findings(tuple(judge_simulation(gather_simulation(ask(), reader)))) == FREE
    assert [op for op, _ in reader.asked].count("iam:SimulatePrincipalPolicy") == 1
