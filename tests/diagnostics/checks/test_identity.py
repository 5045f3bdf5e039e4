import pytest

from diagnostics.checks.identity import (
    gather_account,
    gather_principal,
    judge_account,
    judge_principal,
)
from diagnostics.errors import Missing
from diagnostics.model import Asker, Finding, OnPath, Partial, Why
from tests.diagnostics.checks.scene import ROLE, TABLE, ask, aws, findings

SERVICE = {
    "serviceName": "api",
    "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/shop/api",
    "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/api:7",
}
THERE = {"Role": {"Arn": ROLE}}


@pytest.mark.parametrize(
    ("table", "account", "said"),
    [
        ("orders", None, 0),
        ("orders", "123456789012", 0),
        ("orders", "999999999999", 1),
        (TABLE.replace("123456789012", "999999999999"), None, 1),
    ],
)
def test_another_account_than_the_one_asked_about_is_said(
    table: str, account: str | None, said: int
) -> None:
    identity = {"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/bot/x"}
    reader = aws({"sts:GetCallerIdentity": identity})
    asker, *found = judge_account(gather_account(ask(table=table, account=account), reader))
    assert asker == Asker(account=identity["Account"], arn=identity["Arn"])
    assert len(found) == said
    assert all(isinstance(p, Partial) and p.why is Why.MISSING for p in found)


@pytest.mark.parametrize(
    ("role", "answer", "expected"),
    [
        (None, THERE, []),
        (None, None, [("identity.wrong_role", "proves")]),
        ("checkout", THERE, []),
        (ROLE, THERE, []),
        ("orders-writer", THERE, [("identity.wrong_role", "suggests")]),
        (f"{ROLE}-new", THERE, [("identity.wrong_role", "suggests")]),
    ],
)
def test_the_functions_role(
    role: str | None, answer: dict[str, object] | None, expected: list[tuple[str, str]]
) -> None:
    reader = aws({"iam:GetRole": answer})
    assert findings(tuple(judge_principal(gather_principal(ask(role=role), reader)))) == expected


def test_a_role_that_was_meant_fills_the_remedy() -> None:
    reader = aws({"iam:GetRole": THERE})
    said = judge_principal(gather_principal(ask(role=f"{ROLE}-new"), reader))
    [finding] = [s for s in said if isinstance(s, Finding)]
    assert finding.values == {
        "role": "checkout",
        "role_arn": ROLE,
        "expected_role_arn": f"{ROLE}-new",
    }
    assert finding.evidence[0].source == "lambda:GetFunctionConfiguration"


def test_tasks_without_a_role_are_said() -> None:
    reader = aws(
        {
            "ecs:DescribeServices": {"services": [SERVICE]},
            "ecs:DescribeTaskDefinition": {"taskDefinition": {"family": "api"}},
        },
    )
    said = tuple(judge_principal(gather_principal(ask(function=None, ecs="shop/api"), reader)))
    assert findings(said) == [("identity.wrong_role", "suggests")]
    assert OnPath(kind="service", ids=frozenset({"shop/api", "api", SERVICE["serviceArn"]})) in said


def test_tasks_with_another_role_than_was_meant_are_said() -> None:
    reader = aws(
        {
            "ecs:DescribeServices": {"services": [SERVICE]},
            "ecs:DescribeTaskDefinition": {"taskDefinition": {"taskRoleArn": ROLE}},
            "iam:GetRole": THERE,
        },
    )
    request = ask(function=None, ecs="shop/api", role="orders-writer")
    [finding] = [
        s for s in judge_principal(gather_principal(request, reader)) if isinstance(s, Finding)
    ]
    assert finding.evidence[0].source == "ecs:DescribeTaskDefinition"
    assert finding.values["task_family"] == "api"


def test_role_and_function_lie_on_the_path() -> None:
    reader = aws({"iam:GetRole": THERE})
    said = tuple(judge_principal(gather_principal(ask(), reader)))
    function = "arn:aws:lambda:eu-west-1:123456789012:function:checkout"
    assert said == (
        OnPath(kind="role", ids=frozenset({ROLE, "checkout"})),
        OnPath(kind="function", ids=frozenset({"checkout", function})),
    )


def test_a_typed_role_is_looked_up_by_itself() -> None:
    reader = aws({"iam:GetRole": None})
    said = tuple(judge_principal(gather_principal(ask(function=None, role="checkout"), reader)))
    assert findings(said) == [("identity.wrong_role", "proves")]


def test_log_groups_alone_tell_no_role() -> None:
    with pytest.raises(Missing, match="role="):
        gather_principal(ask(function=None, log_groups=("/app",)), aws({}))
