import json
from datetime import UTC, datetime
from typing import Any

import pytest

from diagnostics.checks.kms import (
    gather_key,
    gather_table_key,
    gather_use,
    judge_key,
    judge_table_key,
    judge_use,
)
from diagnostics.model import Finding
from tests.diagnostics.checks.scene import KEY, ROLE, ask, aws, described, findings

AT = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
ENCRYPTED = described(SSEDescription={"KMSMasterKeyArn": KEY, "SSEType": "KMS"})
ROOT = "arn:aws:iam::123456789012:root"


def locked() -> dict[str, Any]:
    sse = {"KMSMasterKeyArn": KEY, "InaccessibleEncryptionDateTime": AT}
    return described(TableStatus="INACCESSIBLE_ENCRYPTION_CREDENTIALS", SSEDescription=sse)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (described(), [("kms.key_unavailable", "against"), ("iam.kms_permission", "against")]),
        (ENCRYPTED, []),
        (locked(), [("kms.key_unavailable", "proves")]),
        (
            described(TableStatus="INACCESSIBLE_ENCRYPTION_CREDENTIALS"),
            [("kms.key_unavailable", "proves")],
        ),
    ],
    ids=["AWS's own key", "an own key", "locked out", "locked out, nobody knows since when"],
)
def test_what_the_table_tells(table: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    reader = aws({"dynamodb:DescribeTable": table})
    assert findings(tuple(judge_table_key(gather_table_key(ask(), reader)))) == expected


def test_the_table_tells_since_when() -> None:
    reader = aws({"dynamodb:DescribeTable": locked()})
    [finding] = [
        s for s in judge_table_key(gather_table_key(ask(), reader)) if isinstance(s, Finding)
    ]
    assert finding.first_at == AT
    assert finding.says == "Table orders cannot reach its KMS key since 2026-11-24 11:30 UTC."


def metadata(state: str, manager: str = "CUSTOMER") -> dict[str, Any]:
    return {"KeyMetadata": {"KeyId": KEY, "KeyState": state, "KeyManager": manager}}


@pytest.mark.parametrize(
    ("table", "answer", "expected", "values"),
    [
        (ENCRYPTED, metadata("Enabled"), "against", {}),
        (locked(), metadata("Enabled"), None, {}),
        (ENCRYPTED, metadata("Disabled"), "proves", {"key_arn": KEY, "disabled_key": KEY}),
        (ENCRYPTED, metadata("PendingDeletion"), "proves", {"key_arn": KEY, "dying_key": KEY}),
        (ENCRYPTED, metadata("PendingImport"), "proves", {"key_arn": KEY}),
        (ENCRYPTED, metadata("Updating"), None, {}),
        (ENCRYPTED, None, "proves", {"key_arn": KEY}),
        (described(), None, None, {}),
    ],
)
def test_the_keys_state(
    table: dict[str, Any],
    answer: dict[str, Any] | None,
    expected: str | None,
    values: dict[str, str],
) -> None:
    reader = aws({"dynamodb:DescribeTable": table, "kms:DescribeKey": answer})
    said = tuple(judge_key(gather_key(ask(), reader)))
    assert findings(said) == ([("kms.key_unavailable", expected)] if expected else [])
    assert [dict(s.values) for s in said if isinstance(s, Finding)] == (
        [values] if expected else []
    )


def key_policy(principal: str, effect: str = "Allow", **more: Any) -> str:  # noqa: ANN401
    statement = {
        "Effect": effect,
        "Principal": {"AWS": principal},
        "Action": "kms:*",
        "Resource": "*",
        **more,
    }
    return json.dumps({"Statement": [statement]})


VIA: dict[str, Any] = {
    "Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"}}
}


def simulated(decision: str, *missing: str) -> dict[str, Any]:
    result = {"EvalActionName": "kms:Decrypt", "EvalDecision": decision}
    return {"EvaluationResults": [{**result, "MissingContextValues": list(missing)}]}


@pytest.mark.parametrize(
    ("policy", "simulation", "expected"),
    [
        (key_policy(ROOT), simulated("allowed"), "against"),
        (key_policy(ROOT), simulated("implicitDeny"), "proves"),
        (key_policy(ROOT), simulated("implicitDeny", "kms:EncryptionContext"), None),
        (key_policy(ROOT), None, None),
        (key_policy(ROLE), simulated("implicitDeny"), "against"),
        (key_policy(ROLE, "Deny"), simulated("allowed"), "proves"),
        (key_policy("arn:aws:iam::123456789012:role/admin"), simulated("allowed"), "proves"),
        (key_policy(ROOT, **VIA), simulated("allowed"), None),
        (key_policy("*", **VIA), simulated("implicitDeny"), None),
        (None, simulated("implicitDeny"), None),
    ],
    ids=[
        "left to IAM, allowed",
        "left to IAM, denied",
        "left to IAM, a condition nobody knows",
        "left to IAM, no such role",
        "the role itself",
        "the role denied",
        "somebody else",
        "a condition of the key",
        "everybody through DynamoDB",
        "a policy that is not there",
    ],
)
def test_who_may_decrypt(
    policy: str | None, simulation: dict[str, Any] | None, expected: str | None
) -> None:
    reader = aws(
        {
            "dynamodb:DescribeTable": ENCRYPTED,
            "kms:DescribeKey": metadata("Enabled"),
            "kms:GetKeyPolicy": None if policy is None else {"Policy": policy},
            "iam:SimulatePrincipalPolicy": simulation,
        },
    )
    said = tuple(judge_use(gather_use(ask(), reader)))
    assert findings(said) == ([("iam.kms_permission", expected)] if expected else [])


def test_the_key_aws_manages_needs_no_grant() -> None:
    reader = aws(
        {
            "dynamodb:DescribeTable": ENCRYPTED,
            "kms:DescribeKey": metadata("Enabled", "AWS"),
            "kms:GetKeyPolicy": {"Policy": key_policy(ROOT)},
            "iam:SimulatePrincipalPolicy": simulated("implicitDeny"),
        },
    )
    said = tuple(judge_use(gather_use(ask(), reader)))
    assert findings(said) == [("iam.kms_permission", "against")]


def test_a_key_owned_by_aws_asks_nothing_of_kms() -> None:
    reader = aws({})
    assert tuple(judge_use(gather_use(ask(), reader))) == ()
    assert not [op for op, _ in reader.asked if op.startswith("kms:")]
